-- How long the server stood still: a timer wants to go off each millisecond, and the longest time between two of its ticks
-- is kept, by the clock on the wall and by the processor time of this thread. Whoever asks by HTTP begins it anew.

local monotonic = require "util.time".monotonic;

local interval = 0.001; -- seconds
local nanosecond = 1e-9;

local function processor_time()
	local file = assert(io.open("/proc/thread-self/schedstat"));
	local used = file:read("n");
	file:close();
	return used * nanosecond;
end

local wall, processor = monotonic(), processor_time();
local longest_wall, longest_processor, ticks = 0, 0, 0;

module:add_timer(interval, function ()
	local now, used = monotonic(), processor_time();
	longest_wall = math.max(longest_wall, now - wall - interval);
	longest_processor = math.max(longest_processor, used - processor);
	wall, processor, ticks = now, used, ticks + 1;
	return interval;
end);

local function tell()
	local text = ("%.6f %.6f %d"):format(longest_wall, longest_processor, ticks);
	longest_wall, longest_processor, ticks = 0, 0, 0;
	return text;
end

module:depends("http");
module:provides("http", { default_path = "/pulse", route = { GET = tell } });
