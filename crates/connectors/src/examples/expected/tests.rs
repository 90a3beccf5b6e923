use std::time::Duration;

use kernel::FieldError;
use serde_json::json;

use super::*;
use crate::Body;

fn answer(status: u16, json: Value) -> Answer {
    Answer {
        status,
        headers: Vec::new(),
        body: Body::Empty,
        json: Some(json),
        drift: Vec::new(),
        next_link: None,
        retry_after: None,
        events: None,
        memory: None,
        subscription: None,
        connection: None,
        version: 1,
        duration: Duration::ZERO,
        exchanges: Vec::new(),
        steps: Vec::new(),
        rest: None,
    }
}

fn codes(differences: &[Difference]) -> Vec<(&str, &str)> {
    differences.iter().map(|it| (it.pointer.as_str(), it.code.as_str())).collect()
}

#[test]
fn an_answer_is_as_an_answer_like_it() {
    let was = json!({ "id": 7, "tags": ["a", null], "of": { "name": "x", "note": null } });
    let expected = Expected::of(&answer(200, was.clone()));
    assert!(expected.compare(&answer(200, was)).is_empty());
    let other = json!({ "id": 8, "tags": [], "of": { "name": "y", "note": 1, "more": 2 } });
    assert!(expected.compare(&answer(200, other)).is_empty());
}

#[test]
fn what_is_missing_or_of_another_kind_is_told_with_its_place() {
    let expected = Expected::of(&answer(200, json!({ "id": 7, "of": { "a/b": "x" }, "l": [1] })));
    let found = expected.compare(&answer(500, json!({ "id": "7", "of": {}, "l": [1, "2", "3"] })));
    assert_eq!(
        codes(&found),
        [
            ("", "example.status"),
            ("/id", "example.kind"),
            ("/of/a~1b", "example.missing"),
            ("/l/1", "example.kind"),
        ]
    );
}

#[test]
fn only_what_all_elements_have_is_expected_of_elements() {
    let was = json!([{ "id": 1, "name": "x" }, { "id": 2 }, { "id": 3, "name": 4 }]);
    let expected = Expected::of(&answer(200, was));
    assert_eq!(expected.shape, Some(json!([{ "id": "number" }])));
    assert!(expected.compare(&answer(200, json!([{ "id": 5 }]))).is_empty());
}

#[test]
fn values_that_matter_are_compared_exactly_and_others_are_not() {
    let mut expected = Expected::of(&answer(200, json!({ "id": 7, "name": "x" })));
    expected.values.insert("/name".to_owned(), json!("x"));
    assert!(expected.compare(&answer(200, json!({ "id": 9, "name": "x" }))).is_empty());
    let found = expected.compare(&answer(200, json!({ "id": 9, "name": "y" })));
    assert_eq!(codes(&found), [("/name", "example.value")]);
}

#[test]
fn drift_that_was_known_is_no_difference_and_new_drift_is_one() {
    let mut was = answer(200, json!({ "id": 7 }));
    was.drift = vec![FieldError::new("/id", "answer.kind", "string")];
    let expected = Expected::of(&was);
    assert!(expected.compare(&was).is_empty());
    was.drift.push(FieldError::new("/name", "answer.missing", "name"));
    assert_eq!(codes(&expected.compare(&was)), [("/name", "example.drift")]);
}

#[test]
fn deep_and_wide_answers_are_learned_within_bounds() {
    let mut deep = json!(1);
    for _ in 0..200 {
        deep = json!({ "x": [deep] });
    }
    let wide: Value = (0..100_000).map(|n| (n.to_string(), json!(n))).collect::<Map<_, _>>().into();
    for it in [deep, wide] {
        let expected = Expected::of(&answer(200, it.clone()));
        assert!(serde_json::to_string(&expected).unwrap().len() < MAX_EXPECTED);
        expected.check().unwrap();
        assert!(expected.compare(&answer(200, it.clone())).is_empty());
        assert!(Expected::candidates(&answer(200, it)).len() <= MAX_CANDIDATES);
    }
}

#[test]
fn what_is_no_shape_is_not_kept() {
    for shape in [json!(1), json!("integer"), json!(["any", "any"]), json!({ "a": null })] {
        let expected = Expected { status: 200, shape: Some(shape.clone()), ..Expected::default() };
        assert!(expected.check().is_err(), "{shape}");
    }
    assert!(Expected::default().check().is_err());
}
