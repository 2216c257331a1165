-- What a refused guest is sent, in three forms. Each was tried in Jitsi's own client.

local st = require "util.stanza";

local xmlns_muc = "http://jabber.org/protocol/muc";
local xmlns_muc_user = "http://jabber.org/protocol/muc#user";

-- Programs read the code from here, in every form.
local function add_code(stanza, code)
	return stanza:tag("refused", { xmlns = "urn:roompass:0", code = code }):up();
end

local function user_presence(join, presence_type)
	return st.presence({ from = join.attr.to, to = join.attr.from, type = presence_type })
		:tag("x", { xmlns = xmlns_muc_user });
end

-- Jitsi shows the reason of a destroyed room, word for word, in a dialog, and does not try again. Only
-- somebody who is in a room learns that it was destroyed, hence the presence before.
local function destroy(join, _, code, text)
	local inside = user_presence(join)
		:tag("item", { affiliation = "none", role = "participant" }):up()
		:tag("status", { code = "110" }):up();
	local outside = user_presence(join, "unavailable")
		:tag("item", { affiliation = "none", role = "none" }):up()
		:tag("status", { code = "110" }):up()
		:tag("destroy"):text_tag("reason", text);
	return { inside:reset(), add_code(outside, code):reset() };
end

-- The same end for somebody who is in the room. `code` tells programs why, `text` people.
local function farewell(nick, real_jid, code, text, form)
	local stay = { attr = { from = real_jid, to = nick } };
	if form == "destroy" then return destroy(stay, nil, code, text)[2]; end
	local outside = user_presence(stay, "unavailable")
		:tag("item", { affiliation = "none", role = "none" }):text_tag("reason", text):up()
		:tag("status", { code = "110" }):up()
		:tag("status", { code = "307" }):up():up();
	return add_code(outside, code):reset();
end

local function error_reply(join, room_jid, code, text)
	return add_code(st.error_reply(join, "cancel", "not-allowed", text, room_jid), code);
end

-- Without the muc <x> some clients do not see that this is the answer to their join, and wait.
local function end_of_error(reply)
	return { reply:up():tag("x", { xmlns = xmlns_muc }):up():reset() };
end

local function not_allowed(join, room_jid, code, text)
	return end_of_error(error_reply(join, room_jid, code, text));
end

-- Jitsi adds a button that leads to its `tokenAuthUrl`.
local function login(join, room_jid, code, text)
	local reply = error_reply(join, room_jid, code, text);
	return end_of_error(reply:tag("authentication-required", { xmlns = "http://jitsi.org/jitmeet" }):up());
end

local forms = {
	destroy = destroy;
	["not-allowed"] = not_allowed;
	login = login;
};

-- The stanzas to send, in order.
local function replies(join, room_jid, code, text, form)
	return (forms[form] or not_allowed)(join, room_jid, code, text);
end

-- Jitsi's client names the room in its URL. Other clients would take a destroyed room for a real one. Refused at a
-- breakout room, Jitsi's client goes back to the main room, if that does not look destroyed.
local function form_for(session, wanted, kind)
	local link = session.roompass;
	wanted = wanted or "destroy";
	if wanted == "destroy" and kind == "breakout" then return "not-allowed"; end
	if wanted == "destroy" and not (link and link.room_query) then return "not-allowed"; end
	return wanted;
end

return { farewell = farewell, form_for = form_for, replies = replies };
