-- How old the status list is, and what follows from that for the links that name it.

local leeway = 60; -- seconds after its end, as everywhere

local function is_stale(list, max_stale, now)
	if list.expires_at and now >= list.expires_at + leeway then return true; end
	return max_stale ~= nil and now - list.issued_at > max_stale;
end

-- A level and words, or nil without a list. `problem` is why what came later was not taken.
local function status(list, max_stale, problem, now)
	if not list then return nil; end
	local text = ("status list with %d entries, %d s old"):format(list.entries, now - list.issued_at);
	if is_stale(list, max_stale, now) then
		local why = problem or "nobody renewed it; does the copy from its issuer still run?";
		return "warn", ("%s, which is too old, so no link that names it opens a room: %s"):format(text, why);
	elseif problem then
		return "warn", ("%s, which stays in force, for what came later is not taken: %s"):format(text, problem);
	end
	return "info", text;
end

return { is_stale = is_stale, status = status };
