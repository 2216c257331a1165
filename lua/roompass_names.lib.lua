-- Lists of room names: one name a line, as a file has them or a command prints them.

local lfs = require "lfs";

local max_bytes = 1024 * 1024;

-- As Prosody has it. A tenant's room is `[tenant]room`, or `tenant/room` as in its link.
local function node_of(name, canonical)
	local tenant, room = name:match("^%[([^%[%]/]+)%]([^%[%]/]+)$");
	if not tenant then tenant, room = name:match("^([^%[%]/]+)/([^%[%]/]+)$"); end
	if not tenant then return not name:find("[%[%]/]") and canonical(name) or nil; end
	tenant, room = canonical(tenant), canonical(room);
	return tenant and room and ("[%s]%s"):format(tenant, room);
end

-- Names are compared in their canonical form, whatever somebody typed. Returns the set, and what is wrong with the
-- first line that names no room.
local function parse(text, canonical)
	local set, fault, number = {}, nil, 0;
	for line in (text.."\n"):gmatch("(.-)\r?\n") do
		number = number + 1;
		local name = line:match("^%s*(.-)%s*$");
		if name ~= "" and name:sub(1, 1) ~= "#" then
			local node = node_of(name, canonical);
			if node then set[node] = true; else fault = fault or ("line %d names no room"):format(number); end
		end
	end
	return set, fault;
end

local function read(path)
	local file, err = io.open(path, "rb");
	if not file then return nil, err; end
	local text, read_err = file:read(max_bytes + 1);
	file:close();
	if read_err then return nil, ("%s: %s"):format(path, read_err); end
	if text and #text > max_bytes then return nil, path.." has more than 1 MiB"; end
	return text or "";
end

-- A file that is read again when it has changed, looked at once a second at most. The last good names stay.
local function follow(path, canonical)
	local source = { what = "the names in "..path };
	local names, stamp, looked = {}, nil, nil;

	local function look(now)
		looked = now;
		local file, err = lfs.attributes(path);
		if not file then source.problem, stamp = err, nil; return; end
		local new = ("%s %s %s %s"):format(file.ino, file.size, file.modification, file.change);
		if new == stamp then return; end
		local text;
		text, source.problem = read(path);
		-- A clock of seconds does not tell two changes within one.
		stamp = now - math.max(file.modification, file.change) > 1 and new or nil;
		if text then names, source.problem = parse(text, canonical); end
	end

	function source.has(node)
		local now = os.time();
		if now ~= looked then look(now); end
		return names[node] == true;
	end

	look(os.time());
	return source;
end

return { follow = follow, max_bytes = max_bytes, parse = parse };
