//! The verdict before the page: from the address, the cookie and public keys alone.

use room_token::{Admission, Arrival, Decision, DenyReason, RoomPattern, Timestamp, Verifier};

use crate::{Address, Refusal, cookie};

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
    pub kept: &'v [&'v str],
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
        /// Path and query, on this host.
        to: String,
    },
    /// A page of ours, in the room's place.
    Refuse(Box<Refusal>),
}

impl Gate {
    /// Decides. Whatever it says, the door decides again.
    pub fn look(&self, visit: &Visit<'_>) -> Verdict {
        let room = visit.address.room();
        let Some(verifier) = &self.verifier else {
            return refuse(Refusal::new(DenyReason::VerifierUnavailable, room));
        };
        if let Some(token) = visit.address.token() {
            return with_token(verifier, token, visit);
        }
        if self
            .open_rooms
            .iter()
            .any(|open| open.matches(room.as_str()))
        {
            return Verdict::Pass { cookie: None };
        }
        without_token(verifier, visit)
    }
}

fn with_token(verifier: &Verifier, token: &str, visit: &Visit<'_>) -> Verdict {
    match decide(verifier, token, visit) {
        Decision::Admit(admission) => Verdict::Pass {
            cookie: keep(verifier, token, &admission, visit),
        },
        Decision::Deny(reason) => refuse(Refusal::of(
            verifier,
            token,
            reason,
            visit.address,
            visit.now,
        )),
    }
}

fn without_token(verifier: &Verifier, visit: &Visit<'_>) -> Verdict {
    let room = visit.address.room();
    let mut told = None;
    for token in visit.kept {
        match decide(verifier, token, visit) {
            Decision::Admit(_) => {
                let to = visit.address.with_token(token);
                return Verdict::Return { to };
            }
            // A token of another room says nothing about this one.
            Decision::Deny(DenyReason::WrongRoom) => {}
            Decision::Deny(reason) if is_for(verifier, token, room.as_str()) => {
                told = told.or(Some((*token, reason)));
            }
            Decision::Deny(_) => {}
        }
    }
    refuse(match told {
        Some((token, reason)) => Refusal::of(verifier, token, reason, visit.address, visit.now),
        None => Refusal::new(DenyReason::TokenMissing, room),
    })
}

/// Who has the token in the cookie was here with it before: `join_by` is for those who come for the first time.
fn decide(verifier: &Verifier, token: &str, visit: &Visit<'_>) -> Decision {
    let room = visit.address.room().as_str();
    let arrival = Arrival {
        returning: visit.kept.contains(&token),
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
    token: &str,
    admission: &Admission,
    visit: &Visit<'_>,
) -> Option<String> {
    if visit.kept.first() == Some(&token) {
        return None;
    }
    let others = visit.kept.iter().filter_map(|other| {
        let named = verifier.identify(other).ok()?;
        (named.expires_at > visit.now).then_some((*other, named.expires_at))
    });
    let end = admission.validity().expires_at();
    Some(cookie::set((token, end), others, visit.now))
}

fn refuse(refusal: Refusal) -> Verdict {
    Verdict::Refuse(Box::new(refusal))
}

#[cfg(test)]
mod tests;
