//! Asking elsewhere by HTTP: with the machine's own certificates, and never for ever.

use std::time::Duration;

use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig};

/// One that follows so many redirects, and gives the whole answer this long. An answer that says no is an answer. With
/// `https_only` no redirect leads to plain HTTP, where anybody could answer.
pub(crate) fn agent(patience: Duration, redirects: u32, https_only: bool) -> Agent {
    let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier);
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .https_only(https_only)
        .max_redirects(redirects)
        .max_redirects_will_error(false)
        .timeout_global(Some(patience))
        .user_agent(concat!("roompass/", env!("CARGO_PKG_VERSION")))
        .tls_config(tls.build());
    config.build().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_https_only_nobody_is_asked_in_clear() {
        let ask = |https_only| {
            let agent = agent(Duration::from_secs(1), 0, https_only);
            agent.get("http://127.0.0.1:9/keys").call().unwrap_err()
        };
        assert!(matches!(ask(true), ureq::Error::RequireHttpsOnly(_)));
        assert!(!matches!(ask(false), ureq::Error::RequireHttpsOnly(_)));
    }
}
