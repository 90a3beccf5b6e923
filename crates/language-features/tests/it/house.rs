//! The room on a database of its own, and a server that speaks chat completions as a test tells it to.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse as _, Response},
    routing::post,
};
use jiff::civil::date;
use kernel::{Actor, Clock, Ids, Permission, Scope, Secret, TenantId};
use language_features::{
    Availability, Feature, LanguageFeatures, NewConfig, Parts, Redact, Source, Switch, Task, Worker,
};
use testkit::{FixedClock, Store};

/// What the server saw: the key and the body.
pub(crate) type Seen = Arc<Mutex<Vec<(String, String)>>>;

/// How the server answers: status, content type, body; nothing for never.
pub(crate) type Reply = Arc<Mutex<Option<(u16, &'static str, String)>>>;

#[derive(Clone)]
struct Desk {
    seen: Seen,
    reply: Reply,
}

pub(crate) struct House {
    pub(crate) store: Store,
    pub(crate) room: LanguageFeatures,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) tenant: TenantId,
    pub(crate) seen: Seen,
    pub(crate) reply: Reply,
    pub(crate) address: SocketAddr,
}

impl House {
    pub(crate) async fn new() -> Self {
        let (store, clock, ids) = (Store::fresh().await, FixedClock::new(), Ids::system());
        let sealer = seal::Sealer::new(vec![seal::Key::generate(&ids)], ids.clone()).unwrap();
        let desk = Desk { seen: Seen::default(), reply: Reply::default() };
        let app =
            Router::new().route("/v1/chat/completions", post(answer)).with_state(desk.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        #[expect(clippy::disallowed_methods, reason = "the server ends with the test")]
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        let room = LanguageFeatures::new(Parts {
            db: store.db(),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            ids: ids.clone(),
            sealer,
            client: testkit::outbound(),
        });
        let tenant = ids.fresh();
        Self { store, room, clock, tenant, seen: desk.seen, reply: desk.reply, address }
    }

    pub(crate) fn scope(&self, permissions: &[Permission]) -> Scope {
        testkit::scope(self.tenant, Actor::User(Ids::system().fresh()), permissions)
    }

    pub(crate) fn admin(&self) -> Scope {
        self.scope(&[Permission::ActionUse, Permission::SalesManage])
    }

    pub(crate) fn seller(&self) -> Scope {
        self.scope(&[Permission::ActionUse])
    }

    /// Every feature by the endpoint, agreed to.
    pub(crate) fn out(&self) -> NewConfig {
        let switch = |feature: &Feature| Switch {
            feature: *feature,
            availability: Availability::General,
            worker: Worker::Endpoint,
        };
        NewConfig {
            switches: Feature::ALL.iter().map(switch).collect(),
            endpoint: format!("http://{}/v1/", self.address),
            model: "small".to_owned(),
            location: "A machine beside the hub".to_owned(),
            key: Some(Secret::new("sk-secret".to_owned())),
            redact: Redact::ALL.to_vec(),
            daily_tokens: 100_000,
            timeout_ms: 2_000,
            consent: true,
            changes: None,
        }
    }

    pub(crate) async fn switch_on(&self) {
        self.room.update_config(&self.admin(), self.out()).await.unwrap();
    }

    /// Has the server answer with a content, in a stream.
    pub(crate) fn says(&self, content: &str) {
        let mut body = String::new();
        for piece in content.as_bytes().chunks(7) {
            let piece = String::from_utf8_lossy(piece);
            let delta = serde_json::json!({ "choices": [{ "delta": { "content": piece } }] });
            body.push_str(&["data: ", &delta.to_string(), "\n\n"].concat());
        }
        body.push_str(
            "data: {\"choices\":[],\"usage\":{\"total_tokens\":321}}\n\ndata: [DONE]\n\n",
        );
        self.replies(200, "text/event-stream", body);
    }

    pub(crate) fn replies(&self, status: u16, kind: &'static str, body: String) {
        *self.reply.lock().unwrap() = Some((status, kind, body));
    }

    pub(crate) fn bodies(&self) -> Vec<String> {
        self.seen.lock().unwrap().iter().map(|(_, body)| body.clone()).collect()
    }
}

async fn answer(State(desk): State<Desk>, headers: HeaderMap, body: String) -> Response {
    let key = headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
    desk.seen.lock().unwrap().push((key.unwrap_or_default(), body));
    let reply = desk.reply.lock().unwrap().clone();
    match reply {
        Some((status, kind, body)) => {
            (StatusCode::from_u16(status).unwrap(), [(CONTENT_TYPE, kind)], body).into_response()
        }
        None => std::future::pending().await,
    }
}

/// A thread of two mails.
pub(crate) fn task(feature: Feature) -> Task {
    let mail = |from: &str, text: &str, is_external| Source {
        from: from.to_owned(),
        day: Some(date(2026, 3, 3)),
        text: text.to_owned(),
        is_external,
        ..Source::default()
    };
    Task {
        feature,
        sources: vec![
            mail(
                "Ada Byron <ada@northwind.example>",
                "Hello,\nWe need 200 licences before the end of June. Our budget is 45,000 euros. Call me at +44 20 7946 0958.",
                true,
            ),
            mail(
                "Bob Hope",
                "Dear Ada,\nI will send you the proposal by Friday. Which depots are included in the rollout?",
                false,
            ),
        ],
        date: date(2026, 3, 4),
        tracked: insights::tracked::Tracked::default(),
        language: None,
        wish: String::new(),
        reply: liaison_language_features::Reply::default(),
    }
}
