-- Tenants: `standup@conference.acme.meet.example.org` outside is `[acme]standup@conference.meet.example.org` inside.
--
-- Jitsi's mod_muc_domain_mapper rewrites the addresses of stanzas before a door sees them. In a conference
-- request it rewrites the room only on the way out to Jicofo, after us.

local jid = require "util.jid";

-- From Jitsi's own options, so that both read a name alike.
local function mapping()
	local base = module:get_option("muc_mapper_domain_base");
	if type(base) ~= "string" then return nil; end
	local prefix = module:get_option("muc_mapper_domain_prefix") or "conference";
	return prefix..".", "."..base, module:get_option("muc_mapper_domain") or prefix.."."..base;
end

-- The room's address inside Prosody.
local function inside(room_jid)
	local prefix, suffix, host = mapping();
	local node, outer, resource = jid.prepped_split(room_jid);
	if not prefix or not node then return room_jid; end
	if outer:sub(1, #prefix) ~= prefix or outer:sub(-#suffix) ~= suffix then return room_jid; end
	local tenant = outer:sub(#prefix + 1, -#suffix - 1);
	if tenant == "" or tenant:find(".", 1, true) then return room_jid; end
	return jid.join(("[%s]%s"):format(tenant, node), host, resource);
end

-- Tenant and room of a node; no tenant is nil.
local function split(node)
	local tenant, room = node:match("^%[([^%]]+)%](.+)$");
	if tenant then return tenant, room; end
	return nil, node;
end

return { inside = inside, split = split };
