use connectors::{
    Dependent, Version,
    policy::{
        ConnectorRule, EndpointRule, EndpointRules, OperationRule, OperationRules, Reach, Rules,
    },
};
use identity::environments::EnvironmentKind;
use uuid::Uuid;
use web_proof::show;

use super::*;

fn id(number: u128) -> ApiConnectorId {
    Uuid::from_u128(number).into()
}

fn connector(frame: &Frame, number: u128, name: &str) -> Connector {
    Connector {
        id: id(number),
        environment: Uuid::from_u128(1).into(),
        name: name.to_owned(),
        description: String::new(),
        preview: false,
        certified: None,
        version: Version {
            number: 1,
            title: name.to_owned(),
            host: "api.contoso.com".to_owned(),
            brand_color: None,
            operations: 3,
            errors: 0,
            warnings: 0,
            scripted: false,
            icon: false,
            digest: connectors::Digest([0; 32]),
            note: String::new(),
            created_by: None,
            created_at: frame.now,
        },
        created_by: None,
        created_at: frame.now,
        updated_at: frame.now,
    }
}

fn shelf(frame: &Frame) -> Shelf {
    let environment = Environment {
        id: Uuid::from_u128(1).into(),
        name: "Contoso <default>".to_owned(),
        kind: EnvironmentKind::Default,
        crm_enabled: false,
        created_by: None,
        created_at: frame.now,
        deleted_at: None,
        ends_at: None,
        background_off: false,
        region: identity::environments::Region::default(),
    };
    let address = |name: &str| format!("https://{name}");
    Shelf {
        environments: vec![environment],
        connectors: vec![
            (connector(frame, 5, "Items <b>"), address("items.contoso.com")),
            (connector(frame, 6, "Tickets"), address("api.tickets.test")),
            (connector(frame, 7, "Leaks"), address("leaks.test")),
        ],
    }
}

fn policy(frame: &Frame) -> DataPolicy {
    let pattern = Some("https://*.contoso.com*".to_owned());
    let rules = Rules {
        default_group: Group::NonBusiness,
        connectors: vec![
            ConnectorRule { connector: Some(id(7)), pattern: None, group: Group::Blocked },
            ConnectorRule { connector: None, pattern, group: Group::Business },
        ],
        operations: vec![OperationRules {
            connector: id(6),
            default: Verdict::Block,
            rules: vec![OperationRule {
                operation: "GetItems".to_owned(),
                verdict: Verdict::Allow,
            }],
        }],
        endpoints: vec![EndpointRules {
            connector: None,
            rules: vec![EndpointRule {
                pattern: "*.leaks.test".to_owned(),
                verdict: Verdict::Block,
            }],
        }],
    };
    DataPolicy {
        id: Uuid::from_u128(8).into(),
        name: "Business data".to_owned(),
        reach: Reach::Only(vec![Uuid::from_u128(1).into()]),
        rules,
        created_by: None,
        created_at: frame.now,
        updated_at: frame.now,
    }
}

#[test]
fn policies_are_listed_with_where_they_apply_and_what_they_refused() {
    show("admin-data-policies", |frame| {
        let shelf = shelf(frame);
        let rows = vec![Row::of(frame, &policy(frame), &shelf.environments)];
        let lately = vec![violations::line(frame, true)];
        vec![
            ("full", List::new(frame.clone(), rows, lately)),
            ("empty", List::new(frame.clone(), Vec::new(), Vec::new())),
        ]
    });
    show("admin-data-policy-violations", violations::samples);
}

#[test]
fn a_policy_sorts_connectors_and_says_what_would_break() {
    show("admin-data-policy", |frame| {
        let (shelf, policy) = (shelf(frame), policy(frame));
        let typed = Typed::of(&policy);
        let broken = Broken {
            environment: Uuid::from_u128(1).into(),
            connector: id(6),
            name: "Tickets".to_owned(),
            operation: Some("DeleteItem".to_owned()),
            ground: Ground::Operation,
            calls: 1234,
            dependents: vec![Dependent {
                kind: "action".to_owned(),
                id: Uuid::from_u128(9),
                name: "Find items".to_owned(),
            }],
            connections: Vec::new(),
        };
        let held = |number, shared| Held {
            id: Uuid::from_u128(number).into(),
            name: "Items <key>".to_owned(),
            owner: Some(Uuid::from_u128(3).into()),
            shared,
        };
        let mut gone = held(12, false);
        gone.owner = None;
        let whole = Broken {
            connector: id(5),
            name: "Items <b>".to_owned(),
            operation: None,
            ground: Ground::Connector,
            dependents: vec![Dependent {
                kind: "connection".to_owned(),
                id: Uuid::from_u128(10),
                name: "Items <key>".to_owned(),
            }],
            connections: vec![held(10, false), held(11, true), gone],
            ..broken.clone()
        };
        let person = |_| Some("Sam <Seller>".to_owned());
        let full = Page::of(frame, &shelf, Some(&policy), (&typed, &[]));
        let mut tried = Page::of(frame, &shelf, Some(&policy), (&typed, &[]));
        let broke = |one| Broke::of(frame, one, &shelf.environments, &person);
        tried.tried = Some(vec![broke(broken), broke(whole)]);
        let errors = [
            FieldError::new("/name", "data_policy.taken", ""),
            FieldError::new("/environments", "data_policy.reach_empty", ""),
            FieldError::new("/rules/connectors/1/pattern", "data_policy.pattern_invalid", ""),
            FieldError::new(
                "/rules/endpoints/0/rules/0/pattern",
                "data_policy.pattern_invalid",
                "",
            ),
        ];
        let wrong = Page::of(frame, &shelf, None, (&typed, &errors));
        let blank = Page::of(frame, &shelf, None, (&Typed::blank(), &[]));
        vec![("full", full), ("tried", tried), ("mistakes", wrong), ("new", blank)]
    });
    show("admin-data-policy-connector", |frame| {
        let tickets = connector(frame, 6, "Tickets");
        vec![("tried", connector::sample(frame, policy(frame), tickets))]
    });
}

#[test]
fn a_form_that_is_sent_back_means_the_same_policy() {
    let frame = web_proof::frame(kernel::Language::En);
    let policy = policy(&frame);
    let again = Typed::of(&policy).policy(Some(&policy));
    assert_eq!(
        (&again.name, &again.reach, &again.rules),
        (&policy.name, &policy.reach, &policy.rules)
    );
}
