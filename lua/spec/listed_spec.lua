-- The door of a shard that follows a status list: what it names is refused, and the last good one stays in force.

local feeds = require "feeds";
local lists = require "lists";
local real = require "real_verifier";
local shards = require "shard";
local stand_in = require "stand_in";
local webs = require "web";

local first, second = "room=standup&token="..lists.first, "room=standup&token="..lists.second;
local unlisted = "room=standup&token="..real.member;
local key_set_url, list_url = "https://issuer.example/.well-known/jwks.json", "https://issuer.example/lists/1";

describe("a door with a status list", function ()
	local shard, data, file;
	before_each(function () data = shards.new_folder(); end);
	after_each(function ()
		shard.server:settle_work();
		shards.close(shard);
		shards.remove_folder(data);
		if file then os.remove(file); end
		file = nil;
	end);

	local function open(list, more)
		file = file or shards.write_file(list);
		local global = { roompass_status_list = file };
		for name, value in pairs(more or {}) do global[name] = value; end
		shard = shards.new { data = data, feed = global.feed, global = global };
	end

	local function become(list)
		shards.rewrite(file, list);
		shard.server:pass(10);
	end

	local function assert_status(level, said)
		assert.equal(level, shard.muc.status, shard.muc.status_text);
		assert.truthy(shard.muc.status_text:find(said, 1, true), shard.muc.status_text);
	end

	local function refused(query)
		return (shards.try_room(shard, query));
	end

	it("refuses what it does not call valid, and nothing else", function ()
		open(lists.taken_back);
		assert.falsy(refused(first));
		assert.equal("revoked", refused(second));
		assert.falsy(refused(unlisted));
		assert.equal("status-unknown", refused("room=standup&token="..lists.elsewhere));
		assert_status("info", "status list with 4 entries, 0 s old");
		assert.truthy(shard.server:logged("Took the status list with 4 entries"));
	end);

	it("is shown in the shell", function ()
		open(lists.taken_back);
		local printed = {};
		local session = { print = function (line) printed[#printed + 1] = line; end };
		local section = setmetatable({ session = session }, { __index = shard.server.shared["/*/admin_shell/env"].roompass });
		assert.is_true((section:revocations()));
		assert.same({ 'conference.example.org: status list "https://issuer.example/lists/1", 4 entries, signed 0 s ago' }, printed);
	end);

	it("tells its age to those who watch", function ()
		open(lists.taken_back);
		shard.server:pass(30);
		shard.server.prosody.events.fire_event("stats-update");
		assert.equal(30, shard.server.metrics["status_list_age"]);
	end);

	it("refuses what names a list where there is none", function ()
		shard = shards.new { data = data };
		assert.equal("status-unknown", refused(first));
		assert.falsy(refused(unlisted));
	end);

	it("takes a newer list, also against who was admitted before", function ()
		open(lists.nothing);
		local guest, room = shard.server:connect(second), stand_in.room("standup@conference.example.org");
		assert.falsy((shard.server:join(guest, shards.guest_jid, room)));
		become(lists.taken_back);
		assert.truthy((shard.server:join(guest, shards.guest_jid, room)));
		assert.equal("revoked", stand_in.code_of(guest.sent[#guest.sent]));
	end);

	for name, list in pairs({ ["an older one"] = lists.nothing, ["a forged one"] = lists.forged, ["half of one"] = lists.renewed:sub(1, 200),
		["none"] = "", ["a feed"] = feeds.nothing }) do
		it("stays with its list where there is now "..name, function ()
			open(lists.taken_back);
			become(list);
			assert_status("warn", "which stays in force, for what came later is not taken");
			assert.equal("revoked", refused(second));
			assert.falsy(refused(first));
			become(lists.renewed);
			assert_status("info", "status list with 4 entries");
		end);
		if list ~= lists.nothing then
			it("lets nobody in with "..name.." at first", function ()
				open(list);
				assert.equal("verifier-unavailable", refused(first));
				assert.equal("verifier-unavailable", refused(unlisted));
				assert_status("error", "status list");
				shards.rewrite(file, lists.nothing);
				shard.server:pass(60);
				assert.falsy(refused(second));
			end);
		end
	end

	it("lets nobody in while the file is not there", function ()
		file = "/nonexistent/list.jwt";
		open();
		assert.equal("verifier-unavailable", refused(unlisted));
		assert_status("error", "put the list there or correct roompass_status_list");
		file = nil;
	end);

	it("does not take an older one after a restart", function ()
		open(lists.taken_back);
		shard.server:settle_work();
		shards.close(shard);
		shards.rewrite(file, lists.nothing);
		open();
		assert.equal("verifier-unavailable", refused(unlisted));
		assert_status("error", "the status list was rolled back from");
	end);

	it("refuses what names a list that nobody renewed, and nothing else", function ()
		open(lists.nothing, { roompass_max_stale = 120 });
		assert.falsy(refused(first));
		shard.server:pass(70);
		assert.equal("revocations-stale", refused(first));
		assert.falsy(refused(unlisted));
		assert_status("warn", "which is too old, so no link that names it opens a room: nobody renewed it");
		assert.truthy(shard.server:logged("No link that names the status list opens a room"));
		become(lists.renewed);
		shard.server:pass(10);
		assert.falsy(refused(first));
	end);

	it("refuses what names a list that is past its end", function ()
		open(lists.short);
		assert.falsy(refused(first));
		shard.server:pass(119);
		assert.falsy(refused(first));
		shard.server:pass(10);
		assert.equal("revocations-stale", refused(first));
		assert_status("warn", "which is too old");
	end);

	it("asks list and revocations alike", function ()
		local feed = shards.write_file(feeds.member);
		open(lists.taken_back, { roompass_revocations = feed });
		assert.equal("revoked", refused(unlisted));
		assert.equal("revoked", refused(second));
		assert.falsy(refused(first));
		assert_status("info", "revocations 2 with 1 entries, 0 s old; status list with 4 entries");
		os.remove(feed);
	end);
end);

describe("a status list by HTTP", function ()
	local web, shard, data;

	local function restart()
		if shard then
			shard.server:settle_work();
			shards.close(shard);
		end
		shard = shards.new { data = data, global = { roompass_key_set = key_set_url, roompass_status_list = list_url }, web = web.serve };
	end

	before_each(function ()
		data = shards.new_folder();
		web = webs.new { [key_set_url] = real.key_set, [list_url] = lists.taken_back };
		shard = nil;
	end);
	after_each(function ()
		shard.server:settle_work();
		shards.close(shard);
		shards.remove_folder(data);
	end);

	it("is asked for as often as it says, and outlives its issuer and a restart", function ()
		restart();
		assert.equal("revoked", (shards.try_room(shard, second)));
		shard.server:pass(10);
		assert.equal(2, web.count(list_url));
		web.documents = {};
		restart();
		assert.equal("revoked", (shards.try_room(shard, second)));
		assert.falsy(shards.try_room(shard, first));
		assert.truthy(shard.muc.status_text:find("which stays in force", 1, true), shard.muc.status_text);
	end);

	it("shuts the door while there never was any", function ()
		web.documents[list_url] = nil;
		restart();
		assert.equal("verifier-unavailable", (shards.try_room(shard, unlisted)));
		web.documents[list_url] = lists.nothing;
		shard.server:pass(60);
		assert.falsy(shards.try_room(shard, second));
	end);
end);
