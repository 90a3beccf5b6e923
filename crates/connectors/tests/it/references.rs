//! Other files that a definition refers to, brought in when it is imported.

use bytes::Bytes;
use kernel::Scope;
use liaison_connectors::{Connector, Settings, Upload};
use openapi::codes;
use serde_json::{Value, json};

use crate::{
    house::{House, a_connector, code},
    upstream::Upstream,
};

/// A definition with one parameter and one schema from elsewhere.
fn definition(parameter: &str, schema: &str) -> String {
    json!({
        "swagger": "2.0", "info": { "title": "Apart", "version": "1" },
        "host": "api.example.org", "schemes": ["https"],
        "paths": { "/a/{id}": { "get": {
            "operationId": "GetA", "summary": "Get a",
            "parameters": [{ "$ref": parameter }],
            "responses": { "200": { "description": "OK", "schema": { "$ref": schema } } },
        } } },
    })
    .to_string()
}

const PARAMETERS: &str =
    r#"{ "Id": { "name": "id", "in": "path", "required": true, "type": "string" } }"#;

async fn import(house: &House, maker: &Scope, upload: Upload) -> Connector {
    let environment = house.environment();
    house.connectors.create(maker, environment, a_connector(upload)).await.unwrap()
}

/// What is said about references, with the reason where there is one.
async fn said(house: &House, maker: &Scope, connector: &Connector) -> Vec<(&'static str, String)> {
    let compiled = house.connectors.compiled(maker, connector.id).await.unwrap();
    let all = compiled.package().findings().iter();
    let about = all.filter(|found| {
        [codes::REFERENCE_EXTERNAL, codes::REFERENCE_MISSING, codes::REFERENCE_NOT_IMPORTED]
            .contains(&found.code)
    });
    about.map(|it| (it.code.as_str(), it.arg("reason").unwrap_or_default().to_owned())).collect()
}

#[tokio::test]
async fn what_is_beside_an_address_comes_along_once_and_is_never_asked_for_again() {
    let house = House::new().await;
    let (maker, upstream) = (house.maker().await, Upstream::start().await);
    let at = upstream.serve("v1/api.json", definition("../common/p.json#/Id", "./s.json#/Thing"));
    upstream.serve("common/p.json", PARAMETERS);
    // in a ring, and with something further away
    upstream.serve(
        "v1/s.json",
        r##"{ "Thing": { "type": "object", "properties": {
            "next": { "$ref": "s.json#/Thing" }, "own": { "$ref": "#/Own" },
            "far": { "$ref": "deep/t.json#/Far" } } }, "Own": { "type": "integer" } }"##,
    );
    upstream.serve(
        "v1/deep/t.json",
        r#"{ "Far": { "type": "object", "properties": { "back": { "$ref": "../s.json#/Thing" } } } }"#,
    );
    let made = import(&house, &maker, Upload::Address(at)).await;
    assert_eq!(said(&house, &maker, &made).await, []);
    let compiled = house.connectors.compiled(&maker, made.id).await.unwrap();
    let operation = compiled.package().operation("GetA").unwrap();
    assert_eq!(operation.parameters[0].name, "id");
    let schema = operation.response_for(200).unwrap().schema.unwrap();
    assert!(schema.property("own").unwrap().is("integer"));
    let far = schema.property("far").unwrap();
    assert!(far.property("back").unwrap().property("next").is_some());
    let heard = upstream.heard().len();
    assert_eq!(heard, 4, "each file once");
    // Another node loads it; a copy and what was downloaded are whole.
    let other = house.connectors.copy(&maker, made.id, house.environment(), "Again".to_owned());
    let other = other.await.unwrap();
    let zip = house.connectors.download(&maker, made.id, None).await.unwrap();
    let again = import(&house, &maker, named("Third", Upload::Archive(zip.bytes.into()))).await;
    for connector in [&other, &again] {
        assert_eq!(said(&house, &maker, connector).await, []);
    }
    assert_eq!(upstream.heard().len(), heard);
}

/// The same under another title, for names are taken once.
fn named(title: &str, upload: Upload) -> Upload {
    let Upload::Archive(bytes) = upload else { return upload };
    let files = app_packages::open(&bytes).unwrap();
    let rename = |(name, bytes): (String, Vec<u8>)| {
        let bytes = if name.ends_with(".swagger.json") {
            let mut tree: Value = serde_json::from_slice(&bytes).unwrap();
            tree["info"]["title"] = json!(title);
            serde_json::to_vec(&tree).unwrap()
        } else {
            bytes
        };
        (name, Bytes::from(bytes))
    };
    Upload::Files(files.into_iter().map(rename).collect())
}

#[tokio::test]
async fn files_of_an_upload_are_found_in_it_and_nowhere_else() {
    let house = House::new().await;
    let (maker, upstream) = (house.maker().await, Upstream::start().await);
    let thief =
        upstream.serve("thief.json", r#"{ "A": { "$ref": "upload:///package/secret.json" } }"#);
    let mut text: Value =
        serde_json::from_str(&definition("shared/p.json#/Id", "shared/gone.json")).unwrap();
    text["definitions"] = json!({ "Thief": { "$ref": format!("{thief}#/A") } });
    let file = |name: &str, text: &str| (format!("package/{name}"), Bytes::from(text.to_owned()));
    let files = vec![
        file("apiDefinition.swagger.json", &text.to_string()),
        file("shared/p.json", PARAMETERS),
        file("secret.json", r#"{ "type": "string" }"#),
    ];
    let made = import(&house, &maker, Upload::Files(files)).await;
    let mut said = said(&house, &maker, &made).await;
    said.sort();
    assert_eq!(
        said,
        [
            ("reference.not_imported", "absent".to_owned()),
            ("reference.not_imported", "refused".to_owned()),
            ("reference.not_imported", "refused".to_owned()),
        ]
    );
    let compiled = house.connectors.compiled(&maker, made.id).await.unwrap();
    assert_eq!(compiled.package().operation("GetA").unwrap().parameters[0].name, "id");
}

#[tokio::test]
async fn what_may_not_be_reached_is_named_and_keeps_nobody_from_importing() {
    let closed = egress::Client::new(egress::Settings::default()).unwrap();
    let house = House::behind(Settings::default(), closed).await;
    let maker = house.maker().await;
    for (text, why) in [
        ("http://169.254.169.254/latest/meta-data", "network"),
        ("https://[::ffff:10.0.0.1]/a.json", "network"),
        ("https://0x7f000001/a.json", "network"),
        ("https://user:word@api.example.org/a.json", "refused"),
        ("file:///etc/passwd", "refused"),
        ("beside.json", "base"),
    ] {
        let text = definition("#/parameters/None", &format!("{text}#/A"));
        let title = format!("\"{}\"", house.ids.fresh::<uuid::Uuid>());
        let text = text.replace("\"Apart\"", &title);
        let made =
            import(&house, &maker, Upload::Text { definition: text.clone(), properties: None })
                .await;
        let said = said(&house, &maker, &made).await;
        let expected = ("reference.not_imported", why.to_owned());
        assert!(said.contains(&expected), "{text}: {said:?}");
    }
}

#[tokio::test]
async fn imports_are_bounded_in_depth_number_and_size() {
    let settings = Settings { max_package_bytes: 300_000, ..Settings::default() };
    let house = House::with(settings).await;
    let (maker, upstream) = (house.maker().await, Upstream::start().await);
    for step in 0..20 {
        let next = format!(r#"{{ "A": {{ "$ref": "chain{}.json#/A" }} }}"#, step + 1);
        upstream.serve(&format!("chain{step}.json"), next);
    }
    let at = upstream.serve("deep.json", definition("#/parameters/None", "chain0.json#/A"));
    let made = import(&house, &maker, Upload::Address(at)).await;
    assert!(upstream.heard().len() <= 6, "{}", upstream.heard().len());
    let said_of_depth = said(&house, &maker, &made).await;
    assert!(
        said_of_depth.contains(&("reference.not_imported", "many".to_owned())),
        "{said_of_depth:?}"
    );

    let before = upstream.heard().len();
    let all: serde_json::Map<String, Value> = (0..70)
        .map(|number| (format!("D{number}"), json!({ "$ref": format!("wide{number}.json") })))
        .collect();
    let wide = json!({ "swagger": "2.0", "info": { "title": "Wide", "version": "1" },
        "host": "api.example.org", "paths": {}, "definitions": all });
    let at = upstream.serve("wide.json", wide.to_string());
    import(&house, &maker, Upload::Address(at)).await;
    assert!(upstream.heard().len() - before <= 51, "{}", upstream.heard().len() - before);

    let endless = definition("#/parameters/None", "endless#/A").replace("Apart", "Endless");
    let at = upstream.serve("endless.json", endless);
    let made = import(&house, &maker, Upload::Address(at)).await;
    let said = said(&house, &maker, &made).await;
    assert!(said.contains(&("reference.not_imported", "size".to_owned())), "{said:?}");
}

#[tokio::test]
async fn an_address_that_may_not_be_reached_is_not_imported() {
    let closed = egress::Client::new(egress::Settings::default()).unwrap();
    let house = House::behind(Settings::default(), closed).await;
    let (maker, upstream) = (house.maker().await, Upstream::start().await);
    let at = upstream.serve("api.json", definition("#/a", "#/b"));
    let made =
        house.connectors.create(&maker, house.environment(), a_connector(Upload::Address(at)));
    assert_eq!(code(made.await), "outbound.network");
    assert!(upstream.heard().is_empty());
}
