-- The session fields that Jitsi's own plugins read, filled from a grant: who somebody is, and what they may use.

local json = require "util.json";

local tenants = module:require "roompass_tenants";

local fields = {
	"jitsi_meet_context_features", "jitsi_meet_context_group", "jitsi_meet_context_user", "jitsi_meet_domain", "jitsi_meet_room";
	"jitsi_meet_context_room"; -- whether a token's room is a pattern: Jitsi's own business
};

local function clear(session)
	for _, field in ipairs(fields) do session[field] = nil; end
end

-- `node` and not the claim, which may be a wildcard. With `as_login`, Jitsi's plugins take the link for a login of theirs.
local function fill(session, node, grant, as_login)
	local link = session.roompass;
	clear(session);
	session.jitsi_meet_domain, session.jitsi_meet_room = tenants.split(node);
	session.jitsi_meet_context_features = grant.features and json.decode(grant.features) or nil;
	session.jitsi_meet_context_user = {
		affiliation = grant.affiliation;
		avatar = grant.avatar;
		email = grant.email;
		id = grant.user_id;
		name = grant.display_name;
	};
	link.filled = true;
	if as_login then session.auth_token = link.token; end
end

-- Of what we filled in, nothing outlives the grant.
local function empty(session, as_login)
	local link = session.roompass;
	if not link or not link.filled then return; end
	clear(session);
	if as_login and session.auth_token == link.token then session.auth_token = nil; end
	link.filled = nil;
end

return { clear = clear, empty = empty, fill = fill };
