use kernel::{Coded as _, DataPolicyId, Limit};
use liaison_connectors::{
    Call, CallFilter, NewConnection, NewPolicy, RefusalFilter, Upload,
    policy::{
        ConnectorRule, EndpointRule, EndpointRules, Ground, Group, OperationRule, OperationRules,
        Reach, Rules, Verdict,
    },
};

use crate::{
    house::{House, code, fields, values},
    upstream::{KEY, Upstream},
};

fn policy(name: &str, reach: Reach, rules: Rules) -> NewPolicy {
    NewPolicy { name: name.to_owned(), reach, rules }
}

fn blocking(connector: kernel::ApiConnectorId) -> Rules {
    let rule = ConnectorRule { connector: Some(connector), pattern: None, group: Group::Blocked };
    Rules { connectors: vec![rule], ..Rules::default() }
}

#[tokio::test]
async fn a_blocked_connector_is_neither_called_nor_connected_from_the_next_call_on() {
    let house = House::new().await;
    let (maker, seller, admin) = (house.maker().await, house.seller().await, house.admin().await);
    let upstream = Upstream::start().await;
    let connector = house.things(&maker, &upstream).await.id;
    house.keyed(&seller, connector).await;
    let c = &house.connectors;
    let call = || Call::new(connector, "ListThings");
    assert!(c.invoke(&seller, call()).await.is_ok());
    let made = c.create_data_policy(&admin, policy("Closed", Reach::All, blocking(connector)));
    let made = made.await.unwrap();
    let refused = c.invoke(&seller, call()).await.unwrap_err();
    assert_eq!(refused.code().name(), "data_policy.violation");
    assert_eq!(refused.protocol_code(), Some("ConnectionApiPolicyViolation"));
    assert!(!refused.fields()[0].detail.contains("Closed"), "sellers are not told which");
    let told = c.invoke(&admin, call()).await.unwrap_err();
    assert!(told.fields()[0].detail.contains("Closed"));
    let new = NewConnection { values: values(&[("api_key", KEY)]), ..NewConnection::default() };
    let refused = c.create_connection(&seller, connector, new).await;
    assert_eq!(fields(refused), [(String::new(), "data_policy.connector_blocked")]);
    assert_eq!(upstream.heard().len(), 1);
    assert_eq!(c.figures().refused, 2);
    // the attempt to connect stands with the calls, and is none of them
    let all = c.refusals(&admin, RefusalFilter::default(), Limit::default(), None).await.unwrap();
    let ways: Vec<_> = all.items.iter().map(|row| row.call.via.as_str()).collect();
    assert_eq!(ways, ["connection", "rest", "rest"]);
    let tried = &all.items[0];
    assert_eq!((tried.policy, tried.ground), (made.id, Ground::Connector));
    assert_eq!((tried.call.operation.as_str(), tried.call.connection), ("", None));
    assert_eq!(tried.call.actor, seller.actor().to_string());
    let calls = c.calls(&maker, CallFilter::default(), Limit::default(), None).await.unwrap();
    assert_eq!(calls.items.len(), 3);
    let since = jiff::Timestamp::UNIX_EPOCH;
    let health = c.health(&maker, CallFilter::default(), since).await.unwrap();
    assert_eq!(health.iter().map(|row| (row.calls, row.failed)).collect::<Vec<_>>(), [(3, 2)]);
    c.delete_data_policy(&admin, made.id).await.unwrap();
    assert!(c.invoke(&seller, call()).await.is_ok());
}

#[tokio::test]
async fn operations_and_addresses_are_blocked_one_by_one() {
    let house = House::new().await;
    let (maker, seller, admin) = (house.maker().await, house.seller().await, house.admin().await);
    let upstream = Upstream::start().await;
    let connector = house.things(&maker, &upstream).await.id;
    house.keyed(&seller, connector).await;
    let c = &house.connectors;
    let rule = OperationRule { operation: "Odd".to_owned(), verdict: Verdict::Block };
    let operations = vec![OperationRules { connector, default: Verdict::Allow, rules: vec![rule] }];
    let endpoint = EndpointRule { pattern: "127.0.0.2".to_owned(), verdict: Verdict::Block };
    let endpoints = vec![EndpointRules { connector: None, rules: vec![endpoint] }];
    let rules = Rules { operations, endpoints, ..Rules::default() };
    let reach = Reach::Only(vec![house.environment()]);
    c.create_data_policy(&admin, policy("Some", reach, rules)).await.unwrap();
    let invoke = async |name: &str| c.invoke(&seller, Call::new(connector, name)).await;
    assert!(invoke("ListThings").await.is_ok());
    assert_eq!(fields(invoke("Odd").await), [(String::new(), "data_policy.operation_blocked")]);
    // a redirect is no way around
    assert_eq!(fields(invoke("Away").await), [(String::new(), "data_policy.endpoint_blocked")]);
    assert!(invoke("Here").await.is_ok());
}

#[tokio::test]
async fn a_dry_run_tells_what_would_break_and_changes_nothing() {
    let house = House::new().await;
    let (maker, seller, admin) = (house.maker().await, house.seller().await, house.admin().await);
    let upstream = Upstream::start().await;
    let connector = house.things(&maker, &upstream).await.id;
    house.keyed(&seller, connector).await;
    let c = &house.connectors;
    c.invoke(&seller, Call::new(connector, "Odd")).await.unwrap();
    let rules = blocking(connector);
    let broken =
        c.try_data_policy(&admin, policy("New", Reach::All, rules.clone()), None).await.unwrap();
    let [one] = broken.as_slice() else { panic!("{broken:?}") };
    assert_eq!((one.connector, one.ground, one.calls), (connector, Ground::Connector, 1));
    assert_eq!(one.dependents.len(), 1);
    let held: Vec<_> = one.connections.iter().map(|held| (held.owner, held.shared)).collect();
    assert_eq!(held, [(seller.user(), false)]);
    assert!(c.data_policies(&admin).await.unwrap().is_empty());
    let rule = OperationRule { operation: "Odd".to_owned(), verdict: Verdict::Block };
    let narrow = Rules {
        operations: vec![OperationRules { connector, default: Verdict::Allow, rules: vec![rule] }],
        ..Rules::default()
    };
    let broken = c.try_data_policy(&admin, policy("New", Reach::All, narrow), None).await.unwrap();
    assert_eq!(broken.len(), 1);
    assert_eq!((broken[0].operation.as_deref(), broken[0].calls), (Some("Odd"), 1));
    assert!(broken[0].connections.is_empty(), "the connection serves the other operations");
    // what is broken already does not break again
    let there = c.create_data_policy(&admin, policy("Old", Reach::All, rules.clone())).await;
    let there = there.unwrap();
    let again = c.try_data_policy(&admin, policy("New", Reach::All, rules), None).await.unwrap();
    assert!(again.is_empty(), "{again:?}");
    let freed = policy("Old", Reach::All, Rules::default());
    assert!(c.try_data_policy(&admin, freed, Some(there.id)).await.unwrap().is_empty());
}

#[tokio::test]
async fn policies_are_an_administrators_and_have_names_of_their_own() {
    let house = House::new().await;
    let (maker, admin, stranger) =
        (house.maker().await, house.admin().await, house.stranger().await);
    let c = &house.connectors;
    let new = || policy("Default", Reach::All, Rules::default());
    assert_eq!(code(c.create_data_policy(&maker, new()).await), "permission.missing");
    assert_eq!(code(c.data_policies(&maker).await), "permission.missing");
    let made = c.create_data_policy(&admin, new()).await.unwrap();
    let again = policy("DEFAULT", Reach::All, Rules::default());
    assert_eq!(code(c.create_data_policy(&admin, again).await), "data_policy.taken");
    assert_eq!(code(c.data_policy(&stranger, made.id).await), "data_policy.not_found");
    assert_eq!(code(c.delete_data_policy(&stranger, made.id).await), "data_policy.not_found");
    let changed = policy("Ours", Reach::Except(vec![house.environment()]), Rules::default());
    let changed = c.update_data_policy(&admin, made.id, changed).await.unwrap();
    assert_eq!(c.data_policy(&admin, made.id).await.unwrap(), changed);
    let nowhere = policy("X", Reach::Only(Vec::new()), Rules::default());
    assert_eq!(code(c.create_data_policy(&admin, nowhere).await), "input.invalid");
    let foreign = policy("X", Reach::Only(vec![house.ids.fresh()]), Rules::default());
    assert_eq!(code(c.create_data_policy(&admin, foreign).await), "environment.not_found");
    let unclear = ConnectorRule { connector: None, pattern: None, group: Group::Business };
    let unclear = Rules { connectors: vec![unclear], ..Rules::default() };
    let refused = c.create_data_policy(&admin, policy("X", Reach::All, unclear)).await;
    assert_eq!(fields(refused), [("/rules/connectors/0".to_owned(), "data_policy.rule_unclear")]);
    let unknown: DataPolicyId = house.ids.fresh();
    assert_eq!(code(c.delete_data_policy(&admin, unknown).await), "data_policy.not_found");
}

#[tokio::test]
async fn a_version_that_a_policy_refuses_is_published_with_a_warning() {
    let house = House::new().await;
    let (maker, seller, admin) = (house.maker().await, house.seller().await, house.admin().await);
    let upstream = Upstream::start().await;
    let connector = house.things(&maker, &upstream).await.id;
    let c = &house.connectors;
    assert_eq!(c.policy_warnings(&maker, connector).await.unwrap(), []);
    assert_eq!(code(c.policy_warnings(&seller, connector).await), "permission.missing");
    let stranger = house.stranger().await;
    assert_eq!(code(c.policy_warnings(&stranger, connector).await), "api_connector.not_found");
    let rule = OperationRule { operation: "Odd".to_owned(), verdict: Verdict::Block };
    let operations = vec![OperationRules { connector, default: Verdict::Allow, rules: vec![rule] }];
    let rules = Rules { operations, ..Rules::default() };
    c.create_data_policy(&admin, policy("Some", Reach::All, rules)).await.unwrap();
    let (definition, properties) = upstream.package();
    let upload = Upload::Text { definition, properties: Some(properties) };
    let changed = c.add_version(&maker, connector, upload, String::new()).await.unwrap();
    assert_eq!(changed.version.number, 2);
    let warned = |found: Vec<kernel::FieldError>| -> Vec<(String, &'static str)> {
        found.into_iter().map(|field| (field.pointer.to_string(), field.code)).collect()
    };
    let found = c.policy_warnings(&maker, connector).await.unwrap();
    assert!(!found[0].detail.contains("Some"), "makers are not told which");
    assert_eq!(warned(found), [("/operations/Odd".to_owned(), "data_policy.operation_blocked")]);
    c.create_data_policy(&admin, policy("All", Reach::All, blocking(connector))).await.unwrap();
    let found = c.policy_warnings(&maker, connector).await.unwrap();
    assert_eq!(warned(found), [(String::new(), "data_policy.connector_blocked")]);
    let digest = changed.version.digest.to_string();
    assert!(digest.len() == 64 && digest.bytes().all(|digit| digit.is_ascii_hexdigit()));
}
