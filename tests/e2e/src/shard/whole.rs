//! A shard with every room host that Jitsi has.

use super::ShardPlan;

const HOSTS: &str = r#"
Component "breakout.localhost" "muc_roompass"
	roompass_kind = "breakout"
	roompass_main_muc = "conference.localhost"
	restrict_room_creation = false
	muc_room_locking = false
	modules_enabled = { "stage_breakout" }
	stage_main_muc = "conference.localhost"

Component "lobby.localhost" "muc_roompass"
	roompass_kind = "lobby"
	roompass_main_muc = "conference.localhost"
	muc_room_locking = false

Component "internal.localhost" "muc_roompass"
	roompass_kind = "staff"
	muc_room_locking = false
"#;

impl ShardPlan {
    /// Lobby, breakout rooms, rooms for staff, tenants, and a queue for the focus; with more options.
    #[must_use]
    pub fn whole(options: &str) -> Self {
        Self {
            options: format!("muc_mapper_domain_base = \"localhost\"\n{options}"),
            client_host_lines:
                "modules_enabled = { \"bosh\"; \"websocket\"; \"roompass\"; \"stage_domain_mapper\" }"
                    .to_owned(),
            room_host_lines:
                "modules_enabled = { \"muc_roompass\"; \"stage_meeting_id\"; \"stage_lobby\" }\n\
                 stage_lobby_muc = \"lobby.localhost\""
                    .to_owned(),
            more_hosts: HOSTS.to_owned(),
            ..Self::default()
        }
    }

    /// The same with what `docs/operations.md` asks of the main rooms: Jicofo makes them, and strangers do not see them.
    #[must_use]
    pub fn as_documented(options: &str) -> Self {
        let whole = Self::whole(options);
        Self {
            room_host_lines: format!(
                "{}\nrestrict_room_creation = true\nmuc_room_default_public = false",
                whole.room_host_lines
            ),
            ..whole
        }
    }
}
