-- Keeps the verifier current: looks at its documents again and again, and takes what is good.
--
-- The door opens only with good documents. Later on the last good ones stay in force, whatever comes: whoever can break
-- a file, or put an old one in its place, must not bring dead links back to life.

local builder = module:require "roompass_build";
local revocations = module:require "roompass_revocations";
local sources = module:require "roompass_source";
local status_lists = module:require "roompass_status_list";

local mib = 1024 * 1024;
local first_wait = 60; -- seconds, as long as nobody has said how often
local names = { "key_set", "revocations", "status_list" };

local current; -- nil while nothing is kept

local function bounded(secs, least, most)
	return math.max(least, math.min(most, secs));
end

-- What is newest of each document, or of one alone and the rest as it is in force; nothing that was refused before.
local function candidates(mine)
	local all, list = { root = mine.root }, {};
	for name, part in pairs(mine.parts) do
		all[name] = part.newest;
		if not part.newest then return list; end -- nothing is admitted with half of it
	end
	list[1] = all;
	for name, part in pairs(mine.good and mine.parts or {}) do
		local documents = { root = mine.root };
		for other in pairs(mine.parts) do documents[other] = mine.good[other]; end
		documents[name] = part.newest;
		list[#list + 1] = documents;
	end
	return list;
end

local function name_of(mine, documents)
	local digests = {};
	for name in pairs(mine.parts) do digests[#digests + 1] = name.." "..documents[name]:digest(); end
	table.sort(digests);
	return table.concat(digests, " ");
end

local function next_candidate(mine)
	local in_force = mine.good and name_of(mine, mine.good);
	for _, documents in ipairs(candidates(mine)) do
		local name = name_of(mine, documents);
		if name ~= in_force and not mine.refused[name] then return documents, name; end
	end
end

local function accept(mine, documents, verifier)
	for name, part in pairs(mine.parts) do
		if documents[name] ~= (mine.good or {})[name] then part.source:keep(documents[name]); end
		if documents[name] == part.newest then part.fault = nil; end
	end
	local feed = documents.revocations and verifier:revocations();
	local is_news = feed and not (mine.feed and mine.feed.seq == feed.seq);
	local list = documents.status_list and verifier:status_list();
	local is_other = list and documents.status_list ~= (mine.good or {}).status_list;
	mine.good, mine.feed, mine.list = documents, feed, list;
	mine.take(verifier);
	if feed then module:log(is_news and "info" or "debug", "Took the revocations %s with %s entries", feed.seq, feed.entries); end
	if is_other then module:log("info", "Took the status list with %s entries", list.entries); end
end

local function refuse(mine, name, err, at_fault)
	mine.refused[name] = true;
	mine.parts[at_fault].fault = err;
	-- Signed with a key that is newer than ours, perhaps.
	if at_fault ~= "key_set" then mine.parts.key_set.source:hurry(); end
end

-- One at a time, until there is nothing left to try.
local function settle(mine)
	if mine.busy then return; end
	local documents, name = next_candidate(mine);
	if not documents then return mine.looked(); end
	mine.busy = true;
	builder.build(mine.library, mine.settings, documents, function (verifier, err, at_fault)
		if mine ~= current then return; end -- stopped, or begun anew
		mine.busy = false;
		if verifier then accept(mine, documents, verifier); else refuse(mine, name, err, at_fault); end
		settle(mine);
	end);
end

local function problem_of(part)
	return part and (part.source.problem or part.fault);
end

local function part(mine, about)
	local this = {};
	about.library, about.owner = mine.library, builder.owner(mine.settings, about.place);
	about.looked = function () mine.looked(); end;
	about.found = function (document)
		this.newest, this.fault, mine.refused = document, nil, {};
		settle(mine);
	end;
	this.source = sources.new(about);
	return this;
end

local function key_set_part(mine)
	return part(mine, {
		fix = "correct roompass_key_set, or write the file with `roompass keys export`", kind = "key set", limit = mib, verb = "is",
		option = "roompass_key_set", place = mine.settings.key_set;
		wait = function (max_age) return mine.settings.refresh or max_age and bounded(max_age, 60, 3600) or first_wait; end;
	});
end

local function revocations_part(mine)
	return part(mine, {
		fix = "put the feed there or correct roompass_revocations", kind = "revocations", limit = 64 * mib, verb = "are",
		option = "roompass_revocations", place = mine.settings.revocations;
		wait = function ()
			local feed = mine.feed;
			return feed and feed.ttl or first_wait;
		end;
	});
end

local function status_list_part(mine)
	return part(mine, {
		fix = "put the list there or correct roompass_status_list", kind = "status list", limit = 8 * mib, verb = "is",
		option = "roompass_status_list", place = mine.settings.status_list;
		wait = function ()
			local list = mine.list;
			return list and list.ttl and bounded(list.ttl, 10, 3600) or first_wait;
		end;
	});
end

local function first_problem(mine)
	if mine.good then return nil; end
	for _, name in ipairs(names) do
		local problem = problem_of(mine.parts[name]);
		if problem then return problem; end
	end
	return "the first answer of the issuer is awaited";
end

local function tell_of_stale(mine)
	local max_stale, now = mine.settings.max_stale, os.time();
	local feed = mine.feed and revocations.is_stale(mine.feed, max_stale, now);
	if feed and not mine.told_stale_feed then
		module:log("error", "Every room is shut, for the revocations were not renewed for more than %s s", max_stale);
	end
	local list = mine.list and status_lists.is_stale(mine.list, max_stale, now);
	if list and not mine.told_stale_list then
		module:log("error", "No link that names the status list opens a room, for the list was not renewed in time");
	end
	mine.told_stale_feed, mine.told_stale_list = feed, list;
end

-- The same trouble is told once, however often it is met.
local function tell(mine)
	for _, each in pairs(mine.parts) do
		local problem = problem_of(each);
		if problem and problem ~= each.told then
			module:log(mine.good and "warn" or "error", "The %s %s not taken: %s", each.source.kind, each.source.verb, problem);
		end
		each.told = problem;
	end
	tell_of_stale(mine);
end

local function warn_of_plain_http(settings)
	local host = settings.key_set:match("^http://([^/:]+)");
	if host and host ~= "localhost" and not host:find("^127%.") and not settings.root_key then
		module:log("warn", "Whoever is between here and the issuer can open every room: write https in roompass_key_set, or pin a roompass_root_key");
	end
end

local function stop()
	for _, each in pairs(current and current.parts or {}) do each.source:stop(); end
	current = nil;
end

-- about: `settings`, `library`, `take(verifier)` for each good one, `report(why)` after each later look, with a sentence
-- as long as there was no good one. Returns that sentence, or nil.
local function start(about)
	stop();
	if not about.settings.key_set then
		return 'roompass_key_set is not set; write roompass_key_set = "/etc/prosody/roompass.jwks.json" above the first VirtualHost';
	end
	warn_of_plain_http(about.settings);
	local root, err = builder.read_root_key(about.settings.root_key);
	if root == nil then return err; end
	local mine = about;
	mine.parts, mine.refused, mine.root = {}, {}, root;
	mine.looked = function () end; -- the caller tells of the first look
	current = mine;
	mine.parts.key_set = key_set_part(mine);
	if mine.settings.revocations then mine.parts.revocations = revocations_part(mine); end
	if mine.settings.status_list then mine.parts.status_list = status_list_part(mine); end
	for _, name in ipairs(names) do
		if mine.parts[name] then mine.parts[name].source:start(); end
	end
	for _, each in pairs(mine.parts) do each.told = problem_of(each); end
	mine.looked = function ()
		if mine ~= current then return; end
		tell(mine);
		mine.report(first_problem(mine));
	end;
	return first_problem(mine);
end

local gravity = { info = 1, warn = 2, error = 3 };

-- How it stands: the gravest level and all words, or nil when there is nothing to say.
local function status(now)
	if not (current and current.good) then return nil; end
	local max_stale, parts = current.settings.max_stale, current.parts;
	local problem, level, texts = problem_of(parts.key_set), nil, {};
	local function say(its_level, text)
		if not text then return; end
		if gravity[its_level] > (gravity[level] or 0) then level = its_level; end
		texts[#texts + 1] = text;
	end
	say(revocations.status(current.feed, max_stale, problem_of(parts.revocations), now));
	say(status_lists.status(current.list, max_stale, problem_of(parts.status_list), now));
	if problem then say("warn", ("the last good key set stays in force, for what came later is not taken: %s"):format(problem)); end
	if level then return level, table.concat(texts, "; "); end
end

-- For metrics: for each document the seconds since its origin confirmed it, and for the feed and the list since they were
-- signed.
local function ages(now)
	local found, signed = {}, { revocations = current and current.feed, status_list = current and current.list };
	for name, each in pairs(current and current.parts or {}) do
		local confirmed, signed_at = each.source.confirmed_at, (signed[name] or {}).issued_at;
		found[name] = { confirmed = confirmed and now - confirmed, signed = signed_at and now - signed_at };
	end
	return found;
end

local function shuts_at()
	return current and revocations.shuts_at(current.feed, current.settings.max_stale);
end

-- A token names a key that is not there; it may be newer than the set.
local function key_is_unknown()
	if current then current.parts.key_set.source:hurry(); end
end

return { ages = ages, key_is_unknown = key_is_unknown, shuts_at = shuts_at, start = start, status = status, stop = stop };
