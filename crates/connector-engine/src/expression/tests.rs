use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Call, Context, Missing, Path, Piece, Place, Root, Template};
use crate::{connection::Values, headers::Headers, problem::Reason, query::Query};

fn plain(text: &str) -> String {
    let values = Values::of(&[("host", "h.example"), ("token:Region", "eu"), ("API Key", "k")]);
    let headers: Headers = [("X-H", "head")].into_iter().collect();
    let query = Query::parse("q=query&%24top=5");
    let body = json!({"a": {"b": [1, {"odd name": "x"}]}, "@odata.id": "id", "n": null, "t": "text", "f": false});
    let context = Context {
        connection: Some(&values),
        headers: Some(&headers),
        query: Some(&query),
        body: Some(&body),
        item: Some(&body),
        trigger_body: Some(&body),
        method: "PATCH",
    };
    match Template::parse(text).plain(&context, Missing::Fails) {
        Ok(text) => text,
        Err(problem) => format!("! {}", problem.reason.code()),
    }
}

#[test]
fn every_form_of_every_function_is_read() {
    let rows = [
        ("https://@connectionParameters('host')/x", "https://h.example/x"),
        ("@connectionParameters('a','')|@connectionParameters( 'a' , 'd e' )", "|d e"),
        ("@ConnectionParameters('HOST').@connectionParameters('token:region').y", "h.example.eu.y"),
        ("@{connectionParameters('API Key')}s", "ks"),
        ("%40@connectionParameters('host')", "%40h.example"),
        ("Bearer @headers('x-h')@header('X-H')", "Bearer headhead"),
        ("@queryParameters('q') @queryParameters('$top')", "query 5"),
        ("@Request.OriginalHTTPMethod", "PATCH"),
        ("{@body().a.b[0]}", "1"),
        ("@body().a.b[1]['odd name']!", "x!"),
        ("{@item()['@odata.id']}-{@body().t}", "id-text"),
        ("created gt @{triggerBody().t}", "created gt text"),
        ("@triggerBody().t, and so on", "text, and so on"),
        ("@body().a", "{\"b\":[1,{\"odd name\":\"x\"}]}"),
        ("@body().f", "false"),
        ("@connectionParameters(\u{2018}host\u{2019})", "h.example"),
        ("@connectionParameters(\"host\")", "h.example"),
        ("me@example.com @ @@ {x} {@ @{", "me@example.com @ @@ {x} {@ @{"),
        ("@connectionParameters('host", "@connectionParameters('host"),
        ("@connectionParameters(host)", "@connectionParameters(host)"),
        ("@connectionParameters('none')", "! connection.parameter_missing"),
        ("@headers('none')", "! expression.missing"),
        ("@queryParamers('q')", "! expression.unknown"),
        ("@connectionParameters()", "! expression.unknown"),
        ("@environmentVariables(\"none\")", "! connection.parameter_missing"),
        ("@body().n", "! expression.null"),
        ("@body().n.m", "! expression.null"),
        ("@body().none.more", "! expression.missing"),
        ("@body().a.b[7]", "! expression.missing"),
    ];
    for (text, expected) in rows {
        assert_eq!(plain(text), expected, "{text}");
    }
}

#[test]
fn a_value_that_is_exactly_one_call_is_copied_and_structured_text_becomes_json() {
    let body = json!({"a": 5, "l": [1]});
    let context = Context { body: Some(&body), ..Context::default() };
    let json_of = |text: &str| Template::parse(text).json(&context).unwrap();
    assert_eq!(json_of("{@body().a}"), json!(5));
    assert_eq!(json_of("{@body().a} "), json!("5 "));
    assert_eq!(json_of("[{@body().a},{@body().l}]"), json!([5, [1]]));
    assert_eq!(json_of("[not json"), json!("[not json"));
    assert_eq!(json_of("30"), json!("30"));
}

#[test]
fn sub_paths_are_names_unless_they_are_paths() {
    let name = |text: &str| Path::parse_sub(text);
    assert_eq!(name(""), None);
    assert_eq!(name(" NULL "), None);
    assert_eq!(name("a"), Some(Path::property("a")));
    assert_eq!(name("['@odata.type']"), Some(Path::property("@odata.type")));
    assert_eq!(name("@odata.id"), Some(Path::property("@odata.id")));
    assert_eq!(name("a.b").unwrap().steps().len(), 2);
    assert_eq!(Place::parse("body()").unwrap(), Place { root: Root::Body, path: Path::default() });
    assert_eq!(Place::parse("@item().x['y']").unwrap().path.steps().len(), 2);
    assert_eq!(Place::parse("@nobody().x"), None);
    assert_eq!(
        Place::parse("@body().x rest]"),
        Some(Place { root: Root::Body, path: Path::property("x rest]") })
    );
}

#[test]
fn what_a_path_puts_it_finds_and_takes() {
    let mut value = Value::Null;
    let path = Path::parse_sub("a.b['c d']").unwrap();
    assert!(path.put(&mut value, json!(1)));
    assert_eq!(path.find(&value), Some(&json!(1)));
    assert_eq!(path.take(&mut value), Some(json!(1)));
    assert_eq!(value, json!({"a": {"b": {}}}));
    let mut text = json!("x");
    assert!(!path.put(&mut text, json!(1)), "a text in the way stays");
    assert_eq!(text, json!("x"));
}

proptest! {
    #[test]
    fn any_text_is_a_template_and_its_text_stays(text in "[@{}()'a-z\\[\\].,é ]{0,60}") {
        let template = Template::parse(&text);
        let constant: String = template.pieces().iter().filter_map(|piece| match piece {
            Piece::Text(text) => Some(text.as_str()),
            Piece::Call(_) => None,
        }).collect();
        prop_assert!(constant.len() <= text.len());
        if template.is_constant() {
            prop_assert_eq!(&constant, &text);
        }
        let _ = template.plain(&Context::default(), Missing::Empty);
        let _ = template.json(&Context::default());
    }

    #[test]
    fn a_name_comes_back_from_its_call(name in "[^']{1,20}", before in "[a-z /]{0,9}") {
        let template = Template::parse(&format!("{before}@connectionParameters('{name}')x"));
        let names: Vec<String> = template.calls().filter_map(|call| match call {
            Call::Connection(argument) => Some(argument.name.clone()),
            _ => None,
        }).collect();
        prop_assert_eq!(names, vec![name]);
    }

    #[test]
    fn paths_and_places_end(text in "\\PC{0,80}") {
        let _ = Place::parse(&text);
        let _ = Path::parse_sub(&text);
    }
}

#[test]
fn a_missing_value_is_an_error_or_empty_as_asked() {
    let template = Template::parse("a@headers('x')b");
    let problem = template.plain(&Context::default(), Missing::Fails).unwrap_err();
    assert_eq!((problem.reason, problem.subject.as_str()), (Reason::ExpressionMissing, "x"));
    assert_eq!(template.plain(&Context::default(), Missing::Empty).unwrap(), "ab");
}

#[test]
fn the_seeds_of_the_fuzz_target_evaluate_or_are_refused() {
    let folder = format!("{}/../../fuzz/seeds-expressions", env!("CARGO_MANIFEST_DIR"));
    let mut seeds = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let template = Template::parse(&text);
        let _ = template.plain(&Context::default(), Missing::Empty);
        let _ = Place::parse(&text);
        seeds += 1;
    }
    assert!(seeds >= 6);
}
