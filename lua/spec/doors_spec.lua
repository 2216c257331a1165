-- Lobby, breakout rooms, staff, visitor nodes, clients without a URL: who passes which door, by what.
--
-- What Prosody and Jitsi's modules do around them is in tests/e2e.

local real = require "real_verifier";
local shards = require "shard";
local stand_in = require "stand_in";

local member = "room=standup&token="..real.member;
local standup = "standup@conference.example.org";
local breakout_jid = "one@breakout.example.org";

describe("a breakout room", function ()
	local shard, main, guest;

	before_each(function ()
		shard = shards.new();
		shard.server:add_host("breakout.example.org", {
			component_module = "muc", muc_room_locking = false, roompass_kind = "breakout", roompass_main_muc = "conference.example.org";
		});
		shard.breakout = shard.server:load("breakout.example.org", "muc_roompass");
		guest = shard.server:connect(member);
		local _;
		_, main = shard.server:create_and_join(guest, shards.guest_jid, standup);
		shard.server.rooms[standup] = main;
		main._data.breakout_rooms = { [breakout_jid] = "One" };
	end);
	after_each(function () shards.close(shard); end);

	local function enter()
		local room = stand_in.room(breakout_jid);
		if shard.server:join(guest, shards.guest_jid, room) then return stand_in.code_of(guest.sent[#guest.sent]); end
		shard.server.rooms[breakout_jid] = room;
		return nil, room;
	end

	it("needs its main room to be named", function ()
		shard.server:set("breakout.example.org", "roompass_main_muc", nil);
		shard.server.prosody.events.fire_event("config-reloaded");
		assert.truthy(shard.server:logged("set roompass_main_muc"));
	end);

	it("refuses who was never in the main room", function ()
		assert.equal("wrong-room", enter());
	end);

	it("takes who is there, and who just left it", function ()
		shard.server:settle(guest, shards.guest_jid, main);
		assert.falsy(enter());
		shard.server:leave(shards.guest_jid, main, true);
		assert.falsy(enter());
		assert.equal("member", main.affiliations["guest@example.org"]);
	end);

	it("takes nobody who left the meeting", function ()
		shard.server:settle(guest, shards.guest_jid, main);
		shard.server:leave(shards.guest_jid, main, true);
		shard.server:pass(31);
		assert.equal("wrong-room", enter());
		assert.is_nil(main.affiliations["guest@example.org"]);
	end);

	it("takes nobody who was thrown out of the meeting", function ()
		shard.server:settle(guest, shards.guest_jid, main);
		shard.server:leave(shards.guest_jid, main);
		assert.equal("wrong-room", enter());
	end);

	it("takes nobody whose link was withdrawn with its key", function ()
		shard.server:settle(guest, shards.guest_jid, main);
		shards.rewrite(shard.key_set, real.other_key_set);
		shard.server.prosody.events.fire_event("config-reloaded");
		assert.equal("unknown-key", enter());
	end);

	it("holds the stay, and the way back outlives the link", function ()
		shard.server:settle(guest, shards.guest_jid, main);
		local _, room = enter();
		shard.server:settle(guest, shards.guest_jid, room);
		shard.server:leave(shards.guest_jid, main, true);
		shard.server:pass(31);
		assert.equal("member", main.affiliations["guest@example.org"]);
		shard.server.now = real.expires + real.leeway + 1;
		assert.falsy((shard.server:join(guest, shards.guest_jid, main)));
		local late = shard.server:connect(member);
		assert.is_true((shard.server:join(late, "late@example.org/r", main)));
	end);

	it("is opened by Jicofo for who is in the meeting alone", function ()
		assert.is_true(shard.server:conference_iq(guest, shards.guest_jid, "focus.example.org", breakout_jid));
		shard.server:settle(guest, shards.guest_jid, main);
		assert.is_nil(shard.server:conference_iq(guest, shards.guest_jid, "focus.example.org", breakout_jid));
		assert.is_true(shard.server:conference_iq(guest, shards.guest_jid, "focus.example.org", "two@breakout.example.org"));
	end);
end);

describe("who is let in from the lobby", function ()
	local shard, room, stranger;

	before_each(function ()
		shard = shards.new { global = { roompass_lobby = "knock" } };
		room = stand_in.room(standup);
		room._data.members_only, room._data.lobbyroom = true, "standup@lobby.example.org";
		shard.server.rooms[standup] = room;
		stranger = shard.server:connect("room=standup");
	end);
	after_each(function () shards.close(shard); end);

	local function knock()
		local refused = shard.server:join(stranger, "stranger@example.org/r", room);
		return refused and stand_in.code_of(stranger.sent[#stranger.sent]);
	end

	local function make_member(actor, affiliation)
		room.affiliations["stranger@example.org"] = affiliation or "member";
		local event = { actor = actor, affiliation = affiliation or "member", jid = "stranger@example.org", room = room };
		shard.server.prosody.hosts["conference.example.org"].events.fire_event("muc-set-affiliation", event);
	end

	local function settle_owner()
		shard.server:settle(shard.server:connect(member), shards.guest_jid, room);
		room.affiliations[shards.guest_jid] = "owner";
	end

	it("is nobody whom the lobby did not answer", function ()
		assert.equal("token-missing", knock());
	end);

	it("is who was made a member by an owner in the room", function ()
		settle_owner();
		make_member(shards.guest_jid);
		assert.falsy(knock());
		make_member(shards.guest_jid, "none");
		assert.equal("token-missing", knock());
	end);

	it("is nobody whom another module made a member", function ()
		make_member(nil);
		assert.equal("token-missing", knock());
	end);

	it("is nobody whom an owner outside the room made a member", function ()
		room.affiliations[shards.guest_jid] = "owner";
		make_member(shards.guest_jid);
		assert.equal("token-missing", knock());
	end);

	it("is nobody where the operator did not say so", function ()
		shard.server:set("*", "roompass_lobby", nil);
		shard.server.prosody.events.fire_event("config-reloaded");
		settle_owner();
		make_member(shards.guest_jid);
		assert.equal("token-missing", knock());
	end);

	it("is nobody while the door is out of order", function ()
		settle_owner();
		make_member(shards.guest_jid);
		shards.rewrite(shard.key_set, "");
		shard.server.prosody.events.fire_event("config-reloaded");
		assert.equal("verifier-unavailable", knock());
	end);
end);

describe("a visitor node", function ()
	local shard;
	after_each(function () shards.close(shard); end);

	local function mirror(origin_type, from)
		local origin = { sent = {}, type = origin_type };
		origin.send = function (stanza) table.insert(origin.sent, stanza); end;
		return (shard.server:join(origin, from, stand_in.room(standup)));
	end

	it("takes the people of the main server over its own connection only", function ()
		shard = shards.new { component = { roompass_main_domains = { "main.example" } } };
		assert.falsy(mirror("s2sin", "ada@main.example/r"));
		assert.is_true(mirror("s2sin", "ada@elsewhere.example/r"));
		assert.is_true(mirror("c2s", "ada@main.example/r"));
	end);

	it("takes nobody so without being told", function ()
		shard = shards.new();
		assert.is_true(mirror("s2sin", "ada@main.example/r"));
	end);
end);

describe("a client without a URL", function ()
	local shard;
	after_each(function () shards.close(shard); end);

	local function join(password)
		local sent = {};
		local session = { sent = sent, type = "c2s", send = function (stanza) table.insert(sent, stanza); end };
		local room = stand_in.room(standup);
		local refused, _, stanza = shard.server:join(session, "slix@example.org/r", room, password);
		return refused and stand_in.code_of(sent[#sent]) or nil, stanza:get_child("x", "http://jabber.org/protocol/muc"), session;
	end

	it("is refused, whatever it brings", function ()
		shard = shards.new();
		assert.equal("token-missing", (join(real.member)));
	end);

	it("brings its token in the password, which nobody behind us sees", function ()
		shard = shards.new { global = { roompass_plain_clients = true } };
		local refused, x = join(real.member);
		assert.falsy(refused);
		assert.is_nil(x:get_child("password", x.attr.xmlns));
		refused, x = join(real.member.." swordfish");
		assert.falsy(refused);
		assert.equal("swordfish", x:get_child_text("password", x.attr.xmlns));
		assert.equal("token-missing", (join("swordfish")));
	end);
end);

describe("where a token is read from", function ()
	local shard;
	before_each(function () shard = shards.new(); end);
	after_each(function () shards.close(shard); end);

	local function request(guest, token)
		return shard.server:conference_iq(guest, shards.guest_jid, "focus.example.org", standup, "set", token);
	end

	it("the conference request, when the connection has none", function ()
		local guest = shard.server:connect("room=standup");
		assert.is_true(request(guest, "garbage"));
		assert.is_nil(request(guest, real.member));
		assert.falsy((shard.server:create_and_join(guest, shards.guest_jid, standup)));
	end);

	it("the connection first", function ()
		local guest = shard.server:connect("room=standup&token=garbage");
		assert.is_true(request(guest, real.member));
		assert.equal("garbage", guest.roompass.token);
	end);
end);

describe("the fields that Jitsi's plugins read", function ()
	local shard;
	after_each(function () shards.close(shard); end);

	it("are filled from a grant, and emptied with it", function ()
		shard = shards.new();
		local _, guest = shards.try_room(shard, member);
		assert.equal("standup", guest.jitsi_meet_room);
		assert.equal("Ada", guest.jitsi_meet_context_user.name);
		assert.equal("member", guest.jitsi_meet_context_user.affiliation);
		assert.is_nil(guest.auth_token);
		shards.rewrite(shard.key_set, real.other_key_set);
		shard.server.prosody.events.fire_event("config-reloaded");
		shard.server:join(guest, shards.guest_jid, stand_in.room(standup));
		assert.is_nil(guest.jitsi_meet_room);
		assert.is_nil(guest.jitsi_meet_context_user);
	end);

	it("hold nothing that was only claimed", function ()
		shard = shards.new();
		shard.server.prosody.events.add_handler("websocket-session", function (event)
			event.session.jitsi_meet_context_user = { moderator = "true" };
		end, 1);
		local _, guest = shards.try_room(shard, "room=standup&token=garbage");
		assert.is_nil(guest.jitsi_meet_context_user);
	end);

	it("hold the token too, if the operator wants it", function ()
		shard = shards.new { global = { roompass_set_auth_token = true } };
		local _, guest = shards.try_room(shard, member);
		assert.equal(real.member, guest.auth_token);
	end);
end);

describe("a seat whose connection broke", function ()
	local shard, room;
	before_each(function ()
		shard = shards.new();
		room = stand_in.room(standup);
	end);
	after_each(function () shards.close(shard); end);

	it("is given to who comes again with the same link, and the ghost goes", function ()
		local first = shard.server:connect("room=standup&token="..real.one_seat);
		assert.falsy((shard.server:join(first, "one@example.org/r", room)));
		shard.server:settle(first, "one@example.org/r", room);
		first.hibernating = 1;
		local second = shard.server:connect("room=standup&token="..real.one_seat);
		assert.falsy((shard.server:join(second, "two@example.org/r", room)));
		shard.server:settle(second, "two@example.org/r", room);
		assert.equal(room.jid.."/one@example.org/r", room.removed);
	end);
end);
