//! The generation with a handshake: 2025-06-18 and 2025-11-25.

use std::sync::Arc;

use ::actions::Catalogue;
use axum::response::Response;
use edge::Problem;
use http::{HeaderValue, StatusCode};
use serde::Deserialize;
use serde_json::json;

use crate::{
    app::{Asked, Inner, SESSION},
    bearer,
    call::{Calling, unknown},
    message::{Fault, Id, METHOD_NOT_FOUND, Message, Params},
    reply, search, stateless,
    version::Version,
};

#[derive(Debug, Deserialize)]
struct Initialize {
    #[serde(rename = "protocolVersion")]
    protocol_version: String,
}

#[derive(Debug, Deserialize)]
struct Cancelled {
    #[serde(rename = "requestId")]
    request_id: Box<serde_json::value::RawValue>,
}

/// The parameters of `tools/list`.
#[derive(Debug, Deserialize)]
pub(crate) struct Listed {
    #[serde(default)]
    pub(crate) cursor: Option<String>,
}

impl Inner {
    /// A message of this generation.
    pub(crate) async fn handshake(
        self: &Arc<Self>,
        asked: &Asked<'_>,
        message: Message<'_>,
    ) -> Response {
        let (id, method, params) = match message {
            Message::Request { id, method, params } => (id, method, params),
            Message::Notification { method, params } => {
                self.note(asked, &method, params);
                return reply::accepted();
            }
            Message::Response => return reply::accepted(),
        };
        match &*method {
            "initialize" => self.initialize(asked, id, params),
            "ping" => reply::object(StatusCode::OK, reply::result_text(id, |_| {})),
            "tools/list" => self.list(asked, id, params).await,
            "tools/call" => match Calling::read(params) {
                Ok(calling) => self.call_found(asked, id, calling).await,
                Err(fault) => reply::fault(StatusCode::OK, Some(id), &fault),
            },
            _ => {
                let fault = Fault::new(METHOD_NOT_FOUND, "Method not found");
                reply::fault(StatusCode::OK, Some(id), &fault)
            }
        }
    }

    /// A notification; those that are not known are nothing to us.
    pub(crate) fn note(&self, asked: &Asked<'_>, method: &str, params: Params<'_>) {
        if method == "notifications/cancelled"
            && let Ok(cancelled) = params.read::<Cancelled>()
        {
            let owner = crate::running::owner(&asked.scope, asked.session);
            self.running.cancel(owner, cancelled.request_id.get());
        }
    }

    fn initialize(&self, asked: &Asked<'_>, id: Id<'_>, params: Params<'_>) -> Response {
        let asked_for = match params.read::<Initialize>() {
            Ok(initialize) => initialize.protocol_version,
            Err(fault) => return reply::fault(StatusCode::OK, Some(id), &fault),
        };
        let version = Version::of_handshake(&asked_for).unwrap_or(Version::NEWEST_HANDSHAKE);
        let text = reply::result_text(id, |text| {
            let said = json!({
                "protocolVersion": version.as_str(),
                "capabilities": stateless::capabilities(),
                "serverInfo": stateless::server_info(),
                "instructions": stateless::INSTRUCTIONS,
            });
            reply::members(text, &said);
        });
        let mut response = reply::object(StatusCode::OK, text);
        let session = self.sessions.begin(&asked.scope, version, &self.ids, self.clock.now());
        if let Ok(session) = HeaderValue::from_str(&session) {
            response.headers_mut().insert(SESSION, session);
        }
        response
    }

    /// `tools/list`, in either generation.
    pub(crate) async fn list(&self, asked: &Asked<'_>, id: Id<'_>, params: Params<'_>) -> Response {
        let listed: Listed = match params.read() {
            Ok(listed) => listed,
            Err(fault) => return reply::fault(asked.version.bad_request(), Some(id), &fault),
        };
        let after = match listed.cursor.as_deref().map(stateless::open_cursor) {
            None => None,
            Some(Ok(name)) => Some(name),
            Some(Err(fault)) => return reply::fault(asked.version.bad_request(), Some(id), &fault),
        };
        let diagnostic = self.diagnostic.as_ref().filter(|_| asked.diagnoses);
        let catalogue = match diagnostic {
            Some(diagnostic) => Ok(Arc::clone(&diagnostic.catalogue)),
            None => self.tools.catalogue(&asked.scope).await,
        };
        let catalogue = match catalogue {
            Ok(catalogue) => catalogue,
            Err(problem) => return bearer::failed(&asked.context, &problem),
        };
        let limit = self.settings.page_tools.max(1);
        let is_large = catalogue.len() > limit;
        let page = if asked.searches {
            ::actions::Slice { text: bytes::Bytes::new(), count: 0, next: None }
        } else {
            catalogue.page(after.as_deref(), limit)
        };
        // the tool that searches leads the list of those who asked for it, and a list too long for one page
        let leads = (asked.searches || is_large) && after.is_none();
        let text = reply::result_text(id, |text| {
            text.reserve(page.text.len() + 512);
            if asked.version.is_stateless() {
                stateless::complete(text);
                reply::member(text, "ttlMs", stateless::LIST_TTL_MS.to_string().as_bytes());
                reply::member(text, "cacheScope", br#""private""#);
            }
            reply::member(text, "tools", b"[");
            if leads {
                text.extend_from_slice(search::tool().definition().to_string().as_bytes());
                if page.count > 0 {
                    text.push(b',');
                }
            }
            text.extend_from_slice(&page.text);
            text.push(b']');
            if let Some(next) = &page.next {
                let cursor = json!(stateless::seal_cursor(next)).to_string();
                reply::member(text, "nextCursor", cursor.as_bytes());
            }
        });
        reply::object(StatusCode::OK, text)
    }

    /// The tools of a caller; the diagnostic ones when the name is one of theirs.
    pub(crate) async fn catalogue_with(
        &self,
        asked: &Asked<'_>,
        name: &str,
    ) -> Result<Arc<Catalogue>, Problem> {
        let catalogue = self.tools.catalogue(&asked.scope).await?;
        match &self.diagnostic {
            Some(diagnostic)
                if catalogue.find(name).is_none() && diagnostic.catalogue.find(name).is_some() =>
            {
                Ok(Arc::clone(&diagnostic.catalogue))
            }
            _ => Ok(catalogue),
        }
    }

    async fn call_found(
        self: &Arc<Self>,
        asked: &Asked<'_>,
        id: Id<'_>,
        calling: Calling,
    ) -> Response {
        let catalogue = match self.catalogue_with(asked, &calling.name).await {
            Ok(catalogue) => catalogue,
            Err(problem) => return bearer::failed(&asked.context, &problem),
        };
        if catalogue.find(&calling.name).is_none() && calling.name != search::NAME {
            return reply::fault(StatusCode::OK, Some(id), &unknown(&calling.name));
        }
        self.call(asked, catalogue, calling, id).await
    }
}
