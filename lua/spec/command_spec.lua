-- Names that a command prints. Real processes, and the clock of the stand-in.

local lfs = require "lfs";
local shards = require "shard";

describe("names from a command", function ()
	local shard, data, script, tasks;

	local function start(text, options)
		script = shards.write_file("#!/bin/sh\n"..text.."\n");
		os.execute("chmod +x "..script);
		local component = { roompass_open_rooms_command = script };
		for name, value in pairs(options or {}) do component[name] = value; end
		shard = shards.new { component = component, data = data };
	end

	before_each(function ()
		tasks = {};
		package.loaded["util.timer"] = { add_task = function (_, task) tasks[#tasks + 1] = task; end };
		data = os.tmpname();
		os.remove(data);
		assert(lfs.mkdir(data));
	end);
	after_each(function ()
		shards.close(shard);
		package.loaded["util.timer"] = nil;
		os.remove(script);
		os.execute("rm -r "..data);
	end);

	-- The files of that ending which runs have left.
	local function files(ending)
		local found, folder = {}, data.."/roompass-command-conference.example.org";
		for name in lfs.dir(folder) do
			if name:find("%."..ending.."$") and lfs.attributes(folder.."/"..name, "size") then found[#found + 1] = folder.."/"..name; end
		end
		return found;
	end

	-- Waits until the process that runs has ended, and lets the module look.
	local function finish()
		while #files("done") == 0 do os.execute("sleep 0.02"); end
		shard.server:pass(1);
	end

	local function code(node) return (shards.try_room(shard, "room="..node, node)) or nil; end

	it("open rooms, and are asked for again", function ()
		start("echo '# all'; echo Lobby; test -e "..data.."/more && echo forum; true");
		assert.equal("token-missing", code("lobby"));
		finish();
		assert.is_nil(code("lobby"));
		assert.equal("token-missing", code("forum"));
		os.execute("touch "..data.."/more");
		shard.server:pass(60);
		finish();
		assert.is_nil(code("forum"));
	end);

	for name, case in pairs({
		["fails"] = { "test -e %s/second && exit 3; echo lobby; touch %s/second", "it ended with status 3" };
		["hangs"] = { "test -e %s/second && sleep 60; echo lobby; touch %s/second", "it took too long and was ended" };
		["hangs in a child"] = { "test -e %s/second && (sleep 60 & wait); echo lobby; touch %s/second", "it took too long and was ended" };
		["talks without end"] = { "test -e %s/second && yes; echo lobby; touch %s/second", "it printed more than 1 MiB" };
	}) do
		it("stay the last good ones when it "..name..", and the status says so", function ()
			start(case[1]:format(data, data), { roompass_open_rooms_time_limit = 1 });
			finish();
			assert.is_nil(code("lobby"));
			shard.server:pass(60);
			finish();
			assert.is_nil(code("lobby"));
			assert.equal("warn", shard.muc.status);
			assert.truthy(shard.muc.status_text:find(case[2], 1, true), shard.muc.status_text);
		end);
	end

	it("are none when the command is not there", function ()
		start("true");
		finish();
		os.remove(script);
		shard.server.prosody.events.fire_event("config-reloaded");
		finish();
		assert.truthy(shard.muc.status_text:find("it is not there", 1, true), shard.muc.status_text);
	end);

	it("take arguments as they are written, past every shell", function ()
		start('printf "%s\\n" "$@" > '..data.."/arguments");
		local words = { script, "two words", "$(touch x)", "it's", "`id`", ";" };
		shard.server:set("conference.example.org", "roompass_open_rooms_command", words);
		finish();
		shard.server.prosody.events.fire_event("config-reloaded");
		finish();
		local file = assert(io.open(data.."/arguments"));
		assert.equal("two words\n$(touch x)\nit's\n`id`\n;\n", file:read("a"));
		file:close();
	end);

	local function count_children()
		local pid = lfs.symlinkattributes("/proc/self", "target");
		local file = assert(io.open(("/proc/self/task/%s/children"):format(pid)));
		local _, count = file:read("a"):gsub("%d+", "");
		file:close();
		return count;
	end

	it("leave no files behind, and sweep up what a killed server left", function ()
		local folder = data.."/roompass-command-conference.example.org";
		assert(lfs.mkdir(folder));
		local left = assert(io.open(folder.."/1.names", "wb"));
		left:close();
		assert(lfs.touch(folder.."/1.names", 1000));
		start("echo lobby");
		finish();
		local found = {};
		for name in lfs.dir(folder) do found[#found + 1] = name:find("%w") and name or nil; end
		assert.same({}, found);
	end);

	it("leave no zombie", function ()
		start("echo lobby");
		finish();
		assert.equal(0, count_children());
	end);

	local function is_running() return #files("pid") > 0 and lfs.attributes(files("pid")[1], "size") > 0; end

	local function reap()
		for _, task in ipairs(tasks) do
			while task() do os.execute("sleep 0.02"); end
		end
	end

	for name, stop in pairs({
		["the door"] = function () shard.muc.environment.module.unload(); end;
		["a server that stops"] = function () shard.server.prosody.events.fire_event("server-stopping"); end;
	}) do
		it("end with "..name..", whatever the command does", function ()
			start("trap '' TERM; sleep 60; sleep 60");
			while not is_running() do os.execute("sleep 0.02"); end
			assert.equal(1, count_children());
			stop();
			reap();
			assert.equal(0, count_children());
			assert.same({}, files("pid"));
		end);
	end

	it("end with the door also before their number is known", function ()
		start("sleep 60; sleep 60");
		shard.muc.environment.module.unload();
		reap();
		assert.equal(0, count_children());
		assert.equal(0, shard.server:count_timers());
	end);

	it("are those of the last run, when a reload ends one that runs", function ()
		start("test -e "..data.."/again || { touch "..data.."/again; sleep 60; }; echo lobby");
		while not lfs.attributes(data.."/again") do os.execute("sleep 0.02"); end
		shard.server.prosody.events.fire_event("config-reloaded");
		reap();
		finish();
		assert.is_nil(code("lobby"));
		assert.equal("info", shard.muc.status, shard.muc.status_text);
	end);
end);
