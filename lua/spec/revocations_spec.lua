-- A feed that is good is taken at once; one that is not changes nothing, except that at first there must be one.

local feeds = require "feeds";
local real = require "real_verifier";
local shards = require "shard";
local stand_in = require "stand_in";

local member = "room=standup&token="..real.member;
local one_seat = "room=standup&token="..real.one_seat;

local function reload(shard)
	shard.server.prosody.events.fire_event("config-reloaded");
end

local function assert_status(shard, level, said)
	assert.equal(level, shard.muc.status);
	assert.truthy(shard.muc.status_text:find(said, 1, true), shard.muc.status_text);
end

local function count_logged(shard, said)
	local count = 0;
	for _, line in ipairs(shard.server.log) do
		if line.text:find(said, 1, true) then count = count + 1; end
	end
	return count;
end

describe("the revocations", function ()
	local shard;
	after_each(function () shards.close(shard); end);

	local function become(feed)
		shards.rewrite(shard.feed, feed);
		shard.server:pass(10);
	end

	it("refuse what they name, and nothing else", function ()
		shard = shards.new { feed = feeds.member };
		assert.equal("revoked", (shards.try_room(shard, member)));
		assert.falsy(shards.try_room(shard, one_seat));
		assert_status(shard, "info", "revocations 2 with 1 entries, 0 s old");
	end);

	it("are known to all doors of a server in the same second", function ()
		shard = shards.new { feed = feeds.nothing };
		shard.server:pass(3);
		shard.server:add_host("lobby.example.org", { component_module = "muc", roompass_kind = "lobby", roompass_main_muc = "conference.example.org" });
		local lobby = shard.server:load("lobby.example.org", "muc_roompass");
		local function edition(door) return door.status_text:match("revocations %d+"); end
		shards.rewrite(shard.feed, feeds.member);
		for _ = 1, 10 do
			shard.server:pass(1);
			assert.equal(edition(shard.muc), edition(lobby));
		end
		assert.equal("revocations 2", edition(lobby));
	end);

	it("are taken when there are newer ones, also against who was admitted before", function ()
		shard = shards.new { feed = feeds.nothing };
		local guest = shard.server:connect(member);
		local room = stand_in.room("standup@conference.example.org");
		assert.falsy((shard.server:join(guest, shards.guest_jid, room)));
		become(feeds.member);
		assert.truthy((shard.server:join(guest, shards.guest_jid, room)));
		assert.equal("revoked", stand_in.code_of(guest.sent[#guest.sent]));
		assert.truthy(shard.server:logged("Took the revocations 2 with 1 entries"));
		assert_status(shard, "info", "revocations 2");
	end);

	it("are taken with the same number, signed again", function ()
		shard = shards.new { feed = feeds.member };
		shard.server:pass(real.expires - shard.server.now);
		become(feeds.renewed);
		assert_status(shard, "info", "revocations 2 with 1 entries, 10 s old");
	end);

	for name, case in pairs({
		["rolled back"] = { feeds.nothing, "rolled back from 2 to 1" };
		["forged"] = { feeds.forged, "signature" };
		["broken"] = { feeds.renewed:sub(1, -9), "does not accept" };
		["blank"] = { "\n", "does not accept" };
		["a room token"] = { real.member, "header is refused" };
	}) do
		it("stay in force when what comes later is "..name, function ()
			shard = shards.new { feed = feeds.member };
			become(case[1]);
			assert.equal("revoked", (shards.try_room(shard, member)));
			assert.falsy(shards.try_room(shard, one_seat));
			assert_status(shard, "warn", "revocations 2 with 1 entries, 10 s old");
			assert_status(shard, "warn", case[2]);
			become(case[1].."\n"); -- another file with the same fault
			shard.server:pass(10);
			assert.equal(1, count_logged(shard, "The revocations are not taken"));
			become(feeds.renewed);
			assert_status(shard, "info", "revocations 2");
		end);
	end

	it("stay in force when their file is gone", function ()
		shard = shards.new { feed = feeds.member };
		os.remove(shard.feed);
		shard.server:pass(10);
		assert.equal("revoked", (shards.try_room(shard, member)));
		assert_status(shard, "warn", "cannot be read");
		become(feeds.renewed);
		assert_status(shard, "info", "revocations 2");
	end);

	it("are not rolled back by a reload either, nor by a verifier that is remembered", function ()
		shard = shards.new { feed = feeds.nothing };
		become(feeds.member);
		shards.rewrite(shard.feed, feeds.nothing);
		reload(shard);
		assert.equal("verifier-unavailable", (shards.try_room(shard, one_seat)));
		assert_status(shard, "error", "rolled back from 2 to 1");
	end);

	it("are read once as long as the file does not change", function ()
		shard = shards.new { feed = feeds.nothing };
		shard.server.now = os.time() + 10; -- the file has not just been written
		shard.server:pass(10);
		local open, reads = io.open, 0;
		io.open = function (...) reads = reads + 1; return open(...); end -- luacheck: ignore 122
		shard.server:pass(10);
		shard.server:pass(10);
		io.open = open; -- luacheck: ignore 122
		assert.equal(0, reads);
	end);

	it("cost no remembered grant when they are the same", function ()
		shard = shards.new { feed = feeds.nothing };
		local guest = shard.server:connect(member);
		local room = stand_in.room("standup@conference.example.org");
		shard.server:join(guest, shards.guest_jid, room);
		become(feeds.nothing);
		reload(shard);
		assert.falsy((shard.server:join(guest, shards.guest_jid, room)));
		assert.equal(1, shard.count.decisions);
	end);
end);

describe("without revocations at first", function ()
	local shard;
	after_each(function () shards.close(shard); end);

	for name, case in pairs({
		["empty"] = { "", "are empty" };
		["broken"] = { "broken", "does not accept" };
		["forged"] = { feeds.forged, "signature" };
	}) do
		it("the door is shut when the feed is "..name, function ()
			shard = shards.new { feed = case[1] };
			assert.equal("verifier-unavailable", (shards.try_room(shard, member)));
			assert_status(shard, "error", case[2]);
			assert.truthy(shard.server:logged("Every room is shut: the "));
		end);
	end

	it("the door is shut until a reload or the next look finds them", function ()
		shard = shards.new { feed = feeds.nothing };
		for _, look in ipairs { reload, function () shard.server:pass(60); end } do
			os.remove(shard.feed);
			reload(shard);
			assert.equal("verifier-unavailable", (shards.try_room(shard, member)));
			assert_status(shard, "error", "put the feed there");
			shards.rewrite(shard.feed, feeds.nothing);
			look(shard);
			assert.falsy(shards.try_room(shard, member));
			assert_status(shard, "info", "revocations 1");
		end
	end);

	it("the door says what is wrong now, not what was at first", function ()
		shard = shards.new { feed = "" };
		shards.rewrite(shard.feed, feeds.forged);
		shard.server:pass(60);
		assert_status(shard, "error", "signature");
		assert.equal("verifier-unavailable", (shards.try_room(shard, member)));
	end);

	it("the door is shut when they are a folder", function ()
		shard = shards.new { global = { roompass_revocations = "/tmp" } };
		assert_status(shard, "error", "the revocations /tmp are no file but a directory");
	end);
end);

describe("revocations that nobody renews", function ()
	local shard;
	after_each(function () shards.close(shard); end);

	it("stay in force for ever, unless the operator said how long", function ()
		shard = shards.new { feed = feeds.nothing };
		shard.server:pass(3000);
		assert.falsy(shards.try_room(shard, member));
		assert_status(shard, "info", "3060 s old");
	end);

	it("shut the door when they are older than that, also for who was admitted before", function ()
		shard = shards.new { feed = feeds.nothing, global = { roompass_max_stale = 60 } };
		local guest = shard.server:connect(one_seat);
		local room = stand_in.room("standup@conference.example.org");
		assert.falsy((shard.server:join(guest, shards.guest_jid, room)));
		shard.server.now = shard.server.now + 1;
		assert.truthy((shard.server:join(guest, shards.guest_jid, room)));
		assert.equal("revocations-stale", stand_in.code_of(guest.sent[#guest.sent]));
		shard.server:pass(10);
		shard.server:pass(10);
		assert_status(shard, "error", "Every room is shut: revocations 1 with 0 entries, 81 s old, and roompass_max_stale allows 60");
		assert.equal(1, count_logged(shard, "Every room is shut"));
		shards.rewrite(shard.feed, feeds.member);
		shard.server:pass(10);
		assert_status(shard, "info", "revocations 2 with 1 entries, 31 s old");
		assert.falsy(shards.try_room(shard, one_seat));
	end);
end);

describe("the timer of the revocations", function ()
	local shard;
	after_each(function () shards.close(shard); end);

	it("is one, however often the configuration is read", function ()
		shard = shards.new { feed = feeds.nothing };
		reload(shard);
		reload(shard);
		assert.equal(3, shard.server:count_timers()); -- and those of the key set and the stays
	end);

	it("does nothing more when it goes off after a reload", function ()
		shard = shards.new { feed = feeds.nothing };
		local old;
		for timer in pairs(shard.server.timers) do old = timer.delay > 1 and timer or old; end
		reload(shard);
		assert.is_nil(old.callback());
	end);

	it("ends with the module", function ()
		shard = shards.new { feed = feeds.nothing };
		shard.muc.environment.module.unload();
		assert.equal(0, shard.server:count_timers());
	end);

	it("ends with the option", function ()
		shard = shards.new { feed = feeds.nothing };
		shard.server:set("*", "roompass_revocations", nil);
		reload(shard);
		assert.equal(2, shard.server:count_timers());
	end);

	it("goes on when a look goes wrong, and the last good ones stay in force", function ()
		local library = setmetatable({}, { __index = real.rv });
		function library.new(settings)
			if settings.revocations and settings.revocations:text() == feeds.renewed then
				return { key_set = function () return {}; end, revocations = function () error("out of order"); end, status_list = function () end };
			end
			return real.rv.new(settings);
		end
		shard = shards.new { feed = feeds.member, library = library };
		shards.rewrite(shard.feed, feeds.renewed);
		shard.server:pass(10);
		assert_status(shard, "warn", "out of order");
		assert.equal("revoked", (shards.try_room(shard, member)));
		assert.equal(3, shard.server:count_timers());
	end);
end);
