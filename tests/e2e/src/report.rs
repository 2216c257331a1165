//! What a guest says happened to it.

use serde::Deserialize;

/// How a visit went.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// In the room.
    Admitted,
    /// Told no.
    Refused,
    /// Not even told no.
    Unreachable,
}

/// In what shape a refusal came.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// Our own presence, then the room's end: Jitsi's client shows the reason.
    Destroy,
    /// A presence of type error.
    Error,
    /// An error in answer to the conference request.
    Iq,
}

/// One visit, as the guest's program printed it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Report {
    /// How it went.
    pub outcome: Outcome,
    /// The shape of the refusal.
    pub form: Option<Form>,
    /// The deny code beside the refusal.
    pub code: Option<String>,
    /// The words a person reads.
    pub text: Option<String>,
    /// The condition of an error.
    pub condition: Option<String>,
    /// Did the error say that it comes from a room?
    #[serde(default)]
    pub has_room_part: bool,
    /// Did the error ask for a login?
    #[serde(default)]
    pub asks_for_login: bool,
    /// The names in the room, ours among them.
    #[serde(default)]
    pub occupants: Vec<String>,
    /// Ours, as our own presence shows it.
    pub affiliation: Option<String>,
    /// Did the focus say that the conference is ready?
    pub conference_ready: Option<bool>,
    /// The shard that the router chose.
    pub shard: Option<String>,
    /// `result`, or the condition under which the room refused to be locked.
    pub owner_request: Option<String>,
    /// The rooms that the room host shows.
    pub rooms: Option<Vec<String>>,
    /// The guest's own address.
    pub jid: Option<String>,
    /// Where the room told the guest to knock.
    pub lobby: Option<String>,
    /// Was the broken connection taken up again?
    pub resumed: Option<bool>,
}

impl Report {
    /// This report, if the guest was let in.
    ///
    /// # Panics
    /// When it was not.
    #[track_caller]
    pub fn expect_admitted(&self) -> &Self {
        assert_eq!(self.outcome, Outcome::Admitted, "{self:#?}");
        self
    }

    /// This report, if the guest was refused with that code.
    ///
    /// # Panics
    /// When it was not.
    #[track_caller]
    pub fn expect_refused(&self, code: &str) -> &Self {
        assert_eq!(self.outcome, Outcome::Refused, "{self:#?}");
        assert_eq!(self.code.as_deref(), Some(code), "{self:#?}");
        self
    }
}
