//! From an owner's link, a weaker one for a guest: the same room, never longer, wider or later than the first.
//!
//! An owner needs no issuer's key for that, only the link; so what comes out must not be worth more than what went in.

use room_token::{
    Admission, Affiliation, Decision, DenyReason, DisplayName, Features, Grant, Lifetime, Limits,
    LimitsError, Parent, Person, RoomName, RoomPattern, TimeError, Timestamp, Validity, Windows,
};
use thiserror::Error;

use crate::Ending;

/// What the owner would like.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct GuestWish {
    /// The name that others see; the guest chooses one, if absent.
    pub name: Option<DisplayName>,
    /// When the guest's link ends; with the owner's, if absent.
    pub end: Option<Ending>,
    /// People at once with the guest's link; as many as with the owner's, if absent.
    pub seats: Option<u64>,
}

/// The owner, if this is one's link and it admits now.
///
/// # Errors
/// [`DeriveError::Denied`] and [`DeriveError::NotOwner`].
pub fn owner(decision: &Decision) -> Result<&Admission, DeriveError> {
    match decision {
        Decision::Deny(reason) => Err(DeriveError::Denied(*reason)),
        Decision::Admit(admission) => match admission.person().affiliation() {
            Affiliation::Owner => Ok(admission),
            Affiliation::Member => Err(DeriveError::NotOwner),
        },
    }
}

/// What to sign for the guest of this owner. The owner's windows, latest join, occupants and features hold for the
/// guest too; the owner's name, id, e-mail address and picture do not pass on. Whatever takes the owner's link back
/// takes the guest's back too.
///
/// # Errors
/// [`DeriveError`] if it would be more than the owner has.
pub fn derive(
    owner: &Admission,
    wish: GuestWish,
    now: Timestamp,
) -> Result<(Grant, Validity), DeriveError> {
    Owned {
        room: only_room(owner)?,
        limits: owner.limits(),
        windows: owner.windows(),
        features: owner.features(),
        validity: owner.validity(),
        parent: Parent::of(owner),
    }
    .for_guest(wish, now)
}

/// What of an owner's link passes on.
pub(crate) struct Owned<'a> {
    pub(crate) room: &'a RoomName,
    pub(crate) limits: &'a Limits,
    pub(crate) windows: Option<&'a Windows>,
    pub(crate) features: Option<&'a Features>,
    pub(crate) validity: &'a Validity,
    pub(crate) parent: Parent,
}

impl Owned<'_> {
    pub(crate) fn for_guest(
        self,
        wish: GuestWish,
        now: Timestamp,
    ) -> Result<(Grant, Validity), DeriveError> {
        let guest = Person::anonymous(Affiliation::Member);
        let guest = wish.name.into_iter().fold(guest, Person::named);
        let mut grant = Grant::new(self.room.clone(), guest)
            .within(limits(self.limits, wish.seats)?)
            .derived_from(self.parent);
        if let Some(windows) = self.windows {
            grant = grant.during(windows.clone());
        }
        if let Some(features) = self.features {
            grant = grant.with_features(features.clone());
        }
        Ok((grant, validity(self.validity, wish.end, now)?))
    }
}

fn only_room(owner: &Admission) -> Result<&RoomName, DeriveError> {
    match owner.rooms() {
        RoomPattern::Exact(room) => Ok(room),
        RoomPattern::Prefix { .. } => Err(DeriveError::ManyRooms),
    }
}

fn limits(owner: &Limits, seats: Option<u64>) -> Result<Limits, DeriveError> {
    let Some(asked) = seats else {
        return Ok(*owner);
    };
    let most = owner.seats();
    if most.is_some_and(|most| asked > u64::from(most)) {
        return Err(DeriveError::Seats {
            most: most.unwrap_or_default(),
        });
    }
    owner.with_seats(asked).map_err(DeriveError::Count)
}

fn validity(
    owner: &Validity,
    end: Option<Ending>,
    now: Timestamp,
) -> Result<Validity, DeriveError> {
    let ends = owner.expires_at();
    let expires_at = match end {
        None => ends,
        Some(Ending::At(time)) => time,
        Some(Ending::After(secs)) => now.plus(Lifetime::from_secs(secs)?.as_secs()),
    };
    if expires_at > ends {
        return Err(DeriveError::Outlives { ends });
    }
    // It admits already, but perhaps by leeway alone.
    let not_before = owner.not_before().filter(|start| *start > now);
    Ok(Validity::new(now, not_before, expires_at)?)
}

/// Why no guest's link comes out.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum DeriveError {
    /// A number of seats that no room has.
    #[error(transparent)]
    Count(LimitsError),
    /// It opens no door itself.
    #[error("the link does not admit: {0}")]
    Denied(DenyReason),
    /// A wildcard.
    #[error("the link is for more than one room; take one for the room itself")]
    ManyRooms,
    /// A guest's link.
    #[error("the link is a guest's; only an owner's can be derived from")]
    NotOwner,
    /// Longer than the owner's.
    #[error("the owner's link ends {ends}; choose an end no later than that, or leave it out")]
    Outlives {
        /// When it ends.
        ends: Timestamp,
    },
    /// More seats than the owner's.
    #[error("the owner's link has {most} seats; ask for no more, or leave them out")]
    Seats {
        /// How many it has.
        most: u32,
    },
    /// Times that make no sense.
    #[error(transparent)]
    Time(#[from] TimeError),
}

impl DeriveError {
    /// How a program knows it: the deny reason's code, or its own.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Denied(reason) => reason.code(),
            Self::ManyRooms => "many-rooms",
            Self::NotOwner => "not-owner",
            Self::Count(_) | Self::Outlives { .. } | Self::Seats { .. } | Self::Time(_) => {
                "invalid-value"
            }
        }
    }
}

#[cfg(test)]
mod tests;
