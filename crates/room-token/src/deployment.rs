//! Whose tokens, and for which installation: `iss` and `aud`.

use thiserror::Error;

/// An issuer and an audience (RFC 7519 §4.1.1, §4.1.3): what a token must name to count here.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Deployment {
    issuer: String,
    audience: String,
}

impl Deployment {
    /// The issuer's name when nobody chose one.
    pub const DEFAULT_ISSUER: &str = "roompass";
    /// The audience when nobody chose one.
    pub const DEFAULT_AUDIENCE: &str = "jitsi";
    /// The longest of either, in bytes.
    pub const MAX_BYTES: usize = 255;

    /// Takes both names.
    ///
    /// # Errors
    /// [`DeploymentError`] if one is empty, over 255 bytes, or has a control character.
    pub fn new(issuer: &str, audience: &str) -> Result<Self, DeploymentError> {
        Ok(Self {
            issuer: name("issuer", issuer)?,
            audience: name("audience", audience)?,
        })
    }

    /// The `iss` a token must have.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The `aud` a token must have, or have among others.
    pub fn audience(&self) -> &str {
        &self.audience
    }
}

impl Default for Deployment {
    fn default() -> Self {
        Self {
            issuer: Self::DEFAULT_ISSUER.to_owned(),
            audience: Self::DEFAULT_AUDIENCE.to_owned(),
        }
    }
}

fn name(what: &'static str, text: &str) -> Result<String, DeploymentError> {
    if text.is_empty() || text.len() > Deployment::MAX_BYTES || text.chars().any(char::is_control) {
        return Err(DeploymentError { what });
    }
    Ok(text.to_owned())
}

/// An issuer or audience that cannot be one.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("the {what} must have 1 to 255 bytes and no control character; choose a short name")]
pub struct DeploymentError {
    what: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_names() {
        assert_eq!(
            Deployment::new("roompass", "jitsi"),
            Ok(Deployment::default())
        );
        for (issuer, audience) in [("", "jitsi"), ("roompass", ""), ("a\nb", "jitsi")] {
            assert!(Deployment::new(issuer, audience).is_err());
        }
    }
}
