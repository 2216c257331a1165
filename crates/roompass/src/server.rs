//! An issuer elsewhere, asked over its API with a key.

use std::path::PathBuf;
use std::time::Duration;

use issuer::Secret;
use serde_json::{Map, Value};
use url::{Host, Url};

use crate::failure::Failure;
use crate::http;

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "An issuer elsewhere")]
pub(crate) struct ServerArgs {
    /// Let this issuer do it, with its own key and its own ledger
    #[arg(long, value_name = "URL", env = "ROOMPASS_SERVER")]
    server: Option<String>,

    /// The API key for it, as `roompass admin key new` makes one; mode 0600
    #[arg(long, value_name = "FILE", env = "ROOMPASS_API_KEY_FILE")]
    api_key_file: Option<PathBuf>,
}

/// An issuer to ask.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    address: Url,
    key: Option<Secret>,
}

/// Waited for, from the first byte sent to the last received.
const PATIENCE: Duration = Duration::from_secs(30);

/// No answer of an issuer is longer.
const MAX_ANSWER: u64 = 4 * 1024 * 1024;

impl ServerArgs {
    /// The issuer that was named, if one was.
    pub(crate) fn open(&self) -> Result<Option<Server>, Failure> {
        let Some(typed) = &self.server else {
            return Ok(None);
        };
        let address = address(typed)?;
        let key = self.api_key_file.as_deref().map(Secret::read).transpose();
        let key = key.map_err(|e| Failure::because("the API key", &e))?;
        Ok(Some(Server { address, key }))
    }
}

/// A key goes over an open network only under TLS.
fn address(typed: &str) -> Result<Url, Failure> {
    let hint = "write it like https://meet.example.org/roompass";
    let url =
        Url::parse(typed).map_err(|e| Failure::new(format!("--server {typed}: {e}"), hint))?;
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_here => Ok(url),
        "http" => Err(Failure::new(
            format!("--server {typed}: the key would travel in clear"),
            "write https://",
        )),
        _other => Err(Failure::new(
            format!("--server {typed}: no http address"),
            hint,
        )),
    }
}

impl Server {
    /// An issuer that is asked for what needs no key.
    pub(crate) fn at(typed: &str) -> Result<Self, Failure> {
        let address = address(typed)?;
        Ok(Self { address, key: None })
    }

    /// Asks for something; gives the answer.
    pub(crate) fn post(&self, path: &str, body: &Map<String, Value>) -> Result<Value, Failure> {
        match self.ask(path, body)? {
            (200..300, answer) => Ok(answer),
            (status, problem) => Err(self.problem(status, &problem)),
        }
    }

    /// Asks for something; gives the status, and what was said.
    pub(crate) fn ask(
        &self,
        path: &str,
        body: &Map<String, Value>,
    ) -> Result<(u16, Value), Failure> {
        let url = format!("{}{path}", self.address.as_str().trim_end_matches('/'));
        let body = serde_json::to_vec(body).unwrap_or_default();
        // A key is not carried on to wherever an answer points.
        let mut request = http::agent(PATIENCE, 0, false)
            .post(&url)
            .header("Content-Type", "application/json");
        if let Some(key) = &self.key {
            request = request.header("Authorization", format!("Bearer {}", key.as_str()));
        }
        let unreachable = |error: ureq::Error| {
            Failure::new(
                format!("cannot reach {}: {error}", self.address),
                "is the address right, and does the issuer run?",
            )
        };
        let mut response = request.send(&body[..]).map_err(unreachable)?;
        let status = response.status();
        let text = response
            .body_mut()
            .with_config()
            .limit(MAX_ANSWER)
            .read_to_string();
        match serde_json::from_str(&text.map_err(unreachable)?) {
            Ok(answer) => Ok((status.as_u16(), answer)),
            Err(_) => Err(Failure::new(
                format!(
                    "{} answered {status}, and not as an issuer does",
                    self.address
                ),
                "name the issuer's own address, with the path that it is under",
            )),
        }
    }

    /// In the issuer's own words.
    fn problem(&self, status: u16, problem: &Value) -> Failure {
        let detail = problem.get("detail").and_then(Value::as_str);
        let detail = detail.unwrap_or("it gives no reason; try again later");
        let failure = Failure::because(self.address.host_str().unwrap_or("the issuer"), &detail);
        if status == 403 {
            failure.not_done()
        } else {
            failure
        }
    }
}

/// A request's members; what was not said is left out.
#[derive(Default)]
pub(crate) struct Wish(pub(crate) Map<String, Value>);

impl Wish {
    pub(crate) fn set(&mut self, name: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.0.insert(name.to_owned(), value.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_travels_under_tls_or_not_at_all() {
        for typed in [
            "https://m.example/roompass/",
            "http://127.0.0.1:8080",
            "http://localhost",
            "http://[::1]:1",
        ] {
            assert!(address(typed).is_ok(), "{typed}");
        }
        for typed in [
            "http://m.example",
            "m.example",
            "ftp://m.example",
            "http://127.0.0.1.example",
        ] {
            assert!(address(typed).is_err(), "{typed}");
        }
    }
}
