-- Times decisions through the module that Prosody loads.
local so, key_set_path, token, now = arg[1], arg[2], arg[3], math.tointeger(arg[4]);

local rv = assert(package.loadlib(so, "luaopen_roompass_verifier"))();
local file = assert(io.open(key_set_path));
local verifier = assert(rv.new { key_set = file:read("a") });
file:close();

local function time(name, calls, call)
	local start = os.clock();
	for _ = 1, calls do call(); end
	print(("%s\t%.4f"):format(name, (os.clock() - start) * 1e6 / calls));
end

time("lua decide", 4000, function () assert(verifier:decide(token, "standup", now)); end);
-- The same without a table: affiliation, end and `jti` are all that a door needs first.
time("lua decide, three fields", 4000, function () assert(verifier:admits(token, "standup", now)); end);

-- One character of the signature's second half (S) changed: it is well-formed, and costs what a true one costs.
local dot = token:match(".*()%.");
local other = token:sub(dot + 50, dot + 50) == "A" and "B" or "A";
local forged = token:sub(1, dot + 49) .. other .. token:sub(dot + 51);
time("lua decide, forged", 4000, function () assert(not verifier:decide(forged, "standup", now)); end);

time("lua decide, garbage", 100000, function () assert(not verifier:decide("garbage", "standup", now)); end);
