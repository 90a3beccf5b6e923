use connectors::{Dependent, Holdings};
use environments::{
    Capacity, Day, Life, Operation, OperationKind, OperationState, Policy, State, Total,
};
use identity::environments::{Environment, EnvironmentKind, Region};
use jiff::SignedDuration;
use kernel::FieldError;
use uuid::Uuid;
use web_frame::Frame;
use web_proof::show;

use super::{
    List, Typed, form,
    page::{Page, Seen},
};

fn life(frame: &Frame, number: u128, name: &str, kind: EnvironmentKind) -> Life {
    let now = frame.now;
    Life {
        environment: Environment {
            id: Uuid::from_u128(number).into(),
            name: name.to_owned(),
            kind,
            crm_enabled: kind == EnvironmentKind::Production,
            created_by: None,
            created_at: now,
            deleted_at: None,
            ends_at: (kind == EnvironmentKind::Trial)
                .then(|| now + SignedDuration::from_hours(24 * 12)),
            background_off: false,
            region: Region::default(),
        },
        state: State::Ready,
        running: None,
        goes_at: None,
        capacity: Some(Capacity {
            database_bytes: 41_000_000,
            file_bytes: 7_500_000,
            log_bytes: 1_200_000,
            tables: vec![("account".to_owned(), 30_000_000), ("contact".to_owned(), 9_000_000)],
            measured_at: now,
        }),
        leads: true,
    }
}

fn deleted(frame: &Frame) -> Life {
    let mut life = life(frame, 4, "Old <b>", EnvironmentKind::Sandbox);
    life.environment.deleted_at = Some(frame.now);
    life.state = State::Deleted;
    life.goes_at = Some(frame.now + SignedDuration::from_hours(24 * 7));
    life
}

fn operation(frame: &Frame, kind: OperationKind, detail: serde_json::Value) -> Operation {
    Operation {
        id: Uuid::from_u128(9),
        environment: Uuid::from_u128(2).into(),
        kind,
        state: OperationState::Succeeded,
        source: None,
        detail,
        done: 0,
        total: 0,
        code: None,
        begun_by: None,
        begun_at: frame.now,
        ended_at: Some(frame.now),
    }
}

fn seen(life: Life) -> Seen {
    Seen {
        life,
        holdings: Holdings::default(),
        trend: Vec::new(),
        operations: Vec::new(),
        people: Vec::new(),
        sandboxes: vec![(Uuid::from_u128(3).to_string(), "Try <i>".to_owned())],
        days: 7,
    }
}

#[test]
fn environments_show_how_they_stand_and_what_they_hold() {
    show("admin-environments", |frame| {
        let rows = vec![
            life(frame, 1, "Contoso", EnvironmentKind::Default),
            life(frame, 2, "Sales <EMEA>", EnvironmentKind::Production),
            life(frame, 3, "Try", EnvironmentKind::Trial),
        ];
        let total = Total {
            database_bytes: 123_000_000,
            file_bytes: 22_500_000,
            log_bytes: 3_600_000,
            environments: 3,
        };
        let policy = Some(Policy::default());
        let gone = vec![deleted(frame)];
        vec![("full", List::new(frame.clone(), (rows, gone), total, policy))]
    });
}

#[test]
fn one_environment_shows_its_life() {
    show("admin-environment", |frame| {
        let id = |number| Uuid::from_u128(number);
        let holdings = Holdings {
            connectors: vec![(id(5).into(), "Items <b>".into()), (id(6).into(), "CRM".into())],
            connections: 31,
            triggers: 1,
            dependents: vec![Dependent {
                kind: "action".into(),
                id: id(7),
                name: "Find items".into(),
            }],
            policies: vec![
                (id(8).into(), "Business data".into(), true),
                (id(9).into(), "Everything".into(), false),
            ],
        };
        let day = |at: i64| Day {
            day: frame.day_of(&(frame.now - SignedDuration::from_hours(24 * (9 - at)))),
            database_bytes: 30_000_000 + at * 1_000_000,
            file_bytes: 5_000_000,
            log_bytes: at * 100_000,
        };
        let json = |from: &str, to: &str| serde_json::json!({ "from": from, "to": to });
        let full = Seen {
            holdings,
            trend: (0..10).map(day).collect(),
            operations: vec![
                operation(frame, OperationKind::Convert, json("trial", "production")),
                operation(frame, OperationKind::Rename, json("A", "<B>")),
            ],
            ..seen(life(frame, 2, "Sales", EnvironmentKind::Production))
        };
        let mut copying = life(frame, 3, "Try", EnvironmentKind::Sandbox);
        copying.state = State::Busy;
        copying.running = Some(Operation {
            state: OperationState::Running,
            done: 30,
            total: 80,
            ..operation(frame, OperationKind::Copy, serde_json::json!({ "source": "Sales" }))
        });
        let mut shut = life(frame, 3, "Try", EnvironmentKind::Trial);
        shut.state = State::Administration;
        vec![
            ("full", Page::of(frame.clone(), full)),
            (
                "default",
                Page::of(frame.clone(), seen(life(frame, 1, "Contoso", EnvironmentKind::Default))),
            ),
            ("copying", Page::of(frame.clone(), seen(copying))),
            ("trial", Page::of(frame.clone(), seen(shut))),
            ("deleted", Page::of(frame.clone(), seen(deleted(frame)))),
        ]
    });
}

#[test]
fn a_mistake_in_a_new_environment_stands_at_its_field() {
    show("admin-environment-new", |frame| {
        let typed = Typed {
            name: "x".into(),
            kind: "default".into(),
            crm_enabled: "on".into(),
            ..Typed::default()
        };
        let errors = [
            FieldError::new("/name", "environment.taken", ""),
            FieldError::new("/kind", "environment.only_administrators", ""),
        ];
        vec![("mistake", form(frame.clone(), &typed, &errors))]
    });
}
