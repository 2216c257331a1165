//! Starting, talking and stopping, over real sockets.

use std::sync::Arc;

use room_token::{Deployment, SigningKey};
use std::time::Duration;

use axum::Router;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Notify, oneshot};

use super::*;
use crate::BaseUrl;

fn settings(listen: &str) -> Settings {
    Settings {
        listen: listen.parse().unwrap(),
        office: Office::new(
            SigningKey::from_seed(&[7; 32]).into(),
            Deployment::default(),
            Some(BaseUrl::parse("https://meet.example.org").unwrap()),
        ),
        admin_token: None,
        metrics_token: None,
        revocations: None,
        ledger: None,
        accounts: false,
        provider: None,
        tls: None,
        public_url: None,
        trusted_proxies: Vec::new(),
        log: Log::nowhere(),
        say: |_| (),
        random: || [7; 32],
        now: || Timestamp::from_secs(1_767_225_600).unwrap(),
        token_id: || TokenId::from_bytes([1; 8]),
    }
}

const HEALTH: &[u8] = b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// Reads until the other side is done or has sent this text.
async fn read_until(stream: &mut TcpStream, text: &str) -> String {
    let mut seen = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let read = stream.read(&mut chunk).await.unwrap_or(0);
        seen.extend_from_slice(&chunk[..read]);
        let so_far = String::from_utf8_lossy(&seen).into_owned();
        if read == 0 || so_far.contains(text) {
            return so_far;
        }
    }
}

#[tokio::test]
async fn it_serves_until_it_is_told_to_stop() {
    let (stop, stopped) = oneshot::channel::<()>();
    let (tell, listening) = oneshot::channel();
    let shutdown = async { drop(stopped.await) };
    let service = tokio::spawn(serve(settings("127.0.0.1:0"), shutdown, |listening| {
        tell.send(listening.address).unwrap();
    }));
    let address = listening.await.unwrap();
    let mut idle = TcpStream::connect(address).await.unwrap();
    idle.write_all(HEALTH).await.unwrap();
    let answer = read_until(&mut idle, r#"{"status":"ok"}"#).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    stop.send(()).unwrap();
    // The idle connection is closed at once; nothing waits for the ten seconds.
    let within = tokio::time::timeout(Duration::from_secs(5), service).await;
    within.unwrap().unwrap().unwrap();
    assert_eq!(read_until(&mut idle, "\0").await, "");
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn others_need_an_admin_token() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.7:0"] {
        let refusal = serve(settings(address), async {}, |_| panic!("listens"))
            .await
            .unwrap_err();
        let text = refusal.to_string();
        for part in [
            address,
            "everybody who reaches it could issue links",
            "--admin-token-file FILE",
        ] {
            assert!(text.contains(part), "{text}");
        }
    }
    let token = AdminToken::parse("0123456789abcdef0123456789abcdef").unwrap();
    // Nobody has this address (RFC 5737): with a token, it is the system that refuses.
    let open = Settings {
        admin_token: Some(token),
        ..settings("192.0.2.7:0")
    };
    let refusal = serve(open, async {}, |_| panic!("listens"))
        .await
        .unwrap_err();
    assert!(matches!(refusal, ServeError::Bind { .. }), "{refusal}");
}

#[tokio::test]
async fn a_taken_port_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let refusal = serve(settings(&address), async {}, |_| panic!("listens"))
        .await
        .unwrap_err();
    let text = refusal.to_string();
    assert!(
        text.contains(&address) && text.contains("--listen"),
        "{text}"
    );
}

/// A service whose `/` answers when it is told to, stopped by the second notification.
async fn slow_service(patience: Patience) -> (SocketAddr, Arc<Notify>, Arc<Notify>, Arc<Notify>) {
    let [asked, answer, stop] = [(); 3].map(|()| Arc::new(Notify::new()));
    let (asks, answers) = (Arc::clone(&asked), Arc::clone(&answer));
    let handler = move || {
        let (asks, answers) = (Arc::clone(&asks), Arc::clone(&answers));
        async move {
            asks.notify_one();
            answers.notified().await;
            "answered"
        }
    };
    let router = Router::new().route("/", axum::routing::get(handler));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stopping = Arc::clone(&stop);
    tokio::spawn(async move {
        accept(listener, None, &router, stopping.notified(), &patience).await;
    });
    (address, asked, answer, stop)
}

const ROOT: &[u8] = b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";

#[tokio::test]
async fn what_is_under_way_is_finished() {
    let (address, asked, answer, stop) = slow_service(Patience::DEFAULT).await;
    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(ROOT).await.unwrap();
    asked.notified().await;
    stop.notify_one();
    answer.notify_one();
    assert!(
        read_until(&mut client, "answered")
            .await
            .ends_with("answered")
    );
}

#[tokio::test]
async fn what_never_ends_is_cut_off() {
    let drain = Duration::from_millis(50);
    let (address, asked, _answer, stop) = slow_service(Patience {
        drain,
        ..Patience::DEFAULT
    })
    .await;
    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(ROOT).await.unwrap();
    asked.notified().await;
    stop.notify_one();
    let within = tokio::time::timeout(Duration::from_secs(5), read_until(&mut client, "\0")).await;
    assert_eq!(within.unwrap(), "");
}

#[tokio::test]
async fn a_head_that_never_ends_is_cut_off() {
    let head = Duration::from_millis(50);
    let (address, ..) = slow_service(Patience {
        head,
        ..Patience::DEFAULT
    })
    .await;
    for sent in [&b""[..], b"GET / HTTP/1.1\r\nhost: local"] {
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(sent).await.unwrap();
        let within =
            tokio::time::timeout(Duration::from_secs(5), read_until(&mut client, "\0")).await;
        let answer = within.unwrap();
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 408"),
            "{answer}"
        );
    }
}
