-- How a door stands, in words: for the module's status, the log and the shell.
--
-- `how`: its `settings`, the `problems` that keep it shut before a document is looked at, and its own `live` and
-- `policies`, for each file that asks for a library gets one of its own.

local shown = module:require "roompass_fetch".shown;

-- A level and a sentence, as if everybody were held to it.
local function strictly(how)
	if #how.problems > 0 then return "error", "Every room is shut: "..table.concat(how.problems, "; "); end
	local level, text = how.live.status(os.time());
	if level == "error" then return level, "Every room is shut: "..text; end
	local guarding, trouble = "Guarding rooms with the key set "..shown(how.settings.key_set), how.policies.problem();
	if text then guarding = guarding..", "..text; end
	if trouble then return "warn", guarding.."; "..trouble; end
	return level or "info", guarding;
end

-- A level and a sentence. Whoever only watches must not forget it.
local function of(how)
	local level, text = strictly(how);
	if how.settings.mode ~= "watch" then return level, text; end
	return "warn", 'Watching only, nothing is refused (roompass_mode = "watch"). Else: '..text;
end

local function show(how)
	local level, text = of(how);
	module:set_status(level, text, true); -- true, for else an earlier error would stay
end

-- What is wrong, each for itself, and then how it stands.
local function tell(how)
	local is_watching = how.settings.mode == "watch";
	local shut = is_watching and "Every room would be shut" or "Every room is shut";
	for _, problem in ipairs(how.problems) do
		module:log("error", "%s: %s. Then reload", shut, problem);
	end
	local level, text = of(how);
	if #how.problems == 0 or is_watching then module:log(level, "%s", text); end
	show(how);
end

return { of = of, show = show, tell = tell };
