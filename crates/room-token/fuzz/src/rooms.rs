use room_token::{RoomName, RoomPattern};

use super::signer::texts;

/// What was typed: a name that is taken is spelled once and for all.
pub fn room_name(bytes: &[u8]) {
    let Ok(typed) = str::from_utf8(bytes) else {
        return;
    };
    if let Ok(name) = RoomName::parse(typed) {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.~%".contains(&b);
        assert!(name.as_str().bytes().all(plain), "{name}");
        assert!((1..=RoomName::MAX_BYTES).contains(&name.as_str().len()));
        assert_eq!(RoomName::parse(name.as_str()), Ok(name.clone()));
        assert_eq!(RoomName::from_canonical(name.as_str()), Ok(name.clone()));
        assert_eq!(name.path(), name.as_str());
        let tenanted = name.in_tenant("acme").unwrap();
        assert_eq!(
            RoomName::from_canonical(tenanted.as_str()),
            Ok(tenanted.clone())
        );
        assert_eq!(tenanted.local(), name.as_str());
    }
    if let Ok(name) = RoomName::from_canonical(typed) {
        assert_eq!(name.as_str(), typed);
        assert_eq!(RoomPattern::from_canonical(typed), Ok(name.into()));
    }
}

/// `pattern 0xff pattern 0xff room`: what covers a pattern matches all that the pattern matches.
pub fn room_pattern(bytes: &[u8]) {
    let Some([wide, narrow, room]) = texts(bytes) else {
        return;
    };
    let (Ok(wide), Ok(narrow)) = (checked(wide), checked(narrow)) else {
        return;
    };
    assert!(!wide.covers(&narrow) || !narrow.matches(room) || wide.matches(room));
    assert!(!wide.covers(&narrow) || !narrow.covers(&wide) || wide == narrow);
    assert!(!wide.matches(room) || checked(room).is_ok_and(|room| wide.covers(&room)));
}

fn checked(text: &str) -> Result<RoomPattern, room_token::RoomNameError> {
    let pattern = RoomPattern::from_canonical(text)?;
    assert_eq!(pattern.to_string(), text);
    assert!(pattern.covers(&pattern), "{pattern}");
    assert_eq!(pattern.is_wildcard(), text.ends_with('*'));
    assert_eq!(pattern.matches(text), !pattern.is_wildcard());
    Ok(pattern)
}
