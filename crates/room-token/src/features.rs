//! `context.features`: switches of Jitsi's client and modules, passed through as Jitsi knows them.

use serde_json::{Map, Value};
use thiserror::Error;

use crate::json::{Json, Object};

/// Names and their values, each a boolean or a short string (Jitsi writes both `true` and `"true"`).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Features(Map<String, Value>);

impl Features {
    /// The most switches.
    pub const MAX: usize = 32;

    /// Takes names and whether each is on.
    ///
    /// # Errors
    /// [`FeaturesError`] for too many, or a name that cannot be one.
    pub fn new<'a>(
        switches: impl IntoIterator<Item = (&'a str, bool)>,
    ) -> Result<Self, FeaturesError> {
        let pairs = switches.into_iter();
        Self::checked(
            pairs
                .map(|(name, on)| (name.to_owned(), on.into()))
                .collect(),
        )
    }

    pub(crate) fn from_claim(members: &Object<'_>) -> Result<Self, FeaturesError> {
        let value = |json: &Json<'_>| match json {
            Json::Bool(on) => Ok(Value::Bool(*on)),
            Json::Text(text) => Ok(Value::String(text.clone().into_owned())),
            Json::Array(_) | Json::Null | Json::Object(_) | Json::OtherNumber | Json::Whole(_) => {
                Err(FeaturesError)
            }
        };
        let pairs = members
            .members()
            .map(|(name, json)| Ok((name.to_owned(), value(json)?)));
        Self::checked(pairs.collect::<Result<_, _>>()?)
    }

    fn checked(members: Map<String, Value>) -> Result<Self, FeaturesError> {
        let is_name = |name: &str| {
            let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
            (1..=64).contains(&name.len()) && name.bytes().all(plain)
        };
        let is_value = |value: &Value| {
            value.is_boolean() || value.as_str().is_some_and(|text| text.len() <= 64)
        };
        if members.len() > Self::MAX {
            return Err(FeaturesError);
        }
        if !members
            .iter()
            .all(|(name, value)| is_name(name) && is_value(value))
        {
            return Err(FeaturesError);
        }
        Ok(Self(members))
    }

    /// As JSON text, for Jitsi's modules.
    pub fn to_json(&self) -> String {
        self.as_value().to_string()
    }

    pub(crate) fn as_value(&self) -> Value {
        Value::Object(self.0.clone())
    }
}

/// Not features that Jitsi could know.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error(
    "features are at most 32 names out of A-Z a-z 0-9 - _ with true, false or a short text each; leave the others out"
)]
pub struct FeaturesError;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Object;

    #[test]
    fn features_are_passed_through_as_they_are() {
        let json = r#"{"f":{"recording":true,"livestreaming":"false"}}"#;
        let object = Object::parse(json.as_bytes()).unwrap();
        let features = Features::from_claim(object.object("f").unwrap().unwrap()).unwrap();
        assert_eq!(
            features.to_json(),
            r#"{"livestreaming":"false","recording":true}"#
        );
        assert_eq!(
            Features::new([("recording", true)]).unwrap().to_json(),
            r#"{"recording":true}"#
        );
    }

    #[test]
    fn what_jitsi_could_not_know_is_refused() {
        for json in [
            r#"{"a b":true}"#,
            r#"{"a":1}"#,
            r#"{"a":{}}"#,
            r#"{"":true}"#,
        ] {
            let claims = format!("{{\"f\":{json}}}");
            let object = Object::parse(claims.as_bytes()).unwrap();
            let features = Features::from_claim(object.object("f").unwrap().unwrap());
            assert_eq!(features, Err(FeaturesError), "{json}");
        }
        let many: Vec<_> = (0..33).map(|n| (format!("f{n}"), true)).collect();
        assert!(Features::new(many.iter().map(|(name, on)| (name.as_str(), *on))).is_err());
    }
}
