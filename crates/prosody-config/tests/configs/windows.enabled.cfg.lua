-- Roompass: `roompass prosody disable` takes these lines out again, and every line marked like them. -- roompass: added ca9755a2
roompass_key_set = "/etc/prosody/roompass.jwks.json" -- roompass: added fd13ea51
roompass_exempt_domains = { "auth.meet.example" } -- roompass: added fd2eaad1
VirtualHost "meet.example"
	authentication = "anonymous"
	modules_enabled = { -- few
		"roompass"; -- roompass: added 1a3f3d70
		"bosh";
	}
VirtualHost "auth.meet.example" authentication = "internal_hashed"
Component "internal.meet.example" "muc_roompass" --[[roompass: was "muc"]]
    roompass_kind = "staff" -- roompass: added 1d9064c3
Component "conference.meet.example" "muc_roompass" --[[roompass: was "muc"]]
Component "lobby.meet.example" "muc_roompass" --[[roompass: was "muc"]]
    roompass_kind = "lobby" -- roompass: added 913e0605
    roompass_main_muc = "conference.meet.example" -- roompass: added 4e9e6d87