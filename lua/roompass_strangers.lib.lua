-- On which of our domains can somebody log in whom nobody knows?
--
-- Answered from the configuration, not from what is loaded: hosts come up in any order.

local config = require "core.configmanager";

-- nil for other servers' domains and for components: nobody logs in there by our leave.
local function login_section(host)
	local section = rawget(config.getconfig(), host);
	if section and not rawget(section, "component_module") then return section; end
end

-- Prosody's "anonymous", Jitsi's "jitsi-anonymous", and whatever else is made from them.
local function are_anonymous(host)
	local section = login_section(host);
	if not section then return false; end
	return section.anonymous_login == true or tostring(section.authentication):find("anonymous", 1, true) ~= nil;
end

-- Why strangers can log in there, or nil.
local function log_in(host)
	local section = login_section(host);
	if not section then return nil; end
	if are_anonymous(host) then return "anybody may log in without a password"; end
	if section.authentication == "token" and section.allow_empty_token == true then
		return "anybody may log in without a token (allow_empty_token)";
	end
	if section.allow_registration == true and section.registration_invite_only ~= true then
		return "anybody may register an account (allow_registration)";
	end
end

local function lists_module(list, name)
	if type(list) ~= "table" then return list == name; end
	for _, item in ipairs(list) do
		if item == name then return true; end
	end
	return false;
end

-- Guests with links are strangers too, whatever the authentication is called.
local function are_guests(host)
	local section = login_section(host);
	if not section then return nil; end
	if lists_module(rawget(section, "modules_enabled"), "roompass") or lists_module(config.get("*", "modules_enabled"), "roompass") then
		return "guests log in (it loads mod_roompass)";
	end
end

return { are_anonymous = are_anonymous, are_guests = are_guests, log_in = log_in };
