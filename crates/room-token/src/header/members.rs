//! A header's members, borrowed from its bytes.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::json::{ReadText, Strict};

/// More members than any header of ours or of a JWT library has.
const MOST: usize = 16;

/// A value; of what is no string only that it is none.
#[derive(Debug)]
pub(super) enum Member<'a> {
    Text(Cow<'a, str>),
    Other,
}

/// The members, in the order in which they came, none twice.
#[derive(Debug)]
pub(super) struct Members<'a>([Option<(Cow<'a, str>, Member<'a>)>; MOST]);

impl<'a> Members<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, &'static str> {
        const WORDS: &str = "not one unambiguous JSON object";
        // Most garbage ends here, before serde makes an error of it on the heap.
        if bytes.trim_ascii_start().first() != Some(&b'{') {
            return Err(WORDS);
        }
        let mut reader = serde_json::Deserializer::from_slice(bytes);
        let members = reader.deserialize_map(ReadMembers);
        let members = members.and_then(|members| reader.end().map(|()| members));
        members.map_err(|_| WORDS)
    }

    /// The filled places come first.
    fn filled(&self) -> impl Iterator<Item = &(Cow<'a, str>, Member<'a>)> {
        self.0.iter().map_while(Option::as_ref)
    }

    /// The first of these names that is there.
    pub(super) fn first_of(&self, names: &[&'static str]) -> Option<&'static str> {
        let same = |theirs: &Cow<'_, str>| names.iter().find(|ours| theirs == *ours).copied();
        self.filled().find_map(|(name, _)| same(name))
    }

    pub(super) fn kind(&self) -> Option<&Member<'a>> {
        self.filled()
            .find(|(name, _)| name == "typ")
            .map(|(_, value)| value)
    }

    pub(super) fn into_algorithm_and_key(self) -> (Option<Member<'a>>, Option<Member<'a>>) {
        let (mut algorithm, mut key_id) = (None, None);
        for (name, value) in self.0.into_iter().flatten() {
            match name.as_ref() {
                "alg" => algorithm = Some(value),
                "kid" => key_id = Some(value),
                _ignored => {}
            }
        }
        (algorithm, key_id)
    }
}

struct ReadMembers;

impl<'de> Visitor<'de> for ReadMembers {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut source: A) -> Result<Self::Value, A::Error> {
        let mut members = Members([const { None }; MOST]);
        let mut filled = 0;
        while let Some(name) = source.next_key_seed(ReadText)? {
            if members.filled().any(|(theirs, _)| *theirs == name) {
                return Err(A::Error::custom("a member occurs twice"));
            }
            let value = source.next_value_seed(ReadMember)?;
            let slot = members.0.get_mut(filled);
            *slot.ok_or_else(|| A::Error::custom("too many members"))? = Some((name, value));
            filled += 1;
        }
        Ok(members)
    }
}

/// Any value; what is inside of one must be unambiguous too.
struct ReadMember;

impl<'de> DeserializeSeed<'de> for ReadMember {
    type Value = Member<'de>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ReadMember {
    type Value = Member<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without duplicate members")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Member::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Member::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Member::Other)
    }

    fn visit_bool<E>(self, _value: bool) -> Result<Self::Value, E> {
        Ok(Member::Other)
    }

    fn visit_u64<E>(self, _value: u64) -> Result<Self::Value, E> {
        Ok(Member::Other)
    }

    fn visit_i64<E>(self, _value: i64) -> Result<Self::Value, E> {
        Ok(Member::Other)
    }

    fn visit_f64<E>(self, _value: f64) -> Result<Self::Value, E> {
        Ok(Member::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<Self::Value, A::Error> {
        Strict::DEFAULT.visit_seq(elements).map(|_| Member::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Self::Value, A::Error> {
        Strict::DEFAULT.visit_map(members).map(|_| Member::Other)
    }
}
