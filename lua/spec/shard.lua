-- One shard made of stand-ins, with the real verifier counted.

local lfs = require "lfs";

local real = require "real_verifier";
local stand_in = require "stand_in";

local guest_jid = "guest@example.org/r";

local function write_file(text)
	local path = os.tmpname();
	local file = assert(io.open(path, "wb"));
	file:write(text);
	file:close();
	return path;
end

local function new_folder()
	local path = os.tmpname();
	os.remove(path);
	assert(lfs.mkdir(path));
	return path;
end

local function rewrite(path, text)
	local file = assert(io.open(path, "wb"));
	file:write(text);
	file:close();
end

-- A library that counts the decisions of the real one.
local function counting(count)
	local library = setmetatable({}, { __index = real.rv });
	function library.new(settings)
		count.verifiers = count.verifiers + 1;
		local verifier, err = real.rv.new(settings);
		if not verifier then return nil, err; end
		return {
			decide = function (_, ...)
				count.decisions = count.decisions + 1;
				return verifier:decide(...);
			end;
			ends_stay = function (_, ...) return verifier:ends_stay(...); end;
			explain = function (_, ...) return verifier:explain(...); end;
			key_set = function () return verifier:key_set(); end;
			revocations = function () return verifier:revocations(); end;
			status_list = function () return verifier:status_list(); end;
		};
	end
	return library;
end

-- A stand-in for the library says what comes of the settings; the work is then done at once.
local function with_jobs(library)
	if type(library) == "table" and rawget(library, "new") and not rawget(library, "build") then
		function library.build(settings)
			local verifier, err = library.new(settings);
			return { poll = function () return true, verifier, err; end };
		end
	end
	return library;
end

local remove_folder;
function remove_folder(path)
	if not lfs.attributes(path) then return; end
	for name in lfs.dir(path) do
		local inside = path.."/"..name;
		if lfs.attributes(inside, "mode") ~= "directory" then
			os.remove(inside);
		elseif name ~= "." and name ~= ".." then
			remove_folder(inside);
		end
	end
	lfs.rmdir(path);
end

-- options: data = Prosody's data folder, feed = text of the revocations,
-- component = {…}, global = {…}, guests = {…}, library = …, missing = { ["x.lib.lua"] = true }
local function new(options)
	options = options or {};
	local key_set = write_file(real.key_set);
	local count = { decisions = 0, verifiers = 0 };
	package.loaded.roompass_verifier = with_jobs(options.library or counting(count));
	local feed = options.feed and write_file(options.feed);
	local global = {
		admins = { "admin@auth.example.org" }, roompass_key_set = key_set, roompass_revocations = feed, roompass_unguarded = { "open.example.org" },
	};
	local component = {
		component_module = "muc", modules_enabled = { "muc_roompass" }, muc_room_locking = false, roompass_exempt_domains = { "auth.example.org" };
	};
	local guests = { authentication = "jitsi-anonymous", modules_enabled = { "roompass" } };
	for name, value in pairs(options.global or {}) do global[name] = value or nil; end
	for name, value in pairs(options.component or {}) do component[name] = value or nil; end
	for name, value in pairs(options.guests or {}) do guests[name] = value or nil; end
	local server = stand_in.new({
		["*"] = global;
		["auth.example.org"] = { authentication = "internal_hashed" };
		["conference.example.org"] = component;
		["example.org"] = guests;
		["open.example.org"] = { component_module = "muc" };
	}, options.missing);
	server.now = real.starts + 60;
	server.prosody.paths.data = options.data or new_folder();
	server.web = options.web;
	local shard = { count = count, data = not options.data and server.prosody.paths.data, feed = feed, key_set = key_set, server = server };
	shard.muc = server:load("conference.example.org", "muc_roompass");
	shard.gate = server:load("example.org", "roompass");
	return shard;
end

-- Somebody with this link tries to make the room. Returns the code they were refused with, or nil.
local function try_room(shard, query, node, from)
	local guest = shard.server:connect(query);
	local refused, room = shard.server:create_and_join(guest, from or guest_jid, (node or "standup").."@conference.example.org");
	local last = guest.sent[#guest.sent];
	return refused and (last and stand_in.code_of(last) or "refused without a code"), guest, room;
end

local function close(shard)
	os.remove(shard.key_set);
	if shard.feed then os.remove(shard.feed); end
	if shard.data then remove_folder(shard.data); end
	package.loaded.roompass_verifier = nil;
end

return { close = close, guest_jid = guest_jid, new = new, new_folder = new_folder, remove_folder = remove_folder,
	rewrite = rewrite, try_room = try_room, write_file = write_file };
