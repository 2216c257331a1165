-- The door of a MUC component: a room opens only for somebody whose link was signed.
--
-- Load it in `modules_enabled` of the component, or better as the component's own type,
-- `Component "conference.example.org" "muc_roompass"`: then a missing file means that
-- nobody joins. In the other form Prosody logs the missing file and runs the MUC without us.
--
-- For the same reason the guards are hooked before anything that can fail, and nothing here
-- may throw. Prosody forgets a module whose main chunk threw but keeps its hooks, so a reload
-- could not repair it.

local st = require "util.stanza";
local jid = require "util.jid";

-- nil until loaded; until then every room is shut
local affiliations, door, endings, kinds, limits, lobby, log_lines, outside, password, refusal, renewal, shell, stays;

-- For when the library, which has a sentence for each code, is not there.
local shut_text = "The door of this meeting is out of order. Please try again later or tell the organiser.";
local other_text = "This link does not open this meeting. Please ask the organiser for a new one.";

-- Asked anew each time and of nobody else, so that it holds whatever is missing or broken.
local function is_watching()
	return module:get_option("roompass_mode") == "watch";
end

-- On a visitor node the people of the main rooms come from the main server, which let them in.
local function comes_from_main(event)
	return event.origin.type == "s2sin" and door.setting("main_domains")[jid.host(event.stanza.attr.from)] == true;
end

-- Returns a grant (or true where nobody needs one) and why; or nil, a code and what may be said of the token.
local function judge(event)
	if not door then return nil, "verifier-unavailable"; end
	if door.is_exempt(event.stanza.attr.from) or comes_from_main(event) then return true, "exempt"; end
	if door.setting("plain_clients") and password.is_plain(event.origin) then password.take(event.origin, event.stanza); end
	return kinds.judge(door, event);
end

-- What is sent when even the file with the refusals is missing.
local function plain_refusal(stanza, room_jid, code)
	local reply = st.error_reply(stanza, "cancel", "not-allowed", shut_text, room_jid);
	reply:tag("refused", { xmlns = "urn:roompass:0", code = code }):up():up();
	return { reply:tag("x", { xmlns = "http://jabber.org/protocol/muc" }):up() };
end

local function replies_to(event, code, named)
	local stanza, room_jid = event.stanza, event.room.jid;
	if not refusal then return plain_refusal(stanza, room_jid, code); end
	local text = door and door.guest_text(code, event.origin, named and named.opens_at) or (code == "verifier-unavailable" and shut_text or other_text);
	local form = refusal.form_for(event.origin, door and door.setting("refusal"), door and door.setting("kind"));
	return refusal.replies(stanza, room_jid, code, text, form);
end

-- Somebody who comes in passes here once, with the room made; somebody refused does too.
local function note(event, result, why, named)
	if result ~= "deny" and not event.occupant then return; end
	if door then door.metrics.count(result, why); end
	if not log_lines then return; end
	if result == "admit" then
		-- Not further down, where one needs deep stacks: each connection has one of its own.
		if named ~= true and named.kid then log_lines.admitted(event.room.jid, named); end
		return;
	end
	log_lines.refused(result == "deny" and "Refused" or "Would refuse", event.room.jid, why, event.stanza.attr.from, named);
end

local function refuse(event, code, named)
	local origin, stanza = event.origin, event.stanza;
	note(event, "deny", code, named);
	if stanza.attr.type == "error" then return; end -- an error is never answered
	for _, reply in ipairs(replies_to(event, code, named)) do
		origin.send(reply);
	end
end

-- Exempt are senders, as the server stamped them: never a nick, and never a room name. Jicofo's
-- health checks need no exemption of their own, for Jicofo is exempt anyway; a stranger who picked
-- such a name would have a free room.
local function guard(event)
	local ran, grant, why, named = pcall(judge, event);
	if not ran then
		module:log("error", "The door could not decide and stays shut: %s", tostring(grant));
		grant, why = nil, "verifier-unavailable";
	end
	if grant then
		note(event, "admit", why, grant);
		if grant ~= true then affiliations.honour(event, grant); end
	elseif is_watching() then
		note(event, "watch", why, named);
	else
		local sent, err = pcall(refuse, event, why or "verifier-unavailable", named);
		if not sent then module:log("error", "The refusal could not be sent: %s", tostring(err)); end
		return true; -- any value but nil stops the join
	end
end

-- What others must be asked is asked before the rooms hear of it, so that nothing in them waits.
module:hook("presence/full", function (event)
	local stanza = event.stanza;
	if stanza.attr.type or not door or not door.has_to_wait(event.origin) or door.is_exempt(stanza.attr.from)
		or comes_from_main(event) then return; end
	local ran, err = pcall(door.await, event.origin, jid.node(stanza.attr.to));
	if not ran then module:log("error", "A policy could not ask: %s", tostring(err)); end
	if event.origin.destroyed then return true; end -- gone while it waited: it would stay in the room as a ghost
end, 1000);

-- Both: with the second alone, a refused stranger leaves an empty room behind and owns it.
module:hook("muc-room-pre-create", guard, 100);
module:hook("muc-occupant-pre-join", guard, 100);

-- Behind everybody else: whoever was only to knock was not answered by a lobby.
module:hook("muc-occupant-pre-join", function (event)
	if not event.roompass_knocks then return; end
	if is_watching() then return note(event, "watch", event.roompass_knocks); end
	refuse(event, event.roompass_knocks);
	return true;
end, -950);

local function note_joined(event)
	local from, room = event.stanza.attr.from, event.room;
	if door.is_exempt(from) or door.setting("kind") ~= "main" then return; end
	stays.begin(room, jid.bare(from));
	local node, session = jid.node(room.jid), prosody.full_sessions[from];
	local link = session and session.roompass;
	if not link then return; end
	link.entered = link.entered or {};
	link.entered[node] = true;
	local grant = limits.grant_of(from, node);
	if not grant then return; end
	limits.note_joined(room, node, grant, from);
	door.note_joined(room, grant);
end

module:hook("muc-occupant-session-new", function (event)
	if door and event.stanza then note_joined(event); end
end);

local doors = module:shared("/*/roompass/doors"); -- where mod_roompass finds the door of a room

function module.unload()
	doors[module.host] = nil;
	if door then door.close(); end
	if log_lines then log_lines.close(); end
	if shell then shell.close(); end
	if endings then endings.close(); end
end

local function complain(what, err)
	local state = is_watching() and "Nothing is refused (roompass_mode is \"watch\"), or every room were shut" or "Every room is shut";
	local text = ("%s: %s: %s. Repair it, then reload this module"):format(state, what, tostring(err));
	module:set_status("error", text);
	module:log("error", "%s", text);
end

local function try(what, f, ...)
	local ok, result = pcall(f, ...);
	if ok then return result; end
	complain(what, result);
end

-- Without one of them the door stays shut: half a module must not look like a whole one.
local function load(name)
	return try(name..".lib.lua did not load", module.require, module, name);
end

refusal = load("roompass_refusal");
log_lines = refusal and load("roompass_log");
stays = log_lines and load("roompass_stays");
password = stays and load("roompass_password");
limits = password and load("roompass_limits");
kinds = limits and load("roompass_kinds");
lobby = kinds and load("roompass_lobby");
affiliations = lobby and load("roompass_affiliations");
outside = affiliations and load("roompass_outside");
endings = outside and load("roompass_endings");
renewal = endings and load("roompass_renewal");
shell = renewal and load("roompass_shell");
door = shell and load("roompass");
doors[module.host] = door;
if door then
	function door.judge_request(...) return kinds.judge_request(door, ...); end
	function door.renew(...) return renewal.renew(door, ...); end
	affiliations.open(door);
	lobby.open();
	outside.open(door);
	endings.open(door);
	try("the shell's commands could not be added", shell.open);
end

local function refresh()
	if door then try("the settings could not be read", door.refresh); end
end

module:hook_global("config-reloaded", refresh);
refresh();

module:hook_global("stats-update", function ()
	if door then door.metrics.update(door.inspect(), limits.grant_of); end
end);

if module:get_option("component_module") == module.name then
	try("mod_muc did not load", module.depends, module, "muc");
end

local host = prosody.hosts[module.host];
if not (host and host.modules and host.modules.muc) then
	complain("there are no rooms to guard", module.host.." is no MUC component; put mod_muc_roompass under the Component line of one");
elseif module:get_option_boolean("muc_room_locking", true) then
	module:log("warn", "A room made with a member's link stays locked for others; set muc_room_locking = false for %s", module.host);
end
