//! With certificates of OpenSSL's, over real sockets.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::super::accept::{Patience, accept};
use super::*;

/// A certificate for localhost, which signs itself.
fn certify(folder: &Path) -> TlsFiles {
    let files = TlsFiles {
        certificate: folder.join("chain.pem"),
        key: folder.join("key.pem"),
    };
    let mut openssl = Command::new("openssl");
    openssl.args([
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
    ]);
    openssl.args([
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=DNS:localhost",
        "-days",
        "2",
    ]);
    openssl.args(["-addext", "basicConstraints=critical,CA:FALSE"]);
    openssl
        .arg("-keyout")
        .arg(&files.key)
        .arg("-out")
        .arg(&files.certificate);
    let made = openssl.output().unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    files
}

/// What is answered to somebody who believes this certificate alone.
async fn ask(address: std::net::SocketAddr, certificate: &Path) -> io::Result<String> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(certificate).unwrap() {
        roots.add(certificate.unwrap()).unwrap();
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let stream = TcpStream::connect(address).await?;
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await?;
    stream
        .write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
        .await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

#[tokio::test]
async fn it_speaks_tls_takes_a_renewed_certificate_and_keeps_it_when_the_next_is_broken() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let files = certify(first.path());
    let renewed = certify(second.path());
    let tls = Arc::new(Tls::open(files.clone()).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = Arc::new(Notify::new());
    let stopping = Arc::clone(&stop);
    let serving = tokio::spawn(async move {
        let router = Router::new().route("/", get(|| async { "hello" }));
        let patience = Patience {
            head: Duration::from_secs(5),
            drain: Duration::from_secs(5),
        };
        accept(listener, Some(tls), &router, stopping.notified(), &patience).await;
    });
    let original = first.path().join("original.pem");
    std::fs::copy(&files.certificate, &original).unwrap();
    assert!(ask(address, &original).await.unwrap().ends_with("hello"));
    assert!(
        ask(address, &renewed.certificate).await.is_err(),
        "another certificate"
    );

    replace(&renewed.key, &files.key);
    replace(&renewed.certificate, &files.certificate);
    assert!(
        ask(address, &renewed.certificate)
            .await
            .unwrap()
            .ends_with("hello")
    );
    assert!(
        ask(address, &original).await.is_err(),
        "the old one is gone"
    );
    std::fs::write(&files.key, "broken").unwrap();
    assert!(
        ask(address, &renewed.certificate)
            .await
            .unwrap()
            .ends_with("hello")
    );
    let mut plain = TcpStream::connect(address).await.unwrap();
    plain
        .write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .await
        .unwrap();
    let mut answer = Vec::new();
    plain.read_to_end(&mut answer).await.ok();
    assert!(
        !String::from_utf8_lossy(&answer).contains("hello"),
        "nothing in clear"
    );
    stop.notify_one();
    serving.await.unwrap();
}

/// With another time of change, whatever the file system's grain.
fn replace(from: &Path, to: &Path) {
    std::fs::copy(from, to).unwrap();
    let later = SystemTime::now() + Duration::from_secs(2);
    std::fs::File::options()
        .append(true)
        .open(to)
        .unwrap()
        .set_modified(later)
        .unwrap();
}

#[test]
fn what_is_no_pair_is_refused_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let missing = TlsFiles {
        certificate: folder.path().join("a"),
        key: folder.path().join("b"),
    };
    let error = Tls::open(missing).unwrap_err().to_string();
    assert!(
        error.contains("cannot be used (") && error.contains("this user must be allowed"),
        "{error}"
    );
    let files = certify(folder.path());
    let other = tempfile::tempdir().unwrap();
    let mixed = TlsFiles {
        key: certify(other.path()).key,
        ..files
    };
    assert!(Tls::open(mixed).is_err(), "another certificate's key");
}
