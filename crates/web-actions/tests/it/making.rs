//! What makers do.

use http::StatusCode;
use serde_json::json;

use crate::house::Place;

#[tokio::test]
async fn a_maker_makes_sets_publishes_and_withdraws() {
    let place = Place::new().await;
    let house = &place.house;
    let connector = place.connector.id.to_string();
    let page = house.get(&place.maker, "/actions/new").await;
    assert!(page.html.contains("Warehouse"), "{}", page.html);
    let page = house.get(&place.maker, &format!("/actions/new?connector={connector}")).await;
    assert!(page.html.contains("ListThings") && page.html.contains("MakeThing"));
    let none = [("connector", connector.as_str()), ("name", "Orders")];
    let page = house.post(&place.maker, "/actions/new", &none).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.html.contains("operations-problem") && page.html.contains(r#"value="Orders""#));
    let mut some = none.to_vec();
    some.push(("operation", "ListThings"));
    let made = house.post(&place.maker, "/actions/new", &some).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.html);
    let at = made.location().to_owned();

    // a key is always sent and never shown
    let operation = format!("{at}/operations/orders_list_things");
    let page = house.get(&place.maker, &operation).await;
    assert!(page.html.contains("way:kind") && page.html.contains("way:top"), "{}", page.html);
    let wrong = [("way:top", "fixed"), ("value:top", "many"), ("title", "All of it")];
    let page = house.post(&place.maker, &operation, &wrong).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.html.contains("does not fit") && page.html.contains("All of it"));
    let right = [("way:kind", "fixed"), ("value:kind", "s3cret"), ("title", "All of it")];
    let page = house.post(&place.maker, &operation, &right).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.html);

    // a draft is tried before anybody else sees it
    let trial = format!("{at}/try?operation=orders_list_things");
    let page = house.get(&place.maker, &trial).await;
    assert!(
        page.html.contains(r#"name="v/top""#) && !page.html.contains("v/kind"),
        "{}",
        page.html
    );
    let page = place.parts(&place.maker, &trial, &[("do", "run"), ("v/top", "3")]).await;
    assert!(page.html.contains("kind=s3cret") && page.html.contains("top=3"), "{}", page.html);

    // other operations are added without losing it
    let page = house.get(&place.maker, &format!("{at}/edit")).await;
    assert!(page.html.contains(r#"value="ListThings" checked"#), "{}", page.html);
    let both = [("name", "Orders"), ("operation", "MakeThing"), ("operation", "ListThings")];
    let page = house.post(&place.maker, &format!("{at}/edit"), &both).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.html);
    let page = house.post(&place.maker, &format!("{at}/publish"), &[]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.html);
    let maker = house.get(&place.maker, &at).await;
    assert!(maker.html.contains("s3cret") && maker.html.contains("All of it"), "{}", maker.html);
    let seller = house.get(&place.seller, &at).await;
    assert!(seller.html.contains("All of it") && !seller.html.contains("s3cret"));

    // what is published is not changed
    let page = house.post(&place.maker, &format!("{at}/edit"), &both).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.html.contains("Withdraw it"), "{}", page.html);
    let page = house.post(&place.maker, &format!("{at}/withdraw"), &[]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let gone = house.get(&place.seller, &at).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    let page = house.post(&place.maker, &format!("{at}/delete"), &[]).await;
    assert_eq!(page.location(), "/actions");
}

#[tokio::test]
async fn a_newer_version_is_taken_after_its_changes_were_named() {
    let place = Place::new().await;
    let (house, action) = (&place.house, place.published("Orders").await);
    let at = format!("/actions/{}", action.id);
    assert_eq!(house.get(&place.maker, &format!("{at}/upgrade")).await.location(), at);
    place
        .new_version(|text| {
            text["paths"]["/things"]["get"]["parameters"][0]["required"] = json!(true);
        })
        .await;
    let page = house.get(&place.maker, &at).await;
    assert!(page.html.contains("newer version"), "{}", page.html);
    let page = house.get(&place.maker, &format!("{at}/upgrade")).await;
    assert!(page.html.contains("Breaks") && page.html.contains("~1things/get"), "{}", page.html);
    let stale = house.post(&place.maker, &format!("{at}/upgrade"), &[("to", "9")]).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let taken = house.post(&place.maker, &format!("{at}/upgrade"), &[("to", "2")]).await;
    assert_eq!((taken.status, taken.location()), (StatusCode::SEE_OTHER, at.as_str()));
    let page = house.post(&place.seller, &format!("{at}/upgrade"), &[("to", "2")]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
}
