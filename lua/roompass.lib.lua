-- The door: may this session enter this room, now?
--
-- One table per host that asks. It is shut until refresh() has found good settings, the library and
-- a key set; a refresh that does not, shuts it again.

local urldecode = require "util.http".urldecode;

local settings_lib = module:require "roompass_settings";
local loader = module:require "roompass_loader";
local live = module:require "roompass_live";
local metrics = module:require "roompass_metrics";
local policies = module:require "roompass_policies";
local standing = module:require "roompass_standing";
local stock = module:require "roompass_stock";
local tenants = module:require "roompass_tenants";

local door = { metrics = metrics, note_joined = policies.note_joined };

local library, verifier; -- verifier only when nothing at all is wrong
local problems = {}; -- why there is none
local weakly = {}; -- the verifier, for a memory that must not keep it: with each newer feed there is another
local settings = { admins = {}, ends = {}, exempt_domains = {}, kind = "main", main_domains = {}, refusal = "destroy" };

-- One decision costs a signature check, and one guest's way in asks three times: conference request,
-- new room, join. What is remembered belongs to the verifier that said it, so that another key set or
-- newer revocations overrule it. Only admission is remembered, so a refusal is always today's. It is not
-- dropped when it no longer counts here: roompass_limits.lib.lua counts whoever is still in the room by it.
local function recall(link, node, now)
	local memory = link.grants[node];
	if memory and rawequal(memory.verdict_of[1], verifier) and memory.token == link.token and now < memory.ends then
		return memory.grant;
	end
end

local function remember(link, node, grant)
	local ends = math.min(grant.admits_until, live.shuts_at() or math.huge);
	link.grants[node] = { ends = ends, grant = grant, token = link.token, verdict_of = weakly };
end

local function is_grant(grant)
	return type(grant) == "table" and type(grant.admits_until) == "number";
end

local as_returning = { returning = true };

local function decide(link, node, now)
	-- Whether somebody was in the room before, the room knows: roompass_limits.lib.lua.
	local began = metrics.now();
	local grant, code, named = verifier:decide(link.token, node, now, as_returning);
	metrics.took(began);
	if is_grant(grant) then
		remember(link, node, grant);
		return grant;
	end
	if code == "unknown-key" then live.key_is_unknown(); end
	if not grant and type(code) == "string" then return nil, code, named; end
	error("the verifier answered neither a grant nor a code");
end

-- A room must not open on the shard that another name leads to, be it another spelling of its own: load
-- balancers compare what stands in the query. Jitsi's client writes the canonical name (before 2026-03)
-- or what that decodes to, and never a tenant. A link without any `?room=` came past the balancer; but plain
-- clients have no URL, and one way in.
local function leads_elsewhere(link, node)
	if link.plain then return false; end
	local query, _, room = link.room_query, tenants.split(node);
	if query == nil or library.canonical_room(query) ~= room then return true; end
	return query ~= room and query ~= urldecode(room);
end

local function ask(link, node)
	local now = os.time();
	local grant = recall(link, node, now);
	if grant then return grant; end -- a link's `?room=` does not change either
	if leads_elsewhere(link, node) then return nil, "wrong-room"; end
	return decide(link, node, now);
end

-- The library is not ours to trust with tokens in its error texts.
local function without_token(err, token)
	local text = tostring(err);
	return text:find(token, 1, true) and "(the text is left out, it repeats the token)" or text;
end

local function has_token(link)
	return link and link.token and link.token ~= "";
end

-- Never throws.
local function judge_link(link, node)
	local ran, grant, code, named = pcall(ask, link, node);
	if ran and grant then return grant, "link"; end
	if ran then return nil, code, named; end
	module:log("error", "The verifier failed, the room stays shut: %s; please report this", without_token(grant, link.token));
	return nil, "verifier-unavailable";
end

local function judge(session, node)
	if not verifier then return nil, "verifier-unavailable"; end
	local link = session.roompass; -- from mod_roompass; sessions without a URL have none
	if link and link.plain and not settings.plain_clients then link = nil; end
	if not node then return nil, has_token(link) and "wrong-room" or "token-missing"; end
	local grant, why, named = policies.judge(node, has_token(link), judge_link, link);
	if grant == true and link and leads_elsewhere(link, node) then return nil, "wrong-room"; end
	return grant, why, named;
end

-- Returns a grant, or true where none is needed, and why; or nil, a code, and kid and jti if the signature holds.
function door.judge(session, node)
	local grant, why, named = judge(session, node);
	if grant and grant ~= true then stock.fill(session, node, grant, settings.set_auth_token);
	else stock.empty(session, settings.set_auth_token); end
	return grant, why, named;
end

-- Is there something to wait for, before this session is judged?
function door.has_to_wait(session)
	return verifier and policies.has_to_ask() and not has_token(session.roompass);
end

-- Before judge(), where one can wait: asks others what a policy wants to know of this room.
function door.await(session, node)
	if node and door.has_to_wait(session) then policies.await(node); end
end

function door.is_exempt(from)
	return settings_lib.is_exempt(settings, from);
end

function door.is_watching()
	return settings.mode == "watch";
end

function door.setting(name)
	return settings[name];
end

-- The best of what the guest's browser asked for; of equals, or if it asked for none of ours, the operator's.
local function languages_of(link)
	local asked, ours = link and link.languages, settings.language;
	if not asked then return ours or ""; end
	return ours and asked..","..ours..";q=0.001" or asked;
end

-- Jitsi's translator eats a text up to its last colon.
local function words_of(f, ...)
	local ran, text = pcall(f, ...);
	if ran and type(text) == "string" and not text:find(":", 1, true) then return text; end
end

-- For the guest of this session. nil when the library has no sentence. `opens_at`: when somebody who is early may come in.
function door.guest_text(code, session, opens_at)
	local opens_in = opens_at and math.max(0, opens_at - os.time());
	return library and words_of(library.guest_words, code, languages_of(session and session.roompass), opens_in);
end

-- For somebody inside whose link ends in so many seconds.
function door.ending_text(session, seconds)
	return library and words_of(library.ending_words, languages_of(session and session.roompass), seconds);
end

local function how_it_stands()
	return { live = live, policies = policies, problems = problems, settings = settings };
end

local function show_status()
	standing.show(how_it_stands());
end

local function take(new)
	if not rawequal(new, verifier) then weakly = setmetatable({ new }, { __mode = "v" }); end
	verifier, problems = new, {};
end

-- After each look at the documents, with what is wrong if they never were good.
local function report(why_shut)
	if why_shut then problems = { why_shut }; end
	show_status();
end

-- Returns what is wrong, or nil.
local function open()
	return live.start { library = library, report = report, settings = settings, take = take };
end

local function shut()
	verifier = nil;
	live.stop();
	policies.stop();
end

function door.refresh()
	local last = verifier; -- held until the end, so that unchanged settings find it again
	shut(); -- first, so that nothing below can leave an old one in charge
	local err;
	settings, problems = settings_lib.read();
	library, err = loader.load_library(settings.verifier_path);
	problems[#problems + 1] = err;
	if #problems == 0 then
		err = policies.start(library.canonical_room, show_status) or open();
		problems[#problems + 1] = err;
	end
	metrics.show(library and library.deny_codes or {});
	standing.tell(how_it_stands());
	if last and not rawequal(last, verifier) then module:log("debug", "What was remembered of guests is forgotten"); end
end

-- For the shell.
function door.inspect()
	local level, text = standing.of(how_it_stands());
	local keys = live.ages(os.time()).key_set;
	return {
		key_set_read = verifier and keys and keys.confirmed and os.time() - keys.confirmed;
		level = level; library = library; settings = settings; text = text; verifier = verifier;
		watching = settings.mode == "watch";
	};
end

-- For metrics: name of a document → { confirmed, signed }, in seconds.
function door.ages(now)
	return live.ages(now);
end

-- What decides at this moment.
function door.in_force()
	return { settings = settings, verifier = verifier };
end

function door.close()
	shut();
end

return door;
