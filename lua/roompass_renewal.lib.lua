-- A guest who comes back with another link on the same session: XEP-0198 keeps the session, and the URL may have a newer token.

local jid = require "util.jid";

local limits = module:require "roompass_limits";
local stays = module:require "roompass_stays";

-- What the room would say to somebody new with this link, who leaves their seat for it. Nothing is touched before it said yes.
local function ask(door, session, link, node)
	local newcomer = { roompass = { grants = {}, room_query = link.room_query, token = link.token } };
	local room, grant = stays.find_room(jid.join(node, module.host)), door.judge(newcomer, node);
	if not room or type(grant) ~= "table" or limits.exceeded(room, node, grant, session.full_jid, door.is_exempt) then return; end
	return newcomer.roompass.grants[node];
end

-- A link that does not open the room in which somebody is changes nothing: who came in with a good one stays.
local function renew(door, session, link)
	local old = session.roompass;
	if door.setting("kind") ~= "main" or not old or link.room_query ~= old.room_query then return; end
	if (link.token or "") == "" or link.token == old.token then return; end
	for node in pairs(old.entered or {}) do
		local memory = ask(door, session, link, node);
		if not memory then return; end
		old.grants[node], old.token = memory, link.token;
		door.judge(session, node); -- which knows it by now, and tells other plugins
	end
end

return { renew = renew };
