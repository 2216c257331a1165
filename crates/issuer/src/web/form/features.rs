//! The part of the form that sets Jitsi's own switches.

use room_token::Features;
use serde::Deserialize;

use crate::web::texts;

/// What is chosen for each: `on`, `off`, or nothing, and then Jitsi decides.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(default)]
pub(crate) struct FeaturesForm {
    recording: String,
    livestreaming: String,
    transcription: String,
    #[serde(rename = "screen-sharing")]
    screen_sharing: String,
    #[serde(rename = "file-upload")]
    file_upload: String,
    #[serde(rename = "create-polls")]
    create_polls: String,
    #[serde(rename = "outbound-call")]
    outbound_call: String,
}

/// One of them, for the page.
pub(crate) struct Switch<'a> {
    /// As Jitsi names it (`react/features/base/jwt/constants.ts`).
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) chosen: &'a str,
}

impl FeaturesForm {
    pub(crate) fn switches(&self) -> [Switch<'_>; 7] {
        let switch = |name, label, chosen| Switch {
            name,
            label,
            chosen,
        };
        let [record, stream, transcribe, screen, files, polls, calls] = texts().more.switches;
        [
            switch("recording", record, &self.recording),
            switch("livestreaming", stream, &self.livestreaming),
            switch("transcription", transcribe, &self.transcription),
            switch("screen-sharing", screen, &self.screen_sharing),
            switch("file-upload", files, &self.file_upload),
            switch("create-polls", polls, &self.create_polls),
            switch("outbound-call", calls, &self.outbound_call),
        ]
    }

    /// Whether one was chosen.
    pub(super) fn any(&self) -> bool {
        let mut switches = self.switches().into_iter();
        switches.any(|switch| !switch.chosen.is_empty())
    }

    /// None, if all are left to Jitsi.
    pub(super) fn parse(&self) -> Result<Option<Features>, String> {
        let mut chosen = Vec::new();
        for switch in self.switches() {
            match switch.chosen {
                "" => {}
                "on" => chosen.push((switch.name, true)),
                "off" => chosen.push((switch.name, false)),
                _other => {
                    let wrong = "a feature is on, off, or left to Jitsi; choose one of these";
                    return Err(wrong.to_owned());
                }
            }
        }
        if chosen.is_empty() {
            return Ok(None);
        }
        Features::new(chosen).map(Some).map_err(|e| e.to_string())
    }
}
