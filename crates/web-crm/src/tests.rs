//! Every page in both languages, with what people have and empty.

use crm_connections::{
    Administrator, Application, Blocked, Connection, CrmSystem, Held, Overview, Review, State,
    SystemKind,
};
use identity::environments::EnvironmentKind;
use jiff::Timestamp;
use kernel::EnvironmentId;
use uuid::Uuid;
use web_frame::Frame;
use web_proof::show;

use crate::{connections, mine, review, system, systems};

pub(crate) fn system_of(number: u128, kind: SystemKind) -> CrmSystem {
    let is_salesforce = kind == SystemKind::Salesforce;
    CrmSystem {
        id: Uuid::from_u128(number),
        name: format!("Contoso <{}>", kind.as_str()),
        kind,
        environment: (kind == SystemKind::Embedded).then(|| Uuid::from_u128(40).into()),
        address: (kind != SystemKind::Embedded)
            .then(|| "https://contoso.my.salesforce.com/".parse().unwrap()),
        authority: None,
        directory: None,
        application: is_salesforce.then_some(Application::ExternalClientApp),
        client_id: Some("3MVG9".to_owned()),
        has_secret: true,
        enabled: true,
        changes: 0,
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
    }
}

fn connection_of(frame: &Frame, system: &CrmSystem, state: State) -> Connection {
    let reason = match state {
        State::Connected => None,
        State::Lost => Some("crm_connection.lost".to_owned()),
        State::Disabled => Some("crm_connection.disabled".to_owned()),
    };
    Connection {
        id: Uuid::from_u128(50),
        user: Uuid::from_u128(51).into(),
        system: system.id,
        chosen: true,
        state,
        reason,
        instance: system.address.clone(),
        organisation: Some("00D000000000001AAA".to_owned()),
        account: Some("005000000000001AAA".to_owned()),
        account_name: Some("sam@<contoso>.example".to_owned()),
        changes: 0,
        connected_at: Some(frame.now),
        created_at: frame.now,
        updated_at: frame.now,
    }
}

fn blocked() -> Blocked {
    Blocked {
        policy: "Closed <all>".to_owned(),
        ground: connectors::policy::Ground::Connector,
        environment: EnvironmentId::from(Uuid::from_u128(41)),
    }
}

fn overview(frame: &Frame, number: u128, kind: SystemKind, state: Option<State>) -> Overview {
    let system = system_of(number, kind);
    let connection = state.map(|state| connection_of(frame, &system, state));
    Overview { chosen: state == Some(State::Connected), connection, blocked: None, system }
}

#[test]
fn a_seller_sees_each_crm_with_its_state_and_what_to_do() {
    show("crm-mine", |frame| {
        let all = vec![
            overview(frame, 1, SystemKind::Salesforce, Some(State::Connected)),
            overview(frame, 2, SystemKind::Salesforce, Some(State::Lost)),
            overview(frame, 3, SystemKind::Salesforce, Some(State::Disabled)),
            overview(frame, 4, SystemKind::Dataverse, None),
            overview(frame, 5, SystemKind::Embedded, None),
        ];
        let mut closed = overview(frame, 6, SystemKind::Salesforce, None);
        closed.blocked = Some(blocked());
        let failed = "crm_sign_in.app_blocked";
        let unknown = "<script>";
        let page = |all, failed| mine::Page::new(frame.clone(), all, &[], failed);
        vec![
            ("full", page(all, "").asking("https://community.contoso.example/".to_owned())),
            ("blocked", page(vec![closed], failed)),
            ("empty", page(Vec::new(), unknown)),
        ]
    });
}

#[test]
fn the_way_to_a_crm_goes_on_without_script() {
    show("crm-going", |frame| {
        let url = "https://contoso.my.salesforce.com/?a=%3Cb%3E&c=d".parse().unwrap();
        vec![("page", mine::Going::new(frame.clone(), &url))]
    });
}

#[test]
fn administrators_see_how_each_crm_is_used() {
    show("crm-systems", |frame| {
        let held = |number, kind, blocked| Held {
            system: system_of(number, kind),
            connected: 12,
            ailing: 2,
            blocked,
        };
        let all = vec![
            held(1, SystemKind::Salesforce, Some(blocked())),
            held(2, SystemKind::Embedded, None),
        ];
        vec![
            ("full", systems::Page::new(frame.clone(), all, &[], true)),
            ("empty", systems::Page::new(frame.clone(), Vec::new(), &[], false)),
        ]
    });
}

#[test]
fn a_crm_is_set_up_and_changed() {
    show("crm-system", |frame| {
        let page = |kind, system: Option<&CrmSystem>| {
            let typed = system.map_or_else(|| system::Typed::blank(frame, kind), system::Typed::of);
            let callback = "https://hub.example.org/crm/sign-in".to_owned();
            system::Page::of(frame, system, (&typed, kind, &[]), (&[], callback))
        };
        let there = system_of(1, SystemKind::Salesforce);
        vec![
            ("salesforce", page(SystemKind::Salesforce, Some(&there))),
            ("dataverse", page(SystemKind::Dataverse, None)),
            ("embedded", page(SystemKind::Embedded, None)),
        ]
    });
    show("crm-kinds", |frame| vec![("page", system::Kinds::new(frame.clone()))]);
}

#[test]
fn administrators_see_who_is_connected() {
    show("crm-connections", |frame| {
        let system = system_of(1, SystemKind::Salesforce);
        let row = |state| ("Sam <Seller>".to_owned(), connection_of(frame, &system, state));
        let rows = State::ALL.map(row).to_vec();
        let asked = connections::Asked::default();
        let systems = [system.clone()];
        let page = |rows| connections::Page::new(frame.clone(), &asked, &systems, (rows, None));
        vec![("full", page(rows)), ("empty", page(Vec::new()))]
    });
}

#[test]
fn the_list_of_administrators_is_acknowledged() {
    show("crm-review", |frame| {
        let one = |number, name: &str, is_new| Administrator {
            user: Uuid::from_u128(number),
            name: name.to_owned(),
            is_new,
        };
        let due = Review {
            environment: Uuid::from_u128(41).into(),
            kind: EnvironmentKind::Trial,
            provisioned_for: Some(Uuid::from_u128(51).into()),
            provisioned_at: frame.now,
            acknowledged_by: None,
            acknowledged_at: None,
            administrators: vec![one(1, "Ada <Admin>", false), one(2, "Pat", false)],
            gone: Vec::new(),
        };
        let done = Review {
            acknowledged_by: Some(Uuid::from_u128(1).into()),
            acknowledged_at: Some(frame.now),
            ..due.clone()
        };
        let changed = Review {
            administrators: vec![one(1, "Ada <Admin>", false), one(3, "Peer", true)],
            gone: vec![one(2, "Pat", false)],
            ..done.clone()
        };
        let names = || ("Ada <Admin>".to_owned(), "Sam <Seller>".to_owned());
        let page = |review| review::Page::new(frame.clone(), review, names());
        vec![
            ("due", page(Some(due))),
            ("done", page(Some(done))),
            ("changed", page(Some(changed))),
            ("empty", page(None)),
        ]
    });
}
