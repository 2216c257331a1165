-- Loads the compiled library.
--
-- Every function returns what it made, or nil and a sentence that says what is wrong and how to fix it.

local lfs = require "lfs";

local lua_version = _VERSION:match("%d+%.%d+");
local library_file = "roompass_verifier.so";

-- By their real paths. Shared, so that a reload that changes nothing finds the same library again.
local libraries = module:shared("/*/roompass/libraries");

-- Errors of the library are userdata; only tostring makes text of them.
local function one_line(err)
	return (tostring(err):gsub("%s*\n%s*", " "));
end

local function no_library(where, err)
	return nil, ("the verifier library %s did not load: %s; install the %s built for Lua %s, or name it in roompass_verifier_path")
		:format(where, one_line(err), library_file, lua_version);
end

-- Prosody never lets go of a library, and knows it by its path. So a new version comes under a name of its own, and
-- the path that the operator wrote may be a link to it.
local function real_path(path)
	for _ = 1, 8 do
		local target = lfs.symlinkattributes(path, "target");
		if not target then break; end
		path = target:find("^/") and target or path:gsub("[^/]*$", "")..target;
	end
	return path;
end

local function open_library(path)
	path = real_path(path);
	if libraries[path] then return libraries[path]; end
	local open, err = package.loadlib(path, "luaopen_roompass_verifier");
	if not open then return no_library(path, err); end
	local ok, library = pcall(open, "roompass_verifier", path);
	if not ok then return no_library(path, library); end
	libraries[path] = library;
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

-- Looked up anew each time, for `require` remembers what it found first.
local function find_library()
	if package.loaded.roompass_verifier then return package.loaded.roompass_verifier; end
	local path = package.searchpath("roompass_verifier", package.cpath) or installer_path();
	if path then return open_library(path); end
	return no_library("roompass_verifier", "it is in none of "..package.cpath);
end

local function load_library(path)
	local library, err;
	if path then library, err = open_library(path); else library, err = find_library(); end
	if err then return nil, err; end
	if type(library) ~= "table" or type(library.new) ~= "function" or type(library.canonical_room) ~= "function" then
		return no_library(path or "roompass_verifier", "it is not the verifier of Roompass");
	elseif type(library.build) ~= "function" then
		return no_library(path or "roompass_verifier", "it is older than these modules");
	end
	return library;
end

return { load_library = load_library };
