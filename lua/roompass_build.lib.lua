-- Makes a verifier of the documents and the settings; one and the same for the same.

local lfs = require "lfs";

local copies = module:require "roompass_copies";
local jobs = module:require "roompass_job";
local shown = module:require "roompass_fetch".shown;

-- Shared, so that the same settings on two components give one and the same verifier, and a guest's
-- grant survives a reload that changed nothing. The name makes Prosody keep it weakly.
local verifiers = module:shared("/*/roompass/verifiers-cache");

-- Errors of the library are userdata; only tostring makes text of them.
local function one_line(err)
	return (tostring(err):gsub("%s*\n%s*", " "));
end

-- The text of the pinned root's public key: false if none is pinned, or nil and a sentence.
local function read_root_key(path_or_key)
	if not path_or_key or path_or_key:find("^%s*{") then return path_or_key or false; end
	local file, err = io.open(path_or_key, "rb");
	local text = file and lfs.attributes(path_or_key, "mode") == "file" and file:read("a");
	if file then file:close(); end
	if text and text:find("%S") then return text; end
	return nil, ("the root key %s cannot be read: %s; write it again with `roompass keys root`, or correct roompass_root_key")
		:format(path_or_key, err or "it is empty, or no file");
end

-- Whose a document is: the number of one does not count for another.
local function owner(settings, place)
	return ("%s %s"):format(settings.issuer or "", place);
end

local function highest(settings)
	return {
		key_set = copies.highest("key set", owner(settings, settings.key_set));
		revocations = settings.revocations and copies.highest("revocations", owner(settings, settings.revocations));
		status_list = settings.status_list and copies.highest("status list", owner(settings, settings.status_list));
	};
end

-- What comes with a lower number from now on is a rollback. The number of a status list is when it was signed.
local function note_numbers(library, settings, verifier)
	local seq, feed = verifier:key_set().seq, settings.revocations and verifier:revocations();
	local list = settings.status_list and verifier:status_list();
	if seq then copies.note(library, "key set", owner(settings, settings.key_set), seq); end
	if feed then copies.note(library, "revocations", owner(settings, settings.revocations), feed.seq); end
	if list then copies.note(library, "status list", owner(settings, settings.status_list), list.issued_at); end
end

local function cache_key(library, settings, documents)
	local function digest(name) return documents[name] and documents[name]:digest() or ""; end
	return table.concat({
		tostring(library), settings.issuer or "", settings.audience or "", documents.root or "", digest "key_set", digest "revocations",
		digest "status_list", tostring(settings.max_stale);
	}, "\0");
end

-- One that was good in its time may have been overtaken since.
local function is_overtaken(verifier, seen)
	local feed = seen.revocations and verifier:revocations();
	local list = seen.status_list and verifier:status_list();
	return feed and feed.seq < seen.revocations or list and list.issued_at < seen.status_list
		or seen.key_set and (verifier:key_set().seq or -1) < seen.key_set;
end

-- The modules may be newer than a library that is in use already.
local function is_current(verifier)
	local ok, method = pcall(function () return verifier.status_list; end);
	return ok and method ~= nil;
end

local function start(library, settings, documents, seen)
	return library.build {
		audience = settings.audience;
		issuer = settings.issuer;
		key_set = documents.key_set;
		max_stale = (documents.revocations or documents.status_list) and settings.max_stale or nil;
		revocations = documents.revocations;
		root_key = documents.root or nil;
		seen = documents.revocations and seen.revocations;
		seen_key_set = seen.key_set;
		seen_status_list = documents.status_list and seen.status_list;
		status_list = documents.status_list;
	};
end

-- Returns a sentence, and the name of the document that is at fault.
local function fault(settings, err)
	local text = one_line(err);
	local name = settings.status_list and text:find("status list", 1, true) and "status_list"
		or settings.revocations and text:find("revocations", 1, true) and "revocations" or "key_set";
	return ("the verifier does not accept %s with these settings: %s"):format(shown(settings[name]), text), name;
end

-- documents: `key_set`, perhaps `revocations` and `status_list`, and the text of the `root` key. Calls back with the verifier, or with nil,
-- a sentence and the name of the document that is at fault.
local function build(library, settings, documents, callback)
	local key, seen = cache_key(library, settings, documents), highest(settings);
	local known = verifiers[key];
	if known and not is_overtaken(known, seen) then return callback(known); end
	local function made(verifier, err)
		if verifier and not is_current(verifier) then
			verifier, err = nil, "the verifier library is older than these modules; install the one that came with them";
		end
		if not verifier then return callback(nil, fault(settings, err)); end
		local noted, problem = pcall(note_numbers, library, settings, verifier);
		if not noted then return callback(nil, fault(settings, tostring(problem).."; please report this")); end
		verifiers[key] = verifier;
		callback(verifier);
	end
	local ran, job = pcall(start, library, settings, documents, seen);
	if not ran then return made(nil, job); end
	jobs.when_done(job, made);
end

return { build = build, owner = owner, read_root_key = read_root_key };
