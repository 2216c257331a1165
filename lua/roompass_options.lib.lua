-- The options: what each must be, and what is wrong with those that an operator wrote.
--
-- A problem is a sentence that says what is wrong and how to fix it.

local config = require "core.configmanager";
local jid = require "util.jid";

local function is_text(value)
	return type(value) == "string" and value ~= "";
end

-- Each returns nil when the value is fine, else what to write instead.

local function want_text(value)
	if not is_text(value) then return "write one text in quotes, or leave it out"; end
end

local function want_http(place)
	if place:find("://", 1, true) and not place:find("^https?://[^/]") then return "write a path, or a URL with https"; end
end

local function want_key_set(value)
	if not is_text(value) then return 'write the path or the URL of a key set, as in "/etc/prosody/roompass.jwks.json"'; end
	return want_http(value);
end

local function want_root_key(value)
	if not is_text(value) then return "write the path of the root's public key, as in \"/etc/prosody/root.jwk.json\", or the key itself"; end
	if value:find("://", 1, true) then return "a root key is pinned here and not fetched; write its path, or the key itself"; end
end

local function want_jid(value)
	if not (is_text(value) and jid.prep(value)) then return 'write one JID, as in "focus@auth.example.org"'; end
end

local function want_revocations(value)
	if not is_text(value) then return 'write the path or the URL of a feed, as in "https://issuer.example.org/.well-known/revocations"'; end
	return want_http(value);
end

local function want_status_list(value)
	if not is_text(value) then return 'write the path or the URL of a status list, as in "https://issuer.example.org/lists/1"'; end
	return want_http(value);
end

local function want_max_stale(value)
	if not (math.type(value) == "integer" and value >= 60) then
		return "write whole seconds, 60 or more, or leave it out to go on with the last good revocations";
	end
end

local function want_refresh(value)
	if not (math.type(value) == "integer" and value >= 10 and value <= 86400) then
		return "write whole seconds, 10 to 86400, or leave it out";
	end
end

-- A lone text is a list of one, as everywhere in Prosody.
local function list(value)
	return type(value) == "table" and value or { value };
end

local ends = { expired = true, revoked = true };

local function want_ends(value)
	local fix = 'write a list of "revoked" and "expired", or {} for neither';
	local count = 0;
	for _, item in pairs(list(value)) do
		count = count + 1;
		if not ends[item] then return fix; end
	end
	if count ~= #list(value) then return fix; end
end

local function want_warning(value)
	if not (math.type(value) == "integer" and value >= 0 and value <= 86400) then return "write whole seconds, 0 to 86400, or leave it out"; end
end

local refusals = { destroy = true, ["not-allowed"] = true, login = true };

local function want_refusal(value)
	if not (is_text(value) and refusals[value]) then return 'write "destroy", "not-allowed" or "login", or leave it out'; end
end

local function domain(value)
	if not is_text(value) then return nil; end
	local node, host, resource = jid.prepped_split(value);
	if not (node or resource) then return host; end
end

local function want_domains(value)
	local fix = 'write a list of domains, as in { "auth.example.org" }';
	local count = 0;
	for _, item in pairs(list(value)) do
		count = count + 1;
		if not domain(item) then return fix; end
	end
	if count ~= #list(value) then return fix; end
end

local function want_one_of(...)
	local words = { ... };
	return function (value)
		for _, word in ipairs(words) do
			if value == word then return nil; end
		end
		return ('write "%s", or leave it out'):format(table.concat(words, '" or "'));
	end;
end

local function want_domain(value)
	if not domain(value) then return 'write one domain, as in "conference.example.org"'; end
end

local function want_boolean(value)
	if type(value) ~= "boolean" then return "write true or false, without quotes"; end
end

local options = {
	roompass_audience = want_text;
	roompass_end_stays = want_ends;
	roompass_exempt_domains = want_domains;
	roompass_focus_jid = want_jid;
	roompass_issuer = want_text;
	roompass_key_set = want_key_set;
	roompass_kind = want_one_of("main", "lobby", "breakout", "staff");
	roompass_language = want_one_of("en", "de", "fr", "es");
	roompass_lobby = want_one_of("gate", "knock");
	roompass_main_domains = want_domains;
	roompass_main_muc = want_domain;
	roompass_max_stale = want_max_stale;
	roompass_plain_clients = want_boolean;
	roompass_refresh = want_refresh;
	roompass_refusal = want_refusal;
	roompass_revocations = want_revocations;
	roompass_set_auth_token = want_boolean;
	roompass_root_key = want_root_key;
	roompass_status_list = want_status_list;
	roompass_verifier_path = want_text;
	roompass_warn_before = want_warning;
};

for name, want in pairs(module:require "roompass_policy_options") do options[name] = want; end

local function known_options()
	local names = {};
	for name in pairs(options) do names[#names + 1] = name; end
	table.sort(names);
	return table.concat(names, ", ");
end

local function problem_of(name, value, place)
	local want = options[name];
	if not want then
		return ("%s, %s, is not an option of Roompass; correct its name or remove it (there are %s)"):format(name, place, known_options());
	end
	local fix = want(value);
	if fix then return ("%s, %s, has a wrong value; %s"):format(name, place, fix); end
end

local function check_section(section, place, problems)
	local names = {};
	for name in pairs(section or {}) do
		if type(name) == "string" and name:find("^roompass_") then names[#names + 1] = name; end
	end
	table.sort(names); -- the same mistakes read the same in every log
	for _, name in ipairs(names) do
		problems[#problems + 1] = problem_of(name, section[name], place);
	end
end

-- Adds what is wrong with the options of the server and of this host to the list.
local function check(problems)
	check_section(rawget(config.getconfig(), "*"), "in the global section", problems);
	if module.host ~= "*" then
		check_section(rawget(config.getconfig(), module.host), "in the section of "..module.host, problems);
	end
end

return { check = check, domain = domain, is_text = is_text, list = list };
