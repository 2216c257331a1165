//! Searching, and what was taken back, on both databases: the same as a look at every link would find.

use room_token::{Affiliation, KeyId, Revoked, RoomPattern, Verifier, WhenStale};

use super::*;
use crate::kept_grant::as_parent;
use crate::{Revocation, RevocationList};

fn office(seed: u8) -> Office {
    Office::new(
        SigningKey::from_seed(&[seed; 32]).into(),
        Deployment::default(),
        Some(BaseUrl::parse("https://meet.example.org").unwrap()),
    )
}

/// A link of its own kind for each number.
fn numbered(number: u8) -> IssuedLink {
    let rooms = ["exam-math", "exam-x", "Board", "exam", "[x]"];
    let room = RoomName::parse(rooms[usize::from(number) % 4]).unwrap();
    let room = if number.is_multiple_of(7) {
        room.in_tenant("acme").unwrap()
    } else {
        room
    };
    let person = match number % 3 {
        0 => Person::owner("Ada Lovelace")
            .unwrap()
            .identified("ada")
            .unwrap(),
        1 => Person::member("Émile").unwrap(),
        _ => Person::anonymous(Affiliation::Owner)
            .identified("bob")
            .unwrap(),
    };
    let issued_at = now().plus(u64::from(number));
    let start = number.is_multiple_of(5).then(|| issued_at.plus(4000));
    let end = issued_at.plus(if number % 4 == 1 { 60 } else { 7200 });
    let validity = Validity::new(
        issued_at,
        start,
        end.max(issued_at.plus(5000 * u64::from(start.is_some()) + 1)),
    )
    .unwrap();
    let id = TokenId::from_bytes([number; 8]);
    office(7 + number % 2)
        .issue(Grant::new(room, person), validity, id)
        .unwrap()
}

async fn fill(ledger: &Ledger) -> Vec<IssuedLink> {
    let mut all: Vec<_> = (1..60).map(numbered).collect();
    for (index, issued) in all.iter().enumerate() {
        let actor = if index % 2 == 0 { "ada" } else { "bob" };
        ledger.record(actor, issued, now()).await.unwrap();
    }
    for number in [3, 6, 8] {
        let jti = TokenId::from_bytes([number; 8]).to_string();
        let row = ledger.link(&jti).await.unwrap().unwrap();
        let parent = as_parent(&row).unwrap();
        let grant = Grant::new(
            RoomName::from_canonical(&row.record.room).unwrap(),
            Person::anonymous(Affiliation::Member),
        );
        let validity = Validity::new(now().plus(100), None, row.record.expires_at).unwrap();
        let id = TokenId::from_bytes([number + 100; 8]);
        let guest = office(7 + number % 2)
            .issue(grant.derived_from(parent), validity, id)
            .unwrap();
        let relation = Relation::GuestOf(&row);
        ledger
            .record_next("ada", &guest, relation, now())
            .await
            .unwrap();
        all.push(guest);
    }
    all
}

fn lists() -> Vec<RevocationList> {
    let room = |text| Revoked::Room(RoomPattern::from_canonical(text).unwrap());
    let key = SigningKey::from_seed(&[8; 32]).id().to_string();
    let each = [
        vec![],
        vec![Revoked::Token(TokenId::from_bytes([6; 8]))],
        vec![Revoked::Key(KeyId::parse(&key).unwrap())],
        vec![Revoked::Person("ada".to_owned())],
        vec![room("board")],
        vec![
            room("exam-*"),
            room("*"),
            Revoked::Token(TokenId::from_bytes([8; 8])),
        ],
        vec![room("[acme]ex*"), Revoked::Person("bob".to_owned())],
    ];
    let list = |entries: Vec<Revoked>| {
        let mut list = RevocationList::default();
        for what in entries {
            list.add(Revocation::new(what, now().plus(30)), now());
        }
        list
    };
    each.into_iter().map(list).collect()
}

/// What is found is what a door would refuse, and only that.
async fn what_is_taken_back_is_what_a_door_refuses(ledger: &Ledger, all: &[IssuedLink]) {
    let at = now().plus(200);
    for list in lists() {
        let taken = Taken::of(&list);
        let keys = [7, 8].map(|seed| SigningKey::from_seed(&[seed; 32]));
        let set = room_token::KeySet::of(keys.iter()).unwrap();
        let verifier = Verifier::new(set, Deployment::default()).unwrap();
        let verifier = verifier.with_revocations(list.edition(at), WhenStale::Admit);
        let mut expected = Vec::new();
        for issued in all {
            let room = issued.grant.room().as_str();
            let decision = verifier.decide(issued.token.as_str(), room, at);
            let is_dead = decision == room_token::Decision::Deny(room_token::DenyReason::Revoked);
            let row = ledger.link(issued.id.as_str()).await.unwrap().unwrap();
            // A door that is shut for another reason says that.
            if at < issued.validity.expires_at() && issued.validity.opens_at() <= at {
                assert_eq!(taken.entry_of(&row).is_some(), is_dead, "{row:?}");
            }
            if taken.entry_of(&row).is_some() && at < issued.validity.expires_at() {
                expected.push(row.seq);
            }
        }
        expected.sort_unstable_by(|one, other| other.cmp(one));
        let filter = LinkFilter {
            state: Some(LinkState::Revoked),
            ..LinkFilter::default()
        };
        let page = ledger.search(&filter, &taken, at, 100).await.unwrap();
        let found: Vec<_> = page.rows.iter().map(|row| row.seq).collect();
        assert_eq!(found, expected);
        let count = ledger.count_alive(&filter, &taken, at, 100).await.unwrap();
        assert_eq!(usize::try_from(count).unwrap(), expected.len());
    }
}

fn filters() -> Vec<LinkFilter> {
    let mut all = Vec::new();
    for state in [None].into_iter().chain(LinkState::ALL.map(Some)) {
        for (room, person, issuer) in [
            ("", "", ""),
            ("exam-", "", ""),
            ("[acme]", "", ""),
            ("", "ADA", ""),
            ("", "émi", "bob"),
            ("", "bob", ""),
            ("exam", "ada", "ada"),
        ] {
            for within in [vec![], vec!["exam-".to_owned(), "board".to_owned()]] {
                all.push(LinkFilter {
                    within,
                    room: room.to_owned(),
                    person: person.to_owned(),
                    issuer: issuer.to_owned(),
                    state,
                    before: None,
                });
            }
        }
    }
    all
}

fn lets_through(filter: &LinkFilter, taken: &Taken, row: &LinkRow, at: Timestamp) -> bool {
    let (record, room) = (&row.record, row.record.room.as_str());
    let begins = |start: &String| room.starts_with(start.as_str());
    let name = record.name.to_lowercase();
    (filter.within.is_empty() || filter.within.iter().any(begins))
        && room.starts_with(&filter.room)
        && (name.starts_with(&filter.person.to_lowercase()) || record.person == filter.person)
        && (filter.issuer.is_empty() || row.issued_by == filter.issuer)
        && filter
            .state
            .is_none_or(|state| LinkState::of(row, taken, at) == state)
}

async fn every_filter_finds_what_a_look_at_each_finds(ledger: &Ledger, all: &[IssuedLink]) {
    let at = now().plus(200);
    let mut rows = Vec::new();
    for issued in all {
        rows.push(ledger.link(issued.id.as_str()).await.unwrap().unwrap());
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.seq));
    let list = lists().pop().unwrap();
    let taken = Taken::of(&list);
    for (filter, bounds) in filters().into_iter().flat_map(|filter| {
        [
            Bounds::DEFAULT,
            Bounds { few: 0, window: 9 },
            Bounds { few: 12, window: 9 },
        ]
        .map(|b| (filter.clone(), b))
    }) {
        let expected = rows
            .iter()
            .filter(|row| lets_through(&filter, &taken, row, at));
        let expected: Vec<_> = expected.map(|row| row.seq).collect();
        let mut found = Vec::new();
        let mut next = filter.clone();
        loop {
            let search = Search {
                filter: &next,
                taken: &taken,
                now: at,
                bounds,
            };
            let page = search.page(&ledger.pool, 7).await.unwrap();
            found.extend(page.rows.iter().map(|row| row.seq));
            match page.next {
                Some(before) => next.before = Some(before),
                None => break,
            }
        }
        assert_eq!(found, expected, "{filter:?}");
    }
}

async fn rooms_are_found_by_their_times(ledger: &Ledger, all: &[IssuedLink]) {
    let (from, until) = (now().plus(4010), now().plus(4060));
    let holds = |issued: &&IssuedLink| {
        issued.validity.expires_at() > from && issued.validity.opens_at() < until
    };
    let sorted = |mut names: Vec<String>| {
        names.sort();
        names
    };
    let names = |rows: Vec<LinkRow>| sorted(rows.into_iter().map(|row| row.record.jti).collect());
    let expected = |is_meant: &dyn Fn(&str) -> bool| {
        let meant = all.iter().filter(holds);
        let meant = meant.filter(|issued| is_meant(issued.grant.room().as_str()));
        sorted(meant.map(|issued| issued.id.to_string()).collect())
    };
    let exam = RoomName::parse("exam").unwrap();
    let found = ledger.bookings(&exam, from, until).await.unwrap();
    assert_eq!(names(found), expected(&|room| room == "exam"));
    for start in ["", "exam-", "[acme]"] {
        let found = ledger.between(&[], start, from, until, 500).await.unwrap();
        assert_eq!(
            names(found),
            expected(&|room| room.starts_with(start)),
            "{start}"
        );
    }
}

async fn what_was_issued_is_counted(ledger: &Ledger, all: &[IssuedLink]) {
    for (since, within) in [(0, ""), (30, ""), (0, "exam-"), (30, "exam-"), (9999, "")] {
        let since = now().plus(since);
        let within = Vec::from_iter(Some(within.to_owned()).filter(|start| !start.is_empty()));
        let counted = ledger.issued_by_quarter(&within, since).await.unwrap();
        let meant = all.iter().filter(|issued| {
            let room = issued.grant.room().as_str();
            issued.validity.issued_at() >= since
                && within.iter().all(|start| room.starts_with(start))
        });
        let sum: u64 = counted.iter().map(|(_, count)| count).sum();
        assert_eq!(sum, meant.count() as u64, "{since} {within:?}");
        assert!(
            counted
                .iter()
                .all(|(at, _)| at.as_secs().is_multiple_of(900))
        );
    }
}

async fn what_calendars_say_comes_with_the_link(ledger: &Ledger) {
    let links = [200, 201].map(numbered);
    let note = MeetingNote {
        title: "Board".to_owned(),
        ..MeetingNote::default()
    };
    let notes = [note.clone(), MeetingNote::default()];
    ledger
        .record_meetings("ada", &links, &notes, now())
        .await
        .unwrap();
    let [first, second] = links.map(|link| link.id.to_string());
    let row = ledger.link(&first).await.unwrap().unwrap();
    assert_eq!(row.note, Some(note.clone()));
    assert_eq!(ledger.link(&second).await.unwrap().unwrap().note, None);
    // Issued once more, it is the same meeting.
    let again = numbered(202);
    let relation = Relation::SameAs(&row);
    ledger
        .record_next("ada", &again, relation, now())
        .await
        .unwrap();
    let again = ledger.link(again.id.as_str()).await.unwrap().unwrap();
    assert_eq!(again.note, Some(note));
}

/// Everything that a list promises.
async fn lists_what_there_is(ledger: &Ledger) {
    let all = fill(ledger).await;
    what_is_taken_back_is_what_a_door_refuses(ledger, &all).await;
    every_filter_finds_what_a_look_at_each_finds(ledger, &all).await;
    rooms_are_found_by_their_times(ledger, &all).await;
    what_was_issued_is_counted(ledger, &all).await;
    what_calendars_say_comes_with_the_link(ledger).await;
    ledger.verify(None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_lists_what_there_is() {
    let folder = tempfile::tempdir().unwrap();
    lists_what_there_is(&open(folder.path()).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgresql_lists_what_there_is() {
    let postgres = Postgres::start();
    let address = LedgerAddress::parse(&postgres.url()).unwrap();
    lists_what_there_is(&Ledger::open(&address).await.unwrap()).await;
}
