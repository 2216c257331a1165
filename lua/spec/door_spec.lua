local formdecode = require "util.http".formdecode;

local real = require "real_verifier";
local shards = require "shard";

local member = "room=standup&token="..real.member;
local owner = "room=standup&token="..real.owner;
local standup = "standup@conference.example.org";

describe("the door", function ()
	local shard;
	before_each(function () shard = shards.new(); end);
	after_each(function () shards.close(shard); end);

	it("admits a good link to its room", function ()
		assert.equal("info", shard.muc.status);
		assert.falsy(shards.try_room(shard, member));
	end);

	for name, case in pairs({
		["no token"] = { "room=standup", "standup", "token-missing" };
		["an empty token"] = { "room=standup&token=", "standup", "token-missing" };
		["no query at all"] = { nil, "standup", "token-missing" };
		["garbage"] = { "room=standup&token=garbage", "standup", "malformed" };
		["more than 4 KiB"] = { "room=standup&token="..("a"):rep(9000), "standup", "malformed" };
		["a link for another room"] = { "room=other&token="..real.member, "other", "wrong-room" };
		["a connection for another room"] = { "room=other&token="..real.member, "standup", "wrong-room" };
		["a connection without a room"] = { "token="..real.member, "standup", "wrong-room" };
		["a connection for two rooms"] = { "room=other&room=standup&token="..real.member, "standup", "wrong-room" };
		["a health check's room name"] = { "room=__jicofo-health-check-1", "__jicofo-health-check-1", "token-missing" };
	}) do
		it("refuses "..name, function ()
			local query, node, code = table.unpack(case, 1, 3);
			local refused, _, room = shards.try_room(shard, query, node);
			assert.equal(code, refused);
			assert.same({}, room.affiliations);
		end);
	end

	it("takes the name in the connection as Jitsi's clients write it, canonical or decoded", function ()
		for _, query in ipairs { "%25c3%25bcberraum", "%c3%bcberraum" } do
			assert.falsy(shards.try_room(shard, "room="..query.."&token="..real.umlaut, "%c3%bcberraum"));
		end
	end);

	it("takes no query that a balancer may read otherwise", function ()
		for _, query in ipairs {
			"x=1;room=b&room=standup", "x=1?room=b&room=standup", "x;room=b&%72oom=standup", "%72oom=standup", "room=standup&room=standup",
		} do
			assert.equal("wrong-room", (shards.try_room(shard, query.."&token="..real.member)), query);
		end
	end);

	it("reads a query as Prosody does", function ()
		math.randomseed(4);
		local pieces = { "room", "token", "=", "=", "&", "%", "+", "%72", "%3d", "%26", "a", "2b", "oom", "&token=", "room=" };
		for _ = 1, 5000 do
			local words = {};
			for i = 1, math.random(9) do words[i] = pieces[math.random(#pieces)]; end
			local query = table.concat(words);
			local form = formdecode(query);
			form = type(form) == "table" and form or {};
			local link = shard.server:connect(query).roompass;
			assert.equal(form.token ~= "" and form.token or nil, link.token, query);
			local named = 0;
			for _, pair in ipairs(form) do
				if pair.name == "room" then named = named + 1; end
			end
			local _, plain = ("&"..query):gsub("&room=", "");
			local room = named > 0 and (named == 1 and plain == 1 and form.room or "") or nil;
			assert.equal(room, link.room_query, query);
		end
	end);

	it("takes no other spelling, which may lead to another shard", function ()
		for query, node in pairs { ["StandUp"] = "standup", ["stand/up"] = "standup", ["%C3%9Cberraum"] = "%c3%bcberraum" } do
			local token = node == "standup" and real.member or real.umlaut;
			assert.equal("wrong-room", (shards.try_room(shard, "room="..query.."&token="..token, node)));
		end
	end);

	it("says when a link has ended", function ()
		shard.server.now = real.expires + real.leeway;
		assert.equal("expired", (shards.try_room(shard, member)));
	end);

	it("makes the holder of an owner's link owner of a new room", function ()
		local refused, _, room = shards.try_room(shard, owner);
		assert.falsy(refused);
		assert.equal("owner", room.affiliations["guest@example.org"]);
	end);

	it("takes the ownership back when they leave", function ()
		local _, guest, room = shards.try_room(shard, owner);
		shard.server:settle(guest, shards.guest_jid, room);
		shard.server:leave(shards.guest_jid, room);
		assert.is_nil(room.affiliations["guest@example.org"]);
	end);

	it("makes no owner of somebody whose nick is taken", function ()
		local _, _, room = shards.try_room(shard, member);
		room.nicks = { [room.jid.."/nick"] = { bare_jid = "ada@example.org" } };
		shard.server:join(shard.server:connect(owner), "boss@example.org/r", room);
		assert.is_nil(room.affiliations["boss@example.org"]);
	end);

	it("lets only people in the room and the exempt send through it", function ()
		local _, guest, room = shards.try_room(shard, member);
		for _, what in ipairs { "invite", "decline" } do
			assert.truthy(shard.server:invite(guest, "stranger@example.org/r", room, what), what);
			assert.is_nil((shard.server:invite(guest, "focus@auth.example.org/focus", room, what)));
		end
		shard.server:settle(guest, shards.guest_jid, room);
		assert.is_nil((shard.server:invite(guest, shards.guest_jid, room, "invite")));
	end);

	it("makes a member, and no owner, of a member who makes the room", function ()
		local refused, _, room = shards.try_room(shard, member);
		assert.falsy(refused);
		assert.equal("member", room.affiliations["guest@example.org"]);
	end);

	it("does not let a member own the room they make, not even for a moment", function ()
		local refused, _, room = shards.try_room(shard, member);
		assert.falsy(refused);
		assert.is_nil(room.given_to);
		assert.is_nil(room.roompass_creator);
		local asked = { affiliation = "owner", jid = "guest@example.org", room = room };
		shard.server.prosody.hosts["conference.example.org"].events.fire_event("muc-pre-set-affiliation", asked);
		assert.is_nil(asked.allowed); -- who makes them an owner later may
	end);

	it("takes from a member what the server gives unasked", function ()
		shard.server.gives_unasked = true;
		local refused, _, room = shards.try_room(shard, member);
		assert.falsy(refused);
		assert.equal("guest@example.org", room.given_to);
		assert.equal("member", room.affiliations["guest@example.org"]);
	end);

	it("makes an owner of somebody who joins later", function ()
		local _, _, room = shards.try_room(shard, member);
		local refused, occupant = shard.server:join(shard.server:connect(owner), "boss@example.org/r", room);
		assert.falsy(refused);
		assert.equal("owner", room.affiliations["boss@example.org"]);
		assert.equal("moderator", occupant.role);
	end);

	it("does not lift a ban", function ()
		local _, _, room = shards.try_room(shard, member);
		room.affiliations["boss@example.org"] = "outcast";
		shard.server:join(shard.server:connect(owner), "boss@example.org/r", room);
		assert.equal("outcast", room.affiliations["boss@example.org"]);
	end);

	for from, exempt in pairs({
		["admin@auth.example.org/x"] = true;
		["focus@auth.example.org/focus"] = true;
		["admin@example.org/x"] = false;
		["admin@auth.example.org.evil/x"] = false;
		["auth.example.org@example.org/auth.example.org"] = false;
	}) do
		it((exempt and "exempts " or "does not exempt ")..from, function ()
			assert.equal(not exempt and "token-missing" or nil, (shards.try_room(shard, nil, nil, from)) or nil);
		end);
	end

	it("does not believe in an admin on a domain without passwords", function ()
		shard.server:set("*", "admins", { "admin@example.org" });
		shard.server.prosody.events.fire_event("config-reloaded");
		assert.equal("token-missing", (shards.try_room(shard, nil, nil, "admin@example.org/x")));
	end);

	it("logs one line for a refusal, without token, nick or name", function ()
		shard.server.log = {};
		shards.try_room(shard, "room=other&token="..real.member, "other");
		assert.equal(1, #shard.server.log);
		assert.equal("Refused other@conference.example.org: wrong-room (somebody of example.org, kid kPrK_qmx, jti AAAAAAAAAAA)", shard.server.log[1].text);
	end);

	it("logs kid and jti of who was admitted, and no token", function ()
		shards.try_room(shard, member);
		assert.truthy(shard.server:logged("Admitted to standup@conference.example.org: kid kPrK_qmx, jti AAAAAAAAAAA"));
		assert.falsy(shard.server:logged(real.member));
		assert.falsy(shard.server:logged("Ada"));
	end);
end);

describe("what the door remembers", function ()
	local shard;
	before_each(function () shard = shards.new(); end);
	after_each(function () shards.close(shard); end);

	local function way_in(guest)
		local kept = shard.server:conference_iq(guest, shards.guest_jid, "focus.example.org", standup);
		local refused, room = shard.server:create_and_join(guest, shards.guest_jid, standup);
		return not kept and not refused, room;
	end

	it("costs one decision for conference request, new room and join", function ()
		assert.truthy(way_in(shard.server:connect(member)));
		assert.equal(1, shard.count.decisions);
	end);

	it("is not shared between sessions", function ()
		way_in(shard.server:connect(member));
		way_in(shard.server:connect(member));
		assert.equal(2, shard.count.decisions);
	end);

	it("outlives a reload that changes nothing", function ()
		local guest = shard.server:connect(member);
		way_in(guest);
		shard.server.prosody.events.fire_event("config-reloaded");
		assert.truthy(way_in(guest));
		assert.equal(1, shard.count.decisions);
	end);

	it("is forgotten with the key set", function ()
		local guest = shard.server:connect(member);
		assert.truthy(way_in(guest));
		shards.rewrite(shard.key_set, real.other_key_set);
		shard.server.prosody.events.fire_event("config-reloaded");
		assert.falsy(way_in(guest));
		assert.equal("unknown-key", require "stand_in".code_of(guest.sent[#guest.sent]));
	end);

	it("ends in the second in which the link ends", function ()
		local guest = shard.server:connect(member);
		shard.server.now = real.expires + real.leeway - 1;
		local entered, room = way_in(guest);
		assert.truthy(entered);
		assert.falsy((shard.server:join(guest, shards.guest_jid, room)));
		assert.equal(1, shard.count.decisions);
		shard.server.now = real.expires + real.leeway;
		assert.truthy((shard.server:join(guest, shards.guest_jid, room)));
		assert.equal("expired", require "stand_in".code_of(guest.sent[#guest.sent]));
	end);

	it("keeps no verifier that nobody else needs", function ()
		local guest = shard.server:connect(member);
		assert.truthy(way_in(guest));
		local kept = guest.roompass.grants.standup.verdict_of;
		assert.truthy(kept[1]);
		shards.rewrite(shard.key_set, real.other_key_set);
		shard.server.prosody.events.fire_event("config-reloaded");
		collectgarbage();
		assert.is_nil(kept[1]);
	end);

	it("is of one token and no other", function ()
		local guest = shard.server:connect("room=standup");
		shard.server:conference_iq(guest, shards.guest_jid, "focus.example.org", standup, "set", real.member);
		assert.truthy(way_in(guest));
		shard.server:conference_iq(guest, shards.guest_jid, "focus.example.org", standup, "set", "garbage");
		assert.truthy(shard.server:create_and_join(guest, shards.guest_jid, standup));
		assert.equal("malformed", require "stand_in".code_of(guest.sent[#guest.sent]));
	end);

	it("is admission only", function ()
		local guest = shard.server:connect("room=standup&token=garbage");
		way_in(guest);
		assert.same({}, guest.roompass.grants);
	end);
end);
