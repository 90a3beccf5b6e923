//! What may go wrong at the door.

use std::{io, net::SocketAddr, path::PathBuf};

use kernel::{Code, Coded, Kind};
use rustls::pki_types::pem;

/// What may go wrong at the door.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A certificate or key file cannot be read.
    #[error("{} holds no usable {what} in PEM form", path.display())]
    Pem {
        /// `certificate` or `private key`.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: pem::Error,
    },
    /// The certificate and the key do not fit, or one is not valid.
    #[error("the certificate in {} and its key cannot be used", path.display())]
    Tls {
        /// The certificate's file.
        path: PathBuf,
        /// Why.
        #[source]
        source: rustls::Error,
    },
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::Bind { .. } => Code::new("server.bind_failed", Kind::Unavailable),
            Self::Pem { .. } | Self::Tls { .. } => Code::new("server.tls_invalid", Kind::Invalid),
        }
    }
}
