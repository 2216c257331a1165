-- People with accounts, and guests on a host of their own.
VirtualHost "meet.example"
    authentication = "internal_hashed"
    modules_enabled = { "bosh"; "muc_lobby_rooms" }
    main_muc = "muc.meet.example"
    lobby_muc = "lobby.meet.example"

VirtualHost "guest.meet.example"
    authentication = "jitsi-anonymous"
    main_muc = "muc.meet.example"

Component "muc.meet.example" "muc"
    modules_enabled = {
    }

Component "lobby.meet.example" "muc"
VirtualHost "hidden.meet.example" authentication = "internal_hashed"
