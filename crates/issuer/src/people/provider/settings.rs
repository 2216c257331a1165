//! The settings of a provider, once they make sense.

use openidconnect::core::CoreClientAuthMethod;
use openidconnect::{AuthType, ClientId, ClientSecret, IssuerUrl, Scope};
use thiserror::Error;
use url::Url;

use super::types::{Metadata, Relying};
use crate::config::{Oidc, OidcGroup};
use crate::people::{Role, Rooms};
use crate::private_file::{self, PrivateFileError};
use crate::public_url::is_loopback;

/// A provider, and what its groups may do here.
#[derive(Clone, Debug)]
pub struct ProviderSettings {
    issuer: IssuerUrl,
    may_be_clear: bool,
    name: String,
    client_id: ClientId,
    client_secret: Option<ClientSecret>,
    scopes: Vec<Scope>,
    groups_claim: String,
    groups: Vec<Group>,
    only: bool,
}

#[derive(Clone, Debug)]
struct Group {
    name: String,
    role: Role,
    /// As typed: which tenant they are of may be known later.
    rooms: String,
}

impl ProviderSettings {
    /// Reads them; nothing, if there is no provider.
    ///
    /// # Errors
    /// [`ProviderSettingsError`].
    pub fn parse(typed: &Oidc) -> Result<Option<Self>, ProviderSettingsError> {
        let Some(issuer) = &typed.issuer else {
            let is_blank = *typed == Oidc::default();
            return is_blank
                .then_some(None)
                .ok_or(ProviderSettingsError::NoIssuer);
        };
        let (issuer, url) = address(issuer)?;
        let client_id = typed.client_id.clone().filter(|id| !id.is_empty());
        let groups = typed.groups.iter().flatten().map(Group::parse);
        let groups = groups.collect::<Result<Vec<_>, _>>()?;
        if groups.is_empty() {
            return Err(ProviderSettingsError::NoGroups);
        }
        let host = url.host_str().unwrap_or_default();
        let scopes = typed.scopes.clone();
        let scopes = scopes.unwrap_or_else(|| vec!["openid".to_owned(), "profile".to_owned()]);
        Ok(Some(Self {
            may_be_clear: is_loopback(&url),
            name: typed.name.clone().unwrap_or_else(|| host.to_owned()),
            client_id: ClientId::new(client_id.ok_or(ProviderSettingsError::NoClientId)?),
            client_secret: secret(typed)?,
            scopes: scopes.into_iter().map(Scope::new).collect(),
            groups_claim: typed.groups_claim.clone().unwrap_or("groups".to_owned()),
            groups,
            only: typed.only.unwrap_or_default(),
            issuer,
        }))
    }

    /// The provider, as it calls itself.
    pub fn issuer(&self) -> &str {
        self.issuer.as_str()
    }

    /// As the sign-in page calls it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether nobody signs in with a passphrase.
    pub const fn is_only(&self) -> bool {
        self.only
    }

    /// What somebody in these groups may do: the first of ours that fits.
    pub(super) fn rights(&self, groups: &[String], tenant: Option<&str>) -> Option<(Role, Rooms)> {
        let fits = |group: &&Group| groups.contains(&group.name);
        let group = self.groups.iter().find(fits)?;
        let rooms = Rooms::parse(&group.rooms, tenant).ok()?;
        Some((group.role, rooms))
    }

    pub(super) const fn may_be_clear(&self) -> bool {
        self.may_be_clear
    }

    pub(super) fn groups_claim(&self) -> &str {
        &self.groups_claim
    }

    pub(super) fn scopes(&self) -> impl Iterator<Item = Scope> + '_ {
        // The library adds it by itself.
        let others = self
            .scopes
            .iter()
            .filter(|scope| scope.as_str() != "openid");
        others.cloned()
    }

    pub(super) const fn issuer_url(&self) -> &IssuerUrl {
        &self.issuer
    }

    /// Us, as this provider knows us.
    pub(super) fn relying(&self, metadata: &Metadata) -> Relying {
        let relying = Relying::from_provider_metadata(
            metadata.clone(),
            self.client_id.clone(),
            self.client_secret.clone(),
        );
        let ways = metadata.token_endpoint_auth_methods_supported();
        // Without a list it is the header (OIDC Discovery §3).
        let has = |way| ways.is_none_or(|ways| ways.contains(&way));
        let in_body = !has(CoreClientAuthMethod::ClientSecretBasic)
            && has(CoreClientAuthMethod::ClientSecretPost);
        relying.set_auth_type(if in_body {
            AuthType::RequestBody
        } else {
            AuthType::BasicAuth
        })
    }
}

fn address(typed: &str) -> Result<(IssuerUrl, Url), ProviderSettingsError> {
    let wrong = || ProviderSettingsError::Issuer;
    // Kept as it was typed: the library compares it with what the provider says, slash by slash.
    let issuer = typed.trim();
    let url = Url::parse(issuer).map_err(|_| wrong())?;
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
    let is_bare = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    if !is_safe || !is_bare {
        return Err(wrong());
    }
    let issuer = IssuerUrl::new(issuer.to_owned()).map_err(|_| wrong())?;
    Ok((issuer, url))
}

fn secret(typed: &Oidc) -> Result<Option<ClientSecret>, ProviderSettingsError> {
    let path = typed.client_secret_file.as_deref();
    let text = path.map(private_file::read).transpose()?;
    Ok(text.map(|text| ClientSecret::new(text.trim().to_owned())))
}

impl Group {
    fn parse(typed: &OidcGroup) -> Result<Self, ProviderSettingsError> {
        let name = typed.group.clone();
        let role = Role::parse(&typed.role).ok_or_else(|| ProviderSettingsError::Role {
            group: name.clone(),
            role: typed.role.clone(),
        })?;
        let rooms = typed.rooms.join(" ");
        Rooms::parse(&rooms, None).map_err(|error| ProviderSettingsError::Rooms {
            group: name.clone(),
            why: error.to_string(),
        })?;
        Ok(Self { name, role, rooms })
    }
}

/// Why the settings of `[oidc]` cannot be.
#[derive(Debug, Error)]
pub enum ProviderSettingsError {
    /// Not an address, or one in clear.
    #[error(
        "`oidc.issuer` is no https:// address of a provider; write it as the provider's discovery document has it, like https://id.example.org/realms/school"
    )]
    Issuer,
    /// How the provider knows us is not said.
    #[error(
        "`oidc.issuer` is set and `oidc.client_id` is not; register this service with the provider, and write down the id that it gets"
    )]
    NoClientId,
    /// Nobody could come in.
    #[error(
        "`oidc.groups` is empty, so nobody could come in; say what a group may do, like {{ group = \"exam-office\", role = \"issuer\", rooms = [\"exam-\"] }}"
    )]
    NoGroups,
    /// Settings of a provider that is not named.
    #[error("there are settings of `oidc`, and `oidc.issuer` is missing; name the provider")]
    NoIssuer,
    /// There is no such role.
    #[error(
        "`oidc.groups`: there is no role `{role}` for {group}; write viewer, issuer or administrator"
    )]
    Role {
        /// Whose.
        group: String,
        /// As it was written.
        role: String,
    },
    /// No rooms have such names.
    #[error("`oidc.groups`: the rooms of {group}: {why}")]
    Rooms {
        /// Whose.
        group: String,
        /// In the core's words.
        why: String,
    },
    /// The secret.
    #[error("`oidc.client_secret_file`: {0}")]
    Secret(#[from] PrivateFileError),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn oidc(text: &str) -> Result<Option<ProviderSettings>, ProviderSettingsError> {
        let config = crate::Config::parse(text).unwrap();
        ProviderSettings::parse(&config.oidc)
    }

    const WHOLE: &str = r#"
[oidc]
issuer = "https://id.example.org/realms/school"
client_id = "roompass"
groups = [
    { group = "it", role = "administrator" },
    { group = "office", role = "issuer", rooms = ["exam-", "oral-"] },
]
"#;

    #[test]
    fn of_several_groups_the_first_in_the_file_counts() {
        let settings = oidc(WHOLE).unwrap().unwrap();
        assert_eq!(settings.name(), "id.example.org");
        let rights = |groups: &[&str], tenant| {
            let groups: Vec<_> = groups.iter().map(|group| (*group).to_owned()).collect();
            let rights = settings.rights(&groups, tenant)?;
            Some(format!("{} {}", rights.0, rights.1))
        };
        let office = Some("issuer exam-* oral-*".to_owned());
        assert_eq!(rights(&["staff", "office"], None), office);
        let it = Some("administrator ".to_owned());
        assert_eq!(rights(&["office", "it"], None), it);
        let tenant = rights(&["office"], Some("acme"));
        assert_eq!(tenant.unwrap(), "issuer [acme]exam-* [acme]oral-*");
        assert_eq!(rights(&["Office", "off", ""], None), None, "to the letter");
        assert!(oidc("").unwrap().is_none());
        assert!(!format!("{settings:?}").contains("s3cret"));
    }

    #[test]
    fn what_cannot_be_is_said_with_what_to_write() {
        let error = |from: &str, to: &str| {
            let text = WHOLE.replacen(from, to, 1);
            oidc(&text).unwrap_err().to_string()
        };
        for issuer in ["http://id.example.org", "id.example.org", "https://a/?x=1"] {
            let text = error("https://id.example.org/realms/school", issuer);
            assert!(
                text.contains("`oidc.issuer` is no https:// address"),
                "{text}"
            );
        }
        for (from, to, words) in [
            ("client_id", "name", "`oidc.client_id` is not; register"),
            ("issuer =", "name =", "`oidc.issuer` is missing"),
            (
                "administrator",
                "root",
                "no role `root` for it; write viewer,",
            ),
            ("exam-", "%zz", "the rooms of office: "),
            (
                "client_id",
                "client_secret_file = \"/absent\"\nclient_id",
                "check the path",
            ),
        ] {
            let text = error(from, to);
            assert!(text.contains(words), "{words}: {text}");
        }
        let none = oidc("[oidc]\nissuer = \"https://a\"\nclient_id = \"x\"").unwrap_err();
        assert!(none.to_string().contains("so nobody could come in"));
    }
}
