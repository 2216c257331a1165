-- What Jitsi's breakout module does, for the stage alone. Loaded on the host of the breakout rooms.
--
-- Every main room has one breakout room, `one-ROOM`; others are not made. Who somebody is there, the main room says.

local jid = require "util.jid";

local main_host = module:get_option("stage_main_muc");

local function main_room_of(breakout_jid)
	local node = jid.node(breakout_jid):match("^one%-(.+)$");
	local host = prosody.hosts[main_host];
	return node and host and host.modules.muc.get_room_from_jid(node.."@"..main_host);
end

local function add_breakout_room(event)
	event.room._data.breakout_rooms = { ["one-"..jid.node(event.room.jid).."@"..module.host] = "One" };
	event.room:set_persistent(true);
end

local function follow_main_rooms()
	module:context(main_host):hook("muc-room-created", add_breakout_room);
	local room_mt = module:depends("muc").room_mt;
	function room_mt:get_affiliation(real_jid)
		local main = main_room_of(self.jid);
		return main and main:get_affiliation(real_jid) or "none";
	end
end

module:hook("muc-room-pre-create", function (event)
	local main = main_room_of(event.room.jid);
	if not (main and main._data.breakout_rooms and main._data.breakout_rooms[event.room.jid]) then return true; end
end);

if prosody.hosts[main_host] then follow_main_rooms();
else module:hook_global("server-started", follow_main_rooms); end
