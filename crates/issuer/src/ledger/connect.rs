//! Opening a ledger: SQLite or PostgreSQL, brought up to date.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Once;
use std::time::Duration;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AnyPool, AssertSqlSafe, Executor, SqlSafeStr};

use super::LedgerError;
use crate::locked_file::{folder_of, give_to_owner};

/// Where a ledger is. `Debug` and `Display` leave out what may be a password.
#[derive(Clone)]
pub struct LedgerAddress {
    url: String,
    is_sqlite: bool,
}

impl LedgerAddress {
    /// `sqlite:PATH`, or `postgres://…`.
    ///
    /// # Errors
    /// [`LedgerError::Address`].
    pub fn parse(text: &str) -> Result<Self, LedgerError> {
        let url = text.trim();
        let scheme = url.split(':').next().unwrap_or_default();
        let is_sqlite = match scheme {
            "sqlite" => true,
            "postgres" | "postgresql" => false,
            _other => return Err(LedgerError::Address),
        };
        if is_sqlite && url.contains(":memory:") {
            return Err(LedgerError::Address);
        }
        Ok(Self {
            url: url.to_owned(),
            is_sqlite,
        })
    }

    /// A file.
    pub fn file(path: &Path) -> Self {
        Self {
            url: format!("sqlite:{}", path.display()),
            is_sqlite: true,
        }
    }

    /// Whether it is a password that others must not read.
    pub fn has_password(&self) -> bool {
        url::Url::parse(&self.url).is_ok_and(|url| url.password().is_some())
    }

    /// Whether machines can have it in common.
    pub const fn is_shared(&self) -> bool {
        !self.is_sqlite
    }

    /// The file, if it is one.
    pub(super) fn sqlite_file(&self) -> Option<PathBuf> {
        let options = SqliteConnectOptions::from_str(&self.url).ok();
        let options = options.filter(|_| self.is_sqlite);
        options.map(|options| options.get_filename().to_owned())
    }

    /// Names of people and rooms are in it: a new file is its owner's alone. What SQLite puts beside it takes its mode.
    fn keep_private(&self) {
        let path = self.url.trim_start_matches("sqlite:");
        if !self.is_sqlite || path.contains('?') {
            return;
        }
        let mut options = OpenOptions::new();
        options.append(true).create_new(true).mode(0o600);
        let path = Path::new(path.trim_start_matches("//"));
        // One that is there keeps its mode, and one that cannot be made is told of when it is opened.
        if let Ok(made) = options.open(path) {
            give_to_owner(&made, folder_of(path)).ok();
        }
    }

    fn options(&self) -> Result<AnyConnectOptions, LedgerError> {
        let url = if self.is_sqlite && !self.url.contains('?') {
            format!("{}?mode=rwc", self.url)
        } else {
            self.url.clone()
        };
        AnyConnectOptions::from_str(&url).map_err(|_| LedgerError::Address)
    }
}

impl std::fmt::Display for LedgerAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_sqlite {
            return f.write_str(&self.url);
        }
        let host = url::Url::parse(&self.url).ok();
        let host = host.as_ref().and_then(url::Url::host_str);
        write!(f, "postgres://…@{}", host.unwrap_or("…"))
    }
}

impl std::fmt::Debug for LedgerAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LedgerAddress({self})")
    }
}

/// How long a request waits for a connection before it is told that the ledger is away.
const PATIENCE: Duration = Duration::from_secs(3);

/// A pool of connections to an up-to-date database.
pub(super) async fn connect(address: &LedgerAddress) -> Result<AnyPool, LedgerError> {
    install_drivers();
    address.keep_private();
    let is_sqlite = address.is_sqlite;
    let pool = AnyPoolOptions::new()
        .max_connections(4)
        .acquire_timeout(PATIENCE)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                connection.execute(first_words(is_sqlite)).await?;
                Ok(())
            })
        })
        .connect_with(address.options()?)
        .await?;
    let migrated = migrations(is_sqlite).run(&pool).await;
    migrated.map_err(|error| LedgerError::Migrate {
        why: error.to_string(),
    })?;
    Ok(pool)
}

/// One connection to a SQLite file as it is: nothing is brought up to date, and none is made.
pub(super) async fn as_it_is(path: &Path, may_write: bool) -> Result<AnyPool, LedgerError> {
    install_drivers();
    let mode = if may_write { "rw" } else { "ro" };
    let path = utf8_percent_encode(path.to_str().ok_or(LedgerError::Address)?, UNSAFE);
    let url = format!("sqlite:{path}?mode={mode}");
    let options = AnyConnectOptions::from_str(&url).map_err(|_| LedgerError::Address)?;
    let pool = AnyPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(PATIENCE);
    Ok(pool.connect_with(options).await?)
}

/// What means something in an address.
const UNSAFE: &AsciiSet = &CONTROLS.add(b'%').add(b'?').add(b'#');

/// A commit that was answered survives a power cut; a statement that hangs does not hang us.
fn first_words(is_sqlite: bool) -> &'static str {
    if is_sqlite {
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 3000"
    } else {
        "SET statement_timeout = '5s'; SET lock_timeout = '5s'; SET idle_in_transaction_session_timeout = '10s'"
    }
}

fn install_drivers() {
    static DRIVERS: Once = Once::new();
    DRIVERS.call_once(|| {
        // It fails only when somebody else has installed some; these two are all there are.
        let both = Box::leak(Box::new([
            sqlx::sqlite::any::DRIVER,
            sqlx::postgres::any::DRIVER,
        ]));
        sqlx::any::install_drivers(both).ok();
    });
}

/// Every change of the tables, oldest first. One that was released never changes again.
fn migrations(is_sqlite: bool) -> Migrator {
    let all = [
        (1, "ledger", include_str!("../../schema/0001_ledger.sql")),
        (2, "people", include_str!("../../schema/0002_people.sql")),
        (3, "seeing", include_str!("../../schema/0003_seeing.sql")),
        (
            4,
            "api keys",
            include_str!("../../schema/0004_api_keys.sql"),
        ),
        (
            5,
            "second factor",
            include_str!("../../schema/0005_second_factor.sql"),
        ),
        (
            6,
            "requests",
            include_str!("../../schema/0006_requests.sql"),
        ),
        (
            7,
            "provider",
            include_str!("../../schema/0007_provider.sql"),
        ),
        (40, "board", include_str!("../../schema/0040_board.sql")),
    ];
    let each = |(version, name, sql): (i64, &'static str, &'static str)| {
        let sql = if is_sqlite {
            sql.to_owned()
        } else {
            sql.replace("\n--postgres ", "\n")
        };
        let sql = AssertSqlSafe(sql).into_sql_str();
        Migration::new(version, name.into(), MigrationType::Simple, sql, false)
    };
    Migrator::with_migrations(all.map(each).to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_new_file_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        let pool = connect(&LedgerAddress::file(&path)).await.unwrap();
        for name in ["ledger.db", "ledger.db-wal"] {
            let metadata = std::fs::metadata(folder.path().join(name)).unwrap();
            assert_eq!(metadata.permissions().mode() & 0o777, 0o600, "{name}");
        }
        pool.close().await;
    }

    #[test]
    fn an_address_is_one_of_two_and_hides_its_password() {
        let postgres = LedgerAddress::parse("postgres://ada:secret@db.example/roompass").unwrap();
        assert_eq!(postgres.to_string(), "postgres://…@db.example");
        assert!(postgres.has_password() && !format!("{postgres:?}").contains("secret"));
        let file = LedgerAddress::file(Path::new("/var/lib/roompass/ledger.db"));
        assert_eq!(file.to_string(), "sqlite:/var/lib/roompass/ledger.db");
        assert!(!file.has_password());
        for text in [
            "",
            "mysql://host/db",
            "/var/lib/ledger.db",
            "sqlite::memory:",
        ] {
            assert!(LedgerAddress::parse(text).is_err(), "{text}");
        }
    }
}
