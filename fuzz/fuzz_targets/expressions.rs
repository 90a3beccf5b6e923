//! Any text is a template; evaluating it ends, and constant text stays as it is.
#![no_main]

use connector_engine::{
    Headers, Query,
    expression::{Context, Missing, Path, Place, Template},
};
use libfuzzer_sys::fuzz_target;
use serde_json::json;

fuzz_target!(|text: &str| {
    let template = Template::parse(text);
    let headers: Headers = [("a", "b")].into_iter().collect();
    let query = Query::parse(text);
    let body = json!({"a": {"b": [1, null, {"c d": "x"}]}});
    let context = Context {
        headers: Some(&headers),
        query: Some(&query),
        body: Some(&body),
        item: Some(&body),
        trigger_body: Some(&body),
        method: "GET",
        ..Context::default()
    };
    let plain = template.plain(&context, Missing::Empty);
    if template.is_constant() {
        assert_eq!(plain.as_deref(), Ok(text));
    }
    let _ = template.json(&context);
    if let Some(place) = Place::parse(text) {
        let mut changed = body.clone();
        if place.path.put(&mut changed, json!("new")) {
            assert_eq!(place.path.find(&changed), Some(&json!("new")));
        }
    }
    let _ = Path::parse_sub(text);
    assert!(query.render().is_ascii());
});
