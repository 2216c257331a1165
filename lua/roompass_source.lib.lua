-- Where one document comes from: a file or a URL, looked at again and again for as long as the door is there.

local lfs = require "lfs";

local copies = module:require "roompass_copies";
local errand = module:require "roompass_errand";
local shown = module:require "roompass_fetch".shown;
local jobs = module:require "roompass_job";

local cooldown = 60; -- seconds between two looks that strangers can cause
local retry = 30; -- after a failure, unless it is time even earlier

local source_mt = {};
source_mt.__index = source_mt;

local function is_url(place)
	return place:find("^https?://") ~= nil;
end

function source_mt:fail(problem)
	self.problem, self.stamp = problem, nil;
end

-- The same document again is no news, but a sign of life.
function source_mt:receive(document)
	self.problem, self.confirmed_at = nil, os.time();
	if self.document and self.document:digest() == document:digest() then return; end
	self.document = document;
	self.found(document);
end

-- What tells that a file is another one now, or nil and a sentence.
function source_mt:stamp_of_file()
	local file, err = lfs.attributes(self.place);
	if not file then return nil, ("the %s cannot be read: %s; %s"):format(self.kind, err, self.fix); end
	if file.mode ~= "file" then
		return nil, ("the %s %s %s no file but a %s; correct %s"):format(self.kind, self.place, self.verb, file.mode, self.option);
	end
	if file.size == 0 then return nil, ("the %s %s %s empty; %s"):format(self.kind, self.place, self.verb, self.fix); end
	if file.size > self.limit then
		return nil, ("the %s %s has more than %d MiB; is it the right file?"):format(self.kind, self.place, self.limit >> 20);
	end
	return ("%s %s %s %s"):format(file.ino, file.size, file.modification, file.change), file;
end

function source_mt:look_at_file(done)
	local stamp, file = self:stamp_of_file();
	if not stamp then
		self:fail(file);
		return done();
	end
	if stamp == self.stamp then
		self.confirmed_at = os.time();
		return done();
	end
	jobs.when_done(self.library.read(self.place, file.size, self.limit), function (document, err)
		if not document then
			self:fail(("the %s cannot be read: %s; let Prosody's user read the file"):format(self.kind, err));
		else
			-- A clock of seconds does not tell two changes within one, so a file that has just changed is read again.
			self.stamp = os.time() - math.max(file.modification, file.change) > 1 and stamp or nil;
			self:receive(document);
		end
		done();
	end);
end

function source_mt:take_answer(answer, done)
	self.etag, self.max_age = answer.etag, answer.max_age;
	if answer.unchanged then
		self.problem, self.confirmed_at = nil, os.time();
		return done();
	end
	jobs.when_done(self.library.seal(answer.document), function (document)
		if document then self:receive(document); end
		done();
	end);
end

function source_mt:look_at_url(done, is_on_time)
	-- Only what we still have can be unchanged.
	local question = {
		etag = self.document and self.etag or nil, library = self.library, limit = self.limit, may_be_recent = is_on_time, url = self.place;
	};
	errand.run(question, function (answer, err, answered_at)
		if self.stopped then return; end
		self.answered_at = answered_at;
		if answer then return self:take_answer(answer, done); end
		self.problem = ("the %s did not come from %s: %s; is the address right, and the issuer up?"):format(self.kind, self.shown, err);
		done();
	end);
end

-- Never later than was asked for. A file is looked at by every door of this server in the same second, so that a link is
-- dead at all of them; who asks others does not do so with all other shards at once.
function source_mt:schedule()
	if not is_url(self.place) then
		local wait = math.max(1, self.wait());
		self.timer = module:add_timer(wait - os.time() % wait, function () self:look(true); end);
		return;
	end
	local wait, since, chance = self.wait(self.max_age), 0, math.random();
	if self.answered_at then
		since, chance = os.time() - self.answered_at, errand.chance(self.place, self.answered_at);
		if self.problem then wait = math.min(wait, retry); end
	end
	wait = math.max(1, wait * (0.75 + 0.2 * chance) - since);
	self.timer = module:add_timer(wait, function () self:look(true); end);
end

function source_mt:look(is_on_time)
	if self.stopped or self.looking then return; end
	self.looking, self.looked_at = true, os.time();
	if self.timer then self.timer:stop(); end
	local function done()
		if self.stopped then return; end
		self.looking = false;
		self.looked();
		self:schedule();
	end
	local look = is_url(self.place) and self.look_at_url or self.look_at_file;
	local ran, err = pcall(look, self, done, is_on_time);
	if ran or self.stopped then return; end
	self:fail(tostring(err).."; please report this");
	done();
end

-- Somebody showed a token whose key is not there. One look may follow, and then none for a while: strangers make such
-- tokens at no cost.
function source_mt:hurry()
	if self.looking or os.time() - (self.hurried_at or 0) < cooldown then return; end
	self.hurried_at = os.time();
	self:look();
end

function source_mt:start()
	if not is_url(self.place) then return self:look(); end
	copies.read(self.library, self.kind, self.owner, self.limit, function (document)
		if self.stopped then return; end
		if document then
			self.document, self.copy = document, document;
			self.found(document);
		end
		self:look();
	end);
end

function source_mt:stop()
	self.stopped = true;
	if self.timer then self.timer:stop(); end
end

-- What is on this machine already is not written once more.
function source_mt:keep(document)
	if is_url(self.place) and document ~= self.copy then copies.keep(self.library, self.kind, self.owner, document); end
end

-- about: `kind`, its `verb` and `option` for people, `place`, `owner` (whose it is), `limit` in bytes, `fix` (what to do when it is not
-- there), `library`, `wait(max_age)` → seconds, `found(document)` for each other one, `looked()` after each look.
local function new(about)
	about.shown = shown(about.place);
	return setmetatable(about, source_mt);
end

return { new = new };
