-- A key set that a root key signed: what a shard takes, and what shuts it. The sets are those of tests/vectors.

local real = require "real_verifier";
local shards = require "shard";

local member = "room=standup&token="..real.member;

local function text_of(name)
	local file = assert(io.open("../tests/vectors/keys/"..name, "rb"));
	local text = file:read("a");
	file:close();
	return text;
end

local root, signed, plain = text_of("root.jwk.json"), text_of("signed.jwks.jwt"), text_of("numbered.jwks.json");

describe("a shard with a root key", function ()
	local shard, root_file;
	before_each(function () root_file = shards.write_file(root); end);
	after_each(function ()
		shards.close(shard);
		os.remove(root_file);
	end);

	local function use(text)
		shards.rewrite(shard.key_set, text);
		shard.server.prosody.events.fire_event("config-reloaded");
	end

	local function open(root_key)
		shard = shards.new { global = { roompass_root_key = root_key } };
		use(signed);
	end

	local function assert_open()
		assert.falsy(shards.try_room(shard, member));
		assert.equal("info", shard.muc.status);
	end

	local function assert_shut(said)
		assert.equal("verifier-unavailable", (shards.try_room(shard, member)));
		assert.equal("error", shard.muc.status);
		assert.truthy(shard.muc.status_text:find(said, 1, true), shard.muc.status_text);
	end

	it("takes the set that it signed, the root given as a file", function ()
		open(root_file);
		assert_open();
	end);

	it("or as the key itself", function ()
		open(root);
		assert_open();
	end);

	it("takes no plain one", function ()
		open(root_file);
		use(plain);
		assert_shut("the key set is not signed, but a root key is set");
		use(signed);
		assert_open();
	end);

	for name, said in pairs({ forged = "is not the root key's", ["root-inside"] = "is in the key set itself", ["no-seq"] = "has no `seq`" }) do
		it("nor one that is "..name, function ()
			open(root_file);
			use(text_of("bad-"..name..".jwks.jwt"));
			assert_shut(said);
		end);
	end

	for name, case in pairs({
		["is missing"] = { "/nowhere/root.jwk.json", "/nowhere/root.jwk.json" };
		["is no key"] = { '{"kty":"OKP"}', "the root key is on another curve" };
		["shows its private half"] = { text_of("root-private.jwk.json"), "the root key shows its private half" };
		["is to be fetched"] = { "https://issuer.example/root.jwk.json", "a root key is pinned here" };
	}) do
		it("is shut when the root key "..name, function ()
			open(case[1]);
			assert_shut(case[2]);
		end);
	end

	it("shows in the shell which edition it has, and whose", function ()
		open(root_file);
		local printed = {};
		local section = setmetatable({ session = { print = function (line) printed[#printed + 1] = line; end } },
			{ __index = shard.server.shared["/*/admin_shell/env"].roompass });
		assert.is_true((section:status()));
		assert.truthy(table.concat(printed, "\n"):find("keys: kPrK_qmx; edition 7; signed by Q06vF8d5", 1, true), table.concat(printed, "\n"));
	end);
end);

describe("a shard that has met an edition of a key set", function ()
	local shard;
	after_each(function () shards.close(shard); end);

	local function use(text)
		shards.rewrite(shard.key_set, text);
		shard.server.prosody.events.fire_event("config-reloaded");
		return (shards.try_room(shard, member));
	end

	it("takes no older one, signed or not", function ()
		shard = shards.new();
		assert.falsy(use(plain));
		assert.equal("verifier-unavailable", use((plain:gsub('"seq": 7', '"seq": 6'))));
		assert.truthy(shard.muc.status_text:find("rolled back from edition 7 to 6", 1, true), shard.muc.status_text);
		assert.falsy(use(plain));
		assert.falsy(use((plain:gsub('"seq": 7', '"seq": 8'))));
		assert.equal("verifier-unavailable", use(plain), "which was good in its time");
	end);

	it("nor one without a number", function ()
		shard = shards.new();
		assert.falsy(use(plain));
		assert.equal("verifier-unavailable", use(real.key_set));
		assert.truthy(shard.muc.status_text:find("edition 7 was seen before", 1, true), shard.muc.status_text);
	end);
end);
