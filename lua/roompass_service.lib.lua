-- Names asked of an HTTP service, one at a time: GET url?room=NAME.
--
-- Whoever must wait for the answer waits alone: Prosody suspends that client's stream and goes on with the others. What
-- is not known in time is not open.

local async = require "util.async";
local cache = require "util.cache";
local json = require "util.json";
local urlencode = require "util.http".urlencode;

local most_known = 10000; -- answers
local most_asked = 32; -- at a time: strangers with invented names must not flood the service
local trouble_ttl = 5; -- seconds, until a service in trouble is asked again about the same name

-- 2xx is yes, unless its JSON says `"open": false`; 404 and 410 are no; anything else is trouble.
local function verdict_of(body, code)
	if code == 404 or code == 410 then return false; end
	if code < 200 or code > 299 then return nil, ("answered with status %d"):format(code); end
	local told = json.decode(body or "");
	if type(told) ~= "table" or told.open == nil then return true; end
	if type(told.open) ~= "boolean" then return nil, 'has another "open" than true or false'; end
	return told.open;
end

-- wanted: `url`, `time_limit` and `refresh` (how long an answer counts) in seconds.
local function follow(wanted)
	local http = require "net.http";
	local source = { what = "the service of roompass_open_rooms_url" };
	local known, asked, count, is_stopped = cache.new(most_known), {}, 0, false;

	function source.report() end -- the one who listens puts another here

	local function settle(node, is_open, err)
		local question = asked[node];
		if not question then return; end -- too late
		asked[node], count = nil, count - 1;
		question.timer:stop();
		if not is_stopped then
			known:set(node, { ends = os.time() + (err and trouble_ttl or wanted.refresh), is_open = is_open });
			source.problem = err;
			source.report();
		end
		for _, done in ipairs(question.waiting) do done(); end
	end

	local function ask(node)
		local question = { waiting = {} };
		asked[node], count = question, count + 1;
		question.timer = module:add_timer(wanted.time_limit, function () settle(node, nil, "did not answer in time"); end);
		local separator = wanted.url:find("?", 1, true) and "&" or "?";
		http.request(("%s%sroom=%s"):format(wanted.url, separator, urlencode(node)), nil, function (body, code)
			if code == 0 then settle(node, nil, "cannot be reached"); else settle(node, verdict_of(body, code)); end
		end);
	end

	-- Waits, where one can wait, until the answer is there.
	function source.await(node)
		local answer = known:get(node);
		if answer and os.time() < answer.ends then return; end
		if not asked[node] and count >= most_asked then return; end
		if not asked[node] then ask(node); end
		if not asked[node] or not async.ready() then return; end
		local wait, done = async.waiter();
		table.insert(asked[node].waiting, done);
		wait();
	end

	-- nil if it is not known.
	function source.has(node)
		local answer = known:get(node);
		if answer and os.time() < answer.ends then return answer.is_open; end
	end

	function source.stop()
		is_stopped = true;
		for node in pairs(asked) do settle(node); end
	end

	return source;
end

return { follow = follow };
