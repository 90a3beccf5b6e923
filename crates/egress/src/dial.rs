//! Connections to mail servers: the same guard as for HTTP, over a stream of bytes.

use std::{
    fmt, io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll},
};

use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs, pki_types::ServerName};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::{Client, Error, Settings, names::Guard};

/// A stream of bytes to a server, encrypted or not.
#[expect(clippy::large_enum_variant, reason = "nearly every one is encrypted in the end")]
enum Kind {
    Plain(TcpStream),
    Secure(TlsStream<TcpStream>),
}

/// A connection to a server that is no web server.
pub struct Wire {
    kind: Kind,
    host: String,
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire").field("is_secure", &self.is_secure()).finish_non_exhaustive()
    }
}

impl Wire {
    /// Whether it is encrypted.
    pub const fn is_secure(&self) -> bool {
        matches!(self.kind, Kind::Secure(_))
    }
}

/// What connections are made with.
#[derive(Debug)]
pub(crate) struct Dialer {
    guard: Guard,
    /// The system's store is read when the first server is reached, not at every start.
    trust: OnceLock<Arc<ClientConfig>>,
}

impl Dialer {
    pub(crate) const fn new(guard: Guard) -> Self {
        Self { guard, trust: OnceLock::new() }
    }

    fn trust(&self, settings: &Settings) -> Result<Arc<ClientConfig>, Error> {
        if let Some(config) = self.trust.get() {
            return Ok(Arc::clone(config));
        }
        let mut roots = RootCertStore::empty();
        // A system's store may hold certificates that the library does not read: the others count.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        for path in &settings.extra_roots {
            let loaded = rustls_native_certs::load_certs_from_paths(Some(path), None);
            roots.add_parsable_certificates(loaded.certs);
        }
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::Connection(io::Error::other(error)))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Arc::clone(self.trust.get_or_init(|| Arc::new(config))))
    }
}

impl Client {
    /// Connects to a mail server; nothing is encrypted yet ([`Client::secure`]). Private, loopback and link-local
    /// addresses are refused unless an administrator opened them, and so are ports below 1024 that are not of mail.
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::Network`], [`Error::Name`], [`Error::Timeout`], [`Error::Connection`].
    pub async fn dial(&self, host: &str, port: u16) -> Result<Wire, Error> {
        let work = self.connect(host, port);
        let kind = tokio::time::timeout(self.settings.connect_timeout(), work)
            .await
            .map_err(|_late| Error::Timeout)??;
        Ok(Wire { kind: Kind::Plain(kind), host: host.to_owned() })
    }

    async fn connect(&self, host: &str, port: u16) -> Result<TcpStream, Error> {
        let guard = &self.dialer.guard;
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let is_known = MAIL_PORTS.contains(&port) || port >= 1024;
        if bare.is_empty() || !is_known {
            return Err(Error::Refused { reason: "a port that mail servers do not use" });
        }
        let addresses = match bare.parse::<IpAddr>() {
            Ok(address)
                if guard.networks.is_opened_endpoint(address, port)
                    || guard.networks.may_reach(address) =>
            {
                vec![address]
            }
            Ok(address) => return Err(Error::Network { address }),
            Err(_name) => guard.open(bare).await?,
        };
        let mut last = Error::Name(io::ErrorKind::NotFound.into());
        for address in addresses.into_iter().take(MAX_ADDRESSES) {
            match TcpStream::connect(SocketAddr::new(address, port)).await {
                Ok(stream) => {
                    stream.set_nodelay(true).map_err(Error::Connection)?;
                    return Ok(stream);
                }
                Err(error) => last = Error::Connection(error),
            }
        }
        Err(last)
    }

    /// Encrypts a connection; certificate and host name are always checked.
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::Timeout`], [`Error::Connection`].
    pub async fn secure(&self, wire: Wire) -> Result<Wire, Error> {
        let Wire { kind: Kind::Plain(stream), host } = wire else { return Ok(wire) };
        let bare = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let name = ServerName::try_from(bare)
            .map_err(|_odd| Error::Refused { reason: "the name of the server is none" })?;
        let (dialer, settings) = (Arc::clone(&self.dialer), Arc::clone(&self.settings));
        let trust = tokio::task::spawn_blocking(move || dialer.trust(&settings)).await;
        let trust = trust.map_err(|error| Error::Connection(io::Error::other(error)))??;
        let work = TlsConnector::from(trust).connect(name, stream);
        let stream = tokio::time::timeout(self.settings.connect_timeout(), work)
            .await
            .map_err(|_late| Error::Timeout)?
            .map_err(Error::Connection)?;
        Ok(Wire { kind: Kind::Secure(stream), host })
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match &mut self.kind {
            Kind::Plain(stream) => Pin::new(stream).poll_read(context, buffer),
            Kind::Secure(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut self.kind {
            Kind::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            Kind::Secure(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.kind {
            Kind::Plain(stream) => Pin::new(stream).poll_flush(context),
            Kind::Secure(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.kind {
            Kind::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Kind::Secure(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}

/// IMAP with and without TLS from the start (RFC 9051 §11.1, RFC 8314 §3.2).
const MAIL_PORTS: [u16; 2] = [143, 993];
/// Addresses of a name that are tried; our own choice.
const MAX_ADDRESSES: usize = 4;
