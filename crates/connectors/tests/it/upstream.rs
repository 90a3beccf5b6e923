//! A small API: it keeps things, asks for a key, and lies on some paths.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// The key that the API takes.
pub(crate) const KEY: &str = "k-1234567890";

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Heard {
    pub(crate) line: String,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: String,
}

#[derive(Debug, Default)]
struct Shelf {
    heard: Vec<Heard>,
    things: BTreeMap<String, Value>,
    pauses: u32,
    files: BTreeMap<String, String>,
    raw: BTreeMap<String, Vec<u8>>,
    leases: u32,
    lease_open: bool,
    one_lease: bool,
}

pub(crate) struct Upstream {
    pub(crate) address: String,
    shelf: Arc<Mutex<Shelf>>,
    task: JoinHandle<()>,
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Upstream {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let place = listener.local_addr().unwrap();
        let address = place.to_string();
        // another origin
        let elsewhere = TcpListener::bind(("127.0.0.2", place.port())).await.unwrap();
        let shelf = Arc::new(Mutex::new(Shelf::default()));
        let kept = Arc::clone(&shelf);
        #[expect(clippy::disallowed_methods, reason = "a test's own server, aborted with it")]
        let task = tokio::spawn(async move {
            loop {
                let accepted = tokio::select! {
                    accepted = listener.accept() => accepted,
                    accepted = elsewhere.accept() => accepted,
                };
                let Ok((stream, _)) = accepted else { return };
                tokio::spawn(serve(stream, Arc::clone(&kept)));
            }
        });
        Self { address, shelf, task }
    }

    pub(crate) fn heard(&self) -> Vec<Heard> {
        self.shelf.lock().unwrap().heard.clone()
    }

    /// Serves a file to everybody, below `/files/`; its address.
    pub(crate) fn serve(&self, path: &str, text: impl Into<String>) -> url::Url {
        let path = format!("/files/{path}");
        let address = format!("http://{}{path}", self.address);
        self.shelf.lock().unwrap().files.insert(path, text.into());
        address.parse().unwrap()
    }

    /// Answers a path with exactly these bytes, head and all.
    pub(crate) fn answer(&self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.shelf.lock().unwrap().raw.insert(path.to_owned(), bytes.into());
    }

    /// From now on the API takes a second subscription only after the end of the first.
    pub(crate) fn take_one_lease(&self) {
        self.shelf.lock().unwrap().one_lease = true;
    }

    /// The definition of this API, and how its key is asked for.
    pub(crate) fn package(&self) -> (String, String) {
        let id = json!({ "name": "id", "in": "path", "required": true, "type": "string" });
        let thing = json!({ "type": "object", "properties": {
            "id": { "type": "string" }, "name": { "type": "string" }, "count": { "type": "integer" },
        } });
        let get = |id: &str, path_parameters: Value| {
            json!({ "get": {
                "operationId": id, "summary": id, "parameters": path_parameters,
                "responses": { "200": { "description": "OK", "schema": thing } },
            } })
        };
        let definition = json!({
            "swagger": "2.0",
            "info": { "title": "Things", "description": "Keeps things.", "version": "1.0" },
            "host": self.address, "basePath": "/api", "schemes": ["http"],
            "consumes": ["application/json"], "produces": ["application/json"],
            "paths": {
                "/things": {
                    "get": {
                        "operationId": "ListThings", "summary": "List things",
                        "parameters": [
                            { "name": "$top", "in": "query", "type": "integer" },
                            { "name": "mode", "in": "query", "type": "string", "required": true,
                              "default": "plain", "x-ms-visibility": "internal" },
                        ],
                        "responses": { "200": { "description": "OK", "schema": {
                            "type": "object", "required": ["value"],
                            "properties": { "value": { "type": "array", "items": thing } },
                        } } },
                    },
                    "post": {
                        "operationId": "CreateThing", "summary": "Create a thing",
                        "parameters": [{ "name": "body", "in": "body", "required": true,
                                         "schema": thing }],
                        "responses": { "201": { "description": "Created", "schema": thing } },
                    },
                },
                "/things/{id}": get("GetThing", json!([id])),
                "/slow": get("Slow", json!([])),
                "/huge": get("Huge", json!([])),
                "/away": get("Away", json!([])),
                "/here": get("Here", json!([])),
                "/inside": get("Inside", json!([])),
                "/pause": get("Pause", json!([])),
                "/odd": get("Odd", json!([])),
                "/marked": get("Marked", json!([])),
            },
            "securityDefinitions": { "key": { "type": "apiKey", "in": "header", "name": "X-Key" } },
            "security": [{ "key": [] }],
            "x-ms-capabilities": { "testConnection": { "operationId": "ListThings" } },
        });
        let properties = json!({ "properties": {
            "iconBrandColor": "#0f6cbd", "capabilities": [],
            "connectionParameters": {
                "api_key": { "type": "securestring", "uiDefinition": {
                    "displayName": "Key", "constraints": { "required": "true" } } },
                "region": { "type": "string", "uiDefinition": {
                    "displayName": "Region", "constraints": { "required": "false",
                        "allowedValues": [{ "text": "Europe", "value": "eu" },
                                          { "text": "America", "value": "us" }] } } },
            },
        } });
        (definition.to_string(), properties.to_string())
    }
}

async fn serve(mut stream: TcpStream, shelf: Arc<Mutex<Shelf>>) {
    let mut bytes = Vec::new();
    loop {
        let end = loop {
            if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            let mut part = [0; 4096];
            match stream.read(&mut part).await {
                Ok(0) | Err(_) => return,
                Ok(read) => bytes.extend_from_slice(&part[..read]),
            }
        };
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.lines();
        let line = lines.next().unwrap().to_owned();
        let headers: HashMap<String, String> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let length: usize = headers.get("content-length").map_or(0, |it| it.parse().unwrap());
        while bytes.len() < end + length {
            let mut part = [0; 4096];
            let read = stream.read(&mut part).await.unwrap_or(0);
            bytes.extend_from_slice(&part[..read]);
        }
        let body = String::from_utf8_lossy(&bytes[end..end + length]).into_owned();
        bytes.drain(..end + length);
        let request = Heard { line, headers, body };
        if answer(&mut stream, &shelf, request).await.is_err() {
            return;
        }
    }
}

async fn answer(stream: &mut TcpStream, shelf: &Mutex<Shelf>, heard: Heard) -> std::io::Result<()> {
    let mut words = heard.line.split(' ');
    let (method, target) = (words.next().unwrap().to_owned(), words.next().unwrap().to_owned());
    let path = target.split('?').next().unwrap().to_owned();
    let keyed = heard.headers.get("x-key").is_some_and(|key| key == KEY);
    let body = heard.body.clone();
    shelf.lock().unwrap().heard.push(heard);
    let json = |status: &str, extra: &str, body: &Value| whole(status, extra, &body.to_string());
    let raw = shelf.lock().unwrap().raw.get(&path).cloned();
    if let Some(raw) = raw {
        stream.write_all(&raw).await?;
        // so that what has no length has an end
        return stream.shutdown().await;
    }
    if path == "/drip" {
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n").await?;
        loop {
            stream.write_all(b" ").await?;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    if path == "/heads" {
        stream.write_all(b"HTTP/1.1 200 OK\r\n").await?;
        loop {
            stream
                .write_all(b"X-More: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n")
                .await?;
        }
    }
    let file = shelf.lock().unwrap().files.get(&path).cloned();
    let text = if let Some(file) = file {
        whole("200 OK", "", &file)
    } else if path == "/files/endless" {
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
        let part = vec![b' '; 65_536];
        loop {
            stream.write_all(&part).await?;
        }
    } else if !keyed && path != "/api/landing" {
        json("401 Unauthorized", "", &json!({ "error": "the key is wrong" }))
    } else {
        match (method.as_str(), path.as_str()) {
            ("GET", "/api/things") => {
                let all: Vec<Value> = shelf.lock().unwrap().things.values().cloned().collect();
                json("200 OK", "", &json!({ "value": all }))
            }
            ("POST", "/api/things") => {
                let mut thing: Value = serde_json::from_str(&body).unwrap();
                let mut shelf = shelf.lock().unwrap();
                let id = format!("t{}", shelf.things.len() + 1);
                thing["id"] = json!(id);
                shelf.things.insert(id, thing.clone());
                json("201 Created", "", &thing)
            }
            // a subscription that ends, and of which there is one at a time where that is asked for
            ("POST", "/api/leases") => {
                let mut shelf = shelf.lock().unwrap();
                if shelf.one_lease && shelf.lease_open {
                    json("409 Conflict", "", &json!({}))
                } else {
                    shelf.leases += 1;
                    shelf.lease_open = true;
                    let place = format!("Location: leases/l{}\r\n", shelf.leases);
                    json("201 Created", &place, &json!({ "expires_in": 1000 }))
                }
            }
            ("DELETE", path) if path.starts_with("/api/leases/") => {
                shelf.lock().unwrap().lease_open = false;
                json("200 OK", "", &json!({}))
            }
            ("POST", "/api/hooks") => json("201 Created", "Location: hooks/h1\r\n", &json!({})),
            ("DELETE", "/api/hooks/h1") => json("200 OK", "", &json!({})),
            ("GET", "/api/slow") => {
                tokio::time::sleep(Duration::from_mins(1)).await;
                String::new()
            }
            ("GET", "/api/huge") => {
                stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
                let part = vec![b'a'; 65_536];
                loop {
                    stream.write_all(&part).await?;
                }
            }
            // the same machine under another name is another origin
            ("GET", "/api/away") => {
                let host = shelf.lock().unwrap().heard.last().unwrap().headers["host"].clone();
                let port = host.rsplit(':').next().unwrap().to_owned();
                whole(
                    "302 Found",
                    &format!("Location: http://127.0.0.2:{port}/api/landing\r\n"),
                    "",
                )
            }
            ("GET", "/api/here") => whole("302 Found", "Location: landing\r\n", ""),
            ("GET", "/api/inside") => {
                whole("302 Found", "Location: http://169.254.169.254/latest\r\n", "")
            }
            ("GET", "/api/pause") => {
                let mut shelf = shelf.lock().unwrap();
                shelf.pauses += 1;
                if shelf.pauses == 1 {
                    json("429 Too Many Requests", "Retry-After: 0\r\n", &json!({}))
                } else {
                    json("200 OK", "", &json!({ "name": "after a pause" }))
                }
            }
            ("GET", "/api/odd") => json("200 OK", "", &json!({ "name": 5, "count": "many" })),
            ("GET", "/api/marked") => whole("200 OK", "", "\u{feff}{\"name\":\"marked\"}"),
            ("GET", "/api/landing") => json("200 OK", "", &json!({ "name": "landed" })),
            ("GET", path) => {
                let id = path.rsplit('/').next().unwrap();
                let found = shelf.lock().unwrap().things.get(id).cloned();
                found.map_or_else(
                    || json("404 Not Found", "", &json!({ "error": "no such thing" })),
                    |thing| json("200 OK", "", &thing),
                )
            }
            _ => json("405 Method Not Allowed", "", &json!({})),
        }
    };
    stream.write_all(text.as_bytes()).await
}

fn whole(status: &str, extra: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\n{extra}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}
