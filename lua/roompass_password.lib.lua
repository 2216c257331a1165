-- Where clients without a URL keep a token: in the password of the join.

local xmlns_muc = "http://jabber.org/protocol/muc";
local max_token_size = 4096;

-- `TOKEN`, or `TOKEN PASSWORD` where the room has one of its own.
local function parse(password)
	local token, rest = password:match("^%s*([%w_-]+%.[%w_-]+%.[%w_-]+)%s*(.-)%s*$");
	return token, rest;
end

-- Takes the token out of the join, so that nothing behind us sees it or makes it the room's password.
local function take(session, stanza)
	local x = stanza:get_child("x", xmlns_muc);
	local password = x and x:get_child_text("password", xmlns_muc);
	local token, rest = parse(password or "");
	if not token then return; end
	x:remove_children("password", xmlns_muc);
	if rest ~= "" then x:text_tag("password", rest, { xmlns = xmlns_muc }); end
	session.roompass = session.roompass or { grants = {}, plain = true };
	session.roompass.token = token:sub(1, max_token_size + 1);
end

-- Connections with a URL have theirs there, and their password is the room's.
local function is_plain(session)
	return session.type == "c2s" and (session.roompass == nil or session.roompass.plain == true);
end

return { is_plain = is_plain, take = take };
