-- What a careless plugin and a trusting one of Jitsi's do, for the stage alone. Loaded on the host of the main rooms.
--
-- The first takes everything in a connection's URL for fields of the session; the second logs what it finds in the fields that
-- Jitsi's own plugins trust, about each person who has come in.

local formdecode = require "util.http".formdecode;
local json = require "util.json";

local trusted = {
	"auth_token", "jitsi_meet_context_features", "jitsi_meet_context_group", "jitsi_meet_context_room", "jitsi_meet_context_user";
	"jitsi_meet_domain", "jitsi_meet_room";
};

local function believe(event)
	local query = event.request.url.query and formdecode(event.request.url.query);
	for name, value in pairs(type(query) == "table" and query or {}) do
		if type(name) == "string" and name:find("^jitsi_meet_") then event.session[name] = json.decode(value) or value; end
	end
end

module:hook_global("websocket-session", believe);
module:hook_global("bosh-session", believe);

module:hook("muc-occupant-joined", function (event)
	local seen, session = {}, event.origin;
	for _, field in ipairs(trusted) do seen[field] = session[field]; end
	module:log("info", "Trusts %s", json.encode { nick = event.nick:match("[^/]*$"), seen = seen });
end);
