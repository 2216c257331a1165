-- For the VirtualHost on which guests log in: keeps the token of the link for later, and keeps
-- conference requests without a good one from Jicofo.
--
-- The door itself is mod_muc_roompass, on the MUC component.

local config = require "core.configmanager";
local st = require "util.stanza";
local jid = require "util.jid";
local http = require "util.http";

local xmlns_focus = "http://jitsi.org/protocol/focus";
local max_token_size = 4096;
local max_languages_size = 256; -- more is no browser's

local neighbours, settings_lib, settings, stock, tenants; -- nil until loaded without a problem; until then nobody is exempt and no request passes

local doors = module:shared("/*/roompass/doors"); -- each mod_muc_roompass puts its own here
module:shared("/*/roompass/seen"); -- kept here too, for Prosody drops what nobody holds while mod_muc_roompass is reloaded

local function decoded(text)
	if not text:find("%", 1, true) and not text:find("+", 1, true) then return text; end
	return http.urldecode((text:gsub("%+", " ")));
end

-- Reads it as util.http's formdecode does, which looks at each byte of a token five times. Returns the last token, the last
-- room, how many pairs are named "room", and how many of those are so in plain letters.
local function read_query(query)
	local token, room, named, plain, from = nil, nil, 0, 0, 1;
	while from <= #query do
		local to = query:find("&", from, true) or #query + 1;
		local equals = query:find("=", from, true);
		if not equals then break; end
		if equals < to then
			local raw = query:sub(from, equals - 1);
			local name = decoded(raw);
			if name == "token" then token = decoded(query:sub(equals + 1, to - 1)); end
			if name == "room" then
				room = decoded(query:sub(equals + 1, to - 1));
				named, plain = named + 1, plain + (raw == name and 1 or 0);
			end
		end
		from = to + 1;
	end
	return token, room, named, plain;
end

local function bearer(request)
	local header = request.headers and request.headers.authorization;
	return type(header) == "string" and header:match("^[Bb][Ee][Aa][Rr][Ee][Rr] +(%S+)$") or nil;
end

-- What the browser says its reader reads (RFC 9110 §12.5.4).
local function languages(request)
	local header = request.headers and request.headers.accept_language;
	return type(header) == "string" and #header <= max_languages_size and header or nil;
end

local function read_token(token, request)
	if not token or token == "" then token = bearer(request); end
	-- One byte too many is kept, so that the verifier sees that it was too long; no more than that.
	if token and #token > max_token_size then return token:sub(1, max_token_size + 1); end
	return token;
end

-- A load balancer takes the first of two, util.http the last; some also take a query apart at `;` and `?`,
-- and none decodes the name of a parameter, as util.http does. So there must be one `room=`, as plain as
-- Jitsi's client writes it. No room has the empty name: whoever is ambiguous is in none.
local function is_plain(query, named, plain)
	return named == 1 and plain == 1 and not query:find(";", 1, true) and not query:find("?", 1, true);
end

-- A field of our own: Jitsi's anonymous login clears session.auth_token. It is on the session, which an
-- XEP-0198 resumption keeps. The token is not looked into: connecting must stay cheap for us.
local function keep_link(event)
	local request = event.request;
	local query = request.url and request.url.query or "";
	local token, room, named, plain = read_query(query);
	if room and not is_plain(query, named, plain) then room = ""; end
	event.session.roompass = { grants = {}, languages = languages(request), room_query = room, token = read_token(token, request) };
end

-- Nobody has been verified yet: what other plugins took from the URL for the fields that Jitsi trusts, goes.
local function clear_claims(event)
	if stock then stock.clear(event.session); end
end

-- These fire before the host of the stream is known, hence only globally.
module:hook_global("websocket-session", keep_link);
module:hook_global("bosh-session", keep_link);
module:hook_global("websocket-session", clear_claims, -100);
module:hook_global("bosh-session", clear_claims, -100);

-- A connection without a token in its URL may bring it with the request, as may a client without a URL.
local function take_token(session, conference)
	local token = conference.attr.token;
	if not token or token == "" then return; end
	local link = session.roompass;
	if not link and settings and settings.plain_clients then
		link = { grants = {}, plain = true };
		session.roompass = link;
	end
	if not link or link.token and link.token ~= "" and not link.asked_with then return; end
	link.token, link.asked_with = token:sub(1, max_token_size + 1), true;
end

local function is_exempt(from)
	return settings_lib and settings and settings_lib.is_exempt(settings, from);
end

-- A connection that is taken up again may have another link in its URL.
local function renew(session, link)
	for _, door in pairs(link and doors or {}) do
		local ran, err = pcall(door.renew, session, link);
		if not ran then module:log("error", "A link could not be renewed: %s; please report this", tostring(err)); end
	end
end

-- Prosody 13 tells of a resumption, and then drops all that the new session had. Jitsi's token login, if it is on another
-- host here, would look at our token, not know it, and close the connection.
module:hook_global("c2s-session-updated", function (event)
	local new = event.from_session;
	if not (new and new.roompass) or event.session.host ~= module.host then return; end
	new.auth_token = nil;
	renew(event.session, new.roompass);
end, 10);

-- Prosody 0.12 tells of it later, and 13 too, when the link is gone.
module:hook("smacks-hibernation-end", function (event)
	renew(event.resumed, event.origin.roompass);
end);

-- Who is a guest of this server is none of another's: a visitor node lets in whomever the main server let in, and would
-- take its word for a stranger. Only clients are stopped; what the server's own components send goes its way.
module:hook("route/remote", function (event)
	local stanza, origin = event.stanza, event.origin;
	if stanza.name ~= "presence" or stanza.attr.type or not jid.resource(stanza.attr.to) or not origin.full_jid then return; end
	if is_exempt(stanza.attr.from) or config.get(module.host, "roompass_mode") == "watch" then return; end
	module:log("debug", "Kept a guest from %s, on another server", jid.bare(stanza.attr.to));
	origin.send(st.error_reply(stanza, "cancel", "not-allowed", "Guests of this server enter its own rooms alone."));
	return true;
end, 1000);

-- The door of that room's own host decides, with its own settings. Without one the room is not ours to
-- open: Jicofo joins any address it is asked to.
local function judge(session, room_jid, from)
	room_jid = tenants.inside(room_jid);
	local node, host = jid.prepped_split(room_jid);
	local hosted = host and prosody.hosts[host];
	local door = hosted and hosted.modules and hosted.modules.muc_roompass and doors[host];
	if not door then return nil, "no-door"; end
	return door.judge_request(session, jid.join(node, host), from);
end

-- The client goes on to join, and the door tells its user why not. Any other answer ends in a dialog
-- that misleads, or in a loop.
local function pretend_ready(request, conference)
	local focus_jid = settings and settings.focus_jid or "focus@auth."..module.host;
	return st.reply(request)
		:tag("conference", { xmlns = xmlns_focus, room = conference.attr.room, ready = "true", focusjid = focus_jid })
		:tag("property", { name = "authentication", value = "false" });
end

-- As the door of that room's host is, so that both refuse or neither does.
local function is_watching(conference)
	local host = jid.host(conference.attr.room or "");
	local mode = config.get(host and prosody.hosts[host] and host or module.host, "roompass_mode");
	return mode == "watch";
end

local function may_pass(event, conference)
	if is_exempt(event.stanza.attr.from) then return true; end
	if not settings then return nil, "verifier-unavailable"; end
	take_token(event.origin, conference);
	return judge(event.origin, conference.attr.room, event.stanza.attr.from);
end

local requests = module:metric("counter", "conference_requests", "", "Conference requests, by result and code", { "result"; "code" });

local series = {}; -- looked up once: finding one costs more than counting

local function count_request(result, code)
	local key = result.." "..code;
	series[key] = series[key] or requests:with_labels(result, code);
	series[key]:add(1);
end

-- By what is asked, not by who is: Jicofo answers on its full JID and through any room it is in, too.
local function gate(event)
	local origin, stanza = event.origin, event.stanza;
	local conference = stanza:get_child("conference", xmlns_focus);
	if not conference then return; end
	local ran, passes, code = pcall(may_pass, event, conference);
	if origin.destroyed then return true; end -- gone while it waited
	local is_let_past = not (ran and passes) and is_watching(conference);
	count_request(ran and passes and "pass" or is_let_past and "watch" or "keep", ran and (passes and "" or code) or "verifier-unavailable");
	if ran and passes or is_let_past then return; end
	module:log("debug", "Kept a conference request from Jicofo: %s", ran and code or tostring(passes));
	-- An answer to nothing is answered by nobody; but Jicofo need not see it either.
	local kind = stanza.attr.type;
	if kind ~= "set" and kind ~= "get" then return true; end
	if ran and code == "not-open-yet" then
		-- Jitsi's client says that it waits for the host, and asks again every five seconds.
		origin.send(st.error_reply(stanza, "auth", "not-authorized"));
	else
		origin.send(pretend_ready(stanza, conference));
	end
	return true;
end

for _, to in ipairs { "host", "bare", "full" } do
	module:hook("pre-iq/"..to, gate, 1000);
end

local function complain(text)
	module:log("error", "No conference request passes: %s", text);
	module:set_status("error", "No conference request passes: "..text);
end

-- Rooms without a door are an error, whatever else is well.
local function show_neighbours()
	local complaint = settings and neighbours.complaint();
	if complaint then module:set_status("error", complaint, true); end
	return complaint;
end

local function load_settings()
	settings = nil; -- first, so that nothing below can leave old ones in charge
	settings_lib = module:require "roompass_settings";
	neighbours = module:require "roompass_neighbours";
	stock, tenants = module:require "roompass_stock", module:require "roompass_tenants";
	local found, problems = settings_lib.read();
	for _, problem in ipairs(problems) do complain(problem..". Then reload"); end
	if #problems > 0 then return; end
	settings = found;
	if settings.mode == "watch" then
		module:set_status("warn", 'Watching only, every conference request passes (roompass_mode = "watch")', true);
	else
		module:set_status("info", "Keeping the tokens of links", true);
	end
	show_neighbours();
end

-- Caught, so that the module counts as loaded and a reload can repair it.
local function refresh()
	local ok, err = pcall(load_settings);
	if not ok then complain(("roompass_settings.lib.lua did not load: %s. Repair it, then reload this module"):format(tostring(err))); end
end

local function warn()
	local complaint = show_neighbours();
	if complaint then module:log("error", "%s", complaint); end
end

module:hook_global("config-reloaded", refresh);
module:hook_global("config-reloaded", warn, -10); -- when each component has looked at its modules
module:hook_global("server-started", warn); -- before that, some are not there yet
refresh();

local unguarded = module:metric("gauge", "unguarded_hosts", "", "Hosts with rooms that have no door", {}):with_labels();

module:hook_global("stats-update", function ()
	if neighbours then unguarded:set(#neighbours.unguarded()); end
end);
