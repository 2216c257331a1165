//! `--ledger`: where what is issued is recorded.

use std::future::Future;

use issuer::{IssuedLink, Ledger, LedgerAddress, LedgerError};
use room_token::Timestamp;

use crate::failure::Failure;

#[derive(Debug, clap::Args)]
pub(crate) struct LedgerArgs {
    /// Record what is issued here: `sqlite:FILE` or `postgres://…`
    #[arg(
        long = "ledger",
        value_name = "URL",
        env = "ROOMPASS_LEDGER",
        hide_env_values = true
    )]
    url: Option<String>,
}

impl LedgerArgs {
    /// As it was given.
    pub(crate) fn url(&self) -> Option<String> {
        self.url.clone()
    }

    /// Where the ledger is, if there is one.
    pub(crate) fn address(&self) -> Result<Option<LedgerAddress>, Failure> {
        let parse = |url: &String| LedgerAddress::parse(url).map_err(|e| blame(&e));
        self.url.as_ref().map(parse).transpose()
    }

    /// Where it must be.
    pub(crate) fn required(&self) -> Result<LedgerAddress, Failure> {
        let missing = || Failure::new("no ledger was named", "name it with --ledger URL");
        self.address()?.ok_or_else(missing)
    }

    /// Records a link, so that it may be shown.
    pub(crate) fn record(&self, issued: &IssuedLink, now: Timestamp) -> Result<(), Failure> {
        let Some(address) = self.address()? else {
            return Ok(());
        };
        with(&address, |ledger| async move {
            ledger.record("command line", issued, now).await
        })
        .map_err(|e| Failure::because("no link was issued", &e))
    }
}

impl LedgerArgs {
    /// Records all of them, or none.
    pub(crate) fn record_all(&self, issued: &[IssuedLink], now: Timestamp) -> Result<(), Failure> {
        let Some(address) = self.address()? else {
            return Ok(());
        };
        with(&address, |ledger| async move {
            ledger.record_all("command line", issued, now).await
        })
        .map_err(|e| Failure::because("nothing was issued", &e))
    }
}

/// Opens a ledger for one errand.
pub(crate) fn with<T, F: Future<Output = Result<T, LedgerError>>>(
    address: &LedgerAddress,
    errand: impl FnOnce(Ledger) -> F,
) -> Result<T, LedgerError> {
    let runtime = tokio::runtime::Runtime::new();
    let runtime = runtime.map_err(|error| LedgerError::Unavailable {
        why: error.to_string(),
        code: None,
    })?;
    runtime.block_on(async { errand(Ledger::open(address).await?).await })
}

/// Says what is wrong with a ledger.
pub(crate) fn blame(error: &LedgerError) -> Failure {
    Failure::because("the ledger", error)
}
