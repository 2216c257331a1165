-- What people who are not in a room may do to it: nothing.

local st = require "util.stanza";

-- A room hands invitations and refusals of them on in its own name, so they are for those who are in it.
local function open(door)
	local function guard(event)
		local from = event.stanza.attr.from;
		if event.room:get_occupant_by_real_jid(from) or door.is_exempt(from) or door.is_watching() then return; end
		module:log("debug", "Kept an invitation or a refusal of one from %s", event.room.jid);
		event.origin.send(st.error_reply(event.stanza, "auth", "forbidden"));
		return true;
	end
	module:hook("muc-pre-invite", guard, 100);
	module:hook("muc-pre-decline", guard, 100);
end

return { open = open };
