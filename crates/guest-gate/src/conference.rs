//! Jicofo's conference request over HTTP (jicofo's `doc/conference-request.md`): whoever sends one makes Jicofo open a
//! room, and Jicofo asks nobody who they are. What is asked stands in the body.

use room_token::{Arrival, Decision, DenyReason, RoomName, RoomPattern, Timestamp, Verifier};
use serde::Deserialize;
use thiserror::Error;

use crate::{Gate, Kept};

/// Where the rooms of this Jitsi are.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Conferences {
    /// `conference` of `conference.meet.example.org`.
    prefix: String,
    /// `meet.example.org`.
    domain: String,
}

/// What a conference is asked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Asked {
    /// A room behind our door.
    Room(RoomName),
    /// A breakout room. Which ones there are only the shard knows.
    Breakout,
    /// Jicofo joins any address that it is asked to; these are none of this Jitsi's rooms.
    Elsewhere,
}

#[derive(Deserialize)]
struct Body {
    // A second one is an error to serde, so what we judge is what Jicofo reads.
    room: String,
}

impl Conferences {
    /// Bytes of a request; the client's are a few hundred.
    pub const MAX_BYTES: usize = 16 * 1024;

    /// Takes the host of the rooms, as in `hosts.muc` of Jitsi's `config.js`.
    ///
    /// # Errors
    /// [`ConferenceError::Host`] for what is none.
    pub fn at(host: &str) -> Result<Self, ConferenceError> {
        let host = host.to_ascii_lowercase();
        let is_host = |c: char| c.is_ascii_alphanumeric() || "-.".contains(c);
        match host.split_once('.') {
            Some((prefix, domain))
                if !prefix.is_empty() && !domain.is_empty() && host.chars().all(is_host) =>
            {
                Ok(Self {
                    prefix: prefix.to_owned(),
                    domain: domain.to_owned(),
                })
            }
            Some(_) | None => Err(ConferenceError::Host),
        }
    }

    /// Reads a request.
    ///
    /// # Errors
    /// [`ConferenceError::Body`] for what Jicofo would not read in exactly one way.
    pub fn asked(&self, body: &[u8]) -> Result<Asked, ConferenceError> {
        let body: Body = serde_json::from_slice(body).map_err(|_| ConferenceError::Body)?;
        let Some((node, host)) = body.room.split_once('@') else {
            return Ok(Asked::Elsewhere);
        };
        let host = host.to_ascii_lowercase();
        if host == format!("breakout.{}", self.domain) {
            return Ok(Asked::Breakout);
        }
        // A name that is not spelled as signed is another room, as at the door.
        let room = RoomName::from_canonical(node).ok();
        let room = room.and_then(|room| self.in_its_tenant(&host, room));
        Ok(room.map_or(Asked::Elsewhere, Asked::Room))
    }

    /// Jitsi's `mod_muc_domain_mapper`: `board@conference.acme.DOMAIN` is `[acme]board`.
    fn in_its_tenant(&self, host: &str, room: RoomName) -> Option<RoomName> {
        let below = host.strip_prefix(&self.prefix)?.strip_prefix('.')?;
        if below == self.domain {
            return Some(room);
        }
        let tenant = below.strip_suffix(&self.domain)?.strip_suffix('.')?;
        if tenant.contains('.') || room.tenant().is_some() {
            return None;
        }
        room.in_tenant(tenant).ok()
    }

    /// Whom the client may take for Jicofo, as in Jitsi's packages.
    pub fn focus(&self) -> String {
        format!("focus@auth.{}", self.domain)
    }
}

impl Gate {
    /// Whether Jicofo may hear of it: the first of these tokens that opens the room is enough.
    ///
    /// # Errors
    /// The reason of the first that does not.
    pub fn may_request(
        &self,
        asked: &Asked,
        tokens: &[&str],
        now: Timestamp,
    ) -> Result<(), DenyReason> {
        let verifier = self.verifier.as_ref();
        let verifier = verifier.ok_or(DenyReason::VerifierUnavailable)?;
        if let Asked::Room(room) = asked
            && tokens.is_empty()
            && self.is_open(room.as_str())
        {
            return Ok(());
        }
        let mut told = DenyReason::TokenMissing;
        for (index, token) in tokens.iter().enumerate() {
            match decide(verifier, asked, token, now) {
                Ok(()) => return Ok(()),
                Err(reason) if index == 0 => told = reason,
                Err(_) => {}
            }
        }
        Err(told)
    }
}

fn decide(
    verifier: &Verifier,
    asked: &Asked,
    token: &str,
    now: Timestamp,
) -> Result<(), DenyReason> {
    let room = match asked {
        Asked::Room(room) => room.clone(),
        Asked::Breakout => match verifier.identify(token)?.rooms {
            RoomPattern::Exact(room) => room,
            RoomPattern::Prefix { .. } => {
                return verdict(verifier.explain(token, None, now).decision());
            }
        },
        Asked::Elsewhere => return Err(DenyReason::WrongRoom),
    };
    // Whoever reconnects after `join_by` asks again, and the room decides whether they were there.
    let arrival = Arrival {
        returning: true,
        ..Arrival::first(room.as_str(), now)
    };
    verdict(&verifier.decide_for(token, &arrival))
}

const fn verdict(decision: &Decision) -> Result<(), DenyReason> {
    match decision {
        Decision::Admit(_) => Ok(()),
        Decision::Deny(reason) => Err(*reason),
    }
}

/// The tokens of a request, as Jitsi's clients bring them: `Authorization`, `?token=`, or the cookie alone.
pub(crate) fn tokens<'r>(
    authorization: &'r str,
    query: Option<&'r str>,
    kept: &[Kept<'r>],
) -> Vec<&'r str> {
    let scheme = authorization.split_once(' ');
    let bearer = scheme.filter(|(name, _)| name.eq_ignore_ascii_case("bearer"));
    let bearer = bearer.map(|(_, token)| token.trim());
    let brought = bearer.into_iter().chain(query);
    let brought: Vec<_> = brought.filter(|token| !token.is_empty()).collect();
    if brought.is_empty() {
        return kept.iter().map(|kept| kept.token).collect();
    }
    brought
}

/// Why there is nothing to judge.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum ConferenceError {
    /// Not JSON, no room, or two.
    #[error("the request is not JSON with one `room`")]
    Body,
    /// Not a host of rooms.
    #[error(
        "not a host of rooms; it is `hosts.muc` of Jitsi's config.js, such as conference.meet.example.org"
    )]
    Host,
}

#[cfg(test)]
mod tests;
