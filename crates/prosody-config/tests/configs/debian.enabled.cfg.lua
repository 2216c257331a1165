-- One file for each domain, as Debian's package for Jitsi lays it out.
plugin_paths = { "/usr/share/jitsi-meet/prosody-plugins/" }
muc_mapper_domain_base = "meet.example.org";

external_service_secret = "not-a-secret";
external_services = {
     { type = "stun", host = "turn.example.org", port = 3478 },
     { type = "turns", host = "turn.example.org", port = 5349, secret = true, ttl = 86400 }
};

consider_bosh_secure = true;
unlimited_jids = { "focus@auth.meet.example.org", "jvb@auth.meet.example.org" }

-- Roompass: `roompass prosody disable` takes these lines out again, and every line marked like them. -- roompass: added ca9755a2
roompass_key_set = "/etc/prosody/roompass.jwks.json" -- roompass: added fd13ea51
roompass_exempt_domains = { "auth.meet.example.org"; "recorder.meet.example.org" } -- roompass: added 206a69a5
-- where everybody comes in
VirtualHost "meet.example.org"
    authentication = "jitsi-anonymous" -- no password
    --app_id = "somebody"
    ssl = { key = "/etc/prosody/certs/a.key"; certificate = "/etc/prosody/certs/a.crt"; }
    -- the browser's ways
    modules_enabled = {
        "roompass"; -- roompass: added 1a3f3d70
        "bosh";
        "websocket";
        "smacks"; -- XEP-0198
        --"token_verification";
        "muc_lobby_rooms";
        "muc_breakout_rooms";
    }
    c2s_require_encryption = false
    lobby_muc = "lobby.meet.example.org"
    breakout_rooms_muc = "breakout.meet.example.org"
    main_muc = "conference.meet.example.org"

Component "conference.meet.example.org" "muc_roompass" --[[roompass: was "muc"]]
    restrict_room_creation = true
    storage = "memory"
    modules_enabled = { "muc_hide_all"; "muc_meeting_id"; "muc_domain_mapper"; }
    admins = { "focus@auth.meet.example.org" }
    muc_room_locking = false

Component "breakout.meet.example.org" "muc_roompass" --[[roompass: was "muc"]]
    roompass_kind = "breakout" -- roompass: added 8d107ae4
    roompass_main_muc = "conference.meet.example.org" -- roompass: added 5814f747
    storage = "memory"
    admins = { "focus@auth.meet.example.org" }

Component "internal.auth.meet.example.org" "muc_roompass" --[[roompass: was "muc"]]
    roompass_kind = "staff" -- roompass: added 1d9064c3
    storage = "memory"
    modules_enabled = { "ping"; }
    admins = { "focus@auth.meet.example.org", "jvb@auth.meet.example.org" }

VirtualHost "auth.meet.example.org"
    modules_enabled = { "limits_exception"; }
    authentication = "internal_hashed"

VirtualHost "recorder.meet.example.org"
    authentication = "internal_hashed"

Component "focus.meet.example.org" "client_proxy"
    target_address = "focus@auth.meet.example.org"

Component "speakerstats.meet.example.org" "speakerstats_component"
    muc_component = "conference.meet.example.org"

Component "lobby.meet.example.org" "muc_roompass" --[[roompass: was "muc"]]
    roompass_kind = "lobby" -- roompass: added 913e0605
    roompass_main_muc = "conference.meet.example.org" -- roompass: added 5814f747
    storage = "memory"
    restrict_room_creation = true
    modules_enabled = { "muc_hide_all"; }

VirtualHost "dialin.example.org"
    enabled = false
    authentication = "jitsi-anonymous"
