//! The shard that an explanation is asked of: ours, or another with its own keys, feed and people in the room.

use room_token::{
    Arrival, Deployment, KeySet, Revocations, RootKey, StatusList, Timestamp, Verifier, WhenStale,
};

use super::super::App;
use super::super::members::Members;
use super::super::problem::Problem;
use crate::OfficeError;

/// What of a question says which shard.
pub(super) const MEMBERS: [&str; 11] = [
    "key_set",
    "root_key",
    "seen_key_set",
    "revocations",
    "status_list",
    "max_stale",
    "issuer",
    "audience",
    "returning",
    "same_token",
    "occupants",
];

/// What that shard would decide with.
pub(super) fn verifier(app: &App, asked: &Members) -> Result<Verifier, Problem> {
    let deployment = deployment(app, asked)?;
    let key_set = key_set(app, asked)?;
    let feed = asked.string("revocations")?.map(|feed| {
        let feed = Revocations::parse(feed, &key_set, &deployment, None);
        feed.map_err(|error| asked.problem("revocations", error))
    });
    let feed = feed.transpose()?;
    let list = asked.string("status_list")?.map(|list| {
        let list = StatusList::parse(list, &key_set, &deployment, None);
        list.map_err(|error| asked.problem("status_list", error))
    });
    let list = list.transpose()?;
    let verifier =
        Verifier::new(key_set, deployment).map_err(|error| asked.problem("key_set", error))?;
    let verifier = match list {
        Some(list) => verifier.with_status_list(list, when_stale(asked)?),
        None => verifier,
    };
    match feed {
        Some(feed) => Ok(verifier.with_revocations(feed, when_stale(asked)?)),
        None if asked.has("key_set") => Ok(verifier),
        None => app.with_feed(verifier),
    }
}

fn deployment(app: &App, asked: &Members) -> Result<Deployment, Problem> {
    let ours = &app.office.deployment;
    let issuer = asked.string("issuer")?.unwrap_or(ours.issuer());
    let audience = asked.string("audience")?.unwrap_or(ours.audience());
    let field = if asked.has("issuer") {
        "issuer"
    } else {
        "audience"
    };
    Deployment::new(issuer, audience).map_err(|error| asked.problem(field, error))
}

fn key_set(app: &App, asked: &Members) -> Result<KeySet, Problem> {
    let root = asked.string("root_key")?.map(|jwk| {
        let root = RootKey::parse(jwk.as_bytes());
        root.map_err(|fault| asked.problem("root_key", format!("the root key {fault}")))
    });
    let Some(text) = asked.string("key_set")? else {
        return Ok(app.office.key_set().map_err(OfficeError::from)?);
    };
    let set = KeySet::read(text.as_bytes(), root.transpose()?.as_ref());
    let seen = asked.count("seen_key_set")?;
    let set = set.and_then(|set| set.at_least(seen));
    set.map_err(|error| asked.problem("key_set", error))
}

fn when_stale(asked: &Members) -> Result<WhenStale, Problem> {
    let secs = asked.seconds("max_stale")?;
    Ok(secs.map_or(WhenStale::Admit, WhenStale::ShutAfter))
}

/// Who is there, if anything was said of it.
pub(super) fn arrival<'a>(
    asked: &Members,
    node: Option<&'a str>,
    now: Timestamp,
) -> Result<Option<Arrival<'a>>, Problem> {
    let said = ["returning", "same_token", "occupants"];
    let Some(first) = said.iter().find(|name| asked.has(name)) else {
        return Ok(None);
    };
    let node = node.ok_or_else(|| {
        asked.problem(
            first,
            "nobody is at a room that is not named; give `room` too",
        )
    })?;
    Ok(Some(Arrival {
        returning: asked.flag("returning")?.unwrap_or(false),
        same_token: people(asked, "same_token")?,
        occupants: people(asked, "occupants")?,
        ..Arrival::first(node, now)
    }))
}

fn people(asked: &Members, name: &str) -> Result<u32, Problem> {
    let count = asked.count(name)?.unwrap_or(0);
    u32::try_from(count)
        .map_err(|_| asked.problem(name, "more people than any room has; give their number"))
}
