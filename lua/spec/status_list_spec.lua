-- A status list, through the library that Prosody loads. Whose token is refused why, the vectors say.

local real = require "real_verifier";

local function field(file, name)
	for line in io.lines("../tests/vectors/"..file..".vector") do
		local value = line:match("^"..name..": (.*)$");
		if value then return value; end
	end
	error(file.." has no "..name, 0);
end

local function verifier_with(list, seen)
	return real.rv.new { key_set = real.key_set; seen_status_list = seen; status_list = list };
end

local now = math.tointeger(tonumber(field("good-status", "now")));

describe("a verifier with a status list", function ()
	local list, token = field("good-status", "status_list"), field("good-status", "token");

	it("tells which one", function ()
		local told = verifier_with(list):status_list();
		assert.same({ entries = 4, expires_at = now + 86400, issued_at = now, ttl = 300, uri = "https://issuer.example/lists/1" }, told);
		assert.is_nil(verifier_with(nil):status_list());
	end);

	it("takes none that is older than one it has seen", function ()
		assert.truthy(verifier_with(list, now));
		local verifier, err = verifier_with(list, now + 1);
		assert.is_nil(verifier);
		assert.matches("rolled back", err, 1, true);
	end);

	it("admits without a table", function ()
		local verifier = verifier_with(list);
		assert.same({ "member", now + 3660, "AQEBAQEBAQE" }, { verifier:admits(token, "standup", now) });
		assert.same({ nil, "wrong-room" }, { verifier:admits(token, "other", now) });
		local grant = verifier:decide(token, "standup", now);
		local affiliation, admits_until, jti = verifier:admits(token, "standup", now);
		assert.same({ grant.affiliation, grant.admits_until, grant.jti }, { affiliation, admits_until, jti });
		local full = { verifier:admits(field("status-invalid", "token"), "standup", now, { returning = true }) };
		assert.same({ nil, "revoked" }, full);
	end);
end);
