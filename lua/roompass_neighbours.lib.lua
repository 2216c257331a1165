-- The hosts with rooms on this server that have no door.

local config = require "core.configmanager";

local function exempt_hosts()
	local hosts = {};
	for _, host in ipairs(config.get(module.host, "roompass_unguarded") or {}) do hosts[host:lower()] = true; end
	return hosts;
end

-- Sorted. A host that is being loaded may be among them until the server has started.
local function unguarded()
	local found, exempt = {}, exempt_hosts();
	for host, session in pairs(prosody.hosts) do
		local modules = session.modules or {};
		if modules.muc and not modules.muc_roompass and not exempt[host] then found[#found + 1] = host; end
	end
	table.sort(found);
	return found;
end

-- A sentence, or nil.
local function complaint()
	local hosts = unguarded();
	if #hosts == 0 then return nil; end
	return ('no door stands before the rooms of %s; load "muc_roompass" there, or name them in roompass_unguarded')
		:format(table.concat(hosts, ", "));
end

return { complaint = complaint, unguarded = unguarded };
