-- What Jitsi's meeting id module does to joins, for the stage alone: until the focus is in the room, everybody waits, and is
-- then led in by the same presence once more.

module:hook("muc-occupant-pre-join", function (event)
	local room = event.room;
	if room.stage_focus_came then return; end
	if event.occupant.nick:match("/focus$") then
		room.stage_focus_came = true;
		local waiting = room.stage_waiting or {};
		room.stage_waiting = nil;
		for _, earlier in ipairs(waiting) do
			if earlier.origin.conn then room:handle_normal_presence(earlier.origin, earlier.stanza); end
		end
		return;
	end
	room.stage_waiting = room.stage_waiting or {};
	table.insert(room.stage_waiting, event);
	return true;
end, 8);
