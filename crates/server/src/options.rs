//! How the server is set up.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

/// How the server is set up.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// Address and port to listen on; port 0 takes any free one.
    pub listen: SocketAddr,
    /// Whether files of records may be uploaded. There are no accounts: whoever reaches the server may then change its
    /// projects.
    pub allow_import: bool,
    /// Whether decisions of reviewers may be entered. There are no accounts: whoever reaches the server may then write under any
    /// name.
    pub allow_decisions: bool,
    /// The largest body of a request, in bytes; uploads have a limit of their own.
    pub body_limit_bytes: usize,
    /// The largest uploaded file, in bytes.
    pub upload_limit_bytes: usize,
    /// How long a request may take; imports have a limit of their own.
    pub request_timeout: Duration,
    /// How long an import may take.
    pub import_timeout: Duration,
    /// How long a client may pause while it sends a body.
    pub body_pause_timeout: Duration,
    /// Requests that are worked on at once; more are told to come back.
    pub concurrent_requests: usize,
    /// How long requests that are under way may go on after the process was told to stop.
    pub shutdown_grace: Duration,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            allow_import: false,
            allow_decisions: false,
            body_limit_bytes: 2 << 20,
            upload_limit_bytes: 512 << 20,
            request_timeout: Duration::from_secs(120),
            import_timeout: Duration::from_secs(3_600),
            body_pause_timeout: Duration::from_secs(20),
            concurrent_requests: 64,
            shutdown_grace: Duration::from_secs(30),
        }
    }
}
