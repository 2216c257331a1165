//! Several issuers on one ledger: each has its own key and its own list of what it took back, and all publish all of it.
//!
//! What an issuer knows stays in its files, so that it goes on publishing while the ledger is away; here they are brought
//! together with the board every few seconds, and at once when something is taken back.

use std::time::Duration;

use room_token::{PublicKey, Timestamp};
use thiserror::Error;

use crate::ledger::{Board, BoardKey, hex};
use crate::{
    KeyFolder, KeyFolderError, KeyRing, Ledger, LedgerError, OthersKey, RevocationFile,
    RevocationFileError, SharedKeys,
};

/// How long one issuer may not know what another did.
pub(crate) const EVERY: Duration = Duration::from_secs(5);

/// An issuer among others.
#[derive(Clone, Debug)]
pub(crate) struct Sharing {
    board: Board,
    keys: KeyFolder,
    taken: RevocationFile,
    now: fn() -> Timestamp,
}

impl Sharing {
    /// Comes to the board of those whose tokens have the same `iss`. `random` names us, if nothing was shared yet.
    pub(crate) async fn begin(
        ledger: Ledger,
        issuer: &str,
        keys: KeyFolder,
        taken: RevocationFile,
        random: [u8; 32],
        now: fn() -> Timestamp,
    ) -> Result<Self, SharingError> {
        if keys.shared()?.is_none() {
            keys.keep_shared(&SharedKeys::begin(hex(random
                .first_chunk::<8>()
                .unwrap_or(&[0; 8]))))?;
        }
        let sharing = Self {
            board: Board::of(ledger, issuer),
            keys,
            taken,
            now,
        };
        sharing.meet().await?;
        Ok(sharing)
    }

    /// Tells and learns, keys and what was taken back.
    pub(crate) async fn meet(&self) -> Result<(), SharingError> {
        self.exchange_taken().await?;
        self.exchange_keys().await
    }

    /// Meets the others again and again, and says when that ends and when it goes on.
    pub(crate) async fn go_on(self, say: fn(&str)) {
        let mut is_well = true;
        loop {
            tokio::time::sleep(EVERY).await;
            match self.meet().await {
                Ok(()) if !is_well => {
                    say("roompass: the issuers of the ledger hear of each other again");
                    is_well = true;
                }
                Err(error) if is_well => {
                    say(&format!(
                        "roompass: warning: the other issuers of the ledger hear nothing of this one: {error}; it goes on with \
                         what it knows"
                    ));
                    is_well = false;
                }
                Ok(()) | Err(_) => {}
            }
        }
    }

    /// What was taken back alone.
    pub(crate) async fn exchange_taken(&self) -> Result<(), SharingError> {
        let list = self.taken.read()?;
        let Some(exchange) = self.board.exchange(&list, (self.now)()).await? else {
            return Ok(());
        };
        // Read anew under its lock: somebody may have added to it meanwhile, and is told of next time.
        self.taken
            .change(|list| list.learn(&exchange.learn, exchange.seq))?;
        Ok(())
    }

    async fn exchange_keys(&self) -> Result<(), SharingError> {
        let (ring, shared) = (self.keys.ring()?, self.keys.shared()?);
        let shared = shared.ok_or(SharingError::Forgotten)?;
        let mine = stand(&ring, &shared.holder);
        let publish = self
            .board
            .publish(&shared.holder, &mine, ring.seq(), (self.now)());
        let (board, seq) = publish.await?;
        let learned = learned(&shared.holder, &board, seq)?;
        if learned != shared {
            self.keys.keep_shared(&learned)?;
        }
        Ok(())
    }
}

/// Our keys as they are to stand on the board.
fn stand(ring: &KeyRing, holder: &str) -> Vec<BoardKey> {
    let key = |key: &crate::RingKey| BoardKey {
        holder: holder.to_owned(),
        kid: key.id().to_string(),
        jwk: key.public().to_json(),
        imported: key.is_imported(),
        since: 0,
        seen_at: 0,
    };
    ring.keys().iter().map(key).collect()
}

/// What the board says to us.
fn learned(holder: &str, board: &[BoardKey], seq: u64) -> Result<SharedKeys, SharingError> {
    let mut learned = SharedKeys::begin(holder.to_owned());
    learned.seq = seq;
    for key in board {
        let unreadable = || LedgerError::Row { what: "a key" };
        let public = PublicKey::parse(key.jwk.as_bytes()).map_err(|_| unreadable())?;
        if key.holder == holder {
            learned.known_since.push((public.id().clone(), key.since));
        } else if !learned
            .others
            .iter()
            .any(|other| other.public.id() == public.id())
        {
            learned.others.push(OthersKey {
                public,
                imported: key.imported,
            });
        }
    }
    Ok(learned)
}

/// Why the issuers did not hear of each other. What each has, it goes on publishing.
#[derive(Debug, Error)]
pub enum SharingError {
    /// Somebody removed the file under way; the next start makes it again.
    #[error("the key folder's shared.json is gone; start again, and it is made anew")]
    Forgotten,
    /// The key folder.
    #[error(transparent)]
    Keys(#[from] KeyFolderError),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The list of what was taken back.
    #[error(transparent)]
    Taken(#[from] RevocationFileError),
}
