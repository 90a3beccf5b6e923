use connectors::Last;
use jiff::SignedDuration;
use uuid::Uuid;
use web_proof::show;

use super::*;
use crate::connectors::tests::connector;

fn row(frame: &Frame, number: u128, last: Option<Last>) -> Row {
    let example = Example {
        id: Uuid::from_u128(number).into(),
        connector: connector(frame).id,
        name: format!("Example {number} <b>"),
        operation: "Change".to_owned(),
        inputs: Map::new(),
        connection: None,
        expected: Expected { status: 200, ..Expected::default() },
        last,
        created_by: None,
        created_at: frame.now,
    };
    Row { summary: "Change a task".to_owned(), path: format!("/apis/x/examples/{number}"), example }
}

#[test]
fn examples_say_how_they_stand() {
    show("examples", |frame| {
        let at = frame.now - SignedDuration::from_hours(3);
        let last = |passed, differences| {
            Some(Last { at, version: 3, passed, status: Some(200), differences })
        };
        let difference = |code: &str, expected: &str, found: &str| Difference {
            pointer: "/id".to_owned(),
            code: code.to_owned(),
            expected: expected.to_owned(),
            found: found.to_owned(),
        };
        let failed = vec![
            difference("example.kind", "string", "number"),
            difference("example.missing", "string", ""),
            difference("example.failed", "", "operation.not_found"),
        ];
        let rows = || {
            vec![
                row(frame, 1, last(true, Vec::new())),
                row(frame, 2, last(false, failed.clone())),
                row(frame, 3, None),
            ]
        };
        let page = |rows| {
            let shell = Shell::new(frame, connector(frame), "Sales".to_owned(), "test");
            List::new(frame.clone(), shell, rows, (&[3, 2], None))
        };
        vec![("some", page(rows())), ("none", page(Vec::new()))]
    });
}
