//! What a service says of itself while it runs: a line for each request, with the pattern of its address and never the
//! address itself, which may hold a token, a room or a code.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use room_token::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// In which shape lines are written.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Words, for people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
    /// No line at all.
    None,
}

impl LogFormat {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Text, Self::Json, Self::None];

    /// Its word in the settings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::None => "none",
        }
    }

    /// The format of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == word)
    }

    /// A line in this format, without the line break.
    pub fn line(self, event: &Event) -> Option<String> {
        match self {
            Self::Text => Some(event.to_string()),
            Self::Json => serde_json::to_string(event).ok(),
            Self::None => None,
        }
    }
}

/// One answered request.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Event {
    /// RFC 3339.
    #[serde(serialize_with = "as_text")]
    pub at: Timestamp,
    /// Always `request`; there may be others later.
    pub event: &'static str,
    /// `GET`, `POST` and so on; `other` for what we never answer to.
    pub method: &'static str,
    /// The pattern of the address, such as `/links/{jti}`; `-` if there is none.
    pub route: String,
    /// Of HTTP.
    pub status: u16,
    /// The code of the problem, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'static str>,
    /// From the end of the request's head to the beginning of the answer, in milliseconds.
    #[serde(rename = "ms", serialize_with = "as_millis")]
    pub took: Duration,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn as_text<S: serde::Serializer>(at: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(at)
}

fn as_millis<S: serde::Serializer>(took: &Duration, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_u64(millis(*took))
}

fn millis(took: Duration) -> u64 {
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}

/// For people; when it was is known to whoever collects standard error.
impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { method, route, .. } = self;
        write!(f, "roompass: {method} {route} {}", self.status)?;
        if let Some(code) = self.code {
            write!(f, " {code}")?;
        }
        write!(f, ", {} ms", millis(self.took))
    }
}

/// Where lines go. It must not wait: a full disk behind the log is no reason to issue nothing.
#[derive(Clone)]
pub struct Log(Arc<dyn Fn(&Event) + Send + Sync>);

impl Log {
    /// To this.
    pub fn to(write: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        Self(Arc::new(write))
    }

    /// Nowhere.
    pub fn nowhere() -> Self {
        Self::to(|_| {})
    }

    /// Writes a line, or leaves it out.
    pub fn write(&self, event: &Event) {
        (self.0)(event);
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Log(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_for_people_or_for_programs() {
        let mut event = Event {
            at: Timestamp::parse_rfc3339("2026-03-03T12:00:00Z").unwrap(),
            event: "request",
            method: "POST",
            route: "/api/v1/links".to_owned(),
            status: 403,
            code: Some("not-allowed"),
            took: Duration::from_millis(3),
        };
        assert_eq!(
            LogFormat::Text.line(&event).unwrap(),
            "roompass: POST /api/v1/links 403 not-allowed, 3 ms"
        );
        let json = LogFormat::Json.line(&event).unwrap();
        assert_eq!(
            json,
            r#"{"at":"2026-03-03T12:00:00Z","event":"request","method":"POST","route":"/api/v1/links","status":403,"code":"not-allowed","ms":3}"#
        );
        event.code = None;
        assert!(!LogFormat::Json.line(&event).unwrap().contains("code"));
        assert_eq!(LogFormat::None.line(&event), None);
        for format in LogFormat::ALL {
            assert_eq!(LogFormat::parse(format.as_str()), Some(format));
        }
    }
}
