//! Backups of a SQLite ledger, and back.

use std::path::PathBuf;

use sqlx::AnyPool;

use super::*;

/// A folder with a ledger of three links, and its backup.
struct Place {
    folder: tempfile::TempDir,
    address: LedgerAddress,
    backup: PathBuf,
}

impl Place {
    async fn new() -> (Self, Ledger, Head) {
        let folder = tempfile::tempdir().unwrap();
        let address = LedgerAddress::file(&folder.path().join("ledger.db"));
        let ledger = Ledger::open(&address).await.unwrap();
        record_some(&ledger, 1..4).await;
        // A name in which each sign would mean something in an address.
        let backup = folder.path().join("copy 50%?#.db");
        let head = Ledger::backup(&address, &backup).await.unwrap();
        let place = Self {
            folder,
            address,
            backup,
        };
        (place, ledger, head)
    }

    async fn restore(&self) -> Result<Restored, CopyError> {
        Ledger::restore(&self.address, &self.backup, None, now()).await
    }

    /// Names of files, but for the lock's.
    fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| !name.ends_with("-lock"))
            .collect();
        names.sort();
        names
    }
}

#[tokio::test]
async fn a_backup_of_a_ledger_in_use_brings_back_what_was_there() {
    let (place, ledger, head) = Place::new().await;
    assert_eq!(head, ledger.verify(None).await.unwrap());
    record_some(&ledger, 4..6).await;
    ledger.close().await;
    drop(ledger);
    let restored = place.restore().await.unwrap();
    assert_eq!((restored.backup, restored.head.seq), (head.clone(), 4));

    let ledger = Ledger::open(&place.address).await.unwrap();
    let end = ledger.verify(Some(&head)).await.unwrap();
    assert_eq!(end, restored.head);
    let find = |number| issued(number).id.to_string();
    assert!(ledger.link(&find(3)).await.unwrap().is_some());
    assert!(ledger.link(&find(4)).await.unwrap().is_none());
    let entries = ledger.entries(None, 1).await.unwrap();
    let entry = &entries[0].entry;
    assert_eq!(
        (entry.action.as_str(), &entry.subject),
        ("ledger.restore", &head.to_string())
    );
    let kept = LedgerAddress::file(&restored.kept.unwrap());
    let kept = Ledger::open(&kept).await.unwrap();
    assert_eq!(kept.verify(None).await.unwrap().seq, 5, "nothing is lost");
}

async fn count(pool: &AnyPool, table: &'static str) -> i64 {
    let count = AssertSqlSafe(format!("SELECT COUNT(*) AS n FROM {table}"));
    let row = sqlx::query(count).fetch_one(pool).await.unwrap();
    row.try_get("n").unwrap()
}

#[tokio::test]
async fn nobody_is_signed_in_by_a_backup() {
    let folder = tempfile::tempdir().unwrap();
    let address = LedgerAddress::file(&folder.path().join("ledger.db"));
    let ledger = Ledger::open(&address).await.unwrap();
    for statement in [
        "INSERT INTO sessions VALUES ('h', 'a', 'Firefox', 1, 1, 9)",
        "INSERT INTO half_sign_ins VALUES ('h', 'a', 9)",
        "INSERT INTO invitations VALUES ('h', '', 'Ada', 'issuer', '', 'b', 9)",
    ] {
        tamper(&ledger, statement).await;
    }
    let backup = folder.path().join("copy.db");
    Ledger::backup(&address, &backup).await.unwrap();
    ledger.close().await;
    drop(ledger);
    Ledger::restore(&address, &backup, None, now())
        .await
        .unwrap();
    let ledger = Ledger::open(&address).await.unwrap();
    for table in ["sessions", "half_sign_ins", "invitations"] {
        assert_eq!(count(ledger.pool(), table).await, 0, "{table}");
    }
}

#[tokio::test]
async fn a_ledger_in_use_is_not_replaced() {
    let (place, ledger, _) = Place::new().await;
    let before = place.files();
    let error = place.restore().await.unwrap_err().to_string();
    assert!(error.contains("stop `roompass serve`"), "{error}");
    // A service that was idle for long has no connection to its database, and still goes on.
    ledger.close().await;
    let error = place.restore().await.unwrap_err();
    assert!(matches!(error, CopyError::InUse), "{error}");
    drop(ledger);

    // A program that knows nothing of our lock.
    let file = place.folder.path().join("ledger.db");
    let stranger = connect::connect(&place.address).await.unwrap();
    assert_eq!(count(&stranger, "links").await, 3);
    let error = place.restore().await.unwrap_err();
    assert!(matches!(error, CopyError::InUse), "{error}");
    assert_eq!(count(&stranger, "links").await, 3);
    stranger.close().await;
    assert!(file.exists());
    let after = place.files();
    let stays = |name: &&String| !name.ends_with("-wal") && !name.ends_with("-shm");
    assert!(before.iter().filter(stays).eq(after.iter().filter(stays)));
    place.restore().await.unwrap();
}

#[tokio::test]
async fn a_backup_that_was_changed_replaces_nothing() {
    let (place, ledger, head) = Place::new().await;
    record_some(&ledger, 4..5).await;
    ledger.close().await;
    drop(ledger);
    let newer = Head {
        seq: head.seq + 1,
        ..head
    };
    let error = Ledger::restore(&place.address, &place.backup, Some(&newer), now()).await;
    let error = error.unwrap_err().to_string();
    assert!(error.contains("does not end where it should"), "{error}");

    let backup = connect::as_it_is(&place.backup, true).await.unwrap();
    let forge = sqlx::query("UPDATE entries SET actor = 'eve' WHERE seq = 2");
    forge.execute(&backup).await.unwrap();
    backup.close().await;
    let error = place.restore().await.unwrap_err().to_string();
    assert!(error.contains("does not agree with its entry"), "{error}");
    assert_eq!(place.files(), ["copy 50%?#.db", "ledger.db"]);
    let ledger = Ledger::open(&place.address).await.unwrap();
    assert_eq!(ledger.verify(None).await.unwrap().seq, 4);
}

#[tokio::test]
async fn a_broken_ledger_is_replaced_and_kept_with_its_log() {
    let (place, ledger, head) = Place::new().await;
    ledger.close().await;
    drop(ledger);
    let file = place.folder.path().join("ledger.db");
    std::fs::write(
        &file,
        "not a database, and long enough to be looked at. ".repeat(50),
    )
    .unwrap();
    std::fs::write(place.folder.path().join("ledger.db-wal"), "what was left").unwrap();
    let restored = place.restore().await.unwrap();
    assert_eq!(restored.backup, head);
    let mut log = restored.kept.unwrap().into_os_string();
    log.push("-wal");
    assert_eq!(std::fs::read_to_string(log).unwrap(), "what was left");
    let ledger = Ledger::open(&place.address).await.unwrap();
    assert_eq!(ledger.verify(None).await.unwrap(), restored.head);
}

#[tokio::test]
async fn what_is_no_backup_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let address = LedgerAddress::file(&at("ledger.db"));
    let restore = async |from: &str| {
        let restored = Ledger::restore(&address, &at(from), None, now()).await;
        restored.unwrap_err().to_string()
    };
    assert!(restore("absent.db").await.ends_with("; check the path"));
    std::fs::write(at("text.db"), "hello ".repeat(200)).unwrap();
    std::fs::write(at("empty.db"), "").unwrap();
    for name in ["text.db", "empty.db"] {
        let error = restore(name).await;
        assert!(error.contains("is no backup of a ledger ("), "{error}");
    }
    assert!(!at("ledger.db").exists());

    let error = Ledger::backup(&address, &at("copy.db")).await.unwrap_err();
    assert!(matches!(error, CopyError::Missing { .. }), "{error}");
    let postgres = LedgerAddress::parse("postgres://db.example/roompass").unwrap();
    let error = Ledger::backup(&postgres, &at("copy.db")).await.unwrap_err();
    assert!(error.to_string().contains("use pg_dump"), "{error}");
}
