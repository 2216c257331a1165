-- What an operator wrote beside the links: rooms that open without one, names that nobody may use, and who opens.
--
-- A link is never weakened: whoever shows one is judged by it, in an open room too.

local command = module:require "roompass_command";
local names = module:require "roompass_names";
local patterns = module:require "roompass_patterns";
local service = module:require "roompass_service";

local default_refresh, default_time_limit = 60, 5; -- seconds

local policies = {};

local always, open_patterns, refused_patterns, sources, opens = {}, {}, {}, {}, nil;
local asks = false; -- others, for one of the sources

local function option_path(name)
	return module:get_option(name) and module:get_option_path(name, nil, "config");
end

local function add_source(source, report)
	source.report = report;
	sources[#sources + 1] = source;
	asks = asks or source.await ~= nil;
end

local function follow_sources(canonical, report)
	local limits = {
		canonical = canonical;
		refresh = module:get_option("roompass_open_rooms_refresh", default_refresh);
		time_limit = module:get_option("roompass_open_rooms_time_limit", default_time_limit);
	};
	local file = option_path("roompass_open_rooms_file");
	if file then add_source(names.follow(file, canonical), report); end
	local words, url = module:get_option("roompass_open_rooms_command"), module:get_option("roompass_open_rooms_url");
	if words then
		limits.words = type(words) == "table" and words or { words };
		add_source(command.follow(limits), report);
	end
	if url then
		limits.url = url;
		add_source(service.follow(limits), report);
	end
end

function policies.stop()
	for _, source in ipairs(sources) do
		if source.stop then source.stop(); end
	end
	sources, asks = {}, false;
end

-- A server that stops leaves no command behind.
module:hook_global("server-stopping", policies.stop);

-- Only with settings that were found right. `canonical` makes a room's name of what was typed, `report` is called
-- when a source of names has changed. Returns what is wrong, or nil.
function policies.start(canonical, report)
	policies.stop();
	local fault;
	always, fault = names.parse(table.concat(module:get_option("roompass_open_rooms", {}), "\n"), canonical);
	if fault then return ("roompass_open_rooms: %s; correct it"):format(fault:gsub("line", "entry")); end
	open_patterns = module:get_option("roompass_open_patterns", {});
	refused_patterns = module:get_option("roompass_refused_patterns", {});
	opens = module:get_option("roompass_opens", "anyone");
	follow_sources(canonical, report);
end

-- What is wrong with the sources of names, none of which shuts the door to links; or nil.
function policies.problem()
	local problems = {};
	for _, source in ipairs(sources) do
		if source.problem then problems[#problems + 1] = ("%s are not all there: %s"):format(source.what, source.problem); end
	end
	return #problems > 0 and table.concat(problems, "; ") or nil;
end

-- May anybody enter? nil if that cannot be told now.
local function is_open(node)
	if always[node] or patterns.match_any(open_patterns, node, false) then return true; end
	local answer = false;
	for _, source in ipairs(sources) do
		local found = source.has(node);
		if found then return true; end
		if found == nil then answer = nil; end
	end
	return answer;
end

-- Is there anybody to ask?
function policies.has_to_ask()
	return asks;
end

-- Without a token. Waits, where one can wait, for what is asked of others; only then does the rest go without waiting.
function policies.await(node)
	if always[node] or patterns.match_any(refused_patterns, node, true) then return; end
	for _, source in ipairs(sources) do
		if source.await then source.await(node); end
	end
end

-- An owner has been in since the room was made.
local function is_opened(node)
	local muc = prosody.hosts[module.host].modules.muc;
	local room = muc and muc.get_room_from_jid and muc.get_room_from_jid(node.."@"..module.host);
	return room and room.roompass_opened == true;
end

local function must_wait(node, grant)
	if opens ~= "owners" or always[node] then return false; end
	if grant ~= true and grant.affiliation == "owner" then return false; end
	return not is_opened(node);
end

local function judge_name(node)
	local open = is_open(node);
	if open == nil then return nil, "verifier-unavailable"; end
	if not open then return nil, "token-missing"; end
	return true, "open-room";
end

-- `judge_link(link, node)` is asked if there is a token. Returns a grant, or true where none is needed, and why; or nil,
-- a code, and what may be said of the token.
function policies.judge(node, has_token, judge_link, link)
	if not always[node] and patterns.match_any(refused_patterns, node, true) then return nil, "name-refused"; end
	local grant, why, named;
	if has_token then
		grant, why, named = judge_link(link, node);
	else
		grant, why = judge_name(node);
	end
	if not grant then return nil, why, named; end
	if must_wait(node, grant) then return nil, "not-open-yet", grant ~= true and grant or nil; end
	return grant, why;
end

function policies.note_joined(room, grant)
	if grant.affiliation == "owner" then room.roompass_opened = true; end
end

return policies;
