-- A stay: somebody in a room, or in one of the breakout rooms that belong to it.
--
-- Jitsi's client leaves the main room before it enters a breakout room, and the other way round. So where a room
-- has breakout rooms, a stay ends only when its guest was in none of them for a while.

local jid = require "util.jid";

local seconds_to_move = 30;
local none = {}; -- one for all, and nobody writes into it

-- Jitsi's breakout module keeps them there, by their JIDs.
local function breakout_rooms(room)
	return room._data and room._data.breakout_rooms or none;
end

local function find_room(room_jid)
	local host = prosody.hosts[jid.host(room_jid)];
	local muc = host and host.modules and host.modules.muc;
	return muc and muc.get_room_from_jid and muc.get_room_from_jid(room_jid);
end

local function is_in(room, bare)
	for _, occupant in room:each_occupant() do
		if occupant.bare_jid == bare then return true; end
	end
	return false;
end

-- Is somebody with this bare JID in the room, or in a breakout room of it?
local function is_inside(room, bare)
	if is_in(room, bare) then return true; end
	for breakout_jid in pairs(breakout_rooms(room)) do
		local breakout = find_room(breakout_jid);
		if breakout and is_in(breakout, bare) then return true; end
	end
	return false;
end

-- Is this their stay, though they may be between two of its rooms?
local function is_staying(room, bare)
	return (room.roompass_stays or none)[bare] ~= nil;
end

local function begin(room, bare)
	room.roompass_stays = room.roompass_stays or {};
	room.roompass_stays[bare] = true;
end

local function look(room, bare, ended)
	if not is_staying(room, bare) or is_inside(room, bare) then return; end
	room.roompass_stays[bare] = nil;
	ended(room, bare);
end

-- Calls `ended` once the guest who just left one of its rooms is in none.
local function left(room, bare, may_be_moving, ended)
	if not may_be_moving or not next(breakout_rooms(room)) then return look(room, bare, ended); end
	module:add_timer(seconds_to_move, function () look(room, bare, ended); end);
end

return {
	begin = begin; breakout_rooms = breakout_rooms; find_room = find_room; is_inside = is_inside; is_staying = is_staying; left = left;
};
