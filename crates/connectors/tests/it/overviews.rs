use kernel::Limit;
use liaison_connectors::{
    Call, ConnectionFilter, Control, NewConnection, NewPolicy, RefusalFilter, SignInWay, State,
    Upload, Whose,
    policy::{ConnectorRule, Ground, Group, Reach, Rules},
};
use serde_json::json;

use crate::{
    house::{House, a_connector, code, values},
    upstream::{KEY, Upstream},
};

fn blocking(connector: kernel::ApiConnectorId) -> NewPolicy {
    let rule = ConnectorRule { connector: Some(connector), pattern: None, group: Group::Blocked };
    let rules = Rules { connectors: vec![rule], ..Rules::default() };
    NewPolicy { name: "Closed".to_owned(), reach: Reach::All, rules }
}

#[tokio::test]
async fn what_a_policy_refused_is_listed_with_its_policy_after_both_are_gone() {
    let house = House::new().await;
    let (maker, seller, admin) = (house.maker().await, house.seller().await, house.admin().await);
    let upstream = Upstream::start().await;
    let connector = house.things(&maker, &upstream).await.id;
    house.keyed(&seller, connector).await;
    let c = &house.connectors;
    let policy = c.create_data_policy(&admin, blocking(connector)).await.unwrap().id;
    for _ in 0..3 {
        assert!(c.invoke(&seller, Call::new(connector, "ListThings")).await.is_err());
    }
    let list =
        async |filter, after| c.refusals(&admin, filter, Limit::new(2).unwrap(), after).await;
    let first = list(RefusalFilter::default(), None).await.unwrap();
    let one = &first.items[0];
    assert_eq!((one.policy, one.ground), (policy, Ground::Connector));
    assert_eq!(one.call.operation, "ListThings");
    assert_eq!(one.call.actor, seller.actor().to_string());
    assert_eq!(
        (one.policy_name.as_deref(), one.connector_name.as_deref()),
        (Some("Closed"), Some("Things"))
    );
    let rest = list(RefusalFilter::default(), first.next.as_ref()).await.unwrap();
    assert_eq!((first.items.len(), rest.items.len(), rest.next.is_none()), (2, 1, true));
    let elsewhere =
        RefusalFilter { environment: Some(house.sales_environment().await), policy: None };
    assert!(list(elsewhere, None).await.unwrap().items.is_empty());
    c.delete_data_policy(&admin, policy).await.unwrap();
    c.delete(&maker, connector, true).await.unwrap();
    let kept = list(RefusalFilter { policy: Some(policy), environment: None }, None).await.unwrap();
    assert_eq!(kept.items.len(), 2);
    assert_eq!((&kept.items[0].policy_name, &kept.items[0].connector_name), (&None, &None));
    let refused = c.refusals(&maker, RefusalFilter::default(), Limit::default(), None).await;
    assert_eq!(code(refused), "permission.missing");
    let other = house.stranger().await;
    let none = c.refusals(&other, RefusalFilter::default(), Limit::default(), None).await.unwrap();
    assert!(none.items.is_empty());
}

#[tokio::test]
async fn connections_are_found_by_owner_name_and_state() {
    let house = House::new().await;
    let (maker, seller) = (house.maker().await, house.seller().await);
    let upstream = Upstream::start().await;
    let connector = house.things(&maker, &upstream).await.id;
    let c = &house.connectors;
    let own = house.keyed(&seller, connector).await;
    let new = NewConnection {
        name: Some("Für alle 100%".to_owned()),
        shared: true,
        values: values(&[("api_key", KEY)]),
        ..NewConnection::default()
    };
    let shared = c.create_connection(&maker, connector, new).await.unwrap();
    let find = async |scope: &kernel::Scope, whose, text: &str, state| {
        let filter = ConnectionFilter { whose, text: text.to_owned(), state, connector: None };
        let found = c.find_connections(scope, filter, Limit::default(), None).await;
        found.map(|page| page.items.into_iter().map(|row| row.connection.id).collect::<Vec<_>>())
    };
    assert_eq!(find(&seller, Whose::Own, "", None).await.unwrap(), [own.id]);
    assert_eq!(find(&seller, Whose::Shared, "", None).await.unwrap(), [shared.id]);
    assert_eq!(find(&maker, Whose::All, "", None).await.unwrap(), [shared.id, own.id]);
    assert_eq!(find(&maker, Whose::All, "FÜR ALLE 100%", None).await.unwrap(), [shared.id]);
    assert_eq!(find(&maker, Whose::All, "100_", None).await.unwrap(), []);
    assert_eq!(find(&maker, Whose::All, "thing", None).await.unwrap().len(), 2);
    assert_eq!(find(&maker, Whose::All, "", Some(State::Broken)).await.unwrap(), []);
    assert_eq!(code(find(&seller, Whose::All, "", None).await), "permission.missing");
    c.invoke(&seller, Call::new(connector, "ListThings")).await.unwrap();
    let uses = c.connection_uses(&seller, own.id).await.unwrap();
    assert_eq!((uses.calls, uses.triggers.len(), uses.actions.len()), (1, 0, 0));
    let other = house.stranger().await;
    assert_eq!(find(&other, Whose::All, "", None).await.unwrap(), []);
    assert_eq!(code(c.connection_uses(&other, own.id).await), "connection.not_found");
}

#[tokio::test]
async fn what_stands_in_an_environment_is_named() {
    let house = House::new().await;
    let (maker, seller, admin) = (house.maker().await, house.seller().await, house.admin().await);
    let upstream = Upstream::start().await;
    let connector = house.things(&maker, &upstream).await.id;
    house.keyed(&seller, connector).await;
    let c = &house.connectors;
    c.create_data_policy(&admin, blocking(connector)).await.unwrap();
    let there = c.holdings(&admin, house.environment()).await.unwrap();
    assert_eq!(there.connectors, [(connector, "Things".to_owned())]);
    assert_eq!((there.connections, there.triggers, there.policies.len()), (1, 0, 1));
    assert!(!there.policies[0].2, "it reaches every environment and names none");
    assert_eq!(code(c.holdings(&seller, house.environment()).await), "permission.missing");
    let other = house.stranger().await;
    assert_eq!(code(c.holdings(&other, house.environment()).await), "environment.not_found");
}

#[tokio::test]
async fn a_form_asks_for_what_people_give_and_for_nothing_else() {
    let house = House::new().await;
    let maker = house.maker().await;
    let upstream = Upstream::start().await;
    let (definition, _) = upstream.package();
    let ui = |name: &str, constraints: serde_json::Value| json!({ "displayName": name, "constraints": constraints });
    let choices = json!([{ "text": "Europe", "value": "eu" }, { "value": "us" }]);
    let properties = json!({ "properties": { "connectionParameters": {
        "region": { "type": "string", "uiDefinition": ui("Region", json!({ "tabIndex": 2, "required": "true", "allowedValues": choices })) },
        "api_key": { "type": "securestring", "uiDefinition": ui("Key", json!({ "tabIndex": 1, "required": true })) },
        "private_key": { "type": "securestring" },
        "token:TenantId": { "type": "string", "uiDefinition": ui("Tenant", json!({ "hidden": "true" })) },
        "port": { "type": "int", "defaultValue": 443, "uiDefinition": ui("Port", json!({ "required": "true" })) },
        "verbose": { "type": "bool" },
        "gate": { "type": "string", "uiDefinition": ui("Gate", json!({ "required": "true", "capability": ["gateway"] })) },
    }, "iconBrandColor": "#007ee5", "capabilities": [] } });
    let upload = Upload::Text { definition, properties: Some(properties.to_string()) };
    let made = house.connectors.create(&maker, house.environment(), a_connector(upload)).await;
    let connector = made.unwrap().id;
    let forms = house.connectors.connection_forms(&maker, connector).await.unwrap();
    let [form] = forms.as_slice() else { panic!("{forms:?}") };
    assert_eq!((&form.set, form.sign_in), (&None, SignInWay::Nobody));
    let names: Vec<&str> = form.parameters.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["api_key", "region", "private_key", "port", "verbose"]);
    let controls: Vec<&Control> = form.parameters.iter().map(|p| &p.control).collect();
    let europe = Control::Choice(vec![("eu".into(), "Europe".into()), ("us".into(), "us".into())]);
    let wanted = [&Control::Masked, &europe, &Control::Lines, &Control::Number, &Control::Flag];
    assert_eq!(controls, wanted);
    let required: Vec<bool> = form.parameters.iter().map(|p| p.required).collect();
    assert_eq!(required, [true, true, false, false, false], "a default answers for the port");
    let new = NewConnection {
        values: values(&[("api_key", KEY), ("region", "eu")]),
        ..NewConnection::default()
    };
    let made = house.connectors.create_connection(&maker, connector, new).await.unwrap();
    assert_eq!(made.parameters.get("port"), Some(&json!(443)));
}
