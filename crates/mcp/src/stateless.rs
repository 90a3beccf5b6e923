//! The stateless generation: 2026-07-28. Every request says everything, and its headers say it again, so that
//! what stands between need not read bodies.

use std::sync::Arc;

use ::actions::Mirrored;
use axum::response::Response;
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    app::{Asked, Inner, PROTOCOL_VERSION},
    bearer,
    call::{Calling, unknown},
    listen::Listening,
    message::{
        Fault, HEADER_MISMATCH, INVALID_PARAMS, Id, METHOD_NOT_FOUND, Message, Params,
        UNSUPPORTED_VERSION,
    },
    reply, search,
    version::Version,
};

/// What every request carries (`RequestMetaObject`).
#[derive(Debug, Deserialize)]
struct Carried {
    #[serde(default, rename = "_meta")]
    meta: Option<Map<String, Value>>,
}

/// Whether a request is of this generation: it names a version in its body.
pub(crate) fn names_version(params: Params<'_>) -> bool {
    params
        .read::<Carried>()
        .ok()
        .and_then(|c| c.meta)
        .is_some_and(|meta| meta.contains_key(VERSION))
}

impl Inner {
    /// A message of this generation.
    pub(crate) async fn stateless(
        self: &Arc<Self>,
        asked: &Asked<'_>,
        headers: &HeaderMap,
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
        let calling = match check(headers, &method, params) {
            Ok(calling) => calling,
            Err(fault) => return reply::fault(StatusCode::BAD_REQUEST, Some(id), &fault),
        };
        match (&*method, calling) {
            ("server/discover", _) => reply::object(StatusCode::OK, discovered(id)),
            ("tools/list", _) => self.list(asked, id, params).await,
            ("tools/call", Some(calling)) => self.call_checked(asked, headers, id, calling).await,
            ("subscriptions/listen", _) => match Listening::read(params) {
                Ok(listening) => self.listen(&asked.context, &asked.scope, id, &listening),
                Err(fault) => reply::fault(StatusCode::BAD_REQUEST, Some(id), &fault),
            },
            _ => {
                let fault = Fault::new(METHOD_NOT_FOUND, "Method not found");
                reply::fault(StatusCode::NOT_FOUND, Some(id), &fault)
            }
        }
    }

    async fn call_checked(
        self: &Arc<Self>,
        asked: &Asked<'_>,
        headers: &HeaderMap,
        id: Id<'_>,
        calling: Calling,
    ) -> Response {
        let catalogue = match self.catalogue_with(asked, &calling.name).await {
            Ok(catalogue) => catalogue,
            Err(problem) => return bearer::failed(&asked.context, &problem),
        };
        let Some(tool) = catalogue.find(&calling.name) else {
            if calling.name == search::NAME {
                return self.call(asked, catalogue, calling, id).await;
            }
            return reply::fault(StatusCode::OK, Some(id), &unknown(&calling.name));
        };
        let arguments = calling.arguments.as_ref();
        for mirrored in tool.mirrored() {
            if let Err(fault) = repeated(headers, mirrored, arguments) {
                return reply::fault(StatusCode::BAD_REQUEST, Some(id), &fault);
            }
        }
        self.call(asked, catalogue, calling, id).await
    }
}

/// What must hold of every request, in the order of the protocol: what it carries, its headers, its version.
fn check(headers: &HeaderMap, method: &str, params: Params<'_>) -> Result<Option<Calling>, Fault> {
    let carried: Carried = params.read()?;
    let meta = carried.meta.ok_or_else(|| Fault::new(INVALID_PARAMS, "params._meta is missing"))?;
    let Some(version) = meta.get(VERSION).and_then(Value::as_str) else {
        return Err(Fault::new(INVALID_PARAMS, format!("params._meta[\"{VERSION}\"] is missing")));
    };
    if !meta.get(CAPABILITIES).is_some_and(Value::is_object) {
        let what = format!("params._meta[\"{CAPABILITIES}\"] must be an object");
        return Err(Fault::new(INVALID_PARAMS, what));
    }
    says(headers, PROTOCOL_VERSION, version)?;
    says(headers, "mcp-method", method)?;
    // a name that is missing is a matter of the parameters, and has no header to be compared with
    let calling = if method == "tools/call" {
        let calling = Calling::read(params)?;
        says(headers, "mcp-name", &calling.name)?;
        Some(calling)
    } else {
        None
    };
    if Version::of(version).is_some_and(Version::is_stateless) {
        return Ok(calling);
    }
    let supported: Vec<&str> = Version::ALL.iter().map(|version| version.as_str()).collect();
    Err(Fault::new(UNSUPPORTED_VERSION, "Unsupported protocol version")
        .with(json!({ "supported": supported, "requested": version })))
}

/// Whether a header says what the body says.
fn says(headers: &HeaderMap, name: &str, expected: &str) -> Result<(), Fault> {
    let Some(value) = headers.get(name) else {
        return Err(Fault::new(HEADER_MISMATCH, format!("the header {name} is missing")));
    };
    let text = opened(value.as_bytes());
    if text.as_deref() == Some(expected) && headers.get_all(name).iter().count() == 1 {
        return Ok(());
    }
    Err(Fault::new(HEADER_MISMATCH, format!("the header {name} does not say what the body says")))
}

/// Whether the header of an argument says what the argument is.
fn repeated(
    headers: &HeaderMap,
    mirrored: &Mirrored,
    arguments: Option<&Map<String, Value>>,
) -> Result<(), Fault> {
    let name = format!("mcp-param-{}", mirrored.header.to_ascii_lowercase());
    let mut names = mirrored.path.iter();
    let first = names.next().and_then(|name| arguments?.get(name));
    let value = names.fold(first, |value, name| value?.get(name));
    match value {
        None | Some(Value::Null) => {
            if headers.contains_key(&name) {
                let what = format!("the header {name} repeats an argument that is not there");
                return Err(Fault::new(HEADER_MISMATCH, what));
            }
            Ok(())
        }
        Some(Value::String(text)) => says(headers, &name, text),
        Some(other) => says(headers, &name, &other.to_string()),
    }
}

/// The text of a header, out of its base 64 form where it has one.
fn opened(value: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(value).ok()?.trim_matches([' ', '\t']);
    match text.strip_prefix("=?base64?").and_then(|rest| rest.strip_suffix("?=")) {
        Some(inner) => String::from_utf8(STANDARD.decode(inner).ok()?).ok(),
        None => Some(text.to_owned()),
    }
}

fn discovered(id: Id<'_>) -> Vec<u8> {
    reply::result_text(id, |text| {
        complete(text);
        let supported: Vec<&str> = Version::ALL.iter().map(|version| version.as_str()).collect();
        let said = json!({
            "supportedVersions": supported,
            "capabilities": capabilities(),
            "instructions": INSTRUCTIONS,
            "ttlMs": DISCOVER_TTL_MS,
            "cacheScope": "public",
        });
        reply::members(text, &said);
    })
}

/// The members that every result of this generation begins with.
pub(crate) fn complete(text: &mut Vec<u8>) {
    reply::member(text, "resultType", br#""complete""#);
    let meta = json!({ SERVER_INFO: server_info() });
    reply::member(text, "_meta", meta.to_string().as_bytes());
}

/// What the server can do.
pub(crate) fn capabilities() -> Value {
    json!({ "tools": { "listChanged": true } })
}

/// Who we are.
pub(crate) fn server_info() -> Value {
    json!({ "name": "liaison", "title": "Liaison", "version": env!("CARGO_PKG_VERSION") })
}

/// Where a list goes on: behind the tool of this name.
pub(crate) fn seal_cursor(name: &str) -> String {
    URL_SAFE_NO_PAD.encode(name)
}

/// The name in a cursor.
pub(crate) fn open_cursor(cursor: &str) -> Result<String, Fault> {
    let name = if cursor.len() <= 512 { URL_SAFE_NO_PAD.decode(cursor).ok() } else { None };
    name.and_then(|name| String::from_utf8(name).ok())
        .ok_or_else(|| Fault::new(INVALID_PARAMS, "params.cursor was not given by this list"))
}

impl Version {
    /// The status of an answer that refuses parameters.
    pub(crate) const fn bad_request(self) -> StatusCode {
        if self.is_stateless() { StatusCode::BAD_REQUEST } else { StatusCode::OK }
    }
}

const VERSION: &str = "io.modelcontextprotocol/protocolVersion";
const CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";
pub(crate) const SERVER_INFO: &str = "io.modelcontextprotocol/serverInfo";

/// What a client may tell its model about us.
pub(crate) const INSTRUCTIONS: &str = "Each tool calls a business system that the organisation's \
administrators have enabled for you, with your own rights there. A result with isError says what to do.";

/// How long a client may keep the list; it is told of changes when it listens.
pub(crate) const LIST_TTL_MS: u64 = 60_000;

const DISCOVER_TTL_MS: u64 = 3_600_000;
