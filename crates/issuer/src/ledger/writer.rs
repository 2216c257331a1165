//! Group commit: links that are issued at the same time share one transaction, and each waits until it is durable.

use std::time::Duration;

use room_token::Timestamp;
use sqlx::AnyPool;
use tokio::sync::{mpsc, oneshot};

use super::LedgerError;
use super::change::Change;
use super::links::{self, LinkRecord};
use super::once::{self, Once, Written};

/// A link on its way into the ledger.
struct Letter {
    actor: String,
    record: LinkRecord,
    /// The request that asks for it, if that may come twice.
    once: Option<Once>,
    at: Timestamp,
    answer: oneshot::Sender<Result<Written, String>>,
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
        once: Option<Once>,
        at: Timestamp,
    ) -> Result<Written, LedgerError> {
        let (answer, answered) = oneshot::channel();
        let letter = Letter {
            actor: actor.to_owned(),
            record,
            once,
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
    LedgerError::Unavailable { why, code: None }
}

async fn write_all(pool: AnyPool, mut post: mpsc::Receiver<Letter>) {
    let mut letters = Vec::new();
    while post.recv_many(&mut letters, AT_ONCE).await > 0 {
        // Whoever waits no longer has been told so: no row without somebody to show its link to.
        letters.retain(|letter| !letter.answer.is_closed());
        let told = match write(&pool, &letters).await {
            Ok(written) => Ok(written),
            Err(LedgerError::Unavailable { why, .. }) => Err(why),
            Err(other) => Err(other.to_string()),
        };
        for (index, letter) in letters.drain(..).enumerate() {
            let each = |written: &Vec<Written>| written.get(index).copied();
            let told = told.as_ref().map(each).map_err(Clone::clone);
            // Who has gone away in between hears nothing.
            if let Some(told) = told.transpose() {
                letter.answer.send(told).ok();
            }
        }
    }
}

/// What became of each.
async fn write(pool: &AnyPool, letters: &[Letter]) -> Result<Vec<Written>, LedgerError> {
    let Some(first) = letters.first() else {
        return Ok(Vec::new());
    };
    let mut change = Change::begin(pool, first.at).await?;
    let mut written = Vec::with_capacity(letters.len());
    for letter in letters {
        let is_first = match &letter.once {
            Some(once) => once::take(&mut change, once, &letter.record.jti).await?,
            None => true,
        };
        if is_first {
            links::insert(&mut change, &letter.actor, &letter.record).await?;
        }
        written.push(if is_first {
            Written::Now
        } else {
            Written::Before
        });
    }
    change.commit().await?;
    Ok(written)
}
