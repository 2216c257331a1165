-- `roompass:check()` and `roompass:revocations()` in `prosodyctl shell`.

local neighbours = module:require "roompass_neighbours";

local commands = {};

-- Is all well? An error if a door is shut, warns or is missing.
local function check_server(print, hosts, doors)
	local faults = 0;
	for _, host in ipairs(hosts) do
		local about = doors[host].inspect();
		print(("%s: [%s] %s"):format(host, about.level, about.text));
		if about.level ~= "info" then faults = faults + 1; end
	end
	local complaint = neighbours.complaint();
	if complaint then
		print("server: [error] "..complaint);
		faults = faults + 1;
	end
	if faults > 0 then return nil, ("%d thing%s to mend"):format(faults, faults == 1 and "" or "s"); end
	return true, "all is well";
end

-- What becomes of somebody who comes to that room without a link.
local function check_room(print, door, host, node)
	local about = door.inspect();
	if not about.verifier then return nil, about.text; end
	door.await({}, node); -- the shell can wait
	local admitted, why = door.judge({}, node);
	print(("%s@%s, without a link: %s"):format(node, host, admitted and "admit, "..why or "deny "..why));
	if admitted then return true, "admit"; end
	return nil, "deny "..why;
end

-- `place(room)` → host and node, or nil and a sentence.
function commands.check(print, hosts, doors, room, place)
	if room == nil then return check_server(print, hosts, doors); end
	local host, node = place(room);
	if not host then return nil, node; end
	return check_room(print, doors[host], host, node);
end

local function print_revocations(print, host, verifier)
	local feed, list = verifier:revocations(), verifier:status_list();
	if feed then
		local age = feed.issued_at and ("signed %d s ago"):format(os.time() - feed.issued_at) or "without a time";
		print(("%s: number %d, %d entries, %s, asked for every %d s"):format(host, feed.seq, feed.entries, age, feed.ttl));
	end
	if list then
		print(("%s: status list %q, %d entries, signed %d s ago"):format(host, list.uri, list.entries, os.time() - list.issued_at));
	end
	if not (feed or list) then print(host..": none are followed; set roompass_revocations"); end
end

function commands.revocations(print, hosts, doors)
	for _, host in ipairs(hosts) do
		local verifier = doors[host].inspect().verifier;
		if verifier then print_revocations(print, host, verifier); else print(host..": every room is shut"); end
	end
	return true, ("%d guarded host%s"):format(#hosts, #hosts == 1 and "" or "s");
end

return commands;
