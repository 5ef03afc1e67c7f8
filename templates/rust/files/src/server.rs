//! Connections, and the order in which things stop.
//!
//! On SIGTERM or SIGINT `/readyz` turns 503 first. For `DRAIN_MS` connections are still accepted,
//! because whoever balances the load needs that long to notice. Then the port closes, idle
//! connections are closed, and requests in flight have `SHUTDOWN_MS` to finish.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{sleep, timeout};
use tracing::{debug, info, warn};

use crate::app::App;
use crate::http;

/// How long a connection may wait for the whole head of its next request. Longer than the 60 s
/// for which load balancers keep idle connections, so that it is they who close them.
const HEAD_TIMEOUT: Duration = Duration::from_secs(75);

/// Why the process could not serve, or not stop in order.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The operating system gave no threads or no event queue.
    #[error("the runtime can't start: {0}")]
    Runtime(io::Error),
    /// Signals can't be received.
    #[error("signals can't be received: {0}")]
    Signals(io::Error),
    /// Something else has the port, or it needs privileges.
    #[error("port {port} can't be served: {cause}")]
    Port {
        /// The configured port.
        port: u16,
        /// What the operating system says.
        cause: io::Error,
    },
    /// Requests were still running at the end.
    #[error("{active} requests were cut: they did not finish within SHUTDOWN_MS ({limit} ms)")]
    Cut {
        /// How many.
        active: usize,
        /// How long they had.
        limit: u128,
    },
}

/// Serves until the process is told to stop.
///
/// # Errors
///
/// Where it can't start, or where requests had to be cut.
pub async fn run(app: Arc<App>) -> Result<(), Error> {
    let mut stop = StopSignal::new().map_err(Error::Signals)?;
    let port = app.config.port;
    let listener = listen(port)
        .await
        .map_err(|cause| Error::Port { port, cause })?;
    info!(port, version = app.config.version, "serving");
    #[cfg(feature = "drill")]
    warn!("this is a drill build: POST /drill/faults injects faults");

    let connections = GracefulShutdown::new();
    let drained = async {
        let signal = stop.received().await;
        app.withdraw();
        let drain_seconds = app.config.drain.as_secs_f64();
        info!(signal, drain_seconds, "no longer ready, still serving");
        sleep(app.config.drain).await;
    };
    tokio::select! {
        () = drained => {}
        () = accept(&listener, &app, &connections) => {}
    }
    drop(listener);

    let limit = app.config.shutdown;
    let finished = timeout(limit, connections.shutdown()).await.is_ok();
    let active = app.active_requests();
    // A client that opened a connection and asked for nothing is not worth an error.
    if !finished && active > 0 {
        return Err(Error::Cut {
            active,
            limit: limit.as_millis(),
        });
    }
    info!("stopped");
    Ok(())
}

/// On all interfaces: an IPv6 socket takes IPv4 too, unless the system says otherwise
/// (`net.ipv6.bindv6only`). Without IPv6 it is IPv4 alone.
async fn listen(port: u16) -> io::Result<TcpListener> {
    match TcpListener::bind((Ipv6Addr::UNSPECIFIED, port)).await {
        Err(error) if error.kind() != io::ErrorKind::AddrInUse => {
            TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).await
        }
        bound => bound,
    }
}

/// Accepts connections for ever.
async fn accept(listener: &TcpListener, app: &Arc<App>, connections: &GracefulShutdown) {
    let service = TowerToHyperService::new(http::router(app));
    let mut protocol = http1::Builder::new();
    protocol
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT);
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _peer)) => stream,
            Err(error) => {
                // Mostly too many open files: give connections time to end.
                warn!("a connection can't be accepted: {error}");
                sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        if let Err(error) = stream.set_nodelay(true) {
            debug!("a connection ended early: {error}");
            continue;
        }
        let connection = protocol.serve_connection(TokioIo::new(stream), service.clone());
        let connection = connections.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                debug!("a connection failed: {error}");
            }
        });
    }
}

struct StopSignal {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignal {
    fn new() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn received(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}
