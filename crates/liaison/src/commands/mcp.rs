//! `mcp`: the Model Context Protocol over standard input and output, for clients that start a program.
//!
//! Each line is a message. It is posted to `/mcp` of a hub that runs, and what comes back is written as lines. The
//! bridge keeps the session of the handshake generation and repeats in headers what a message of the stateless
//! generation says, as clients over HTTP do. Changes of the list of tools are not passed on: a client that starts a
//! program lists again when it wants to.

use std::io::{BufRead as _, Write as _};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use egress::Request;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use kernel::Secret;
use serde_json::{Value, json};
use url::Url;

use crate::{
    api,
    cli::{self, Place},
    demo::Demo,
    exit::{Exit, Failure, Result},
    settings::Settings,
};

pub(crate) fn run(place: &Place, wanted: &cli::Hub) -> Result {
    let (base, token) = hub(place, wanted)?;
    let url = base.join("/mcp").map_err(|error| Failure::of(Exit::Usage, &error))?;
    let client = api::client(wanted.cacert.as_deref())?;
    let runtime = super::runtime()?;
    let mut bridge = Bridge { client, url, token, session: None, version: None };
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line.map_err(|error| Failure::plain(&error))?;
        if line.trim().is_empty() {
            continue;
        }
        for answer in runtime.block_on(bridge.pass(&line)) {
            let mut text = answer.to_string();
            text.push('\n');
            let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
            // whoever started us has gone
            if written.is_err() {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Which hub, and with which token: what is given, else the demo of the data folder as its seller.
fn hub(place: &Place, wanted: &cli::Hub) -> Result<(Url, Secret<String>)> {
    let settings = Settings::load(place.config.as_deref(), &place.flags())?.settings;
    let demo = Demo::read(&settings.data).ok().flatten();
    let base = match (&wanted.url, &demo) {
        (Some(url), _) => url.clone(),
        (None, Some(demo)) => demo.base_url.clone(),
        (None, None) => super::init::public_url(&settings)?.to_string(),
    };
    let own = demo.filter(|demo| demo.base_url == base.trim_end_matches('/'));
    let token = match (&wanted.token, own) {
        (Some(token), _) => token.clone(),
        (None, Some(demo)) => demo.seller.token,
        (None, None) => {
            let said = "an API token is needed: give --token or set LIAISON_TOKEN";
            return Err(Failure::new(Exit::Usage, said));
        }
    };
    let url = base.parse::<Url>().map_err(|error| {
        Failure::new(Exit::Usage, format!("{base} is not the address of a hub: {error}"))
    })?;
    Ok((url, Secret::new(token)))
}

struct Bridge {
    client: egress::Client,
    url: Url,
    token: Secret<String>,
    session: Option<HeaderValue>,
    /// What the handshake agreed on.
    version: Option<String>,
}

impl Bridge {
    /// What a message comes to: usually one answer, none for a notification.
    async fn pass(&mut self, line: &str) -> Vec<Value> {
        let message: Value = serde_json::from_str(line).unwrap_or_default();
        let id = message.get("id").cloned();
        match self.post(line, &message).await {
            Ok(answers) => answers,
            // a notification is answered with nothing, not even a failure
            Err(_) if id.is_none() && message.is_object() => Vec::new(),
            Err(failure) => vec![json!({
                "jsonrpc": "2.0", "id": id,
                "error": { "code": -32603, "message": failure.to_string() },
            })],
        }
    }

    async fn post(&mut self, line: &str, message: &Value) -> Result<Vec<Value>> {
        let json = HeaderValue::from_static("application/json");
        let mut request = Request::post(self.url.clone(), json, line.as_bytes().to_vec());
        self.head(&mut request.headers, message)?;
        let answer = self.client.fetch(request).await;
        let answer = answer.map_err(|error| Failure::of(Exit::Unavailable, &error))?;
        if let Some(session) = answer.headers.get("mcp-session-id") {
            self.session = Some(session.clone());
        }
        if answer.status == StatusCode::ACCEPTED {
            return Ok(Vec::new());
        }
        let kind = answer.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let text = String::from_utf8_lossy(&answer.body);
        let messages: Vec<Value> = if kind.is_some_and(|kind| kind.starts_with("text/event-stream"))
        {
            let data = text.lines().filter_map(|line| line.strip_prefix("data: "));
            data.filter_map(|data| serde_json::from_str(data).ok()).collect()
        } else {
            serde_json::from_str(&text).into_iter().collect()
        };
        if messages.is_empty() {
            return Err(Failure::new(Exit::Failure, format!("the hub answered {}", answer.status)));
        }
        if message.get("method").and_then(Value::as_str) == Some("initialize") {
            let version =
                messages.iter().find_map(|m| m.pointer("/result/protocolVersion")?.as_str());
            self.version = version.map(str::to_owned);
        }
        // a refusal before the message was read names no request: it is about this one
        let id = message.get("id");
        Ok(messages.into_iter().map(|answer| about(answer, id)).collect())
    }

    fn head(&self, headers: &mut HeaderMap, message: &Value) -> Result {
        let mut bearer = HeaderValue::from_str(&format!("Bearer {}", self.token.expose()))
            .map_err(|error| Failure::of(Exit::Usage, &error))?;
        bearer.set_sensitive(true);
        headers.insert(header::AUTHORIZATION, bearer);
        let accepted = HeaderValue::from_static("application/json, text/event-stream");
        headers.insert(header::ACCEPT, accepted);
        let meta = message.pointer("/params/_meta");
        let stated = meta.and_then(|meta| meta.get("io.modelcontextprotocol/protocolVersion"));
        if let Some(version) = stated.and_then(Value::as_str) {
            headers.insert("mcp-protocol-version", said(version)?);
            let method = message.get("method").and_then(Value::as_str).unwrap_or_default();
            headers.insert(HeaderName::from_static("mcp-method"), said(method)?);
            if let Some(name) = message.pointer("/params/name").and_then(Value::as_str) {
                headers.insert(HeaderName::from_static("mcp-name"), said(name)?);
            }
            return Ok(());
        }
        if let Some(session) = &self.session {
            headers.insert(HeaderName::from_static("mcp-session-id"), session.clone());
        }
        if let Some(version) = &self.version {
            headers.insert("mcp-protocol-version", said(version)?);
        }
        Ok(())
    }
}

/// A text as a header says it: in base 64 when it is not plain.
fn said(text: &str) -> Result<HeaderValue> {
    let plain = text.bytes().all(|byte| (0x21..0x7f).contains(&byte));
    let value =
        if plain { text.to_owned() } else { format!("=?base64?{}?=", STANDARD.encode(text)) };
    HeaderValue::from_str(&value).map_err(|error| Failure::of(Exit::Usage, &error))
}

/// An error without an identifier, with that of the request.
fn about(mut answer: Value, id: Option<&Value>) -> Value {
    let nameless = answer.get("error").is_some() && answer.get("id").is_none_or(Value::is_null);
    if let (true, Some(id), Some(object)) = (nameless, id, answer.as_object_mut()) {
        object.insert("id".to_owned(), id.clone());
    }
    answer
}
