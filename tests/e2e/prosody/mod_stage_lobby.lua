-- What Jitsi's lobby module does, for the stage alone. Loaded on the host of the main rooms.
--
-- A room that becomes members-only gets a lobby, on the other host, of the same name. Who is no member is sent there; whoever
-- knows the room's password is made one.

local jid = require "util.jid";
local st = require "util.stanza";

local lobby_host = module:get_option("stage_lobby_muc");
local xmlns_jitsi = "http://jitsi.org/jitmeet";
local xmlns_muc = "http://jabber.org/protocol/muc";

local function lobby()
	return prosody.hosts[lobby_host].modules.muc;
end

local function open_lobby(room)
	local lobby_jid = jid.node(room.jid).."@"..lobby_host;
	local room_mt = lobby().room_mt;
	function room_mt:get_affiliation(real_jid)
		local main = module:depends("muc").get_room_from_jid(jid.node(self.jid).."@"..module.host);
		return main and main:get_affiliation(real_jid) or "none";
	end
	lobby().create_room(lobby_jid):set_persistent(true);
	room._data.lobbyroom = lobby_jid;
end

module:hook("muc-config-submitted", function (event)
	local room = event.room;
	if event.fields["muc#roomconfig_membersonly"] and not room._data.lobbyroom then open_lobby(room); end
end);

module:hook("muc-occupant-pre-join", function (event)
	local room, stanza = event.room, event.stanza;
	if not room:get_members_only() or event.occupant.nick:match("/focus$") then return; end
	local join = stanza:get_child("x", xmlns_muc);
	local password = join and join:get_child_text("password", xmlns_muc);
	if password and password == room:get_password() then
		event.occupant.role = "participant";
		room:set_affiliation(true, jid.bare(stanza.attr.from), "member");
		return;
	end
	local affiliation = room:get_affiliation(stanza.attr.from);
	if affiliation and affiliation ~= "none" then return; end
	local reply = st.error_reply(stanza, "auth", "registration-required");
	reply:tag("lobbyroom", { xmlns = xmlns_jitsi }):text(room._data.lobbyroom):up():up();
	event.origin.send(reply:tag("x", { xmlns = xmlns_muc }));
	return true;
end, -4);
