-- As much of Prosody as our modules see, around Prosody's own util.* and configuration store.
--
-- What depends on the order in which a real server does things is tested there, in tests/e2e.

local events = require "util.events";
local format = require "util.format".format;
local paths = require "util.paths";
local st = require "util.stanza";

local function join_stanza(from, to)
	return st.presence({ from = from, to = to }):tag("x", { xmlns = "http://jabber.org/protocol/muc" }):reset();
end

local server_mt = {};
server_mt.__index = server_mt;

local function config_of(sections)
	package.loaded["core.configmanager"] = nil; -- it keeps what earlier specs set
	local config = require "core.configmanager";
	for section, options in pairs(sections) do
		config.set(section, "defined", true);
		for name, value in pairs(options) do config.set(section, name, value); end
	end
	return config;
end

-- What Prosody's HTTP client does: `web`, if a spec sets it, gets (url, options, callback).
local function http_of(server)
	return {
		destroy_request = function (request) request.conn = nil; end;
		is_stand_in = true;
		request = function (url, options, callback)
			local request = { conn = {} };
			if server.web then server.web(url, options, callback, request); else callback("connection refused", 0, request); end
			return request;
		end;
	};
end

-- Timers that outlive a module.
local function timers_of(server)
	return {
		add_task = function (delay, callback) return server:add_timer(delay, callback); end;
		is_stand_in = true;
		stop = function (timer) timer:stop(); end;
	};
end

-- sections: { ["*"] = { option = value }, ["conference.example"] = { … } }. files: names of ours that are missing.
local function new(sections, missing_files)
	local server = setmetatable({
		log = {}, metrics = {}, missing = missing_files or {}, now = 1767225600, rooms = {}, shared = {}, timers = {};
	}, server_mt);
	server.config = config_of(sections);
	local loaded = package.loaded["net.http"];
	if not loaded or loaded.is_stand_in then package.loaded["net.http"] = http_of(server); end
	loaded = package.loaded["util.timer"];
	if not loaded or loaded.is_stand_in then package.loaded["util.timer"] = timers_of(server); end
	server.prosody = { events = events.new(), full_sessions = {}, hosts = {}, paths = { config = "/etc/prosody", data = "/nowhere" } };
	local muc = { get_room_from_jid = function (room_jid) return server.rooms[room_jid]; end };
	for host in pairs(sections) do
		if host ~= "*" then
			local is_muc = server.config.rawget(host, "component_module") ~= nil;
			server.prosody.hosts[host] = { events = events.new(), modules = { muc = is_muc and muc or nil } };
		end
	end
	return server;
end

-- One more MUC component.
function server_mt:add_host(host, options)
	self.config.set(host, "defined", true);
	for name, value in pairs(options) do self.config.set(host, name, value); end
	local muc = { get_room_from_jid = function (room_jid) return self.rooms[room_jid]; end };
	self.prosody.hosts[host] = { events = events.new(), modules = { muc = muc } };
end

function server_mt:add_timer(delay, callback)
	local timer = { at = self.now + delay, callback = callback, delay = delay };
	self.timers[timer] = true;
	function timer.stop() self.timers[timer] = nil; end
	return timer;
end

-- Time passes, and the timers that are due go off.
function server_mt:pass(seconds)
	self.now = self.now + seconds;
	local due = {};
	for timer in pairs(self.timers) do
		if timer.at <= self.now then due[#due + 1] = timer; end
	end
	for _, timer in ipairs(due) do
		local again = self.timers[timer] and timer.callback();
		if again then timer.at = self.now + again; else timer:stop(); end
	end
end

-- Until the threads are done; no time passes for anything else.
function server_mt:settle_work()
	repeat
		local is_done = true;
		for timer in pairs(self.timers) do
			if timer.delay < 1 then
				is_done = false; -- others may be at work when this one is done
				if not timer.callback() then timer:stop(); end
				break;
			end
		end
	until is_done;
end

function server_mt:count_timers()
	local count = 0;
	for timer in pairs(self.timers) do
		if timer.delay >= 1 then count = count + 1; end -- the others ask whether work in a thread is done
	end
	return count;
end

function server_mt:set(section, name, value)
	self.config.set(section, name, value);
end

local api = {};
api.__index = api;

-- Each series by its text, as in `decisions{deny,expired}`.
function api:metric(_, name, _, _, label_keys)
	assert(type(label_keys) == "table", "Prosody appends these to its own");
	local metrics = self.server.metrics;
	local family = {};
	function family.with_labels(_, ...)
		local labels = table.concat({ ... }, ",");
		local series = labels == "" and name or ("%s{%s}"):format(name, labels);
		metrics[series] = metrics[series] or 0;
		return {
			add = function (_, more) metrics[series] = metrics[series] + more; end;
			sample = function () metrics[series] = metrics[series] + 1; end;
			set = function (_, value) metrics[series] = value; end;
		};
	end
	return family;
end

function api:log(level, ...)
	table.insert(self.server.log, { level = level, text = format(...) });
end

function api:hook(event, handler, priority)
	self.server.prosody.hosts[self.host].events.add_handler(event, handler, priority);
end

function api:hook_global(event, handler, priority)
	self.server.prosody.events.add_handler(event, handler, priority);
end

function api:require(name)
	local file = name..".lib.lua";
	if self.server.missing[file] then error("no file "..file); end
	return assert(loadfile(file, "t", self.environment))();
end

function api:add_timer(delay, callback) return self.server:add_timer(delay, callback); end

function api:shared(path)
	local is_cache = path:find("-cache", -6, true);
	self.server.shared[path] = self.server.shared[path] or setmetatable({}, { __mode = is_cache and "kv" or nil });
	return self.server.shared[path];
end

function api:get_option(name, default)
	local value = self.server.config.get(self.host, name);
	if value == nil then return default; end
	return value;
end

api.get_option_boolean = api.get_option;

function api:get_option_path(name, _, parent)
	return paths.resolve_relative_path(self.server.prosody.paths[parent], self:get_option(name));
end

function api:set_status(level, text, override)
	if self.status == "error" and level ~= "error" and not override then return; end
	self.status, self.status_text = level, text;
end

function api:depends(name)
	self.server.prosody.hosts[self.host].modules[name] = true;
end

-- Loads mod_NAME.lua onto a host and returns its `module`.
function server_mt:load(host, name)
	local module = setmetatable({ host = host, name = name, server = self }, api);
	local clock = setmetatable({ time = function () return self.now; end }, { __index = os });
	module.environment = setmetatable({ module = module, os = clock, prosody = self.prosody }, { __index = _G });
	assert(loadfile("mod_"..name..".lua", "t", module.environment))();
	self.prosody.hosts[host].modules[name] = module;
	return module;
end

function server_mt:logged(part)
	for _, line in ipairs(self.log) do
		if line.text:find(part, 1, true) then return true; end
	end
	return false;
end

-- Somebody's first presence, before the rooms see it.
function server_mt:arrive(guest, from, room_jid)
	local host_events = self.prosody.hosts[room_jid:match("@(.*)$")].events;
	return host_events.fire_event("presence/full", { origin = guest, stanza = join_stanza(from, room_jid.."/nick") });
end

-- A client's session that remembers what it was sent.
local function session()
	local sent = {};
	return { sent = sent, type = "c2s", send = function (stanza) table.insert(sent, stanza); end };
end

function server_mt:connect(query, headers)
	local guest = session();
	local request = { headers = headers or {}, url = { query = query } };
	self.prosody.events.fire_event("websocket-session", { request = request, session = guest });
	return guest;
end

local room_mt = {};
room_mt.__index = room_mt;
function room_mt:get_affiliation(bare) return self.affiliations[bare]; end
function room_mt:set_affiliation(_, bare, affiliation) self.affiliations[bare] = affiliation ~= "none" and affiliation or nil; end
function room_mt:get_default_role(affiliation) return affiliation == "owner" and "moderator" or "participant"; end -- luacheck: ignore 212/self

function room_mt:get_occupant_by_nick(nick) return self.nicks and self.nicks[nick]; end
function room_mt:get_occupant_by_real_jid(real_jid) return self.occupants[real_jid]; end
function room_mt:each_occupant() return pairs(self.occupants); end
function room_mt:set_role(_, nick) self.removed = nick; end

local function room(room_jid)
	local affiliations = {};
	return setmetatable({ _affiliations = affiliations, _data = {}, affiliations = affiliations, jid = room_jid, occupants = {} }, room_mt);
end

-- Somebody is in the room from now on.
function server_mt:settle(guest, real_jid, in_room)
	self.prosody.full_sessions[real_jid] = guest;
	in_room.occupants[real_jid] = {
		bare_jid = real_jid:match("^[^/]+");
		each_session = function () return pairs { [real_jid] = true }; end;
		jid = real_jid;
		nick = in_room.jid.."/"..real_jid;
	};
	local event = { occupant = in_room.occupants[real_jid], room = in_room, stanza = join_stanza(real_jid, in_room.jid.."/nick") };
	self.prosody.hosts[in_room.jid:match("@(.*)$")].events.fire_event("muc-occupant-session-new", event);
end

-- `moves`: the connection stays, as when somebody goes to another room.
function server_mt:leave(real_jid, in_room, moves)
	if not moves then self.prosody.full_sessions[real_jid] = nil; end
	in_room.occupants[real_jid] = nil;
	local event = { occupant = { bare_jid = real_jid:match("^[^/]+"), jid = real_jid }, room = in_room };
	event.stanza = moves and st.presence { from = real_jid, to = in_room.jid, type = "unavailable" };
	self.prosody.hosts[in_room.jid:match("@(.*)$")].events.fire_event("muc-occupant-left", event);
end

-- A mediated invitation, or the refusal of one. Returns true when somebody took it over.
function server_mt:invite(guest, from, in_room, what)
	local stanza = st.message({ from = from, to = in_room.jid });
	local host_events = self.prosody.hosts[in_room.jid:match("@(.*)$")].events;
	return host_events.fire_event("muc-pre-"..what, { origin = guest, room = in_room, stanza = stanza });
end

-- At priority -1, unless somebody forbids it. A server that `gives_unasked` knows no such thing.
local function own(server, host_events, in_room, bare)
	local asked = { affiliation = "owner", jid = bare, room = in_room };
	if not server.gives_unasked then host_events.fire_event("muc-pre-set-affiliation", asked); end
	if asked.allowed == false then return; end
	in_room.given_to = bare;
	in_room:set_affiliation(true, bare, "owner");
end

-- As mod_muc does for the first presence in a new room. Returns true when somebody took it over.
function server_mt:create_and_join(guest, from, room_jid)
	local host_events = self.prosody.hosts[room_jid:match("@(.*)$")].events;
	local event = { origin = guest, room = room(room_jid), stanza = join_stanza(from, room_jid.."/nick") };
	host_events.add_handler("muc-room-pre-create", function (e) own(self, host_events, e.room, from:match("^[^/]+")); end, -1);
	if host_events.fire_event("muc-room-pre-create", event) then return true, event.room; end
	local occupant = { bare_jid = from:match("^[^/]+"), role = "participant" };
	local join = { is_new_room = true, occupant = occupant, origin = guest, room = event.room, stanza = event.stanza };
	return host_events.fire_event("muc-occupant-pre-join", join), event.room, occupant;
end

function server_mt:join(guest, from, in_room, password)
	local occupant = { bare_jid = from:match("^[^/]+"), role = "participant" };
	local stanza = join_stanza(from, in_room.jid.."/nick");
	if password then stanza.tags[1]:text_tag("password", password, { xmlns = "http://jabber.org/protocol/muc" }); end
	local event = { occupant = occupant, origin = guest, room = in_room, stanza = stanza };
	return self.prosody.hosts[in_room.jid:match("@(.*)$")].events.fire_event("muc-occupant-pre-join", event), occupant, stanza;
end

function server_mt:conference_iq(guest, from, to, room_jid, iq_type, token)
	local iq = st.iq({ from = from, id = "1", to = to, type = iq_type or "set" })
		:tag("conference", { room = room_jid, token = token, xmlns = "http://jitsi.org/protocol/focus" }):reset();
	local kind = to:find("/", 1, true) and "full" or to:find("@", 1, true) and "bare" or "host";
	return self.prosody.hosts[from:match("@([^/]+)")].events.fire_event("pre-iq/"..kind, { origin = guest, stanza = iq });
end

-- The code a guest was refused with, from whatever form the refusal has.
local function code_of(stanza)
	local code;
	local function search(element)
		if element.name == "refused" and element.attr.xmlns == "urn:roompass:0" then code = element.attr.code; end
		for _, child in ipairs(element.tags) do search(child); end
	end
	search(stanza);
	return code;
end

return { code_of = code_of, new = new, room = room };
