//! JSON read strictly: an object, no member twice at any depth, no deep nesting, whole numbers.
//!
//! RFC 7515 §4 and RFC 7519 §4 let a parser reject duplicate members or take the last; two parsers that choose
//! differently read two different tokens out of one, so we reject.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// A JSON object without ambiguity.
#[derive(Debug)]
pub(crate) struct Object(Map<String, Value>);

/// The largest whole number that every JSON parser reads alike (RFC 8259 §6).
const MAX_INTEGER: u64 = (1 << 53) - 1;

/// Deeper than any claim of ours; far from exhausting a stack.
const MAX_DEPTH: u8 = 16;

/// Why bytes or a member were not what was asked for; the text may be shown.
#[derive(Debug)]
pub(crate) struct JsonError(pub(crate) String);

impl Object {
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, JsonError> {
        let mut reader = serde_json::Deserializer::from_slice(bytes);
        let value = Strict::DEFAULT
            .deserialize(&mut reader)
            .and_then(|value| reader.end().map(|()| value))
            // serde_json's text may quote a claim's value; the position is all we pass on.
            .map_err(|e| JsonError(format!("not strict JSON at byte {}", e.column())))?;
        Self::from_value(value)
    }

    fn from_value(value: Value) -> Result<Self, JsonError> {
        if let Value::Object(members) = value {
            return Ok(Self(members));
        }
        Err(JsonError("not a JSON object".to_owned()))
    }

    /// The members' names.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// An array member whose elements are all strings.
    pub(crate) fn strings(&self, name: &str) -> Result<Option<Vec<&str>>, JsonError> {
        let Some(value) = self.0.get(name) else {
            return Ok(None);
        };
        let strings = value
            .as_array()
            .and_then(|all| all.iter().map(Value::as_str).collect());
        match strings {
            Some(strings) => Ok(Some(strings)),
            None => Err(JsonError(format!("`{name}` is not an array of strings"))),
        }
    }

    /// An object member, taken out whole.
    pub(crate) fn owned_object(&self, name: &str) -> Result<Option<Self>, JsonError> {
        Ok(self.object(name)?.map(|members| Self(members.to_map())))
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// A string member; an absent one is `None`, one of another type an error.
    pub(crate) fn string(&self, name: &str) -> Result<Option<&str>, JsonError> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_other) => Err(JsonError(format!("`{name}` is not a string"))),
        }
    }

    /// A whole number from 0 to 2^53 − 1.
    pub(crate) fn integer(&self, name: &str) -> Result<Option<u64>, JsonError> {
        self.0.get(name).map(|value| whole(name, value)).transpose()
    }

    /// An object member.
    pub(crate) fn object(&self, name: &str) -> Result<Option<Members<'_>>, JsonError> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::Object(members)) => Ok(Some(Members(members))),
            Some(_other) => Err(JsonError(format!("`{name}` is not an object"))),
        }
    }

    /// An array member whose elements are all objects.
    pub(crate) fn objects(self, name: &str) -> Result<Vec<Self>, JsonError> {
        let mut members = self.0;
        match members.remove(name) {
            Some(Value::Array(values)) => values.into_iter().map(Self::from_value).collect(),
            _absent_or_other => Err(JsonError(format!("`{name}` is not an array of objects"))),
        }
    }
}

fn whole(name: &str, value: &Value) -> Result<u64, JsonError> {
    match value.as_u64() {
        Some(number) if number <= MAX_INTEGER => Ok(number),
        _too_large_or_other => Err(JsonError(format!("`{name}` is not a whole number"))),
    }
}

/// An object inside an [`Object`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Members<'a>(&'a Map<String, Value>);

impl<'a> Members<'a> {
    pub(crate) fn to_map(self) -> Map<String, Value> {
        self.0.clone()
    }

    /// A whole number from 0 to 2^53 − 1.
    pub(crate) fn integer(self, name: &str) -> Result<Option<u64>, JsonError> {
        self.0.get(name).map(|value| whole(name, value)).transpose()
    }

    /// An array of pairs of whole numbers.
    pub(crate) fn pairs(self, name: &str) -> Result<Option<Vec<(u64, u64)>>, JsonError> {
        let Some(value) = self.0.get(name) else {
            return Ok(None);
        };
        let pair = |value: &Value| match value.as_array().map(Vec::as_slice) {
            Some([first, second]) => Ok((whole(name, first)?, whole(name, second)?)),
            _other => Err(JsonError(format!("`{name}` is not an array of pairs"))),
        };
        let array = value.as_array();
        let array = array.ok_or_else(|| JsonError(format!("`{name}` is not an array of pairs")))?;
        array.iter().map(pair).collect::<Result<_, _>>().map(Some)
    }

    pub(crate) fn string(self, name: &str) -> Result<Option<&'a str>, JsonError> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_other) => Err(JsonError(format!("`{name}` is not a string"))),
        }
    }

    pub(crate) fn object(self, name: &str) -> Result<Option<Self>, JsonError> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::Object(members)) => Ok(Some(Self(members))),
            Some(_other) => Err(JsonError(format!("`{name}` is not an object"))),
        }
    }
}

/// A value in which no object has a member twice; the number is how many levels it may still nest.
pub(crate) struct Strict(u8);

impl Strict {
    pub(crate) const DEFAULT: Self = Self(MAX_DEPTH);

    fn inside<E: serde::de::Error>(&self) -> Result<Self, E> {
        self.0
            .checked_sub(1)
            .map(Self)
            .ok_or_else(|| E::custom("nested too deep"))
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without duplicate members")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = elements.next_element_seed(self.inside()?)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let value = members.next_value_seed(self.inside()?)?;
            if map.insert(name, value).is_some() {
                return Err(serde::de::Error::custom("a member occurs twice"));
            }
        }
        Ok(Value::Object(map))
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
            let object = Object::parse(format!("{{\"n\":{number}}}").as_bytes());
            let integer = object.ok().and_then(|o| o.integer("n").ok().flatten());
            assert_eq!(integer, read, "{number}");
        }
    }

    #[test]
    fn an_error_never_quotes_a_value() {
        let error = Object::parse(br#"{"name":"Ada" "#).unwrap_err();
        assert_eq!(error.0, "not strict JSON at byte 14");
    }
}
