//! JSON read strictly: an object, no member twice at any depth, no deep nesting, whole numbers.
//!
//! RFC 7515 §4 and RFC 7519 §4 let a parser reject duplicate members or take the last; two parsers that choose
//! differently read two different tokens out of one, so we reject. Text is borrowed from the bytes.

mod read;

use std::borrow::Cow;

use serde::de::DeserializeSeed;

pub(crate) use self::read::{ReadText, Strict};

/// A JSON value. Of a number that is not whole only that it is one.
#[derive(Debug)]
pub(crate) enum Json<'a> {
    Array(Vec<Json<'a>>),
    Bool(bool),
    Null,
    Object(Object<'a>),
    OtherNumber,
    Text(Cow<'a, str>),
    Whole(u64),
}

/// A JSON object without ambiguity, its members in the order in which they came.
#[derive(Debug)]
pub(crate) struct Object<'a>(Vec<(Cow<'a, str>, Json<'a>)>);

/// The largest whole number that every JSON parser reads alike (RFC 8259 §6).
const MAX_INTEGER: u64 = (1 << 53) - 1;

/// Why bytes or a member were not what was asked for; the text may be shown.
#[derive(Debug)]
pub(crate) struct JsonError(pub(crate) String);

impl<'a> Object<'a> {
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, JsonError> {
        let mut reader = serde_json::Deserializer::from_slice(bytes);
        let value = Strict::DEFAULT
            .deserialize(&mut reader)
            .and_then(|value| reader.end().map(|()| value))
            // serde_json's text may quote a claim's value; the position is all we pass on.
            .map_err(|e| JsonError(format!("not strict JSON at byte {}", e.column())))?;
        let Json::Object(object) = value else {
            return Err(JsonError("not a JSON object".to_owned()));
        };
        Ok(object)
    }

    /// The members' names and values.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&str, &Json<'a>)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), value))
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    fn get(&self, name: &str) -> Option<&Json<'a>> {
        self.members()
            .find(|(theirs, _)| *theirs == name)
            .map(|(_, value)| value)
    }

    /// A member read in some way; an absent one is `None`, one that cannot be read so an error.
    fn read<'s, T>(
        &'s self,
        name: &str,
        kind: &str,
        read: impl FnOnce(&'s Json<'a>) -> Option<T>,
    ) -> Result<Option<T>, JsonError> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => match read(value) {
                Some(read) => Ok(Some(read)),
                None => Err(JsonError(format!("`{name}` is not {kind}"))),
            },
        }
    }

    /// A string member.
    pub(crate) fn string(&self, name: &str) -> Result<Option<&str>, JsonError> {
        self.read(name, "a string", Json::as_str)
    }

    /// A whole number from 0 to 2^53 − 1.
    pub(crate) fn integer(&self, name: &str) -> Result<Option<u64>, JsonError> {
        self.read(name, "a whole number", Json::as_integer)
    }

    /// An array member whose elements are all strings.
    pub(crate) fn strings(&self, name: &str) -> Result<Option<Vec<&str>>, JsonError> {
        self.read(name, "an array of strings", Json::as_strings)
    }

    /// A string, or an array of strings.
    pub(crate) fn string_or_strings(&self, name: &str) -> Result<Option<Vec<&str>>, JsonError> {
        self.read(name, "a string or an array of strings", |value| {
            value
                .as_str()
                .map_or_else(|| value.as_strings(), |text| Some(vec![text]))
        })
    }

    /// An array of pairs of whole numbers.
    pub(crate) fn pairs(&self, name: &str) -> Result<Option<Vec<(u64, u64)>>, JsonError> {
        self.read(name, "an array of pairs", |value| {
            value.as_array()?.iter().map(Json::as_pair).collect()
        })
    }

    /// An object member.
    pub(crate) fn object(&self, name: &str) -> Result<Option<&Self>, JsonError> {
        self.read(name, "an object", Json::as_object)
    }

    /// An array member, which must be there, whose elements are all objects.
    pub(crate) fn objects(&self, name: &str) -> Result<Vec<&Self>, JsonError> {
        let objects = self.read(name, "an array of objects", |value| {
            value.as_array()?.iter().map(Json::as_object).collect()
        })?;
        objects.ok_or_else(|| JsonError(format!("`{name}` is not an array of objects")))
    }
}

impl<'a> Json<'a> {
    pub(crate) fn as_str(&self) -> Option<&str> {
        let Self::Text(text) = self else { return None };
        Some(text)
    }

    fn as_object(&self) -> Option<&Object<'a>> {
        let Self::Object(object) = self else {
            return None;
        };
        Some(object)
    }

    fn as_array(&self) -> Option<&[Self]> {
        let Self::Array(values) = self else {
            return None;
        };
        Some(values)
    }

    const fn as_integer(&self) -> Option<u64> {
        let Self::Whole(number @ 0..=MAX_INTEGER) = self else {
            return None;
        };
        Some(*number)
    }

    fn as_strings(&self) -> Option<Vec<&str>> {
        self.as_array()?.iter().map(Self::as_str).collect()
    }

    fn as_pair(&self) -> Option<(u64, u64)> {
        match self.as_array()? {
            [first, second] => Some((first.as_integer()?, second.as_integer()?)),
            _other => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ambiguous_or_foreign_json_is_refused() {
        let deep = format!(
            "{}{}",
            "{\"a\":".repeat(17),
            "1".to_owned() + &"}".repeat(17)
        );
        for text in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":1,"\u0061":2}"#,
            r#"{"x":{"a":1,"a":2}}"#,
            r#"{"x":[{"a":1,"a":2}]}"#,
            "[1]",
            "\"text\"",
            "7",
            "null",
            "",
            "{}x",
            "\u{feff}{}",
            "{\"a\":NaN}",
            "{\"a\":1,}",
            "{/**/}",
            "{\"a\":\"\\ud800\"}",
            &deep,
        ] {
            assert!(Object::parse(text.as_bytes()).is_err(), "{text}");
        }
        assert!(Object::parse(b"{\"a\":\"\xff\"}").is_err());
        assert!(Object::parse(b" {\"a\" : 1}\n").is_ok());
    }

    #[test]
    fn only_whole_numbers_are_integers() {
        for (number, read) in [
            ("0", Some(0)),
            ("9007199254740991", Some(9_007_199_254_740_991)),
            ("9007199254740992", None),
            ("18446744073709551616", None),
            ("1.0", None),
            ("1e3", None),
            ("-1", None),
            ("-0", None),
            ("1e400", None),
            ("\"1\"", None),
            ("null", None),
            ("true", None),
        ] {
            let text = format!("{{\"n\":{number}}}");
            let object = Object::parse(text.as_bytes());
            let integer = object.ok().and_then(|o| o.integer("n").ok().flatten());
            assert_eq!(integer, read, "{number}");
        }
    }

    #[test]
    fn more_members_than_anyone_needs_are_refused() {
        let object = |count: usize| {
            let members: Vec<_> = (0..count).map(|n| format!("\"m{n}\":1")).collect();
            format!("{{{}}}", members.join(","))
        };
        assert!(Object::parse(object(128).as_bytes()).is_ok());
        assert!(Object::parse(object(129).as_bytes()).is_err());
    }

    #[test]
    fn an_error_never_quotes_a_value() {
        let error = Object::parse(br#"{"name":"Ada" "#).unwrap_err();
        assert_eq!(error.0, "not strict JSON at byte 14");
    }
}
