//! Asking elsewhere by HTTP: with the machine's own certificates, and never for ever.

use std::time::Duration;

use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig};

/// One that follows so many redirects, and gives the whole answer this long. An answer that says no is an answer.
pub(crate) fn agent(patience: Duration, redirects: u32) -> Agent {
    let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier);
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(redirects)
        .max_redirects_will_error(false)
        .timeout_global(Some(patience))
        .user_agent(concat!("roompass/", env!("CARGO_PKG_VERSION")))
        .tls_config(tls.build());
    config.build().into()
}
