//! `--issuer` and `--audience`: whose tokens, and for which installation.

use room_token::Deployment;

use crate::failure::Failure;

#[derive(Debug, clap::Args)]
pub(crate) struct DeploymentArgs {
    /// Who issues: `iss` of the token
    #[arg(long, value_name = "NAME", env = "ROOMPASS_ISSUER", default_value = Deployment::DEFAULT_ISSUER)]
    issuer: String,

    /// Which installation the token is for: its `aud`
    #[arg(long, value_name = "NAME", env = "ROOMPASS_AUDIENCE", default_value = Deployment::DEFAULT_AUDIENCE)]
    audience: String,
}

impl DeploymentArgs {
    pub(crate) fn parse(&self) -> Result<Deployment, Failure> {
        Deployment::new(&self.issuer, &self.audience)
            .map_err(|e| Failure::because("--issuer and --audience", &e))
    }
}
