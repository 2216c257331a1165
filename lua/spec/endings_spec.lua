-- Who is inside must leave when their link is taken back, and when it ends if the operator so chose.

local feeds = require "feeds";
local real = require "real_verifier";
local shards = require "shard";
local stand_in = require "stand_in";

local function text_in(stanza)
	return tostring(stanza);
end

describe("a stay", function ()
	local shard, room, left;
	after_each(function () shards.close(shard); end);

	local function start(options, rooms)
		shard = shards.new { feed = feeds.nothing, global = options };
		left = {};
		local list = rooms or { stand_in.room("standup@conference.example.org") };
		room = list[1];
		local muc = shard.server.prosody.hosts["conference.example.org"].modules.muc;
		function muc.each_room()
			local i = 0;
			return function ()
				i = i + 1;
				return list[i];
			end;
		end
		for _, each in ipairs(list) do
			function each.handle_presence_to_occupant(_, _, stanza)
				assert.equal("unavailable", stanza.attr.type);
				table.insert(left, stanza.attr.from);
				shard.server:leave(stanza.attr.from, each);
			end
		end
	end

	local function enter(token, real_jid)
		local guest = shard.server:connect("room=standup&token="..token);
		assert.falsy((shard.server:join(guest, real_jid, room)));
		shard.server:settle(guest, real_jid, room);
		guest.sent[1] = nil;
		return guest;
	end

	local function take_back()
		shards.rewrite(shard.feed, feeds.member);
		for _ = 1, 13 do shard.server:pass(1); end
	end

	local function pass_to(moment)
		while shard.server.now < moment do shard.server:pass(math.min(10, moment - shard.server.now)); end
		shard.server:pass(1);
	end

	it("ends with its link, in our words for the one and quietly for the others", function ()
		start();
		local bad, good = enter(real.member, "bad@example.org/r"), enter(real.one_seat, "good@example.org/r");
		take_back();
		assert.same({ "bad@example.org/r" }, left);
		local goodbye = bad.sent[1];
		assert.equal("unavailable", goodbye.attr.type);
		assert.equal("revoked", stand_in.code_of(goodbye));
		assert.truthy(text_in(goodbye):find("<destroy>", 1, true));
		assert.equal(0, #good.sent);
		assert.truthy(shard.server:logged("Ended a stay in standup@conference.example.org: revoked"));
		assert.falsy(shard.server:logged(real.member));
	end);

	it("ends with the owner's link that its own was made from", function ()
		start();
		local guest = enter(real.derived, "bob@example.org/r");
		enter(real.one_seat, "good@example.org/r");
		take_back();
		assert.same({ "bob@example.org/r" }, left);
		assert.equal("revoked", stand_in.code_of(guest.sent[1]));
	end);

	it("ends in a breakout room too", function ()
		start();
		local breakout = stand_in.room("one@breakout.example.org");
		shard.server:add_host("breakout.example.org", {
			component_module = "muc", roompass_kind = "breakout", roompass_main_muc = "conference.example.org";
		});
		shard.server:load("breakout.example.org", "muc_roompass");
		local muc = shard.server.prosody.hosts["breakout.example.org"].modules.muc;
		function muc.each_room() return pairs { [breakout] = true }; end
		breakout.handle_presence_to_occupant = room.handle_presence_to_occupant;
		shard.server.rooms[room.jid] = room;
		room._data.breakout_rooms = { [breakout.jid] = "One" };
		local guest = enter(real.member, "bad@example.org/r");
		assert.falsy((shard.server:join(guest, "bad@example.org/r", breakout)));
		shard.server:settle(guest, "bad@example.org/r", breakout);
		shard.server:leave("bad@example.org/r", room, true);
		take_back();
		assert.same({ "bad@example.org/r" }, left);
		assert.equal("revoked", stand_in.code_of(guest.sent[1]));
		assert.truthy(shard.server:logged("Ended a stay in one@breakout.example.org: revoked"));
	end);

	it("goes on when the operator so chose", function ()
		start { roompass_end_stays = {} };
		enter(real.member, "bad@example.org/r");
		take_back();
		assert.same({}, left);
	end);

	it("ends after a reload too", function ()
		start();
		enter(real.member, "bad@example.org/r");
		shards.rewrite(shard.feed, feeds.member);
		shard.server.prosody.events.fire_event("config-reloaded");
		shard.server:pass(1);
		assert.same({ "bad@example.org/r" }, left);
	end);

	it("outlasts its link unless the operator chose otherwise", function ()
		start();
		enter(real.member, "guest@example.org/r");
		pass_to(real.expires + real.leeway + 60);
		assert.same({}, left);
	end);

	it("ends with the time of its link, after one warning", function ()
		start { roompass_end_stays = "expired" };
		local guest = enter(real.member, "guest@example.org/r");
		local ends = real.expires + real.leeway;
		pass_to(ends - 330);
		assert.equal(0, #guest.sent);
		pass_to(ends - 280);
		shard.server.prosody.events.fire_event("config-reloaded");
		pass_to(ends - 20);
		assert.equal(1, #guest.sent);
		local message = guest.sent[1];
		assert.equal("groupchat", message.attr.type);
		assert.equal(room.jid, message.attr.from);
		assert.truthy(message:get_child_text("body"):find("ends in 5 min, and", 1, true));
		assert.falsy(message:get_child_text("body"):find(":", 1, true));
		assert.same({}, left);
		pass_to(ends + 10);
		assert.same({ "guest@example.org/r" }, left);
		assert.equal("expired", stand_in.code_of(guest.sent[2]));
		pass_to(ends + 60);
		assert.equal(2, #guest.sent);
	end);

	it("needs one timer, and none when the module is gone", function ()
		start { roompass_end_stays = { "expired", "revoked" } };
		for i = 1, 20 do enter(real.member, ("g%d@example.org/r"):format(i)); end
		assert.equal(3, shard.server:count_timers()); -- and those of the two documents
		shard.muc.environment.module.unload();
		assert.equal(0, shard.server:count_timers());
	end);

	it("of one among thousands ends, and the server is not stopped for long", function ()
		local rooms = {};
		for i = 1, 2000 do rooms[i] = stand_in.room(("r%d@conference.example.org"):format(i)); end
		rooms[1] = stand_in.room("standup@conference.example.org");
		start(nil, rooms);
		enter(real.member, "bad@example.org/r");
		take_back();
		for _ = 1, 5 do shard.server:pass(1); end
		assert.same({ "bad@example.org/r" }, left);
	end);
end);
