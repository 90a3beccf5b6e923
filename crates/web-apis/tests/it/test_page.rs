//! Trying operations and keeping examples, as a maker's browser without script does.

use std::fmt::Write as _;

use axum::{Json, Router, body::Body, extract::Request, routing::any};
use http::{StatusCode, header};
use identity::Role;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use web_proof::{Browser, House, Page};

struct Setting {
    house: House,
    maker: Browser,
    page: String,
    _serving: JoinSet<()>,
}

/// An API on this machine that says what it heard.
async fn upstream(serving: &mut JoinSet<()>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let echo = async |request: Request| {
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        let line = format!("{} {}", parts.method, parts.uri);
        Json(json!({ "line": line, "body": body, "colours": [{ "id": "r", "name": "Red <b>" }] }))
    };
    let router = Router::new().fallback(any(echo));
    serving.spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

impl Setting {
    async fn new() -> Self {
        let mut serving = JoinSet::new();
        let house = House::new(vec![liaison_web_apis::routes()]).await;
        let maker = house.browser("maker", &[Role::ConnectorMaker]).await;
        let definition = json!({
            "swagger": "2.0", "info": { "title": "Paint", "description": "Paint.", "version": "1" },
            "host": upstream(&mut serving).await, "basePath": "/", "schemes": ["http"],
            "paths": {
                "/colours": { "get": { "operationId": "Colours", "summary": "Colours",
                    "responses": { "200": { "description": "", "schema": { "type": "object" } } } } },
                "/paint/{room}": { "post": { "operationId": "Paint", "summary": "Paint a <b>room</b>",
                    "tags": ["Rooms"], "parameters": [
                        { "name": "room", "in": "path", "required": true, "type": "string" },
                        { "name": "body", "in": "body", "required": true, "schema": {
                            "type": "object", "required": ["colour"], "properties": {
                                "colour": { "type": "string", "x-ms-dynamic-values": {
                                    "operationId": "Colours", "value-collection": "colours",
                                    "value-path": "id", "value-title": "name" } },
                                "coats": { "type": "integer" },
                                "walls": { "type": "array", "items": { "type": "string" } } } } } ],
                    "responses": { "200": { "description": "", "schema": { "type": "object",
                        "required": ["line"], "properties": {
                            "line": { "type": "string" }, "gone": { "type": "string" } } } } } } },
            },
        });
        let place = "/apis/new";
        let environment = house.tenant.uuid().to_string();
        let text = definition.to_string();
        let fields = [("way", "text"), ("environment", &environment), ("definition", &text)];
        let made = send(&house, &maker, place, &fields, &[]).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.html);
        let page = made.location().to_owned();
        Self { house, maker, page, _serving: serving }
    }

    async fn act(&self, fields: &[(&str, &str)]) -> Page {
        let mut all = vec![("operation", "Paint")];
        all.extend(fields);
        let path = format!("{}/test?operation=Paint", self.page);
        send(&self.house, &self.maker, &path, &all, &[]).await
    }
}

/// Sends a form with files, as a browser does.
async fn send(
    house: &House,
    browser: &Browser,
    path: &str,
    texts: &[(&str, &str)],
    files: &[(&str, &str)],
) -> Page {
    let mut body = String::new();
    let token = [("csrf", browser.csrf.as_str())];
    for (name, value) in token.iter().chain(texts) {
        let _ = write!(
            body,
            "--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        );
    }
    for (name, text) in files {
        let _ = write!(
            body,
            "--cut\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\n{text}\r\n"
        );
    }
    body += "--cut--\r\n";
    let kind = "multipart/form-data; boundary=cut";
    let request = house.request(browser, "POST", path).header(header::CONTENT_TYPE, kind);
    house.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn an_operation_is_found_filled_in_and_run() {
    let s = Setting::new().await;
    let list = s.house.get(&s.maker, &format!("{}/test", s.page)).await;
    assert_eq!(list.status, StatusCode::OK);
    assert!(
        list.html.contains("test?operation=Paint") && list.html.contains("Rooms"),
        "{}",
        list.html
    );
    assert!(!list.html.contains("<b>room</b>"));
    let form = s.house.get(&s.maker, &format!("{}/test?operation=Paint", s.page)).await;
    assert!(form.html.contains(r#"name="v/body/coats""#), "{}", form.html);
    let ran = s
        .act(&[
            ("do", "run"),
            ("v/room", "bath room"),
            ("v/body/colour", "r"),
            ("v/body/coats", "2"),
        ])
        .await;
    assert_eq!(ran.status, StatusCode::OK, "{}", ran.html);
    assert!(ran.html.contains("POST /paint/bath%20room"), "{}", ran.html);
    assert!(ran.html.contains("&#34;coats&#34;: 2"), "{}", ran.html);
    assert!(ran.html.contains("200 OK"), "{}", ran.html);
    let nothing = s.house.get(&s.maker, &format!("{}/test?operation=No", s.page)).await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_does_not_fit_comes_back_with_its_mistake_and_nothing_is_sent() {
    let s = Setting::new().await;
    let wrong = s.act(&[("do", "run"), ("v/room", ""), ("v/body/coats", "two")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.html.contains("This is not a whole number"), "{}", wrong.html);
    assert!(
        wrong.html.contains(r#"value="two""#) && !wrong.html.contains("200 OK"),
        "{}",
        wrong.html
    );
}

#[tokio::test]
async fn choices_are_loaded_lists_grow_and_json_keeps_what_was_typed() {
    let s = Setting::new().await;
    let loaded = s.act(&[("do", "load:/body/colour"), ("v/room", "hall")]).await;
    assert!(
        loaded.html.contains(r#"<option value="r">Red &#60;b&#62;</option>"#),
        "{}",
        loaded.html
    );
    assert!(loaded.html.contains(r#"value="hall""#));
    let grown = s
        .act(&[("do", "add:/body/walls"), ("n/body/walls", "1"), ("v/body/walls/0", "north")])
        .await;
    assert!(grown.html.contains(r#"name="v/body/walls/1""#), "{}", grown.html);
    assert!(grown.html.contains(r#"value="north""#), "{}", grown.html);
    let raw = s.act(&[("do", "raw"), ("v/room", "hall"), ("v/body/coats", "two")]).await;
    assert!(raw.html.contains("&#34;coats&#34;: &#34;two&#34;"), "{}", raw.html);
    let broken = s.act(&[("do", "fields"), ("raw", "{\"room\": ")]).await;
    assert_eq!(broken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(broken.html.contains("{&#34;room&#34;: "), "{}", broken.html);
    let back = s.act(&[("do", "fields"), ("raw", r#"{"room":"attic","more":1}"#)]).await;
    assert!(
        back.html.contains(r#"value="attic""#) && back.html.contains("&#34;more&#34;:1"),
        "{}",
        back.html
    );
}

#[tokio::test]
async fn a_call_is_kept_run_and_forgotten() {
    let s = Setting::new().await;
    let ran = s.act(&[("do", "run"), ("v/room", "hall"), ("v/body/colour", "r")]).await;
    let hidden = |name: &str| -> String {
        let open = format!(r#"type="hidden" name="{name}" value=""#);
        let text = ran.between("class=\"form keep\"", "</form>").to_owned();
        let rest = text.split(&open).nth(1).unwrap_or_else(|| panic!("{name} in {text}"));
        rest.split('"').next().unwrap().replace("&#34;", "\"")
    };
    let keep = |name: &'static str, inputs: String| {
        let expected = hidden("expected");
        let fields = [
            ("name", name.to_owned()),
            ("operation", "Paint".to_owned()),
            ("connection", String::new()),
            ("inputs", inputs),
            ("expected", expected),
            ("value", r#"["/line","POST /paint/hall"]"#.to_owned()),
        ];
        let (house, maker, path) = (&s.house, &s.maker, format!("{}/examples", s.page));
        async move {
            let fields: Vec<_> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
            house.post(maker, &path, &fields).await
        }
    };
    let secret = keep("Secret", r#"{"room":"hall","body":{"password":"x"}}"#.to_owned()).await;
    assert_eq!(secret.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        secret.html.contains("/inputs/body/password") && secret.html.contains("Secret"),
        "{}",
        secret.html
    );
    let kept = keep("Hall <b>", hidden("inputs")).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.html);
    let list = s.house.get(&s.maker, kept.location()).await;
    assert!(
        list.html.contains("Hall &#60;b&#62;") && list.html.contains("Not run yet"),
        "{}",
        list.html
    );
    let run = s.house.post(&s.maker, &format!("{}/examples/run", s.page), &[]).await;
    assert_eq!(run.status, StatusCode::SEE_OTHER, "{}", run.html);
    let list = s.house.get(&s.maker, run.location()).await;
    assert!(list.html.contains("Everything is as expected"), "{}", list.html);
    let id = list.between("/test?example=", "\"").to_owned();
    let again = s.house.get(&s.maker, &format!("{}/test?example={id}", s.page)).await;
    assert!(again.html.contains(r#"value="hall""#), "{}", again.html);
    let gone = format!("{}/examples/{id}/delete", s.page);
    assert_eq!(s.house.post(&s.maker, &gone, &[]).await.status, StatusCode::SEE_OTHER);
    let list = s.house.get(&s.maker, &format!("{}/examples", s.page)).await;
    assert!(list.html.contains("No examples yet"), "{}", list.html);
}

#[tokio::test]
async fn the_page_is_for_makers() {
    let s = Setting::new().await;
    let seller = s.house.browser("seller", &[Role::Seller]).await;
    for end in ["test", "test?operation=Paint", "examples"] {
        let denied = s.house.get(&seller, &format!("{}/{end}", s.page)).await;
        assert_eq!(denied.status, StatusCode::FORBIDDEN, "{end}");
    }
    let path = format!("{}/test", s.page);
    let denied =
        send(&s.house, &seller, &path, &[("operation", "Paint"), ("do", "run")], &[]).await;
    assert_eq!(denied.status, StatusCode::FORBIDDEN);
}
