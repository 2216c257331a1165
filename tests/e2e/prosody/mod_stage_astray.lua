-- Faults of an installation, for the stage alone; `stage_astray` names those of a host.

local jid = require "util.jid";
local st = require "util.stanza";

local faults = {};

-- A module of the client's host that sends requests on by itself, past the door.
local function past_the_door(kind)
	module:hook("pre-iq/"..kind, function (event)
		if not event.stanza:get_child("conference", "http://jitsi.org/protocol/focus") then return; end
		prosody.core_post_stanza(event.origin, event.stanza);
		return true;
	end, 2000);
end

function faults.requests_to_component() past_the_door("host"); end
function faults.requests_to_user() past_the_door("full"); end

-- Jicofo with enable-auto-owner.
function faults.owners()
	module:hook("muc-occupant-joined", function (event)
		event.room:set_affiliation(true, jid.bare(event.occupant.jid), "owner");
	end);
end

-- Nobody answers.
function faults.silent_focus()
	module:hook("iq/host", function (event)
		if not event.stanza:get_child("conference", "http://jitsi.org/protocol/focus") then return; end
		event.origin.send(st.error_reply(event.stanza, "cancel", "service-unavailable"));
		return true;
	end, 200);
end

for _, name in ipairs(module:get_option("stage_astray") or {}) do faults[name](); end
