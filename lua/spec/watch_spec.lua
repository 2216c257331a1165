-- `roompass_mode = "watch"`: whatever would be refused is told and counted, and comes in.

local real = require "real_verifier";
local shards = require "shard";

local member = "room=standup&token="..real.member;
local stranger = "room=standup";
local watch = { roompass_mode = "watch" };

local function knock_at_focus(shard, query)
	local guest = shard.server:connect(query);
	return shard.server:conference_iq(guest, shards.guest_jid, "focus.example.org", "standup@conference.example.org") or false;
end

describe("watch mode", function ()
	local shard;
	after_each(function () shards.close(shard); end);

	it("lets in who would be refused, tells it once and counts it once", function ()
		shard = shards.new { global = watch };
		shard.server.log = {};
		assert.falsy(shards.try_room(shard, stranger));
		assert.equal(1, #shard.server.log);
		assert.equal("Would refuse standup@conference.example.org: token-missing (somebody of example.org)", shard.server.log[1].text);
		assert.equal(1, shard.server.metrics["decisions{watch,token-missing}"]);
		assert.equal(0, shard.server.metrics["decisions{deny,token-missing}"]);
	end);

	it("lets every conference request pass, and counts it", function ()
		shard = shards.new { global = watch };
		assert.falsy(knock_at_focus(shard, stranger));
		assert.equal(1, shard.server.metrics["conference_requests{watch,token-missing}"]);
	end);

	it("is loud about itself", function ()
		shard = shards.new { global = watch };
		for _, module in ipairs { shard.muc, shard.gate } do
			assert.equal("warn", module.status);
			assert.truthy(module.status_text:find("Watching only", 1, true));
		end
		assert.truthy(shard.server:logged("Watching only"));
	end);

	it("honours a good link", function ()
		shard = shards.new { global = watch };
		local _, _, room = shards.try_room(shard, "room=standup&token="..real.owner);
		assert.equal("owner", room.affiliations["guest@example.org"]);
		assert.equal(1, shard.server.metrics["decisions{admit,link}"]);
	end);

	for name, options in pairs({
		["the key set is missing"] = { global = { roompass_key_set = "/nowhere/set.jwks.json", roompass_mode = "watch" } };
		["a setting is wrong"] = { global = { roompass_refusal = "shrug", roompass_mode = "watch" } };
		["the library is none"] = { global = watch, library = {} };
		["a file of ours is missing"] = { global = watch, missing = { ["roompass.lib.lua"] = true } };
		["the settings' file is missing"] = { global = watch, missing = { ["roompass_settings.lib.lua"] = true } };
		["the words of a refusal are missing"] = { global = watch, missing = { ["roompass_refusal.lib.lua"] = true } };
	}) do
		it("refuses nothing when "..name, function ()
			shard = shards.new(options);
			assert.falsy(shards.try_room(shard, stranger));
			assert.falsy(knock_at_focus(shard, stranger));
			assert.not_equal("info", shard.muc.status);
			for _, line in ipairs(shard.server.log) do assert.falsy(line.text:find("^Every room is shut")); end
		end);
	end

	it("may be for one host", function ()
		shard = shards.new { component = watch };
		assert.falsy(shards.try_room(shard, stranger));
		assert.falsy(knock_at_focus(shard, stranger));
		shard.server:set("*", "roompass_mode", "watch");
		shard.server:set("conference.example.org", "roompass_mode", "enforce");
		assert.equal("token-missing", (shards.try_room(shard, stranger)));
		assert.truthy(knock_at_focus(shard, stranger));
	end);

	it("ends with a reload", function ()
		shard = shards.new { global = watch };
		shard.server:set("*", "roompass_mode", nil);
		shard.server.prosody.events.fire_event("config-reloaded");
		assert.equal("token-missing", (shards.try_room(shard, stranger)));
		assert.equal("info", shard.muc.status);
		assert.falsy(shards.try_room(shard, member));
	end);
end);
