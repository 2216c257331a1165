-- What an operator sees in `prosodyctl shell`. That the shell finds the commands is shown in tests/e2e.

local feeds = require "feeds";
local real = require "real_verifier";
local shards = require "shard";
local stand_in = require "stand_in";

local conference = "conference.example.org";
local link = "https://example.org/Standup?jwt="..real.member;

-- Runs a command as the shell does. Returns whether it went well, its last words, and all it printed.
local function run(shard, name, ...)
	local printed = {};
	local session = { print = function (line) printed[#printed + 1] = line; end };
	local section = setmetatable({ session = session }, { __index = shard.server.shared["/*/admin_shell/env"].roompass });
	local ok, words = section[name](section, ...);
	return ok, words, table.concat(printed, "\n");
end

describe("roompass:status()", function ()
	local shard;
	after_each(function () shards.close(shard); end);

	it("shows each guarded host, its keys and its revocations", function ()
		shard = shards.new { feed = feeds.member };
		local ok, words, printed = run(shard, "status");
		assert.is_true(ok);
		assert.equal("1 guarded host", words);
		for _, line in ipairs {
			conference, "revocations 2 with 1 entries, 0 s old", "keys: kPrK_qmx", "issuer roompass, audience jitsi, refusal destroy",
			"exempt domains: auth.example.org; admins: admin@auth.example.org", "verifier: version "..real.rv.version,
		} do
			assert.truthy(printed:find(line, 1, true), line.." is not in "..printed);
		end
	end);

	it("is an error when a door is shut, and says why", function ()
		shard = shards.new { global = { roompass_key_set = "/nowhere/set.jwks.json" } };
		local ok, words, printed = run(shard, "status");
		assert.falsy(ok);
		assert.equal("every room is shut on "..conference, words);
		assert.truthy(printed:find("/nowhere/set.jwks.json", 1, true));
		assert.truthy(printed:find("verifier: none", 1, true));
	end);

	it("goes with the last door", function ()
		shard = shards.new();
		local other = shard.server:load("open.example.org", "muc_roompass");
		shard.muc.environment.module.unload();
		assert.equal("1 guarded host", select(2, run(shard, "status")));
		other.environment.module.unload();
		assert.is_nil(shard.server.shared["/*/admin_shell/env"].roompass);
	end);
end);

describe("roompass:explain()", function ()
	local shard;
	before_each(function () shard = shards.new { feed = feeds.nothing }; end);
	after_each(function () shards.close(shard); end);

	for name, case in pairs({
		["a token and a room"] = { real.member, "standup" };
		["a token and a room as somebody types it"] = { real.member, "StandUp" };
		["a token and a room's JID"] = { real.member, "standup@"..conference };
		["a link"] = { link };
		["a link and another time"] = { link, nil, "2026-01-01T00:30:00Z" };
		["a link and seconds"] = { link, nil, tostring(real.starts) };
		["a connection"] = { "wss://example.org/xmpp-websocket?room=standup&token="..real.member, "standup" };
	}) do
		it("takes "..name, function ()
			local ok, words, printed = run(shard, "explain", table.unpack(case, 1, 3));
			assert.equal("admit", words);
			assert.is_true(ok);
			assert.truthy(printed:find("standup@"..conference, 1, true));
			assert.falsy(printed:find(real.member:match("[^.]+$"), 1, true));
		end);
	end

	it("makes every check, in the order of the specification", function ()
		local _, _, printed = run(shard, "explain", link);
		local order = {};
		for check in printed:gmatch("\n  %S+ +(%S+)") do order[#order + 1] = check; end
		local documented = {};
		for line in io.lines("../docs/token-format.md") do
			documented[#documented + 1] = line:match("^%d+%. %*%*([%w-]+)%*%*");
		end
		assert.same(documented, order);
	end);

	for name, case in pairs({
		["another room"] = { "deny wrong-room: ", link, "other" };
		["a tenant's room"] = { "deny wrong-room: ", "https://example.org/Sales/Standup?jwt="..real.member };
		["a later time"] = { "deny expired: ", link, nil, "2026-01-01T02:00:00Z" };
		["no token"] = { "deny token-missing: ", "https://example.org/standup" };
		["garbage"] = { "deny malformed: ", "garbage", "standup" };
	}) do
		it("is an error, with what to do, for "..name, function ()
			local ok, words, printed = run(shard, "explain", table.unpack(case, 2, 4));
			assert.falsy(ok);
			assert.equal(case[1], words:sub(1, #case[1]));
			assert.truthy(words:find("; ", 1, true), words);
			assert.truthy(printed:find("failed", 1, true));
		end);
	end

	for name, case in pairs({
		["nothing"] = { "LINK-OR-TOKEN" };
		["a token alone"] = { "no room", real.member };
		["a room of another host"] = { "on a guarded host: "..conference, link, "standup@open.example.org" };
		["a time that is none"] = { "the time is none", link, nil, "tomorrow" };
		["a table"] = { "LINK-OR-TOKEN", {} };
	}) do
		it("says what it needs when it gets "..name, function ()
			local ok, words = run(shard, "explain", table.unpack(case, 2, 4));
			assert.falsy(ok);
			assert.truthy(words:find(case[1], 1, true), words);
			assert.falsy(words:find(real.member, 1, true));
		end);
	end

	-- The room, as people are in it.
	local function open_room()
		local room = stand_in.room("standup@"..conference);
		shard.server.prosody.hosts[conference].modules.muc = {
			get_room_from_jid = function (room_jid) return room_jid == room.jid and room; end;
		};
		return room;
	end

	it("knows who was in the room before", function ()
		local room = open_room();
		shard.server.now = real.starts + 600 + real.leeway + 1;
		assert.equal("deny join-closed", select(2, run(shard, "explain", real.join_early, "standup")):match("^[^:]+"));
		room.roompass_came = { ["join-early"] = true };
		assert.equal("admit", select(2, run(shard, "explain", real.join_early, "standup")));
	end);

	it("counts who is in the room, but not for another time", function ()
		local room = open_room();
		shard.server:settle(shard.server:connect("room=standup&token="..real.one_seat), "p1@example.org/r", room);
		assert.equal("admit", select(2, run(shard, "explain", real.one_seat, "standup")));
		shard.server:join(shard.server:connect("room=standup&token="..real.one_seat), "p2@example.org/r", room);
		local guest = shard.server:connect("room=standup&token="..real.one_seat);
		shard.server:join(guest, "p3@example.org/r", room);
		shard.server:settle(guest, "p3@example.org/r", room);
		assert.equal("deny seats-taken", select(2, run(shard, "explain", real.one_seat, "standup")):match("^[^:]+"));
		assert.equal("admit", select(2, run(shard, "explain", real.one_seat, "standup", tostring(real.starts + 60))));
	end);

	it("says why when there is no verifier", function ()
		os.remove(shard.key_set);
		shard.server.prosody.events.fire_event("config-reloaded");
		local ok, words = run(shard, "explain", link);
		assert.falsy(ok);
		assert.truthy(words:find("Every room is shut", 1, true));
	end);

	it("logs nothing", function ()
		shard.server.log = {};
		run(shard, "explain", link);
		run(shard, "explain", link, "other");
		assert.same({}, shard.server.log);
	end);
end);
