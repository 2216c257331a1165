-- What a grant makes of an occupant: an owner or a member, for as long as the stay.
--
-- Nobody destroys or configures a room from outside it, with a link that may have ended long ago. So
-- whatever a link or a moderator made of a guest ends with the stay, but for a ban.

local jid = require "util.jid";

local stays = module:require "roompass_stays";

-- Somebody whose nick is taken is not let in, and must not be an owner from outside.
local function is_taken(room, nick, bare)
	local there = room:get_occupant_by_nick(nick);
	return there and there.bare_jid ~= bare;
end

-- Prosody works out the role of somebody who joins an existing room before it asks us.
local function make_owner(room, occupant, stanza)
	local bare = jid.bare(stanza.attr.from);
	local current = room:get_affiliation(bare);
	-- A ban outlives a link.
	if current == "outcast" or current == "owner" or is_taken(room, stanza.attr.to, bare) then return; end
	room:set_affiliation(true, bare, "owner");
	if occupant.bare_jid == bare then
		occupant.role = room:get_default_role("owner");
	end
end

-- Quietly: Prosody would send everybody there a message about each guest who comes and goes, beside
-- the presence that says the same.
local function put(room, bare, affiliation)
	room._affiliations[bare] = affiliation;
end

-- Last of all, when lobby, members-only, ban and password have had their say: a member passes those.
local function make_member(event)
	local grant, room = event.roompass_grant, event.room;
	if not grant or grant.affiliation ~= "member" then return; end
	local bare = jid.bare(event.stanza.attr.from);
	local current = room:get_affiliation(bare);
	if current and current ~= "none" or is_taken(room, event.stanza.attr.to, bare) then return; end
	put(room, bare, "member");
	local occupant = event.occupant;
	if occupant.bare_jid == bare then occupant.role = room:get_default_role("member"); end
end

-- Prosody makes the creator of a room its owner, at priority -1. With a member's link they are not: it is
-- forbidden for that moment, for giving the right and taking it back costs as much as the signature check.
local function honour(event, grant)
	event.roompass_grant = grant;
	if grant.affiliation == "owner" then
		if event.occupant then make_owner(event.room, event.occupant, event.stanza); end
	elseif not event.occupant then
		event.room.roompass_creator = jid.bare(event.stanza.attr.from);
	end
end

local function forbid_owning(event)
	local creator = event.room.roompass_creator;
	if creator and event.jid == creator and event.affiliation == "owner" and not event.actor then event.allowed = false; end
end

-- Should the right have been given all the same, it is taken back.
local function end_of_creation(event)
	local room, creator = event.room, event.room.roompass_creator;
	if not creator then return; end
	room.roompass_creator = nil;
	if room:get_affiliation(creator) == "owner" then room:set_affiliation(true, creator, "none"); end
end

local function ended(room, bare)
	local current = room:get_affiliation(bare);
	if room.roompass_let_in then room.roompass_let_in[bare] = nil; end
	if current == "owner" or current == "admin" then
		room:set_affiliation(true, bare, "none");
	elseif current == "member" then
		put(room, bare, nil);
	end
end

-- Who was thrown out is not on the way to another room.
local function left(door, event)
	local occupant = event.occupant;
	local room = event.room;
	if door.setting("kind") == "breakout" then room = room.roompass_main and stays.find_room(room.roompass_main); end
	if room then stays.left(room, occupant.bare_jid, event.stanza ~= nil, ended); end
end

-- In breakout rooms and in the lobby Jitsi takes the affiliations of the main room.
local function open(door)
	module:hook("muc-pre-set-affiliation", forbid_owning);
	module:hook("muc-room-pre-create", end_of_creation, -2);
	module:hook("muc-occupant-pre-join", function (event)
		if door.setting("kind") == "main" then make_member(event); end
	end, -900);
	module:hook("muc-occupant-left", function (event) left(door, event); end);
end

return { honour = honour, open = open };
