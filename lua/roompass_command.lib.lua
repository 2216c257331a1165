-- The names that a command prints, asked for again and again, beside the server's own loop.
--
-- io.popen only starts the shell; it is reading from it, and closing it too early, that would stop everything. So the
-- command's output goes to a file, and the shell is closed in the moment in which it has ended, which also reaps
-- it. `timeout` ends the command with all that it started. Nothing of what users say gets here: the words
-- are those of the configuration, quoted.

local lfs = require "lfs";

local names = module:require "roompass_names";

local glance = 0.1; -- seconds, between two looks whether it has ended
local patience = 5; -- seconds, for `timeout` itself to be done

-- Ended by `timeout`, or by itself: a command that printed too much gets no more read.
local inner = [[run=$1 most=$2; shift 2
{ "$@"; echo $? > "$run.status"; } | head -c "$most" > "$run.names"]];

-- Who wants it ended may come before its number is written down. A `timeout` that has just begun leads no group yet.
local outer = [[run=$1 limit=$2 most=$3 inner=$4; shift 4
timeout -k 1 "$limit" /bin/sh -c "$inner" sh "$run" "$most" "$@" &
echo $! > "$run.pid"
[ -e "$run.stop" ] && { kill -s KILL -- -$!; kill -s KILL $!; }
wait
: > "$run.done"]];

local endings = { "names", "status", "pid", "stop", "done" };

local function quoted(word)
	return "'"..word:gsub("'", "'\\''").."'";
end

local function content(path)
	local file = io.open(path, "rb");
	local text = file and file:read("a");
	if file then file:close(); end
	return text;
end

-- A folder of our own in Prosody's data, where nobody else may write.
local function make_folder()
	local folder = ("%s/roompass-command-%s"):format(prosody.paths.data, module.host:gsub("[^%w.-]", "_"));
	if not (lfs.attributes(folder, "mode") == "directory" or lfs.mkdir(folder)) then return nil, "cannot make the folder "..folder; end
	return folder;
end

local function clear(run)
	for _, ending in ipairs(endings) do os.remove(run.."."..ending); end
end

-- What a server left that was killed. No run lasts nearly so long.
local function sweep(folder)
	for name in lfs.dir(folder) do
		local file = lfs.attributes(folder.."/"..name);
		if file and file.mode == "file" and os.time() - file.modification > 600 then os.remove(folder.."/"..name); end
	end
end

local function begin(words, limit)
	local folder, err = make_folder();
	if not folder then return nil, err; end
	sweep(folder);
	-- One that is ended at a reload may still be there when the next begins; they must not write into each other's files.
	local run = ("%s/%x"):format(folder, math.random(0));
	local line = { "exec /bin/sh -c", quoted(outer), "sh", quoted(run), limit, names.max_bytes + 1, quoted(inner) };
	for _, word in ipairs(words) do line[#line + 1] = quoted(word); end
	local pipe, popen_err = io.popen(table.concat(line, " ").." </dev/null >/dev/null 2>&1", "r");
	if not pipe then return nil, popen_err; end
	return { began = os.time(), pipe = pipe, run = run };
end

-- Returns the printed text, or nil and a sentence.
local function outcome(job)
	local status = tonumber(content(job.run..".status"));
	local text = content(job.run..".names") or "";
	if #text > names.max_bytes then return nil, "it printed more than 1 MiB"; end
	if not status then return nil, "it took too long and was ended"; end
	if status == 126 or status == 127 then return nil, "it is not there, or Prosody's user may not run it"; end
	if status ~= 0 then return nil, ("it ended with status %d"):format(status); end
	return text;
end

local function has_ended(job)
	if not lfs.attributes(job.run..".done") then return false; end
	job.pipe:close();
	return true;
end

-- Ends the command with its whole group. Somebody must stay to reap it: a closed pipe waits, also when it is collected.
local function abandon(job)
	local stop = io.open(job.run..".stop", "wb");
	if stop then stop:close(); end
	local pid, kill = tonumber(content(job.run..".pid")), require "util.signal".kill;
	if pid then kill(-pid, 9); kill(pid, 9); end
	require "util.timer".add_task(glance, function ()
		if not has_ended(job) then return glance; end
		clear(job.run);
	end);
end

-- wanted: `words` (the program and its arguments), `time_limit` and `refresh` in seconds, `canonical(name)`.
local function follow(wanted)
	local source = { what = "the names that "..wanted.words[1].." prints" };
	local known, job, timer = {}, nil, nil;

	local function take()
		local text, err = outcome(job);
		clear(job.run);
		job = nil;
		if text then known, err = names.parse(text, wanted.canonical); end
		source.problem = err;
		source.report();
	end

	local function look()
		if not job then
			job, source.problem = begin(wanted.words, wanted.time_limit);
			return job and glance or wanted.refresh;
		elseif has_ended(job) then
			take();
			return wanted.refresh;
		elseif os.time() - job.began > wanted.time_limit + patience and not source.problem then
			source.problem = "it could not be ended";
			source.report();
		end
		return source.problem and wanted.refresh or glance;
	end

	function source.report() end -- the one who listens puts another here

	function source.has(node) return known[node] == true; end

	function source.stop()
		timer:stop();
		if job then abandon(job); end
		job = nil;
	end

	timer = module:add_timer(look(), look);
	return source;
end

return { follow = follow };
