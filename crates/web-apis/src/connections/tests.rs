use connectors::{
    Connection, ConnectionForm, ConnectionUses, Connector, Control, Dependent, FormParameter,
    SignInWay, State, Version,
};
use kernel::{ApiConnectorId, Cursor, FieldError};
use serde_json::{Map, json};
use uuid::Uuid;
use web_frame::Frame;
use web_proof::show;

use super::{
    Health,
    create::{Choose, New},
    list::{Asked, List, Row},
    page::{Facts, Page},
    sign_in::Going,
    values::{Pairs, values},
};

fn id() -> ApiConnectorId {
    Uuid::from_u128(5).into()
}

fn connection(frame: &Frame, state: State) -> Connection {
    let mut parameters = Map::new();
    parameters.insert("region".to_owned(), json!("eu"));
    parameters.insert("verbose".to_owned(), json!(true));
    Connection {
        id: Uuid::from_u128(6).into(),
        environment: Uuid::from_u128(1).into(),
        connector: id(),
        name: "Items <mine>".to_owned(),
        owner: Some(Uuid::from_u128(3).into()),
        shared: state == State::Connected,
        parameter_set: None,
        parameters,
        secret_names: vec!["api_key".to_owned()],
        silent: false,
        state,
        reason: (state == State::Broken).then(|| "authorization.ended".to_owned()),
        expires_at: Some(frame.now + jiff::SignedDuration::from_hours(300)),
        tested_at: Some(frame.now),
        changes: 1,
        created_at: frame.now,
        updated_at: frame.now,
    }
}

fn parameter(name: &str, control: Control, secret: bool) -> FormParameter {
    FormParameter {
        name: name.to_owned(),
        label: format!("The {name}"),
        description: Some("From the <settings> page.".to_owned()),
        control,
        required: name != "note",
        secret,
        default: None,
        depends: Vec::new(),
    }
}

fn form(sign_in: SignInWay) -> ConnectionForm {
    let regions = vec![("eu".to_owned(), "Europe".to_owned()), ("us".to_owned(), "US".to_owned())];
    ConnectionForm {
        set: None,
        title: None,
        description: None,
        allows_sharing: true,
        sign_in,
        parameters: vec![
            parameter("api_key", Control::Masked, true),
            parameter("region", Control::Choice(regions), false),
            parameter("port", Control::Number, false),
            parameter("private_key", Control::Lines, true),
            parameter("verbose", Control::Flag, false),
            parameter("note", Control::Text, false),
        ],
    }
}

/// A way in of which some values are asked for with some choices only.
fn conditional() -> ConnectionForm {
    let after = |parameter: FormParameter, other: &str, with: &[&str]| FormParameter {
        depends: vec![(other.to_owned(), with.iter().map(|it| (*it).to_owned()).collect())],
        required: false,
        ..parameter
    };
    let kinds = ["basic", "key", "none"].map(|it| (it.to_owned(), it.to_owned())).to_vec();
    let kind = parameter("authType", Control::Choice(kinds), false);
    ConnectionForm {
        parameters: vec![
            FormParameter { default: Some("key".to_owned()), ..kind },
            after(parameter("api_key", Control::Masked, true), "authtype", &["key"]),
            after(parameter("login", Control::Text, false), "authType", &["basic"]),
            after(parameter("domain", Control::Flag, false), "authType", &["basic", "none"]),
            after(parameter("domain_name", Control::Text, false), "domain", &["True"]),
            after(parameter("after_secret", Control::Text, false), "api_key", &["x"]),
        ],
        ..form(SignInWay::Nobody)
    }
}

#[test]
fn a_form_asks_for_what_applies_with_what_was_chosen() {
    let form = conditional();
    let given = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    };
    let applying = |pairs: &[(&str, &str)]| form.applying(&given(pairs));
    // what is sealed cannot be looked at; the default counts where nothing was chosen
    assert_eq!(applying(&[]), [true, true, false, false, false, true]);
    assert_eq!(applying(&[("authType", "basic")]), [true, false, true, true, false, true]);
    let domain = [("authType", "basic"), ("domain", "true")];
    assert_eq!(applying(&domain), [true, false, true, true, true, true]);
    // the flag stands, but is not asked for itself any more
    assert_eq!(
        applying(&[("authType", "key"), ("domain", "true")]),
        [true, true, false, false, false, true]
    );
    let mut circle = conditional();
    circle.parameters[0].depends = vec![("login".to_owned(), vec!["x".to_owned()])];
    assert_eq!(circle.applying(&[]).len(), 6);
}

fn connector(frame: &Frame) -> Connector {
    Connector {
        id: id(),
        environment: Uuid::from_u128(1).into(),
        name: "Items <b>".to_owned(),
        description: String::new(),
        preview: false,
        certified: None,
        version: Version {
            number: 1,
            title: "Items".to_owned(),
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

fn facts(connection: Connection, way: SignInWay) -> Facts {
    let dependent = |kind: &str, name: &str| Dependent {
        kind: kind.to_owned(),
        id: Uuid::from_u128(9),
        name: name.to_owned(),
    };
    Facts {
        connection,
        connector_name: "Items".to_owned(),
        environment: "Contoso".to_owned(),
        owner: "Ada <Lovelace>".to_owned(),
        form: form(way),
        way,
        uses: ConnectionUses {
            triggers: vec![dependent("trigger", "New <items>")],
            actions: vec![dependent("action", "Find items")],
            calls: 1234,
        },
        warning_days: 7,
        may_change: true,
        may_call: true,
        may_share: true,
    }
}

#[test]
fn the_list_says_how_each_connection_is() {
    show("connections", |frame| {
        let row = |number, health: Health, name: &str| Row {
            id: Uuid::from_u128(number).into(),
            name: name.to_owned(),
            connector: id(),
            connector_name: "Items".to_owned(),
            owner: "Ada".to_owned(),
            shared: number == 6,
            silent: number == 7,
            health,
            expires_at: (number == 7).then_some(frame.now),
            tested_at: (number == 6).then_some(frame.now),
        };
        let rows = || {
            vec![
                row(6, Health::Connected, "Items <mine>"),
                row(7, Health::Ending, "Items"),
                row(8, Health::Broken, "CRM"),
            ]
        };
        let next = Some(Cursor::new("x"));
        let all: Asked = serde_json::from_value(json!({ "whose": "all", "q": "it" })).unwrap();
        vec![
            ("own", List::new(frame.clone(), Asked::default(), (rows(), None), 2)),
            ("all", List::new(frame.clone(), all.clone(), (rows(), next), 0)),
            ("empty", List::new(frame.clone(), Asked::default(), (Vec::new(), None), 0)),
            ("none", List::new(frame.clone(), all, (Vec::new(), None), 0)),
        ]
    });
}

#[test]
fn a_new_connection_asks_for_what_its_connector_wants() {
    show("connection-choose", |frame| {
        let full = vec![("Contoso".to_owned(), vec![connector(frame)])];
        vec![
            ("full", Choose::new(frame.clone(), full)),
            ("empty", Choose::new(frame.clone(), Vec::new())),
        ]
    });
    show("connection-new", |frame| {
        let typed: Pairs = vec![
            ("values/port".to_owned(), "no number".to_owned()),
            ("values/api_key".to_owned(), "a secret that is not shown again".to_owned()),
        ];
        let errors = [
            FieldError::new("/values/port", "connection.value_invalid", ""),
            FieldError::new("/values/region", "connection.value_missing", ""),
        ];
        let new = |ways: &[SignInWay], typed: &Pairs, errors: &[FieldError]| {
            let several = ways.len() > 1;
            let set = |(number, way): (usize, &SignInWay)| ConnectionForm {
                set: several.then(|| format!("way-{number}")),
                title: several.then(|| format!("Way {number}")),
                ..form(*way)
            };
            let sets = ways.iter().enumerate().map(set).collect();
            New::of(frame.clone(), &connector(frame), (sets, None), (typed, errors)).unwrap()
        };
        let unready = SignInWay::Unready("authorization.placeholder");
        let basic = vec![("values/authType".to_owned(), "basic".to_owned())];
        vec![
            ("key", new(&[SignInWay::Nobody], &Pairs::new(), &[])),
            ("mistakes", new(&[SignInWay::Nobody], &typed, &errors)),
            ("person", new(&[SignInWay::Person, SignInWay::Nobody], &Pairs::new(), &[])),
            ("behalf", new(&[SignInWay::OnBehalfOf], &Pairs::new(), &[])),
            ("unready", new(&[unready], &Pairs::new(), &[])),
            (
                "conditional",
                New::of(
                    frame.clone(),
                    &connector(frame),
                    (vec![conditional()], None),
                    (&basic, &[]),
                )
                .unwrap(),
            ),
        ]
    });
    show("connection-going", |frame| {
        let url = "https://login.contoso.com/authorize?client_id=a&state=%3Cx%3E".parse().unwrap();
        vec![("going", Going::new(frame.clone(), &url, Uuid::from_u128(6).into()))]
    });
}

#[test]
fn a_connection_says_what_can_be_done_with_it() {
    show("connection", |frame| {
        let page = |state, way| Page::of(frame.clone(), facts(connection(frame, state), way), &[]);
        let silent = Connection { silent: true, ..connection(frame, State::Connected) };
        let mut silent = facts(silent, SignInWay::OnBehalfOf);
        silent.uses = ConnectionUses::default();
        let soon = Some(frame.now + jiff::SignedDuration::from_hours(20));
        let ending = Connection { expires_at: soon, ..connection(frame, State::Connected) };
        let others = Facts {
            may_change: false,
            may_share: false,
            ..facts(connection(frame, State::Pending), SignInWay::Person)
        };
        vec![
            ("connected", page(State::Connected, SignInWay::Nobody)),
            ("pending", page(State::Pending, SignInWay::Person)),
            ("broken", page(State::Broken, SignInWay::Person)),
            ("revoked", page(State::Revoked, SignInWay::Nobody)),
            ("silent", Page::of(frame.clone(), silent, &[])),
            ("ending", Page::of(frame.clone(), facts(ending, SignInWay::Person), &[])),
            ("others", Page::of(frame.clone(), others, &[])),
        ]
    });
}

#[test]
fn values_come_as_they_were_typed_and_what_stays_empty_is_left_out() {
    let pairs: Pairs = [
        ("values/api_key", ""),
        ("values/port", "443"),
        ("values/private_key", "-----BEGIN\r\nabc\r\n-----END"),
        ("values/verbose", "on"),
        ("values/region", ""),
        ("csrf", "x"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    let plain = |pairs: Vec<(String, kernel::Secret<String>)>| {
        pairs.into_iter().map(|(name, value)| (name, value.expose().clone())).collect::<Vec<_>>()
    };
    let form = form(SignInWay::Nobody);
    let given = plain(values(&form, &pairs, |_| false));
    let wanted =
        [("port", "443"), ("private_key", "-----BEGIN\nabc\n-----END"), ("verbose", "true")];
    assert_eq!(given, wanted.map(|(n, v)| (n.to_owned(), v.to_owned())));
    let cleared = plain(values(&form, &pairs, |parameter| parameter.name == "region"));
    assert!(cleared.contains(&("region".to_owned(), String::new())), "{cleared:?}");
}
