use connector_forms::{Looked, Typed};
use kernel::{ApiConnectorId, ExampleId, Scope};
use liaison_connectors::{
    Call, Example, Expected, FormPlace, NewConnection, NewExample, Report, Upload,
};
use serde_json::{Map, Value, json};

use crate::{
    house::{House, code, fields, values},
    upstream::{KEY, Upstream},
};

struct Setting {
    house: House,
    upstream: Upstream,
    maker: Scope,
    connector: ApiConnectorId,
}

impl Setting {
    async fn new() -> Self {
        let house = House::new().await;
        let (upstream, maker) = (Upstream::start().await, house.maker().await);
        let connector = house.things(&maker, &upstream).await.id;
        house.keyed(&maker, connector).await;
        let s = Self { house, upstream, maker, connector };
        s.save("A lamp", "CreateThing", json!({ "body": { "name": "Lamp", "count": 2 } })).await;
        s.save("All things", "ListThings", json!({ "$top": 5 })).await;
        s
    }

    async fn save(&self, name: &str, operation: &str, inputs: Value) -> Example {
        let new = new_example(name, operation, inputs);
        self.house.connectors.save_example(&self.maker, self.connector, new).await.unwrap()
    }

    async fn run(&self, version: Option<i64>) -> Vec<Report> {
        self.house.connectors.run_examples(&self.maker, self.connector, version).await.unwrap()
    }

    /// The same package with something replaced in its definition.
    fn changed(&self, from: &str, to: &str) -> Upload {
        let (definition, properties) = self.upstream.package();
        assert!(definition.contains(from), "{definition}");
        Upload::Text { definition: definition.replace(from, to), properties: Some(properties) }
    }
}

fn new_example(name: &str, operation: &str, inputs: Value) -> NewExample {
    NewExample {
        name: name.to_owned(),
        operation: operation.to_owned(),
        inputs: object(inputs),
        connection: None,
        expected: None,
    }
}

fn object(value: Value) -> Map<String, Value> {
    let Value::Object(object) = value else { panic!("an object is needed") };
    object
}

fn told(report: &Report) -> Vec<(&str, &str)> {
    let all = report.differences.iter();
    all.map(|it| (it.pointer.as_str(), it.code.as_str())).collect()
}

#[tokio::test]
async fn a_call_that_was_kept_is_made_again_and_compared() {
    let s = Setting::new().await;
    let reports = s.run(None).await;
    assert_eq!(
        reports.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(),
        ["A lamp", "All things"]
    );
    assert!(reports.iter().all(Report::passed), "{reports:?}");
    assert_eq!(reports[0].status, Some(201));
    let listed = s.house.connectors.examples(&s.maker, s.connector).await.unwrap();
    let last = listed[0].last.clone().unwrap();
    assert!(last.passed && last.version == 1 && last.status == Some(201));
    let heard = s.upstream.heard();
    assert_eq!(heard.iter().filter(|it| it.line.starts_with("POST")).count(), 2);
}

#[tokio::test]
async fn what_differs_is_told_with_its_place() {
    let s = Setting::new().await;
    let id = s.house.connectors.examples(&s.maker, s.connector).await.unwrap()[0].id;
    s.house.connectors.delete_example(&s.maker, s.connector, id).await.unwrap();
    let mut values = std::collections::BTreeMap::new();
    values.insert("/name".to_owned(), json!("Chair"));
    let expected = Expected {
        status: 200,
        shape: Some(json!({ "id": "number", "colour": "string" })),
        values,
        drift: Vec::new(),
    };
    let new = NewExample {
        expected: Some(expected),
        ..new_example("A lamp", "CreateThing", json!({ "body": { "name": "Lamp" } }))
    };
    let kept = s.house.connectors.save_example(&s.maker, s.connector, new).await.unwrap();
    let place = (s.connector, kept.id);
    let report = s.house.connectors.run_example(&s.maker, place, None).await.unwrap();
    assert_eq!(
        told(&report),
        [
            ("", "example.status"),
            ("/id", "example.kind"),
            ("/colour", "example.missing"),
            ("/name", "example.value"),
        ]
    );
    let kept = s.house.connectors.example(&s.maker, s.connector, kept.id).await.unwrap();
    assert_eq!(kept.last.unwrap().differences, report.differences);
}

#[tokio::test]
async fn a_version_is_tested_before_it_is_used() {
    let s = Setting::new().await;
    let c = &s.house.connectors;
    let broken = s.changed("\"CreateThing\"", "\"MakeThing\"");
    let staged = c.stage_version(&s.maker, s.connector, broken, String::new()).await.unwrap();
    assert_eq!(
        (staged.number, c.connector(&s.maker, s.connector).await.unwrap().version.number),
        (2, 1)
    );
    // callers go on with what they have
    assert_eq!(c.invoke(&s.maker, Call::new(s.connector, "ListThings")).await.unwrap().version, 1);
    let reports = s.run(Some(2)).await;
    assert_eq!(told(&reports[0]), [("", "example.failed")]);
    assert_eq!(reports[0].differences[0].found, "operation.not_found");
    assert!(reports[1].passed());
    let refused = c.use_tested_version(&s.maker, s.connector, 2).await;
    assert_eq!(code(refused), "api_connector.examples_failed");
    assert_eq!(c.connector(&s.maker, s.connector).await.unwrap().version.number, 1);
    let fine = s.changed("Keeps things.", "Keeps things well.");
    let staged = c.stage_version(&s.maker, s.connector, fine, String::new()).await.unwrap();
    let used = c.use_tested_version(&s.maker, s.connector, staged.number).await.unwrap();
    assert_eq!(used.version.number, 3);
    assert_eq!(
        code(c.run_examples(&s.maker, s.connector, Some(9)).await),
        "api_connector.version_not_found"
    );
}

#[tokio::test]
async fn drift_that_comes_with_a_version_is_a_difference() {
    let s = Setting::new().await;
    let c = &s.house.connectors;
    let said = s.changed("\"count\":{\"type\":\"integer\"}", "\"count\":{\"type\":\"string\"}");
    let staged = c.stage_version(&s.maker, s.connector, said, String::new()).await.unwrap();
    let reports = s.run(Some(staged.number)).await;
    assert_eq!(told(&reports[0]), [("/count", "example.drift")]);
}

#[tokio::test]
async fn an_example_holds_no_secret() {
    let s = Setting::new().await;
    let c = &s.house.connectors;
    let save = async |inputs: Value, values: &[(&str, Value)]| {
        let values = values.iter().map(|(pointer, value)| ((*pointer).to_owned(), value.clone()));
        let expected = Expected { status: 200, values: values.collect(), ..Expected::default() };
        let new =
            NewExample { expected: Some(expected), ..new_example("Secret", "CreateThing", inputs) };
        c.save_example(&s.maker, s.connector, new).await
    };
    let body = |value: Value| json!({ "body": value });
    let hidden = [
        (body(json!({ "name": format!("with {KEY} inside") })), "/inputs/body/name"),
        (body(json!({ "deep": [{ "password": "x" }] })), "/inputs/body/deep/0/password"),
        (body(json!({ "name": "Bearer abc.def" })), "/inputs/body/name"),
        (body(json!({ "client_secret": "s" })), "/inputs/body/client_secret"),
    ];
    for (inputs, pointer) in hidden {
        let refused = fields(save(inputs, &[]).await);
        assert_eq!(refused, [(pointer.to_owned(), "example.secret")]);
    }
    let refused = fields(save(body(json!({})), &[("/echo", json!(KEY))]).await);
    assert_eq!(refused, [("/expected/values/~1echo".to_owned(), "example.secret")]);
    assert!(save(body(json!({ "name": "plain" })), &[]).await.is_ok());
    // nothing of a connection lies in the rows
    let tenant = s.house.tenant.id;
    let root = s.house.system.scope(tenant, "test");
    let rows = s.house.store.db();
    let found = rows
        .read(&root, move |tx| {
            let sql = "SELECT CAST(inputs AS TEXT) || CAST(expected AS TEXT) \
                       FROM api_connector_examples WHERE tenant_id = $1";
            let rows = tx.all(sql, &[tx.tenant().into()])?;
            rows.iter().map(|row| row.get::<String>(0)).collect::<db::Result<Vec<String>>>()
        })
        .await
        .unwrap();
    assert_eq!(found.len(), 3);
    assert!(found.iter().all(|text| !text.contains(KEY)), "{found:?}");
}

#[tokio::test]
async fn examples_are_their_makers_and_nobody_elses() {
    let s = Setting::new().await;
    let c = &s.house.connectors;
    let id = c.examples(&s.maker, s.connector).await.unwrap()[0].id;
    let (seller, stranger) = (s.house.seller().await, s.house.stranger().await);
    assert_eq!(code(c.examples(&seller, s.connector).await), "permission.missing");
    assert_eq!(code(c.run_examples(&seller, s.connector, None).await), "permission.missing");
    assert_eq!(code(c.examples(&stranger, s.connector).await), "api_connector.not_found");
    assert_eq!(code(c.example(&stranger, s.connector, id).await), "api_connector.not_found");
    assert_eq!(code(c.delete_example(&stranger, s.connector, id).await), "api_connector.not_found");
    let unknown: ExampleId = s.house.ids.fresh();
    assert_eq!(code(c.example(&s.maker, s.connector, unknown).await), "example.not_found");
    let again = new_example(" a LAMP ", "ListThings", json!({}));
    assert_eq!(code(c.save_example(&s.maker, s.connector, again).await), "example.taken");
    let nowhere = new_example("Nowhere", "Nothing", json!({}));
    assert_eq!(code(c.save_example(&s.maker, s.connector, nowhere).await), "operation.not_found");
    c.delete(&s.maker, s.connector, true).await.unwrap();
    assert_eq!(code(c.examples(&s.maker, s.connector).await), "api_connector.not_found");
}

#[tokio::test]
async fn an_example_runs_with_the_connection_that_it_names() {
    let s = Setting::new().await;
    let c = &s.house.connectors;
    let wrong =
        NewConnection { values: values(&[("api_key", "no-such-key")]), ..NewConnection::default() };
    let wrong = c.create_connection(&s.maker, s.connector, wrong).await.unwrap();
    let new = NewExample {
        connection: Some(wrong.id),
        ..new_example("Refused", "ListThings", json!({}))
    };
    let kept = c.save_example(&s.maker, s.connector, new).await.unwrap();
    assert_eq!(kept.expected.status, 401);
    c.delete_connection(&s.maker, wrong.id).await.unwrap();
    let report = c.run_example(&s.maker, (s.connector, kept.id), None).await.unwrap();
    assert_eq!(told(&report), [("", "example.failed")]);
    assert_eq!(report.differences[0].found, "connection.not_found");
}

#[tokio::test]
async fn a_form_gets_its_choices_from_another_operation_and_asks_once() {
    let s = Setting::new().await;
    let c = &s.house.connectors;
    let (definition, properties) = s.upstream.package();
    let mut definition: Value = serde_json::from_str(&definition).unwrap();
    definition["paths"]["/things/{id}"]["get"]["parameters"][0]["x-ms-dynamic-values"] = json!({
        "operationId": "ListThings", "value-collection": "value", "value-path": "id",
        "value-title": "name" });
    let upload = Upload::Text { definition: definition.to_string(), properties: Some(properties) };
    c.add_version(&s.maker, s.connector, upload, String::new()).await.unwrap();
    let place = FormPlace {
        connector: s.connector,
        version: None,
        operation: "GetThing".to_owned(),
        connection: None,
    };
    let before = s.upstream.heard().len();
    let mut typed = Typed::default();
    assert!(c.found(&s.maker, &place, &typed).await.unwrap().at("/id").is_none());
    typed.ask("/id");
    for _ in 0..3 {
        let found = c.found(&s.maker, &place, &typed).await.unwrap();
        let Some(Looked::Choices { choices, .. }) = found.at("/id") else { panic!("choices") };
        assert_eq!((choices[0].title.as_str(), &choices[0].value), ("Lamp", &json!("t1")));
    }
    assert_eq!(s.upstream.heard().len(), before + 1);
    // somebody else's answers are not taken from memory
    let other = s.house.person("zoe", &[]).await;
    let found = c.found(&other, &place, &typed).await.unwrap();
    let Some(Looked::Failed(why)) = found.at("/id") else { panic!("a failure") };
    assert_eq!(why, "connection.needed");
}
