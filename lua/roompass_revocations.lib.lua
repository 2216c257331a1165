-- What was taken back: a signed feed in a file, which is looked at again for as long as the door is there.
--
-- The door opens only with a good feed. Later on the last good one stays in force, whatever becomes of the
-- file: whoever can break a file, or put an old one in its place, must not bring dead links back to life.

local lfs = require "lfs";

local max_bytes = 64 * 1024 * 1024; -- as many as the library reads
local first_wait = 60; -- seconds, as long as no feed has said how often

-- The highest number met of each feed. Shared, so that a reload does not forget it.
local seen = module:shared("/*/roompass/seen");

local watched; -- nil while no feed is watched

-- What tells that a file is another one now, or nil and a sentence.
local function stamp_of(path)
	local file, err = lfs.attributes(path);
	if not file then
		return nil, ("the revocations cannot be read: %s; put the feed there or correct roompass_revocations"):format(err);
	elseif file.mode ~= "file" then
		return nil, ("the revocations %s are no file but a %s; correct roompass_revocations"):format(path, file.mode);
	elseif file.size > max_bytes then
		return nil, ("the revocations %s have more than 64 MiB; is it the right file?"):format(path);
	end
	return ("%s %s %s %s"):format(file.ino, file.size, file.modification, file.change), math.max(file.modification, file.change);
end

local function read(path)
	local file, err = io.open(path, "rb");
	if not file then return nil, ("the revocations cannot be read: %s; let Prosody's user read the file"):format(err); end
	local text, read_err = file:read("a");
	file:close();
	if not text then return nil, ("the revocations %s cannot be read: %s"):format(path, read_err); end
	if not text:find("%S") then return nil, ("the revocations %s are empty; fetch them again"):format(path); end
	return text;
end

local function verifier_of(path)
	local text, err = read(path);
	if not text then return nil, err; end
	return watched.build(text, seen[watched.name]);
end

local function note_taken(verifier)
	local feed = verifier:revocations();
	local is_news = not (watched.feed and watched.feed.seq == feed.seq);
	seen[watched.name] = math.max(feed.seq, seen[watched.name] or 0);
	watched.feed, watched.problem = feed, nil;
	watched.take(verifier);
	module:log(is_news and "info" or "debug", "Took the revocations %s with %s entries", feed.seq, feed.entries);
end

local function look()
	local stamp, changed = stamp_of(watched.path);
	if not stamp then
		watched.stamp, watched.problem = nil, changed;
		return;
	end
	if stamp == watched.stamp then return; end
	local verifier, err = verifier_of(watched.path);
	-- A clock of seconds does not tell two changes within one, so a file that has just changed is read again.
	watched.stamp = os.time() - changed > 1 and stamp or nil;
	if verifier then note_taken(verifier); else watched.problem = err; end
end

local function is_stale(now)
	return watched.max_stale and now - (watched.feed.issued_at or 0) > watched.max_stale;
end

-- How it stands: a level and words, or nil as long as there was no good feed.
local function status(now)
	local feed = watched and watched.feed;
	if not feed then return nil; end
	local age = feed.issued_at and now - feed.issued_at or "too many";
	local text = ("revocations %s with %s entries, %s s old"):format(feed.seq, feed.entries, age);
	if is_stale(now) then
		local why = watched.problem or "nobody renewed them; does the copy from the issuer still run?";
		return "error", ("%s, and roompass_max_stale allows %s: %s"):format(text, watched.max_stale, why);
	elseif watched.problem then
		return "warn", ("%s, which stay in force, for what came later is not taken: %s"):format(text, watched.problem);
	end
	return "info", text;
end

-- The same trouble is told once, however often it is met.
local function tell()
	local problem = watched.problem;
	if problem and problem ~= watched.told then
		module:log(watched.feed and "warn" or "error", "The revocations are not taken: %s", problem);
	end
	local stale = watched.feed and is_stale(os.time());
	if stale and not watched.told_stale then
		module:log("error", "Every room is shut, for the revocations were not renewed for more than %s s", watched.max_stale);
	end
	watched.told, watched.told_stale = problem, stale;
end

-- Not all shards at once, and never later than the feed asks for.
local function wait()
	local ttl = watched.feed and watched.feed.ttl or first_wait;
	return ttl * (0.8 + 0.2 * math.random());
end

local function look_again(mine)
	if mine ~= watched then return; end -- stopped, or begun anew
	local ran, err = pcall(look);
	if not ran then watched.stamp, watched.problem = nil, tostring(err).."; please report this"; end
	tell();
	mine.report(not mine.feed and mine.problem or nil);
	return wait();
end

local function stop()
	local timer = watched and watched.timer;
	watched = nil;
	if timer then timer:stop(); end
end

-- feed: `path`, `max_stale` or nil, `name` (whose feed it is), `build(text, seen)` → verifier, or nil and a sentence,
-- `take(verifier)` for each good one, `report(why)` after each later look, with a sentence as long as there was no
-- good one. Returns that sentence, or nil.
local function start(feed)
	stop();
	watched = feed;
	look();
	watched.told = watched.problem; -- by the caller
	watched.timer = module:add_timer(wait(), function () return look_again(feed); end);
	return watched.problem;
end

-- The first second in which nothing is admitted by this feed, or nil.
local function shuts_at()
	local feed = watched and watched.max_stale and watched.feed;
	return feed and (feed.issued_at or 0) + watched.max_stale + 1 or nil;
end

return { shuts_at = shuts_at, start = start, status = status, stop = stop };
