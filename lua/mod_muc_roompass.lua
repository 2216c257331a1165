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

local door, limits, refusal, shell; -- nil until loaded; until then every room is shut

-- For when the library, which has a sentence for each code, is not there.
local shut_text = "The door of this meeting is out of order. Please try again later or tell the organiser.";
local other_text = "This link does not open this meeting. Please ask the organiser for a new one.";

-- Returns grant (or true for the exempt), or nil and a code.
local function judge(event)
	if not door then return nil, "verifier-unavailable"; end
	local from, node = event.stanza.attr.from, jid.node(event.room.jid);
	if door.is_exempt(from) then return true; end
	local grant, code = door.judge(event.origin, node);
	if not grant then return nil, code; end
	code = limits.exceeded(event.room, node, grant, from);
	return not code and grant or nil, code;
end

-- What is sent when even the file with the refusals is missing.
local function plain_refusal(stanza, room_jid, code)
	local reply = st.error_reply(stanza, "cancel", "not-allowed", shut_text, room_jid);
	reply:tag("refused", { xmlns = "urn:roompass:0", code = code }):up():up();
	return { reply:tag("x", { xmlns = "http://jabber.org/protocol/muc" }):up() };
end

local function replies_to(event, code)
	local stanza, room_jid = event.stanza, event.room.jid;
	if not refusal then return plain_refusal(stanza, room_jid, code); end
	local text = door and door.guest_text(code) or (code == "verifier-unavailable" and shut_text or other_text);
	local form = refusal.form_for(event.origin, door and door.wanted_form());
	return refusal.replies(stanza, room_jid, code, text, form);
end

local function refuse(event, code)
	local origin, stanza, room_jid = event.origin, event.stanza, event.room.jid;
	module:log("info", "Refused %s: %s (somebody of %s)", room_jid, code, jid.host(stanza.attr.from));
	if stanza.attr.type == "error" then return; end -- an error is never answered
	for _, reply in ipairs(replies_to(event, code)) do
		origin.send(reply);
	end
end

-- Somebody whose nick is taken is not let in, and must not be an owner from outside.
local function is_taken(room, nick, bare)
	local there = room:get_occupant_by_nick(nick);
	return there and there.bare_jid ~= bare;
end

-- Remembered on the room, so that it ends with the stay and not with the link.
local function note_owner(room, bare)
	room.roompass_owners = room.roompass_owners or {};
	room.roompass_owners[bare] = true;
end

-- Prosody works out the role of somebody who joins an existing room before it asks us.
local function make_owner(room, occupant, stanza)
	local bare = jid.bare(stanza.attr.from);
	local current = room:get_affiliation(bare);
	-- A ban outlives a link.
	if current == "outcast" or current == "owner" or is_taken(room, stanza.attr.to, bare) then return; end
	room:set_affiliation(true, bare, "owner");
	note_owner(room, bare);
	if occupant.bare_jid == bare then
		occupant.role = room:get_default_role("owner");
	end
end

local function honour(event, grant)
	event.roompass_grant = grant;
	if grant.affiliation ~= "owner" then return; end
	if event.occupant then
		make_owner(event.room, event.occupant, event.stanza);
	else
		note_owner(event.room, jid.bare(event.stanza.attr.from)); -- Prosody makes the creator one
	end
end

-- Exempt are senders, as the server stamped them: never a nick, and never a room name. Jicofo's
-- health checks need no exemption of their own, for Jicofo is exempt anyway; a stranger who picked
-- such a name would have a free room.
local function guard(event)
	local ran, grant, code = pcall(judge, event);
	if not ran then
		module:log("error", "The door could not decide and stays shut: %s", tostring(grant));
		grant, code = nil, "verifier-unavailable";
	end
	if not grant then
		local sent, err = pcall(refuse, event, code or "verifier-unavailable");
		if not sent then module:log("error", "The refusal could not be sent: %s", tostring(err)); end
		return true; -- any value but nil stops the join
	end
	if grant ~= true then honour(event, grant); end
end

-- Both: with the second alone, a refused stranger leaves an empty room behind and owns it.
module:hook("muc-room-pre-create", guard, 100);
module:hook("muc-occupant-pre-join", guard, 100);

-- Prosody makes the creator of a room its owner, at priority -1. With a member's link they are not.
module:hook("muc-room-pre-create", function (event)
	local grant = event.roompass_grant;
	if grant and grant.affiliation ~= "owner" then
		event.room:set_affiliation(true, jid.bare(event.stanza.attr.from), "none");
	end
end, -2);

-- Nobody destroys or configures a room from outside it, with a link that may have ended long ago.
module:hook("muc-occupant-left", function (event)
	local room, bare = event.room, event.occupant.bare_jid;
	local owners = room.roompass_owners;
	if not owners or not owners[bare] then return; end
	owners[bare] = nil;
	if room:get_affiliation(bare) == "owner" then room:set_affiliation(true, bare, "none"); end
end);

-- A room hands these on in its own name, so they are for those who are in it.
local function guard_message(event)
	local from = event.stanza.attr.from;
	if event.room:get_occupant_by_real_jid(from) or door and door.is_exempt(from) then return; end
	module:log("debug", "Kept an invitation or a refusal of one from %s", event.room.jid);
	event.origin.send(st.error_reply(event.stanza, "auth", "forbidden"));
	return true;
end

module:hook("muc-pre-invite", guard_message, 100);
module:hook("muc-pre-decline", guard_message, 100);

module:hook("muc-occupant-joined", function (event)
	local from = event.stanza and event.stanza.attr.from;
	local grant = limits and from and limits.grant_of(from, jid.node(event.room.jid));
	if grant then limits.note_joined(event.room, grant); end
end);

local doors = module:shared("/*/roompass/doors"); -- where mod_roompass finds the door of a room

function module.unload()
	doors[module.host] = nil;
	if door then door.close(); end
	if shell then shell.close(); end
end

local function complain(what, err)
	local text = ("Every room is shut: %s: %s. Repair it, then reload this module"):format(what, tostring(err));
	module:set_status("error", text);
	module:log("error", "%s", text);
end

local function try(what, f, ...)
	local ok, result = pcall(f, ...);
	if ok then return result; end
	complain(what, result);
end

refusal = try("roompass_refusal.lib.lua did not load", module.require, module, "roompass_refusal");
limits = refusal and try("roompass_limits.lib.lua did not load", module.require, module, "roompass_limits");
shell = limits and try("roompass_shell.lib.lua did not load", module.require, module, "roompass_shell");
-- Without one of them the door stays shut too: half a module must not look like a whole one.
door = shell and try("roompass.lib.lua did not load", module.require, module, "roompass");
doors[module.host] = door;
if shell then try("the shell's commands could not be added", shell.open); end

local function refresh()
	if door then try("the settings could not be read", door.refresh); end
end

module:hook_global("config-reloaded", refresh);
refresh();

if module:get_option("component_module") == module.name then
	try("mod_muc did not load", module.depends, module, "muc");
end

local host = prosody.hosts[module.host];
if not (host and host.modules and host.modules.muc) then
	complain("there are no rooms to guard", module.host.." is no MUC component; put mod_muc_roompass under the Component line of one");
elseif module:get_option_boolean("muc_room_locking", true) then
	module:log("warn", "A room made with a member's link stays locked for others; set muc_room_locking = false for %s", module.host);
end
