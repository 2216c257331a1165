-- How late and how many: what a token asks for and only the room's own shard can tell.
--
-- A room lives on one shard, so its occupants are all there are. Nothing is counted up or down, and so
-- nothing can go wrong with it when somebody leaves, resumes or is asked twice: whoever is in the room
-- is counted when somebody new is at the door.

-- The grant with which somebody came in; the exempt have none and take nobody's place.
local function grant_of(real_jid, node)
	local session = prosody.full_sessions[real_jid];
	local link = session and session.roompass;
	local memory = link and link.grants[node];
	return memory and memory.grant;
end

local function count(room, node, grant, own_jid)
	local people, same_token = 0, 0;
	for _, occupant in room:each_occupant() do
		for real_jid in occupant:each_session() do
			local other = real_jid ~= own_jid and grant_of(real_jid, node);
			if other then people = people + 1; end
			if other and grant.jti and other.jti == grant.jti then same_token = same_token + 1; end
		end
	end
	return people, same_token;
end

-- How many people are there, and how many of them with this token.
local function others(room, node, grant, own_jid)
	local people, same_token = count(room, node, grant, own_jid);
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

-- Returns a code when the room cannot take this person now.
local function exceeded(room, node, grant, own_jid)
	if came_too_late(room, grant) then return "join-closed"; end
	if not grant.seats and not grant.max_occupants then return; end
	local people, same_token = others(room, node, grant, own_jid);
	if grant.seats and same_token >= grant.seats then return "seats-taken"; end
	if grant.max_occupants and people >= grant.max_occupants then return "room-full"; end
end

-- Remembered as long as the room is there, on the room itself, which outlives a reload of ours.
local function note_joined(room, grant)
	if not grant.jti or not grant.joins_until then return; end
	room.roompass_came = room.roompass_came or {};
	room.roompass_came[grant.jti] = true;
end

-- The same as the verifier's own explanation wants it, for somebody who would come to this room now.
local function arrival(room, node, grant)
	local people, same_token = others(room, node, grant);
	return { occupants = people, returning = came_before(room, grant), same_token = same_token };
end

return { arrival = arrival, exceeded = exceeded, grant_of = grant_of, note_joined = note_joined };
