//! From the table that Lua hands in to a verifier.

use mlua::{Result, Table};
use room_token::{
    Deployment, KeySet, Leeway, Revocations, RootKey, StatusList, Timestamp, Verifier, WhenStale,
};

use crate::document::Document;

type Built<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Settings of the right types, which can go to another thread.
///
/// # Errors
/// Misuse: a setting of the wrong type.
pub(crate) fn read(table: &Table) -> Result<Settings> {
    Ok(Settings {
        key_set: table.get("key_set")?,
        root_key: table.get("root_key")?,
        seen_key_set: table.get("seen_key_set")?,
        issuer: table.get("issuer")?,
        audience: table.get("audience")?,
        leeway: table.get("leeway")?,
        revocations: table.get("revocations")?,
        seen: table.get("seen")?,
        max_stale: table.get("max_stale")?,
        status_list: table.get("status_list")?,
        seen_status_list: table.get("seen_status_list")?,
    })
}

pub(crate) struct Settings {
    key_set: Document,
    root_key: Option<Document>,
    seen_key_set: Option<u64>,
    issuer: Option<String>,
    audience: Option<String>,
    leeway: Option<u64>,
    revocations: Option<Document>,
    seen: Option<u64>,
    max_stale: Option<u64>,
    status_list: Option<Document>,
    seen_status_list: Option<u64>,
}

impl Settings {
    /// How much there is to read.
    pub(crate) fn bytes(&self) -> usize {
        let of = |document: &Option<Document>| document.as_ref().map_or(0, |d| d.bytes().len());
        self.key_set.bytes().len() + of(&self.revocations) + of(&self.status_list)
    }

    /// The verifier, or a text that says which setting cannot be.
    pub(crate) fn verifier(&self) -> std::result::Result<Verifier, String> {
        self.build().map_err(|error| error.to_string())
    }

    fn build(&self) -> Built<Verifier> {
        let deployment = Deployment::new(
            self.issuer.as_deref().unwrap_or(Deployment::DEFAULT_ISSUER),
            self.audience
                .as_deref()
                .unwrap_or(Deployment::DEFAULT_AUDIENCE),
        )?;
        let leeway = self.leeway.map_or(Ok(Leeway::DEFAULT), Leeway::from_secs)?;
        let key_set = self.trusted_key_set()?;
        let revocations = self.revocations.as_ref().map(|feed| {
            let text = String::from_utf8_lossy(feed.bytes());
            Revocations::parse(&text, &key_set, &deployment, self.seen)
        });
        let revocations = revocations.transpose()?;
        let status_list = self.trusted_status_list(&key_set, &deployment)?;
        let mut verifier = Verifier::new(key_set, deployment)?.with_leeway(leeway);
        if let Some(feed) = revocations {
            verifier = verifier.with_revocations(feed, self.when_stale());
        }
        if let Some(list) = status_list {
            verifier = verifier.with_status_list(list, self.when_stale());
        }
        Ok(verifier)
    }

    fn trusted_key_set(&self) -> Built<KeySet> {
        let root = self.root_key.as_ref().map(|jwk| {
            RootKey::parse(jwk.bytes()).map_err(|fault| format!("the root key {fault}"))
        });
        let key_set = KeySet::read(self.key_set.bytes(), root.transpose()?.as_ref())?;
        Ok(key_set.at_least(self.seen_key_set)?)
    }

    fn trusted_status_list(
        &self,
        key_set: &KeySet,
        deployment: &Deployment,
    ) -> Built<Option<StatusList>> {
        let Some(document) = &self.status_list else {
            return Ok(None);
        };
        let text = String::from_utf8_lossy(document.bytes());
        let seen = self
            .seen_status_list
            .map(Timestamp::from_secs)
            .transpose()?;
        Ok(Some(StatusList::parse(&text, key_set, deployment, seen)?))
    }

    fn when_stale(&self) -> WhenStale {
        self.max_stale
            .map_or(WhenStale::Admit, WhenStale::ShutAfter)
    }
}
