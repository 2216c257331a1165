-- Each method of `module` that we use is named, so that a misspelt one is a warning.
cache = false
max_line_length = 150
std = "lua54"

local in_prosody = {
	read_globals = { "prosody" };
	globals = {
		module = {
			fields = {
				"add_timer";
				"context";
				"depends";
				"get_host_type";
				"get_option";
				"get_option_boolean";
				"get_option_path";
				"hook";
				"hook_global";
				"host";
				"load";
				"log";
				"metric";
				"name";
				"provides";
				"require";
				"send";
				"set_status";
				"shared";
				"unload";
			};
		};
	};
}

files["*.lua"] = in_prosody;
files["../tests/e2e/prosody/*.lua"] = in_prosody;

files["spec/**/*.lua"] = { std = "+busted" }
