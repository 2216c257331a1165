-- Whatever is broken, nobody without an exemption gets in, the log says what to do, and a reload after
-- the repair opens the door.

local real = require "real_verifier";
local shards = require "shard";

local member = "room=standup&token="..real.member;

local function reload(shard)
	shard.server.prosody.events.fire_event("config-reloaded");
end

local function assert_shut(shard, said)
	assert.equal("verifier-unavailable", (shards.try_room(shard, member)));
	assert.equal("error", shard.muc.status);
	assert.truthy(shard.muc.status_text:find(said, 1, true), shard.muc.status_text);
	assert.truthy(shard.server:logged(said));
	local guest = shard.server:connect(member);
	assert.truthy(shard.server:conference_iq(guest, shards.guest_jid, "focus.example.org", "standup@conference.example.org"));
end

describe("a broken door", function ()
	local shard, text_file;
	before_each(function () text_file = shards.write_file("this is no library"); end);
	after_each(function ()
		shards.close(shard);
		os.remove(text_file);
	end);

	it("is shut without a library", function ()
		shard = shards.new { global = { roompass_verifier_path = "/nowhere/roompass_verifier.so" } };
		assert_shut(shard, "/nowhere/roompass_verifier.so did not load");
		shard.server:set("*", "roompass_verifier_path", real.path);
		reload(shard);
		assert.falsy(shards.try_room(shard, member));
		assert.equal("info", shard.muc.status);
	end);

	it("is shut when the library is nowhere Lua looks", function ()
		local path, cpath = package.path, package.cpath;
		shard = shards.new();
		package.loaded.roompass_verifier, package.path, package.cpath = nil, "", "/nowhere/?.so";
		reload(shard);
		package.path, package.cpath = path, cpath;
		assert_shut(shard, "it is in none of /nowhere/?.so");
	end);

	it("is shut when the library is a text", function ()
		shard = shards.new { global = { roompass_verifier_path = text_file } };
		assert_shut(shard, text_file.." did not load");
	end);

	it("is shut when the library is for another Lua or not ours", function ()
		shard = shards.new { global = { roompass_verifier_path = "/usr/lib/prosody/util/encodings.so" } };
		assert_shut(shard, "luaopen_roompass_verifier");
	end);

	for _, library in ipairs { true, { new = print }, { canonical_room = print } } do
		it("is shut when another module has the library's name", function ()
			shard = shards.new { library = library };
			assert_shut(shard, "it is not the verifier of Roompass");
		end);
	end

	it("is shut when the library is older than the modules", function ()
		local library = setmetatable({ new = function () return { decide = print }; end }, { __index = real.rv });
		shard = shards.new { library = library };
		assert_shut(shard, "the verifier library is older than these modules");
	end);

	for name, case in pairs({
		["empty"] = { "", "is empty" };
		["blank"] = { " \n", "does not accept" };
		["broken"] = { '{"keys":[', "does not accept" };
		["without keys"] = { '{"keys":[]}', "does not accept" };
		["no JSON at all"] = { "hello", "does not accept" };
	}) do
		it("is shut with a key set that is "..name..", and opens again", function ()
			shard = shards.new();
			shards.rewrite(shard.key_set, case[1]);
			reload(shard);
			assert_shut(shard, case[2]);
			shards.rewrite(shard.key_set, real.key_set);
			reload(shard);
			assert.falsy(shards.try_room(shard, member));
		end);
	end

	it("is shut without a key set file", function ()
		shard = shards.new { global = { roompass_key_set = "/nowhere/set.jwks.json" } };
		assert_shut(shard, "/nowhere/set.jwks.json");
	end);

	it("is shut when the key set is a folder", function ()
		shard = shards.new { global = { roompass_key_set = "/tmp" } };
		assert_shut(shard, "the key set /tmp is no file but a directory");
	end);

	it("is shut without a key set", function ()
		shard = shards.new { global = { roompass_key_set = false } };
		assert_shut(shard, "roompass_key_set is not set");
	end);

	for name, decide in pairs({
		["panics"] = function () error(setmetatable({}, { __tostring = function () return "panicked at decide"; end })); end;
		["answers nothing"] = function () end;
		["answers true"] = function () return true; end;
		["answers an empty grant"] = function () return {}; end;
		["repeats the token in its error"] = function (_, token) error("cannot parse "..token); end;
	}) do
		it("is shut when the verifier "..name, function ()
			local verifier = { decide = decide, key_set = function () return {}; end, status_list = function () end };
			local library = setmetatable({ new = function () return verifier; end }, { __index = real.rv });
			shard = shards.new { library = library };
			assert.equal("verifier-unavailable", (shards.try_room(shard, member)));
			assert.truthy(shard.server:logged("The verifier failed"));
			assert.falsy(shard.server:logged("Admitted"));
			assert.falsy(shard.server:logged(real.member));
		end);
	end

	for _, file in ipairs {
		"roompass", "roompass_build", "roompass_copies", "roompass_fetch", "roompass_job", "roompass_limits", "roompass_live",
		"roompass_loader", "roompass_refusal", "roompass_revocations", "roompass_settings", "roompass_shell", "roompass_source",
		"roompass_endings", "roompass_strangers",
		"roompass_checkup", "roompass_command", "roompass_log", "roompass_metrics", "roompass_names", "roompass_neighbours",
		"roompass_options", "roompass_patterns", "roompass_policies", "roompass_policy_options", "roompass_service", "roompass_standing",
		"roompass_errand", "roompass_renewal",
	} do
		it("is shut without "..file..".lib.lua, and opens when the module is loaded again", function ()
			shard = shards.new { missing = { [file..".lib.lua"] = true } };
			assert_shut(shard, file..".lib.lua");
			shard.muc.environment.module.unload();
			shard.server.missing = {};
			local events = shard.server.prosody.hosts["conference.example.org"].events;
			for _, event in ipairs { "muc-room-pre-create", "muc-occupant-pre-join" } do
				for handler in pairs(events._event_map[event]) do events.remove_handler(event, handler); end
			end
			shard.muc = shard.server:load("conference.example.org", "muc_roompass");
			assert.falsy(shards.try_room(shard, member));
		end);
	end

	it("still lets the exempt in", function ()
		shard = shards.new { global = { roompass_key_set = "/nowhere/set.jwks.json" } };
		assert.falsy(shards.try_room(shard, nil, nil, "focus@auth.example.org/focus"));
	end);

	it("says so when there are no rooms to guard", function ()
		shard = shards.new();
		local module = shard.server:load("auth.example.org", "muc_roompass");
		assert.equal("error", module.status);
		assert.truthy(module.status_text:find("auth.example.org is no MUC component", 1, true));
	end);

	it("brings mod_muc along when it is the component's own type", function ()
		shard = shards.new { component = { component_module = "muc_roompass" } };
		assert.is_true(shard.server.prosody.hosts["conference.example.org"].modules.muc);
		assert.falsy(shards.try_room(shard, member));
	end);
end);
