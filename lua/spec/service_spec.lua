-- Names asked of an HTTP service. The service is a stand-in here; tests/e2e has a real one.

local async = require "util.async";
local shards = require "shard";

describe("names from a service", function ()
	local shard, asked;

	before_each(function ()
		asked = {};
		package.loaded["net.http"] = { request = function (url, _, callback) asked[#asked + 1] = { answer = callback, url = url }; end };
		shard = shards.new { component = { roompass_open_rooms_url = "https://portal.example.org/rooms?key=1" } };
	end);
	after_each(function ()
		package.loaded["net.http"] = nil;
		shards.close(shard);
	end);

	-- A guest who comes as Prosody lets them, in a thread of their own. Returns what tells their code.
	local function come(node)
		local code = "waits";
		local runner = async.runner(function ()
			local guest = shard.server:connect("room="..node);
			shard.server:arrive(guest, shards.guest_jid, node.."@conference.example.org");
			code = (shards.try_room(shard, "room="..node, node)) or "in";
		end);
		runner:run(true);
		return function () return code; end;
	end

	it("are not asked about people whom the main server let in, whose stream would wait", function ()
		shard.server:set("conference.example.org", "roompass_main_domains", { "main.example" });
		shard.server.prosody.events.fire_event("config-reloaded");
		for from, questions in pairs { ["ada@main.example/r"] = 0, ["eve@elsewhere.example/r"] = 1 } do
			asked = {};
			async.runner(function ()
				shard.server:arrive({ type = "s2sin" }, from, from:match("^%w+").."@conference.example.org");
			end):run(true);
			assert.equal(questions, #asked, from);
		end
	end);

	for name, case in pairs({
		["200"] = { "hello", 200, "in" };
		["204"] = { "", 204, "in" };
		["JSON that says yes"] = { '{"open":true}', 200, "in" };
		["JSON that says no"] = { '{"open":false}', 200, "token-missing" };
		["404"] = { "", 404, "token-missing" };
		["410"] = { "", 410, "token-missing" };
		["500"] = { "", 500, "verifier-unavailable" };
		["302"] = { "", 302, "verifier-unavailable" };
		["no connection"] = { "connection refused", 0, "verifier-unavailable" };
		["JSON that says maybe"] = { '{"open":"maybe"}', 200, "verifier-unavailable" };
	}) do
		it("are understood: "..name, function ()
			local outcome = come("lobby");
			assert.equal("waits", outcome());
			assert.equal("https://portal.example.org/rooms?key=1&room=lobby", asked[1].url);
			asked[1].answer(case[1], case[2]);
			assert.equal(case[3], outcome());
		end);
	end

	it("are asked once for all who wait, and remembered for a while", function ()
		local first, second = come("lobby"), come("lobby");
		assert.equal(1, #asked);
		asked[1].answer("", 200);
		assert.same({ "in", "in" }, { first(), second() });
		assert.equal("in", come("lobby")());
		shard.server:pass(60);
		assert.equal("waits", come("lobby")());
		assert.equal(2, #asked);
	end);

	it("keep nobody waiting past the time limit, and say so", function ()
		local outcome = come("lobby");
		shard.server:pass(5);
		assert.equal("verifier-unavailable", outcome());
		assert.equal("warn", shard.muc.status);
		assert.truthy(shard.muc.status_text:find("did not answer in time", 1, true));
		asked[1].answer("", 200); -- too late, and no harm
		assert.equal("verifier-unavailable", come("lobby")());
		shard.server:pass(5);
		come("lobby");
		assert.equal(2, #asked);
	end);

	it("are not asked for more than some at a time", function ()
		for number = 1, 40 do come("room"..number); end
		assert.equal(32, #asked);
		assert.equal("verifier-unavailable", come("another")());
	end);

	it("are not asked for somebody with a link, an admin, or a server's own list", function ()
		shard.server:set("conference.example.org", "roompass_open_rooms", { "lobby" });
		shard.server.prosody.events.fire_event("config-reloaded");
		assert.equal("in", come("lobby")());
		shard.server:arrive(shard.server:connect("room=x&token=garbage"), shards.guest_jid, "x@conference.example.org");
		shard.server:arrive(shard.server:connect("room=x"), "focus@auth.example.org/focus", "x@conference.example.org");
		assert.equal(0, #asked);
	end);

	it("let everybody go who waits when the door goes", function ()
		local outcome = come("lobby");
		shard.server.prosody.events.fire_event("config-reloaded");
		assert.equal("verifier-unavailable", outcome());
	end);

	it("bring nobody in who has left meanwhile", function ()
		local passed = false;
		local guest = shard.server:connect("room=lobby");
		async.runner(function ()
			passed = not shard.server:arrive(guest, shards.guest_jid, "lobby@conference.example.org");
		end):run(true);
		guest.destroyed = true;
		asked[1].answer("", 200);
		assert.is_false(passed);
	end);

	it("are asked for a conference request too", function ()
		local kept;
		async.runner(function ()
			local guest = shard.server:connect("room=lobby");
			kept = shard.server:conference_iq(guest, shards.guest_jid, "focus.example.org", "lobby@conference.example.org") or false;
		end):run(true);
		assert.is_nil(kept);
		asked[1].answer("", 200);
		assert.is_false(kept);
	end);
end);
