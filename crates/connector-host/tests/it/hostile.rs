use axum::body::Body;
use futures_util::{
    future::{Either, join_all, select},
    stream::pending,
};
use http::{Request, StatusCode, header};
use kernel::Ids;
use liaison_connector_host::{MAX_ANSWER_BYTES, MAX_REQUEST_BYTES};

use crate::house::{HUB, House};

#[tokio::test]
async fn it_is_no_open_proxy() {
    let house = House::new().await;
    for cookie in ["", "liaison-pass=", "liaison-pass=x.y", "__Host-liaison-pass=x"] {
        let request = Request::builder().uri("/").header(header::HOST, house.host());
        let answer = house.send(request.header(header::COOKIE, cookie), "").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{cookie}");
    }
    // a ticket is no pass, and a pass grows old
    let ticket = format!("liaison-pass={}", house.hosting.ticket(&house.grant()));
    let request = Request::builder().uri("/").header(header::HOST, house.host());
    assert_eq!(
        house.send(request.header(header::COOKIE, ticket), "").await.status,
        StatusCode::FORBIDDEN
    );
    let request = house.request("GET", "/", &[]);
    house.clock.forward(3_600);
    assert_eq!(house.send(request, "").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_pass_opens_one_connector_of_one_tenant() {
    let house = House::new().await;
    let other: kernel::ConnectorId = Ids::seeded(8).fresh();
    let request = Request::builder()
        .uri("/")
        .header(header::HOST, format!("{other}.apps.localhost:8080"))
        .header(header::COOKIE, house.pass());
    assert_eq!(house.send(request, "").await.status, StatusCode::FORBIDDEN);
    let grant =
        connector_registry::hosting::Grant { tenant: Ids::seeded(9).fresh(), ..house.grant() };
    let pass = format!("liaison-pass={}", house.hosting.pass(&grant));
    let request = Request::builder().uri("/").header(header::HOST, house.host());
    assert_eq!(
        house.send(request.header(header::COOKIE, pass), "").await.status,
        StatusCode::NOT_FOUND
    );
    *house.domains.lock().unwrap() = None;
    assert_eq!(house.get("/", &[]).await.status, StatusCode::NOT_FOUND, "a deleted connector");
    *house.domains.lock().unwrap() = Some(vec!["other.example".to_owned()]);
    assert_eq!(house.get("/", &[]).await.status, StatusCode::FORBIDDEN, "its domains were changed");
}

#[tokio::test]
async fn names_tell_the_sides_apart_in_every_writing() {
    let house = House::new().await;
    let ask = async |uri: &str, hosts: &[&str]| {
        let builder = Request::builder().uri(uri).header(header::COOKIE, house.pass());
        let builder =
            hosts.iter().fold(builder, |builder, host| builder.header(header::HOST, *host));
        house.send(builder, "").await
    };
    let host = house.host();
    for hosts in
        [["127.0.0.1:8080"], ["localhost:8080"], ["evil.example"], ["apps.localhost.evil.example"]]
    {
        assert_eq!(ask("/api/v1/me", &hosts).await.text, HUB, "{hosts:?}");
    }
    for name in [host.to_uppercase(), host.replace(":8080", "."), host.replace(":8080", "")] {
        assert!(ask("/api/v1/me", &[&name]).await.text.contains(&house.home), "{name}");
    }
    for name in ["apps.localhost:8080", "x.apps.localhost:8080", &*format!("a.{host}")] {
        let answer = ask("/api/v1/me", &[name]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{name}");
        assert_ne!(answer.text, HUB);
    }
    // two names at once
    for (uri, hosts) in [
        ("/", vec!["127.0.0.1:8080", &*host]),
        ("/", vec![&*host, "127.0.0.1:8080"]),
        (&*format!("http://{host}/"), vec!["127.0.0.1:8080"]),
        ("http://127.0.0.1:8080/", vec![&*host]),
    ] {
        assert_eq!(ask(uri, &hosts).await.status, StatusCode::BAD_REQUEST, "{uri} {hosts:?}");
    }
    assert!(ask(&format!("http://{host}/x"), &[&host]).await.text.contains(&house.home));
}

#[tokio::test]
async fn path_tricks_reach_the_connectors_hosts_only() {
    let house = House::new().await;
    for path in [
        "/_liaison/at/http/127.0.0.1:1/",
        "/_liaison/at/https/evil.example/",
        "/_liaison/at/http/evil.example@127.0.0.1/",
        "/_liaison/at/http/localhost/",
        "/_liaison/at/ftp/127.0.0.1/",
        "/_liaison/at/",
        "/_liaison/",
        "/_liaison/unknown",
    ] {
        assert_eq!(house.get(path, &[]).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    for path in [
        "//evil.example/x",
        "/..%2f..%2fetc",
        "/%2e%2e/%2e%2e/x",
        "/@evil.example/",
        "/a//b",
        "/%00",
    ] {
        let answer = house.get(path, &[]).await;
        assert!(answer.text.contains(&format!(" at {}", house.home)), "{path}: {}", answer.text);
    }
}

#[tokio::test]
async fn private_addresses_are_not_reached_whatever_the_registration_says() {
    let house = House::new().await;
    *house.domains.lock().unwrap() =
        Some(vec![house.home.clone(), "10.0.0.1".to_owned(), "169.254.169.254".to_owned()]);
    for path in
        ["/_liaison/at/http/10.0.0.1/", "/_liaison/at/http/169.254.169.254/latest/meta-data/"]
    {
        let answer = house.get(path, &[]).await;
        assert_eq!(answer.status, StatusCode::BAD_GATEWAY, "{path}");
        assert!(
            !answer.text.contains("10.0.0.1") && !answer.text.contains("network"),
            "{}",
            answer.text
        );
    }
    // a redirect there is the browser's to follow: nothing of it is fetched here
    let answer = house.get("/?status=302&h-location=http%3A%2F%2F192.168.0.1%2F", &[]).await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (StatusCode::FOUND, "http://192.168.0.1/")
    );
}

#[tokio::test]
async fn other_sites_do_not_act_in_the_persons_name() {
    let house = House::new().await;
    let origin = house.origin();
    let try_it = async |method: &str, headers: &[(&str, &str)]| {
        house.send(house.request(method, "/x", headers), "").await.status
    };
    for headers in [
        vec![("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "cors")],
        vec![("sec-fetch-site", "same-site"), ("sec-fetch-mode", "no-cors")],
        vec![("origin", "https://evil.example")],
        vec![("origin", "null")],
    ] {
        assert_eq!(try_it("GET", &headers).await, StatusCode::FORBIDDEN, "{headers:?}");
        assert_eq!(try_it("POST", &headers).await, StatusCode::FORBIDDEN, "{headers:?}");
    }
    let led = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")];
    assert_eq!(try_it("GET", &led).await, StatusCode::OK);
    assert_eq!(try_it("POST", &led).await, StatusCode::FORBIDDEN);
    assert_eq!(try_it("POST", &[("origin", &origin)]).await, StatusCode::OK);
    assert_eq!(
        try_it("POST", &[("sec-fetch-site", "same-origin"), ("origin", &origin)]).await,
        StatusCode::OK
    );
    assert_eq!(try_it("GET", &[("service-worker", "script")]).await, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn sizes_are_bounded_both_ways() {
    let house = House::new().await;
    let large = "x".repeat(MAX_REQUEST_BYTES + 1);
    let answer = house.send(house.request("POST", "/", &[]), &large).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    let answer = house.get(&format!("/?size={}", MAX_ANSWER_BYTES + 1), &[]).await;
    assert_eq!(answer.status, StatusCode::BAD_GATEWAY);
    let answer = house.get(&format!("/?size={MAX_ANSWER_BYTES}"), &[]).await;
    assert_eq!((answer.status, answer.text.len()), (StatusCode::OK, MAX_ANSWER_BYTES));
}

#[tokio::test]
async fn headers_of_an_answer_smuggle_nothing() {
    let house = House::new().await;
    let query = "h-set-cookie=a%3D1%3B%20Path%3D%2F%3B%20Domain%3Dapps.localhost&h-connection=x-secret&h-keep-alive=1&h-refresh=0%3Burl%3Dhttps%3A%2F%2Fevil.example&h-link=%3Chttps%3A%2F%2Fevil.example%3E";
    let answer = house.get(&format!("/?{query}"), &[]).await;
    assert_eq!(answer.all("set-cookie"), ["a=1; Path=/; Secure; SameSite=None; Partitioned"]);
    for name in ["connection", "keep-alive", "refresh", "link", "server"] {
        assert_eq!(answer.header(name), "", "{name}");
    }
}

#[tokio::test]
async fn slow_senders_hold_no_turns() {
    let house = House::new().await;
    let never = || Body::from_stream(pending::<Result<bytes::Bytes, std::io::Error>>());
    let slow =
        join_all((0..40).map(|_| house.sending(house.request("POST", "/slow", &[]), never())));
    let quick = house.get("/quick", &[]);
    match select(Box::pin(slow), Box::pin(quick)).await {
        Either::Left(_) => panic!("a body that never ends was answered"),
        Either::Right((answer, _)) => assert_eq!(answer.status, StatusCode::OK, "{}", answer.text),
    }
}

#[tokio::test]
async fn a_request_that_never_ends_is_given_up() {
    let house = House::reading_for(std::time::Duration::from_millis(50)).await;
    let never = Body::from_stream(pending::<Result<bytes::Bytes, std::io::Error>>());
    let answer = house.sending(house.request("POST", "/", &[]), never).await;
    assert_eq!(answer.status, StatusCode::REQUEST_TIMEOUT);
}
