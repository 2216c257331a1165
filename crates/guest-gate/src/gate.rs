//! The verdict before the page: from the address, the cookie and public keys alone.

use room_token::{
    Admission, Affiliation, Arrival, Decision, DenyReason, RoomPattern, Timestamp, Verifier,
};

use crate::{Address, Kept, Refusal, cookie};

/// What a gate knows. It changes as a whole, when keys or revocations do.
#[derive(Clone, Debug)]
pub struct Gate {
    /// Without one nothing can be checked, and everybody is told so.
    pub verifier: Option<Verifier>,
    /// Rooms that the door lets people into without a link.
    pub open_rooms: Vec<RoomPattern>,
}

/// Somebody who asks for a page.
#[derive(Clone, Copy, Debug)]
pub struct Visit<'v> {
    /// Which page.
    pub address: &'v Address,
    /// The tokens of the cookie: [`cookie::read`].
    pub kept: &'v [Kept<'v>],
    /// Whether we have just sent them to a link with a fragment: [`cookie::is_marked`].
    pub is_marked: bool,
    /// When.
    pub now: Timestamp,
}

/// What happens now.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// The room's page is served; a `Set-Cookie` goes with it if something is to be kept.
    Pass {
        /// Its value.
        cookie: Option<String>,
    },
    /// A reload that lost its token: to the full link.
    Return {
        /// Path and query, on this host, perhaps with a fragment.
        to: String,
        /// What is to be kept until they are there.
        cookie: Option<String>,
    },
    /// A page of ours, in the room's place.
    Refuse(Box<Refusal>),
}

/// What somebody may do beside coming in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Standing {
    /// They look after the room, and may invite.
    Owner {
        /// Their link: path and query or fragment.
        link: String,
    },
    /// They may come in.
    Guest,
    /// Not even that.
    Refused(Box<Refusal>),
}

impl Gate {
    /// Decides. Whatever it says, the door decides again.
    pub fn look(&self, visit: &Visit<'_>) -> Verdict {
        let room = visit.address.room();
        let Some(verifier) = &self.verifier else {
            return refuse(Refusal::new(DenyReason::VerifierUnavailable, room));
        };
        if let Some(brought) = visit.address.brought() {
            return with_token(verifier, brought, visit);
        }
        if self.is_open(room.as_str()) {
            return Verdict::Pass { cookie: None };
        }
        without_token(verifier, visit)
    }

    /// Whether the door lets people into this room without a link.
    pub fn is_open(&self, room: &str) -> bool {
        self.open_rooms.iter().any(|open| open.matches(room))
    }

    /// The newest token of the cookie that opens this room.
    pub fn newest<'v>(&self, visit: &Visit<'v>) -> Option<Kept<'v>> {
        let (kept, _) = admitted(self.verifier.as_ref()?, visit).ok()?;
        Some(kept)
    }

    /// What the cookie's newest good token for this room says of its bearer.
    pub fn standing(&self, visit: &Visit<'_>) -> Standing {
        let refused = |refusal| Standing::Refused(Box::new(refusal));
        let Some(verifier) = &self.verifier else {
            let room = visit.address.room();
            return refused(Refusal::new(DenyReason::VerifierUnavailable, room));
        };
        match admitted(verifier, visit) {
            Ok((kept, admission)) => standing(kept, &admission, visit.address),
            Err(refusal) => refused(refusal),
        }
    }
}

fn standing(kept: Kept<'_>, admission: &Admission, address: &Address) -> Standing {
    match admission.person().affiliation() {
        Affiliation::Owner => Standing::Owner {
            link: address.with_token(kept),
        },
        Affiliation::Member => Standing::Guest,
    }
}

fn with_token(verifier: &Verifier, brought: Kept<'_>, visit: &Visit<'_>) -> Verdict {
    match decide(verifier, brought.token, visit) {
        Decision::Admit(admission) => Verdict::Pass {
            cookie: keep(verifier, brought, &admission, visit),
        },
        Decision::Deny(reason) => refuse(Refusal::of(
            verifier,
            brought.token,
            reason,
            visit.address,
            visit.now,
        )),
    }
}

/// A fragment is not sent: who has just been sent to one has it.
fn without_token(verifier: &Verifier, visit: &Visit<'_>) -> Verdict {
    match admitted(verifier, visit) {
        Ok((kept, _)) if kept.is_in_fragment && visit.is_marked => Verdict::Pass {
            cookie: Some(cookie::unmark()),
        },
        Ok((kept, _)) => Verdict::Return {
            to: visit.address.with_token(kept),
            cookie: kept.is_in_fragment.then(cookie::mark),
        },
        Err(refusal) => refuse(refusal),
    }
}

/// The newest token of the cookie that opens this room; or why none does.
fn admitted<'v>(verifier: &Verifier, visit: &Visit<'v>) -> Result<(Kept<'v>, Admission), Refusal> {
    let room = visit.address.room();
    let mut told = None;
    for kept in visit.kept {
        match decide(verifier, kept.token, visit) {
            Decision::Admit(admission) => return Ok((*kept, admission)),
            // A token of another room says nothing about this one.
            Decision::Deny(DenyReason::WrongRoom) => {}
            Decision::Deny(reason) if is_for(verifier, kept.token, room.as_str()) => {
                told = told.or(Some((kept.token, reason)));
            }
            Decision::Deny(_) => {}
        }
    }
    Err(match told {
        Some((token, reason)) => Refusal::of(verifier, token, reason, visit.address, visit.now),
        None => Refusal::new(DenyReason::TokenMissing, room),
    })
}

/// Who has the token in the cookie was here with it before: `join_by` is for those who come for the first time.
fn decide(verifier: &Verifier, token: &str, visit: &Visit<'_>) -> Decision {
    let room = visit.address.room().as_str();
    let arrival = Arrival {
        returning: visit.kept.iter().any(|kept| kept.token == token),
        ..Arrival::first(room, visit.now)
    };
    verifier.decide_for(token, &arrival)
}

fn is_for(verifier: &Verifier, token: &str, room: &str) -> bool {
    let named = verifier.identify(token);
    named.is_ok_and(|named| named.rooms.matches(room))
}

/// Only what is good is kept; a cookie that begins with this token stays as it is.
fn keep(
    verifier: &Verifier,
    brought: Kept<'_>,
    admission: &Admission,
    visit: &Visit<'_>,
) -> Option<String> {
    if visit.kept.first() == Some(&brought) {
        return None;
    }
    let others = visit.kept.iter().filter_map(|other| {
        let named = verifier.identify(other.token).ok()?;
        (named.expires_at > visit.now).then_some((*other, named.expires_at))
    });
    let end = admission.validity().expires_at();
    Some(cookie::set((brought, end), others, visit.now))
}

fn refuse(refusal: Refusal) -> Verdict {
    Verdict::Refuse(Box::new(refusal))
}

#[cfg(test)]
pub(crate) mod tests;
