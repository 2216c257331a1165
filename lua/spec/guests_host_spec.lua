-- mod_roompass: what it keeps of the URL, and which conference requests pass.

local real = require "real_verifier";
local shards = require "shard";

local member = "room=standup&token="..real.member;
local standup = "standup@conference.example.org";

describe("what is kept of a connection's URL", function ()
	local shard;
	setup(function () shard = shards.new(); end);
	teardown(function () shards.close(shard); end);

	for name, case in pairs({
		["both"] = { "room=a&token=t", {}, "a", "t" };
		["nothing from no query"] = { nil, {}, nil, nil };
		["nothing from a query without ="] = { "token", {}, nil, nil };
		["the last token of two"] = { "token=one&token=two", {}, nil, "two" };
		["no room out of two"] = { "room=a&room=b", {}, "", nil };
		["no room named twice"] = { "room=a&room=a", {}, "", nil };
		["the decoded room"] = { "room=%C3%9Cberraum", {}, "Überraum", nil };
		["the Bearer header when there is no token"] = { "room=a", { authorization = "Bearer h" }, "a", "h" };
		["the Bearer header when the token is empty"] = { "token=", { authorization = "bearer h" }, nil, "h" };
		["the token before the header"] = { "token=t", { authorization = "Bearer h" }, nil, "t" };
		["no other scheme's header"] = { "room=a", { authorization = "Basic h" }, "a", nil };
	}) do
		it(name, function ()
			local link = shard.server:connect(case[1], case[2]).roompass;
			assert.equal(case[3], link.room_query);
			assert.equal(case[4], link.token);
		end);
	end

	it("is never more than 4 KiB and a byte of token", function ()
		assert.equal(4097, #shard.server:connect("token="..("a"):rep(9000)).roompass.token);
	end);

	it("is kept for BOSH too", function ()
		local session = {};
		local request = { headers = {}, url = { query = "room=a&token=t" } };
		shard.server.prosody.events.fire_event("bosh-session", { request = request, session = session });
		assert.same({ grants = {}, room_query = "a", token = "t" }, session.roompass);
	end);
end);

describe("a conference request", function ()
	local shard;
	before_each(function () shard = shards.new(); end);
	after_each(function () shards.close(shard); end);

	for _, to in ipairs { "focus.example.org", "focus@auth.example.org", "focus@auth.example.org/focus", standup.."/focus" } do
		it("without a token to "..to.." is answered and goes no further", function ()
			local guest = shard.server:connect("room=standup");
			assert.is_true(shard.server:conference_iq(guest, shards.guest_jid, to, standup));
			local answer = guest.sent[1]:get_child("conference", "http://jitsi.org/protocol/focus");
			assert.equal("result", guest.sent[1].attr.type);
			assert.equal(to, guest.sent[1].attr.from);
			assert.same({ focusjid = "focus@auth.example.org", ready = "true", room = standup, xmlns = "http://jitsi.org/protocol/focus" }, answer.attr);
			assert.same({ name = "authentication", value = "false" }, answer:get_child("property").attr);
		end);

		it("with a good token to "..to.." passes untouched", function ()
			local guest = shard.server:connect(member);
			assert.is_nil(shard.server:conference_iq(guest, shards.guest_jid, to, standup));
			assert.same({}, guest.sent);
		end);
	end

	for name, room_jid in pairs({
		["another room"] = "other@conference.example.org";
		["a MUC without a door"] = "standup@open.example.org";
		["a host that is no MUC"] = "standup@auth.example.org";
		["another server"] = "standup@conference.elsewhere";
		["no room"] = "conference.example.org";
		["no JID"] = "@@";
	}) do
		it("for "..name.." goes no further", function ()
			local guest = shard.server:connect(member);
			assert.is_true(shard.server:conference_iq(guest, shards.guest_jid, "focus.example.org", room_jid));
		end);
	end

	it("goes no further when the room's door was unloaded", function ()
		shard.muc.environment.module.unload();
		assert.is_true(shard.server:conference_iq(shard.server:connect(member), shards.guest_jid, "focus.example.org", standup));
	end);

	it("goes no further when the guards are gone, though a door was left behind", function ()
		shard.server.prosody.hosts["conference.example.org"].modules.muc_roompass = nil;
		assert.is_true(shard.server:conference_iq(shard.server:connect(member), shards.guest_jid, "focus.example.org", standup));
	end);

	it("goes no further when the door fails", function ()
		shard.server.shared["/*/roompass/doors"]["conference.example.org"].judge = function () error("broken"); end;
		assert.is_true(shard.server:conference_iq(shard.server:connect(member), shards.guest_jid, "focus.example.org", standup));
	end);

	it("goes no further from a session without a URL", function ()
		local guest = { sent = {}, send = function () end };
		assert.is_true(shard.server:conference_iq(guest, shards.guest_jid, "focus.example.org", standup));
	end);

	it("goes no further without the settings file, whoever asks", function ()
		shards.close(shard);
		shard = shards.new { missing = { ["roompass_settings.lib.lua"] = true } };
		assert.is_true(shard.server:conference_iq(shard.server:connect(member), shards.guest_jid, "focus.example.org", standup));
		assert.equal("error", shard.gate.status);
	end);

	it("names the focus of the settings", function ()
		shard.server:set("example.org", "roompass_focus_jid", "focusUser@auth.example.org");
		shard.server.prosody.events.fire_event("config-reloaded");
		local guest = shard.server:connect(nil);
		shard.server:conference_iq(guest, shards.guest_jid, "focus.example.org", standup);
		assert.equal("focusUser@auth.example.org", guest.sent[1]:get_child("conference", "http://jitsi.org/protocol/focus").attr.focusjid);
	end);

	it("passes from an admin of this domain, where passwords are asked for", function ()
		shard.server:set("*", "admins", { "admin@example.org" });
		shard.server:set("example.org", "authentication", "internal_hashed");
		shard.server.prosody.events.fire_event("config-reloaded");
		assert.is_nil(shard.server:conference_iq(shard.server:connect(nil), "admin@example.org/r", "focus.example.org", standup));
	end);

	it("is a set; other stanzas are not touched", function ()
		for _, kind in ipairs { "get", "result", "error" } do
			local guest = shard.server:connect(nil);
			assert.truthy(shard.server:conference_iq(guest, shards.guest_jid, "focus.example.org", standup, kind), kind);
			assert.equal(kind == "get" and 1 or 0, #guest.sent);
		end
	end);
end);
