//! The ledger on a real SQLite file and in a real PostgreSQL: the same tests.

mod boards;
mod bulk;
mod copies;
mod listing;

use std::path::Path;

use room_token::{Deployment, Grant, Person, RoomName, SigningKey, TokenId, Validity};
use sqlx::{AssertSqlSafe, Row};

use super::*;
use crate::{BaseUrl, Office};
use test_postgres::Postgres;

fn now() -> Timestamp {
    Timestamp::from_secs(1_767_225_600).unwrap()
}

pub(crate) fn issued(number: u8) -> IssuedLink {
    let office = Office::new(
        SigningKey::from_seed(&[7; 32]).into(),
        Deployment::default(),
        Some(BaseUrl::parse("https://meet.example.org").unwrap()),
    );
    let grant = Grant::new(
        RoomName::parse("Weekly sync").unwrap(),
        Person::member("Ada").unwrap(),
    );
    let validity = Validity::new(now(), None, now().plus(7200)).unwrap();
    office
        .issue(grant, validity, TokenId::from_bytes([number; 8]))
        .unwrap()
}

async fn record_some(ledger: &Ledger, numbers: std::ops::Range<u8>) {
    for number in numbers {
        ledger.record("ada", &issued(number), now()).await.unwrap();
    }
}

/// What a person with access to the database does to it.
async fn tamper(ledger: &Ledger, statement: &'static str) {
    let changed = sqlx::query(AssertSqlSafe(statement))
        .execute(&ledger.pool)
        .await
        .unwrap();
    assert!(changed.rows_affected() > 0, "{statement}");
}

/// Everything a ledger promises, on an empty one.
async fn keeps_its_promises(ledger: &Ledger) {
    assert_eq!(ledger.verify(None).await.unwrap(), Head::empty());
    record_some(ledger, 1..4).await;
    let row = ledger
        .link(&issued(2).id.to_string())
        .await
        .unwrap()
        .unwrap();
    assert_eq!((row.seq, row.issued_by.as_str()), (2, "ada"));
    assert_eq!(
        (row.record.room.as_str(), row.record.name.as_str()),
        ("weekly%20sync", "Ada")
    );
    assert_eq!(row.record, LinkRecord::of(&issued(2)));
    let token = issued(2).token;
    let signature = token.as_str().rsplit('.').next().unwrap();
    assert!(
        !format!("{row:?}").contains(signature),
        "the token is not kept"
    );
    assert!(ledger.link("nobody").await.unwrap().is_none());

    let noted = ledger.verify(None).await.unwrap();
    assert_eq!(noted.seq, 3);
    a_request_is_carried_out_once(ledger).await;
    many_at_once(ledger).await;
    assert_eq!(ledger.verify(Some(&noted)).await.unwrap().seq, 85);
    a_second_row_of_a_token_is_refused_and_changes_nothing(ledger).await;
    tampering_shows(ledger, &noted).await;
}

async fn many_at_once(ledger: &Ledger) {
    let mut writing = tokio::task::JoinSet::new();
    for number in 100..180 {
        let ledger = ledger.clone();
        writing.spawn(async move { ledger.record("bob", &issued(number), now()).await });
    }
    while let Some(written) = writing.join_next().await {
        written.unwrap().unwrap();
    }
}

async fn a_request_is_carried_out_once(ledger: &Ledger) {
    let asked = |scope: &str, body: &str| Once::new(scope, "key", body.as_bytes());
    let mine = asked("ada", "{}");
    assert_eq!(ledger.earlier(&mine, now()).await.unwrap(), None);
    let (first, second) = (issued(50), issued(51));
    let (one, two) = tokio::join!(
        ledger.record_once("ada", &first, mine.clone(), now()),
        ledger.record_once("ada", &second, mine.clone(), now())
    );
    let written = [one.unwrap(), two.unwrap()];
    assert!(written.contains(&Written::Now) && written.contains(&Written::Before));
    let recorded = if written[0] == Written::Now {
        first
    } else {
        second
    };
    let jti = recorded.id.to_string();
    let earlier = async |once: Once, at| ledger.earlier(&once, at).await.unwrap();
    assert_eq!(
        earlier(mine.clone(), now()).await,
        Some(Earlier::Done { jti })
    );
    assert_eq!(
        earlier(asked("ada", "{ }"), now()).await,
        Some(Earlier::Other)
    );
    assert_eq!(earlier(asked("bob", "{}"), now()).await, None);
    let day = now().plus(24 * 3600);
    assert_eq!(earlier(mine.clone(), day).await, None);
    let again = ledger.record_once("ada", &issued(52), mine, day).await;
    assert_eq!(again.unwrap(), Written::Now, "a day later it is a new one");
}

async fn a_second_row_of_a_token_is_refused_and_changes_nothing(ledger: &Ledger) {
    let before = ledger.verify(None).await.unwrap();
    let error = ledger.record("eve", &issued(2), now()).await.unwrap_err();
    assert!(matches!(error, LedgerError::Unavailable { .. }), "{error}");
    assert_eq!(ledger.verify(None).await.unwrap(), before);
}

async fn tampering_shows(ledger: &Ledger, noted: &Head) {
    let chain = |error: LedgerError| {
        let LedgerError::Chain(chain) = error else {
            panic!("{error}");
        };
        chain
    };
    tamper(
        ledger,
        "UPDATE links SET expires_at = expires_at + 1 WHERE seq = 2",
    )
    .await;
    let found = chain(ledger.verify(None).await.unwrap_err());
    assert!(matches!(found, ChainError::Link { .. }), "{found}");
    tamper(
        ledger,
        "UPDATE links SET expires_at = expires_at - 1 WHERE seq = 2",
    )
    .await;
    tamper(ledger, "UPDATE entries SET actor = 'eve' WHERE seq = 2").await;
    tamper(ledger, "UPDATE links SET issued_by = 'eve' WHERE seq = 2").await;
    let found = chain(ledger.verify(None).await.unwrap_err());
    assert_eq!(found, ChainError::Changed { seq: 2 });
    tamper(ledger, "UPDATE entries SET actor = 'ada' WHERE seq = 2").await;
    tamper(ledger, "UPDATE links SET issued_by = 'ada' WHERE seq = 2").await;

    // The end cut off, and the chain's own note of its end made to match.
    tamper(ledger, "DELETE FROM links WHERE seq > 2").await;
    tamper(ledger, "DELETE FROM entries WHERE seq > 2").await;
    let found = chain(ledger.verify(None).await.unwrap_err());
    assert!(matches!(found, ChainError::Cut { .. }), "{found}");
    tamper(
        ledger,
        "UPDATE chain SET seq = 2, hash = (SELECT hash FROM entries WHERE seq = 2)",
    )
    .await;
    assert_eq!(ledger.verify(None).await.unwrap().seq, 2);
    let found = chain(ledger.verify(Some(noted)).await.unwrap_err());
    assert!(matches!(found, ChainError::Cut { .. }), "{found}");
    tamper(ledger, "DELETE FROM entries WHERE seq = 1").await;
    let found = chain(ledger.verify(None).await.unwrap_err());
    assert!(matches!(found, ChainError::Missing { seq: 1 }), "{found}");
}

async fn open(folder: &Path) -> Ledger {
    Ledger::open(&LedgerAddress::file(&folder.join("ledger.db")))
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_keeps_its_promises() {
    let folder = tempfile::tempdir().unwrap();
    keeps_its_promises(&open(folder.path()).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_board_of_sqlite_keeps_its_promises() {
    let folder = tempfile::tempdir().unwrap();
    boards::keeps_its_promises(&open(folder.path()).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgresql_keeps_its_promises() {
    let postgres = Postgres::start();
    let address = LedgerAddress::parse(&postgres.url()).unwrap();
    let ledger = Ledger::open(&address).await.unwrap();
    keeps_its_promises(&ledger).await;
    boards::keeps_its_promises(&ledger).await;
    let message = "and is still there for the next one";
    assert!(Ledger::open(&address).await.is_ok(), "{message}");
}

/// Each has a connection of its own, as two processes would.
async fn two_issuers_share_one_chain(first: &Ledger, second: &Ledger) {
    let (one, two) = tokio::join!(record_some_of(first, 1..40), record_some_of(second, 40..80));
    assert_eq!((one, two), (39, 40));
    assert_eq!(first.verify(None).await.unwrap().seq, 79);
}

async fn record_some_of(ledger: &Ledger, numbers: std::ops::Range<u8>) -> usize {
    let count = numbers.len();
    record_some(ledger, numbers).await;
    count
}

#[tokio::test(flavor = "multi_thread")]
async fn two_issuers_append_to_one_postgresql() {
    let postgres = Postgres::start();
    let address = LedgerAddress::parse(&postgres.url()).unwrap();
    // Both bring the tables up to date at once.
    let (first, second) = tokio::join!(Ledger::open(&address), Ledger::open(&address));
    two_issuers_share_one_chain(&first.unwrap(), &second.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_append_to_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let first = open(folder.path()).await;
    two_issuers_share_one_chain(&first, &open(folder.path()).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_gone_refuses_and_comes_back() {
    let mut postgres = Postgres::start();
    let address = LedgerAddress::parse(&postgres.url()).unwrap();
    let ledger = Ledger::open(&address).await.unwrap();
    record_some(&ledger, 1..2).await;
    postgres.stop();
    let error = ledger.record("ada", &issued(2), now()).await.unwrap_err();
    assert!(
        error.to_string().contains("is its database running"),
        "{error}"
    );
    postgres.start_again();
    record_some(&ledger, 3..4).await;
    assert_eq!(ledger.verify(None).await.unwrap().seq, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_and_leaves_the_chain_whole() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = open(folder.path()).await;
    record_some(&ledger, 1..2).await;
    let row = sqlx::query("PRAGMA page_count")
        .fetch_one(&ledger.pool)
        .await
        .unwrap();
    let pages: i64 = row.try_get(0).unwrap();
    // SQLite's own way to be full (SQLITE_FULL), for each connection of the pool.
    let mut held = Vec::new();
    for _ in 0..4 {
        let mut connection = ledger.pool.acquire().await.unwrap();
        let statement = format!("PRAGMA max_page_count = {pages}");
        sqlx::query(AssertSqlSafe(statement))
            .execute(&mut *connection)
            .await
            .unwrap();
        held.push(connection);
    }
    drop(held);
    let mut refused = None;
    for number in 2..200 {
        if let Err(error) = ledger.record("ada", &issued(number), now()).await {
            refused = Some(error);
            break;
        }
    }
    let error = refused.expect("the file may not grow");
    assert!(error.to_string().contains("room on its disk"), "{error}");
    ledger.verify(None).await.unwrap();
}
