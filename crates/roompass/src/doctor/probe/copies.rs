//! Copies of the key set and of the revocations, in files or at addresses.

use std::path::Path;
use std::time::Duration;

use room_token::{Deployment, KeySet, Revocations, RootKey, Timestamp};

use super::super::errand;
use super::super::observation::{Age, Keys, Observation};
use super::super::plan::Plan;
use crate::{files, http};

/// Reads all of them.
pub(super) async fn look(plan: &Plan, now: Timestamp) -> Vec<Observation> {
    let copies = &plan.copies;
    let names = copies.key_sets.iter().chain(&copies.feeds);
    let most = [KeySet::MAX_SIGNED_BYTES, Revocations::MAX_BYTES];
    let most = most.into_iter().max().unwrap_or_default();
    let read = names.map(|name| read(name.clone(), most, plan.patience));
    let mut texts = futures_util::future::join_all(read).await;
    let feeds = texts.split_off(copies.key_sets.len());
    let ours = errand::key_id(&plan.pass).map(|id| id.as_str().to_owned());
    let mut seen = Vec::new();
    let mut trusted = None;
    for (name, text) in copies.key_sets.iter().zip(texts) {
        let set = text.and_then(|text| key_set(&text, copies.root.as_ref()));
        let found = set.as_ref().map(|set| keys(set, ours.as_deref(), now));
        let found = found.map_err(Clone::clone);
        let name = name.clone();
        seen.push(Observation::KeySet { name, found });
        trusted = trusted.or(set.ok());
    }
    for (name, text) in copies.feeds.iter().zip(feeds) {
        let Some(set) = &trusted else {
            continue; // nobody can check it, and the key set says why
        };
        let found = text.and_then(|text| age(&text, set, &copies.deployment));
        let found = found.map(|issued_at| {
            let seconds = now.seconds_since(issued_at);
            let is_stale = seconds > copies.max_stale;
            Age { seconds, is_stale }
        });
        let name = name.clone();
        seen.push(Observation::Feed { name, found });
    }
    seen
}

fn key_set(text: &[u8], root: Option<&RootKey>) -> Result<KeySet, String> {
    KeySet::read(text, root).map_err(|e| told(&e.to_string()))
}

fn keys(set: &KeySet, ours: Option<&str>, now: Timestamp) -> Keys {
    let mut ids: Vec<_> = set.ids().map(|id| id.as_str().to_owned()).collect();
    ids.sort();
    Keys {
        has_ours: ours.map(|ours| ids.iter().any(|id| id == ours)),
        is_stale: set.expires_at().is_some_and(|end| end <= now),
        ids,
    }
}

fn age(text: &[u8], set: &KeySet, deployment: &Deployment) -> Result<Timestamp, String> {
    let text = String::from_utf8_lossy(text);
    let feed = Revocations::parse(&text, set, deployment, None);
    let feed = feed.map_err(|e| told(&e.to_string()))?;
    feed.issued_at()
        .ok_or_else(|| "it does not say when it was signed".to_owned())
}

/// What is wrong, without what to do: the documents say that.
fn told(error: &str) -> String {
    let what = error.split("; ").next().unwrap_or(error);
    crate::hide::tokens(what)
}

async fn read(name: String, most: usize, patience: Duration) -> Result<Vec<u8>, String> {
    let reading = tokio::task::spawn_blocking(move || {
        if name.contains("://") {
            return fetch(&name, most, patience);
        }
        files::read(Path::new(&name), most).map_err(|e| e.to_string())
    });
    match tokio::time::timeout(patience, reading).await {
        Ok(Ok(read)) => read,
        Ok(Err(_panic)) => Err("it could not be read".to_owned()),
        Err(_elapsed) => Err("no answer in time".to_owned()),
    }
}

fn fetch(url: &str, most: usize, patience: Duration) -> Result<Vec<u8>, String> {
    let is_https = url.starts_with("https://");
    let answer = http::agent(patience, 3, is_https).get(url).call();
    let mut answer = answer.map_err(|e| told(&e.to_string()))?;
    let status = answer.status();
    if !status.is_success() {
        return Err(format!("it answers {status}"));
    }
    let limit = u64::try_from(most).unwrap_or(u64::MAX);
    let body = answer.body_mut().with_config().limit(limit).read_to_vec();
    body.map_err(|e| told(&e.to_string()))
}
