-- Times Prosody 13's own JWT library with RS256, and a check of Ed25519 put together from its parts as one would by
-- hand. Run with the Lua of `tests/prosody13.sh`.
local key_set_path, token, now = arg[2], arg[3], math.tointeger(arg[4]);

-- Prosody's modules call each other by this prefix.
table.insert(package.searchers, function (name)
	local short = name:match("^prosody%.(.*)");
	local path = short and package.searchpath(short, package.path);
	if path then return loadfile(path); end
	path = short and package.searchpath(short, package.cpath);
	return path and package.loadlib(path, "luaopen_" .. short:gsub("%.", "_"));
end);
local base64 = require "prosody.util.encodings".base64;
local crypto = require "prosody.util.crypto";
local json = require "prosody.util.json";
local jwt = require "prosody.util.jwt";

local function from_url(text)
	return base64.decode(text:gsub("[-_]", { ["-"] = "+"; ["_"] = "/" }) .. ("="):rep(-#text % 4));
end

local function time(name, calls, call)
	local start = os.clock();
	for _ = 1, calls do assert(call()); end
	print(("%s\t%.4f"):format(name, (os.clock() - start) * 1e6 / calls));
end

local function command(line)
	local pipe = assert(io.popen(line));
	local said = pipe:read("a");
	assert(pipe:close(), line);
	return said;
end

-- The claims of our token, signed as RS256.
local private = command("openssl genpkey -algorithm rsa -pkeyopt rsa_keygen_bits:2048 2>/dev/null");
local public = crypto.import_private_pem(private):public_pem();
local claims = json.decode(from_url(token:match("%.(.-)%.")));
claims.exp = nil; -- Its time is past, and the library reads the clock.
local sign, verify = jwt.init("RS256", private, public, { accept_expired = true });
local rs256 = sign(claims);
time("Prosody 13 RS256 (Lua)", 1000, function () return verify(rs256); end);

local file = assert(io.open(key_set_path));
local x = from_url(json.decode(file:read("a")).keys[1].x);
file:close();
-- RFC 8410 §4: a fixed head, then the point.
local der = "\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00" .. x;
local key = crypto.import_public_pem("-----BEGIN PUBLIC KEY-----\n" .. base64.encode(der) .. "\n-----END PUBLIC KEY-----\n");
time("Ed25519 of Prosody 13's parts (Lua)", 1000, function ()
	local signed, header, payload, signature = token:match("^(([%w_-]+)%.([%w_-]+))%.([%w_-]+)$");
	if json.decode(from_url(header)).alg ~= "EdDSA" then return; end
	if not crypto.ed25519_verify(key, signed, from_url(signature)) then return; end
	local said = json.decode(from_url(payload));
	return said.iss == "roompass" and said.aud == "jitsi" and said.room == "standup" and said.exp > now and said;
end);
