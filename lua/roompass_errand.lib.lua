-- One question to an issuer for all components of this server that ask it.
--
-- Main rooms, lobby and breakout rooms follow the same key set and feed. Whoever asks while another waits for the same
-- answer gets that one, and so does whoever comes on time, a moment later. They then come again at one and the same time.

local sha256 = require "util.hashes".sha256;
local add_task = require "util.timer".add_task; -- one of the module's would end with the component that happened to ask

local fetch = module:require "roompass_fetch";

local moment = 5; -- seconds

-- Question → who waits for its answer, or that answer. Shared, as is what makes servers come at different times.
local errands = module:shared("/*/roompass/errands");

-- Another size or library would make another document of it.
local function name_of(question)
	return table.concat({ question.url, question.etag or "", question.limit, tostring(question.library) }, "\0");
end

local function tell(errand, callback)
	callback(errand.answer, errand.err, errand.ended_at);
end

local function finish(name, errand, answer, err)
	errand.answer, errand.err, errand.ended_at = answer, err, os.time();
	add_task(moment, function ()
		if errands[name] == errand then errands[name] = nil; end
	end);
	for _, callback in ipairs(errand.waiting) do
		local ran, problem = pcall(tell, errand, callback);
		if not ran then module:log("error", "An answer could not be taken: %s; please report this", tostring(problem)); end
	end
end

-- question: `url`, `etag` or nil, `limit` in bytes, `library`, and `may_be_recent` if an answer of a moment ago will do. Calls
-- back once, as fetch.get does, with the second in which the answer came as third.
local function run(question, callback)
	local name = name_of(question);
	local errand = errands[name];
	if errand and not errand.ended_at then table.insert(errand.waiting, callback); return; end
	if errand and question.may_be_recent and os.time() - errand.ended_at <= moment then return tell(errand, callback); end
	errand = { waiting = { callback } };
	errands[name] = errand;
	local function new_document() return question.library.document(question.limit); end
	fetch.get(question.url, question.etag, new_document, function (answer, err) finish(name, errand, answer, err); end);
end

-- Between 0 and 1, the same for all components of this server, and another one for every answer and every server.
local function chance(url, answered_at)
	errands.salt = errands.salt or math.random(0);
	local digest = sha256(("%x %s %d"):format(errands.salt, url, answered_at), true);
	return tonumber(digest:sub(1, 8), 16) / 0xffffffff;
end

return { chance = chance, run = run };
