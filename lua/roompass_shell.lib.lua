-- `roompass:status()`, `explain(…)`, `check(…)` and `revocations()` in `prosodyctl shell`.
--
-- Added to the shell's own table, which 0.12 and 13 have alike. The `shell-command` items of 13 would not do:
-- they reach the shell from a component only if it is enabled there once more.

local array = require "util.array";
local datetime = require "util.datetime";
local jid = require "util.jid";

local checkup = module:require "roompass_checkup";
local limits = module:require "roompass_limits";

local doors = module:shared("/*/roompass/doors");
local sections = module:shared("/*/admin_shell/env");

local usage = 'roompass:explain("LINK-OR-TOKEN", "ROOM"), with the room\'s JID where several hosts are guarded, '
	..'and perhaps a time as in "2026-12-01T14:00:00Z"';

local function guarded_hosts()
	local hosts = {};
	for host in pairs(doors) do hosts[#hosts + 1] = host; end
	table.sort(hosts);
	return hosts;
end

local function names_of(set)
	local names = {};
	for name in pairs(set) do names[#names + 1] = name; end
	table.sort(names);
	return #names > 0 and table.concat(names, ", ") or "none";
end

local function keys_of(key_set)
	local words = { table.concat(key_set.kids, ", ") };
	if key_set.seq then words[#words + 1] = "edition "..key_set.seq; end
	if key_set.signed_by then words[#words + 1] = "signed by "..key_set.signed_by; end
	if key_set.expires_at then words[#words + 1] = "until "..datetime.datetime(key_set.expires_at); end
	return table.concat(words, "; ");
end

local function print_door(print, host, about)
	local settings = about.settings;
	print(host);
	print(("  [%s] %s"):format(about.level, about.text));
	print(("  %s rooms%s, lobby %s, plain clients %s"):format(settings.kind, settings.main_muc and " of "..settings.main_muc or "",
		settings.lobby or "gate", settings.plain_clients and "let in" or "refused"));
	print(("  issuer %s, audience %s, refusal %s"):format(settings.issuer or "roompass", settings.audience or "jitsi", settings.refusal));
	print(("  exempt domains: %s; admins: %s"):format(names_of(settings.exempt_domains), names_of(settings.admins)));
	print(("  verifier: %s"):format(about.verifier and "version "..tostring(about.library.version) or "none"));
	if about.verifier then print("  keys: "..keys_of(about.verifier:key_set())); end
end

local commands = {};

-- An error if a door is shut, so that a script sees it by the exit status.
function commands:status()
	local hosts, shut = guarded_hosts(), {};
	for _, host in ipairs(hosts) do
		local about = doors[host].inspect();
		print_door(self.session.print, host, about);
		if about.level == "error" then shut[#shut + 1] = host; end
	end
	if #shut > 0 then return nil, "every room is shut on "..table.concat(shut, ", "); end
	return true, ("%d guarded host%s"):format(#hosts, #hosts == 1 and "" or "s");
end

-- From the address bar, or from a connection.
local function read_subject(text)
	if not text:find("[:?=]") then return text; end
	local query = "&"..(text:match("%?([^#]*)") or "");
	return query:match("&jwt=([^&]*)") or query:match("&token=([^&]*)") or "", text:match("^https?://[^/?#]+([^?#]*)");
end

-- As Jitsi's client reads a link's path: the room, and perhaps a tenant before it.
local function node_of_path(path, library)
	local tenant, room = path:match("([^/]+)/+([^/]+)/*$");
	room = library.canonical_room(room or path:match("([^/]+)/*$") or "");
	return room and tenant and ("[%s]%s"):format(tenant:lower(), room) or room;
end

-- Returns host and node, or nil and a sentence.
local function find_place(place, path)
	local node, host = jid.split(place or "");
	if not node then node, host = host, nil; end
	local hosts = guarded_hosts();
	host = host or #hosts == 1 and hosts[1];
	local door = host and doors[host];
	if not door then return nil, "name the room by its JID, on a guarded host: "..table.concat(hosts, ", "); end
	local library = door.inspect().library;
	if node == nil and path and library then node = node_of_path(path, library); end
	if not node or node == "" then return nil, "there is no room to ask about; "..usage; end
	return host, place and place:find("[@[]") and node or library and library.canonical_room(node) or node;
end

local function read_time(at)
	if at == nil or at == "" then return os.time(); end
	local secs = tonumber(at) or datetime.parse(tostring(at));
	return secs and math.tointeger(secs);
end

local function room_of(host, node)
	local muc = prosody.hosts[host].modules.muc;
	return muc and muc.get_room_from_jid and muc.get_room_from_jid(node.."@"..host);
end

-- Who is in the room decides too, but only of the room as it is now.
local function arrival(verifier, token, host, node, at, now)
	local room = not at and room_of(host, node);
	local grant = room and verifier:decide(token, node, now, { returning = true });
	return grant and limits.arrival(room, node, grant, doors[host].is_exempt) or {};
end

local function explain(verifier, token, host, node, at)
	local now = read_time(at);
	return verifier:explain(token, node, now, arrival(verifier, token, host, node, at, now));
end

local function print_checks(print, told)
	for _, check in ipairs(told.checks) do
		print(("  %-12s %-12s %s"):format(check.outcome, check.check, check.seen));
	end
end

-- An error if the link does not admit. Neither the link nor an error of the library, which might repeat it, is shown.
function commands:explain(subject, place, at)
	if type(subject) ~= "string" or (place ~= nil and type(place) ~= "string") then return nil, usage; end
	if not read_time(at) then return nil, "the time is none; write it as in 2026-12-01T14:00:00Z"; end
	local token, path = read_subject(subject);
	local host, node = find_place(place, path);
	if not host then return nil, node; end
	local about = doors[host].inspect();
	if not about.verifier then return nil, about.text; end
	local ran, told = pcall(explain, about.verifier, token, host, node, at);
	if not ran then return nil, "the verifier failed; please report this"; end
	self.session.print(("%s@%s"):format(node, host));
	print_checks(self.session.print, told);
	if told.decision == "admit" then return true, "admit"; end
	return nil, ("deny %s: %s"):format(told.code, told.fix);
end

-- Is all well here, or what becomes of somebody without a link who comes to this room?
function commands:check(room)
	if room ~= nil and type(room) ~= "string" then return nil, 'roompass:check(), or roompass:check("ROOM")'; end
	return checkup.check(self.session.print, guarded_hosts(), doors, room, find_place);
end

function commands:revocations()
	return checkup.revocations(self.session.print, guarded_hosts(), doors);
end

-- What `help roompass` of 13 shows, and what its `prosodyctl shell roompass …` looks up.
local help = {
	desc = "Ask the door of the rooms";
	commands = {
		check = { args = array { { name = "room" } }, desc = "Say what is to mend, or what a room's policy is" };
		explain = {
			args = array { { name = "link_or_token" }, { name = "room" }, { name = "at" } };
			desc = "Make every check of a link and say how each went";
		};
		revocations = { args = array {}, desc = "Show the revocations in force" };
		status = { args = array {}, desc = "Show what guards the rooms of each host" };
	};
};

local function open()
	sections.roompass = setmetatable(commands, { help = help });
end

-- The last door takes the commands with it.
local function close()
	if next(doors) == nil then sections.roompass = nil; end
end

return { close = close, open = open };
