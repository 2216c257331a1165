-- What Prosody's statistics learn of a door. docs/metrics.md has the names; a test compares.
--
-- Without `statistics` in the configuration all of this does nothing.

local clock = require "util.time";

local now = clock.monotonic or clock.now;

local decisions = module:metric("counter", "decisions", "", "Who asked to come into a room, by result and code", { "result"; "code" });
local verify = module:metric("histogram", "verify", "seconds", "Time that one signed link took to check", {}, {
	buckets = { 0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.005, 0.02 };
}):with_labels();

local gauges = {
	guests = module:metric("gauge", "guests", "", "People in rooms who came with a link", {}):with_labels();
	key_set_age = module:metric("gauge", "key_set_age", "seconds", "Since the key set was read", {}):with_labels();
	revocations_age = module:metric("gauge", "revocations_age", "seconds", "Since the revocations in force were signed", {}):with_labels();
	revocations_seq = module:metric("gauge", "revocations_seq", "", "Number of the revocations in force", {}):with_labels();
	rooms = module:metric("gauge", "rooms", "", "Rooms behind the door", {}):with_labels();
	status_list_age = module:metric("gauge", "status_list_age", "seconds", "Since the status list in force was signed", {}):with_labels();
	shut = module:metric("gauge", "shut", "", "1 while every room is shut", {}):with_labels();
	watching = module:metric("gauge", "watching", "", "1 while nothing is refused (roompass_mode)", {}):with_labels();
};

local series = {}; -- looked up once: finding one costs more than counting

local function count(result, code)
	local key = result.." "..code;
	series[key] = series[key] or decisions:with_labels(result, code);
	series[key]:add(1);
end

-- A counter that does not exist yet cannot be seen to rise from nothing.
local function show(codes)
	for _, kind in ipairs { "link", "exempt", "open-room" } do decisions:with_labels("admit", kind):add(0); end
	for _, code in ipairs(codes) do decisions:with_labels("deny", code):add(0); end
end

-- A link was checked since then.
local function took(began)
	verify:sample(now() - began);
end

local function people(room, grant_of)
	local node, guests = room.jid:match("^([^@]*)@"), 0;
	for _, occupant in room:each_occupant() do
		for real_jid in occupant:each_session() do
			if grant_of(real_jid, node) then guests = guests + 1; end
		end
	end
	return guests;
end

local function count_rooms(grant_of)
	local muc = prosody.hosts[module.host].modules.muc;
	local rooms, guests = 0, 0;
	if not (muc and muc.live_rooms) then return rooms, guests; end
	for room in muc.live_rooms() do
		rooms = rooms + 1;
		guests = guests + people(room, grant_of);
	end
	return rooms, guests;
end

-- At each look of the statistics. `about` is what the door says of itself.
local function update(about, grant_of)
	local rooms, guests = count_rooms(grant_of);
	gauges.rooms:set(rooms);
	gauges.guests:set(guests);
	gauges.shut:set(about.level == "error" and 1 or 0);
	gauges.watching:set(about.watching and 1 or 0);
	if about.key_set_read then gauges.key_set_age:set(os.time() - about.key_set_read); end
	if not about.verifier then return; end
	local feed, list = about.verifier:revocations(), about.verifier:status_list();
	if feed then gauges.revocations_seq:set(feed.seq); end
	if feed and feed.issued_at then gauges.revocations_age:set(os.time() - feed.issued_at); end
	if list then gauges.status_list_age:set(os.time() - list.issued_at); end
end

return { count = count, now = now, show = show, took = took, update = update };
