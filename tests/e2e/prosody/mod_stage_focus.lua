-- A stand-in for Jicofo inside Prosody, for the stage alone: it makes the room that somebody asks for, on whatever host, and says
-- that it is ready. Loaded on the component `focus.…`, and on the host of its account, where it answers as `focus@…/focus`.

local jid = require "util.jid";
local st = require "util.stanza";

local xmlns_focus = "http://jitsi.org/protocol/focus";

local function make(address)
	local host = prosody.hosts[jid.host(address or "")];
	local muc = host and host.modules.muc;
	if not muc then return nil; end
	return muc.get_room_from_jid(address) or muc.create_room(address);
end

local function answer(event)
	local origin, stanza = event.origin, event.stanza;
	local conference = stanza:get_child("conference", xmlns_focus);
	if not conference or stanza.attr.type ~= "set" then return; end
	if not make(conference.attr.room) then
		origin.send(st.error_reply(stanza, "cancel", "internal-server-error"));
	else
		local attributes = { xmlns = xmlns_focus, room = conference.attr.room, ready = "true" };
		origin.send(st.reply(stanza):tag("conference", attributes));
	end
	return true;
end

for _, to in ipairs { "host", "bare", "full" } do
	module:hook("iq/"..to, answer, 100);
end
