use liaison_connectors::{
    Blank, BlankSecurity, ConnectorPatch, DEFINITION, PROPERTIES, SCRIPT, Upload,
};
use serde_json::{Value, json};

use crate::{
    house::{House, a_connector, code, fields},
    upstream::Upstream,
};

fn text(definition: &Value) -> Upload {
    Upload::Text { definition: definition.to_string(), properties: None }
}

fn small(title: &str) -> Value {
    json!({
        "swagger": "2.0", "info": { "title": title, "version": "1" }, "host": "api.example.org",
        "paths": { "/a": { "get": { "operationId": "GetA", "responses": {} } } },
    })
}

#[tokio::test]
async fn a_pasted_definition_becomes_a_connector_and_versions_follow_each_other() {
    let house = House::new().await;
    let maker = house.maker().await;
    let c = &house.connectors;
    let new = a_connector(text(&small("Things")));
    let made = c.create(&maker, house.environment(), new).await.unwrap();
    assert_eq!((made.name.as_str(), made.version.number), ("Things", 1));
    assert_eq!((made.version.operations, made.version.host.as_str()), (1, "api.example.org"));
    let mut second = small("Things, again");
    second["paths"]["/b"] = json!({ "get": { "operationId": "GetB", "responses": {} } });
    let next = c.add_version(&maker, made.id, text(&second), "more".to_owned()).await.unwrap();
    assert_eq!((next.name.as_str(), next.version.number), ("Things", 2));
    assert_eq!(next.version.operations, 2);
    assert_eq!(next.version.note, "more");
    assert_eq!(c.compiled(&maker, made.id).await.unwrap().number(), 2);
    let numbers: Vec<i64> =
        c.versions(&maker, made.id).await.unwrap().iter().map(|v| v.number).collect();
    assert_eq!(numbers, [2, 1]);
    assert_eq!(c.use_version(&maker, made.id, 1).await.unwrap().version.number, 1);
    assert_eq!(c.compiled(&maker, made.id).await.unwrap().number(), 1);
    assert_eq!(code(c.use_version(&maker, made.id, 9).await), "api_connector.version_not_found");
}

#[tokio::test]
async fn what_is_downloaded_can_be_uploaded_again_and_is_the_same() {
    let house = House::new().await;
    let maker = house.maker().await;
    let c = &house.connectors;
    // odd on purpose: order, blanks and a comment stay as they were
    let definition = "{ // ours\n \"swagger\": \"2.0\", \"info\": {\"title\": \"Odd\"},\n\n\
                      \"host\": \"h.example\", \"paths\": {}, }";
    let files = vec![
        (format!("kit/{DEFINITION}"), definition.into()),
        (format!("kit/{PROPERTIES}"), "{\"properties\": {}}".into()),
        (format!("kit/{SCRIPT}"), "public class Script {}".into()),
        ("kit/deeper/other.swagger.json".to_owned(), "{}".into()),
    ];
    let made =
        c.create(&maker, house.environment(), a_connector(Upload::Files(files))).await.unwrap();
    assert!(made.version.scripted && made.version.warnings > 0, "{:?}", made.version);
    let download = c.download(&maker, made.id, None).await.unwrap();
    assert_eq!(download.file_name, "Odd.zip");
    let archive = Upload::Archive(download.bytes.into());
    let again = c.add_version(&maker, made.id, archive, String::new()).await.unwrap();
    assert_eq!(again.version.digest, made.version.digest);
    let files = c.files(&maker, made.id, Some(2)).await.unwrap();
    assert_eq!(files.definition, definition.as_bytes());
    assert_eq!(files.script.as_deref(), Some(&b"public class Script {}"[..]));
}

#[tokio::test]
async fn a_form_is_enough_to_begin() {
    let house = House::new().await;
    let maker = house.maker().await;
    let form = |host: &str, security| Blank {
        title: "New".to_owned(),
        description: "Begins empty.".to_owned(),
        scheme: "https".to_owned(),
        host: host.to_owned(),
        base_path: "v1/".to_owned(),
        security,
    };
    let key = BlankSecurity::ApiKey { name: "X-Key".to_owned(), query: false };
    let upload = Upload::Blank(form("api.example.org:8443", key));
    let made =
        house.connectors.create(&maker, house.environment(), a_connector(upload)).await.unwrap();
    assert_eq!(made.version.host, "api.example.org:8443");
    assert_eq!(made.description, "Begins empty.");
    for host in ["", "a b", "user@host", "host/path", "host?x"] {
        let upload = Upload::Blank(form(host, BlankSecurity::None));
        let refused = house.connectors.create(&maker, house.environment(), a_connector(upload));
        assert_eq!(code(refused.await), "input.invalid", "{host:?}");
    }
}

#[tokio::test]
async fn what_is_beyond_repair_is_refused_with_its_place_and_nothing_is_kept() {
    let house = House::new().await;
    let maker = house.maker().await;
    let c = &house.connectors;
    let broken = Upload::Text { definition: "{\"a\": 1\n\"b\" 2}".to_owned(), properties: None };
    let refused = c.create(&maker, house.environment(), a_connector(broken)).await;
    let error = refused.unwrap_err();
    let said = kernel::Coded::fields(&error)[0].detail.clone();
    assert!(said.contains("line 2"), "{said}");
    for hostile in [&b"PK\x03\x04nonsense"[..], b"PK", b""] {
        let upload = Upload::Archive(hostile.to_vec().into());
        let refused = c.create(&maker, house.environment(), a_connector(upload)).await;
        assert_eq!(code(refused), "api_connector.unreadable", "{hostile:?}");
    }
    let nothing = Upload::Files(vec![("readme.txt".to_owned(), "hello".into())]);
    let refused = c.create(&maker, house.environment(), a_connector(nothing)).await;
    assert_eq!(fields(refused), [(String::new(), "api_connector.definition_missing")]);
    assert!(c.list(&maker, house.environment()).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_client_secret_leaves_the_file_and_is_never_downloaded() {
    let house = House::new().await;
    let maker = house.maker().await;
    let c = &house.connectors;
    let properties = json!({ "properties": { "connectionParameters": { "token": {
        "type": "oauthSetting", "oAuthSettings": {
            "identityProvider": "oauth2", "clientId": "us", "clientSecret": "s3cr3t-of-ours",
            "customParameters": {
                "authorizationUrl": { "value": "https://id.example/authorize" },
                "tokenUrl": { "value": "https://id.example/token" },
            },
        },
    } } } });
    let upload = Upload::Text {
        definition: small("Signs in").to_string(),
        properties: Some(properties.to_string()),
    };
    let made = c.create(&maker, house.environment(), a_connector(upload)).await.unwrap();
    let files = c.files(&maker, made.id, None).await.unwrap();
    let kept = String::from_utf8(files.properties).unwrap();
    assert!(kept.contains("clientId") && !kept.contains("s3cr3t-of-ours"), "{kept}");
    let known = c.list_applications(&maker, made.id).await.unwrap();
    assert_eq!(known, [("token".to_owned(), None, true)]);
    let other = liaison_connectors::Application {
        parameter: "tokens".to_owned(),
        ..liaison_connectors::Application::default()
    };
    assert_eq!(code(c.set_application(&maker, made.id, other).await), "input.invalid");
    let admin = house.admin().await;
    let page = house.identity.audit(
        &admin,
        identity::AuditFilter::default(),
        kernel::Limit::default(),
        None,
    );
    let written = format!("{:?}", page.await.unwrap());
    assert!(!written.contains("s3cr3t-of-ours"));
}

#[tokio::test]
async fn connectors_for_sales_need_an_environment_with_the_sales_tables() {
    let house = House::new().await;
    let maker = house.maker().await;
    let c = &house.connectors;
    let mut definition = small("Sales");
    definition["paths"]["/a"]["get"]["description"] = json!(
        "THIS action gets records related to a CRM record; the action enhances the existing \
         skills of Copilot for Sales"
    );
    let refused = c.create(&maker, house.environment(), a_connector(text(&definition))).await;
    assert_eq!(code(refused), "api_connector.crm_needed");
    let plain = c.create(&maker, house.environment(), a_connector(text(&small("Sales")))).await;
    let plain = plain.unwrap();
    let refused = c.add_version(&maker, plain.id, text(&definition), String::new()).await;
    assert_eq!(code(refused), "api_connector.crm_needed");
    let sales = house.sales_environment().await;
    let made = c.create(&maker, sales, a_connector(text(&definition))).await.unwrap();
    assert_eq!(made.environment, sales);
    let back = c.copy(&maker, made.id, house.environment(), "Copy".to_owned()).await;
    assert_eq!(code(back), "api_connector.crm_needed");
}

#[tokio::test]
async fn names_are_unique_in_an_environment_and_copies_stand_alone() {
    let house = House::new().await;
    let maker = house.maker().await;
    let c = &house.connectors;
    let made =
        c.create(&maker, house.environment(), a_connector(text(&small("Things")))).await.unwrap();
    let again = c.create(&maker, house.environment(), a_connector(text(&small("THINGS")))).await;
    assert_eq!(code(again), "api_connector.taken");
    let copy = c.copy(&maker, made.id, house.environment(), "Things too".to_owned()).await.unwrap();
    assert_eq!(copy.version.digest, made.version.digest);
    let patch = ConnectorPatch { name: Some("things".to_owned()), ..ConnectorPatch::default() };
    assert_eq!(code(c.update(&maker, copy.id, patch).await), "api_connector.taken");
    let patch = ConnectorPatch {
        preview: Some(true),
        description: Some("Better.".to_owned()),
        ..ConnectorPatch::default()
    };
    let changed = c.update(&maker, copy.id, patch).await.unwrap();
    assert!(changed.preview && changed.description == "Better.");
    c.delete(&maker, made.id, false).await.unwrap();
    assert_eq!(code(c.connector(&maker, made.id).await), "api_connector.not_found");
    assert_eq!(c.list(&maker, house.environment()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_connector_in_use_is_not_deleted_without_naming_what_depends_on_it() {
    let house = House::new().await;
    let (maker, upstream) = (house.maker().await, Upstream::start().await);
    let made = house.things(&maker, &upstream).await;
    house.keyed(&maker, made.id).await;
    let action: uuid::Uuid = house.ids.fresh();
    let (id, db) = (made.id, house.store.db());
    db.write(&maker, move |tx| {
        liaison_connectors::claim(tx, id, "action", (action, "Look things up"), None)
    })
    .await
    .unwrap();
    let refused = house.connectors.delete(&maker, made.id, false).await.unwrap_err();
    let named: Vec<_> = kernel::Coded::fields(&refused).iter().map(|f| f.detail.clone()).collect();
    assert!(named.iter().any(|d| d.starts_with("action Look things up")), "{named:?}");
    assert!(named.iter().any(|d| d.starts_with("connection ")), "{named:?}");
    house.connectors.delete(&maker, made.id, true).await.unwrap();
    assert!(house.connectors.own_connections(&maker).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_deleted_environment_takes_its_connectors_with_it() {
    let house = House::new().await;
    let (maker, admin) = (house.maker().await, house.admin().await);
    let c = &house.connectors;
    let there = house.sales_environment().await;
    let made = c.create(&maker, there, a_connector(text(&small("Gone soon")))).await.unwrap();
    assert!(c.compiled(&maker, made.id).await.is_ok());
    house.identity.end_environment(&admin, there).await.unwrap();
    assert_eq!(code(c.connector(&maker, made.id).await), "api_connector.not_found");
    assert_eq!(code(c.compiled(&maker, made.id).await), "api_connector.not_found");
    assert_eq!(code(c.list(&maker, there).await), "environment.not_found");
    c.sweep().await.unwrap();
    let db = house.store.db();
    let rows = db.read_one(&maker, |tx| {
        tx.all("SELECT id FROM api_connectors WHERE tenant_id = $1", &[tx.tenant().into()])
    });
    assert!(rows.await.unwrap().is_empty());
}

#[tokio::test]
async fn only_makers_make_and_strangers_know_of_nothing() {
    let house = House::new().await;
    let (maker, seller) = (house.maker().await, house.seller().await);
    let stranger = house.stranger().await;
    let c = &house.connectors;
    let new = || a_connector(text(&small("Things")));
    let refused = c.create(&seller, house.environment(), new()).await;
    assert_eq!(code(refused), "permission.missing");
    let made = c.create(&maker, house.environment(), new()).await.unwrap();
    assert_eq!(c.list(&seller, house.environment()).await.unwrap().len(), 1);
    assert_eq!(code(c.files(&seller, made.id, None).await), "permission.missing");
    assert_eq!(code(c.delete(&seller, made.id, true).await), "permission.missing");
    let there = c.create(&stranger, house.environment(), new()).await;
    assert_eq!(code(there), "environment.not_found");
    assert_eq!(code(c.connector(&stranger, made.id).await), "api_connector.not_found");
    assert_eq!(code(c.files(&stranger, made.id, None).await), "api_connector.not_found");
    assert_eq!(code(c.compiled(&stranger, made.id).await), "api_connector.not_found");
    assert_eq!(code(c.delete(&stranger, made.id, true).await), "api_connector.not_found");
    let upload = text(&small("Mine"));
    let added = c.add_version(&stranger, made.id, upload, String::new()).await;
    assert_eq!(code(added), "api_connector.not_found");
}

#[tokio::test]
async fn what_a_version_breaks_is_named() {
    let house = House::new().await;
    let (maker, seller) = (house.maker().await, house.seller().await);
    let c = &house.connectors;
    let made =
        c.create(&maker, house.environment(), a_connector(text(&small("Things")))).await.unwrap();
    let mut second = small("Things");
    second["paths"] = json!({ "/b": { "get": { "operationId": "GetB", "responses": {} } } });
    c.add_version(&maker, made.id, text(&second), String::new()).await.unwrap();
    let changes = c.changes(&maker, made.id, (1, None)).await.unwrap();
    let errors = changes.iter().filter(|f| f.severity.code() == "error").count();
    assert!(errors > 0, "{changes:?}");
    assert!(c.changes(&maker, made.id, (2, Some(2))).await.unwrap().is_empty());
    assert_eq!(code(c.changes(&seller, made.id, (1, None)).await), "permission.missing");
    let missing = c.changes(&maker, made.id, (7, None)).await;
    assert_eq!(code(missing), "api_connector.version_not_found");
}

#[tokio::test]
async fn only_what_breaks_no_rule_is_certified_and_only_by_those_who_approve() {
    let house = House::new().await;
    let (maker, admin) = (house.maker().await, house.admin().await);
    let c = &house.connectors;
    let made =
        c.create(&maker, house.environment(), a_connector(text(&small("Things")))).await.unwrap();
    assert_eq!(code(c.certify(&maker, made.id, None).await), "permission.missing");
    let refused = c.certify(&admin, made.id, None).await;
    assert_eq!(code(refused), "api_connector.not_certifiable");
    assert_eq!(c.connector(&maker, made.id).await.unwrap().certified, None);
    let found = c.findings(&maker, made.id, None, true).await.unwrap();
    assert!(found.iter().any(|finding| finding.severity.code() == "error"));
    assert_eq!(c.uncertify(&admin, made.id).await.unwrap().certified, None);
}

#[tokio::test]
async fn a_version_is_read_by_those_who_may_use_connections_while_its_connector_is_there() {
    let house = House::new().await;
    let (maker, seller) = (house.maker().await, house.seller().await);
    let stranger = house.stranger().await;
    let c = &house.connectors;
    let made =
        c.create(&maker, house.environment(), a_connector(text(&small("Things")))).await.unwrap();
    c.add_version(&maker, made.id, text(&small("Things")), String::new()).await.unwrap();
    assert_eq!(c.compiled_at(&seller, made.id, 1).await.unwrap().number(), 1);
    assert_eq!(code(c.compiled_at(&stranger, made.id, 1).await), "api_connector.not_found");
    let nobody = testkit::scope(house.tenant.id, seller.actor(), &[]);
    assert_eq!(code(c.compiled_at(&nobody, made.id, 1).await), "permission.missing");
    c.delete(&maker, made.id, true).await.unwrap();
    assert_eq!(code(c.compiled_at(&seller, made.id, 1).await), "api_connector.not_found");
}
