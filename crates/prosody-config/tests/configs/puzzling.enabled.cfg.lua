-- Roompass: `roompass prosody disable` takes these lines out again, and every line marked like them. -- roompass: added ca9755a2
roompass_key_set = "/etc/prosody/roompass.jwks.json" -- roompass: added fd13ea51
VirtualHost "meet.example"
    authentication = "anonymous"
    modules_enabled = common
Component "conference.meet.example" "muc_roompass" --[[roompass: was "muc"]]
for _, name in ipairs(names) do
    Component(name .. ".meet.example") "muc"
end
Component "chat.example" "muc"
