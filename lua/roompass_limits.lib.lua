-- How late and how many: what a token asks for and only the room's own shard can tell.
--
-- A room lives on one shard, so its occupants are all there are, with those of its breakout rooms. Nothing is counted
-- up or down, and so nothing can go wrong with it when somebody leaves, resumes or is asked twice: whoever is in the
-- room is counted when somebody new is at the door.

local stays = module:require "roompass_stays";

-- The grant with which somebody came in; the exempt have none and take nobody's place.
local function grant_of(real_jid, node)
	local session = prosody.full_sessions[real_jid];
	local link = session and session.roompass;
	local memory = link and link.grants[node];
	return memory and memory.grant;
end

local function never() return false; end

-- Somebody whose connection broke a while ago holds no seat against whoever has the same link, for it is most likely
-- the same person. They give way once that person is in.
local function is_ghost(real_jid)
	local session = prosody.full_sessions[real_jid];
	return not session or session.hibernating ~= nil;
end

local function each_session_in(room, look)
	for _, occupant in room:each_occupant() do
		for real_jid in occupant:each_session() do look(real_jid, occupant); end
	end
end

local function each_session(room, look)
	each_session_in(room, look);
	for breakout_jid in pairs(stays.breakout_rooms(room)) do
		local breakout = stays.find_room(breakout_jid);
		if breakout then each_session_in(breakout, look); end
	end
end

local function holds(real_jid, node, grant)
	local other = grant_of(real_jid, node);
	return other and grant.jti and other.jti == grant.jti;
end

local function count(room, node, grant, own_jid, is_exempt)
	local people, same_token = 0, 0;
	each_session(room, function (real_jid)
		if real_jid == own_jid or not prosody.full_sessions[real_jid] or is_exempt(real_jid) then return; end
		people = people + 1;
		if holds(real_jid, node, grant) and not is_ghost(real_jid) then same_token = same_token + 1; end
	end);
	return people, same_token;
end

-- How many people are there, and how many of them with this token.
local function others(room, node, grant, own_jid, is_exempt)
	local people, same_token = count(room, node, grant, own_jid, is_exempt or never);
	-- Without a name of its own one token cannot be told from another: nobody but the first.
	if grant.seats and not grant.jti then same_token = people; end
	return people, same_token;
end

local function came_before(room, grant)
	return (room.roompass_came or {})[grant.jti] == true;
end

local function came_too_late(room, grant)
	return grant.joins_until and grant.joins_until < os.time() and not came_before(room, grant);
end

local function seats_taken(room, node, grant, own_jid, is_exempt)
	if not grant.seats then return; end
	local _, same_token = others(room, node, grant, own_jid, is_exempt);
	if same_token >= grant.seats then return "seats-taken"; end
end

-- Returns a code when the room cannot take this person now.
local function exceeded(room, node, grant, own_jid, is_exempt)
	if came_too_late(room, grant) then return "join-closed"; end
	if not grant.seats and not grant.max_occupants then return; end
	local people, same_token = others(room, node, grant, own_jid, is_exempt);
	if grant.seats and same_token >= grant.seats then return "seats-taken"; end
	if grant.max_occupants and people >= grant.max_occupants then return "room-full"; end
end

-- Those who gave way leave the room, as many as there are too many.
local function seat(room, node, grant, own_jid)
	if not grant.seats or not grant.jti then return; end
	local holders, ghosts = 0, {};
	each_session_in(room, function (real_jid, occupant)
		if not holds(real_jid, node, grant) then return; end
		holders = holders + 1;
		if real_jid ~= own_jid and is_ghost(real_jid) then ghosts[#ghosts + 1] = occupant.nick; end
	end);
	for i = 1, math.min(#ghosts, holders - grant.seats) do room:set_role(true, ghosts[i], nil); end
end

-- Remembered as long as the room is there, on the room itself, which outlives a reload of ours.
local function note_joined(room, node, grant, own_jid)
	seat(room, node, grant, own_jid);
	if not grant.jti or not grant.joins_until then return; end
	room.roompass_came = room.roompass_came or {};
	room.roompass_came[grant.jti] = true;
end

-- The same as the verifier's own explanation wants it, for somebody who would come to this room now.
local function arrival(room, node, grant, is_exempt)
	local people, same_token = others(room, node, grant, nil, is_exempt);
	return { occupants = people, returning = came_before(room, grant), same_token = same_token };
end

return { arrival = arrival, exceeded = exceeded, grant_of = grant_of, note_joined = note_joined, seats_taken = seats_taken };
