-- Jitsi's own token login, as far as a door meets it, for the stage alone: a portal's token begins with `portal.`, and any
-- other is not its own.
--
-- Like Jitsi's, it looks at the token of every connection that is taken up again on this server, whichever host that is
-- for, and closes those whose token it does not know. Prosody 0.12 does not tell it of them.

local new_sasl = require "util.sasl".new;

local function knows(token)
	return type(token) == "string" and token:find("^portal%.") ~= nil;
end

local provider = {};

function provider.get_sasl_handler(session)
	local handler = new_sasl(module.host, { anonymous = function () return true; end });
	local process = handler.process;
	function handler:process(message)
		if not knows(session.auth_token) then return "failure", "not-allowed", "token required"; end
		return process(self, message);
	end
	return handler;
end

function provider.test_password() return nil, "tokens only"; end
provider.get_password = provider.test_password;
provider.set_password = provider.test_password;
provider.create_user = provider.test_password;
function provider.user_exists() return nil, "tokens only"; end

module:hook_global("c2s-session-updated", function (event)
	local token = event.from_session.auth_token;
	if token ~= nil and not knows(token) then event.session:close({ condition = "not-allowed", text = "token not accepted" }); end
end, 1);

module:provides("auth", provider);
