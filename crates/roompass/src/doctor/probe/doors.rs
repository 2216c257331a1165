//! The other doors of a shard, tried by a stranger on one connection.

use std::collections::BTreeSet;

use minidom::Element;

use super::super::errand::Errand;
use super::super::observation::{Focus, HostKind, Leg, Observation, Outcome};
use super::leg::condition;
use super::visit::{Way, failed, of_join};
use crate::failure::Failure;
use crate::knock::address::Address;
use crate::knock::guest::answer_to;
use crate::knock::stanzas;
use crate::knock::stream::Stream;
use crate::knock::verdict::Verdict;

const ITEMS: &str = "http://jabber.org/protocol/disco#items";
const INFO: &str = "http://jabber.org/protocol/disco#info";
const FOCUS: &str = "http://jitsi.org/protocol/focus";
/// Nobody has it (RFC 2606 §2), so Jicofo makes no room there.
const NOWHERE: &str = "conference.roompass-doctor.invalid";
/// More hosts than any Jitsi has.
const MOST_HOSTS: usize = 40;

/// Asks Jicofo by both its names, and knocks at every host with rooms. `in_use` is in the room that a guest is in.
pub(super) async fn look(leg: &Leg, way: &Way<'_>, in_use: Option<&Errand>) -> Vec<Observation> {
    let Some(errand) = in_use else {
        return Vec::new();
    };
    let stranger = Errand {
        token: String::new(),
        ..errand.clone()
    };
    let requests = Box::pin(requests(leg, way, &stranger)).await;
    let mut seen = Vec::new();
    let doors = doors(leg, way, &stranger, &mut seen);
    // What was seen until then counts, whatever happened.
    tokio::time::timeout(way.patience, doors).await.ok();
    [requests, seen].concat()
}

/// Each on a connection of its own: a request that Jicofo has takes time.
async fn requests(leg: &Leg, way: &Way<'_>, stranger: &Errand) -> Vec<Observation> {
    let (component, user) = (way.hosts.focus.as_str(), way.hosts.focus_user.as_str());
    let (component, user) = tokio::join!(
        is_kept(way, stranger, component),
        is_kept(way, stranger, user)
    );
    let kept = [(Focus::Component, component), (Focus::User, user)];
    let request = |(to, kept): (Focus, Option<bool>)| {
        Some(Observation::Request {
            leg: leg.clone(),
            to,
            kept: kept?,
        })
    };
    kept.into_iter().filter_map(request).collect()
}

/// Our door answers at once that all is ready, of any room; nobody else can say so of a host that nobody has. Nothing
/// if there was no way to ask.
async fn is_kept(way: &Way<'_>, stranger: &Errand, focus: &str) -> Option<bool> {
    let address = way.address(stranger);
    let guest = way.guest(&address);
    let arriving = tokio::time::timeout(way.patience, guest.arrive());
    let (mut stream, _jid) = arriving.await.ok()?.ok()?;
    let room = format!("{}@{NOWHERE}", stranger.room);
    let request = stanzas::conference(focus, &room, &guest.machine, "");
    stream.send(&request).await.ok()?;
    let answer = tokio::time::timeout(way.patience, answer_to(&mut stream, "conference")).await;
    let is_ready = |answer: &Element| {
        let conference = answer.get_child("conference", FOCUS);
        conference.and_then(|c| c.attr("ready")) == Some("true")
    };
    Some(answer.is_ok_and(|answer| answer.is_ok_and(|answer| is_ready(&answer))))
}

async fn doors(
    leg: &Leg,
    way: &Way<'_>,
    stranger: &Errand,
    seen: &mut Vec<Observation>,
) -> Result<(), Failure> {
    let address = way.address(stranger);
    let guest = way.guest(&address);
    let (mut stream, _jid) = guest.arrive().await?;
    let muc = &way.hosts.muc;
    let listed = items(&mut stream, muc).await?;
    seen.push(Observation::Listing {
        leg: leg.clone(),
        listed: listed.contains(&address.room),
    });
    for host in hosts(&mut stream, way).await? {
        let outcome = knock(way, &mut stream, &host, stranger).await;
        seen.push(Observation::Door {
            kind: HostKind::of(&host),
            host,
            outcome,
        });
    }
    stream.close().await;
    Ok(())
}

/// Every host with rooms that the server tells of, and those that it may hide, but for the main rooms.
async fn hosts(stream: &mut Stream, way: &Way<'_>) -> Result<Vec<String>, Failure> {
    let domain = &way.hosts.domain;
    let mut known = BTreeSet::new();
    for below in items(stream, domain).await? {
        known.extend(items(stream, &below).await?);
        known.insert(below);
    }
    let hidden = [
        "lobby",
        "breakout",
        "internal",
        "internal-muc",
        "internal.auth",
    ];
    known.extend(hidden.map(|label| format!("{label}.{domain}")));
    let hosts = &way.hosts;
    known.retain(|host| {
        !host.contains('@') && *host != hosts.muc && !hosts.unguarded.contains(host)
    });
    let mut with_rooms = Vec::new();
    for host in known.into_iter().take(MOST_HOSTS) {
        if has_rooms(stream, &host).await? {
            with_rooms.push(host);
        }
    }
    Ok(with_rooms)
}

/// The addresses below one (XEP-0030 §4).
async fn items(stream: &mut Stream, of: &str) -> Result<Vec<String>, Failure> {
    stream.send(&stanzas::ask(of, ITEMS)).await?;
    let answer = answer_to(stream, "question").await?;
    let query = answer.get_child("query", ITEMS);
    let items = query.into_iter().flat_map(Element::children);
    Ok(items
        .filter_map(|item| item.attr("jid"))
        .map(str::to_owned)
        .collect())
}

/// Whether it says that it is a host of rooms (XEP-0045 §6.2).
async fn has_rooms(stream: &mut Stream, host: &str) -> Result<bool, Failure> {
    stream.send(&stanzas::question(host)).await?;
    let answer = answer_to(stream, "question").await?;
    if condition(&answer).is_some() {
        return Ok(false);
    }
    let query = answer.get_child("query", INFO);
    let mut parts = query.into_iter().flat_map(Element::children);
    Ok(parts.any(|part| part.name() == "identity" && part.attr("category") == Some("conference")))
}

/// To a room that nobody has.
async fn knock(way: &Way<'_>, stream: &mut Stream, host: &str, stranger: &Errand) -> Outcome {
    let address = Address {
        room: format!("{}-door@{host}", stranger.room),
        muc: host.to_owned(),
        ..way.address(stranger)
    };
    let guest = way.guest(&address);
    let occupant = format!("{}/{}", address.room, way.nick());
    let joining = async {
        match guest.try_to_join(stream, &occupant).await? {
            Verdict::Admitted(admitted) => {
                stream.send(&stanzas::leave(&occupant)).await?;
                Ok(Outcome::Admitted {
                    affiliation: admitted.affiliation,
                })
            }
            Verdict::Refused(refused) => of_join(stream, host, refused).await,
        }
    };
    // Some say nothing to strangers, and the others still want to be asked.
    match tokio::time::timeout(way.patience / 3, joining).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(failure)) => failed(guest.step.get(), &failure),
        Err(_elapsed) => {
            let step = guest.step.get();
            failed(step, &step.timed_out((way.seconds() / 3).max(1)))
        }
    }
}
