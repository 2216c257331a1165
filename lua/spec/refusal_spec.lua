local real = require "real_verifier";
local shards = require "shard";
local st = require "util.stanza";
local stand_in = require "stand_in";

local xmlns_muc, xmlns_muc_user = "http://jabber.org/protocol/muc", "http://jabber.org/protocol/muc#user";
local xmlns_stanzas = "urn:ietf:params:xml:ns:xmpp-stanzas";

local function refused_with(form, query)
	local shard = shards.new { component = { roompass_refusal = form or nil } };
	local _, guest = shards.try_room(shard, query);
	shards.close(shard);
	return guest.sent;
end

describe("a refusal", function ()
	it("tells Jitsi's client that the room was destroyed, and why", function ()
		local sent = refused_with(nil, "room=standup");
		assert.equal(2, #sent);
		local inside = sent[1]:get_child("x", xmlns_muc_user);
		assert.is_nil(sent[1].attr.type);
		assert.equal("110", inside:get_child("status").attr.code);
		assert.equal("participant", inside:get_child("item").attr.role);
		local outside = sent[2]:get_child("x", xmlns_muc_user);
		assert.equal("unavailable", sent[2].attr.type);
		assert.equal("none", outside:get_child("item").attr.role);
		assert.equal("110", outside:get_child("status").attr.code);
		assert.equal(real.rv.guest_text["token-missing"], outside:get_child("destroy"):get_child_text("reason"));
		assert.equal("token-missing", outside:get_child("destroy"):get_child("refused", "urn:roompass:0").attr.code);
		for _, presence in ipairs(sent) do
			assert.equal("standup@conference.example.org/nick", presence.attr.from);
			assert.equal(shards.guest_jid, presence.attr.to);
		end
	end);

	local function assert_not_allowed(sent)
		assert.equal(1, #sent);
		local error_type, condition, text = sent[1]:get_error();
		assert.same({ "cancel", "not-allowed", real.rv.guest_text["token-missing"] }, { error_type, condition, text });
		local refused = sent[1]:get_child("error"):get_child("refused", "urn:roompass:0");
		assert.equal("token-missing", refused.attr.code);
		assert.truthy(sent[1]:get_child("error"):get_child("not-allowed", xmlns_stanzas));
		assert.equal("x", sent[1].tags[#sent[1].tags].name);
		assert.truthy(sent[1]:get_child("x", xmlns_muc));
	end

	it("is an error for a client that names no room in its URL", function ()
		assert_not_allowed(refused_with(nil, nil));
	end);

	it("is an error for all with `not-allowed`", function ()
		local sent = refused_with("not-allowed", "room=standup");
		assert_not_allowed(sent);
		assert.is_nil(sent[1]:get_child("error"):get_child("authentication-required", "http://jitsi.org/jitmeet"));
	end);

	it("offers the login with `login`", function ()
		local sent = refused_with("login", "room=standup");
		assert_not_allowed(sent);
		assert.truthy(sent[1]:get_child("error"):get_child("authentication-required", "http://jitsi.org/jitmeet"));
	end);

	it("has words without a colon for every code", function ()
		assert.truthy(#real.rv.deny_codes > 0);
		for _, code in ipairs(real.rv.deny_codes) do
			local text = real.rv.guest_text[code];
			assert.equal("string", type(text), code);
			assert.falsy(text:find(":", 1, true), code);
		end
	end);

	local function reason_for(headers, global, query, now)
		local shard = shards.new { global = global };
		shard.server.now = now or shard.server.now;
		local guest = shard.server:connect(query or "room=standup", headers);
		shard.server:create_and_join(guest, shards.guest_jid, "standup@conference.example.org");
		shards.close(shard);
		return guest.sent[2]:get_child("x", xmlns_muc_user):get_child("destroy"):get_child_text("reason");
	end

	it("is in the language that the guest's browser asks for, else in the operator's, else in English", function ()
		local function in_language(language) return real.rv.guest_words("token-missing", language); end
		local german = { accept_language = "de-AT,en;q=0.8" };
		assert.equal(in_language("de"), reason_for(german));
		assert.equal(in_language("de"), reason_for(german, { roompass_language = "fr" }));
		assert.equal(in_language("fr"), reason_for({ accept_language = "ja" }, { roompass_language = "fr" }));
		assert.equal(in_language("fr"), reason_for(nil, { roompass_language = "fr" }));
		assert.equal(in_language("en"), reason_for({ accept_language = "ja" }));
		assert.equal(in_language("en"), reason_for({ accept_language = ("de,"):rep(100) }));
		assert.equal(in_language("en"), real.rv.guest_text["token-missing"]);
		assert.not_equal(in_language("en"), in_language("fr"));
	end);

	it("says to somebody early how long it takes yet", function ()
		local text = reason_for(nil, nil, "room=standup&token="..real.member, real.starts - 8100);
		assert.equal(real.rv.guest_words("too-early", "en", 8100), text);
		assert.truthy(text:find("This meeting opens in 2 h 15 min.", 1, true));
	end);

	it("has words of its own when the library has none", function ()
		local library = setmetatable({ guest_words = function () return "eaten: by the translator" end }, { __index = real.rv });
		local shard = shards.new { library = library };
		local _, guest = shards.try_room(shard, "room=standup");
		local destroy = guest.sent[2]:get_child("x", xmlns_muc_user):get_child("destroy");
		shards.close(shard);
		assert.equal("This link does not open this meeting. Please ask the organiser for a new one.", destroy:get_child_text("reason"));
	end);

	it("leaves an error unanswered and stops it", function ()
		local shard = shards.new();
		local guest = shard.server:connect("room=standup");
		local stanza = st.presence({ from = shards.guest_jid, to = "standup@conference.example.org/nick", type = "error" });
		local stopped = shard.server.prosody.hosts["conference.example.org"].events.fire_event("muc-occupant-pre-join", {
			occupant = { bare_jid = "guest@example.org" };
			origin = guest;
			room = stand_in.room("standup@conference.example.org");
			stanza = stanza;
		});
		shards.close(shard);
		assert.is_true(stopped);
		assert.same({}, guest.sent);
	end);
end);
