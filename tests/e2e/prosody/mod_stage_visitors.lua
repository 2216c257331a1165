-- What Jitsi's main server does for a visitor node, for the stage alone. Loaded on the host of the main rooms.
--
-- Whoever is in a main room is shown in the room of that name on the node, by a presence of theirs that the server sends itself.

local jid = require "util.jid";
local st = require "util.stanza";

local node_host = module:get_option("stage_visitor_muc");

local function mirror(kind)
	return function (event)
		local nick, from = jid.resource(event.nick or event.occupant.nick), event.occupant.jid;
		if nick == "focus" or not from then return; end
		local presence = st.presence { from = from, to = jid.join(jid.node(event.room.jid), node_host, nick), type = kind };
		module:context(jid.host(from)):send(presence:tag("x", { xmlns = "http://jabber.org/protocol/muc" }));
	end
end

module:hook("muc-occupant-joined", mirror(nil));
module:hook("muc-occupant-left", mirror("unavailable"));
