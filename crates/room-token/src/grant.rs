//! What the bearer of a token may do: enter one room, as somebody, within limits.

use std::fmt;

use thiserror::Error;

use crate::{Features, Limits, Parent, RoomName, Windows};

/// One room, and the person who may enter it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Grant {
    room: RoomName,
    person: Person,
    limits: Limits,
    windows: Option<Windows>,
    features: Option<Features>,
    parent: Option<Parent>,
}

impl Grant {
    /// Lets this person into this room.
    pub fn new(room: RoomName, person: Person) -> Self {
        Self {
            room,
            person,
            limits: Limits::default(),
            windows: None,
            features: None,
            parent: None,
        }
    }

    /// The same grant within these limits.
    #[must_use]
    pub const fn within(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The same grant during these windows alone.
    #[must_use]
    pub fn during(mut self, windows: Windows) -> Self {
        self.windows = Some(windows);
        self
    }

    /// The same grant with these switches for Jitsi.
    #[must_use]
    pub fn with_features(mut self, features: Features) -> Self {
        self.features = Some(features);
        self
    }

    /// The same grant, dead as soon as the link it was made from is.
    #[must_use]
    pub fn derived_from(mut self, parent: Parent) -> Self {
        self.parent = Some(parent);
        self
    }

    /// The link it was made from.
    pub const fn parent(&self) -> Option<&Parent> {
        self.parent.as_ref()
    }

    /// How late, and how many.
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// When the door is open, for a series.
    pub const fn windows(&self) -> Option<&Windows> {
        self.windows.as_ref()
    }

    /// Switches for Jitsi.
    pub const fn features(&self) -> Option<&Features> {
        self.features.as_ref()
    }

    /// The room.
    pub const fn room(&self) -> &RoomName {
        &self.room
    }

    /// The person.
    pub const fn person(&self) -> &Person {
        &self.person
    }
}

/// Who enters: Jitsi's `context.user`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Person {
    pub(crate) affiliation: Affiliation,
    pub(crate) name: Option<DisplayName>,
    pub(crate) id: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) avatar: Option<String>,
}

impl Person {
    /// The longest `id`, `email` or `avatar`, in bytes.
    pub const MAX_DETAIL_BYTES: usize = 512;

    /// Somebody without a name.
    pub const fn anonymous(affiliation: Affiliation) -> Self {
        Self {
            affiliation,
            name: None,
            id: None,
            email: None,
            avatar: None,
        }
    }

    /// A guest with a display name.
    ///
    /// # Errors
    /// As [`DisplayName::parse`].
    pub fn member(name: &str) -> Result<Self, PersonError> {
        Ok(Self::anonymous(Affiliation::Member).named(DisplayName::parse(name)?))
    }

    /// An owner (moderator) with a display name.
    ///
    /// # Errors
    /// As [`DisplayName::parse`].
    pub fn owner(name: &str) -> Result<Self, PersonError> {
        Ok(Self::anonymous(Affiliation::Owner).named(DisplayName::parse(name)?))
    }

    /// The same person, with a display name.
    #[must_use]
    pub fn named(mut self, name: DisplayName) -> Self {
        self.name = Some(name);
        self
    }

    /// The same person, with a name of the issuer's own, by which links can be revoked.
    ///
    /// # Errors
    /// [`PersonError::TooLong`] and [`PersonError::ControlCharacter`].
    pub fn identified(mut self, id: &str) -> Result<Self, PersonError> {
        self.id = Some(Self::detail(id)?);
        Ok(self)
    }

    /// The same person, with an e-mail address.
    ///
    /// # Errors
    /// As [`Person::identified`].
    pub fn with_email(mut self, email: &str) -> Result<Self, PersonError> {
        self.email = Some(Self::detail(email)?);
        Ok(self)
    }

    /// The same person, with a picture's URL.
    ///
    /// # Errors
    /// As [`Person::identified`].
    pub fn with_avatar(mut self, avatar: &str) -> Result<Self, PersonError> {
        self.avatar = Some(Self::detail(avatar)?);
        Ok(self)
    }

    /// Owner or member.
    pub const fn affiliation(&self) -> Affiliation {
        self.affiliation
    }

    /// What others see.
    pub fn name(&self) -> Option<&DisplayName> {
        self.name.as_ref()
    }

    /// The issuer's own name for this person.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// An e-mail address, passed through.
    pub fn email(&self) -> Option<&str> {
        self.email.as_deref()
    }

    /// A picture's URL, passed through.
    pub fn avatar(&self) -> Option<&str> {
        self.avatar.as_deref()
    }

    /// A detail that may be passed on: short, and without control characters.
    pub(crate) fn detail(text: &str) -> Result<String, PersonError> {
        if text.len() > Self::MAX_DETAIL_BYTES {
            return Err(PersonError::TooLong { bytes: text.len() });
        }
        if text.chars().any(char::is_control) {
            return Err(PersonError::ControlCharacter);
        }
        Ok(text.to_owned())
    }
}

/// What a person is in the room (XEP-0045 §5.2); Jitsi calls an owner a moderator.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Affiliation {
    /// A guest.
    Member,
    /// A moderator.
    Owner,
}

impl Affiliation {
    /// The word in the token, in Lua and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Owner => "owner",
        }
    }

    /// Reads that word.
    ///
    /// # Errors
    /// [`PersonError::Affiliation`] for any other.
    pub fn parse(word: &str) -> Result<Self, PersonError> {
        match word {
            "member" => Ok(Self::Member),
            "owner" => Ok(Self::Owner),
            _other => Err(PersonError::Affiliation),
        }
    }
}

/// A name that others see: 1 to 128 characters, none of them control characters.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DisplayName(String);

impl DisplayName {
    /// The longest name, in characters.
    pub const MAX_CHARS: usize = 128;

    /// Takes a name as typed; white space around it goes.
    ///
    /// # Errors
    /// [`PersonError::EmptyName`], [`PersonError::NameTooLong`], [`PersonError::ControlCharacter`].
    pub fn parse(typed: &str) -> Result<Self, PersonError> {
        let name = typed.trim();
        if name.is_empty() {
            return Err(PersonError::EmptyName);
        }
        if name.chars().count() > Self::MAX_CHARS {
            return Err(PersonError::NameTooLong);
        }
        if name.chars().any(char::is_control) {
            return Err(PersonError::ControlCharacter);
        }
        Ok(Self(name.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DisplayName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a person cannot be described so.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum PersonError {
    /// Neither owner nor member.
    #[error("the affiliation is neither `owner` nor `member`; choose one of them")]
    Affiliation,
    /// A line break, a NUL or the like.
    #[error("there is a line break or another control character in it; leave it out")]
    ControlCharacter,
    /// Nothing but white space.
    #[error("the display name is empty; write one, or leave it out")]
    EmptyName,
    /// Over [`DisplayName::MAX_CHARS`].
    #[error("the display name has more than 128 characters; choose a shorter one")]
    NameTooLong,
    /// Over [`Person::MAX_DETAIL_BYTES`].
    #[error("a detail of the person has {bytes} bytes, more than 512; shorten it")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_display_name_has_bounds() {
        assert_eq!(DisplayName::parse("  Ada ").unwrap().as_str(), "Ada");
        assert!(DisplayName::parse(&"ü".repeat(128)).is_ok());
        for (typed, error) in [
            (" \t", PersonError::EmptyName),
            ("Ada\nLovelace", PersonError::ControlCharacter),
            (&"a".repeat(129), PersonError::NameTooLong),
        ] {
            assert_eq!(DisplayName::parse(typed), Err(error), "{typed:?}");
        }
    }

    #[test]
    fn an_affiliation_is_one_of_two_words() {
        for affiliation in [Affiliation::Member, Affiliation::Owner] {
            assert_eq!(Affiliation::parse(affiliation.as_str()), Ok(affiliation));
        }
        assert_eq!(Affiliation::parse("Owner"), Err(PersonError::Affiliation));
    }
}
