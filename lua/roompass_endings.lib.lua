-- Ends stays: of people whose link was taken back and, if the operator so chose, of those whose link has ended.
--
-- One timer for all of them. What decides is remembered on their sessions, so it survives a reload, and nothing is left
-- of those who leave by themselves.

local jid = require "util.jid";
local st = require "util.stanza";

local limits = module:require "roompass_limits";
local refusal = module:require "roompass_refusal";

local interval = 1; -- seconds between two glances, which cost nothing
local between_ends = 10; -- seconds between two rounds for links that end
local at_once = 500; -- people a round looks at before the server may go on
local pause = 0.01; -- seconds

local function say_goodbye(nick, real_jid, session, code, door)
	local form = refusal.form_for(session, door.setting("refusal"));
	session.send(refusal.farewell(nick, real_jid, code, door.guest_text(code, session) or code, form));
end

-- The words go first: Jitsi's client leaves at them, and does not hear the rest. For the others it is an ordinary leave.
local function put_out(room, nick, real_jid, grant, code, door)
	local session = prosody.full_sessions[real_jid];
	say_goodbye(nick, real_jid, session, code, door);
	room:handle_presence_to_occupant(session, st.presence({ from = real_jid, to = nick, type = "unavailable" }));
	module:log("info", "Ended a stay in %s: %s (kid %s, jti %s)", room.jid, code, grant.kid, grant.jti or "none");
end

local function warn(room, real_jid, left, door)
	local session = prosody.full_sessions[real_jid];
	local text = door.ending_text(session, left) or "Your link for this meeting ends soon. Ask the organiser for a new one.";
	session.send(st.message({ from = room.jid, to = real_jid, type = "groupchat" }):text_tag("body", text));
end

-- Returns why this stay ends now, or nil.
local function ends_by(round, grant, node)
	if round.verifier and round.verifier:ends_stay(grant, node) then return "revoked"; end
	if round.expired and round.now >= grant.admits_until then return "expired"; end
end

local function look_at(round, room, node, nick, real_jid, grant)
	local code = ends_by(round, grant, node);
	if code then return put_out(room, nick, real_jid, grant, code, round.door); end
	local left = grant.admits_until - round.now;
	-- On the grant, which a new link replaces.
	if not round.expired or left > round.warn_before or grant.warned then return; end
	grant.warned = true;
	warn(room, real_jid, left, round.door);
end

-- Listed before anything is done, for whoever leaves changes the room's own list. Whoever is in a breakout room came with a
-- link for its main room.
local function stays_in(room)
	local node, found = jid.node(room.roompass_main or room.jid), {};
	for nick, occupant in room:each_occupant() do
		for real_jid in occupant:each_session() do
			local grant = limits.grant_of(real_jid, node);
			if grant then found[#found + 1] = { grant = grant, nick = nick, node = node, real_jid = real_jid }; end
		end
	end
	return found;
end

local function look_at_room(round, room)
	local found = stays_in(room);
	for _, stay in ipairs(found) do
		local ran, err = pcall(look_at, round, room, stay.node, stay.nick, stay.real_jid, stay.grant);
		if not ran then module:log("error", "A stay in %s could not be ended: %s", room.jid, tostring(err)); end
	end
	return #found;
end

local function all_rooms()
	local host = prosody.hosts[module.host];
	local muc = host and host.modules and host.modules.muc;
	local rooms = {};
	if not (muc and muc.each_room) then return rooms; end
	for room in muc.each_room(true) do rooms[#rooms + 1] = room; end
	return rooms;
end

-- Goes through all rooms, a piece at a time.
local function walk(round)
	local seen = 0;
	while seen < at_once do
		local room = table.remove(round.rooms);
		if not room then return; end
		seen = seen + 1 + look_at_room(round, room);
	end
	return pause;
end

local verifier, rounds_at, timer; -- whose revocations were enforced, when links that end were looked at

local function glance(door)
	local about, now = door.in_force(), os.time();
	local is_new = about.verifier and not rawequal(about.verifier, verifier);
	local is_time = about.settings.ends.expired and now >= (rounds_at or 0);
	if not is_new and not is_time then return; end
	verifier = about.verifier or verifier;
	if is_time then rounds_at = now + between_ends; end
	local round = {
		door = door, expired = about.settings.ends.expired, now = now, rooms = all_rooms();
		verifier = is_new and about.settings.ends.revoked and verifier or nil, warn_before = about.settings.warn_before;
	};
	if walk(round) then module:add_timer(pause, function () return walk(round); end); end
end

local function open(door)
	timer = module:add_timer(interval, function ()
		local ran, err = pcall(glance, door);
		if not ran then module:log("error", "Stays could not be ended: %s; please report this", tostring(err)); end
		return interval;
	end);
end

local function close()
	if timer then timer:stop(); end
end

return { close = close, open = open };
