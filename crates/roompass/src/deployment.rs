//! `--issuer` and `--audience`: whose tokens, and for which installation.

use room_token::Deployment;

use crate::failure::Failure;

#[derive(Debug, clap::Args)]
pub(crate) struct DeploymentArgs {
    /// Who issues: `iss` of the token [default: roompass]
    #[arg(long, value_name = "NAME", env = "ROOMPASS_ISSUER")]
    issuer: Option<String>,

    /// Which installation the token is for: its `aud` [default: jitsi]
    #[arg(long, value_name = "NAME", env = "ROOMPASS_AUDIENCE")]
    audience: Option<String>,
}

impl DeploymentArgs {
    pub(crate) fn parse(&self) -> Result<Deployment, Failure> {
        self.or(None, None)
    }

    /// What was given, or else what a file says.
    pub(crate) fn or(
        &self,
        issuer: Option<&str>,
        audience: Option<&str>,
    ) -> Result<Deployment, Failure> {
        let issuer = self.issuer.as_deref().or(issuer);
        let audience = self.audience.as_deref().or(audience);
        Deployment::new(
            issuer.unwrap_or(Deployment::DEFAULT_ISSUER),
            audience.unwrap_or(Deployment::DEFAULT_AUDIENCE),
        )
        .map_err(|e| Failure::because("--issuer and --audience", &e))
    }
}
