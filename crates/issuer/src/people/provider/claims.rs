//! What is taken from the claims of a provider, and what is not: an address is no name to know somebody by.

use serde_json::Value;

use super::types::{IdClaims, Info, Others};
use super::{ProviderError, ProviderSettings};

/// Somebody, as the provider knows them. Whoever they are is said by issuer and subject together, and by nothing else (OIDC
/// Core §5.7).
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Identity {
    pub(crate) issuer: String,
    pub(crate) subject: String,
    /// How they are called.
    pub(crate) name: String,
    /// What they might be called here, if nobody else is.
    pub(crate) login: String,
    pub(crate) groups: Vec<String>,
}

/// Longer names are cut; longer subjects are none (OIDC Core §2).
const LONGEST_NAME: usize = 200;
const LONGEST_SUBJECT: usize = 255;
/// More groups than anybody is in.
const MOST_GROUPS: usize = 2000;

/// Whether the ID token says all that we want to know.
pub(super) fn is_enough(claims: &IdClaims, groups_claim: &str) -> bool {
    let has_groups = claims.additional_claims().0.contains_key(groups_claim);
    has_groups && claims.preferred_username().is_some()
}

/// Takes the ID token's word, and for what it leaves out the userinfo endpoint's.
pub(super) fn identity(
    settings: &ProviderSettings,
    claims: &IdClaims,
    info: Option<&Info>,
) -> Result<Identity, ProviderError> {
    let subject = claims.subject().as_str();
    if subject.is_empty() || subject.len() > LONGEST_SUBJECT {
        let why = "it does not say of whom it is";
        return Err(ProviderError::Unbelievable { why });
    }
    let login = claims.preferred_username();
    let login = login.or_else(|| info.and_then(|info| info.preferred_username()));
    let name = claims.name().and_then(|name| name.get(None));
    let name = name.or_else(|| info.and_then(|info| info.name()?.get(None)));
    let (login, name) = (
        login.map(|login| login.as_str()).unwrap_or_default(),
        name.map(|name| name.as_str()).unwrap_or_default(),
    );
    let all = [
        Some(claims.additional_claims()),
        info.map(Info::additional_claims),
    ];
    Ok(Identity {
        issuer: settings.issuer().to_owned(),
        subject: subject.to_owned(),
        name: name.trim().chars().take(LONGEST_NAME).collect(),
        login: login.to_owned(),
        groups: groups(all.into_iter().flatten(), settings.groups_claim()),
    })
}

/// The first that names any; a single word is one group.
fn groups<'a>(claims: impl IntoIterator<Item = &'a Others>, claim: &str) -> Vec<String> {
    let mut found = claims.into_iter().filter_map(|others| others.0.get(claim));
    let text = |value: &Value| value.as_str().map(str::to_owned);
    match found.next() {
        Some(Value::Array(all)) => all.iter().take(MOST_GROUPS).filter_map(text).collect(),
        Some(one) => text(one).into_iter().collect(),
        None => Vec::new(),
    }
}
