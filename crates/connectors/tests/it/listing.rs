//! The list of connectors as makers look at it.

use kernel::Limit;
use liaison_connectors::{
    Call, ConnectorFilter, ConnectorKind, ConnectorPatch, Connectors, LastCall, Upload,
};
use serde_json::json;

use crate::{
    house::{House, a_connector, code},
    upstream::Upstream,
};

fn on(host: &str, title: &str) -> Upload {
    let definition = json!({
        "swagger": "2.0", "info": { "title": title, "version": "1" }, "host": host,
        "paths": { "/a": { "get": { "operationId": "GetA", "responses": {} } } },
    });
    Upload::Text { definition: definition.to_string(), properties: None }
}

async fn names(
    c: &Connectors,
    scope: &kernel::Scope,
    environment: kernel::EnvironmentId,
    (text, kind): (&str, Option<ConnectorKind>),
) -> Vec<String> {
    let filter = ConnectorFilter { text: text.to_owned(), kind };
    let found = c.find(scope, environment, filter, (Limit::default(), None)).await.unwrap();
    found.items.into_iter().map(|row| row.connector.name).collect()
}

#[tokio::test]
async fn connectors_are_found_by_name_title_host_and_kind_in_their_environment_alone() {
    let house = House::new().await;
    let (maker, seller) = (house.maker().await, house.seller().await);
    let (c, here) = (&house.connectors, house.environment());
    for (host, title) in [("a.example.org", "Épées 100%"), ("b.example.org", "things_x")] {
        c.create(&maker, here, a_connector(on(host, title))).await.unwrap();
    }
    let third = c.create(&maker, here, a_connector(on("c.test", "Zebra"))).await.unwrap();
    let preview = ConnectorPatch { preview: Some(true), ..ConnectorPatch::default() };
    c.update(&maker, third.id, preview).await.unwrap();
    let find = |text: &'static str, kind| names(c, &seller, here, (text, kind));
    assert_eq!(find("", None).await.len(), 3);
    assert_eq!(find("éPÉE", None).await, ["Épées 100%"]);
    assert_eq!(find("EXAMPLE.org", None).await.len(), 2);
    // What LIKE would take for anything is taken as it is written.
    assert_eq!(find("0%", None).await, ["Épées 100%"]);
    assert_eq!(find("s_x", None).await, ["things_x"]);
    assert_eq!(find("%", None).await.len(), 1);
    assert_eq!(find("", Some(ConnectorKind::Preview)).await, ["Zebra"]);
    assert!(find("", Some(ConnectorKind::Certified)).await.is_empty());
    assert_eq!(find("", Some(ConnectorKind::Custom)).await.len(), 3);
    let elsewhere = house.sales_environment().await;
    assert!(names(c, &seller, elsewhere, ("", None)).await.is_empty());
    let stranger = house.stranger().await;
    let hidden = c.find(&stranger, elsewhere, ConnectorFilter::default(), (Limit::default(), None));
    assert_eq!(code(hidden.await), "environment.not_found");
}

#[tokio::test]
async fn a_page_follows_the_other_whatever_the_case_of_names() {
    let house = House::new().await;
    let maker = house.maker().await;
    let (c, here) = (&house.connectors, house.environment());
    for title in ["One", "Two", "three"] {
        c.create(&maker, here, a_connector(on("a.example.org", title))).await.unwrap();
    }
    let two = Limit::new(2).unwrap();
    let first = c.find(&maker, here, ConnectorFilter::default(), (two, None)).await.unwrap();
    assert_eq!(first.items.len(), 2);
    let next = first.next.unwrap();
    let rest = c.find(&maker, here, ConnectorFilter::default(), (two, Some(&next))).await.unwrap();
    let names: Vec<_> = rest.items.iter().map(|row| row.connector.name.as_str()).collect();
    assert_eq!(names, ["Two"]);
    assert_eq!(rest.next, None);
}

#[tokio::test]
async fn only_makers_are_told_of_the_last_call() {
    let house = House::new().await;
    let (maker, seller) = (house.maker().await, house.seller().await);
    let upstream = Upstream::start().await;
    let c = &house.connectors;
    let connector = house.things(&maker, &upstream).await;
    let last = async |scope| {
        let filter = ConnectorFilter::default();
        let here = house.environment();
        let found = c.find(scope, here, filter, (Limit::default(), None)).await.unwrap();
        found.items.into_iter().find(|row| row.connector.id == connector.id).unwrap().last
    };
    assert_eq!(last(&maker).await, None);
    house.keyed(&maker, connector.id).await;
    for (operation, status, good) in [("ListThings", 200, true), ("GetThing", 404, false)] {
        house.clock.advance(std::time::Duration::from_secs(1));
        let mut call = Call::new(connector.id, operation);
        if operation == "GetThing" {
            call.inputs.insert("id".to_owned(), json!("none"));
        }
        c.try_operation(&maker, call).await.unwrap();
        c.flush_calls().await.unwrap();
        let seen: LastCall = last(&maker).await.unwrap();
        assert_eq!((seen.status, seen.is_good()), (Some(status), good));
    }
    assert_eq!(last(&seller).await, None);
}
