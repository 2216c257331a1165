//! `[oidc]`: the settings of a provider at which people sign in.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

/// A provider of `OpenID` Connect at which people sign in. Nothing of it is on, unless `issuer` is set.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct Oidc {
    /// The provider, as its discovery document calls itself.
    #[schemars(example = "https://id.example.org/realms/school")]
    pub issuer: Option<String>,
    /// What the button on the sign-in page says: Sign in with …
    #[schemars(example = "Example School")]
    pub name: Option<String>,
    /// As this service is registered there, with the address SERVICE/sign-in/provider/answer to come back to.
    #[schemars(example = &"roompass")]
    pub client_id: Option<String>,
    /// A file with the secret that the provider gave; mode 0600. Without one, only PKCE proves who we are.
    #[schemars(example = "/etc/roompass/oidc.secret")]
    pub client_secret_file: Option<PathBuf>,
    /// What is asked for.
    #[schemars(extend("default" = ["openid", "profile"]))]
    pub scopes: Option<Vec<String>>,
    /// Which claim names the groups, in the ID token or in the answer of the userinfo endpoint.
    #[schemars(extend("default" = "groups"))]
    pub groups_claim: Option<String>,
    /// What a group may do, and in which rooms; of several that fit, the first counts. Whoever is in none does not come in.
    #[schemars(extend("examples" = [[{"group": "exam-office", "role": "issuer", "rooms": ["exam-"]}, {"group": "it", "role": "administrator"}]]))]
    pub groups: Option<Vec<OidcGroup>>,
    /// Whether passphrases are off. `roompass admin invite` goes on to work.
    #[schemars(extend("default" = false))]
    pub only: Option<bool>,
}

/// What one group may do.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct OidcGroup {
    /// As the claim has it, to the letter.
    pub group: String,
    /// `viewer`, `issuer` or `administrator`.
    pub role: String,
    /// How the names of the rooms begin; left out, all rooms.
    #[serde(default)]
    pub rooms: Vec<String>,
}
