authentication = "anonymous"; allow_registration = true
local function home(name) return "/srv/" .. name end
data_path = home("prosody")
-- Roompass: `roompass prosody disable` takes these lines out again, and every line marked like them. -- roompass: added ca9755a2
roompass_key_set = "/etc/prosody/roompass.jwks.json" -- roompass: added fd13ea51
roompass_exempt_domains = { "auth.meet.example" } -- roompass: added fd2eaad1
VirtualHost 'Meet.example' modules_enabled = { "roompass"; --[[roompass: added]] 'bosh', 'websocket' } -- one line
Component("conference.meet.example")("muc_roompass" --[=[roompass: was [[muc]]]=]) { -- settings in a table
	admins = { "focus@auth.meet.example" };
}
certificates = "certs" -- the global section goes on

-- Component "lobby.meet.example" "muc"
Component "breakout.meet.example" "muc_roompass" --[[roompass: was "muc"]] {
	roompass_kind = "breakout"; -- roompass: added eff16d0d
	roompass_main_muc = "conference.meet.example"; -- roompass: added 7f66bef4
	admins = { "focus@auth.meet.example" };
}
VirtualHost "auth.meet.example" { authentication = "internal_plain", allow_registration = false }
