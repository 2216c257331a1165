VirtualHost "meet.example"
    authentication = "anonymous"
    modules_enabled = common
Component "conference.meet.example" "muc"
for _, name in ipairs(names) do
    Component(name .. ".meet.example") "muc"
end
Component "chat.example" "muc"
