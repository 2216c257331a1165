-- Rooms that open without a link, names that nobody may use, and who opens.

local real = require "real_verifier";
local shards = require "shard";
local stand_in = require "stand_in";

local conference = "conference.example.org";

local function lobby(node) return "room="..(node or "lobby"); end

describe("policies", function ()
	local shard;
	after_each(function () shards.close(shard); end);

	local function start(options)
		shard = shards.new { component = options };
		assert.equal("info", shard.muc.status, shard.muc.status_text);
	end

	-- The conference request and the room must agree.
	local function try(query, node)
		local guest = shard.server:connect(query);
		local kept = shard.server:conference_iq(guest, shards.guest_jid, "focus.example.org", node.."@"..conference);
		local code = shards.try_room(shard, query, node) or nil;
		assert.equal(code ~= nil, kept == true, "conference request and room disagree");
		return code, guest;
	end

	it("let anybody into the rooms of a list, and into no other", function ()
		start { roompass_open_rooms = { "Lobby", "Über Raum" } };
		assert.is_nil((try(lobby(), "lobby")));
		assert.is_nil((try("room=%25c3%25bcber%2520raum", "%c3%bcber%20raum")));
		assert.equal("token-missing", (try("room=standup", "standup")));
		assert.equal(1, shard.server.metrics["decisions{deny,token-missing}"]);
		assert.equal(2, shard.server.metrics["decisions{admit,open-room}"]);
	end);

	it("know a tenant's room as its link spells it, and as Prosody does", function ()
		start { roompass_open_rooms = { "Sales/Lobby", "[Legal]Lobby" } };
		local section = setmetatable({ session = { print = function () end } }, { __index = shard.server.shared["/*/admin_shell/env"].roompass });
		for _, node in ipairs { "[sales]lobby", "[legal]lobby" } do
			assert.equal("admit", select(2, section:check(node.."@"..conference)));
		end
		assert.equal("token-missing", (try("room=saleslobby", "saleslobby")));
		assert.equal("token-missing", (try(lobby(), "lobby")));
	end);

	it("make nobody an owner in an open room but the one who would be without us", function ()
		start { roompass_open_rooms = { "lobby" } };
		shards.try_room(shard, lobby(), "lobby");
		local _, _, room = shards.try_room(shard, "room=lobby", "lobby");
		assert.equal("owner", room.affiliations["guest@example.org"]);
	end);

	it("judge whoever shows a link by the link, in an open room too", function ()
		start { roompass_open_rooms = { "standup" } };
		assert.equal("malformed", (try("room=standup&token=garbage", "standup")));
		assert.is_nil((try("room=standup&token="..real.member, "standup")));
		shard.server.now = real.expires + real.leeway;
		assert.equal("expired", (try("room=standup&token="..real.member, "standup")));
		assert.is_nil((try("room=standup&token=", "standup")));
	end);

	it("open no room to a connection that another shard is for", function ()
		start { roompass_open_rooms = { "lobby" } };
		for _, query in ipairs { "room=other", "room=Lobby", "", "room=lobby&room=other" } do
			assert.equal("wrong-room", (try(query, "lobby")), query);
		end
	end);

	it("open rooms by patterns", function ()
		start { roompass_open_patterns = { "^public%-" } };
		assert.is_nil((try("room=public-1", "public-1")));
		assert.equal("token-missing", (try("room=not-public-1", "not-public-1")));
	end);

	it("refuse names by patterns, with a link too, but none of the list and no admin", function ()
		start { roompass_open_rooms = { "standing" }, roompass_refused_patterns = { "^stand", "%d%d%d$" } };
		assert.equal("name-refused", (try("room=standup&token="..real.member, "standup")));
		assert.equal("name-refused", (try("room=room123", "room123")));
		assert.equal("token-missing", (try("room=room12", "room12")));
		assert.is_nil((try("room=standing", "standing")));
		assert.falsy(shards.try_room(shard, nil, "standup", "admin@auth.example.org/x"));
	end);

	it("refuse a name that is too long to try patterns on", function ()
		start { roompass_refused_patterns = { "^x" }, roompass_open_patterns = { "." } };
		assert.equal("name-refused", (try("room="..("a"):rep(257), ("a"):rep(257))));
		assert.is_nil((try("room="..("a"):rep(256), ("a"):rep(256))));
	end);

	for name, case in pairs({
		["three stars and no ^"] = { ".*.*.*" };
		["many questions"] = { ("a?"):rep(30)..("a"):rep(30) };
		["many cheap ones"] = { ".*a", ".*b.*", ".*c.*d" };
		["a set that does not end"] = { "^[a" };
		["a half escape"] = { "^a%" };
		["a capture that does not end"] = { "^(a" };
		["captures that never began"] = { "^a)" };
		["a balance of one"] = { "^%b(" };
		["a map, as mod_muc_restrict_rooms has it"] = { ["^admin"] = "reserved" };
		["a text"] = "^admin";
	}) do
		it("take no pattern with "..name, function ()
			for _, option in ipairs { "roompass_open_patterns", "roompass_refused_patterns" } do
				shard = shards.new { component = { [option] = case } };
				assert.equal("error", shard.muc.status);
				assert.truthy(shard.muc.status_text:find(option, 1, true));
				assert.equal("verifier-unavailable", (shards.try_room(shard, lobby(), "lobby")));
				shards.close(shard);
			end
		end);
	end

	it("take usual patterns, and the worst name keeps none of them busy", function ()
		start { roompass_refused_patterns = { "^admin", "foo.*bar", "^test%-%d+$", "^[%w]+%-?[%w]*$", "secret" } };
		for _, node in ipairs { ("foo"):rep(85), ("a"):rep(256), ("bar"):rep(85) } do
			assert.truthy((shards.try_room(shard, "room="..node, node)));
		end
	end);

	it("open nothing while the verifier is missing", function ()
		shard = shards.new { component = { roompass_open_rooms = { "lobby" } }, global = { roompass_key_set = "/nowhere/set.jwks.json" } };
		assert.equal("verifier-unavailable", (try(lobby(), "lobby")));
	end);

	it("name an entry that is no room", function ()
		shard = shards.new { component = { roompass_open_rooms = { "lobby", "%%%" } } };
		assert.equal("error", shard.muc.status);
		assert.truthy(shard.muc.status_text:find("roompass_open_rooms: entry 2 names no room", 1, true));
	end);

	describe("with a file of names", function ()
		local path;
		before_each(function ()
			path = shards.write_file("# rooms for all\n\nLobby\r\n  town hall  \n");
			start { roompass_open_rooms_file = path };
		end);
		after_each(function () os.remove(path); end);

		it("open those", function ()
			assert.is_nil((try(lobby(), "lobby")));
			assert.is_nil((try("room=town%2520hall", "town%20hall")));
			assert.equal("token-missing", (try("room=%2523%2520rooms", "%23%20rooms")));
		end);

		it("follow it, a second later at most", function ()
			assert.is_nil((try(lobby(), "lobby")));
			shards.rewrite(path, "forum\n");
			shard.server:pass(1);
			assert.equal("token-missing", (try(lobby(), "lobby")));
			assert.is_nil((try("room=forum", "forum")));
		end);

		it("keep the last good names when it is gone, and say so", function ()
			os.remove(path);
			shard.server:pass(1);
			assert.is_nil((try(lobby(), "lobby")));
			shard.server.prosody.events.fire_event("config-reloaded");
			assert.equal("warn", shard.muc.status);
			assert.truthy(shard.muc.status_text:find(path, 1, true));
			assert.equal("token-missing", (try(lobby(), "lobby")));
			assert.is_nil((try("room=standup&token="..real.member, "standup")));
		end);
	end);

	describe("with rooms that only owners open", function ()
		local function room_is_there(room)
			shard.server.prosody.hosts[conference].modules.muc.get_room_from_jid = function (room_jid)
				return room and room.jid == room_jid and room or nil;
			end;
		end

		it("make members wait until an owner has come", function ()
			start { roompass_opens = "owners" };
			assert.equal("not-open-yet", (try("room=standup&token="..real.member, "standup")));
			local refused, guest, room = shards.try_room(shard, "room=standup&token="..real.owner);
			assert.falsy(refused);
			room_is_there(room);
			assert.equal("not-open-yet", (try("room=standup&token="..real.member, "standup")));
			shard.server:settle(guest, shards.guest_jid, room);
			assert.is_nil((try("room=standup&token="..real.member, "standup")));
			shard.server:leave(shards.guest_jid, room);
			assert.is_nil((try("room=standup&token="..real.member, "standup")));
			room_is_there(nil);
			assert.equal("not-open-yet", (try("room=standup&token="..real.member, "standup")));
		end);

		it("let Jitsi's client ask again instead of giving up", function ()
			start { roompass_opens = "owners" };
			local _, guest = try("room=standup&token="..real.member, "standup");
			local answer = guest.sent[1];
			assert.equal("error", answer.attr.type);
			assert.truthy(answer:get_child("error"):get_child("not-authorized", "urn:ietf:params:xml:ns:xmpp-stanzas"));
		end);

		it("count for open patterns, and not for the list", function ()
			start { roompass_opens = "owners", roompass_open_patterns = { "." }, roompass_open_rooms = { "lobby" } };
			assert.equal("not-open-yet", (try("room=standup", "standup")));
			assert.is_nil((try(lobby(), "lobby")));
			local room = stand_in.room("standup@"..conference);
			room.roompass_opened = true;
			room_is_there(room);
			assert.is_nil((try("room=standup", "standup")));
		end);
	end);

	for option, value in pairs({
		roompass_opens = "owner"; roompass_open_rooms = "lobby"; roompass_open_rooms_file = 5; roompass_open_rooms_command = "rooms.sh";
		roompass_open_rooms_url = "portal/rooms"; roompass_open_rooms_refresh = 1; roompass_open_rooms_time_limit = 600;
		roompass_unguarded = { "focus@auth.example.org" };
	}) do
		it("take no wrong value of "..option, function ()
			shard = shards.new { component = { [option] = value } };
			assert.equal("error", shard.muc.status);
			assert.truthy(shard.muc.status_text:find(option, 1, true), shard.muc.status_text);
		end);
	end
end);
