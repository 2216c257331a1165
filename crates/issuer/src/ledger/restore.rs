//! A backup put in the ledger's place: whole or not at all.

use std::ffi::OsString;
use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use room_token::Timestamp;
use sqlx::{AnyPool, Row};

use super::backup::{beside, copy, file_of, there};
use super::connect::{as_it_is, connect};
use super::{Change, CopyError, Head, Hold, LedgerAddress, LedgerError, audit};
use crate::locked_file::{folder_of, sync_folder};

/// What was done.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Restored {
    /// Where the backup's chain ended.
    pub backup: Head,
    /// Where it ends now, with the note of this.
    pub head: Head,
    /// Where the ledger until then lies, if there was one.
    pub kept: Option<PathBuf>,
}

/// See [`super::Ledger::restore`]. Killed anywhere, it leaves the old ledger or the new one in its place.
pub(super) async fn restore(
    address: &LedgerAddress,
    from: &Path,
    noted: Option<&Head>,
    now: Timestamp,
) -> Result<Restored, CopyError> {
    let ledger = file_of(address)?;
    there(from)?;
    let _hold = Hold::alone(&ledger)?.ok_or(CopyError::InUse)?;
    let new = beside(&ledger)?;
    take(from, new.path()).await?;
    let (backup, head) = make_ready(new.path(), noted, now).await?;
    let kept = keep(&ledger, now).await?;
    let place = |new: &Path| {
        belong(new, kept.as_deref().unwrap_or(folder_of(&ledger)))?;
        File::open(new)?.sync_all()
    };
    place(new.path()).map_err(CopyError::file("write", &ledger))?;
    new.persist(&ledger)
        .map_err(|failed| CopyError::file("write", &ledger)(failed.error))?;
    sync_folder(folder_of(&ledger)).map_err(CopyError::file("write", &ledger))?;
    Ok(Restored { backup, head, kept })
}

/// Copies a backup, if it is one: another program's database is not to become an empty ledger.
async fn take(from: &Path, to: &Path) -> Result<(), CopyError> {
    let no_backup = |error: LedgerError| CopyError::NoBackup {
        path: from.to_owned(),
        why: match error {
            LedgerError::Unavailable { why, .. } => why,
            LedgerError::Address
            | LedgerError::Chain(_)
            | LedgerError::Migrate { .. }
            | LedgerError::Restoring
            | LedgerError::Row { .. } => error.to_string(),
        },
    };
    copy(from, false, to).await.map_err(no_backup)?;
    let pool = as_it_is(to, false).await.map_err(no_backup)?;
    let end = sqlx::query("SELECT seq FROM chain WHERE id = 1");
    let end = end.fetch_one(&pool).await;
    pool.close().await;
    end.map(drop).map_err(|error| no_backup(error.into()))
}

/// Brings the copy up to date, makes sure of its chain, and notes what happens; gives both ends.
async fn make_ready(
    copy: &Path,
    noted: Option<&Head>,
    now: Timestamp,
) -> Result<(Head, Head), LedgerError> {
    let pool = connect(&LedgerAddress::file(copy)).await?;
    let ends = async {
        let backup = audit::verify(&pool, noted).await?;
        let head = sign_everybody_out(&pool, &backup, now).await?;
        Ok((backup, head))
    };
    let ends = ends.await;
    pool.close().await;
    // In one file again.
    become_one_file(copy).await?;
    ends
}

/// Since the backup, somebody may have been signed out, or may have used such a link up.
async fn sign_everybody_out(
    pool: &AnyPool,
    backup: &Head,
    now: Timestamp,
) -> Result<Head, LedgerError> {
    let mut change = Change::begin(pool, now).await?;
    for statement in [
        "DELETE FROM sessions",
        "DELETE FROM half_sign_ins",
        "DELETE FROM invitations",
    ] {
        let delete = sqlx::query(statement);
        delete.execute(change.connection()).await?;
    }
    let subject = backup.to_string();
    change
        .note("command line", "ledger.restore", &subject, String::new())
        .await?;
    change.commit().await?;
    audit::verify(pool, Some(backup)).await
}

/// Ends the log beside a database. It fails while anybody has it open.
async fn become_one_file(path: &Path) -> Result<(), LedgerError> {
    let pool = as_it_is(path, true).await?;
    let row = sqlx::query("PRAGMA journal_mode = DELETE");
    let row = row.fetch_one(&pool).await;
    pool.close().await;
    let mode: String = row?.try_get(0)?;
    if mode == "delete" {
        return Ok(());
    }
    Err(LedgerError::Unavailable {
        why: format!("code {BUSY}"),
        code: Some(BUSY.to_string()),
    })
}

/// `SQLITE_BUSY`: somebody else has it open. `SQLITE_LOCKED` is 6; what is added to them is in the higher bits.
const BUSY: u32 = 5;

fn is_busy(error: &LedgerError) -> bool {
    let LedgerError::Unavailable {
        code: Some(code), ..
    } = error
    else {
        return false;
    };
    code.parse()
        .is_ok_and(|code: u32| matches!(code & 0xff, BUSY | 6))
}

/// Keeps the ledger until now under another name too; it is in its place until the new one is.
async fn keep(ledger: &Path, now: Timestamp) -> Result<Option<PathBuf>, CopyError> {
    if !ledger.exists() {
        return Ok(None);
    }
    let kept = ended(ledger, &format!(".replaced-{}", now.as_secs()));
    // The new one must not take them for its own, and SQLite may throw those of a broken ledger away.
    let logs = keep_logs(ledger, &kept).map_err(CopyError::file("keep", ledger))?;
    let whole = become_one_file(ledger).await;
    if whole.is_ok() || whole.as_ref().is_err_and(is_busy) {
        logs.iter().try_for_each(fs::remove_file).ok();
    }
    match whole {
        Ok(()) => {}
        Err(error) if is_busy(&error) => return Err(CopyError::InUse),
        // Broken, which is why it is replaced.
        Err(_broken) => drop_logs(ledger).map_err(CopyError::file("replace", ledger))?,
    }
    fs::hard_link(ledger, &kept).map_err(CopyError::file("keep", ledger))?;
    Ok(Some(kept))
}

/// What SQLite has beside a ledger that nobody closed.
const LOGS: [&str; 2] = ["-wal", "-journal"];

/// Copies them; gives the copies.
fn keep_logs(ledger: &Path, kept: &Path) -> io::Result<Vec<PathBuf>> {
    let there = |log: &&str| ended(ledger, log).exists();
    let keep = |log: &str| fs::copy(ended(ledger, log), ended(kept, log)).map(|_| ended(kept, log));
    LOGS.into_iter().filter(there).map(keep).collect()
}

fn drop_logs(ledger: &Path) -> io::Result<()> {
    let logs = LOGS.into_iter().map(|log| ended(ledger, log));
    logs.filter(|log| log.exists())
        .try_for_each(fs::remove_file)
}

fn ended(path: &Path, ending: &str) -> PathBuf {
    let mut name: OsString = path.into();
    name.push(ending);
    name.into()
}

/// Whoever may run this may be root, and the service is not.
fn belong(new: &Path, like: &Path) -> io::Result<()> {
    let (mine, theirs) = (fs::metadata(new)?, fs::metadata(like)?);
    if (mine.uid(), mine.gid()) != (theirs.uid(), theirs.gid()) {
        chown(new, Some(theirs.uid()), Some(theirs.gid()))?;
    }
    if theirs.is_file() {
        fs::set_permissions(new, Permissions::from_mode(theirs.mode() & 0o777))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_use_is_known_by_the_databases_code_and_by_no_words() {
        let error = |code: Option<&str>| LedgerError::Unavailable {
            why: "code 5".to_owned(),
            code: code.map(str::to_owned),
        };
        // SQLITE_BUSY, SQLITE_LOCKED, and SQLITE_BUSY_RECOVERY, which is the first with more in its higher bits.
        for code in ["5", "6", "261"] {
            assert!(is_busy(&error(Some(code))), "{code}");
        }
        for code in [None, Some("11"), Some("40P01"), Some("")] {
            assert!(!is_busy(&error(code)), "{code:?}");
        }
        assert!(!is_busy(&LedgerError::Restoring));
    }
}
