-- Whom a moderator lets in from the lobby, in knock mode.
--
-- Membership alone is no proof: Jitsi's lobby makes members of people with the room's password, too. What counts is
-- that somebody in the room who owns it did it: by inviting, as Jitsi's client does, or by making a member.

local jid = require "util.jid";

local stays = module:require "roompass_stays";

local function is_moderator(room, actor)
	return actor and room:get_affiliation(actor) == "owner" and stays.is_inside(room, jid.bare(actor));
end

local function note(room, invitee, is_in)
	room.roompass_let_in = room.roompass_let_in or {};
	room.roompass_let_in[jid.bare(invitee)] = is_in or nil;
end

local is_right = { admin = true, member = true, owner = true };

local function open()
	module:hook("muc-invite", function (event)
		local invitee = event.stanza.attr.to;
		if event.room:get_affiliation(invitee) ~= "outcast" and is_moderator(event.room, event.incoming and event.incoming.attr.from) then
			note(event.room, invitee, true);
		end
	end, 10);
	module:hook("muc-set-affiliation", function (event)
		if not is_right[event.affiliation] then return note(event.room, event.jid, false); end
		if is_moderator(event.room, event.actor) then note(event.room, event.jid, true); end
	end);
end

return { open = open };
