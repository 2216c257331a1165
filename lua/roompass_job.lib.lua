-- What the library does in a thread of its own, waited for without stopping the server.

local interval = 0.01; -- seconds

-- Calls back with the product, or with nil and a sentence; at once if the work was small.
local function when_done(job, callback)
	local function poll()
		local done, product, err = job:poll();
		if not done then return interval; end
		callback(product, err);
	end
	if poll() then module:add_timer(interval, poll); end
end

return { when_done = when_done };
