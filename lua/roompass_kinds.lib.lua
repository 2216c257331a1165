-- The rule of each kind of door: main rooms, their lobby, their breakout rooms, and rooms for staff alone.
--
-- A rule returns a grant, or nil and a code. It is asked about guests; the exempt never come here.

local jid = require "util.jid";

local limits = module:require "roompass_limits";
local stays = module:require "roompass_stays";

-- Whoever is let in for another reason than a grant to be honoured here.
local as_guest = { affiliation = "guest" };

-- Who may ask a moderator: anybody but the people of a shut door, which must not look like an open one.
local is_no_knocker = { ["verifier-unavailable"] = true, ["revocations-stale"] = true };

-- Ends of a link's time, which end no stay.
local is_late = { expired = true, ["outside-window"] = true };

local function find_main(door, node)
	return node and stays.find_room(jid.join(node, door.setting("main_muc")));
end

-- The right of somebody who moves between the rooms of one stay.
local function judge_stay(door, session, room, bare)
	local node = jid.node(room.jid);
	if not stays.is_staying(room, bare) then return nil; end
	if (room.roompass_let_in or {})[bare] then return as_guest; end
	local grant, code = door.judge(session, node);
	local memory = is_late[code] and session.roompass.grants[node];
	if grant == true then return as_guest, code; end
	return grant or memory and memory.grant or nil, code;
end

-- Jitsi's lobby answers who knocks, behind us; the last guard sees that it did.
local function has_lobby(room)
	return room._data ~= nil and room._data.lobbyroom ~= nil and room._data.members_only == true;
end

local function knock(door, event, code, named)
	local room, bare = event.room, jid.bare(event.stanza.attr.from);
	if door.setting("lobby") ~= "knock" or is_no_knocker[code] or not event.occupant or not event.origin.roompass then
		return nil, code, named;
	end
	if (room.roompass_let_in or {})[bare] then return as_guest, "link"; end
	if not has_lobby(room) then return nil, code, named; end
	event.roompass_knocks = code;
	return as_guest, "link";
end

local rules = {};

function rules.main(door, event)
	local room, from = event.room, event.stanza.attr.from;
	local grant, why, named = door.judge(event.origin, jid.node(room.jid));
	if grant == true then return true, why; end
	if not grant then
		grant = judge_stay(door, event.origin, room, jid.bare(from));
		if not grant then return knock(door, event, why, named); end
	end
	local code = limits.exceeded(room, jid.node(room.jid), grant, from, door.is_exempt);
	if code then return nil, code, grant; end
	return grant, "link";
end

-- By what the main room would say. To knock without a link one needs a lobby that is there.
function rules.lobby(door, event)
	local node, from = jid.node(event.room.jid), event.stanza.attr.from;
	local grant, code, named = door.judge(event.origin, node);
	if grant == true then return as_guest, code; end
	if not grant then
		local may_knock = door.setting("lobby") == "knock" and event.occupant and event.origin.roompass and not is_no_knocker[code];
		if may_knock then return as_guest, "link"; end
		return nil, code, named;
	end
	local main = find_main(door, node);
	code = main and limits.exceeded(main, node, grant, from, door.is_exempt) or limits.seats_taken(event.room, node, grant, from, door.is_exempt);
	if code then return nil, code, grant; end
	return as_guest, "link";
end

-- Its name alone is a secret that leaks. It must belong to the main room in which this session was.
local function judge_breakout(door, session, room_jid, from)
	local link = session.roompass;
	for node in pairs(link and link.entered or {}) do
		local main = find_main(door, node);
		if main and stays.breakout_rooms(main)[room_jid] then
			local grant, code = judge_stay(door, session, main, jid.bare(from));
			if grant then return as_guest, nil, main; end
			if code then return nil, code; end
		end
	end
	return nil, link and link.token and "wrong-room" or "token-missing";
end

function rules.breakout(door, event)
	local grant, code, main = judge_breakout(door, event.origin, event.room.jid, event.stanza.attr.from);
	event.room.roompass_main = main and main.jid or event.room.roompass_main;
	return grant, grant and "link" or code;
end

-- Bridges and recorders gather there, and they are exempt.
function rules.staff()
	return nil, "wrong-room";
end

-- May this session have Jicofo open this room? Nobody else makes conferences in a lobby or among staff.
local function judge_request(door, session, room_jid, from)
	local kind = door.setting("kind");
	if kind == "main" then
		door.await(session, jid.node(room_jid));
		return door.judge(session, jid.node(room_jid));
	end
	if kind == "breakout" then return judge_breakout(door, session, room_jid, from); end
	return nil, "no-door";
end

local function judge(door, event)
	return rules[door.setting("kind")](door, event);
end

return { judge = judge, judge_request = judge_request };
