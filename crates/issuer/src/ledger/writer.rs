//! Group commit: links that are issued at the same time share one transaction, and each waits until it is durable.

use std::time::Duration;

use room_token::Timestamp;
use sqlx::AnyPool;
use tokio::sync::{mpsc, oneshot};

use super::LedgerError;
use super::change::Change;
use super::links::{self, LinkRecord};

/// A link on its way into the ledger.
struct Letter {
    actor: String,
    record: LinkRecord,
    at: Timestamp,
    answer: oneshot::Sender<Result<(), String>>,
}

/// The one task that writes links.
#[derive(Clone, Debug)]
pub(super) struct Writer {
    letters: mpsc::Sender<Letter>,
}

/// In one transaction. More would make the first wait for the last.
const AT_ONCE: usize = 256;

/// How long somebody waits for the word that a row is durable. Then it may still become so; the link was not shown.
const PATIENCE: Duration = Duration::from_secs(8);

impl Writer {
    pub(super) fn start(pool: AnyPool) -> Self {
        let (letters, post) = mpsc::channel(4 * AT_ONCE);
        tokio::spawn(write_all(pool, post));
        Self { letters }
    }

    /// Writes one, together with whoever else comes now.
    pub(super) async fn write(
        &self,
        actor: &str,
        record: LinkRecord,
        at: Timestamp,
    ) -> Result<(), LedgerError> {
        let (answer, answered) = oneshot::channel();
        let letter = Letter {
            actor: actor.to_owned(),
            record,
            at,
            answer,
        };
        let exchange = async {
            self.letters.send(letter).await.map_err(|_| gone())?;
            answered.await.map_err(|_| gone())
        };
        let waited = tokio::time::timeout(PATIENCE, exchange).await;
        let written = waited.map_err(|_| unavailable("it does not answer".to_owned()))??;
        written.map_err(unavailable)
    }
}

fn gone() -> LedgerError {
    unavailable("this service is stopping".to_owned())
}

fn unavailable(why: String) -> LedgerError {
    LedgerError::Unavailable { why }
}

async fn write_all(pool: AnyPool, mut post: mpsc::Receiver<Letter>) {
    let mut letters = Vec::new();
    while post.recv_many(&mut letters, AT_ONCE).await > 0 {
        // Whoever waits no longer has been told so: no row without somebody to show its link to.
        letters.retain(|letter| !letter.answer.is_closed());
        let told = match write(&pool, &letters).await {
            Ok(()) => Ok(()),
            Err(LedgerError::Unavailable { why }) => Err(why),
            Err(other) => Err(other.to_string()),
        };
        for letter in letters.drain(..) {
            // Who has gone away in between hears nothing.
            letter.answer.send(told.clone()).ok();
        }
    }
}

async fn write(pool: &AnyPool, letters: &[Letter]) -> Result<(), LedgerError> {
    let Some(first) = letters.first() else {
        return Ok(());
    };
    let mut change = Change::begin(pool, first.at).await?;
    for letter in letters {
        links::insert(&mut change, &letter.actor, &letter.record).await?;
    }
    change.commit().await
}
