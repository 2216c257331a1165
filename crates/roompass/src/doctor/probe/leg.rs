//! Everything that is tried on one way to the shards.

use futures_util::future::join_all;

use super::super::errand::Errand;
use super::super::observation::{Leg, Observation, Outcome, Step, Visitor};
use super::visit::{Inside, Way};
use super::{date, doors, routing};
use crate::knock::stanzas;
use crate::knock::verdict::Refused;

/// Sends everybody. While the guest is in, the thieves find a room that is in use.
pub(super) async fn look(leg: &Leg, way: Way<'_>, errands: &[Errand]) -> Vec<Observation> {
    let (guests, others): (Vec<&Errand>, Vec<&Errand>) = errands
        .iter()
        .partition(|errand| matches!(errand.visitor, Visitor::Guest { .. }));
    let mut seen = clock(leg, &way, errands).await;
    let mut guest = None;
    if let Some(errand) = guests.first() {
        let (outcome, inside) = way.enter(errand, true).await;
        let is_dead = is_dead(&outcome);
        guest = Some((errand.visitor, outcome, inside));
        if is_dead {
            seen.extend(visits(
                leg,
                guest.into_iter().map(|(who, how, _)| (who, how)),
            ));
            return seen;
        }
    }
    let all = others.iter().zip(1_u64..).map(|(errand, number)| {
        let way = Way {
            chance: way.chance.wrapping_add(number),
            ..way
        };
        async move { (errand.visitor, way.visit(errand).await) }
    });
    let room = errands.first();
    let (thieves, doors, spellings) = tokio::join!(
        join_all(all),
        doors::look(leg, &way, room),
        routing::look(leg, &way)
    );
    let is_in = matches!(&guest, Some((_, Outcome::Admitted { .. }, _)));
    if let Some((who, outcome, inside)) = guest {
        let outcome = stay(&way, outcome, inside).await;
        seen.extend(visits(leg, [(who, outcome)]));
    }
    seen.extend(visits(leg, thieves));
    // In a list of empty rooms nothing can be found.
    let doors = doors.into_iter();
    seen.extend(doors.filter(|door| is_in || !matches!(door, Observation::Listing { .. })));
    seen.extend(spellings);
    seen
}

/// Nobody gets through this way, so nobody else need try.
fn is_dead(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Failed { at, .. } => matches!(at, Step::Connect | Step::LogIn),
        Outcome::Admitted { .. } | Outcome::Refused { .. } | Outcome::Absent => false,
    }
}

fn visits(leg: &Leg, visits: impl IntoIterator<Item = (Visitor, Outcome)>) -> Vec<Observation> {
    let visit = |(visitor, outcome)| Observation::Visit {
        leg: leg.clone(),
        visitor,
        outcome,
    };
    visits.into_iter().map(visit).collect()
}

/// The end of the guest's stay: Jicofo may have made them an owner meanwhile.
async fn stay(way: &Way<'_>, outcome: Outcome, inside: Option<Inside>) -> Outcome {
    let Some(mut inside) = inside else {
        return outcome;
    };
    let outcome = match outcome {
        Outcome::Admitted { affiliation } => {
            let now = affiliation_now(&mut inside, way);
            let later = tokio::time::timeout(way.patience, now).await;
            Outcome::Admitted {
                affiliation: later.ok().flatten().unwrap_or(affiliation),
            }
        }
        other @ (Outcome::Refused { .. } | Outcome::Absent | Outcome::Failed { .. }) => other,
    };
    way.leave(inside).await;
    outcome
}

/// What the room has said of us since we came in.
async fn affiliation_now(inside: &mut Inside, way: &Way<'_>) -> Option<String> {
    let question = stanzas::question(&way.hosts.muc);
    inside.stream.send(&question).await.ok()?;
    let mut last = None;
    loop {
        let stanza = inside.stream.next().await.ok()?;
        if stanza.name() == "iq" && stanza.attr("id") == Some("question") {
            return last;
        }
        if stanza.attr("from") == Some(&inside.occupant) && stanza.attr("type").is_none() {
            let user = "http://jabber.org/protocol/muc#user";
            let item = stanza
                .get_child("x", user)
                .and_then(|x| x.get_child("item", user));
            let affiliation = item.and_then(|item| item.attr("affiliation"));
            last = affiliation.map(str::to_owned).or(last);
        }
    }
}

/// The server's clock, by the `Date` of its handshake.
async fn clock(leg: &Leg, way: &Way<'_>, errands: &[Errand]) -> Vec<Observation> {
    let Some(errand) = errands.first() else {
        return Vec::new();
    };
    let address = way.address(&Errand {
        token: String::new(),
        ..errand.clone()
    });
    let connecting = crate::knock::stream::Stream::connect(&address);
    let Ok(Ok(mut stream)) = tokio::time::timeout(way.patience, connecting).await else {
        return Vec::new(); // whoever comes next says what is wrong
    };
    let ahead = stream.date.take().and_then(|text| date::ahead(&text));
    let place = leg.name.clone();
    ahead
        .map(|ahead| Observation::Clock { place, ahead })
        .into_iter()
        .collect()
}

/// Whether an answer is an error, and which.
pub(super) fn condition(answer: &minidom::Element) -> Option<String> {
    let is_error = answer.attr("type") == Some("error");
    is_error.then(|| Refused::from_error(answer).condition)
}
