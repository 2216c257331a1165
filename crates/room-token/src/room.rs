//! Room names, spelled the same way on both sides of the token.
//!
//! The issuer signs a room name; Prosody compares it with the localpart of a room's JID, which Jitsi's client
//! made from what stood in the address bar. Were the two spelled differently, an invited guest would be locked
//! out, or one room could be opened twice. So there is one rule, Jitsi's own, and no other way to a [`RoomName`].

mod pattern;
mod spell;

use std::fmt;

use thiserror::Error;

pub use self::pattern::RoomPattern;
use self::spell::spell;

/// The localpart of a room's JID, in canonical form: lower-case ASCII letters, digits, `-_.~` and `%xx`; in a
/// tenant, `[tenant]` and then that (Jitsi's `mod_muc_domain_mapper`).
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RoomName {
    text: String,
    /// Where the tenant's brackets end; 0 without a tenant.
    local_at: usize,
}

impl RoomName {
    /// The longest canonical name, in bytes, without its tenant.
    pub const MAX_BYTES: usize = 256;

    /// Parses what a person typed or an address bar showed.
    ///
    /// ```
    /// # use room_token::RoomName;
    /// assert_eq!(RoomName::parse("Überraum")?.as_str(), "%c3%bcberraum");
    /// assert_eq!(RoomName::parse("My Room?")?.as_str(), "my%20room");
    /// # Ok::<(), room_token::RoomNameError>(())
    /// ```
    ///
    /// # Errors
    /// [`RoomNameError`] says which; every text says what to type instead.
    pub fn parse(typed: &str) -> Result<Self, RoomNameError> {
        let text = spell(typed);
        if text.is_empty() {
            return Err(RoomNameError::Empty);
        }
        if text.len() > Self::MAX_BYTES {
            return Err(RoomNameError::TooLong { bytes: text.len() });
        }
        // Browsers take them for folders (WHATWG URL, single-dot and double-dot path segments).
        if matches!(text.as_str(), "." | "..") {
            return Err(RoomNameError::Dots);
        }
        // Proxies decode a name once or twice before they compare it, and would take `%2541` for another than we.
        if text.contains("%25") {
            return Err(RoomNameError::Percent);
        }
        // The client spells the name again when it opens our link. A name that moves is not one room.
        if spell(&text) != text {
            return Err(RoomNameError::Unstable);
        }
        Ok(Self { text, local_at: 0 })
    }

    /// Takes a name that claims to be canonical already, as a token's `room` does.
    ///
    /// # Errors
    /// [`RoomNameError::NotCanonical`] if [`RoomName::parse`] would spell it differently.
    pub fn from_canonical(name: &str) -> Result<Self, RoomNameError> {
        let room = match name.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((tenant, local)) => Self::parse(local)?.in_tenant(tenant)?,
            None => Self::parse(name)?,
        };
        if room.text != name {
            return Err(RoomNameError::NotCanonical);
        }
        Ok(room)
    }

    /// The room of the same name in a tenant of Jitsi: what its client opens at `/TENANT/ROOM`.
    ///
    /// # Errors
    /// [`RoomNameError::Tenant`] for what cannot be a part of a host name.
    pub fn in_tenant(&self, tenant: &str) -> Result<Self, RoomNameError> {
        let tenant = tenant_name(tenant)?;
        Ok(Self {
            text: format!("[{tenant}]{}", self.local()),
            local_at: tenant.len() + 2,
        })
    }

    /// The canonical form, as Prosody has it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The name without its tenant.
    pub fn local(&self) -> &str {
        self.text.get(self.local_at..).unwrap_or(&self.text)
    }

    /// The tenant, if it is in one.
    pub fn tenant(&self) -> Option<&str> {
        let (tenant, _) = self.text.strip_prefix('[')?.split_once(']')?;
        Some(tenant)
    }

    /// What stands behind the host in a link: `ROOM` or `TENANT/ROOM`.
    pub fn path(&self) -> String {
        match self.tenant() {
            Some(tenant) => format!("{tenant}/{}", self.local()),
            None => self.text.clone(),
        }
    }
}

impl fmt::Display for RoomName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A tenant becomes a part of the conference host's name in the client.
fn tenant_name(typed: &str) -> Result<String, RoomNameError> {
    let tenant = typed.to_ascii_lowercase();
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_');
    if tenant.is_empty() || tenant.len() > 63 || !tenant.bytes().all(fits) {
        return Err(RoomNameError::Tenant);
    }
    Ok(tenant)
}

/// Why a text cannot name a room.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum RoomNameError {
    /// `.` or `..`.
    #[error(
        "no link can lead to a room called `.` or `..`, because browsers take them for folders; use letters or digits"
    )]
    Dots,
    /// Nothing was left of it.
    #[error(
        "the room name is empty once Jitsi's forbidden characters are gone; use letters or digits"
    )]
    Empty,
    /// It was said to be canonical and is not.
    #[error("the room name is not in canonical form; sign the canonical one")]
    NotCanonical,
    /// A per cent sign.
    #[error("a per cent sign in a room's name leads load balancers astray; leave it out")]
    Percent,
    /// Not a tenant.
    #[error(
        "a tenant has 1 to 63 characters out of a-z 0-9 - _; take the part of Jitsi's path before the room"
    )]
    Tenant,
    /// Over [`RoomName::MAX_BYTES`].
    #[error("the room name has {bytes} bytes once encoded, more than 256; choose a shorter one")]
    TooLong {
        /// Its length in canonical form.
        bytes: usize,
    },
    /// Jitsi's client would spell it differently each time.
    #[error("Jitsi would not keep this room name as it is; leave out percent-encoded punctuation")]
    Unstable,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn percent_encoded_punctuation_cannot_smuggle_a_wildcard() {
        for typed in ["%2a", "team-%2A", "%28x%29", "%21", "%27"] {
            assert_eq!(
                RoomName::parse(typed),
                Err(RoomNameError::Unstable),
                "{typed}"
            );
        }
    }

    #[test]
    fn a_per_cent_sign_that_encodes_nothing_is_refused() {
        for typed in ["100%", "%zz%41", "%ff", "%2541"] {
            assert_eq!(
                RoomName::parse(typed),
                Err(RoomNameError::Percent),
                "{typed}"
            );
        }
        assert_eq!(RoomName::parse("%41").unwrap().as_str(), "a");
    }

    #[test]
    fn only_the_canonical_form_is_canonical() {
        assert!(RoomName::from_canonical("my%20room").is_ok());
        for name in ["My%20room", "my room", "my%20room?", "%41", "%C3%BC", "ﬀoo"] {
            assert_eq!(
                RoomName::from_canonical(name),
                Err(RoomNameError::NotCanonical),
                "{name}"
            );
        }
    }

    #[test]
    fn a_tenant_stands_in_brackets_and_in_the_path() {
        let room = RoomName::parse("Standup")
            .unwrap()
            .in_tenant("Acme")
            .unwrap();
        assert_eq!(room.as_str(), "[acme]standup");
        assert_eq!(room.path(), "acme/standup");
        assert_eq!((room.tenant(), room.local()), (Some("acme"), "standup"));
        assert_eq!(RoomName::from_canonical("[acme]standup"), Ok(room));
        for tenant in ["", "a b", "a.b", "[a]", &"a".repeat(64)] {
            let room = RoomName::parse("x").unwrap().in_tenant(tenant);
            assert_eq!(room, Err(RoomNameError::Tenant), "{tenant}");
        }
        for name in [
            "[Acme]standup",
            "[]standup",
            "[acme]",
            "[acme",
            "[acme]Standup",
            "[a][b]c",
        ] {
            assert!(RoomName::from_canonical(name).is_err(), "{name}");
        }
    }

    #[test]
    fn the_length_is_counted_in_encoded_bytes() {
        assert!(RoomName::parse(&"a".repeat(256)).is_ok());
        let error = RoomName::parse(&"ü".repeat(43)).unwrap_err();
        assert_eq!(error, RoomNameError::TooLong { bytes: 258 });
    }

    proptest! {
        #[test]
        fn parsing_is_idempotent(typed in any::<String>()) {
            if let Ok(name) = RoomName::parse(&typed) {
                prop_assert_eq!(RoomName::parse(name.as_str()), Ok(name.clone()));
                prop_assert_eq!(RoomName::from_canonical(name.as_str()), Ok(name));
            }
        }

        #[test]
        fn a_canonical_name_is_plain(typed in any::<String>()) {
            if let Ok(name) = RoomName::parse(&typed) {
                let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.~%".contains(&b);
                prop_assert!(name.as_str().bytes().all(plain), "{}", name);
            }
        }
    }
}
