//! Jitsi's `tokenAuthUrl`: where its client sends somebody whose token has ended in the call, and what it says of them
//! (`_getTokenAuthState` of `react/features/authentication`). Nothing in it is believed.

use room_link::part;
use room_token::RoomName;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::Address;

/// Somebody who wants to come back.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Renewal {
    /// The room's page.
    pub(crate) address: Address,
    /// Whether a window of the call waits for the token (`tokenAuthInline`).
    pub(crate) is_inline: bool,
    /// How they were in the call: their microphone, their camera, and past the first screen.
    pub(crate) settings: String,
}

#[derive(Deserialize)]
struct State {
    room: String,
    #[serde(default)]
    tenant: Option<String>,
    #[serde(flatten)]
    more: Map<String, Value>,
}

/// What the client writes by itself; whatever else a state may hold is left out.
const SETTINGS: [&str; 4] = [
    "config.prejoinConfig.enabled",
    "config.startAudioOnly",
    "config.startWithAudioMuted",
    "config.startWithVideoMuted",
];

impl Renewal {
    /// Takes the query `state=JSON`, and the `nonce` that the client adds where it opens a window.
    pub(crate) fn parse(query: &str) -> Option<Self> {
        let state: State = serde_json::from_str(&part(query, "state")?).ok()?;
        let room = RoomName::parse(&state.room).ok()?;
        let tenant = state.tenant.filter(|tenant| !tenant.is_empty());
        let room = tenant.map_or(Ok(room.clone()), |tenant| room.in_tenant(&tenant));
        Some(Self {
            address: Address::of(room.ok()?),
            is_inline: part(query, "nonce").is_some(),
            settings: settings(&state.more),
        })
    }

    /// A link, with those settings behind it.
    pub(crate) fn back_to(&self, link: &str) -> String {
        let between = match (self.settings.is_empty(), link.contains('#')) {
            (true, _) => "",
            (false, true) => "&",
            (false, false) => "#",
        };
        format!("{link}{between}{}", self.settings)
    }
}

fn settings(state: &Map<String, Value>) -> String {
    let setting = |name: &&str| match state.get(*name) {
        Some(Value::Bool(value)) => Some(format!("{name}={value}")),
        Some(_) | None => None,
    };
    let all: Vec<_> = SETTINGS.iter().filter_map(setting).collect();
    all.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_names_the_room_and_how_one_was_there() {
        let query = "state=%7B%22room%22%3A%22Weekly%20Sync%22%2C%22roomSafe%22%3A%22x%22%2C%22tenant%22%3A%22acme%22%2C\
                     %22config.prejoinConfig.enabled%22%3Afalse%2C%22config.startWithAudioMuted%22%3Atrue%2C\
                     %22config.evil%22%3Atrue%2C%22config.startAudioOnly%22%3A%22%23x%22%7D";
        let renewal = Renewal::parse(query).unwrap();
        assert_eq!(renewal.address.again(), "/acme/weekly%20sync");
        assert!(!renewal.is_inline);
        let settings = "config.prejoinConfig.enabled=false&config.startWithAudioMuted=true";
        assert_eq!(renewal.back_to("/x?jwt=a"), format!("/x?jwt=a#{settings}"));
        assert_eq!(renewal.back_to("/x#jwt=a"), format!("/x#jwt=a&{settings}"));
        let inline = Renewal::parse("state=%7B%22room%22%3A%22a%22%7D&nonce=5f").unwrap();
        assert!(inline.is_inline);
        assert_eq!(inline.back_to("/a?jwt=b"), "/a?jwt=b");
    }

    #[test]
    fn what_names_no_room_is_no_state() {
        for query in [
            "",
            "state=",
            "state=%7B%7D",
            "state=%7B%22room%22%3A%22..%22%7D",
            "state=%7B%22room%22%3A7%7D",
            "state=%7B%22room%22%3A%22a%22%2C%22tenant%22%3A%22a.b%22%7D",
            "room=a",
        ] {
            assert_eq!(Renewal::parse(query), None, "{query}");
        }
    }
}
