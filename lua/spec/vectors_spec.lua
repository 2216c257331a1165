-- Every file of tests/vectors, through the library that Prosody loads.

local datetime = require "util.datetime";
local lfs = require "lfs";
local rv = require "real_verifier".rv;

local folder = "../tests/vectors/";

local fields = {
	audience = "optional";
	expect = "required";
	issuer = "optional";
	keys = "required";
	max_stale = "optional";
	now = "required";
	occupants = "optional";
	returning = "optional";
	revocations = "optional";
	room = "required";
	root_key = "optional";
	same_token = "optional";
	seen_key_set = "optional";
	status_list = "optional";
	token = "required";
	why = "required";
};

local function add_line(vector, line, where)
	if line == "" or line:find("^#") then return; end
	local name, value = line:match("^([%w_]+): ?(.*)$");
	assert(fields[name], where..": not a field of a vector: "..line);
	assert(vector[name] == nil, where..": twice: "..name);
	vector[name] = value;
end

local function read_vector(file)
	local vector = {};
	for line in io.lines(folder..file) do add_line(vector, line, file); end
	for name, need in pairs(fields) do
		assert(need == "optional" or vector[name], file..": missing: "..name);
	end
	assert(vector.why ~= "", file..": why must say something");
	vector.seconds = math.tointeger(tonumber(vector.now)) or math.tointeger(datetime.parse(vector.now));
	assert(vector.seconds, file..": now is no time: "..vector.now);
	return vector;
end

local function read_file(name)
	local file = io.open(folder..name, "rb");
	if not file then return nil; end
	local text = file:read("a");
	file:close();
	return text;
end

-- A file that is not there and a file that is refused are the same to a guest.
local function new_verifier(vector)
	local key_set, root_key = read_file(vector.keys), vector.root_key and read_file(vector.root_key);
	if not key_set or vector.root_key and not root_key then return nil; end
	return (rv.new {
		audience = vector.audience;
		issuer = vector.issuer;
		key_set = key_set;
		max_stale = math.tointeger(tonumber(vector.max_stale));
		revocations = vector.revocations;
		status_list = vector.status_list;
		root_key = root_key;
		seen_key_set = math.tointeger(tonumber(vector.seen_key_set));
	});
end

local function arrival(vector)
	return {
		occupants = math.tointeger(tonumber(vector.occupants));
		returning = vector.returning == "yes";
		same_token = math.tointeger(tonumber(vector.same_token));
	};
end

-- The checks of docs/token-format.md, which tests in Rust hold against the code.
local checks = {};
for line in io.lines("../docs/token-format.md") do
	checks[#checks + 1] = line:match("^%d+%. %*%*([%w-]+)%*%*");
end

local function answer(vector)
	local verifier = new_verifier(vector);
	if not verifier then return "deny verifier-unavailable"; end
	local question = { vector.token, vector.room, vector.seconds, arrival(vector) };
	local grant, code = verifier:decide(table.unpack(question));
	local told = verifier:explain(table.unpack(question));
	assert.equal(code, told.code);
	assert.equal(#checks, #told.checks);
	if not grant then return "deny "..code; end
	assert.truthy(grant.room == vector.room or grant.room:find("*", 1, true));
	assert.truthy(grant.affiliation == "owner" or grant.affiliation == "member");
	assert.truthy(vector.seconds < grant.admits_until);
	return "admit";
end

local function vector_files()
	local files = {};
	for file in lfs.dir(folder) do
		if file:find("%.vector$") then files[#files + 1] = file; end
	end
	table.sort(files);
	return files;
end

describe("the vectors", function ()
	local files, seen = vector_files(), {};

	it("are there", function () assert.truthy(#files > 0, "no vector in "..folder); end);

	for _, file in ipairs(files) do
		it(file, function ()
			local vector = read_vector(file);
			seen[vector.expect] = true;
			assert.equal(vector.expect, answer(vector), vector.why);
		end);
	end

	-- A server's policy, of which no token says anything: policies_spec.lua has a case for each.
	local of_policies = { ["name-refused"] = true, ["not-open-yet"] = true };

	it("have a case for admission and one for each code", function ()
		assert.truthy(seen.admit);
		for _, code in ipairs(rv.deny_codes) do assert.truthy(seen["deny "..code] or of_policies[code], code); end
	end);
end);
