-- A connection that is taken up again over a URL with another token.

local real = require "real_verifier";
local shards = require "shard";
local stand_in = require "stand_in";

describe("a session that is taken up again", function ()
	local shard, room, guest;

	before_each(function ()
		shard = shards.new();
		room = stand_in.room("standup@conference.example.org");
		shard.server.rooms[room.jid] = room;
		local muc = shard.server.prosody.hosts["conference.example.org"].modules.muc;
		muc.get_room_from_jid = function (room_jid) return shard.server.rooms[room_jid]; end;
		guest = shard.server:connect("room=standup&token="..real.member);
		guest.full_jid = shards.guest_jid;
		assert.falsy((shard.server:join(guest, shards.guest_jid, room)));
		shard.server:settle(guest, shards.guest_jid, room);
	end);
	after_each(function () shards.close(shard); end);

	local function resume(query)
		local new = shard.server:connect(query);
		shard.server.prosody.hosts["example.org"].events.fire_event("smacks-hibernation-end", { origin = new, resumed = guest });
	end

	it("has the newer link from then on", function ()
		resume("room=standup&token="..real.one_seat);
		assert.equal("one-seat", guest.roompass.grants.standup.grant.jti);
		assert.equal(real.one_seat, guest.roompass.token);
		assert.equal(2, shard.count.decisions);
		assert.truthy(guest.jitsi_meet_context_user);
	end);

	for name, query in pairs({
		["no token"] = "room=standup";
		["the same token"] = "room=standup&token="..real.member;
		["another room's token"] = "room=standup&token="..real.umlaut;
		["a broken token"] = "room=standup&token=broken";
		["another room in its URL"] = "room=elsewhere&token="..real.one_seat;
	}) do
		it("keeps the link it had when it comes with "..name, function ()
			resume(query);
			assert.equal("AAAAAAAAAAA", guest.roompass.grants.standup.grant.jti);
			assert.equal(real.member, guest.roompass.token);
			assert.equal("Ada", guest.jitsi_meet_context_user.name);
		end);
	end

	it("does not take the seat of somebody who has the newer link", function ()
		local other = shard.server:connect("room=standup&token="..real.one_seat);
		assert.falsy((shard.server:join(other, "other@example.org/r", room)));
		shard.server:settle(other, "other@example.org/r", room);
		resume("room=standup&token="..real.one_seat);
		assert.equal(real.member, guest.roompass.token);
	end);

	it("is nobody's concern when it never had a link", function ()
		local stranger = { full_jid = "x@example.org/r" };
		assert.has_no.errors(function ()
			shard.server.prosody.hosts["example.org"].events.fire_event("smacks-hibernation-end", { origin = stranger, resumed = stranger });
		end);
		assert.falsy(shard.server:logged("could not be renewed"));
	end);
end);

describe("a guest's presence for another server", function ()
	local shard;
	before_each(function () shard = shards.new(); end);
	after_each(function () shards.close(shard); end);

	local st = require "util.stanza";
	local function route(from, to, origin, kind)
		local stanza = st.presence { from = from, to = to, type = kind };
		return shard.server.prosody.hosts["example.org"].events.fire_event("route/remote", { origin = origin, stanza = stanza });
	end

	it("goes nowhere, for a visitor node believes this server", function ()
		local guest = shard.server:connect("room=standup&token="..real.member);
		guest.full_jid = shards.guest_jid;
		assert.is_true(route(shards.guest_jid, "standup@conference.v1.example.net/nick", guest));
		assert.equal("error", guest.sent[1].attr.type);
	end);

	it("goes its way when a component sends it, for contacts, and from the exempt", function ()
		local guest = shard.server:connect(nil);
		assert.is_nil(route(shards.guest_jid, "standup@conference.v1.example.net/nick", { type = "component" }));
		guest.full_jid = shards.guest_jid;
		assert.is_nil(route(shards.guest_jid, "friend@example.net", guest));
		assert.is_nil(route(shards.guest_jid, "standup@conference.v1.example.net/nick", guest, "unavailable"));
		assert.is_nil(route("admin@auth.example.org/r", "standup@conference.v1.example.net/nick", { full_jid = "admin@auth.example.org/r" }));
		shard.server:set("*", "roompass_mode", "watch");
		assert.is_nil(route(shards.guest_jid, "standup@conference.v1.example.net/nick", guest));
	end);
end);
