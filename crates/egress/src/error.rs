//! Why a request did not give an answer.

use std::{io, net::IpAddr, path::PathBuf};

use kernel::{Code, Coded, Kind};

/// Why a request did not give an answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is not one that may be fetched at all.
    #[error("the address is refused: {reason}")]
    Refused {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The name leads only to networks that may not be reached.
    #[error("the address {address} belongs to a network that may not be reached")]
    Network {
        /// The first address that was refused.
        address: IpAddr,
    },
    /// The name is not known.
    #[error("the name cannot be resolved")]
    Name(#[source] io::Error),
    /// More redirects than allowed.
    #[error("more than {limit} redirects")]
    Redirects {
        /// The limit.
        limit: usize,
    },
    /// The answer is longer than allowed.
    #[error("the answer is longer than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// No answer in time.
    #[error("no answer in time")]
    Timeout,
    /// The connection or the exchange failed.
    #[error("the exchange failed")]
    Exchange(#[source] reqwest::Error),
    /// The connection to a mail server failed, or its certificate is not trusted.
    #[error("the connection failed")]
    Connection(#[source] io::Error),
    /// A certificate authority cannot be read.
    #[error("the certificate authority {} cannot be read", path.display())]
    Root {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The client cannot be set up.
    #[error("the outgoing client cannot be set up")]
    Setup(#[source] reqwest::Error),
}

impl Error {
    /// Plain `http` to an address that nobody opened.
    pub(crate) const PLAIN: Self =
        Self::Refused { reason: "plain http is not allowed to this address" };
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::Refused { .. } => Code::new("outbound.refused", Kind::Invalid),
            Self::Network { .. } => Code::new("outbound.network", Kind::Forbidden),
            Self::Name(_) => Code::new("outbound.name", Kind::Upstream),
            Self::Redirects { .. } => Code::new("outbound.redirects", Kind::Upstream),
            Self::TooLarge { .. } => Code::new("outbound.too_large", Kind::Upstream),
            Self::Timeout => Code::new("outbound.timeout", Kind::Upstream),
            Self::Exchange(_) | Self::Connection(_) => Code::new("outbound.failed", Kind::Upstream),
            Self::Root { .. } | Self::Setup(_) => Code::INTERNAL,
        }
    }
}
