-- What people who are not in a room may do to it: nothing.

local jid = require "util.jid";
local st = require "util.stanza";

local stays = module:require "roompass_stays";

local function keep(event, what)
	module:log("debug", "Kept %s from %s", what, jid.bare(event.stanza.attr.to));
	event.origin.send(st.error_reply(event.stanza, "auth", "forbidden"));
	return true;
end

-- Somebody in a breakout room is in the main room too, as far as its lobby is concerned.
local function open(door)
	local function may_act(room, from)
		return room:get_occupant_by_real_jid(from) ~= nil or door.is_exempt(from) or door.is_watching() or stays.is_inside(room, jid.bare(from));
	end
	-- A room hands these on in its own name.
	local function guard_message(event)
		if not may_act(event.room, event.stanza.attr.from) then return keep(event, "an invitation or a refusal of one"); end
	end
	-- An affiliation that was left behind opens no room's settings.
	local function guard_request(event)
		local room = stays.find_room(jid.bare(event.stanza.attr.to));
		if room and not may_act(room, event.stanza.attr.from) then return keep(event, "a moderator's request"); end
	end
	module:hook("muc-pre-invite", guard_message, 100);
	module:hook("muc-pre-decline", guard_message, 100);
	for _, what in ipairs { "owner", "admin" } do
		for _, kind in ipairs { "set", "get" } do
			module:hook(("iq-%s/bare/http://jabber.org/protocol/muc#%s:query"):format(kind, what), guard_request, 100);
		end
	end
end

return { open = open };
