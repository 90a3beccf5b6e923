//! Where the server is and how it is reached.

use std::{
    fmt,
    net::IpAddr,
    path::PathBuf,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use kernel::Secret;
use tokio_postgres::{
    Config,
    config::{Host, SslMode},
};

use crate::tls::{Tls, TlsError};

/// How the database is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// `postgres://user:password@host:port/database?…`, with the parameters of libpq that matter here:
    /// `sslmode` (`disable`, `require`, `verify-ca`, `verify-full`) and `sslrootcert` (a PEM file).
    ///
    /// Without `sslmode`, a server on this machine is reached in the clear and any other through TLS. With
    /// TLS, certificate and host name are always checked, against `sslrootcert` or else the system's roots.
    ///
    /// A pooler in between must keep a session on one connection: prepared statements, LISTEN and settings
    /// belong to it. Of several hosts, `target_session_attrs=read-write` finds the one that takes writes.
    pub url: Secret<String>,
    /// How many closures run at the same time, each on its own thread and connection.
    pub connections: usize,
    /// How long a read may take before it is interrupted.
    pub read_limit: Duration,
    /// How long one statement of a write may take, waiting for locks included.
    pub write_limit: Duration,
    /// How long a closure waits for a connection while the server is away.
    pub patience: Duration,
}

impl Options {
    /// The defaults for a server: eight connections, reads of at most five seconds.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: Secret::new(url.into()),
            connections: 8,
            read_limit: Duration::from_secs(5),
            write_limit: Duration::from_secs(30),
            patience: Duration::from_secs(5),
        }
    }
}

/// Why a database URL cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum UrlError {
    /// It is no URL of a PostgreSQL server.
    #[error("a URL such as postgres://user@host:5432/database is expected")]
    Shape,
    /// A part of it is not understood.
    #[error("the URL is not understood")]
    Part(#[source] tokio_postgres::Error),
    /// The mode is none of those that can be kept.
    #[error("sslmode may be disable, require, verify-ca or verify-full")]
    Mode,
    /// The roots of trust cannot be read.
    #[error("TLS cannot be prepared")]
    Tls(#[source] TlsError),
}

/// A server, ready to be connected to.
pub(crate) struct Endpoint {
    options: Options,
    config: Config,
    tls: Tls,
    /// When somebody last gave up connecting.
    away: Mutex<Option<Instant>>,
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("hosts", &self.config.get_hosts())
            .field("database", &self.config.get_dbname())
            .field("tls", &self.config.get_ssl_mode())
            .finish_non_exhaustive()
    }
}

impl Endpoint {
    pub(crate) fn new(options: Options) -> Result<Self, UrlError> {
        let Parts { url, mode, roots } = Parts::split(options.url.expose())?;
        let mut config: Config = url.parse().map_err(UrlError::Part)?;
        let encrypted = match mode.as_deref() {
            Some("disable") => false,
            Some("require" | "verify-ca" | "verify-full") => true,
            Some(_) => return Err(UrlError::Mode),
            None => !config.get_hosts().iter().all(is_here),
        };
        config.ssl_mode(if encrypted { SslMode::Require } else { SslMode::Disable });
        let tls = if encrypted { Tls::new(roots.as_deref()) } else { Tls::without_roots() };
        if config.get_application_name().is_none() {
            config.application_name("liaison");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(5));
        }
        // A server that vanished without a word is noticed within a minute.
        config
            .keepalives_idle(Duration::from_secs(30))
            .keepalives_interval(Duration::from_secs(10))
            .keepalives_retries(3)
            .tcp_user_timeout(Duration::from_secs(30));
        let tls = tls.map_err(UrlError::Tls)?;
        Ok(Self { options, config, tls, away: Mutex::default() })
    }

    pub(crate) const fn options(&self) -> &Options {
        &self.options
    }

    pub(crate) const fn config(&self) -> &Config {
        &self.config
    }

    /// How long ago somebody last gave up connecting.
    pub(crate) fn away_for(&self) -> Option<Duration> {
        self.away.lock().unwrap_or_else(PoisonError::into_inner).map(|since| since.elapsed())
    }

    /// Somebody gave up connecting.
    pub(crate) fn note_away(&self) {
        *self.away.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    pub(crate) fn tls(&self) -> Tls {
        self.tls.clone()
    }
}

/// The URL without what the client library does not understand.
struct Parts {
    url: String,
    mode: Option<String>,
    roots: Option<PathBuf>,
}

impl Parts {
    fn split(url: &str) -> Result<Self, UrlError> {
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(UrlError::Shape);
        }
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        let mut parts = Self { url: base.to_owned(), mode: None, roots: None };
        let mut joint = '?';
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("sslmode", mode)) => parts.mode = Some(mode.to_owned()),
                Some(("sslrootcert", file)) => parts.roots = Some(file.replace("%2F", "/").into()),
                _ => {
                    parts.url.push(joint);
                    parts.url.push_str(pair);
                    joint = '&';
                }
            }
        }
        Ok(parts)
    }
}

fn is_here(host: &Host) -> bool {
    match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(url: &str) -> Result<SslMode, UrlError> {
        Endpoint::new(Options::new(url)).map(|endpoint| endpoint.config().get_ssl_mode())
    }

    #[test]
    fn a_server_elsewhere_is_reached_through_tls_unless_the_url_says_otherwise() {
        assert_eq!(mode("postgres://u@127.0.0.1/d").unwrap(), SslMode::Disable);
        assert_eq!(mode("postgres://u@localhost:5433/d").unwrap(), SslMode::Disable);
        assert_eq!(mode("postgres://u@db.example.org/d").unwrap(), SslMode::Require);
        assert_eq!(
            mode("postgres://u@db.example.org/d?sslmode=disable").unwrap(),
            SslMode::Disable
        );
        let both = "postgres://u@localhost/d?application_name=x&sslmode=verify-full";
        assert_eq!(mode(both).unwrap(), SslMode::Require);
    }

    #[test]
    fn a_mode_that_cannot_be_kept_is_refused() {
        let kept = mode("postgres://u@db.example.org/d?sslmode=prefer");
        assert!(matches!(kept, Err(UrlError::Mode)));
        assert!(matches!(mode("mysql://u@h/d"), Err(UrlError::Shape)));
        assert!(matches!(mode("postgres://u@h/d?nonsense=1"), Err(UrlError::Part(_))));
    }

    #[test]
    fn the_password_is_not_shown() {
        let options = Options::new("postgres://u:hunter2@127.0.0.1/d");
        assert!(!format!("{options:?}").contains("hunter2"));
        let endpoint = Endpoint::new(options).unwrap();
        assert!(!format!("{endpoint:?}").contains("hunter2"));
    }
}
