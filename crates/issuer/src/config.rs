//! `roompass.toml`: the settings of a service. These types are its only description; the commented file, its
//! documentation and what is read all come from them.

mod oidc;
mod template;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;
use thiserror::Error;

pub use self::oidc::{Oidc, OidcGroup};
pub use self::template::template;
use crate::LogFormat;

/// Everything that can be set. What is left out has the value that its line shows, or none.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where the Jitsi installation is; for one of its tenants, with /TENANT behind it. Left out, the set-up asks.
    #[schemars(example = "https://meet.example.org")]
    pub base_url: Option<String>,
    /// Where people reach this service, if a proxy stands in front of it; a path behind the host is fine.
    #[schemars(example = "https://meet.example.org/roompass/")]
    pub public_url: Option<String>,
    /// Address and port to listen on.
    #[schemars(extend("default" = "127.0.0.1:8080"))]
    pub listen: Option<SocketAddr>,
    /// The signing key, or the folder of keys. Left out, `keys` beside this file's state.
    #[schemars(example = "/var/lib/roompass/keys")]
    pub key: Option<PathBuf>,
    /// The ledger: a SQLite file, or a PostgreSQL database that several issuers may share.
    #[schemars(example = "postgres://roompass@db.example.org/roompass")]
    pub ledger: Option<String>,
    /// Who issues: `iss` of every token.
    #[schemars(extend("default" = "roompass"))]
    pub issuer: Option<String>,
    /// Which installation the tokens are for: their `aud`.
    #[schemars(extend("default" = "jitsi"))]
    pub audience: Option<String>,
    /// A file with a secret for programs that may do everything; mode 0600. API keys are the better way.
    #[schemars(example = "/etc/roompass/admin.token")]
    pub admin_token_file: Option<PathBuf>,
    /// A file with the token of a monitor elsewhere, for /metrics; mode 0600. Left out, one on this machine may ask.
    #[schemars(example = "/etc/roompass/metrics.token")]
    pub metrics_token_file: Option<PathBuf>,
    /// How a line for each request is written on standard error: text, json or none.
    #[schemars(extend("default" = "text"))]
    pub log_format: Option<LogFormat>,
    /// The list of what was taken back.
    #[schemars(example = "/var/lib/roompass/revocations.json")]
    pub revocations: Option<PathBuf>,
    /// A certificate chain in PEM, to serve HTTPS without a proxy; read again when it changes.
    #[schemars(example = "/etc/letsencrypt/live/links.example.org/fullchain.pem")]
    pub tls_certificate: Option<PathBuf>,
    /// The certificate's private key in PEM.
    #[schemars(example = "/etc/letsencrypt/live/links.example.org/privkey.pem")]
    pub tls_key: Option<PathBuf>,
    /// Proxies whose `X-Forwarded-For` is believed when failed sign-ins are counted by address.
    #[schemars(extend("default" = ["127.0.0.1", "::1"]))]
    pub trusted_proxies: Option<Vec<IpAddr>>,
    /// Signing in at somebody else's provider.
    pub oidc: Oidc,
}

impl Config {
    /// Reads a file's text.
    ///
    /// # Errors
    /// [`ConfigError`] names line and setting, and the one that was probably meant.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        toml::from_str(text).map_err(|error| ConfigError::new(text, &error))
    }

    /// The names of all settings.
    pub fn names() -> Vec<String> {
        template::settings()
            .into_iter()
            .map(|setting| setting.name)
            .collect()
    }
}

/// What is wrong with the file, and where.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum ConfigError {
    /// There is no such setting.
    #[error("line {line}: there is no setting `{name}`; {hint}")]
    Unknown {
        /// From 1.
        line: usize,
        /// As it was written.
        name: String,
        /// What to write instead.
        hint: String,
    },
    /// A value of another kind, or no TOML.
    #[error("line {line}: {what}; mend it there, or put a # before the line")]
    Wrong {
        /// From 1.
        line: usize,
        /// In the parser's words.
        what: String,
    },
}

impl ConfigError {
    fn new(text: &str, error: &toml::de::Error) -> Self {
        let start = error.span().map_or(0, |span| span.start);
        let before = text.get(..start).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let message = error.message();
        let unknown = message.strip_prefix("unknown field `");
        match unknown.and_then(|rest| rest.split('`').next()) {
            Some(name) => Self::Unknown {
                line,
                name: name.to_owned(),
                hint: hint(name),
            },
            None => Self::Wrong {
                line,
                what: message.lines().next().unwrap_or_default().to_owned(),
            },
        }
    }
}

fn hint(name: &str) -> String {
    let names = Config::names();
    let spelled = name.replace('-', "_");
    let alike = |known: &&String| strsim::jaro_winkler(known, &spelled) > 0.8;
    match names.iter().find(alike) {
        Some(known) => format!("did you mean `{known}`?"),
        None => format!("there are {}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read() {
        let text = "listen = \"127.0.0.1:9000\"\n# a comment\ntrusted_proxies = [\"10.0.0.1\"]\n";
        let config = Config::parse(text).unwrap();
        assert_eq!(config.listen, Some(([127, 0, 0, 1], 9000).into()));
        assert_eq!(config.trusted_proxies, Some(vec![[10, 0, 0, 1].into()]));
        assert_eq!(Config::parse(""), Ok(Config::default()));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let error = |text: &str| Config::parse(text).unwrap_err().to_string();
        assert_eq!(
            error("\nbase-url = \"https://m.example\"\n"),
            "line 2: there is no setting `base-url`; did you mean `base_url`?"
        );
        assert_eq!(
            error("lisen = 1"),
            "line 1: there is no setting `lisen`; did you mean `listen`?"
        );
        assert!(error("xyz = 1").contains("; there are admin_token_file, audience, base_url,"));
        let text = error("issuer = \"a\"\nlisten = 8080");
        assert!(
            text.starts_with("line 2: ") && text.contains("; mend it there"),
            "{text}"
        );
        assert!(error("listen = ").starts_with("line 1: "));
    }
}
