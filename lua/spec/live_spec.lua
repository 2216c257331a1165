-- Key set and revocations by HTTP: current while the issuer is up, as they were while it is not.

local feeds = require "feeds";
local real = require "real_verifier";
local shards = require "shard";
local webs = require "web";

local member = "room=standup&token="..real.member;
local one_seat = "room=standup&token="..real.one_seat;
local key_set_url = "https://issuer.example/.well-known/jwks.json";
local feed_url = "https://issuer.example/.well-known/revocations";

describe("documents by HTTP", function ()
	local web, shard, data;

	local function restart(options)
		if shard then shard.server:settle_work(); end
		if shard then shards.close(shard); end
		shard = shards.new {
			data = options and options.data or data;
			global = { roompass_key_set = key_set_url, roompass_revocations = feed_url, roompass_max_stale = options and options.max_stale };
			web = web.serve;
		};
	end

	before_each(function ()
		data = shards.new_folder();
		web = webs.new { [key_set_url] = real.key_set, [feed_url] = feeds.member };
		shard = nil;
	end);
	after_each(function ()
		shard.server:settle_work();
		shards.close(shard);
		shards.remove_folder(data);
	end);

	local function assert_status(level, said)
		assert.equal(level, shard.muc.status, shard.muc.status_text);
		assert.truthy(shard.muc.status_text:find(said, 1, true), shard.muc.status_text);
	end

	local function wait(seconds)
		for _ = 1, seconds // 10 do shard.server:pass(10); end
	end

	it("decide as those in files", function ()
		restart();
		assert.equal("revoked", (shards.try_room(shard, member)));
		assert.falsy(shards.try_room(shard, one_seat));
		assert_status("info", "revocations 2 with 1 entries");
	end);

	it("are asked for with their tag, as often as they say", function ()
		restart();
		local is_known;
		web.documents[feed_url] = function (options, callback)
			is_known = options.headers["If-None-Match"];
			callback("", 304, { code = 304, headers = {} });
		end;
		shard.server:pass(10);
		assert.truthy(is_known);
		assert.equal(2, web.count(feed_url));
		wait(210);
		assert.equal(1, web.count(key_set_url), "before three quarters of its five minutes");
		wait(80);
		assert.equal(2, web.count(key_set_url));
		assert_status("info", "revocations 2");
	end);

	it("shut the door while there never were any", function ()
		web.documents = {};
		restart();
		assert.equal("verifier-unavailable", (shards.try_room(shard, one_seat)));
		assert_status("error", "connection refused");
		wait(3600);
		assert.equal("verifier-unavailable", (shards.try_room(shard, one_seat)));
		web.documents = { [key_set_url] = real.key_set, [feed_url] = feeds.renewed };
		wait(60);
		assert_status("info", "revocations 2");
	end);

	it("stay in force for an hour without the issuer, and over a restart", function ()
		restart();
		web.documents = {};
		wait(600);
		assert_status("warn", "which stay in force");
		restart();
		assert.equal("revoked", (shards.try_room(shard, member)));
		assert.falsy(shards.try_room(shard, one_seat));
		wait(3000);
		assert.falsy(shards.try_room(shard, one_seat));
	end);

	it("are not rolled back by a restart, until the operator removes what was noted", function ()
		restart();
		web.documents[feed_url] = feeds.nothing;
		restart();
		assert.equal("revoked", (shards.try_room(shard, member)));
		assert_status("warn", "rolled back from 2 to 1");
		shard.server:settle_work();
		shards.remove_folder(data.."/roompass");
		shard.server.prosody.events.fire_event("config-reloaded");
		assert.falsy(shards.try_room(shard, member));
		assert_status("info", "revocations 1");
	end);

	for name, answer in pairs({
		["an error"] = function (_, callback) callback("no", 500, { code = 500, headers = {} }); end;
		["cut off"] = function (_, callback) callback(feeds.renewed:sub(1, -20), 200, { code = 200, headers = {} }); end;
		["forged"] = function (_, callback) callback(feeds.forged, 200, { code = 200, headers = {} }); end;
		["endless redirections"] = function (_, callback) callback("", 302, { code = 302, headers = { location = feed_url } }); end;
		["a redirection to plain HTTP"] = function (_, callback)
			callback("", 301, { code = 301, headers = { location = "http://issuer.example/" } });
		end;
		["a redirection to a file"] = function (_, callback) callback("", 301, { code = 301, headers = { location = "file:///etc/passwd" } }); end;
		["too long, said at once or not"] = function (options)
			local sink = options.streaming_handler { code = 200, headers = {} };
			local piece = ("x"):rep(1024 * 1024);
			for _ = 1, 64 do assert.is_true(sink:write(piece)); end
			assert.is_false(sink:write(piece));
		end;
		["a trickle"] = function (options)
			local sink = options.streaming_handler { code = 200, headers = {} };
			for _ = 1, 100 do sink:write("x"); end
		end;
		["an error in Prosody's client"] = function () error("out of order"); end;
	}) do
		it("stay in force when the answer is "..name, function ()
			restart();
			web.documents[feed_url] = answer;
			wait(90);
			assert_status("warn", "which stay in force");
			assert.equal("revoked", (shards.try_room(shard, member)));
			web.documents[feed_url] = feeds.renewed;
			wait(60);
			assert_status("info", "revocations 2");
		end);
	end

	it("are read in pieces, so that a fast server does not stop ours", function ()
		restart();
		local request, bytes;
		web.documents[feed_url] = function (_, _, to_come) request = to_come; end;
		shard.server:pass(10);
		request.conn = nil; -- the connection comes later
		request.conn = { set_mode = function (_, most) bytes = most; end };
		assert.equal(64 * 1024, bytes);
		request.conn = {}; -- of a kind that cannot do that
	end);

	it("are asked for once by all components that wait for them, also when the one that asked is gone", function ()
		local answers = {};
		for _, url in ipairs { key_set_url, feed_url } do
			local document = web.documents[url];
			web.documents[url] = function (_, callback)
				table.insert(answers, function () callback(document, 200, { code = 200, headers = { etag = '"1"' } }); end);
			end;
		end
		restart();
		shard.server:add_host("lobby.example.org", { component_module = "muc", roompass_kind = "lobby", roompass_main_muc = "conference.example.org" });
		local lobby = shard.server:load("lobby.example.org", "muc_roompass");
		assert.equal("error", lobby.status);
		assert.equal(2, #answers);
		shard.muc.environment.module.unload();
		for _, answer in ipairs(answers) do answer(); end
		assert.equal("info", lobby.status, lobby.status_text);
		assert.equal(1, web.count(feed_url));
	end);

	it("are asked for once at each later time too, and at that time alone", function ()
		restart();
		shard.server:add_host("lobby.example.org", { component_module = "muc", roompass_kind = "lobby", roompass_main_muc = "conference.example.org" });
		local lobby = shard.server:load("lobby.example.org", "muc_roompass");
		local before = web.count(feed_url);
		for _ = 1, 600 do shard.server:pass(1); end
		local looks = web.count(feed_url) - before;
		assert.is_true(looks >= 60 and looks <= 80, looks.." looks in 600 s, and a ttl of 10 s");
		assert.equal("info", lobby.status, lobby.status_text);
		web.documents[feed_url] = feeds.renewed;
		for _ = 1, 10 do shard.server:pass(1); end
		for _, door in ipairs { lobby, shard.muc } do assert.truthy(door.status_text:find("revocations 2", 1, true)); end
	end);

	it("are asked for anew at a reload", function ()
		restart();
		web.documents[feed_url] = feeds.renewed;
		local before = web.count(feed_url);
		shard.server.prosody.events.fire_event("config-reloaded");
		assert.equal(before + 1, web.count(feed_url));
	end);

	it("are followed to another place", function ()
		web.documents[feed_url] = function (_, callback) callback("", 302, { code = 302, headers = { location = "/feed" } }); end;
		web.documents["https://issuer.example/feed"] = feeds.member;
		restart();
		assert_status("info", "revocations 2");
	end);

	it("are looked for once when a token names an unknown key", function ()
		web.documents[key_set_url] = real.other_key_set;
		web.documents[feed_url] = nil;
		restart();
		shard.server:set("*", "roompass_revocations", nil);
		shard.server:set("*", "roompass_max_stale", nil);
		shard.server.prosody.events.fire_event("config-reloaded");
		local before = web.count(key_set_url);
		web.documents[key_set_url] = real.key_set;
		assert.equal("unknown-key", (shards.try_room(shard, member)));
		assert.falsy(shards.try_room(shard, member));
		web.documents[key_set_url] = real.other_key_set;
		shard.server.prosody.events.fire_event("config-reloaded");
		for _ = 1, 50 do shards.try_room(shard, member); end
		assert.is_true(web.count(key_set_url) <= before + 3, "strangers made the shard ask again and again");
	end);

	it("are in force though the disk is full", function ()
		restart { data = "/dev/full" };
		assert.equal("revoked", (shards.try_room(shard, member)));
		assert_status("info", "revocations 2");
		shard.server:settle_work();
		assert.truthy(shard.server:logged("was not kept"));
	end);

	it("never show what is secret in an address", function ()
		web.documents = {};
		restart();
		shard.server:set("*", "roompass_key_set", "https://me:secret@issuer.example/jwks.json?key=hidden");
		shard.server.prosody.events.fire_event("config-reloaded");
		for _, secret in ipairs { "secret", "hidden" } do
			assert.falsy(shard.server:logged(secret));
			assert.falsy(shard.muc.status_text:find(secret, 1, true));
		end
	end);
end);
