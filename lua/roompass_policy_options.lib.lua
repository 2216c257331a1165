-- The options of the policies: what each must be. roompass_options.lib.lua asks.
--
-- Each returns nil when the value is fine, else what to write instead.

local jid = require "util.jid";

local patterns = module:require "roompass_patterns";

local function is_text(value)
	return type(value) == "string" and value ~= "";
end

local function is_list_of_texts(value)
	if type(value) ~= "table" then return false; end
	local count = 0;
	for _, item in pairs(value) do
		count = count + 1;
		if not is_text(item) then return false; end
	end
	return count == #value;
end

local function one_of(...)
	local choices = { ... };
	return function (value)
		for _, choice in ipairs(choices) do
			if value == choice then return nil; end
		end
		return ('write "%s", or leave it out'):format(table.concat(choices, '" or "'));
	end
end

local function want_names(value)
	if not is_list_of_texts(value) then return 'write a list of room names, as in { "lobby"; "town-hall" }'; end
end

local function want_patterns(value)
	if not is_list_of_texts(value) then return 'write a list of Lua patterns, as in { "^public%-" }'; end
	return patterns.fault_of(value);
end

local function want_path(value)
	if not is_text(value) or value:find("://", 1, true) then return 'write the path of a file, as in "/etc/prosody/open-rooms.txt"'; end
end

local function want_command(value)
	local words = type(value) == "table" and value or { value };
	if not (is_list_of_texts(words) and is_text(words[1]) and words[1]:sub(1, 1) == "/") then
		return 'write the path of a program, from / on, or a list of it and its arguments, as in { "/usr/local/bin/rooms"; "--open" }';
	end
end

local function want_url(value)
	if not (is_text(value) and value:find("^https?://[^/%s]+%S*$")) then return 'write a URL, as in "https://portal.example.org/rooms"'; end
end

local function want_seconds(least, most)
	return function (value)
		if not (math.type(value) == "integer" and value >= least and value <= most) then
			return ("write whole seconds from %d to %d, or leave it out"):format(least, most);
		end
	end
end

local function want_domains(value)
	local fix = 'write a list of domains, as in { "internal.auth.example.org" }';
	if not is_list_of_texts(value) then return fix; end
	for _, item in ipairs(value) do
		local node, host, resource = jid.prepped_split(item);
		if not host or node or resource then return fix; end
	end
end

return {
	roompass_mode = one_of("enforce", "watch");
	roompass_open_patterns = want_patterns;
	roompass_open_rooms = want_names;
	roompass_open_rooms_command = want_command;
	roompass_open_rooms_file = want_path;
	roompass_open_rooms_refresh = want_seconds(5, 3600);
	roompass_open_rooms_time_limit = want_seconds(1, 30);
	roompass_open_rooms_url = want_url;
	roompass_opens = one_of("anyone", "owners");
	roompass_refused_patterns = want_patterns;
	roompass_unguarded = want_domains;
};
