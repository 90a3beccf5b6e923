//! An action and what surrounds it, for pictures of pages.

use std::collections::BTreeMap;

use actions::{
    Action, Annotations, Audience, Offered, Operation, Override, Prepared, Request, RequestState,
    State,
};
use jiff::Timestamp;
use kernel::{ActionId, UserId};
use serde_json::{Value, json};

use crate::shapes::{Circles, Names};

fn id<T: std::str::FromStr>(number: u32) -> T
where
    T::Err: std::fmt::Debug,
{
    format!("0198c0de-0000-7000-8000-0000000000{number:02}").parse().unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn operation(name: &str, (reads, input): (bool, Value)) -> Operation {
    Operation {
        id: name.to_owned(),
        tool: format!("stock_{}", name.to_lowercase()),
        title: None,
        description: Some("What <b>stands</b> in the warehouse".to_owned()),
        instructions: None,
        overrides: BTreeMap::new(),
        active: true,
        audience: None,
        prepared: Some(Prepared {
            title: format!("{name} of the stock"),
            description: "Use it before you promise a date.".to_owned(),
            input,
            output: None,
            wrapped: false,
            annotations: Annotations {
                read_only_hint: reads,
                destructive_hint: false,
                idempotent_hint: reads,
                open_world_hint: true,
            },
        }),
    }
}

/// An action that reads and writes.
pub(crate) fn action(state: State) -> Action {
    let input = json!({ "type": "object", "required": ["sku"], "properties": {
        "sku": { "type": "string", "title": "Article", "description": "Its number" },
        "top": { "type": "integer", "default": 5 },
        "kind": { "type": "string", "enum": ["new", "used"] },
        "body": { "type": "object", "properties": { "name": { "type": "string" } } } } });
    let mut read = operation("Read", (true, input));
    let fixed = Override { fixed: Some(json!("EU")), ..Override::default() };
    read.overrides.insert("region".to_owned(), fixed);
    let mut write = operation("Write", (false, json!({ "type": "object", "properties": {} })));
    write.active = state != State::Enabled;
    let decided = state == State::Enabled;
    Action {
        id: id(1),
        environment: id(2),
        connector: id(3),
        version: (state != State::Draft).then_some(2),
        name: "Stock <of> the warehouse".to_owned(),
        description: "What is there, and what is on its way.".to_owned(),
        instructions: "Never guess.".to_owned(),
        state,
        audience: Audience::Only { groups: vec![id(4)], roles: vec![identity::Role::Seller] },
        licence: Some(id(5)),
        operations: vec![read, write],
        acknowledged: decided.then(|| (Some(id(6)), at("2026-03-01T10:00:00Z"))),
        decision: if decided { "For the fair".to_owned() } else { String::new() },
        created_by: Some(id(6)),
        created_at: at("2026-02-28T10:00:00Z"),
        updated_at: at("2026-03-01T10:00:00Z"),
        published_at: (state != State::Draft).then(|| at("2026-02-28T12:00:00Z")),
    }
}

/// The same as somebody meets it.
pub(crate) fn offered(state: State, usable: bool) -> Offered {
    Offered { action: action(state), usable }
}

/// A wish for it.
pub(crate) fn request(state: RequestState) -> Request {
    Request {
        id: id(7),
        action: id(1),
        name: "Stock <of> the warehouse".to_owned(),
        user: person(),
        note: "For the fair".to_owned(),
        state,
        answer: if state == RequestState::Open { String::new() } else { "Enjoy".to_owned() },
        decided: (state != RequestState::Open).then(|| (Some(id(6)), at("2026-03-01T10:00:00Z"))),
        created_at: at("2026-03-01T09:00:00Z"),
    }
}

/// Who wishes.
pub(crate) fn person() -> UserId {
    id(8)
}

/// The action.
pub(crate) fn the_action() -> ActionId {
    id(1)
}

/// What everything is called.
pub(crate) fn names() -> Names {
    let people = [(id(6), "Ada Lovelace".to_owned()), (person(), "Sam Ortega".to_owned())];
    Names::known((id(3), "Warehouse"), (id(2), "Production"), people)
}

/// A group and a licence.
pub(crate) fn circles() -> Circles {
    Circles {
        groups: vec![(id(4), "Alps".to_owned()), (id(9), "Coast".to_owned())],
        licences: vec![(id(5), "Sales".to_owned())],
    }
}
