-- One line for whoever comes in with a link, and one for each refusal, until there are too many: strangers must not fill
-- the disk.

local jid = require "util.jid";

local most = 60; -- lines a minute; beyond that they are only counted

local began, lines = 0, 0; -- this minute
local left_out = {}; -- how often each code, since the last line
local last_verb;
local timer; -- set while something is left out

local function sum_up()
	timer = nil;
	local codes, all = {}, 0;
	for code, count in pairs(left_out) do
		codes[#codes + 1] = ("%s %d"):format(code, count);
		all = all + count;
	end
	table.sort(codes);
	left_out = {};
	module:log("warn", "%s %d more in this minute: %s", last_verb, all, table.concat(codes, ", "));
end

local function may_write(code)
	local now = os.time();
	if now < began or now - began >= 60 then began, lines = now, 0; end
	lines = lines + 1;
	if lines <= most then return true; end
	left_out[code] = (left_out[code] or 0) + 1;
	timer = timer or module:add_timer(began + 60 - now, sum_up);
end

-- What may be said of a token: nothing, unless its signature holds.
local function name_of(named)
	if not named then return ""; end
	return (", kid %s, jti %s"):format(named.kid, named.jti or "none");
end

-- `named` is what the verifier says of the token, `from` the address as the server stamped it. Neither token, nick
-- nor name gets here.
local function refused(verb, room_jid, code, from, named)
	last_verb = verb;
	if not may_write(code) then return; end
	module:log("info", "%s %s: %s (somebody of %s%s)", verb, room_jid, code, jid.host(from), name_of(named));
end

local function admitted(room_jid, grant)
	module:log("info", "Admitted to %s: kid %s, jti %s", room_jid, grant.kid, grant.jti or "none");
end

-- The last summary is not lost when the module goes.
local function close()
	if not timer then return; end
	timer:stop();
	sum_up();
end

return { admitted = admitted, close = close, refused = refused };
