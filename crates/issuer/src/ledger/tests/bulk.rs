//! Batches: all or nothing, on both databases.

use std::time::Duration;

use super::*;

fn many(first: u64, count: u64) -> Vec<IssuedLink> {
    let template = issued(1);
    let with_id = |number: u64| IssuedLink {
        id: TokenId::from_bytes(number.to_be_bytes()),
        ..template.clone()
    };
    (first..first + count).map(with_id).collect()
}

async fn count(ledger: &Ledger) -> i64 {
    let row = sqlx::query("SELECT COUNT(*) AS n FROM links");
    row.fetch_one(&ledger.pool)
        .await
        .unwrap()
        .try_get("n")
        .unwrap()
}

/// Real links, so that the chain can be held against them.
async fn a_batch_is_recorded_as_single_links_are(ledger: &Ledger) {
    let all: Vec<_> = (1..=250).map(issued).collect();
    ledger.record_all("ada", &all, now()).await.unwrap();
    ledger.record("bob", &issued(251), now()).await.unwrap();
    assert_eq!(ledger.verify(None).await.unwrap().seq, 251);
    let row = ledger
        .link(&issued(7).id.to_string())
        .await
        .unwrap()
        .unwrap();
    assert_eq!((row.seq, row.issued_by.as_str()), (7, "ada"));
    assert_eq!(row.record, LinkRecord::of(&issued(7)));
    ledger.record_all("ada", &[], now()).await.unwrap();
    assert_eq!(ledger.verify(None).await.unwrap().seq, 251);
}

async fn a_batch_that_fails_at_its_end_leaves_nothing(ledger: &Ledger) {
    let before = ledger.verify(None).await.unwrap();
    let mut batch = many(10_000, 500);
    batch.push(issued(7));
    let error = ledger.record_all("eve", &batch, now()).await.unwrap_err();
    assert!(matches!(error, LedgerError::Unavailable { .. }), "{error}");
    assert_eq!(ledger.verify(None).await.unwrap(), before);
}

/// A request that is cut off drops what it was about to do. The cut comes later each time, until one comes too late. A
/// commit that is under way goes through: whole.
async fn a_batch_that_is_dropped_leaves_nothing(ledger: &Ledger) {
    const ROWS: i64 = 3000;
    let before = count(ledger).await;
    let mut dropped = 0;
    for attempt in 0..16 {
        let batch = many(100_000 + attempt * 10_000, ROWS.unsigned_abs());
        let writing = ledger.record_all("eve", &batch, now());
        let done = tokio::time::timeout(Duration::from_millis(1 << attempt), writing).await;
        assert_eq!((count(ledger).await - before) % ROWS, 0, "no half batch");
        match done {
            Err(_elapsed) => dropped += 1,
            Ok(done) => {
                done.unwrap();
                break;
            }
        }
    }
    assert!(dropped > 0, "it was never cut off");
    let found = count(ledger).await - before;
    assert!(found >= ROWS && found % ROWS == 0, "{found}");
}

async fn keeps_batches_whole(ledger: &Ledger) {
    a_batch_is_recorded_as_single_links_are(ledger).await;
    a_batch_that_fails_at_its_end_leaves_nothing(ledger).await;
    a_batch_that_is_dropped_leaves_nothing(ledger).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_keeps_batches_whole() {
    let folder = tempfile::tempdir().unwrap();
    keeps_batches_whole(&open(folder.path()).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgresql_keeps_batches_whole() {
    let postgres = Postgres::start();
    let address = LedgerAddress::parse(&postgres.url()).unwrap();
    keeps_batches_whole(&Ledger::open(&address).await.unwrap()).await;
}
