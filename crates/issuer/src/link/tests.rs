//! Addresses, and the links made of them.

use room_token::{Deployment, Grant, Lifetime, Person, SigningKey, Timestamp, TokenId, Validity};

use super::*;
use crate::ReceivedLink;

fn token() -> SignedToken {
    let now = Timestamp::from_secs(1_767_225_600).unwrap();
    let validity = Validity::lasting(now, Lifetime::from_hours(2).unwrap()).unwrap();
    let grant = Grant::new(
        RoomName::parse("x").unwrap(),
        Person::member("Ada").unwrap(),
    );
    let id = TokenId::from_bytes([1; 8]);
    let key = SigningKey::from_seed(&[7; 32]);
    key.issue(&Deployment::default(), &grant, &validity, &id)
        .unwrap()
}

#[test]
fn a_base_url_is_an_origin_and_perhaps_a_tenant() {
    for (typed, text) in [
        ("https://meet.example.org", "https://meet.example.org"),
        (
            " https://Meet.Example.org:443// ",
            "https://meet.example.org",
        ),
        ("http://localhost:8000/", "http://localhost:8000"),
        (
            "https://meet.example.org/Acme/",
            "https://meet.example.org/acme",
        ),
        ("http://[::1]:8000/a-b_9", "http://[::1]:8000/a-b_9"),
    ] {
        let base = BaseUrl::parse(typed).unwrap();
        assert_eq!(base.to_string(), text);
        let tenant = text.strip_prefix(base.origin()).unwrap();
        assert_eq!(base.tenant(), tenant.strip_prefix('/'), "{typed}");
    }
    for (typed, error) in [
        ("", LinkError::Scheme),
        ("meet.example.org", LinkError::Scheme),
        ("ftp://meet.example.org", LinkError::Scheme),
        ("javascript:alert(1)", LinkError::Scheme),
        ("https://", LinkError::Address),
        ("https://meet example", LinkError::Address),
        ("https://ada@meet.example.org", LinkError::Credentials),
        ("https://:x@meet.example.org", LinkError::Credentials),
        ("https://meet.example.org/?a=b", LinkError::Tail),
        ("https://meet.example.org/#", LinkError::Tail),
        ("https://meet.example.org/acme/sales", LinkError::Path),
        ("https://meet.example.org/a.b", LinkError::Tenant),
        ("https://meet.example.org/%C3%BC", LinkError::Tenant),
    ] {
        assert_eq!(BaseUrl::parse(typed), Err(error), "{typed}");
    }
}

#[test]
fn the_client_finds_the_same_room_in_the_link() {
    let base = BaseUrl::parse("https://meet.example.org").unwrap();
    let acme = BaseUrl::parse("https://meet.example.org/acme").unwrap();
    for typed in [
        "weekly-sync",
        "Überraum",
        "My Room",
        "a..b",
        "~x~",
        "ТЕСТ",
        "...",
    ] {
        let (room, theirs) = (base.room(typed).unwrap(), acme.room(typed).unwrap());
        assert_eq!(theirs.as_str(), format!("[acme]{room}"));
        for (base, room, path) in [
            (&base, &room, format!("/{room}")),
            (&acme, &theirs, format!("/acme/{room}")),
        ] {
            let link = JoinLink::new(base, room, &token());
            assert_eq!(Url::parse(link.as_str()).unwrap().path(), path);
            let place = ReceivedLink::parse(link.as_str()).unwrap().place();
            assert_eq!(place.unwrap().node(), room.as_str(), "{typed}");
        }
    }
}

#[test]
fn debug_hides_the_token() {
    let base = BaseUrl::parse("https://meet.example.org").unwrap();
    let link = JoinLink::new(&base, &RoomName::parse("sync").unwrap(), &token());
    assert_eq!(
        format!("{link:?}"),
        "JoinLink(https://meet.example.org/sync?jwt=…)"
    );
}
