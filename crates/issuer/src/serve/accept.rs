//! Connections: taken, served, and brought to an end.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tower::ServiceExt;

use super::tls::Tls;

/// How long somebody else may take.
#[derive(Clone, Copy)]
pub(super) struct Patience {
    /// A client, to send the head of a request, or to agree on TLS; an idle connection too.
    pub(super) head: Duration,
    /// Everybody, once we are asked to stop.
    pub(super) drain: Duration,
}

impl Patience {
    pub(super) const DEFAULT: Self = Self {
        head: Duration::from_secs(10),
        drain: Duration::from_secs(10),
    };
}

/// Beyond these, new clients wait in the kernel's queue.
const MAX_CONNECTIONS: usize = 512;

/// Serves everybody until it is to stop.
pub(super) async fn accept(
    listener: TcpListener,
    tls: Option<Arc<Tls>>,
    router: &Router,
    shutdown: impl Future<Output = ()>,
    patience: &Patience,
) {
    let mut shutdown = pin!(shutdown);
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            Some(_ended) = connections.join_next() => {}
            accepted = listener.accept(), if connections.len() < MAX_CONNECTIONS => match accepted {
                Ok((stream, peer)) => {
                    let client = Client { peer, router: router.clone(), head: patience.head };
                    connections.spawn(client.serve(stream, tls.clone(), graceful.watcher()));
                }
                // Out of file descriptors, most likely: let some of them close.
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            },
        }
    }
    drop(listener);
    // What is not done by then ends with its task, here.
    let _drained = tokio::time::timeout(patience.drain, graceful.shutdown()).await;
    connections.shutdown().await;
}

/// Somebody who has connected.
struct Client {
    peer: SocketAddr,
    router: Router,
    head: Duration,
}

impl Client {
    async fn serve(self, stream: TcpStream, tls: Option<Arc<Tls>>, watcher: Watcher) {
        let Some(tls) = tls else {
            return self.talk(stream, watcher).await;
        };
        let agreed = tokio::time::timeout(self.head, tls.accept(stream)).await;
        // Whoever speaks no TLS, or knocks and goes, is no news.
        if let Ok(Ok(stream)) = agreed {
            self.talk(stream, watcher).await;
        }
    }

    /// Answers; whom, handlers can see.
    async fn talk(
        self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        watcher: Watcher,
    ) {
        let peer = self.peer;
        let wrap = move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            request.map(Body::new)
        };
        let service = TowerToHyperService::new(self.router.map_request(wrap));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.head)
            .serve_connection(TokioIo::new(stream), service);
        // How it ended is the client's business.
        watcher.watch(connection).await.ok();
    }
}
