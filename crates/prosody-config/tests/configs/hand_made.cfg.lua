authentication = "anonymous"; allow_registration = true
local function home(name) return "/srv/" .. name end
data_path = home("prosody")
VirtualHost 'Meet.example' modules_enabled = { 'bosh', 'websocket' } -- one line
Component("conference.meet.example")([[muc]]) { -- settings in a table
	admins = { "focus@auth.meet.example" };
}
certificates = "certs" -- the global section goes on

-- Component "lobby.meet.example" "muc"
Component "breakout.meet.example" "muc" {
	admins = { "focus@auth.meet.example" };
}
VirtualHost "auth.meet.example" { authentication = "internal_plain", allow_registration = false }
