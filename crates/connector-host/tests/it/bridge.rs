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
    let domains =
        format!("data-domains=\"[&quot;{}&quot;,&quot;{}&quot;]\"", house.home, house.login);
    assert!(answer.text.contains(&domains), "{}", answer.text);
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
        cookie.ends_with("; Path=/; Max-Age=3600; HttpOnly; Secure; SameSite=None; Partitioned"),
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

#[tokio::test]
async fn a_window_that_the_page_opened_enters_by_a_ticket_of_its_opener() {
    let house = House::new().await;
    let led = [
        ("sec-fetch-dest", "document"),
        ("sec-fetch-mode", "navigate"),
        ("sec-fetch-site", "same-origin"),
    ];
    let without = |path: &str| {
        let request = Request::builder().uri(path).header(header::HOST, house.host());
        led.iter().fold(request, |request, (name, value)| request.header(*name, *value))
    };
    let answer = house.send(without("/auth.html?x"), "").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.text.contains("src=\"/_liaison/bridge.js\""), "{}", answer.text);
    let policy = answer.header("content-security-policy");
    assert!(
        policy.contains("script-src http://") && policy.contains("frame-ancestors 'none'"),
        "{policy}"
    );
    // the opener's script asks in its own name
    let refused = Request::builder()
        .method("POST")
        .uri("/_liaison/ticket")
        .header(header::HOST, house.host());
    assert_eq!(house.send(refused, "").await.status, StatusCode::FORBIDDEN);
    let foreign = house.request("POST", "/_liaison/ticket", &[("sec-fetch-site", "same-site")]);
    assert_eq!(house.send(foreign, "").await.status, StatusCode::FORBIDDEN);
    let ticket = house
        .send(house.request("POST", "/_liaison/ticket", &[("sec-fetch-site", "same-origin")]), "")
        .await;
    assert_eq!(ticket.status, StatusCode::OK);
    let enter = |page: &str| bridge(&ticket.text, page).replace("/bridge?", "/enter?");
    let answer = house.send(without(&enter("/auth.html?x")), "").await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/auth.html?x"));
    assert!(answer.header("set-cookie").starts_with("liaison-pass="));
    assert_eq!(
        house.send(without(&enter("//evil.example/")), "").await.status,
        StatusCode::FORBIDDEN
    );
}
