use http::StatusCode;

use crate::house::House;

fn asking(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

#[tokio::test]
async fn a_request_goes_out_as_the_page_made_it_without_anything_of_ours() {
    let house = House::new().await;
    let (origin, cookies) =
        (house.origin(), format!("{}; session=1; liaison-session=ours", house.pass()));
    let request = house
        .request(
            "POST",
            "/save?x=1&y=%2F",
            &[
                ("origin", &origin),
                ("referer", &format!("{origin}/config?z")),
                ("content-type", "application/json"),
                ("x-csrf-token", "t"),
                ("connection", "keep-alive, x-hop"),
                ("x-hop", "1"),
                ("x-forwarded-for", "10.0.0.1"),
                ("x-forwarded-host", "evil.example"),
                ("transfer-encoding", "chunked"),
                ("upgrade", "websocket"),
            ],
        )
        .header("cookie", cookies);
    let answer = house.send(request, "{\"a\":1}").await;
    assert_eq!(answer.status, StatusCode::OK);
    let said = &answer.text;
    let (head, body) = said.split_once("\n\n").unwrap();
    assert!(head.starts_with(&format!("POST /save at {}", house.home)), "{said}");
    assert_eq!(body, "{\"a\":1}");
    for line in [
        "cookie: session=1".to_owned(),
        format!("origin: http://{}", house.home),
        format!("referer: http://{}/config?z", house.home),
        format!("host: {}", house.home),
        "x-csrf-token: t".to_owned(),
        "content-type: application/json".to_owned(),
    ] {
        assert!(head.lines().any(|l| l == line), "{line} in {said}");
    }
    for name in
        ["x-hop", "x-forwarded", "upgrade", "liaison", "transfer-encoding", "via", "forwarded"]
    {
        assert!(!head.contains(name), "{name} in {said}");
    }
}

#[tokio::test]
async fn the_frame_policy_is_ours_and_nothing_acts_beyond_the_origin() {
    let house = House::new().await;
    let query = asking(&[
        (
            "h-content-security-policy",
            "default-src 'self'; frame-ancestors https://teams.microsoft.com",
        ),
        ("h-x-frame-options", "DENY"),
        ("h-strict-transport-security", "max-age=1"),
        ("h-clear-site-data", "\"*\""),
        ("h-alt-svc", "h3=\":443\""),
        ("h-access-control-allow-origin", "*"),
        ("h-cross-origin-opener-policy", "same-origin"),
        ("h-service-worker-allowed", "/"),
        ("h-content-type", "text/html"),
        ("h-x-own", "kept"),
    ]);
    let answer = house.get(&format!("/?{query}"), &[]).await;
    assert_eq!(
        answer.all("content-security-policy"),
        ["default-src 'self'", "frame-ancestors 'self' http://127.0.0.1:8080"]
    );
    for name in [
        "x-frame-options",
        "strict-transport-security",
        "clear-site-data",
        "alt-svc",
        "access-control-allow-origin",
        "cross-origin-opener-policy",
        "service-worker-allowed",
    ] {
        assert_eq!(answer.header(name), "", "{name}");
    }
    assert_eq!(answer.header("x-own"), "kept");
    assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
}

#[tokio::test]
async fn cookies_stay_with_the_host_that_set_them() {
    let house = House::new().await;
    let query = asking(&[("h-set-cookie", "s=1; Domain=example.com; Path=/; Secure")]);
    let answer = house.get(&format!("/?{query}"), &[]).await;
    assert_eq!(answer.all("set-cookie"), ["s=1; Path=/; Secure; SameSite=None; Partitioned"]);
    let at = format!("/_liaison/at/http/{}", house.login);
    let answer = house.get(&format!("{at}/?{query}"), &[]).await;
    let key = format!("~{}~s", house.login.replace(':', "+"));
    assert_eq!(
        answer.all("set-cookie"),
        [format!("{key}=1; Path={at}/; Secure; SameSite=None; Partitioned")]
    );
    let both = format!("{}; s=home; {key}=login", house.pass());
    for (path, expected) in [("/", "cookie: s=home"), (&*format!("{at}/"), "cookie: s=login")] {
        let request =
            http::Request::builder().uri(path).header("host", house.host()).header("cookie", &both);
        let said = house.send(request, "").await.text;
        let cookies: Vec<_> = said.lines().filter(|line| line.starts_with("cookie")).collect();
        assert_eq!(cookies, [expected]);
    }
    let query = asking(&[("h-set-cookie", "liaison-pass=forged")]);
    assert_eq!(house.get(&format!("/?{query}"), &[]).await.all("set-cookie"), Vec::<&str>::new());
}

#[tokio::test]
async fn redirects_between_the_connectors_hosts_stay_on_its_origin() {
    let house = House::new().await;
    let (home, login) = (house.home.clone(), house.login.clone());
    let at = format!("/_liaison/at/http/{login}");
    for (from, to, expected) in [
        ("/a/b".to_owned(), "/c?d".to_owned(), "/c?d".to_owned()),
        ("/a/b".to_owned(), "c".to_owned(), "/a/c".to_owned()),
        ("/".to_owned(), format!("http://{home}/x"), "/x".to_owned()),
        ("/".to_owned(), format!("http://{login}/in?next=1"), format!("{at}/in?next=1")),
        (format!("{at}/in"), "/step".to_owned(), format!("{at}/step")),
        (format!("{at}/in"), format!("http://{home}/back"), "/back".to_owned()),
        (
            "/".to_owned(),
            "https://id.example.net/authorize".to_owned(),
            "https://id.example.net/authorize".to_owned(),
        ),
        ("/".to_owned(), "javascript:alert(1)".to_owned(), String::new()),
        ("/".to_owned(), "http://[".to_owned(), String::new()),
    ] {
        let query = asking(&[("status", "302"), ("h-location", &to)]);
        let answer = house.get(&format!("{from}?{query}"), &[]).await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (StatusCode::FOUND, expected.as_str()),
            "{to}"
        );
    }
}

#[tokio::test]
async fn root_relative_addresses_of_a_second_host_find_it() {
    let house = House::new().await;
    let at = format!("/_liaison/at/http/{}", house.login);
    let from = format!("{}{at}/in", house.origin());
    let answer = house.get("/app.js?v=1", &[("referer", &from)]).await;
    assert_eq!(answer.status, StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(answer.header("location"), format!("{at}/app.js?v=1"));
    // and the way home is a way home
    let answer = house.get("/_liaison/home/done?x", &[("referer", &from)]).await;
    assert_eq!(
        (answer.header("location"), answer.header("referrer-policy")),
        ("/done?x", "no-referrer")
    );
    assert_eq!(
        house.get("/_liaison/home//evil.example/", &[]).await.header("location"),
        "/evil.example/"
    );
    let elsewhere =
        house.get("/app.js", &[("referer", "http://evil.example/_liaison/at/http/x/")]).await;
    assert!(elsewhere.text.contains(&house.home));
}

#[tokio::test]
async fn absolute_addresses_in_markup_stay_and_scripts_are_left_alone() {
    let house = House::new().await;
    let (home, login) = (house.home.clone(), house.login.clone());
    let html = format!(
        "<a href=\"http://{home}/a\"></a><form action=\"http://{login}/in\"></form><script>x('http://{home}/')</script><a href=\"https://other.example/\">"
    );
    let query = asking(&[
        ("body", &html),
        ("h-content-type", "text/html; charset=utf-8"),
        ("h-etag", "\"1\""),
        ("h-cache-control", "public, max-age=60"),
    ]);
    let answer = house.get(&format!("/?{query}"), &[]).await;
    assert_eq!(
        answer.text,
        format!(
            "<a href=\"/a\"></a><form action=\"/_liaison/at/http/{login}/in\"></form><script>x('http://{home}/')</script><a href=\"https://other.example/\">"
        )
    );
    assert_eq!((answer.header("cache-control"), answer.header("etag")), ("private, no-cache", ""));
    let answer = house.get(&format!("/_liaison/at/http/{login}/?{query}"), &[]).await;
    assert!(answer.text.starts_with("<a href=\"/_liaison/home/a\">"), "{}", answer.text);
}

#[tokio::test]
async fn what_a_browser_may_keep_is_kept_by_it_alone() {
    let house = House::new().await;
    let query = asking(&[
        ("h-cache-control", "public, max-age=60, s-maxage=600, immutable"),
        ("h-etag", "\"1\""),
        ("h-content-type", "text/css"),
    ]);
    let answer = house.get(&format!("/?{query}"), &[]).await;
    assert_eq!(
        (answer.header("cache-control"), answer.header("etag")),
        ("private, max-age=60, immutable", "\"1\"")
    );
    let answer = house.get("/?status=304", &[("if-none-match", "\"1\"")]).await;
    assert_eq!(answer.status, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn every_method_of_a_page_goes_through_and_no_other() {
    let house = House::new().await;
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        let answer = house.send(house.request(method, "/m", &[]), "").await;
        assert!(answer.text.starts_with(&format!("{method} /m at")), "{method}: {}", answer.text);
    }
    for method in ["CONNECT", "TRACE", "BREW"] {
        let answer = house.send(house.request(method, "/m", &[]), "").await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
    }
}

#[tokio::test]
async fn style_sheets_and_refreshes_stay_and_ask_anew() {
    let house = House::new().await;
    let (home, login) = (house.home.clone(), house.login.clone());
    let sheet = format!("@import 'http://{home}/a.css'; b{{c:url(http://{login}/i.png)}}");
    let refresh = format!("3; url=http://{login}/next");
    let query = asking(&[
        ("body", &sheet),
        ("h-content-type", "text/css"),
        ("h-etag", "\"1\""),
        ("h-refresh", &refresh),
    ]);
    let answer = house.get(&format!("/?{query}"), &[]).await;
    assert_eq!(
        answer.text,
        format!("@import '/a.css'; b{{c:url(/_liaison/at/http/{login}/i.png)}}")
    );
    assert_eq!((answer.header("cache-control"), answer.header("etag")), ("private, no-cache", ""));
    assert_eq!(answer.header("refresh"), format!("3; url=/_liaison/at/http/{login}/next"));
    // a part of it stays a part
    let part = house.get(&format!("/?{query}&status=206"), &[]).await;
    assert_eq!((part.text.as_str(), part.header("etag")), (sheet.as_str(), "\"1\""));
}

#[tokio::test]
async fn a_page_gets_our_script_first_and_the_script_knows_the_hosts() {
    let house = House::new().await;
    let html = "<!doctype html><html><head><script src=\"/own.js\"></script></head>";
    let query = asking(&[
        ("body", html),
        ("h-content-type", "text/html"),
        ("h-content-security-policy", "script-src 'nonce-a'"),
    ]);
    let answer = house.get(&format!("/?{query}"), &[]).await;
    let expected = html.replace("<head>", "<head><script src=\"/_liaison/inside.js\"></script>");
    assert_eq!(answer.text, expected);
    assert_eq!(
        answer.all("content-security-policy").first().copied(),
        Some(&*format!("script-src 'nonce-a' {}/_liaison/inside.js", house.origin()))
    );
    let script = house.get("/_liaison/inside.js", &[]).await;
    let (home, login) = (&house.home, &house.login);
    assert_eq!(
        script.text,
        format!(
            "(()=>{{const liaisonDoors={{home:\"http://{home}\",domains:[\"{home}\",\"{login}\"]}};keep(liaisonDoors)}})();"
        )
    );
    assert_eq!(script.header("content-type"), "text/javascript; charset=utf-8");
    // names of hosts are for pages with a pass, and for no other site
    let without = http::Request::builder().uri("/_liaison/inside.js").header("host", house.host());
    assert_eq!(house.send(without, "").await.status, StatusCode::FORBIDDEN);
    let foreign = house.get("/_liaison/inside.js", &[("sec-fetch-site", "cross-site")]).await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
}
