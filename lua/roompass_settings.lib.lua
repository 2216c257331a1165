-- What the operator wrote, read and judged in one place.
--
-- read() returns the settings and a list of problems. Each problem is a sentence that says what is
-- wrong and how to fix it. Any problem keeps the door shut: a misspelt option must not leave a door
-- that only looks guarded.

local config = require "core.configmanager";
local jid = require "util.jid";

local strangers = module:require "roompass_strangers";
local options = module:require "roompass_options";

local domain, is_text, list = options.domain, options.is_text, options.list;

-- From the global section and from this host's own, as Prosody does for `admins`.
local function each_of_both(name, add)
	for _, section in ipairs { "*", module.host } do
		local value = config.rawget(section, name);
		if value ~= nil then
			for _, item in ipairs(list(value)) do add(item); end
		end
	end
end

local function read_exempt_domains(problems)
	local domains = {};
	each_of_both("roompass_exempt_domains", function (item)
		local host = domain(item);
		if not host then return; end -- named already
		local why = strangers.log_in(host) or strangers.are_guests(host);
		if why then
			problems[#problems + 1] = ("roompass_exempt_domains names %s, but there %s, so every stranger would be exempt; remove it from the list")
				:format(host, why);
		else
			domains[host] = true;
		end
	end);
	return domains;
end

local function read_admins()
	local admins = {};
	each_of_both("admins", function (item)
		local bare = is_text(item) and jid.prep(jid.bare(item));
		if bare then admins[bare] = true; end
	end);
	return admins;
end

local function text_option(name)
	local value = module:get_option(name);
	return is_text(value) and value or nil;
end

local function read_max_stale(problems)
	local secs = module:get_option("roompass_max_stale");
	if secs ~= nil and module:get_option("roompass_revocations") == nil and module:get_option("roompass_status_list") == nil then
		problems[#problems + 1] = "roompass_max_stale is set, but there is nothing that could be stale; "
			.."set roompass_revocations or roompass_status_list too";
	end
	return math.type(secs) == "integer" and secs or nil;
end

local function read_kind(problems)
	local kind, main_muc = text_option("roompass_kind") or "main", domain(module:get_option("roompass_main_muc"));
	if (kind == "lobby" or kind == "breakout") and not main_muc then
		problems[#problems + 1] = ('roompass_kind is "%s", but of which rooms is not said; set roompass_main_muc = "conference.example.org"'):format(kind);
	end
	return kind, main_muc;
end

local function read_main_domains()
	local domains = {};
	each_of_both("roompass_main_domains", function (item)
		local host = domain(item);
		if host then domains[host] = true; end
	end);
	return domains;
end

local function path_option(name)
	return text_option(name) and module:get_option_path(name, nil, "config");
end

-- The path of a file, or the JWK itself.
local function root_key_option()
	local text = text_option("roompass_root_key");
	return text and text:find("^%s*{") and text or path_option("roompass_root_key");
end

local function read_ends()
	local chosen = {};
	local value = module:get_option("roompass_end_stays");
	for _, name in pairs(list(value == nil and "revoked" or value)) do chosen[name] = true; end
	return chosen;
end

local function place_option(name)
	local text = text_option(name);
	return text and text:find("://", 1, true) and text or path_option(name);
end

local function read()
	local problems = {};
	local kind, main_muc = read_kind(problems);
	options.check(problems);
	return {
		admins = read_admins();
		audience = text_option("roompass_audience");
		ends = read_ends();
		exempt_domains = read_exempt_domains(problems);
		focus_jid = text_option("roompass_focus_jid");
		issuer = text_option("roompass_issuer");
		key_set = place_option("roompass_key_set");
		kind = kind;
		language = text_option("roompass_language");
		lobby = text_option("roompass_lobby") or "gate";
		main_domains = read_main_domains();
		main_muc = main_muc;
		max_stale = read_max_stale(problems);
		mode = text_option("roompass_mode") or "enforce";
		plain_clients = module:get_option("roompass_plain_clients") == true;
		refresh = math.tointeger(module:get_option("roompass_refresh"));
		refusal = text_option("roompass_refusal") or "destroy";
		revocations = place_option("roompass_revocations");
		set_auth_token = module:get_option("roompass_set_auth_token") == true;
		root_key = root_key_option();
		status_list = place_option("roompass_status_list");
		verifier_path = path_option("roompass_verifier_path");
		warn_before = math.tointeger(module:get_option("roompass_warn_before")) or 300;
	}, problems;
end

-- By the sender as the server stamped it, never by nick. An admin's name on a domain where anybody
-- may log in without a password proves nothing.
local function is_exempt(settings, from)
	local node, host = jid.split(from);
	if not host then return false; end
	if settings.exempt_domains[host] then return true; end
	return settings.admins[node and node.."@"..host or host] == true and not strangers.are_anonymous(host);
end

return { read = read, is_exempt = is_exempt };
