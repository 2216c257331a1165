local real = require "real_verifier";
local shards = require "shard";
local stand_in = require "stand_in";

local function query(token)
	return "room=standup&token="..token;
end

describe("the limits of a link", function ()
	local shard, room, people;
	before_each(function ()
		shard = shards.new();
		room = stand_in.room("standup@conference.example.org");
		people = 0;
	end);
	after_each(function () shards.close(shard); end);

	-- Somebody comes with this link; returns the code of a refusal, or nil and who they are.
	local function come(token)
		people = people + 1;
		local from = ("p%d@example.org/r"):format(people);
		local guest = shard.server:connect(query(token));
		local refused = shard.server:join(guest, from, room);
		if refused then return stand_in.code_of(guest.sent[#guest.sent]); end
		shard.server:settle(guest, from, room);
		return nil, from, guest;
	end

	it("let one person in with a link for one, and the next when they have left", function ()
		local refused, first = come(real.one_seat);
		assert.falsy(refused);
		assert.equal("seats-taken", come(real.one_seat));
		assert.falsy(come(real.member));
		shard.server:leave(first, room);
		assert.falsy(come(real.one_seat));
	end);

	it("count nobody twice when they are asked again", function ()
		local _, first, guest = come(real.one_seat);
		assert.falsy(shard.server:join(guest, first, room));
	end);

	it("count somebody who is there and was refused when asked again", function ()
		local _, first, guest = come(real.one_seat);
		local function use(key_set)
			shards.rewrite(shard.key_set, key_set);
			shard.server.prosody.events.fire_event("config-reloaded");
		end
		use(real.other_key_set);
		assert.truthy(shard.server:join(guest, first, room));
		use(real.key_set);
		assert.equal("seats-taken", come(real.one_seat));
	end);

	it("count everybody with a link, and not the exempt", function ()
		assert.falsy(come(real.member));
		shard.server:settle(shard.server:connect(nil), "focus@auth.example.org/focus", room);
		assert.falsy(come(real.two_places));
		assert.equal("room-full", come(real.two_places));
	end);

	it("close first joins, but not the way back", function ()
		local _, first = come(real.join_early);
		shard.server:leave(first, room);
		shard.server.now = real.starts + 600 + real.leeway;
		assert.falsy(come(real.join_early));
		room = stand_in.room("standup@conference.example.org");
		shard.server.now = shard.server.now + 1;
		assert.equal("join-closed", come(real.join_early));
	end);

	it("keep the door shut when they are missing", function ()
		shards.close(shard);
		shard = shards.new { missing = { ["roompass_limits.lib.lua"] = true } };
		assert.equal("verifier-unavailable", (shards.try_room(shard, query(real.member))));
	end);
end);
