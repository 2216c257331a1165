use room_token::{Deployment, SigningKey, TokenId};

use super::*;
use crate::Office;

fn now() -> Timestamp {
    Timestamp::parse_rfc3339("2026-03-03T12:00:00Z").unwrap()
}

fn base_url() -> BaseUrl {
    BaseUrl::parse("https://meet.example.org").unwrap()
}

fn parse(text: &str) -> Batch {
    Batch::parse(text.as_bytes(), &base_url(), "Europe/Berlin", now()).unwrap()
}

#[test]
fn each_row_is_a_link_with_all_that_its_cells_say() {
    let batch = parse(
        "\u{feff}Room; name;affiliation;id;email;avatar;start;end;join_by;seats;max_occupants\r\n\
         Weekly Sync;\"Ada; Countess\";owner;u7;ada@example.org;https://e.org/a.png;2026-07-01 15:00;\
         2026-07-01T16:00:00+02:00;2026-07-01 15:30;2;20\r\n;;;;;;;;;;\r\nboard\r\n",
    );
    assert_eq!(batch.errors, []);
    let [first, second] = batch.rows.as_slice() else {
        panic!("{batch:?}")
    };
    let (person, limits) = (first.grant.person(), first.grant.limits());
    assert_eq!(first.grant.room().as_str(), "weekly%20sync");
    assert_eq!(
        person.name().map(room_token::DisplayName::as_str),
        Some("Ada; Countess")
    );
    assert_eq!(
        (person.id(), person.email()),
        (Some("u7"), Some("ada@example.org"))
    );
    assert_eq!(
        (limits.seats(), limits.max_occupants()),
        (Some(2), Some(20))
    );
    let times = [first.validity.opens_at(), first.validity.expires_at()].map(|t| t.to_string());
    assert_eq!(times, ["2026-07-01T13:00:00Z", "2026-07-01T14:00:00Z"]);
    assert_eq!(
        limits.join_by().unwrap().to_string(),
        "2026-07-01T13:30:00Z"
    );
    assert_eq!(
        (second.row, second.validity.expires_at()),
        (4, now().plus(7200))
    );
}

#[test]
fn spans_and_marks_are_those_that_people_type() {
    for mark in [",", ";", "\t"] {
        for (span, secs) in [
            ("90m", 5400),
            ("90 min", 5400),
            ("2h", 7200),
            ("1d", 86_400),
            ("1w", 604_800),
        ] {
            let batch = parse(&format!("lifetime{mark}room\n{span}{mark}a\n"));
            assert_eq!(
                batch.rows[0].validity.expires_at(),
                now().plus(secs),
                "{span}"
            );
        }
    }
}

#[test]
fn what_is_wrong_is_told_by_row_and_column() {
    let header = "room,name,affiliation,id,start,end,lifetime,join_by,seats,max_occupants\n";
    for (row, column, words) in [
        (",,,,,,,,,", "", ""),
        ("?,,,,,,,,,", "room", "use letters or digits"),
        ("a,\"x\ny\",,,,,,,,", "name", "; "),
        ("a,,host,,,,,,,", "affiliation", "; "),
        ("a,,,,soon,,,,,", "start", "write it like 2026-12-01 14:00"),
        ("a,,,,2026-12-01,,,,,", "start", "not a time"),
        ("a,,,,,2026-03-03 10:00,,,,", "end", "; "),
        ("a,,,,,2026-12-01 10:00,2h,,,", "lifetime", "leave one out"),
        ("a,,,,,,2 fortnights,,,", "lifetime", "write it like 90m"),
        ("a,,,,,,401d,,,", "lifetime", "; "),
        (
            "a,,,,,,2h,2026-03-04 10:00,,",
            "join_by",
            "after the link's end",
        ),
        ("a,,,,,,,,0,", "seats", "; "),
        ("a,,,,,,,,x,", "seats", "not a number"),
        ("a,,,,,,,,,100001", "max_occupants", "; "),
        ("a,,,,,,,,,,b", "room", "more cells than there are columns"),
    ] {
        let batch = Batch::parse(
            format!("{header}board\n{row}\n").as_bytes(),
            &base_url(),
            "",
            now(),
        )
        .unwrap();
        assert_eq!(batch.rows.len(), 1, "{row}");
        let Some(error) = batch.errors.first() else {
            assert_eq!(column, "", "{row}");
            continue;
        };
        assert_eq!((error.row, error.column), (3, column), "{row}");
        assert!(error.detail.contains(words), "{error}");
    }
    let all = parse("room,seats,lifetime\n?,0,x\n?,1,1h\n");
    let places: Vec<_> = all.errors.iter().map(|e| (e.row, e.column)).collect();
    assert_eq!(
        places,
        [(2, "room"), (2, "lifetime"), (2, "seats"), (3, "room")]
    );
}

#[test]
fn what_is_no_table_is_refused_whole() {
    let many = "room\n".to_owned() + &"a\n".repeat(Batch::MAX_ROWS + 1);
    for (bytes, words) in [
        (&b""[..], "no rows"),
        (b"room\n", "no rows"),
        (b"name\nAda\n", "no column `room`"),
        (b"room,raum\na,b\n", "no column `raum`; use room, name"),
        (b"room,Room\na,b\n", "twice"),
        (b"room\n\xfcber\n", "CSV UTF-8"),
        (many.as_bytes(), "more than 10000 rows"),
    ] {
        let error = Batch::parse(bytes, &base_url(), "", now()).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
        assert!(
            error.to_string().contains(['?', ';']),
            "{error} says how to mend it"
        );
    }
    let most = "room\n".to_owned() + &"a\n".repeat(Batch::MAX_ROWS);
    assert_eq!(parse(&most).rows.len(), Batch::MAX_ROWS);
    let zone = Batch::parse(b"room\na\n", &base_url(), "Mars/Base", now());
    assert_eq!(zone, Err(BatchError::Zone));
}

#[test]
fn the_answer_has_a_row_for_each_of_the_tables() {
    let batch = parse("room,name\nb,\"Ada, Countess\"\n?,\nc,\n");
    let office = Office::new(
        SigningKey::from_seed(&[7; 32]).into(),
        Deployment::default(),
        Some(base_url()),
    );
    let mut next = 0;
    let links = office.issue_all(&batch.rows, || {
        next += 1;
        TokenId::from_bytes([next; 8])
    });
    let links = links.unwrap();
    let text = answer(&batch.rows, &links, &batch.errors);
    let table: Vec<_> = text.lines().collect();
    assert_eq!(
        table[0],
        "row,room,name,affiliation,opens_at,expires_at,token_id,link,error"
    );
    assert!(table[1].starts_with("2,b,\"Ada, Countess\",member,2026-03-03T12:00:00Z,2026-03-03T14:00:00Z,AQEBAQEBAQE,https://meet.example.org/b?jwt="), "{}", table[1]);
    assert!(
        table[2].starts_with("3,,,,,,,,\"room: ") || table[2].starts_with("3,,,,,,,,room: "),
        "{}",
        table[2]
    );
    assert!(
        table[3].starts_with("4,c,,member,") && table[3].ends_with(','),
        "{}",
        table[3]
    );
}
