//! Asking.

use std::{fmt, time::Duration};

use bytes::Bytes;
use egress::{Client, Request, Response};
use http::{
    HeaderMap, HeaderValue, Method, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, LOCATION, RETRY_AFTER},
};
use kernel::{Secret, UserId};
use oauth::{Flows, TokenKey, Tokens};
use serde_json::Value;
use url::Url;

use crate::{Error, Organisation, Result};

/// What the client stands on.
#[derive(Debug, Clone)]
pub struct Parts {
    /// The way out.
    pub http: Client,
    /// How tokens are had.
    pub flows: Flows,
    /// Where they are kept.
    pub tokens: Tokens,
}

/// Whose call it is.
#[derive(Debug, Clone, Copy)]
pub enum Caller<'c> {
    /// The application's own: jobs alone, for its rights exceed any person's.
    Application,
    /// A person's, whose token for us is exchanged.
    Person {
        /// The person.
        user: UserId,
        /// The token that the person's client sent us.
        assertion: &'c Secret<String>,
    },
    /// A person's, who signed in to the organisation for us: their own token for Graph. Whoever keeps it renews it; a
    /// refusal is [`Error::SignInAgain`].
    SignedIn {
        /// The token.
        token: &'c Secret<String>,
    },
}

/// One request.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// The method.
    pub method: Method,
    /// Below the root, with its query; or a link that an answer held.
    pub path: String,
    /// The body.
    pub body: Option<Value>,
    /// The body where it is no JSON.
    pub bytes: Option<Bytes>,
    /// More headers, such as `If-Match` or `ConsistencyLevel`.
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

/// One answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status, a success.
    pub status: StatusCode,
    /// The body; null where there is none.
    pub body: Value,
    /// `Location`: the operation under way.
    pub location: Option<String>,
}

/// Graph of one organisation; cheap to clone.
#[derive(Clone)]
pub struct Graph {
    parts: Parts,
    organisation: Organisation,
}

impl fmt::Debug for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Graph")
            .field("root", &self.organisation.root.as_str())
            .finish_non_exhaustive()
    }
}

/// The longest wait that a caller is kept for; what asks for more is [`Error::Busy`].
const PATIENCE: Duration = Duration::from_secs(5);
/// How often a request is sent in all.
const ATTEMPTS: u32 = 4;
/// The largest page that is read. Ours: Graph's own pages stay below 4 MB.
const MAX_BYTES: usize = 8 * 1024 * 1024;

impl Graph {
    /// Where it leads out, for what goes elsewhere without a token.
    pub(crate) const fn http(&self) -> &Client {
        &self.parts.http
    }

    /// Takes a token that was refused out of use.
    pub(crate) async fn forget(&self, key: &TokenKey, token: &Secret<String>) {
        self.parts.tokens.forget(key, token).await;
    }

    /// Where Graph is.
    pub(crate) const fn root(&self) -> &Url {
        &self.organisation.root
    }

    /// The client of an organisation.
    pub const fn new(parts: Parts, organisation: Organisation) -> Self {
        Self { parts, organisation }
    }

    /// The organisation's directory: its identifier, or a domain.
    pub fn directory(&self) -> &str {
        &self.organisation.directory
    }

    /// The organisation, and who we are there.
    pub const fn organisation(&self) -> &Organisation {
        &self.organisation
    }

    /// How a body names something of Graph: by its whole address.
    pub fn bound(&self, path: &str) -> String {
        format!("{}/{path}", self.organisation.root.as_str().trim_end_matches('/'))
    }

    /// Reads one thing.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn get(&self, caller: Caller<'_>, path: &str) -> Result<Value> {
        let ask = Ask { path: path.to_owned(), ..Ask::default() };
        Ok(self.send(caller, &ask).await?.body)
    }

    /// Reads a list to its end, or to `most` rows.
    ///
    /// # Errors
    /// [`Error`]; [`Error::Answer`] also for a link that leads elsewhere.
    pub async fn all(&self, caller: Caller<'_>, path: &str, most: usize) -> Result<Vec<Value>> {
        let mut rows = Vec::new();
        let mut next = Some(path.to_owned());
        while let Some(path) = next.take().filter(|_| rows.len() < most) {
            let mut page = self.get(caller, &path).await?;
            let Some(Value::Array(values)) = page.get_mut("value").map(Value::take) else {
                return Err(Error::Answer { reason: "a list has no value" });
            };
            rows.extend(values);
            next = page.get("@odata.nextLink").and_then(Value::as_str).map(str::to_owned);
        }
        rows.truncate(most);
        Ok(rows)
    }

    /// Sends a request. What failed on its way is sent again only where sending twice does no harm.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn send(&self, caller: Caller<'_>, ask: &Ask) -> Result<Answer> {
        judge(&self.response(caller, ask).await?)
    }

    /// As [`Graph::send`], whatever the answer is.
    pub(crate) async fn response(&self, caller: Caller<'_>, ask: &Ask) -> Result<Response> {
        let url = self.address(&ask.path)?;
        let safe = ask.method.is_idempotent();
        let mut fresh = true;
        let mut attempt = 1;
        loop {
            let (key, token) = self.token(caller).await?;
            let request = request(ask, url.clone(), &token)?;
            let response = self.parts.http.fetch(request).await.map_err(Error::Unreachable)?;
            let status = response.status;
            let is_renewed_here = !matches!(caller, Caller::SignedIn { .. });
            if status == StatusCode::UNAUTHORIZED && fresh && is_renewed_here {
                // Once: a second refusal is no matter of age.
                fresh = false;
                self.parts.tokens.forget(&key, &token).await;
                continue;
            }
            let throttled = matches!(status.as_u16(), 429 | 503);
            let lost = safe && matches!(status.as_u16(), 502 | 504);
            if attempt < ATTEMPTS && (throttled || lost) {
                let wait = wait(&response).unwrap_or(Duration::from_millis(200 << attempt));
                if wait <= PATIENCE {
                    attempt += 1;
                    tokio::time::sleep(wait).await;
                    continue;
                }
            }
            return Ok(response);
        }
    }

    /// An address below the root; nothing else ever gets a token.
    pub(crate) fn address(&self, path: &str) -> Result<Url> {
        let root = &self.organisation.root;
        if !path.contains("://") {
            let text =
                format!("{}/{}", root.as_str().trim_end_matches('/'), path.trim_start_matches('/'));
            return Url::parse(&text).map_err(|_wrong| Error::Answer { reason: "a path is none" });
        }
        let url = Url::parse(path).map_err(|_wrong| Error::Answer { reason: "a link is none" })?;
        if url.origin() != root.origin() || !url.path().starts_with(root.path()) {
            return Err(Error::Answer { reason: "a link leads out of Graph" });
        }
        Ok(url)
    }

    pub(crate) async fn token(&self, caller: Caller<'_>) -> Result<(TokenKey, Secret<String>)> {
        let own = &self.organisation;
        let user = match caller {
            Caller::Application | Caller::SignedIn { .. } => None,
            Caller::Person { user, .. } => Some(user),
        };
        let key = TokenKey {
            tenant: own.tenant,
            user,
            connection: own.connection,
            audience: own.resource.clone(),
        };
        let set = match caller {
            Caller::SignedIn { token } => return Ok((key, token.clone())),
            Caller::Application => {
                let exchange = async { self.parts.flows.client_credentials(&own.itself()?).await };
                self.parts.tokens.take(key.clone(), exchange).await
            }
            Caller::Person { assertion, .. } => {
                let exchange =
                    async { self.parts.flows.on_behalf_of(&own.on_behalf()?, assertion).await };
                self.parts.tokens.take(key.clone(), exchange).await
            }
        };
        let set = set.map_err(Error::Token)?;
        Ok((key, set.access_token.clone()))
    }
}

pub(crate) fn request(ask: &Ask, url: Url, token: &Secret<String>) -> Result<Request> {
    let mut headers = HeaderMap::new();
    for (name, value) in &ask.headers {
        headers.insert(name, value.clone());
    }
    let mut bearer = HeaderValue::try_from(format!("Bearer {}", token.expose()))
        .map_err(|_wrong| Error::Answer { reason: "a token is none" })?;
    bearer.set_sensitive(true);
    headers.insert(AUTHORIZATION, bearer);
    let body = match &ask.body {
        _ if ask.bytes.is_some() => ask.bytes.clone().unwrap_or_default(),
        Some(body) => {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            body.to_string().into()
        }
        None => Bytes::new(),
    };
    Ok(Request {
        method: ask.method.clone(),
        headers,
        body,
        follow: false,
        max_bytes: Some(MAX_BYTES),
        ..Request::get(url)
    })
}

fn wait(response: &Response) -> Option<Duration> {
    let text = response.headers.get(RETRY_AFTER)?.to_str().ok()?;
    text.trim().parse().ok().map(Duration::from_secs)
}

pub(crate) fn judge(response: &Response) -> Result<Answer> {
    let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    let status = response.status;
    if status.is_success() {
        if !response.body.is_empty() && body.is_null() {
            return Err(Error::Answer { reason: "it is no JSON" });
        }
        let location = response.headers.get(LOCATION).and_then(|v| v.to_str().ok());
        return Ok(Answer { status, body, location: location.map(str::to_owned) });
    }
    let text = |name: &str| {
        let value = body.get("error").and_then(|error| error.get(name)).and_then(Value::as_str);
        value.unwrap_or_default().chars().filter(|c| !c.is_control()).take(400).collect::<String>()
    };
    let (code, message) = (text("code"), text("message"));
    Err(match status.as_u16() {
        400 => Error::Invalid { code, message },
        401 => Error::SignInAgain,
        403 => Error::Forbidden { code, permissions: permissions(&message), message },
        404 => Error::NotFound { code },
        409 => Error::Conflict { code },
        410 => Error::Resync,
        412 => Error::Changed,
        413 | 507 => Error::TooLarge,
        423 => Error::Locked,
        429 | 503 => Error::Busy { retry_after: wait(response).unwrap_or(PATIENCE) },
        status => Error::Failed { status },
    })
}

/// `… API requires one of 'A, B'. Roles on the request …`
fn permissions(message: &str) -> Vec<String> {
    let list = message.split_once("requires one of '").and_then(|(_, rest)| rest.split_once('\''));
    list.map_or_else(Vec::new, |(names, _)| {
        names
            .split(',')
            .map(|name| name.trim().to_owned())
            .filter(|name| !name.is_empty())
            .collect()
    })
}
