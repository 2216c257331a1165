-- What a grant makes of an occupant: an owner, or nobody in particular.
--
-- A right lasts as long as the stay: nobody destroys or configures a room from outside it, with a link
-- that may have ended long ago.

local jid = require "util.jid";

-- Somebody whose nick is taken is not let in, and must not be an owner from outside.
local function is_taken(room, nick, bare)
	local there = room:get_occupant_by_nick(nick);
	return there and there.bare_jid ~= bare;
end

-- Remembered on the room, so that it ends with the stay and not with the link.
local function note_owner(room, bare)
	room.roompass_owners = room.roompass_owners or {};
	room.roompass_owners[bare] = true;
end

-- Prosody works out the role of somebody who joins an existing room before it asks us.
local function make_owner(room, occupant, stanza)
	local bare = jid.bare(stanza.attr.from);
	local current = room:get_affiliation(bare);
	-- A ban outlives a link.
	if current == "outcast" or current == "owner" or is_taken(room, stanza.attr.to, bare) then return; end
	room:set_affiliation(true, bare, "owner");
	note_owner(room, bare);
	if occupant.bare_jid == bare then
		occupant.role = room:get_default_role("owner");
	end
end

local function honour(event, grant)
	event.roompass_grant = grant;
	if grant.affiliation ~= "owner" then return; end
	if event.occupant then
		make_owner(event.room, event.occupant, event.stanza);
	else
		note_owner(event.room, jid.bare(event.stanza.attr.from)); -- Prosody makes the creator one
	end
end

-- Prosody makes the creator of a room its owner, at priority -1. With a member's link they are not.
local function unmake_creator(event)
	local grant = event.roompass_grant;
	if grant and grant.affiliation ~= "owner" then
		event.room:set_affiliation(true, jid.bare(event.stanza.attr.from), "none");
	end
end

local function take_back(event)
	local room, bare = event.room, event.occupant.bare_jid;
	local owners = room.roompass_owners;
	if not owners or not owners[bare] then return; end
	owners[bare] = nil;
	if room:get_affiliation(bare) == "owner" then room:set_affiliation(true, bare, "none"); end
end

local function open()
	module:hook("muc-room-pre-create", unmake_creator, -2);
	module:hook("muc-occupant-left", take_back);
end

return { honour = honour, open = open };
