//! The JSON of an API call, read so that a misspelt member is never passed over.

mod strict;

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use room_token::Timestamp;
use serde_json::{Map, Value};

use self::strict::Strict;
use super::problem::Problem;

/// The members of one object, all of them known.
#[derive(Debug)]
pub(crate) struct Members {
    values: Map<String, Value>,
    /// What stands before a member's name in a problem: `series.`, or nothing.
    path: String,
}

impl Members {
    pub(crate) fn parse(headers: &HeaderMap, body: &[u8], known: &[&str]) -> Result<Self, Problem> {
        if !is_json(headers) {
            return Err(Problem::media_type("application/json"));
        }
        let unreadable = |place: &str| {
            let what = "the body is not one JSON object without double members";
            Problem::unreadable(&format!("{what} ({place}); mend it there"))
        };
        let Strict(value) = serde_json::from_slice(body).map_err(|error| {
            // serde_json's own words may quote what was sent.
            unreadable(&format!("line {}, column {}", error.line(), error.column()))
        })?;
        let Value::Object(values) = value else {
            return Err(unreadable("line 1, column 1"));
        };
        Self::known(values, String::new(), known)
    }

    fn known(values: Map<String, Value>, path: String, known: &[&str]) -> Result<Self, Problem> {
        match values.keys().find(|name| !known.contains(&name.as_str())) {
            Some(name) => Err(Problem::unknown_member(&format!("{path}{name}"), known)),
            None => Ok(Self { values, path }),
        }
    }

    /// A problem with this member.
    pub(crate) fn problem(&self, name: &str, detail: impl std::fmt::Display) -> Problem {
        Problem::field(&format!("{}{name}", self.path), &detail.to_string())
    }

    /// A member's value; `null` is as good as absent.
    fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name).filter(|value| !value.is_null())
    }

    fn read<'m, T>(
        &'m self,
        name: &str,
        read: impl FnOnce(&'m Value) -> Option<T>,
        wanted: &str,
    ) -> Result<Option<T>, Problem> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        match read(value) {
            Some(read) => Ok(Some(read)),
            None => Err(self.problem(name, format!("`{name}` is not {wanted}"))),
        }
    }

    /// Whether it is there.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// A string.
    pub(crate) fn string(&self, name: &str) -> Result<Option<&str>, Problem> {
        self.read(name, Value::as_str, "a string; write it in quotes")
    }

    /// A string that must be there.
    pub(crate) fn required(&self, name: &str) -> Result<&str, Problem> {
        let missing = || self.problem(name, format!("there is no `{name}`; give one"));
        self.string(name)?.ok_or_else(missing)
    }

    /// Yes or no.
    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, Problem> {
        self.read(
            name,
            Value::as_bool,
            "true or false; write it without quotes",
        )
    }

    /// A whole number of seconds.
    pub(crate) fn seconds(&self, name: &str) -> Result<Option<u64>, Problem> {
        let wanted = "a whole number of seconds; write it like 7200";
        self.read(name, Value::as_u64, wanted)
    }

    /// A whole number.
    pub(crate) fn count(&self, name: &str) -> Result<Option<u64>, Problem> {
        self.read(name, Value::as_u64, "a whole number; write it like 12")
    }

    /// Yes or no.
    pub(crate) fn switch(&self, name: &str) -> Result<Option<bool>, Problem> {
        self.read(name, Value::as_bool, "true or false")
    }

    /// An RFC 3339 time.
    pub(crate) fn time(&self, name: &str) -> Result<Option<Timestamp>, Problem> {
        let read = |text| Timestamp::parse_rfc3339(text).map_err(|e| self.problem(name, e));
        self.string(name)?.map(read).transpose()
    }

    /// Strings.
    pub(crate) fn strings(&self, name: &str) -> Result<Vec<String>, Problem> {
        let all = |value: &Value| {
            let each = |item: &Value| item.as_str().map(str::to_owned);
            value.as_array()?.iter().map(each).collect()
        };
        let strings = self.read(name, all, "a list of strings; write it like [\"tue\"]")?;
        Ok(strings.unwrap_or_default())
    }

    /// Names, and whether each is on.
    pub(crate) fn switches<'m>(
        &'m self,
        name: &str,
    ) -> Result<Option<Vec<(&'m str, bool)>>, Problem> {
        let all = |value: &'m Value| {
            let each = |(name, on): (&'m String, &'m Value)| Some((name.as_str(), on.as_bool()?));
            value.as_object()?.iter().map(each).collect()
        };
        let wanted = "an object of true and false; write it like {\"recording\": false}";
        self.read(name, all, wanted)
    }

    /// An object of its own, all of whose members are known.
    pub(crate) fn object(&self, name: &str, known: &[&str]) -> Result<Option<Self>, Problem> {
        let object = self.read(name, Value::as_object, "an object; write it in braces")?;
        let path = format!("{}{name}.", self.path);
        let read = |values: &Map<String, Value>| Self::known(values.clone(), path, known);
        object.map(read).transpose()
    }

    /// Several of them.
    pub(crate) fn objects(&self, name: &str, known: &[&str]) -> Result<Vec<Self>, Problem> {
        let wanted = "a list of objects; write it in brackets";
        let list = self.read(name, Value::as_array, wanted)?;
        let each = |(index, item): (usize, &Value)| {
            let path = format!("{}{name}[{index}]", self.path);
            let values = item.as_object().ok_or_else(|| {
                Problem::field(
                    &path,
                    &format!("`{path}` is not an object; write it in braces"),
                )
            })?;
            Self::known(values.clone(), path.clone() + ".", known)
        };
        list.into_iter().flatten().enumerate().map(each).collect()
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
