-- What Jitsi's domain mapper does, for the stage alone: `room@conference.TENANT.BASE` outside is
-- `[TENANT]room@conference.BASE` inside. Loaded on the host of the guests.
--
-- In a conference request the room is rewritten on the way out only.

local filters = require "util.filters";
local jid = require "util.jid";

local base = module:get_option("muc_mapper_domain_base");
local pattern = "^conference%.([^.]+)%."..base:gsub("%p", "%%%0").."$";
local inner_host = "conference."..base;

local function to_inside(address)
	local node, host, resource = jid.split(address);
	local tenant = host and host:match(pattern);
	if not tenant then return address; end
	return jid.join(node and ("[%s]%s"):format(tenant, node), inner_host, resource);
end

local function to_outside(address)
	local node, host, resource = jid.split(address);
	local tenant, room = (node or ""):match("^%[([^%]]+)%](.+)$");
	if host ~= inner_host or not tenant then return address; end
	return jid.join(room, ("conference.%s.%s"):format(tenant, base), resource);
end

local function rewrite_out(stanza)
	if not stanza.attr then return stanza; end
	local conference = stanza.name == "iq" and stanza:get_child("conference", "http://jitsi.org/protocol/focus");
	if conference then conference.attr.room = to_inside(conference.attr.room); end
	if stanza.attr.to then stanza.attr.to = to_inside(stanza.attr.to); end
	-- The stage's focus thinks in inner addresses.
	if stanza.attr.from and not (stanza.attr.to or ""):find("@auth.", 1, true) then stanza.attr.from = to_outside(stanza.attr.from); end
	return stanza;
end

local function rewrite_in(event)
	local to = event.stanza.attr.to;
	if to then event.stanza.attr.to = to_inside(to); end
end

for _, kind in ipairs { "iq", "message", "presence" } do
	for _, to in ipairs { "host", "bare", "full" } do
		module:hook(("pre-%s/%s"):format(kind, to), rewrite_in);
	end
end

local function filter_session(session)
	filters.add_filter(session, "stanzas/out", rewrite_out);
end

function module.load() filters.add_filter_hook(filter_session); end
function module.unload() filters.remove_filter_hook(filter_session); end
