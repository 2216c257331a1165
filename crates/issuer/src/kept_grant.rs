//! What the ledger keeps of a link, as what may be signed once more: the claims, without a token.
//!
//! Only what this issuer signed is in its ledger, so this reads our own words back; what it cannot read, it does not
//! sign.

use room_token::{
    Affiliation, DisplayName, Features, Grant, KeyId, Limits, Parent, Person, RoomName, Run,
    Timestamp, TokenId, Validity, Windows,
};
use serde_json::Value;

use crate::LinkRow;

/// A link's grant and times.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct KeptGrant {
    pub(crate) grant: Grant,
    pub(crate) validity: Validity,
}

impl KeptGrant {
    /// `None` if it cannot be read, or was made from an owner's link that the ledger does not know: the new one would
    /// outlive that.
    pub(crate) fn of(row: &LinkRow) -> Option<Self> {
        let claims: Value = serde_json::from_str(&row.record.claims).ok()?;
        let room = RoomName::from_canonical(claims.get("room")?.as_str()?).ok()?;
        let mut grant = Grant::new(room, person(&claims)?).within(limits(&claims)?);
        if let Some(win) = claims.get("win") {
            grant = grant.during(windows(win)?);
        }
        if let Some(features) = claims.pointer("/context/features") {
            grant = grant.with_features(switches(features)?);
        }
        if claims.get("parent").is_some() {
            grant = grant.derived_from(parent(row)?);
        }
        let validity = Validity::new(
            time(&claims, "iat")?,
            time(&claims, "nbf"),
            time(&claims, "exp")?,
        );
        Some(Self {
            grant,
            validity: validity.ok()?,
        })
    }
}

/// How a guest's link names this one as the owner's that it was made from.
pub(crate) fn as_parent(row: &LinkRow) -> Option<Parent> {
    let record = &row.record;
    known(&record.jti, &record.kid, &record.person, record.issued_at)
}

fn parent(row: &LinkRow) -> Option<Parent> {
    let origin = row.origin.as_ref()?;
    known(
        &row.record.parent,
        &origin.kid,
        &origin.person,
        origin.issued_at,
    )
}

fn known(jti: &str, kid: &str, person: &str, issued_at: Timestamp) -> Option<Parent> {
    let (id, key) = (TokenId::parse(jti).ok()?, KeyId::parse(kid).ok()?);
    let person = Some(person).filter(|person| !person.is_empty());
    Some(Parent::known(id, key, person, issued_at))
}

fn time(claims: &Value, name: &str) -> Option<Timestamp> {
    Timestamp::from_secs(claims.get(name)?.as_u64()?).ok()
}

fn person(claims: &Value) -> Option<Person> {
    let user = claims.pointer("/context/user")?;
    let text = |name: &str| user.get(name).and_then(Value::as_str);
    let mut person = Person::anonymous(Affiliation::parse(text("affiliation")?).ok()?);
    if let Some(name) = text("name") {
        person = person.named(DisplayName::parse(name).ok()?);
    }
    if let Some(id) = text("id") {
        person = person.identified(id).ok()?;
    }
    if let Some(email) = text("email") {
        person = person.with_email(email).ok()?;
    }
    match text("avatar") {
        Some(avatar) => person.with_avatar(avatar).ok(),
        None => Some(person),
    }
}

fn limits(claims: &Value) -> Option<Limits> {
    let mut limits = Limits::default();
    if let Some(latest) = time(claims, "join_by") {
        limits = limits.joining_by(latest);
    }
    if let Some(seats) = claims.get("seats") {
        limits = limits.with_seats(seats.as_u64()?).ok()?;
    }
    match claims.get("max_occupants") {
        Some(most) => limits.with_max_occupants(most.as_u64()?).ok(),
        None => Some(limits),
    }
}

fn windows(win: &Value) -> Option<Windows> {
    let run = |pair: &Value| {
        let start = Timestamp::from_secs(pair.get(0)?.as_u64()?).ok()?;
        let count = pair.get(1)?.as_u64()?;
        Some(Run { start, count })
    };
    let runs: Option<Vec<_>> = win.get("s")?.as_array()?.iter().map(run).collect();
    let (duration, period) = (win.get("d")?.as_u64()?, win.get("p")?.as_u64()?);
    Windows::new(duration, period, runs?).ok()
}

fn switches(features: &Value) -> Option<Features> {
    let pairs = features.as_object()?.iter();
    let pairs: Option<Vec<_>> = pairs
        .map(|(name, on)| Some((name.as_str(), on.as_bool()?)))
        .collect();
    Features::new(pairs?).ok()
}

#[cfg(test)]
mod tests {
    use room_token::{Deployment, SigningKey};

    use super::*;
    use crate::{BaseUrl, IssuedLink, LinkRecord, Office};

    fn issue(grant: Grant, validity: Validity) -> IssuedLink {
        let base_url = BaseUrl::parse("https://meet.example.org").unwrap();
        let key = SigningKey::from_seed(&[7; 32]);
        let office = Office::new(key.into(), Deployment::default(), Some(base_url));
        office
            .issue(grant, validity, TokenId::from_bytes([1; 8]))
            .unwrap()
    }

    fn row(issued: &IssuedLink) -> LinkRow {
        LinkRow {
            seq: 1,
            issued_by: "ada".to_owned(),
            record: LinkRecord::of(issued),
            origin: None,
            note: None,
        }
    }

    fn at(secs: u64) -> Timestamp {
        Timestamp::from_secs(secs).unwrap()
    }

    #[test]
    fn what_was_signed_is_read_back_whole() {
        let person = Person::owner("Ada \"the\" Countess").unwrap();
        let person = person.identified("u7").unwrap();
        let person = person.with_email("ada@example.org").unwrap();
        let person = person.with_avatar("https://example.org/a.png").unwrap();
        let limits = Limits::default().joining_by(at(1500));
        let limits = limits
            .with_seats(2)
            .unwrap()
            .with_max_occupants(20)
            .unwrap();
        let run = Run {
            start: at(1200),
            count: 3,
        };
        let features = Features::new([("recording", true), ("livestreaming", false)]).unwrap();
        let room = RoomName::parse("Überraum").unwrap();
        let whole = Grant::new(room.in_tenant("acme").unwrap(), person)
            .within(limits)
            .during(Windows::new(60, 120, vec![run]).unwrap())
            .with_features(features);
        let plain = Grant::new(room, Person::anonymous(Affiliation::Member));
        for grant in [whole, plain] {
            for not_before in [None, Some(at(1100))] {
                let validity = Validity::new(at(1000), not_before, at(2000)).unwrap();
                let kept = KeptGrant::of(&row(&issue(grant.clone(), validity))).unwrap();
                assert_eq!(
                    kept,
                    KeptGrant {
                        grant: grant.clone(),
                        validity
                    }
                );
            }
        }
    }

    #[test]
    fn a_guests_link_keeps_its_parent_or_is_not_signed_again() {
        let validity = Validity::new(at(1000), None, at(2000)).unwrap();
        let owner = Grant::new(
            RoomName::parse("a").unwrap(),
            Person::owner("Ada").unwrap().identified("u7").unwrap(),
        );
        let owner = row(&issue(owner, validity));
        let guest = Person::anonymous(Affiliation::Member);
        let guest = Grant::new(RoomName::parse("a").unwrap(), guest)
            .derived_from(as_parent(&owner).unwrap());
        let mut guest_row = row(&issue(guest.clone(), validity));
        assert_eq!(guest_row.record.parent, owner.record.jti);
        assert_eq!(KeptGrant::of(&guest_row), None, "its parent is not known");
        guest_row.origin = Some(crate::Origin {
            kid: owner.record.kid,
            person: owner.record.person,
            issued_at: owner.record.issued_at,
        });
        assert_eq!(KeptGrant::of(&guest_row).unwrap().grant, guest);
    }
}
