-- One table binds Rust, Lua and the browser: what was typed, its canonical name, and why.

local nodeprep = require "util.encodings".stringprep.nodeprep;
local rv = require "real_verifier".rv;

local path = "../tests/vectors/room-names.tsv";

local function read_names()
	local names = {};
	for line in io.lines(path) do
		if line ~= "" and not line:find("^#") then
			local typed, canonical, why = line:match("^([^\t]*)\t([^\t]+)\t([^\t]+)$");
			assert(typed, path..": not three columns: "..line);
			names[#names + 1] = { canonical = canonical, typed = typed, why = why };
		end
	end
	return names;
end

describe("room names", function ()
	local names = read_names();

	it("are there", function () assert.truthy(#names > 0, "no name in "..path); end);

	for _, name in ipairs(names) do
		local title = ("%q: %s"):format(name.typed, name.why);
		if name.canonical == "-" then
			it(title.." (refused)", function ()
				local canonical, text = rv.canonical_room(name.typed);
				assert.is_nil(canonical);
				assert.equal("string", type(text));
			end);
		else
			it(title, function ()
				assert.equal(name.canonical, (rv.canonical_room(name.typed)));
				assert.equal(name.canonical, (rv.canonical_room(name.canonical)));
				-- Otherwise the room that Prosody opens would have another name than the one that was signed.
				assert.equal(name.canonical, nodeprep(name.canonical));
				assert.equal(name.canonical, nodeprep(name.canonical, true));
			end);
		end
	end
end);
