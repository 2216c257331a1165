//! What is known of each key, from the key folder and from what the ledger has of its links.

use room_token::{KeyState, PublicKey, RoomPattern, Timestamp};

use crate::keys::{Keys, KeysError};
use crate::ledger::KeyUse;
use crate::{KeyRing, OthersKey, RingKey};

/// One key.
pub(super) struct Life {
    pub(super) id: String,
    pub(super) phase: Phase,
    /// Since when verifiers can have it.
    pub(super) published: Option<Timestamp>,
    /// The first and the last link that the ledger has of it.
    pub(super) signed: Option<(Timestamp, Timestamp)>,
    /// The first second at which no link of it lives.
    pub(super) dead: Option<Timestamp>,
    /// What it may sign, if it is another team's.
    pub(super) scope: String,
}

/// Where a key is in its life.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Phase {
    Next,
    Active,
    Retiring,
    Gone,
}

impl Phase {
    const fn of(key: &PublicKey) -> Self {
        match key.state() {
            KeyState::Next => Self::Next,
            KeyState::Active => Self::Active,
            KeyState::Retiring => Self::Retiring,
        }
    }

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Active => "active",
            Self::Retiring => "retiring",
            Self::Gone => "gone",
        }
    }
}

/// All of them, in the order in which they follow one another, the newest first.
pub(super) fn all(keys: &Keys, uses: &[KeyUse]) -> Result<Vec<Life>, KeysError> {
    let mut lives = match keys {
        Keys::Folder(folder) => {
            let mut lives = of_ring(&folder.ring()?, uses);
            let shared = folder.shared()?;
            let others = shared.iter().flat_map(|shared| &shared.others);
            let others = others.filter(|key| !lives.iter().any(|life| life.is_of(&key.public)));
            let others: Vec<_> = others.map(|key| Life::of_another(key, uses)).collect();
            lives.extend(others);
            lives
        }
        Keys::One(key) => vec![Life {
            phase: Phase::Active,
            published: None,
            dead: None,
            scope: String::new(),
            signed: signed(key.id().as_str(), uses),
            id: key.id().to_string(),
        }],
    };
    let gone = uses
        .iter()
        .filter(|used| !lives.iter().any(|life| life.id == used.kid));
    let gone: Vec<_> = gone.map(Life::gone).collect();
    lives.extend(gone);
    lives.sort_by_key(|life| (life.phase, std::cmp::Reverse(life.begins())));
    Ok(lives)
}

fn of_ring(ring: &KeyRing, uses: &[KeyUse]) -> Vec<Life> {
    let life = |key: &RingKey| Life {
        id: key.id().to_string(),
        phase: Phase::of(key.public()),
        published: Some(key.published_at()),
        signed: signed(key.id().as_str(), uses),
        dead: key.last_exp().map(|_| key.outlives()),
        scope: if key.is_imported() {
            scope(key.public())
        } else {
            String::new()
        },
    };
    ring.keys().iter().map(life).collect()
}

fn signed(id: &str, uses: &[KeyUse]) -> Option<(Timestamp, Timestamp)> {
    let of_key = uses.iter().find(|each| each.kid == id)?;
    Some((of_key.first, of_key.last))
}

fn scope(key: &PublicKey) -> String {
    let rooms = match key.scope().rooms() {
        None => "every room".to_owned(),
        Some(rooms) => {
            let names: Vec<_> = rooms.iter().map(RoomPattern::to_string).collect();
            names.join(" ")
        }
    };
    format!("another team’s, for {rooms}")
}

impl Life {
    /// What another issuer of the ledger says of its own.
    fn of_another(key: &OthersKey, uses: &[KeyUse]) -> Self {
        let id = key.public.id().to_string();
        Self {
            phase: Phase::of(&key.public),
            published: None,
            signed: signed(&id, uses),
            dead: None,
            scope: if key.imported {
                scope(&key.public)
            } else {
                "another issuer’s".to_owned()
            },
            id,
        }
    }

    fn is_of(&self, key: &PublicKey) -> bool {
        self.id == key.id().as_str()
    }

    fn gone(used: &KeyUse) -> Self {
        Self {
            id: used.kid.clone(),
            phase: Phase::Gone,
            published: None,
            signed: Some((used.first, used.last)),
            dead: None,
            scope: String::new(),
        }
    }

    /// The first that is known of it.
    pub(super) fn begins(&self) -> Option<Timestamp> {
        let signed = self.signed.map(|(first, _)| first);
        self.published.into_iter().chain(signed).min()
    }
}
