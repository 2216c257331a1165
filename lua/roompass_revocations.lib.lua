-- How old the feed of what was taken back is, and what follows from that.

local function is_stale(feed, max_stale, now)
	return max_stale ~= nil and now - (feed.issued_at or 0) > max_stale;
end

-- A level and words, or nil without a feed. `problem` is why what came later was not taken.
local function status(feed, max_stale, problem, now)
	if not feed then return nil; end
	local age = feed.issued_at and now - feed.issued_at or "too many";
	local text = ("revocations %s with %s entries, %s s old"):format(feed.seq, feed.entries, age);
	if is_stale(feed, max_stale, now) then
		local why = problem or "nobody renewed them; does the copy from the issuer still run?";
		return "error", ("%s, and roompass_max_stale allows %s: %s"):format(text, max_stale, why);
	elseif problem then
		return "warn", ("%s, which stay in force, for what came later is not taken: %s"):format(text, problem);
	end
	return "info", text;
end

-- The first second in which nothing is admitted by this feed, or nil.
local function shuts_at(feed, max_stale)
	return feed and max_stale and (feed.issued_at or 0) + max_stale + 1 or nil;
end

return { is_stale = is_stale, shuts_at = shuts_at, status = status };
