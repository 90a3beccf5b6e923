//! From a wish to a call.

use http::StatusCode;

use crate::house::Place;

#[tokio::test]
async fn somebody_asks_an_administrator_enables_and_the_action_is_called() {
    let place = Place::new().await;
    let (house, action) = (&place.house, place.published("Orders").await);
    let at = |rest: &str| format!("/actions/{}{rest}", action.id);

    // who may not use it meets it, and asks
    let page = house.get(&place.seller, &at("")).await;
    assert!(page.html.contains("not enabled for you"), "{}", page.html);
    assert!(!page.html.contains("/enable\"") && !page.html.contains("/publish\""));
    let closed = house.get(&place.seller, &at("/try")).await;
    assert!(closed.html.contains("not enabled for you") && !closed.html.contains("v/kind"));
    let trial = at("/try?operation=orders_list_things");
    let refused = place.parts(&place.seller, &trial, &[("do", "run")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.html.contains("not enabled for you"), "{}", refused.html);
    let plain = house.post(&place.seller, &trial, &[]).await;
    assert_eq!(plain.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let asked = house.post(&place.seller, &at("/request"), &[("note", "For the fair")]).await;
    assert_eq!((asked.status, asked.location()), (StatusCode::SEE_OTHER, at("").as_str()));
    let page = house.get(&place.seller, "/actions?show=others").await;
    assert!(page.html.contains("You asked for it"), "{}", page.html);

    // the administrator sees what waits, and why somebody wants it
    let page = house.get(&place.admin, "/actions/waiting").await;
    assert!(page.html.contains("Orders") && page.html.contains(&at("/enable")), "{}", page.html);
    let page = house.get(&place.admin, "/actions/requests").await;
    assert!(page.html.contains("For the fair") && page.html.contains("sam"), "{}", page.html);
    let request = page.between("/actions/requests/", "/decline").to_owned();
    let decline = format!("/actions/requests/{request}/decline");
    let other = house.post(&place.seller, &decline, &[]).await;
    assert_eq!(other.status, StatusCode::FORBIDDEN);

    // both notices stand there in full; without them nothing is enabled
    let page = house.get(&place.admin, &at("/enable")).await;
    for notice in ["come from third parties", "even where the same action is forbidden"] {
        assert!(page.html.contains(notice), "{notice}");
    }
    let seen = page.between(r#"name="seen" value=""#, "\"").to_owned();
    let form = |more: &[(&'static str, &str)]| -> Vec<(String, String)> {
        let base = [
            ("seen", seen.as_str()),
            ("audience", "everybody"),
            ("operation", "ListThings"),
            ("who:ListThings", "all"),
            ("note", "For the spring fair"),
        ];
        let all = base.into_iter().chain(more.iter().copied());
        all.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    };
    let send = async |fields: Vec<(String, String)>| {
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        house.post(&place.admin, &at("/enable"), &fields).await
    };
    let half = send(form(&[("terms", "on")])).await;
    assert_eq!(half.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(half.html.contains("leaving-problem") && !half.html.contains("terms-problem"));
    assert!(half.html.contains("For the spring fair"), "what was typed stays");
    let done = send(form(&[("terms", "on"), ("leaving", "on")])).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, at("").as_str()));

    // the wish is granted, and the call goes through
    let page = house.get(&place.seller, "/actions/requests").await;
    assert!(page.html.contains("Granted") && page.html.contains("For the spring fair"));
    let page = house.get(&place.seller, "/actions?show=usable").await;
    assert!(page.html.contains("Ready for you"));
    let page = house.get(&place.seller, &at("/try?operation=orders_list_things")).await;
    assert!(page.html.contains("v/kind") && page.html.contains("v/top"), "{}", page.html);
    let call = at("/try?operation=orders_list_things");
    let page = place
        .parts(&place.seller, &call, &[("do", "run"), ("v/kind", "a b"), ("v/top", "x")])
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.html.contains(r#"value="a b""#) && page.html.contains("i-top-problem"));
    let page = place
        .parts(&place.seller, &call, &[("do", "run"), ("v/kind", "a b"), ("v/top", "7")])
        .await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    assert!(page.html.contains("/things?kind=a") && page.html.contains("top=7"), "{}", page.html);
    // what was switched off is not there for sellers
    let page =
        place.parts(&place.seller, &at("/try?operation=orders_make_thing"), &[("do", "run")]).await;
    assert_ne!(page.status, StatusCode::OK);

    // how it does, and who has loaded it
    let page = house.get(&place.admin, &at("/usage")).await;
    assert!(page.html.contains("ListThings") && page.html.contains("<time"), "{}", page.html);
    let page = house.get(&place.seller, &at("/usage")).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_an_administrator_read_long_ago_is_not_enabled() {
    let place = Place::new().await;
    let (house, action) = (&place.house, place.published("Orders").await);
    let path = format!("/actions/{}/enable", action.id);
    let old = [
        ("seen", "2020-01-01T00:00:00Z"),
        ("audience", "everybody"),
        ("terms", "on"),
        ("leaving", "on"),
    ];
    let page = house.post(&place.admin, &path, &old).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.html.contains("has changed since you read it"), "{}", page.html);
    let page = house.post(&place.maker, &path, &old).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    let page = house.post(&place.seller, &format!("/actions/{}/disable", action.id), &[]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_audience_without_anybody_is_refused_at_its_place() {
    let place = Place::new().await;
    let (house, action) = (&place.house, place.published("Orders").await);
    let path = format!("/actions/{}/enable", action.id);
    let page = house.get(&place.admin, &path).await;
    let seen = page.between(r#"name="seen" value=""#, "\"").to_owned();
    let base = [("seen", seen.as_str()), ("audience", "only"), ("terms", "on"), ("leaving", "on")];
    let page = house.post(&place.admin, &path, &base).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.html.contains("Name at least one group or role"), "{}", page.html);
    let mut some = base.to_vec();
    some.extend([
        ("role", "seller"),
        ("operation", "ListThings"),
        ("operation", "MakeThing"),
        ("who:ListThings", "all"),
        ("who:MakeThing", "role:connector_maker"),
    ]);
    let page = house.post(&place.admin, &path, &some).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.html);
    let page = house.get(&place.admin, &path).await;
    assert!(page.html.contains(r#"value="role:connector_maker" selected"#), "{}", page.html);
}

#[tokio::test]
async fn who_is_declined_reads_why_and_may_ask_again() {
    let place = Place::new().await;
    let (house, action) = (&place.house, place.published("Orders").await);
    let at = format!("/actions/{}", action.id);
    house.post(&place.seller, &format!("{at}/request"), &[("note", "")]).await;
    let page = house.get(&place.admin, "/actions/requests").await;
    let request = page.between("/actions/requests/", "/decline").to_owned();
    let decline = format!("/actions/requests/{request}/decline");
    let done = house.post(&place.admin, &decline, &[("note", "Use the portal")]).await;
    assert_eq!(done.location(), "/actions/requests");
    let again = house.post(&place.admin, &decline, &[]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let page = house.get(&place.seller, &at).await;
    assert!(page.html.contains("was declined") && page.html.contains("Use the portal"));
    let asked = house.post(&place.seller, &format!("{at}/request"), &[("note", "Still")]).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER);
    let page = house.get(&place.admin, "/actions/requests?show=declined").await;
    assert!(page.html.contains("Use the portal"), "{}", page.html);
}
