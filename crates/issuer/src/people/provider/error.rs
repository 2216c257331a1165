//! Why nobody came in through the provider.

use thiserror::Error;

use crate::LedgerError;

/// What the sign-in page says. No text of the provider's is in it: anybody can write one into the address.
#[derive(Debug, Error)]
pub(crate) enum ProviderError {
    #[error(
        "the provider does not answer, or not as it should; try again in a minute, and tell the operator of this service if it stays so"
    )]
    Away,
    #[error("the provider did not let you in, or you stopped on the way; begin again")]
    Denied,
    #[error(
        "the provider's answer is for a sign-in that this browser did not begin, or that is done; begin again here, with cookies allowed"
    )]
    Foreign,
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(
        "your account at the provider is in no group that may come in here; ask an administrator for one"
    )]
    NoGroup,
    #[error("it took longer than ten minutes; begin again")]
    Over,
    #[error(
        "another provider answered than the one that was asked; begin again, and tell the operator of this service if it stays so"
    )]
    OtherProvider,
    #[error("your account may not sign in here; ask an administrator")]
    ShutOut,
    #[error(
        "the provider's keys have changed, and the new ones cannot be had; try again in a minute"
    )]
    UnknownKey,
    #[error(
        "what the provider says of you cannot be believed ({why}); begin again, and tell the operator of this service if it stays so"
    )]
    Unbelievable { why: &'static str },
    #[error(
        "the provider does not take the code that came back: it was used, or is too old; begin again"
    )]
    Used,
    #[error(
        "the provider does not know this service; its operator must look at `oidc.client_id` and `oidc.client_secret_file`"
    )]
    WeAreUnknown,
}

impl ProviderError {
    /// For the log: a word that never changes.
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::Away => "provider-away",
            Self::Denied => "provider-denied",
            Self::Foreign => "provider-foreign-state",
            Self::Ledger(_) => "ledger-unavailable",
            Self::NoGroup => "provider-no-group",
            Self::Over => "provider-too-late",
            Self::OtherProvider => "provider-mix-up",
            Self::ShutOut => "provider-shut-out",
            Self::UnknownKey => "provider-unknown-key",
            Self::Unbelievable { .. } => "provider-unbelievable",
            Self::Used => "provider-code-used",
            Self::WeAreUnknown => "provider-client-unknown",
        }
    }
}
