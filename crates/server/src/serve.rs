//! Listening, and stopping without cutting anyone off.

use std::future::IntoFuture;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use thiap_domain::Fault;
use thiap_engine::Engine;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::layers;
use crate::options::ServerOptions;
use crate::state::ServerState;

/// How often samples of latency are folded into their histograms, whether or not someone reads them.
const METRICS_UPKEEP: Duration = Duration::from_secs(5);

/// Why the server cannot listen.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// Another program listens there.
    #[error(
        "another program is listening on {address}; stop it, or choose another port (0 takes any free one)"
    )]
    AddressInUse {
        /// The address.
        address: SocketAddr,
    },
    /// The port needs rights that this program does not have.
    #[error("this program may not listen on {address}; choose a port from 1024 up, or give it the right")]
    NotAllowed {
        /// The address.
        address: SocketAddr,
    },
    /// The machine does not have the address.
    #[error("this machine does not have the address {}; use 127.0.0.1, 0.0.0.0 or one of its own", address.ip())]
    NoSuchAddress {
        /// The address.
        address: SocketAddr,
    },
    /// The operating system refused.
    #[error("cannot serve on {address}: {source}")]
    Io {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
}

impl ServerError {
    /// Who has to act.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::AddressInUse { .. } | Self::NotAllowed { .. } | Self::Io { .. } => Fault::Environment,
            Self::NoSuchAddress { .. } => Fault::Caller,
        }
    }

    fn of(address: SocketAddr, source: io::Error) -> Self {
        match source.kind() {
            ErrorKind::AddrInUse => Self::AddressInUse { address },
            ErrorKind::PermissionDenied => Self::NotAllowed { address },
            ErrorKind::AddrNotAvailable => Self::NoSuchAddress { address },
            _ => Self::Io { address, source },
        }
    }
}

/// Serves until the process is told to stop (SIGINT or SIGTERM), then finishes the requests that are under way.
/// `on_listening` is told the address once requests are taken.
///
/// # Errors
/// [`ServerError`] when the address cannot be listened on.
pub async fn serve(
    engine: Arc<Engine>,
    options: ServerOptions,
    on_listening: impl FnOnce(SocketAddr),
) -> Result<(), ServerError> {
    serve_until(engine, options, on_listening, told_to_stop()).await
}

async fn serve_until(
    engine: Arc<Engine>,
    options: ServerOptions,
    on_listening: impl FnOnce(SocketAddr),
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServerError> {
    let failed = |source| ServerError::of(options.listen, source);
    let listener = TcpListener::bind(options.listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let state = ServerState::new(engine, &options);
    let metrics = state.metrics.clone();
    let upkeep = tokio::spawn(async move {
        loop {
            tokio::time::sleep(METRICS_UPKEEP).await;
            metrics.upkeep();
        }
    });
    let (stopping, mut stopped) = watch::channel(false);
    // the first request need not wait for encoder and index to be read
    let warming = tokio::spawn({
        let engine = Arc::clone(&state.engine);
        async move {
            if let Err(error) = engine.status().await {
                tracing::warn!("searches and checks cannot be answered yet: {error}");
            }
        }
    });
    let serving = axum::serve(listener, layers::wrapped(state.clone()))
        .with_graceful_shutdown(async move {
            stop.await;
            tracing::info!("told to stop; requests under way are finished");
            // there is always a receiver: the one below
            _ = stopping.send(true);
        })
        .into_future();
    tracing::info!(%address, "listening");
    on_listening(address);
    let cut_off = async {
        if stopped.wait_for(|stopped| *stopped).await.is_err() {
            // nobody can tell us to stop any more
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(options.shutdown_grace).await;
    };
    let served = tokio::select! {
        served = serving => served.map_err(failed),
        () = cut_off => {
            tracing::warn!("some requests were still under way when the time to finish them was over");
            Ok(())
        }
    };
    upkeep.abort();
    warming.abort();
    state.stop_catching_up();
    served
}

/// Ends when the process is told to stop.
async fn told_to_stop() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => _ = signal.recv().await,
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use thiap_engine::EngineOptions;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;
    use tokio::sync::oneshot;

    use super::*;

    async fn engine(folder: &tempfile::TempDir) -> Arc<Engine> {
        let options = EngineOptions { folder: folder.path().to_owned(), ..EngineOptions::default() };
        Arc::new(Engine::open(options).await.unwrap())
    }

    fn on(address: SocketAddr) -> ServerOptions {
        ServerOptions { listen: address, ..ServerOptions::default() }
    }

    #[tokio::test]
    async fn a_taken_port_says_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = taken.local_addr().unwrap();
        let error = serve(engine(&folder).await, on(address), |_| {}).await.unwrap_err();
        assert!(matches!(error, ServerError::AddressInUse { address: told } if told == address));
        assert!(error.to_string().contains("choose another port"), "{error}");
        assert_eq!(error.fault(), Fault::Environment);
    }

    #[tokio::test]
    async fn an_address_of_another_machine_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let error =
            serve(engine(&folder).await, on("192.0.2.1:0".parse().unwrap()), |_| {}).await.unwrap_err();
        assert!(matches!(error, ServerError::NoSuchAddress { .. }), "{error}");
    }

    #[tokio::test]
    async fn requests_under_way_are_finished_before_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let (told, address) = oneshot::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let options = on((Ipv4Addr::LOCALHOST, 0).into());
        let serving = tokio::spawn(serve_until(
            engine(&folder).await,
            options,
            |address| told.send(address).unwrap(),
            async { _ = stopped.await },
        ));
        let mut client = TcpStream::connect(address.await.unwrap()).await.unwrap();
        // half a request is under way when the server is told to stop
        client
            .write_all(b"POST /api/v1/check HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n")
            .await
            .unwrap();
        client.write_all(b"content-length: 2\r\n\r\n[").await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        stop.send(()).unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(!serving.is_finished());
        client.write_all(b"]").await.unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("malformed_json"), "{answer}");
        serving.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn nobody_can_keep_the_server_from_ending() {
        let folder = tempfile::tempdir().unwrap();
        let (told, address) = oneshot::channel();
        let options = ServerOptions {
            shutdown_grace: Duration::from_millis(100),
            ..on((Ipv4Addr::LOCALHOST, 0).into())
        };
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(serve_until(
            engine(&folder).await,
            options,
            |address| told.send(address).unwrap(),
            async { _ = stopped.await },
        ));
        let mut client = TcpStream::connect(address.await.unwrap()).await.unwrap();
        client.write_all(b"POST /api/v1/check HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\ncontent-type: application/json\r\n\r\n").await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        stop.send(()).unwrap();
        tokio::time::timeout(Duration::from_secs(5), serving).await.unwrap().unwrap().unwrap();
    }
}
