use http::{Request, StatusCode, header};
use url::form_urlencoded;

use crate::house::House;

fn bridge(ticket: &str, page: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("ticket", ticket)
        .append_pair("page", page)
        .finish();
    format!("/_liaison/bridge?{query}")
}

#[tokio::test]
async fn a_ticket_opens_the_bridge_and_becomes_a_pass() {
    let house = House::new().await;
    let path = bridge(&house.hosting.ticket(&house.grant()), "/config?a=1&b=\"2\"");
    let request = Request::builder().uri(path).header(header::HOST, house.host());
    let answer = house.send(request, "").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert!(answer.text.contains("data-hub=\"http://127.0.0.1:8080\""), "{}", answer.text);
    assert!(
        answer.text.contains("data-page=\"/config?a=1&amp;b=&quot;2&quot;\""),
        "{}",
        answer.text
    );
    let policy = answer.header("content-security-policy");
    assert!(policy.ends_with("frame-ancestors http://127.0.0.1:8080"), "{policy}");
    assert!(
        policy.contains("frame-src 'self'") && policy.contains("default-src 'none'"),
        "{policy}"
    );
    assert_eq!(answer.header("cache-control"), "no-store");
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("liaison-pass="), "{cookie}");
    assert!(
        cookie.ends_with("; Path=/; Max-Age=3600; HttpOnly; Secure; SameSite=None"),
        "{cookie}"
    );
    let pass = cookie.split(';').next().unwrap().to_owned();
    let request = Request::builder().uri("/x").header(header::HOST, house.host());
    let answer = house.send(request.header(header::COOKIE, pass), "").await;
    assert!(answer.text.starts_with(&format!("GET /x at {}", house.home)), "{}", answer.text);
}

#[tokio::test]
async fn no_ticket_an_old_one_or_a_strange_page_opens_nothing() {
    let house = House::new().await;
    let ticket = house.hosting.ticket(&house.grant());
    for path in [
        "/_liaison/bridge".to_owned(),
        bridge("x.y", "/"),
        bridge(&house.hosting.pass(&house.grant()), "/"),
    ] {
        let request = Request::builder().uri(path).header(header::HOST, house.host());
        let answer = house.send(request, "").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(answer.header("set-cookie"), "");
    }
    for page in
        ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "/\\evil.example", ""]
    {
        let request =
            Request::builder().uri(bridge(&ticket, page)).header(header::HOST, house.host());
        assert_eq!(house.send(request, "").await.status, StatusCode::FORBIDDEN, "{page}");
    }
    house.clock.forward(120);
    let request = Request::builder().uri(bridge(&ticket, "/")).header(header::HOST, house.host());
    assert_eq!(house.send(request, "").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_script_and_the_style_need_no_ticket() {
    let house = House::new().await;
    for (path, kind) in
        [("bridge.js", "text/javascript; charset=utf-8"), ("bridge.css", "text/css; charset=utf-8")]
    {
        let request =
            Request::builder().uri(format!("/_liaison/{path}")).header(header::HOST, house.host());
        let answer = house.send(request, "").await;
        assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, kind));
    }
}
