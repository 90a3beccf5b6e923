//! The life of a connector as makers meet it on pages.

use axum::body::Body;
use http::{StatusCode, header};
use identity::{
    Role,
    environments::{EnvironmentKind, NewEnvironment},
};
use serde_json::{Value, json};
use web_proof::{Browser, House, Page};

/// A definition with one operation more for each version.
fn definition(operations: &[&str]) -> Value {
    let paths: serde_json::Map<String, Value> = operations
        .iter()
        .map(|id| {
            let operation = json!({
                "operationId": id, "summary": format!("Do {id} <b>"), "tags": ["Tasks"],
                "parameters": [{ "name": "id", "in": "query", "type": "string", "required": true }],
                "responses": { "200": { "description": "OK", "schema": { "type": "object" } } },
            });
            (format!("/{id}"), json!({ "get": operation }))
        })
        .collect();
    json!({
        "swagger": "2.0", "info": { "title": "Tasks", "description": "Tasks.", "version": "1.0" },
        "host": "tasks.contoso.example", "basePath": "/", "schemes": ["https"], "paths": paths,
    })
}

/// Texts and files by name.
type Fields<'a> = (&'a [(&'a str, &'a str)], &'a [(&'a str, &'a [u8])]);

/// Sends a form with files, as a browser does.
async fn send(house: &House, browser: &Browser, path: &str, (texts, files): Fields<'_>) -> Page {
    let mut body = Vec::new();
    let token = [("csrf", browser.csrf.as_str())];
    for (name, value) in token.iter().chain(texts) {
        let part =
            format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.as_bytes());
    }
    for (name, bytes) in files {
        let part = format!(
            "--cut\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        );
        body.extend(part.as_bytes());
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--cut--\r\n");
    let request = house
        .request(browser, "POST", path)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut");
    house.send(request.body(Body::from(body)).unwrap()).await
}

async fn house() -> (House, Browser, String) {
    let house = House::new(vec![liaison_web_apis::routes()]).await;
    let maker = house.browser("maker", &[Role::ConnectorMaker]).await;
    let environment = house.tenant.uuid().to_string();
    (house, maker, environment)
}

async fn bring(house: &House, maker: &Browser, environment: &str, operations: &[&str]) -> String {
    let file = definition(operations).to_string();
    let texts = [("way", "files"), ("environment", environment)];
    let made = send(house, maker, "/apis/new", (&texts, &[("tasks.json", file.as_bytes())])).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.html);
    made.location().to_owned()
}

#[tokio::test]
async fn a_connector_is_brought_changed_compared_and_taken_back() {
    let (house, maker, environment) = house().await;
    let empty = house.get(&maker, "/apis").await;
    assert_eq!(empty.status, StatusCode::OK);
    assert!(empty.html.contains("/apis/new?environment="), "{}", empty.html);
    let page = bring(&house, &maker, &environment, &["ListTasks", "GetTask"]).await;
    let seen = house.get(&maker, &page).await;
    assert!(seen.html.contains("Do ListTasks &#60;b&#62;"), "{}", seen.html);
    assert!(seen.html.contains("/operations/GetTask"));
    let hit = house.get(&maker, &format!("{page}?q=gettask")).await;
    assert!(
        hit.html.contains("/operations/GetTask") && !hit.html.contains("/operations/ListTasks")
    );
    let sheet = house.get(&maker, &format!("{page}/operations/GetTask")).await;
    assert!(sheet.html.contains("<code>id</code>"), "{}", sheet.html);
    let nothing = house.get(&maker, &format!("{page}/operations/Nothing")).await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
    // A version that takes an operation away says so at once.
    let next = definition(&["GetTask", "AddTask"]).to_string();
    let texts = [("way", "text"), ("definition", next.as_str()), ("note", "More")];
    let added = send(&house, &maker, &format!("{page}/versions/new"), (&texts, &[])).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.html);
    assert_eq!(added.location(), format!("{page}/compare?from=1&to=2"));
    let compared = house.get(&maker, added.location()).await;
    assert!(compared.html.contains("ListTasks"), "{}", compared.html);
    assert!(compared.html.contains("AddTask"), "{}", compared.html);
    assert!(compared.html.contains("class=\"note bad\""), "{}", compared.html);
    let versions = house.get(&maker, &format!("{page}/versions")).await;
    assert!(versions.html.contains("More"), "{}", versions.html);
    let back = house.post(&maker, &format!("{page}/versions/1/use"), &[]).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.html);
    assert!(house.get(&maker, &page).await.html.contains("/operations/ListTasks"));
    let package = house.get(&maker, &format!("{page}/versions/2/package")).await;
    assert_eq!(package.headers[header::CONTENT_TYPE], "application/zip");
    let list = house.get(&maker, "/apis?q=TASKS.contoso").await;
    assert!(list.html.contains(&format!("href=\"{page}\"")), "{}", list.html);
    let list = house.get(&maker, "/apis?kind=certified").await;
    assert!(!list.html.contains(&format!("href=\"{page}\"")));
}

#[tokio::test]
async fn what_cannot_be_taken_is_said_where_it_is_and_the_form_stays() {
    let (house, maker, environment) = house().await;
    let texts = [("way", "files"), ("environment", environment.as_str()), ("name", "Mine <i>")];
    let broken = send(&house, &maker, "/apis/new", (&texts, &[("x.json", b"{\"a\": }")])).await;
    assert_eq!(broken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(broken.html.contains("line 1"), "{}", broken.html);
    assert!(broken.html.contains("value=\"Mine &#60;i&#62;\""), "{}", broken.html);
    let nothing = send(&house, &maker, "/apis/new", (&texts, &[])).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    let private = [
        ("way", "address"),
        ("environment", environment.as_str()),
        ("address", "http://169.254.169.254/latest"),
    ];
    let refused = send(&house, &maker, "/apis/new", (&private, &[])).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.html);
    let stranger = Browser { csrf: "wrong".to_owned(), ..maker.clone() };
    let forged = send(&house, &stranger, "/apis/new", (&texts, &[])).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_connector_for_sales_is_refused_with_its_reason_where_the_tables_are_missing() {
    let (house, maker, environment) = house().await;
    let file = definition(&["SALESOP"]).to_string().replace("SALESOP", "scp-get-related-records");
    let texts = |environment| {
        [("way", "text"), ("environment", environment), ("definition", file.as_str())]
    };
    let refused = send(&house, &maker, "/apis/new", (&texts(&environment), &[])).await;
    let system = house.system.scope(house.tenant, "test");
    let new = NewEnvironment {
        name: "Sales".to_owned(),
        kind: EnvironmentKind::Production,
        crm_enabled: true,
    };
    let sales = house.identity.create_environment(&system, new).await.unwrap().id.to_string();
    let taken = send(&house, &maker, "/apis/new", (&texts(&sales), &[])).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.html);
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.html);
    assert!(refused.html.contains("sales tables"), "{}", refused.html);
}

#[tokio::test]
async fn an_empty_one_begins_with_a_form() {
    let (house, maker, environment) = house().await;
    let texts = [
        ("way", "blank"),
        ("environment", environment.as_str()),
        ("title", "Mine"),
        ("scheme", "https"),
        ("host", "api.example.org"),
        ("security", "oauth"),
        ("authorization_url", "https://id.example.org/authorize"),
        ("token_url", "https://id.example.org/token"),
        ("scopes", "read write"),
    ];
    let made = send(&house, &maker, "/apis/new", (&texts, &[])).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.html);
    let page = made.location();
    let settings = house.get(&maker, &format!("{page}/settings")).await;
    assert!(settings.html.contains("/connections/sign-in"), "{}", settings.html);
    let register =
        [("parameter", "token"), ("client_id", "liaison"), ("client_secret", "very secret")];
    let kept = house.post(&maker, &format!("{page}/settings/application"), &register).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.html);
    let settings = house.get(&maker, &format!("{page}/settings")).await;
    assert!(settings.html.contains("value=\"liaison\""), "{}", settings.html);
    assert!(!settings.html.contains("very secret"));
    let bad_host =
        texts.map(|(name, value)| if name == "host" { (name, "a/b") } else { (name, value) });
    let refused = send(&house, &maker, "/apis/new", (&bad_host, &[])).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.html.contains("host-problem"), "{}", refused.html);
}

#[tokio::test]
async fn certification_names_places_gives_files_and_marks_only_what_is_ready() {
    let (house, maker, environment) = house().await;
    let page = bring(&house, &maker, &environment, &["GetTask"]).await;
    let judged = house.get(&maker, &format!("{page}/certification")).await;
    assert_eq!(judged.status, StatusCode::OK);
    assert!(
        judged.html.contains("&line=") || judged.html.contains("&#38;line="),
        "{}",
        judged.html
    );
    let only = house.get(&maker, &format!("{page}/certification?severity=warning")).await;
    assert!(!only.html.contains("<span class=\"badge bad\">Error"), "{}", only.html);
    let sarif = house.get(&maker, &format!("{page}/certification/findings?format=sarif")).await;
    let sarif: Value = serde_json::from_str(&sarif.html).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    assert!(sarif["runs"][0]["results"].as_array().is_some_and(|results| !results.is_empty()));
    let json = house.get(&maker, &format!("{page}/certification/findings?format=json")).await;
    let json: Value = serde_json::from_str(&json.html).unwrap();
    assert!(json["findings"][0]["remedy"].is_string());
    // A maker who is no administrator does not certify; an administrator is told what is missing.
    let mark = format!("{page}/certification/mark");
    let denied = house.post(&maker, &mark, &[("version", "1")]).await;
    assert_eq!(denied.status, StatusCode::FORBIDDEN);
    let admin = house.browser("admin", &[Role::PlatformAdministrator]).await;
    let refused = house.post(&admin, &mark, &[("version", "1")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.html);
    let path = format!("{page}/certification/submission");
    let refused = send(&house, &maker, &path, (&[("version", "1")], &[])).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.html);
}

#[tokio::test]
async fn a_good_package_is_handed_in_and_marked_until_the_mark_is_taken_back() {
    let (house, maker, environment) = house().await;
    let folder = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures/connector-rules/good");
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let (definition, properties) = (read("apiDefinition.swagger.json"), read("apiProperties.json"));
    let files: [(&str, &[u8]); 3] = [
        ("apiDefinition.swagger.json", &definition),
        ("apiProperties.json", &properties),
        ("readme.md", b"# Pets"),
    ];
    let texts = [("way", "files"), ("environment", environment.as_str())];
    let made = send(&house, &maker, "/apis/new", (&texts, &files)).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.html);
    let page = made.location();
    let path = format!("{page}/certification/submission");
    let archive = send(&house, &maker, &path, (&[("version", "1")], &[])).await;
    assert_eq!(archive.status, StatusCode::OK, "{}", archive.html);
    assert_eq!(archive.headers[header::CONTENT_TYPE], "application/zip");
    let told = archive.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
    assert!(told.contains("-submission.zip"), "{told}");
    let admin = house.browser("admin", &[Role::PlatformAdministrator]).await;
    let certified = format!("{page}/certification");
    let marked = house.post(&admin, &format!("{certified}/mark"), &[("version", "1")]).await;
    assert_eq!(marked.status, StatusCode::SEE_OTHER, "{}", marked.html);
    let list = house.get(&maker, "/apis?kind=certified").await;
    assert!(list.html.contains(&format!("href=\"{page}\"")), "{}", list.html);
    let taken = house.post(&admin, &format!("{certified}/unmark"), &[]).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.html);
    let list = house.get(&maker, "/apis?kind=certified").await;
    assert!(!list.html.contains(&format!("href=\"{page}\"")));
}

#[tokio::test]
async fn a_script_is_shown_with_the_operations_that_cannot_run() {
    let (house, maker, environment) = house().await;
    let file = definition(&["GetTask"]).to_string();
    let files: [(&str, &[u8]); 2] = [
        ("apiDefinition.swagger.json", file.as_bytes()),
        ("script.csx", b"public class Script : ScriptBase { /* <x> */ }"),
    ];
    let texts = [("way", "files"), ("environment", environment.as_str())];
    let made = send(&house, &maker, "/apis/new", (&texts, &files)).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.html);
    let page = made.location();
    let source = house.get(&maker, &format!("{page}/definition?file=script")).await;
    assert!(source.html.contains("/* &#60;x&#62; */"), "{}", source.html);
    assert!(source.html.contains("GetTask"), "{}", source.html);
    let show = house.get(&maker, page).await;
    assert!(show.html.contains("class=\"small obstacle\""), "{}", show.html);
    assert!(!show.html.contains("/test?operation="), "{}", show.html);
}

#[tokio::test]
async fn a_connector_is_copied_renamed_and_deleted() {
    let (house, maker, environment) = house().await;
    let page = bring(&house, &maker, &environment, &["GetTask"]).await;
    let copy = [("copy_name", "Other"), ("copy_environment", environment.as_str())];
    let copied = house.post(&maker, &format!("{page}/copy"), &copy).await;
    assert_eq!(copied.status, StatusCode::SEE_OTHER, "{}", copied.html);
    let taken = house.post(&maker, &format!("{page}/copy"), &copy).await;
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(taken.html.contains("copy_name-problem"), "{}", taken.html);
    let fields = [("name", "OTHER"), ("description", "x")];
    let taken = house.post(&maker, &format!("{page}/settings"), &fields).await;
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(taken.html.contains("\"name-problem\""), "{}", taken.html);
    let fields = [("name", "Mine"), ("description", "x"), ("preview", "on")];
    let saved = house.post(&maker, &format!("{page}/settings"), &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.html);
    let usage = house.get(&maker, &format!("{page}/usage?failed=on&hours=168")).await;
    assert_eq!(usage.status, StatusCode::OK);
    let gone = house.post(&maker, &format!("{page}/delete"), &[]).await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER, "{}", gone.html);
    assert_eq!(house.get(&maker, &page).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn who_makes_no_connectors_looks_and_changes_nothing() {
    let (house, maker, environment) = house().await;
    let page = bring(&house, &maker, &environment, &["GetTask"]).await;
    let seller = house.browser("seller", &[Role::Seller]).await;
    let list = house.get(&seller, "/apis").await;
    assert!(list.html.contains(&format!("href=\"{page}\"")), "{}", list.html);
    assert!(!list.html.contains("/apis/new"), "{}", list.html);
    assert_eq!(house.get(&seller, &page).await.status, StatusCode::OK);
    for closed in ["definition", "certification", "versions", "versions/new", "usage", "settings"] {
        let refused = house.get(&seller, &format!("{page}/{closed}")).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{closed}");
    }
    for closed in ["delete", "versions/1/use", "settings/application", "certification/unmark"] {
        let refused = house.post(&seller, &format!("{page}/{closed}"), &[("parameter", "x")]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{closed}");
    }
}
