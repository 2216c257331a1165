-- What outlives a restart: the last good copy of what came by HTTP, and the highest number met of each document.
--
-- The folder is `roompass` in Prosody's data folder. To take a document that begins at a lower number again, on purpose,
-- the operator removes its files there and reloads.

local sha256 = require "util.hashes".sha256;
local lfs = require "lfs";

local jobs = module:require "roompass_job";

-- The highest number met of each document, and whether the disk knows it. Shared, so that a reload does not forget it.
local seen = module:shared("/*/roompass/seen");

-- Whose document it is decides the file's name; the kind is there for people.
local function path_of(kind, owner, ending)
	return ("%s/roompass/%s-%s.%s"):format(prosody.paths.data, (kind:gsub(" ", "-")), sha256(owner, true):sub(1, 12), ending);
end

local function complain(what, err)
	module:log("warn", "%s: %s; a restart will not know it. Is the disk full, and the folder Prosody's own?", what, tostring(err));
end

-- Calls back with the document, or with nil if there is none.
local function read(library, kind, owner, limit, callback)
	local path = path_of(kind, owner, "copy");
	local size = lfs.attributes(path, "size");
	if not size then return callback(nil); end
	jobs.when_done(library.read(path, size, limit), callback);
end

local function keep(library, kind, owner, document)
	jobs.when_done(library.keep(path_of(kind, owner, "copy"), document), function (kept, err)
		if not kept then complain(("The copy of the %s was not kept"):format(kind), err); end
	end);
end

local function number_on_disk(path)
	local file = io.open(path, "rb");
	local number = file and math.tointeger(tonumber(file:read(32)));
	if file then file:close(); end
	return number;
end

-- The highest number met, or nil.
local function highest(kind, owner)
	local path = path_of(kind, owner, "seen");
	local disk, memory = number_on_disk(path), seen[path];
	if memory and memory.on_disk and not disk then
		module:log("warn", "%s was removed; any number of the %s is taken once", path, kind);
		seen[path], memory = nil, nil;
	end
	local number = memory and memory.number;
	return number and disk and math.max(number, disk) or number or disk;
end

-- A lower number than this is refused from now on.
local function note(library, kind, owner, number)
	local path = path_of(kind, owner, "seen");
	if (highest(kind, owner) or -1) >= number then return; end
	local entry = { number = number };
	seen[path] = entry;
	jobs.when_done(library.keep(path, tostring(number)), function (kept, err)
		entry.on_disk = kept;
		if not kept then complain(("The number %d of the %s was not kept"):format(number, kind), err); end
	end);
end

return { highest = highest, keep = keep, note = note, read = read };
