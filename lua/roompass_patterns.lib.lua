-- Lua patterns for room names, as mod_muc_restrict_rooms has them, but none that can stop the server.
--
-- The matcher goes back and tries again. Each of `* + -` multiplies the ways by the length of the name, and so
-- do a missing `^`, `%b` and `%1`; each `?` doubles them. Strangers choose the names, so what the worst name costs
-- is bounded before any name comes.

local longest_name = 256; -- bytes, as in a canonical name
local most_steps = 3000000; -- for all patterns of a list together: some tens of milliseconds

-- Where the set that opens at `at` ends, or nil.
local function end_of_set(pattern, at)
	at = at + (pattern:sub(at + 1, at + 1) == "^" and 2 or 1);
	local first = at;
	while at <= #pattern do
		local char = pattern:sub(at, at);
		if char == "%" then at = at + 1;
		elseif char == "]" and at > first then return at; end
		at = at + 1;
	end
end

-- Where the item at `at` ends (nil if it does not), and what it costs by itself.
local function end_of_item(pattern, at)
	local char, following = pattern:sub(at, at), pattern:sub(at + 1, at + 1);
	if char == "[" then return end_of_set(pattern, at), 0; end
	if char ~= "%" then return at, 0; end
	if following == "" then return nil, 0; end
	if following == "b" then return #pattern >= at + 3 and at + 3 or nil, 1; end
	if following == "f" then return pattern:sub(at + 2, at + 2) == "[" and end_of_set(pattern, at + 2) or nil, 0; end
	return at + 1, following:find("%d") and 1 or 0;
end

-- How many times as many ways as a name has bytes, and how many times two; nil if it is no pattern.
local function weigh(pattern)
	local is_anchored = pattern:sub(1, 1) == "^";
	local at, many, doubled, open = is_anchored and 2 or 1, is_anchored and 0 or 1, 0, 0;
	while at <= #pattern do
		local last, cost = end_of_item(pattern, at);
		local char = pattern:sub(at, at);
		open = open + (char == "(" and 1 or char == ")" and -1 or 0);
		if not last or open < 0 then return nil; end
		local suffix = pattern:sub(last + 1, last + 1);
		many = many + cost + (suffix:find("^[*+-]") and 1 or 0);
		doubled = doubled + (suffix == "?" and 1 or 0);
		at = last + 1;
	end
	if open > 0 then return nil; end
	return many, doubled;
end

local function most_ways(many, doubled)
	local ways = 2.0 ^ doubled;
	for factor = 1, many do ways = ways * longest_name / factor; end
	return ways;
end

-- nil when these patterns may be used, else what to write instead.
local function fault_of(patterns)
	local steps = 0;
	for _, pattern in ipairs(patterns) do
		local many, doubled = weigh(pattern);
		if not many or not pcall(string.find, "", pattern) then
			return ("correct %q, which is no Lua pattern"):format(pattern);
		end
		steps = steps + most_ways(many, doubled);
		if steps > most_steps then
			return ("make %q cheaper, a long name could keep the server busy with it: begin with ^, leave out .* at its ends, and use fewer of * + - ?")
				:format(pattern);
		end
	end
end

-- A name that is too long for any link, or that a pattern cannot be tried on, gets `when_unsure`.
local function match_any(patterns, node, when_unsure)
	if #patterns == 0 then return false; end
	if #node > longest_name then return when_unsure; end
	for _, pattern in ipairs(patterns) do
		local ran, found = pcall(string.find, node, pattern);
		if not ran then return when_unsure; end
		if found then return true; end
	end
	return false;
end

return { fault_of = fault_of, match_any = match_any };
