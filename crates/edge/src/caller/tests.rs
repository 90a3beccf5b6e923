use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    routing::{get, post},
};
use futures_util::future::BoxFuture;
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use kernel::{Actor, Ids, Permissions, SystemClock};
use serde::Deserialize;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use super::*;
use crate::{Form, Gate, Json, Known, Settings, attach, csrf_token};

/// Knows one token and one session.
#[expect(
    clippy::disallowed_methods,
    clippy::needless_pass_by_value,
    reason = "stands in for identity, with its signature"
)]
fn authenticate(
    presented: Presented,
    arrival: Arrival,
) -> BoxFuture<'static, Result<Known, Problem>> {
    let good = match &presented {
        Presented::Bearer(token) => token.expose() == "good",
        Presented::Session(secret) => secret.expose() == "signed-in",
    };
    Box::pin(async move {
        if !good {
            return Err(Problem::unauthenticated());
        }
        let ids = Ids::seeded(1);
        let actor = Actor::User(ids.fresh());
        let scope = Scope::issue(ids.fresh(), actor, Permissions::NONE, arrival.request);
        Ok(Known { scope, needs_second_factor: false })
    })
}

#[derive(Debug, Deserialize)]
struct Note {
    text: String,
}

async fn token(context: Context) -> String {
    csrf_token(&context).unwrap_or_default()
}

async fn write(_scope: Authed, Json(note): Json<Note>) -> String {
    note.text
}

async fn page(_scope: Paged) -> &'static str {
    "page"
}

async fn keep(_scope: Authed, Form(note): Form<Note>) -> String {
    note.text
}

async fn anyone(Visitor(scope): Visitor) -> String {
    scope.map_or("nobody", |_| "somebody").to_owned()
}

/// As the pages mark those that a host may frame.
async fn surface(
    context: Context,
    request: axum::extract::Request,
    next: axum::middleware::Next,
) -> Response {
    context.open_surface(request.headers().get("sec-fetch-dest").is_some_and(|to| to == "iframe"));
    next.run(request).await
}

async fn try_sign_in(context: Context) -> Result<&'static str, Problem> {
    context.count_sign_in()?;
    Ok("tried")
}

async fn ask(request: Request<Body>) -> (StatusCode, Option<String>, String) {
    let surface = Router::new()
        .route("/tab", get(page).post(keep))
        .route_layer(axum::middleware::from_fn(surface));
    let router = Router::new()
        .merge(surface)
        .route("/token", get(token))
        .route("/write", post(write))
        .route("/page", get(page))
        .route("/keep", post(keep))
        .route("/anyone", get(anyone));
    let clock = Arc::new(SystemClock);
    let settings = Settings::default();
    let stopping = CancellationToken::new();
    let gate = Gate::new(settings, Box::new(authenticate), clock, Ids::system(), stopping);
    let response = attach(router, Arc::new(gate)).oneshot(request).await.unwrap();
    let status = response.status();
    let target = response.headers().get(header::LOCATION);
    let target = target.map(|value| value.to_str().unwrap().to_owned());
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, target, String::from_utf8(body.to_vec()).unwrap())
}

const SESSION: &str = "liaison-session=signed-in";

fn write_request(headers: &[(&str, &str)]) -> Request<Body> {
    let base =
        Request::post("/write").header("host", "hub:1").header("content-type", "application/json");
    let request = headers.iter().fold(base, |request, (name, value)| request.header(*name, *value));
    request.body(Body::from(r#"{"text":"hello"}"#)).unwrap()
}

#[tokio::test]
async fn a_token_lets_in_and_a_wrong_one_does_not() {
    let ok = ask(write_request(&[("authorization", "Bearer good")])).await;
    assert_eq!((ok.0, ok.2.as_str()), (StatusCode::OK, "hello"));
    for line in ["Bearer bad", "Bearer ", "Basic Z29vZA==", "good", "Bearer\tgood"] {
        let refused = ask(write_request(&[("authorization", line)])).await;
        assert_eq!(refused.0, StatusCode::UNAUTHORIZED, "{line}");
    }
    assert_eq!(ask(write_request(&[])).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_session_writes_from_our_own_pages_only() {
    let with = |more: (&'static str, &'static str)| write_request(&[("cookie", SESSION), more]);
    assert_eq!(ask(with(("sec-fetch-site", "same-origin"))).await.0, StatusCode::OK);
    assert_eq!(ask(with(("origin", "http://hub:1"))).await.0, StatusCode::OK);
    for foreign in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "http://hub:2"),
        ("origin", "http://evil.example"),
        ("origin", "null"),
    ] {
        let refused = ask(with(foreign)).await;
        assert_eq!(refused.0, StatusCode::FORBIDDEN, "{foreign:?}");
        assert!(refused.2.contains("csrf.rejected"));
    }
}

#[tokio::test]
async fn a_token_needs_no_origin() {
    let request = [("authorization", "Bearer good"), ("origin", "http://elsewhere.example")];
    assert_eq!(ask(write_request(&request)).await.0, StatusCode::OK);
}

#[tokio::test]
async fn json_must_be_called_json() {
    let request = Request::post("/write")
        .header("authorization", "Bearer good")
        .header("content-type", "text/plain")
        .body(Body::from("{}"));
    assert_eq!(ask(request.unwrap()).await.0, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn a_form_carries_the_token_of_its_session() {
    let read = Request::get("/token").header("cookie", SESSION).body(Body::empty()).unwrap();
    let token = ask(read).await.2;
    let form = |body: String| {
        Request::post("/keep")
            .header("cookie", SESSION)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap()
    };
    let kept = ask(form(format!("csrf={token}&text=hello"))).await;
    assert_eq!((kept.0, kept.2.as_str()), (StatusCode::OK, "hello"));
    for body in ["text=hello", "csrf=&text=hello", "csrf=AAAA&text=hello"] {
        assert_eq!(ask(form(body.to_owned())).await.0, StatusCode::FORBIDDEN, "{body}");
    }
}

#[tokio::test]
async fn a_page_leads_strangers_to_the_sign_in_and_back() {
    let stranger = Request::get("/page?tab=2").body(Body::empty()).unwrap();
    let (status, target, _) = ask(stranger).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert_eq!(target.as_deref(), Some("/sign-in?next=%2Fpage%3Ftab%3D2"));
    let known = Request::get("/page").header("cookie", SESSION).body(Body::empty()).unwrap();
    assert_eq!(ask(known).await.2, "page");
    for query in ["code=s3cret&state=x", "a=1&code=s3cret", "state=x"] {
        let back = Request::get(format!("/page?{query}")).body(Body::empty()).unwrap();
        assert_eq!(ask(back).await.1.as_deref(), Some("/sign-in?next=%2Fpage"), "{query}");
    }
}

#[tokio::test]
async fn a_session_that_ended_counts_as_nobody() {
    let old = Request::get("/anyone").header("cookie", "liaison-session=ended");
    assert_eq!(ask(old.body(Body::empty()).unwrap()).await.2, "nobody");
    let present = Request::get("/anyone").header("cookie", SESSION);
    assert_eq!(ask(present.body(Body::empty()).unwrap()).await.2, "somebody");
}

#[tokio::test]
async fn a_cookie_for_plain_http_is_nothing_over_tls() {
    let mut over_tls =
        Request::get("/anyone").header("cookie", SESSION).body(Body::empty()).unwrap();
    over_tls.extensions_mut().insert(crate::Peer { tls: true, ..crate::Peer::default() });
    assert_eq!(ask(over_tls).await.2, "nobody");
}

#[tokio::test]
async fn an_address_that_tries_too_often_has_to_wait() {
    let gate = Gate::new(
        Settings::default(),
        Box::new(authenticate),
        Arc::new(SystemClock),
        Ids::system(),
        CancellationToken::new(),
    );
    let router = attach(Router::new().route("/try", post(try_sign_in)), Arc::new(gate));
    let mut last = StatusCode::OK;
    // More than the burst and what a slow machine could let through meanwhile.
    for _ in 0..200 {
        let request = Request::post("/try").body(Body::empty()).unwrap();
        last = router.clone().oneshot(request).await.unwrap().status();
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_framed_session_counts_over_tls_on_pages_that_may_be_framed_and_nowhere_else() {
    let tab = |path: &str, tls: bool| {
        let request = Request::get(path).header("cookie", "__Host-liaison-framed=signed-in");
        let mut request = request.header("sec-fetch-dest", "iframe").body(Body::empty()).unwrap();
        request.extensions_mut().insert(crate::Peer { tls, ..crate::Peer::default() });
        request
    };
    assert_eq!(ask(tab("/tab", true)).await.2, "page");
    assert_eq!(ask(tab("/page", true)).await.1.as_deref(), Some("/sign-in?next=%2Fpage"));
    assert_eq!(ask(tab("/anyone", true)).await.2, "nobody");
    // who is not known is led to a door that may be framed as well
    assert_eq!(ask(tab("/tab", false)).await.1.as_deref(), Some("/framed/sign-in?next=%2Ftab"));
}

#[tokio::test]
async fn a_framed_session_writes_only_where_the_browser_says_that_our_own_page_asks() {
    let read = Request::get("/token").header("cookie", SESSION).body(Body::empty()).unwrap();
    let token = ask(read).await.2;
    let write = |more: &[(&'static str, &'static str)], token: &str| {
        let base = Request::post("/tab")
            .header("host", "hub:1")
            .header("cookie", "__Host-liaison-framed=signed-in")
            .header("content-type", "application/x-www-form-urlencoded");
        let request =
            more.iter().fold(base, |request, (name, value)| request.header(*name, *value));
        let body = Body::from(format!("csrf={token}&text=hello"));
        let mut request = request.body(body).unwrap();
        request.extensions_mut().insert(crate::Peer { tls: true, ..crate::Peer::default() });
        request
    };
    for own in [("sec-fetch-site", "same-origin"), ("origin", "http://hub:1")] {
        assert_eq!(ask(write(&[own], &token)).await.2, "hello", "{own:?}");
        assert_eq!(ask(write(&[own], "AAAA")).await.0, StatusCode::FORBIDDEN, "{own:?}");
    }
    for foreign in [
        &[][..],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "null")],
        &[("origin", "https://teams.microsoft.com")],
    ] {
        assert_eq!(ask(write(foreign, &token)).await.0, StatusCode::FORBIDDEN, "{foreign:?}");
    }
}
