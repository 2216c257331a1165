//! The JSON of an API call, read so that a misspelt member is never passed over.

use std::collections::BTreeMap;
use std::fmt;

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use room_token::Timestamp;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::problem::Problem;

/// The members of one object, all of them known.
#[derive(Debug)]
pub(crate) struct Members(BTreeMap<String, Value>);

impl Members {
    pub(crate) fn parse(headers: &HeaderMap, body: &[u8], known: &[&str]) -> Result<Self, Problem> {
        if !is_json(headers) {
            return Err(Problem::media_type("application/json"));
        }
        let members: Self = serde_json::from_slice(body).map_err(|error| {
            // serde_json's own words may quote what was sent.
            let place = format!("line {}, column {}", error.line(), error.column());
            let detail = format!(
                "the body is not one JSON object without double members ({place}); mend it there"
            );
            Problem::unreadable(&detail)
        })?;
        match members
            .0
            .keys()
            .find(|name| !known.contains(&name.as_str()))
        {
            Some(name) => Err(Problem::unknown_member(name, known)),
            None => Ok(members),
        }
    }

    /// A string; `null` is as good as absent.
    pub(crate) fn string(&self, name: &str) -> Result<Option<&str>, Problem> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_other) => Err(Problem::field(
                name,
                &format!("`{name}` is not a string; write it in quotes"),
            )),
        }
    }

    /// A whole number of seconds.
    pub(crate) fn seconds(&self, name: &str) -> Result<Option<u64>, Problem> {
        let not_whole = || format!("`{name}` is not a whole number of seconds; write it like 7200");
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match value.as_u64() {
                Some(secs) => Ok(Some(secs)),
                None => Err(Problem::field(name, &not_whole())),
            },
        }
    }

    /// An RFC 3339 time.
    pub(crate) fn time(&self, name: &str) -> Result<Option<Timestamp>, Problem> {
        let read = |text| {
            Timestamp::parse_rfc3339(text).map_err(|error| Problem::field(name, &error.to_string()))
        };
        self.string(name)?.map(read).transpose()
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let header = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = header
        .and_then(|text| text.split(';').next())
        .unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_map(NoneTwice)
    }
}

struct NoneTwice;

impl<'de> Visitor<'de> for NoneTwice {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> Result<Members, A::Error> {
        let mut members = BTreeMap::new();
        while let Some((name, value)) = pairs.next_entry()? {
            if members.insert(name, value).is_some() {
                return Err(serde::de::Error::custom("a member occurs twice"));
            }
        }
        Ok(Members(members))
    }
}
