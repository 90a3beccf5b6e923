//! Fetching.

use std::{fs, io, net::IpAddr, sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use http::{
    HeaderMap, Method, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, LOCATION},
};
use reqwest::{Certificate, redirect::Policy, retry};
use url::{Host, Url};

use crate::{
    Error, Networks, Opening, Rest, Settings,
    dial::Dialer,
    names::{Guard, Names, System},
};

/// A request that leaves the hub.
#[derive(Debug, Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The address.
    pub url: Url,
    /// Headers; `Host` and hop-by-hop ones are not the caller's.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// Whether redirects are followed; they never are for anything but GET and HEAD.
    pub follow: bool,
    /// The largest answer that is read, in bytes; at most the setting.
    pub max_bytes: Option<usize>,
    /// How long it may take in all; at most the setting.
    pub timeout: Option<Duration>,
}

impl Request {
    /// A GET that follows redirects.
    pub fn get(url: Url) -> Self {
        Self {
            method: Method::GET,
            url,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            follow: true,
            max_bytes: None,
            timeout: None,
        }
    }

    /// A POST of `body`.
    pub fn post(url: Url, content_type: http::HeaderValue, body: impl Into<Bytes>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, content_type);
        let body = body.into();
        Self { method: Method::POST, headers, body, follow: false, ..Self::get(url) }
    }
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
    /// The address that answered, after redirects.
    pub url: Url,
}

/// The guarded client; cheap to clone.
#[derive(Debug, Clone)]
pub struct Client {
    secure: reqwest::Client,
    /// For plain `http`: where it is not allowed everywhere, its names lead only to what was opened.
    plain: reqwest::Client,
    networks: Arc<Networks>,
    pub(crate) settings: Arc<Settings>,
    /// For what is no HTTP.
    pub(crate) dialer: Arc<Dialer>,
}

impl Client {
    /// A client as the settings say.
    ///
    /// # Errors
    /// [`Error::Root`] names a certificate file that cannot be read.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        Self::with_names(settings, Arc::new(System))
    }

    /// A client that looks names up elsewhere. What a name leads to is guarded all the same.
    ///
    /// # Errors
    /// As [`Client::new`].
    pub fn with_names(settings: Settings, names: Arc<dyn Names>) -> Result<Self, Error> {
        let networks = Arc::new(Networks::new(&settings));
        let roots = roots(&settings)?;
        let guard = Guard { networks: Arc::clone(&networks), names, opened_only: false };
        let build = |guard: Guard| {
            #[expect(clippy::disallowed_methods, reason = "this is the only outgoing HTTP client")]
            let mut builder = reqwest::Client::builder()
                .redirect(Policy::none())
                .no_proxy()
                // Whoever sends decides what is sent again.
                .retry(retry::never())
                .connect_timeout(settings.connect_timeout())
                .pool_idle_timeout(IDLE)
                .pool_max_idle_per_host(8)
                .user_agent(concat!("Liaison/", env!("CARGO_PKG_VERSION")))
                .dns_resolver(Arc::new(guard));
            for root in &roots {
                builder = builder.add_root_certificate(root.clone());
            }
            builder.build().map_err(Error::Setup)
        };
        let dialing = guard.clone();
        let secure = build(guard.clone())?;
        let plain = if settings.allow_plain_http {
            secure.clone()
        } else {
            build(Guard { opened_only: true, ..guard })?
        };
        let dialer = Arc::new(Dialer::new(dialing));
        Ok(Self { secure, plain, networks, settings: Arc::new(settings), dialer })
    }

    /// Sends the request and reads the whole answer, whatever its status.
    ///
    /// # Errors
    /// [`Error`]; an answer with a failure status is none.
    pub async fn fetch(&self, request: Request) -> Result<Response, Error> {
        let limit = request
            .timeout
            .map_or(self.settings.total_timeout(), |t| t.min(self.settings.total_timeout()));
        tokio::time::timeout(limit, self.follow(request)).await.map_err(|_late| Error::Timeout)?
    }

    async fn follow(&self, mut request: Request) -> Result<Response, Error> {
        let followable = request.follow && matches!(request.method, Method::GET | Method::HEAD);
        let mut hops = 0;
        loop {
            let response = self.exchange(&request).await?;
            let target = if followable && response.status.is_redirection() {
                response.headers.get(LOCATION).and_then(|l| l.to_str().ok())
            } else {
                None
            };
            let Some(target) = target else { return Ok(response) };
            hops += 1;
            if hops > self.settings.max_redirects {
                return Err(Error::Redirects { limit: self.settings.max_redirects });
            }
            let next = request
                .url
                .join(target)
                .map_err(|_source| Error::Refused { reason: "a redirect leads nowhere" })?;
            if request.url.scheme() == "https" && next.scheme() != "https" {
                return Err(Error::Refused { reason: "a redirect leads from https to http" });
            }
            if next.origin() != request.url.origin() {
                request.headers.remove(AUTHORIZATION);
                request.headers.remove(COOKIE);
            }
            request.url = next;
        }
    }

    /// Sends the request, follows no redirect, and answers as soon as status and headers are there: the body is read
    /// by the caller, piece by piece. [`Request::timeout`] bounds the time until then; the body has bounds of its own
    /// ([`Settings::max_stream_bytes`], [`Settings::stream_timeout_ms`]).
    ///
    /// # Errors
    /// [`Error`]; an answer with a failure status is none.
    pub async fn open(&self, request: Request) -> Result<Opening, Error> {
        let limit = request
            .timeout
            .map_or(self.settings.total_timeout(), |t| t.min(self.settings.total_timeout()));
        let mut response = tokio::time::timeout(limit, self.start(&request))
            .await
            .map_err(|_late| Error::Timeout)??;
        let url = response.url().clone();
        let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
        let rest = Rest::new(response, &self.settings);
        Ok(Opening { status, headers, url, rest })
    }

    async fn start(&self, request: &Request) -> Result<reqwest::Response, Error> {
        let http = self.check(&request.url)?;
        http.request(request.method.clone(), request.url.clone())
            .headers(request.headers.clone())
            .body(request.body.clone())
            .send()
            .await
            .map_err(failed)
    }

    async fn exchange(&self, request: &Request) -> Result<Response, Error> {
        let limit = request
            .max_bytes
            .map_or(self.settings.max_response_bytes, |m| m.min(self.settings.max_response_bytes));
        let mut response = self.start(request).await?;
        let announced = response.content_length().unwrap_or(0);
        if announced > u64::try_from(limit).unwrap_or(u64::MAX) {
            return Err(Error::TooLarge { limit });
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > limit {
                return Err(Error::TooLarge { limit });
            }
            body.extend_from_slice(&chunk);
        }
        let url = response.url().clone();
        let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
        Ok(Response { status, headers, body: body.freeze(), url })
    }

    /// Checks what can be checked before connecting, and says which client connects; where a name leads is checked by
    /// the resolver of that client, so that nothing is looked up twice.
    fn check(&self, url: &Url) -> Result<&reqwest::Client, Error> {
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::Refused { reason: "an address with a user name or password" });
        }
        let plain = match url.scheme() {
            "https" => false,
            "http" => true,
            _ => return Err(Error::Refused { reason: "only https and http can be fetched" }),
        };
        let port = url.port_or_known_default().unwrap_or(0);
        if BLOCKED_PORTS.contains(&port) {
            return Err(Error::Refused { reason: "a port that speaks another protocol" });
        }
        let address = match url.host() {
            Some(Host::Ipv4(v4)) => Some(IpAddr::V4(v4)),
            Some(Host::Ipv6(v6)) => Some(IpAddr::V6(v6)),
            Some(Host::Domain(_)) => None,
            None => return Err(Error::Refused { reason: "an address without a host" }),
        };
        if let Some(address) = address
            && !self.networks.is_opened_endpoint(address, port)
        {
            if !self.networks.may_reach(address) {
                return Err(Error::Network { address });
            }
            if plain && !self.settings.allow_plain_http && !self.networks.is_opened(address) {
                return Err(Error::PLAIN);
            }
        }
        Ok(if plain { &self.plain } else { &self.secure })
    }
}

/// The certificate authorities that an administrator trusts beside the system's.
fn roots(settings: &Settings) -> Result<Vec<Certificate>, Error> {
    let mut all = Vec::new();
    for path in &settings.extra_roots {
        let root = |source| Error::Root { path: path.clone(), source };
        let pem = fs::read(path).map_err(|e| root(e.into()))?;
        all.extend(Certificate::from_pem_bundle(&pem).map_err(|e| root(e.into()))?);
    }
    Ok(all)
}

/// Finds our own refusal inside the client's error, so that the caller sees why.
pub(crate) fn failed(error: reqwest::Error) -> Error {
    if error.is_timeout() {
        return Error::Timeout;
    }
    let mut source: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(inner) = source {
        match inner.downcast_ref::<Error>() {
            Some(Error::Network { address }) => return Error::Network { address: *address },
            Some(Error::Refused { reason }) => return Error::Refused { reason },
            Some(Error::Name(why)) => return Error::Name(io::Error::from(why.kind())),
            _ => {}
        }
        source = inner.source();
    }
    // An address may be a secret, such as a webhook's: it stays out of logs and messages.
    Error::Exchange(error.without_url())
}

/// How long an unused connection is kept.
const IDLE: Duration = Duration::from_secs(30);

/// Ports of other protocols that an HTTP request could be smuggled into (the common part of browsers' lists).
const BLOCKED_PORTS: [u16; 18] =
    [0, 7, 9, 19, 21, 22, 23, 25, 53, 69, 110, 119, 135, 139, 143, 445, 465, 587];
