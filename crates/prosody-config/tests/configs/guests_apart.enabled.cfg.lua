-- Roompass: `roompass prosody disable` takes these lines out again, and every line marked like them. -- roompass: added ca9755a2
roompass_key_set = "/etc/prosody/roompass.jwks.json" -- roompass: added fd13ea51
roompass_exempt_domains = { "hidden.meet.example" } -- roompass: added 91fdde2f
-- People with accounts, and guests on a host of their own.
VirtualHost "meet.example"
    authentication = "internal_hashed"
    modules_enabled = { "bosh"; "muc_lobby_rooms" }
    main_muc = "muc.meet.example"
    lobby_muc = "lobby.meet.example"

VirtualHost "guest.meet.example"
    modules_enabled = { "roompass" } -- roompass: added cbafe89b
    authentication = "jitsi-anonymous"
    main_muc = "muc.meet.example"

Component "muc.meet.example" "muc_roompass" --[[roompass: was "muc"]]
    modules_enabled = {
    }

Component "lobby.meet.example" "muc_roompass" --[[roompass: was "muc"]]
    roompass_kind = "lobby" -- roompass: added 913e0605
    roompass_main_muc = "muc.meet.example" -- roompass: added eb3cbfc2
VirtualHost "hidden.meet.example" authentication = "internal_hashed"
