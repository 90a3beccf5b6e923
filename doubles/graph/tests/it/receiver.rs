//! A receiver of notifications: says validation tokens back and keeps what comes.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use doubles_http::{Response, Server, Tls, pairs};
use serde_json::{Value, json};

/// `POST /{name}` takes, `GET /{name}/seen` tells. `/silent` does not answer validations, `/broken` fails.
pub(crate) struct Receiver(Server);

impl Receiver {
    pub(crate) fn start(tls: Tls) -> Self {
        let seen: Arc<Mutex<HashMap<String, Vec<Value>>>> = Arc::default();
        let server = Server::start(([127, 0, 0, 1], 0).into(), Some(tls), move |request| {
            let mut seen = seen.lock().unwrap();
            if request.method == "GET" {
                let posts =
                    seen.get(request.path.trim_end_matches("/seen")).cloned().unwrap_or_default();
                return Response::new(200, "application/json", json!(posts).to_string());
            }
            let token =
                pairs(&request.query).into_iter().find(|(name, _)| name == "validationToken");
            match (token, request.path.as_str()) {
                (Some(_), "/silent") => Response::text(200, "no"),
                (Some((_, token)), _) => Response::new(200, "text/plain", token),
                (None, "/broken") => Response::empty(500),
                (None, path) => {
                    let posts = seen.entry(path.to_owned()).or_default();
                    posts.push(serde_json::from_slice(&request.body).unwrap());
                    Response::empty(202)
                }
            }
        });
        Self(server.unwrap())
    }

    pub(crate) fn url(&self) -> String {
        format!("https://localhost:{}", self.0.address().port())
    }
}
