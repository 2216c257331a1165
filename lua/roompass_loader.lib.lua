-- Builds the verifier: the compiled library, the key set file, then both together, with what was taken back.
--
-- Every function returns what it made, or nil and a sentence that says what is wrong and how to fix it.

local sha256 = require "util.hashes".sha256;

local lua_version = _VERSION:match("%d+%.%d+");
local library_file = "roompass_verifier.so";

-- Shared, so that the same settings on two components give one and the same verifier, and a guest's
-- grant survives a reload that changed nothing. The name makes Prosody keep it weakly.
local verifiers = module:shared("/*/roompass/verifiers-cache");

-- Errors of the library are userdata; only tostring makes text of them.
local function one_line(err)
	return (tostring(err):gsub("%s*\n%s*", " "));
end

local function no_library(where, err)
	return nil, ("the verifier library %s did not load: %s; install the %s built for Lua %s, or name it in roompass_verifier_path")
		:format(where, one_line(err), library_file, lua_version);
end

local function open_library(path)
	local open, err = package.loadlib(path, "luaopen_roompass_verifier");
	if not open then return no_library(path, err); end
	local ok, library = pcall(open, "roompass_verifier", path);
	if not ok then return no_library(path, library); end
	return library;
end

local function is_readable(path)
	local file = io.open(path, "rb");
	if file then file:close(); end
	return file ~= nil;
end

-- `prosodyctl install` puts libraries where Prosody's package.cpath does not look.
local function installer_path()
	local installer = prosody.paths and prosody.paths.installer;
	local path = installer and ("%s/lib/lua/%s/%s"):format(installer, lua_version, library_file);
	if path and is_readable(path) then return path; end
end

local function require_library()
	local ok, library = pcall(require, "roompass_verifier");
	if ok then return library; end
	if not tostring(library):find("not found", 1, true) then return no_library("roompass_verifier", library); end
	local path = installer_path();
	if path then return open_library(path); end
	return no_library("roompass_verifier", "it is in none of "..package.cpath);
end

local function load_library(path)
	local library, err;
	if path then library, err = open_library(path); else library, err = require_library(); end
	if err then return nil, err; end
	if type(library) ~= "table" or type(library.new) ~= "function" or type(library.canonical_room) ~= "function" then
		return no_library(path or "roompass_verifier", "it is not the verifier of Roompass");
	end
	return library;
end

local function read_file(what, option, path, command)
	local file, err = io.open(path, "rb");
	if not file then
		return nil, ("the %s cannot be read: %s; correct %s or put the file there"):format(what, err, option);
	end
	local text, read_err = file:read("a");
	file:close();
	if not text then return nil, ("the %s %s cannot be read: %s; %s names a file"):format(what, path, read_err, option); end
	if not text:find("%S") then return nil, ("the %s %s is empty; write it again with `%s`"):format(what, path, command); end
	return text;
end

local function read_key_set(path)
	if not path then
		return nil, 'roompass_key_set is not set; write roompass_key_set = "/etc/prosody/roompass.jwks.json" above the first VirtualHost';
	end
	return read_file("key set", "roompass_key_set", path, "roompass keys export");
end

-- The text of the pinned root's public key: false if none is pinned, or nil and a sentence.
local function read_root_key(path_or_key)
	if not path_or_key then return false; end
	if path_or_key:find("^%s*{") then return path_or_key; end
	return read_file("root key", "roompass_root_key", path_or_key, "roompass keys root");
end

-- By its hash: a feed may be long.
local function cache_key(settings, keys, feed)
	local of_feed = feed and ("%s %s"):format(sha256(feed, true), settings.max_stale) or "";
	return table.concat({ settings.verifier_path or "", settings.issuer or "", settings.audience or "", keys.root or "", keys.set, of_feed }, "\0");
end

-- The highest number met of each key set. Shared, so that a reload does not forget it.
local seen_key_sets = module:shared("/*/roompass/seen-key-sets");

local function name_of_key_set(settings)
	return ("%s %s"):format(settings.issuer or "", settings.key_set);
end

local function note_key_set(settings, verifier)
	local name, seq = name_of_key_set(settings), verifier:key_set().seq;
	if seq then seen_key_sets[name] = math.max(seq, seen_key_sets[name] or 0); end
end

-- A library is replaced at a restart, the modules at a reload.
local function is_current(verifier)
	local ok, method = pcall(function () return verifier.key_set; end);
	return ok and method ~= nil;
end

local function new_verifier(library, settings, keys, feed, seen)
	local ok, verifier, err = pcall(library.new, {
		audience = settings.audience;
		issuer = settings.issuer;
		key_set = keys.set;
		max_stale = feed and settings.max_stale;
		revocations = feed;
		root_key = keys.root or nil;
		seen = feed and seen;
		seen_key_set = seen_key_sets[name_of_key_set(settings)];
	});
	if ok and verifier then
		if is_current(verifier) then return verifier; end
		return nil, "the verifier library is older than these modules; install the one that came with them and restart Prosody";
	end
	local file = feed and settings.revocations or settings.key_set;
	return nil, ("the verifier does not accept %s with these settings: %s"):format(file, one_line(ok and err or verifier));
end

-- `keys` is what was read: the text of the key `set`, and of the `root` key if one is pinned.
-- With `feed`, the text of the revocations, and the highest number that was seen of them. Without, the verifier
-- knows of none; so whoever tries that first can tell what is wrong with the keys from what is with the feed.
local function build_verifier(library, settings, keys, feed, seen)
	local key = cache_key(settings, keys, feed);
	local verifier = verifiers[key];
	-- One that was good in its time may have been overtaken since.
	local least = seen_key_sets[name_of_key_set(settings)];
	local is_old = verifier and (feed and seen and verifier:revocations().seq < seen or least and (verifier:key_set().seq or -1) < least);
	if verifier and not is_old then return verifier; end
	local err;
	verifier, err = new_verifier(library, settings, keys, feed, seen);
	if not verifier then return nil, err; end
	note_key_set(settings, verifier);
	verifiers[key] = verifier;
	return verifier;
end

-- Both texts, or nil and a sentence.
local function read_keys(settings)
	local set, root, err;
	set, err = read_key_set(settings.key_set);
	if not set then return nil, err; end
	root, err = read_root_key(settings.root_key);
	if root == nil then return nil, err; end
	return { root = root, set = set };
end

return { build_verifier = build_verifier, load_library = load_library, read_keys = read_keys };
