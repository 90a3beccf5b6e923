use bytes::Bytes;
use http::HeaderValue;

use super::*;

fn answer(status: u16, headers: &[(&'static str, &str)], body: &str) -> Response {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(*name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    Response {
        status: StatusCode::from_u16(status).unwrap(),
        headers: map,
        body: Bytes::copy_from_slice(body.as_bytes()),
        url: "https://example.test/".parse().unwrap(),
    }
}

const UPDATE: (&str, &str) = ("card-update-in-body", "True");
const JSON: (&str, &str) = ("content-type", "application/json; charset=utf-8");

fn post(answer: &Response) -> Result<Wish, Failed> {
    read(RunKind::HttpPost, answer, 28_672)
}

#[test]
fn only_two_hundred_is_success() {
    for (status, failure) in [
        (301, Failure::Redirected),
        (304, Failure::Redirected),
        (400, Failure::Refused),
        (429, Failure::Refused),
        (500, Failure::Broken),
        (503, Failure::Broken),
    ] {
        let body = r#"{"text": "new"}"#;
        let headers = [UPDATE, JSON, ("card-action-status", "why")];
        let failed = post(&answer(status, &headers, body)).unwrap_err();
        assert_eq!(failed, (failure, Some("why".to_owned())), "{status}");
    }
    for status in [200, 201, 202, 204] {
        assert_eq!(post(&answer(status, &[], "")).unwrap(), Wish::default());
    }
}

#[test]
fn a_status_is_one_plain_line() {
    let hostile = "  Approved\t by \u{202e}\u{feff}mé  ";
    let wish = post(&answer(200, &[("card-action-status", hostile)], "")).unwrap();
    assert_eq!(wish.said.as_deref(), Some("Approved  by mé"));
    let long = "x".repeat(5_000);
    let wish = post(&answer(200, &[("card-action-status", &long)], "")).unwrap();
    assert_eq!(wish.said.unwrap().len(), LONGEST_SENTENCE);
    assert_eq!(post(&answer(200, &[("card-action-status", " ")], "")).unwrap().said, None);
    let mut latin = answer(200, &[], "");
    latin.headers.insert("card-action-status", HeaderValue::from_bytes(b"caf\xe9").unwrap());
    assert_eq!(post(&latin).unwrap().said.as_deref(), Some("café"));
}

#[test]
fn a_card_replaces_only_when_it_could_be_posted() {
    let good = r#"{"@type": "MessageCard", "text": "new"}"#;
    assert!(post(&answer(200, &[UPDATE, JSON], good)).unwrap().card.is_some());
    assert!(post(&answer(200, &[UPDATE], good)).unwrap().card.is_some());
    assert!(post(&answer(200, &[JSON], good)).unwrap().card.is_none());
    let bare = r#"{"type": "AdaptiveCard", "version": "1.4", "body": [{"type": "TextBlock", "text": "x"}]}"#;
    let card = post(&answer(200, &[UPDATE, JSON], bare)).unwrap().card.unwrap();
    assert!(cards::parse(&card.1, None).is_ok());
    let large = format!(r#"{{"text": "{}"}}"#, "a".repeat(30_000));
    let html = ("content-type", "text/html");
    for (headers, body) in [
        (vec![UPDATE, html], good),
        (vec![UPDATE, JSON], "{}"),
        (vec![UPDATE, JSON], "not a card"),
        (vec![UPDATE, JSON], ""),
        (vec![UPDATE, JSON], "[1, 2]"),
        (vec![UPDATE, JSON], large.as_str()),
    ] {
        let failed = post(&answer(200, &headers, body)).unwrap_err();
        assert_eq!(failed.0, Failure::BadCard, "{body:.40}");
    }
}

#[test]
fn an_invoke_answers_in_its_own_words() {
    let execute = |body: &str| read(RunKind::Execute, &answer(200, &[JSON], body), 28_672);
    let message = r#"{"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": "Done"}"#;
    assert_eq!(execute(message).unwrap().said.as_deref(), Some("Done"));
    let card = r#"{"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive",
        "value": {"type": "AdaptiveCard", "version": "1.4", "body": []}}"#;
    assert!(execute(card).unwrap().card.is_some());
    let lie =
        r#"{"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": "x"}"#;
    assert_eq!(execute(lie).unwrap_err().0, Failure::BadCard);
    let error = r#"{"statusCode": 400, "type": "application/vnd.microsoft.error", "value": {"code": "x", "message": "No"}}"#;
    assert_eq!(execute(error).unwrap_err(), (Failure::Refused, Some("No".to_owned())));
    let login = r#"{"statusCode": 401, "type": "application/vnd.microsoft.activity.loginRequest", "value": {}}"#;
    assert_eq!(execute(login).unwrap_err().0, Failure::SignIn);
    for body in ["", "ok", "null", "{}", "[]"] {
        assert_eq!(execute(body).unwrap(), Wish::default(), "{body}");
    }
}
