-- Anonymous login as a Jitsi shard does it, for the stage alone.
--
-- Everybody gets in under a random name. Two habits of Jitsi's own login matter to
-- whoever guards a room, so they are here as well:
--
-- * the `?token=` of the connection lies in `session.auth_token` only until the login,
--   which wipes it unless an earlier session is being resumed;
-- * `?previd=` (the XEP-0198 id of the earlier session) gives the earlier name again,
--   without which `<resume/>` would not find that session.

local formdecode = require "util.http".formdecode;
local new_sasl = require "util.sasl".new;

local hosts = prosody.hosts;

local function note_query(event)
	local session, request = event.session, event.request;
	local query = request.url.query and formdecode(request.url.query);
	if type(query) ~= "table" then return; end
	session.auth_token = query.token;
	session.stage_previd = query.previd;
end

local function username_of(previd)
	for username, user in pairs(hosts[module.host].sessions) do
		for _, session in pairs(user.sessions) do
			if session.resumption_token == previd then return username; end
		end
	end
end

local provider = {};

function provider.get_sasl_handler(session)
	local resuming = session.stage_previd and username_of(session.stage_previd);
	local handler = new_sasl(module.host, { anonymous = function () return true; end });
	local process = handler.process;

	function handler:process(message)
		local status, answer, text = process(self, message);
		if status == "success" then
			if resuming then
				self.username = resuming;
			else
				session.auth_token = nil;
			end
		end
		return status, answer, text;
	end

	return handler;
end

-- Nobody has an account here.
function provider.test_password() return nil, "the stage's guests have no password"; end
provider.get_password = provider.test_password;
provider.set_password = provider.test_password;
provider.create_user = provider.test_password;
function provider.user_exists() return nil, "the stage's guests have no account"; end
function provider.users() return next, hosts[module.host].sessions, nil; end

-- At the priority of the module that does this on a Jitsi shard.
module:hook_global("websocket-session", note_query, 1);
module:hook_global("bosh-session", note_query, 1);
module:provides("auth", provider);
