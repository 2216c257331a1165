//! One visit to a shard, over its WebSocket.

use std::cell::Cell;
use std::time::Duration;

use url::Url;

use super::super::errand::Errand;
use super::super::observation::{Outcome, Step};
use super::super::plan::Hosts;
use crate::failure::Failure;
use crate::knock::address::{Address, encoded};
use crate::knock::guest::{self, Guest, is_nobody};
use crate::knock::stanzas;
use crate::knock::stream::Stream;
use crate::knock::verdict::{Admitted, Refused, Verdict};

/// Where visits begin: one leg, and the names behind it.
#[derive(Clone, Copy)]
pub(super) struct Way<'a> {
    pub(super) url: &'a Url,
    pub(super) tenant: Option<&'a str>,
    pub(super) hosts: &'a Hosts,
    pub(super) patience: Duration,
    /// Random; makes nicks and a machine's id.
    pub(super) chance: u64,
}

/// Somebody who is connected, and perhaps in a room.
pub(super) struct Inside {
    pub(super) stream: Stream,
    pub(super) occupant: String,
}

impl Way<'_> {
    /// What somebody with this errand connects to.
    pub(super) fn address(&self, errand: &Errand) -> Address {
        let mut url = self.url.clone();
        let mut query: Vec<String> = url.query().map(str::to_owned).into_iter().collect();
        query.push(format!("room={}", errand.query));
        query.extend(self.tenant.map(|tenant| format!("prefix={tenant}")));
        if !errand.token.is_empty() {
            query.push(format!("token={}", encoded(&errand.token)));
        }
        url.set_query(Some(&query.join("&")));
        let Hosts {
            domain, muc, focus, ..
        } = self.hosts.clone();
        Address {
            service_url: url,
            room: format!("{}@{muc}", errand.room),
            token: errand.token.clone(),
            domain,
            muc,
            focus,
        }
    }

    pub(super) fn guest<'a>(&self, address: &'a Address) -> Guest<'a> {
        Guest {
            address,
            nick: None,
            asks_focus: false,
            machine: format!("{:032x}", self.chance),
            step: Cell::new(guest::Step::Connect),
        }
    }

    /// The patience in words that people read.
    pub(super) fn seconds(&self) -> u64 {
        self.patience.as_secs().max(1)
    }

    /// A nick that nobody else has.
    pub(super) fn nick(&self) -> String {
        format!("{:08x}", self.chance & 0xffff_ffff)
    }

    /// Goes to the room, and out again.
    pub(super) async fn visit(&self, errand: &Errand) -> Outcome {
        let (outcome, inside) = self.enter(errand, false).await;
        if let Some(inside) = inside {
            self.leave(inside).await;
        }
        outcome
    }

    /// Goes to the room, perhaps by way of Jicofo, and stays as long as it is kept.
    pub(super) async fn enter(
        &self,
        errand: &Errand,
        asks_focus: bool,
    ) -> (Outcome, Option<Inside>) {
        let address = self.address(errand);
        let guest = self.guest(&address);
        let way = self.go(&guest, asks_focus);
        match tokio::time::timeout(self.patience, way).await {
            Ok(Ok((outcome, inside))) => (outcome, Some(inside)),
            Ok(Err(failure)) => (failed(guest.step.get(), &failure), None),
            Err(_elapsed) => {
                let step = guest.step.get();
                (failed(step, &step.timed_out(self.seconds())), None)
            }
        }
    }

    async fn go(&self, guest: &Guest<'_>, asks_focus: bool) -> Result<(Outcome, Inside), Failure> {
        let (mut stream, _jid) = guest.arrive().await?;
        let occupant = format!("{}/{}", guest.address.room, self.nick());
        if asks_focus && let Some(refused) = guest.ask_focus(&mut stream).await? {
            return Ok((of_request(refused), Inside { stream, occupant }));
        }
        let outcome = match guest.try_to_join(&mut stream, &occupant).await? {
            Verdict::Admitted(Admitted { affiliation, .. }) => Outcome::Admitted { affiliation },
            Verdict::Refused(refused) => of_join(&mut stream, &guest.address.muc, refused).await?,
        };
        Ok((outcome, Inside { stream, occupant }))
    }

    /// Says goodbye, as far as there is time.
    pub(super) async fn leave(&self, inside: Inside) {
        let Inside {
            mut stream,
            occupant,
        } = inside;
        let goodbye = async {
            stream.send(&stanzas::leave(&occupant)).await.ok();
            stream.close().await;
        };
        // Whoever does not answer a goodbye is left all the same.
        tokio::time::timeout(self.patience / 4, goodbye).await.ok();
    }
}

/// What the answer to a join means.
pub(super) async fn of_join(
    stream: &mut Stream,
    host: &str,
    refused: Refused,
) -> Result<Outcome, Failure> {
    if is_nobody(stream, host, &refused).await? {
        return Ok(Outcome::Absent);
    }
    Ok(Outcome::Refused {
        code: refused.code,
        condition: refused.condition,
    })
}

/// A refused conference request: the host is waited for, or Jicofo says no.
fn of_request(refused: Refused) -> Outcome {
    if refused.condition == "not-authorized" {
        return Outcome::Refused {
            code: Some("not-open-yet".to_owned()),
            condition: refused.condition,
        };
    }
    Outcome::Failed {
        at: Step::AskFocus,
        why: format!("the conference request was refused: {}", refused.condition),
    }
}

pub(super) fn failed(at: guest::Step, failure: &Failure) -> Outcome {
    let at = match at {
        guest::Step::Connect => Step::Connect,
        guest::Step::Open | guest::Step::LogIn | guest::Step::Bind => Step::LogIn,
        guest::Step::AskFocus => Step::AskFocus,
        guest::Step::Join | guest::Step::Settle => Step::Join,
    };
    Outcome::Failed {
        at,
        why: crate::hide::tokens(failure.what()),
    }
}
