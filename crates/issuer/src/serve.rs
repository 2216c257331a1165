//! Starting and stopping the service.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use room_token::{Timestamp, TokenId};
use thiserror::Error;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::web::{self, App};
use crate::{AdminToken, Office, OfficeError, RevocationFile};

/// What a service needs to start.
#[derive(Debug)]
pub struct Settings {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// What issues.
    pub office: Office,
    /// Without one, only this machine may ask.
    pub admin_token: Option<AdminToken>,
    /// What was taken back; without it nothing can be, here.
    pub revocations: Option<RevocationFile>,
    /// The clock.
    pub now: fn() -> Timestamp,
    /// Fresh randomness, as the name of a token.
    pub token_id: fn() -> TokenId,
}

/// Serves until `shutdown` is ready, then finishes what is under way, for at most ten seconds.
///
/// `on_listening` is called once, with the address, as soon as connections are accepted.
///
/// # Errors
/// [`ServeError`], before anything was served.
pub async fn serve(
    settings: Settings,
    shutdown: impl Future<Output = ()> + Send + 'static,
    on_listening: impl FnOnce(SocketAddr),
) -> Result<(), ServeError> {
    let address = settings.listen;
    if settings.admin_token.is_none() && !address.ip().is_loopback() {
        return Err(ServeError::Exposed { address });
    }
    let router = web::router(App::new(settings)?);
    let bind = |error: std::io::Error| ServeError::Bind {
        address,
        why: error.to_string(),
    };
    let listener = TcpListener::bind(address).await.map_err(bind)?;
    on_listening(listener.local_addr().map_err(bind)?);
    accept(listener, &router, shutdown, &Patience::DEFAULT).await;
    Ok(())
}

/// How long somebody else may take.
struct Patience {
    /// A client, to send the head of a request; an idle connection too.
    head: Duration,
    /// Everybody, once we are asked to stop.
    drain: Duration,
}

impl Patience {
    const DEFAULT: Self = Self {
        head: Duration::from_secs(10),
        drain: Duration::from_secs(10),
    };
}

/// Beyond these, new clients wait in the kernel's queue.
const MAX_CONNECTIONS: usize = 512;

async fn accept(
    listener: TcpListener,
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
                Ok((stream, _)) => {
                    let connection = graceful.watch(talk(stream, router, patience));
                    connections.spawn(connection);
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

type Connection = http1::Connection<
    TokioIo<TcpStream>,
    TowerToHyperService<tower::util::MapRequest<Router, Wrap>>,
>;

type Wrap = fn(Request<Incoming>) -> Request<Body>;

fn talk(stream: TcpStream, router: &Router, patience: &Patience) -> Connection {
    let wrap: Wrap = |request| request.map(Body::new);
    let service = TowerToHyperService::new(router.clone().map_request(wrap));
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience.head)
        .serve_connection(TokioIo::new(stream), service)
}

/// Why the service did not start.
#[derive(Debug, Error)]
pub enum ServeError {
    /// The address is taken, or not ours.
    #[error("cannot listen on {address} ({why}); choose another with --listen")]
    Bind {
        /// Which.
        address: SocketAddr,
        /// In the system's words.
        why: String,
    },
    /// Others could reach it, and nothing would stop them.
    #[error(
        "will not listen on {address}: without an admin token, everybody who reaches it could issue links; listen on 127.0.0.1, or set a token with --admin-token-file FILE"
    )]
    Exposed {
        /// Which.
        address: SocketAddr,
    },
    /// The keys.
    #[error(transparent)]
    Office(#[from] OfficeError),
}

#[cfg(test)]
mod tests;
