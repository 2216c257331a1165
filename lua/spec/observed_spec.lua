-- What an operator learns afterwards: lines and numbers.

local feeds = require "feeds";
local real = require "real_verifier";
local shards = require "shard";

local conference = "conference.example.org";

describe("a refusal's line", function ()
	local shard;
	before_each(function () shard = shards.new(); shard.server.log = {}; end);
	after_each(function () shards.close(shard); end);

	local function lines(query, node)
		shard.server.log = {};
		shards.try_room(shard, query, node);
		return shard.server.log;
	end

	it("names key and token once the signature holds", function ()
		local log = lines("room=other&token="..real.member, "other");
		assert.equal(1, #log);
		assert.equal("Refused other@"..conference..": wrong-room (somebody of example.org, kid kPrK_qmx, jti AAAAAAAAAAA)", log[1].text);
	end);

	it("names them too when the room is full, and not the person", function ()
		local query = "room=standup&token="..real.one_seat;
		local _, guest, room = shards.try_room(shard, query);
		shard.server:settle(guest, shards.guest_jid, room);
		shard.server.log = {};
		shard.server:join(shard.server:connect(query), "other@example.org/r", room);
		local text = shard.server.log[#shard.server.log].text;
		assert.equal("Refused standup@"..conference..": seats-taken (somebody of example.org, kid kPrK_qmx, jti one-seat)", text);
	end);

	it("names nothing of what a stranger claims", function ()
		local forged = real.member:gsub(".$", "A");
		local log = lines("room=standup&token="..forged);
		assert.equal("Refused standup@"..conference..": bad-signature (somebody of example.org)", log[1].text);
	end);

	it("is one in a minute for all that are too many, and every one is counted", function ()
		for _ = 1, 500 do shards.try_room(shard, "room=standup"); end
		for _ = 1, 3 do shards.try_room(shard, "room=standup&token=garbage"); end
		assert.equal(60, #shard.server.log);
		assert.equal(500, shard.server.metrics["decisions{deny,token-missing}"]);
		shard.server:pass(60);
		assert.equal("Refused 443 more in this minute: malformed 3, token-missing 440", shard.server.log[61].text);
		assert.equal("warn", shard.server.log[61].level);
		shards.try_room(shard, "room=standup");
		assert.equal("Refused standup@"..conference..": token-missing (somebody of example.org)", shard.server.log[62].text);
		shard.server:pass(120);
		assert.equal(62, #shard.server.log);
	end);

	it("is summed up when the module goes", function ()
		for _ = 1, 61 do shards.try_room(shard, "room=standup"); end
		shard.muc.environment.module.unload();
		assert.truthy(shard.server:logged("Refused 1 more in this minute: token-missing 1"));
	end);
end);

describe("the numbers", function ()
	local shard;
	before_each(function () shard = shards.new { feed = feeds.member }; end);
	after_each(function () shards.close(shard); end);

	local function documented()
		local names = {};
		for line in io.lines("../docs/metrics.md") do
			local name = line:match("^| `prosody_mod_[a-z_]-roompass__([a-z_]+)`");
			if name then names[name] = true; end
		end
		return names;
	end

	local suffixes = { decisions = "decisions_total", conference_requests = "conference_requests_total" };
	for _, name in ipairs { "verify", "key_set_age", "revocations_age", "status_list_age" } do suffixes[name] = name.."_seconds"; end

	it("are those of docs/metrics.md", function ()
		shards.try_room(shard, "room=standup");
		shard.server:conference_iq(shard.server:connect(""), shards.guest_jid, "focus.example.org", "standup@"..conference);
		local pages, found = documented(), {};
		for series in pairs(shard.server.metrics) do
			local name = series:match("^[^{]+");
			found[suffixes[name] or name] = true;
		end
		assert.same(pages, found);
	end);

	it("are there from the beginning, for each code", function ()
		for _, code in ipairs(real.rv.deny_codes) do
			assert.equal(0, shard.server.metrics["decisions{deny,"..code.."}"], code);
		end
	end);

	it("count an admission once, on whatever ground", function ()
		shards.try_room(shard, "room=standup&token="..real.one_seat);
		shards.try_room(shard, nil, nil, "focus@auth.example.org/focus");
		assert.equal(1, shard.server.metrics["decisions{admit,link}"]);
		assert.equal(1, shard.server.metrics["decisions{admit,exempt}"]);
		assert.equal(1, shard.server.metrics.verify);
	end);

	it("tell rooms, guests and ages at each look", function ()
		local _, guest, room = shards.try_room(shard, "room=standup&token="..real.one_seat);
		shard.server:settle(guest, shards.guest_jid, room);
		shard.server.prosody.hosts[conference].modules.muc.live_rooms = function () return pairs { [room] = true }; end;
		shard.server.now = shard.server.now + 40;
		shard.server.prosody.events.fire_event("stats-update");
		local metrics = shard.server.metrics;
		assert.same({ 1, 1, 0, 0, 2, 40 },
			{ metrics.rooms, metrics.guests, metrics.shut, metrics.watching, metrics.revocations_seq, metrics.key_set_age });
		assert.truthy(metrics.revocations_age >= 40);
		os.remove(shard.key_set);
		shard.server.prosody.events.fire_event("config-reloaded");
		shard.server.prosody.events.fire_event("stats-update");
		assert.equal(1, shard.server.metrics.shut);
	end);
end);
