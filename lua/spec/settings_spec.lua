local real = require "real_verifier";
local shards = require "shard";

local member = "room=standup&token="..real.member;

describe("a wrong setting keeps the door shut and is named", function ()
	local shard;
	after_each(function () shards.close(shard); end);

	local function assert_named(options, said)
		shard = shards.new(options);
		assert.equal("verifier-unavailable", (shards.try_room(shard, member)));
		assert.equal("error", shard.muc.status);
		assert.truthy(shard.server:logged(said), shard.muc.status_text);
	end

	for name, case in pairs({
		["an unknown option"] = { "roompass_keyset", "x", "roompass_keyset, in the section of conference.example.org, is not an option" };
		["a mode that is none"] = { "roompass_mode", "wach", 'write "enforce" or "watch"' };
		["a key set that is a list"] = { "roompass_key_set", { "a" }, "write the path or the URL of a key set" };
		["a key set that is a number"] = { "roompass_key_set", 5, "write the path or the URL of a key set" };
		["a key set by FTP"] = { "roompass_key_set", "ftp://issuer.example/jwks.json", "write a path, or a URL with https" };
		["a refresh of a second"] = { "roompass_refresh", 1, "write whole seconds, 10 to 86400" };
		["an issuer that is a list"] = { "roompass_issuer", { "roompass" }, "roompass_issuer, in the section" };
		["an empty audience"] = { "roompass_audience", "", "roompass_audience, in the section" };
		["revocations by FTP"] = { "roompass_revocations", "ftp://issuer.example/revocations", "write a path, or a URL with https" };
		["revocations that are a list"] = { "roompass_revocations", { "a" }, "write the path or the URL of a feed" };
		["a staleness that is a text"] = { "roompass_max_stale", "1h", "write whole seconds" };
		["a staleness below a minute"] = { "roompass_max_stale", 59, "write whole seconds, 60 or more" };
		["a staleness of half seconds"] = { "roompass_max_stale", 90.5, "write whole seconds" };
		["a staleness of nothing"] = { "roompass_max_stale", 3600, "set roompass_revocations or roompass_status_list too" };
		["an unknown refusal"] = { "roompass_refusal", "destory", 'write "destroy", "not-allowed" or "login"' };
		["a focus that is no JID"] = { "roompass_focus_jid", "focus@@auth", "write one JID" };
		["domains as a map"] = { "roompass_exempt_domains", { ["auth.example.org"] = true }, "write a list of domains" };
		["domains with names"] = { "roompass_exempt_domains", { focus = "auth.example.org" }, "write a list of domains" };
		["a domain that is a JID"] = { "roompass_exempt_domains", { "focus@auth.example.org" }, "write a list of domains" };
		["domains that are a boolean"] = { "roompass_exempt_domains", true, "write a list of domains" };
		["a library path that is a number"] = { "roompass_verifier_path", 1, "roompass_verifier_path, in the section" };
	}) do
		it(name, function ()
			assert_named({ component = { [case[1]] = case[2] } }, case[3]);
		end);
	end

	it("in the global section, where no conference request passes either", function ()
		assert_named({ global = { roompass_keyset = "x" } }, "roompass_keyset, in the global section, is not an option");
		assert.equal("error", shard.gate.status);
	end);

	it("when it comes with a reload, too", function ()
		shard = shards.new();
		assert.falsy(shards.try_room(shard, member));
		shard.server:set("*", "roompass_keyset", "x");
		shard.server.prosody.events.fire_event("config-reloaded");
		assert.equal("verifier-unavailable", (shards.try_room(shard, member)));
	end);

	it("or is taken at a reload, when it is another audience or issuer", function ()
		shard = shards.new();
		for name, code in pairs { roompass_audience = "wrong-audience", roompass_issuer = "wrong-issuer" } do
			assert.falsy(shards.try_room(shard, "room=standup&token="..real.member));
			shard.server:set("conference.example.org", name, "other");
			shard.server.prosody.events.fire_event("config-reloaded");
			assert.equal(code, (shards.try_room(shard, "room=standup&token="..real.member)));
			shard.server:set("conference.example.org", name, nil);
			shard.server.prosody.events.fire_event("config-reloaded");
		end
	end);

	it("until it is repaired", function ()
		assert_named({ component = { roompass_refusal = "destory" } }, "roompass_refusal");
		shard.server:set("conference.example.org", "roompass_refusal", "login");
		shard.server.prosody.events.fire_event("config-reloaded");
		assert.falsy(shards.try_room(shard, member));
		assert.equal("info", shard.muc.status);
	end);
end);

describe("an exempt domain on which strangers log in", function ()
	local shard;
	after_each(function () shards.close(shard); end);

	local function host(authentication, module_name, option)
		return { authentication = authentication, modules_enabled = { module_name }, [option or "storage"] = option and true or nil };
	end

	for name, case in pairs({
		["because login is anonymous"] = { host("anonymous"), "without a password" };
		["because Jitsi's login is anonymous"] = { host("jitsi-anonymous"), "without a password" };
		["because guests with links log in"] = { host("internal_hashed", "roompass"), "it loads mod_roompass" };
		["because tokens are optional"] = { host("token", "bosh", "allow_empty_token"), "allow_empty_token" };
		["because everybody may register"] = { host("internal_hashed", "bosh", "allow_registration"), "allow_registration" };
	}) do
		it("shuts the door "..name, function ()
			shard = shards.new { component = { roompass_exempt_domains = { "auth.example.org", "Example.org" } }, guests = case[1] };
			assert.equal("error", shard.muc.status);
			assert.truthy(shard.muc.status_text:find("roompass_exempt_domains names example.org", 1, true));
			assert.truthy(shard.muc.status_text:find(case[2], 1, true));
			assert.equal("verifier-unavailable", (shards.try_room(shard, member)));
			assert.falsy(shards.try_room(shard, nil, nil, "focus@auth.example.org/focus"));
		end);
	end

	it("is not one with invited accounts only", function ()
		shard = shards.new {
			component = { roompass_exempt_domains = { "example.org" } };
			guests = { authentication = "internal_hashed", allow_registration = true, registration_invite_only = true, modules_enabled = {} };
		};
		assert.equal("info", shard.muc.status);
	end);
end);
