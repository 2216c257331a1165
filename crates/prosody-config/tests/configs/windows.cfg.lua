VirtualHost "meet.example"
	authentication = "anonymous"
	modules_enabled = { -- few
		"bosh";
	}
VirtualHost "auth.meet.example" authentication = "internal_hashed"
Component "internal.meet.example" "muc"
Component "conference.meet.example" "muc"
Component "lobby.meet.example" "muc"