-- Times what Jitsi's own token plugin checks tokens with, on its own terms: a token of RS256 and one of HS256 with the
-- claims of ours. LUAJWTJITSI names the file; Jitsi's package jitsi-meet-prosody installs one. It needs Debian's
-- lua-basexx, lua-cjson and lua-luaossl.
local path = os.getenv("LUAJWTJITSI") or "/usr/share/jitsi-meet/prosody-plugins/luajwtjitsi.lib.lua";
-- Debian's basexx is for any Lua, and lies where 5.2 looks.
package.path = package.path .. ";/usr/share/lua/5.2/?.lua";
local load_it, why = loadfile(path);
local loaded, jwt = pcall(load_it or function () error(why, 0); end);
if not loaded then
	io.stderr:write("*** luajwtjitsi is LEFT OUT: ", tostring(jwt), "; LUAJWTJITSI names its file ***\n");
	return;
end
local pkey = require "openssl.pkey";

local claims = {
	iss = "roompass"; aud = "jitsi"; room = "standup"; iat = os.time(); exp = os.time() + 7200; jti = "AQEBAQEBAQE";
	context = { user = { name = "Ada"; affiliation = "member" } };
};

local function time(name, calls, algorithm, signing_key, checking_key)
	local token = assert(jwt.encode(claims, signing_key, algorithm));
	local start = os.clock();
	for _ = 1, calls do
		assert(jwt.verify(token, algorithm, checking_key, { "roompass" }, { "jitsi" }));
	end
	print(("%s\t%.4f"):format(name, (os.clock() - start) * 1e6 / calls));
end

local rsa = pkey.new { type = "RSA"; bits = 2048 };
time("luajwtjitsi RS256 (Lua)", 50, "RS256", rsa:toPEM("private"), rsa:toPEM("public"));
local secret = ("0123456789abcdef"):rep(4);
time("luajwtjitsi HS256 (Lua)", 200, "HS256", secret, secret);
