//! HTTPS without a proxy. The certificate is looked at again with each connection: whoever renews it restarts nothing.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use thiserror::Error;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::server::TlsStream;

/// Where certificate and key are, in PEM.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// The chain, our own certificate first.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// The pair in use.
#[derive(Debug)]
pub(super) struct Tls {
    files: TlsFiles,
    current: Mutex<Loaded>,
}

#[derive(Debug)]
struct Loaded {
    config: Arc<ServerConfig>,
    of: Option<[SystemTime; 2]>,
}

impl Tls {
    pub(super) fn open(files: TlsFiles) -> Result<Self, TlsError> {
        let of = files.changed_at();
        let config = files.load()?;
        let current = Mutex::new(Loaded { config, of });
        Ok(Self { files, current })
    }

    /// Agrees with a client.
    pub(super) async fn accept(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        TlsAcceptor::from(self.config()).accept(stream).await
    }

    /// A new pair that cannot be used, or is half written, leaves the one until now in use, and is tried again.
    fn config(&self) -> Arc<ServerConfig> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let of = self.files.changed_at();
        if of.is_some()
            && of != current.of
            && let Ok(config) = self.files.load()
        {
            *current = Loaded { config, of };
        }
        Arc::clone(&current.config)
    }
}

impl TlsFiles {
    fn changed_at(&self) -> Option<[SystemTime; 2]> {
        let changed = |path: &PathBuf| std::fs::metadata(path).ok()?.modified().ok();
        Some([changed(&self.certificate)?, changed(&self.key)?])
    }

    fn load(&self) -> Result<Arc<ServerConfig>, TlsError> {
        let refused = |path: &PathBuf, why: String| TlsError {
            path: path.clone(),
            why,
        };
        let chain = CertificateDer::pem_file_iter(&self.certificate);
        let chain = chain.and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let chain = chain.map_err(|e| refused(&self.certificate, e.to_string()))?;
        let key = PrivateKeyDer::from_pem_file(&self.key);
        let key = key.map_err(|e| refused(&self.key, e.to_string()))?;
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key));
        let mut config = config.map_err(|e| refused(&self.certificate, e.to_string()))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

/// A certificate or its key cannot be used.
#[derive(Debug, Error)]
#[error(
    "the TLS file {} cannot be used ({why}); tls_certificate is the chain in PEM, tls_key its private key, and this user must be allowed to read both", path.display()
)]
pub struct TlsError {
    path: PathBuf,
    why: String,
}

#[cfg(test)]
mod tests;
