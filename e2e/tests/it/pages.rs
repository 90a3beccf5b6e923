//! The pages as a person meets them: without accessibility faults, on a phone, light to load.

use e2e::Server;
use serde_json::{Value, json};

use crate::scripts::Browser;

#[test]
fn every_page_that_links_reach_is_accessible_fits_a_phone_and_is_light() {
    let Some(browser) =
        Browser::find("every_page_that_links_reach_is_accessible_fits_a_phone_and_is_light")
    else {
        return;
    };
    let server = Server::demo().unwrap();
    let demo = server.demo_data();
    let said = browser.run(
        "pages.mjs",
        &json!({
            "base": format!("http://{}", server.address()),
            "account": { "user": demo.admin.user, "password": demo.admin.password },
            "start": ["/"],
            "limit": if e2e::full_size() { 80 } else { 30 },
        }),
    );
    let visited = said["visited"].as_array().unwrap();
    println!("{} kinds of pages visited: {visited:?}", visited.len());
    assert!(visited.len() >= 8, "{said:#}");
    assert_eq!(said["problems"], json!([]), "{said:#}");
    assert_eq!(said["violations"], json!([]), "{said:#}");
}

/// Pages of apps, connectors and targets hold something: a registered connector, its app, a dialog, targets with
/// attempts.
fn with_connectors(server: &Server) -> Vec<String> {
    let mut admin = server.as_admin().unwrap();
    let mut create = |path: &str, body: Value| -> Value {
        let answer = admin.post(path, body.to_string().as_bytes()).unwrap();
        assert!((200..300).contains(&answer.status), "{path}: {}", answer.text());
        answer.json().unwrap()
    };
    let channel = server.demo_data().webhook(0).unwrap().channel_id.clone();
    let connector = create(
        "/api/v1/connectors",
        json!({
            "name": "Tasks", "short_description": "News of tasks", "company_name": "Contoso",
            "company_url": "https://contoso.example", "valid_domains": ["contoso.example"],
            "configuration_url": "https://contoso.example/configure",
            "teams": true, "groups": true, "mail": true,
        }),
    );
    let connector = connector["id"].as_str().unwrap().to_owned();
    let target = json!({
        "kind": "slack", "name": "Outside", "address": { "url": "https://outside.example.test/hook" },
    });
    let target = create(&format!("/api/v1/channels/{channel}/targets"), target);
    let target = target["id"].as_str().unwrap().to_owned();
    create(&format!("/api/v1/targets/{target}/test"), json!({}));
    let policy = create("/api/v1/setup-policies", json!({ "name": "Sellers" }));
    let policy = policy["id"].as_str().unwrap();
    let team = admin_json(server, &format!("/api/v1/channels/{channel}"));
    let team = team["team_id"].as_str().unwrap().to_owned();
    let mut admin = server.as_admin().unwrap();
    let body = json!({ "team_id": team }).to_string();
    let tried = admin.post(&format!("/api/v1/connectors/{connector}/try"), body.as_bytes());
    let app = tried.unwrap().json().unwrap();
    let app = app["app_id"].as_str().unwrap_or_else(|| panic!("{app}"));
    let hooks = admin_json(server, &format!("/api/v1/channels/{channel}/webhooks"));
    let hook = hooks["items"][0]["id"].as_str().unwrap().to_owned();
    let begin = format!("/api/v1/channels/{channel}/connectors/{connector}/configurations");
    let opened = admin.post(&begin, b"{}").unwrap().json().unwrap();
    let configuration = opened["configuration"]["id"].as_str();
    let configuration = configuration.unwrap_or_else(|| panic!("{opened}"));
    [
        "/connectors",
        "/connectors/developer",
        "/connectors/developer/new",
        "/connectors/guide",
        "/apps",
        "/apps/manage",
        "/apps/upload",
        "/apps/policies",
        "/apps/policies/new",
        "/inbox/connectors",
    ]
    .into_iter()
    .map(str::to_owned)
    .chain([
        format!("/connectors/developer/{connector}"),
        format!("/connectors/developer/{connector}/edit"),
        format!("/connectors/developer/{connector}/manifest"),
        format!("/apps/{app}"),
        format!("/apps/{app}/add"),
        format!("/apps/policies/{policy}"),
        format!("/channels/{channel}/connectors/all"),
        format!("/channels/{channel}/connectors/{connector}/configure"),
        format!("/configurations/{configuration}"),
        format!("/teams/{team}/mailbox/connectors"),
        format!("/channels/{channel}/targets"),
        format!("/channels/{channel}/targets/new"),
        format!("/webhooks/{hook}/targets"),
        format!("/targets/{target}"),
        format!("/targets/{target}/attempts/1"),
    ])
    .collect()
}

fn admin_json(server: &Server, path: &str) -> Value {
    server.as_admin().unwrap().get(path).unwrap().json().unwrap()
}

#[test]
fn pages_of_apps_connectors_and_targets_are_accessible_fit_a_phone_and_are_light() {
    let test = "pages_of_apps_connectors_and_targets_are_accessible_fit_a_phone_and_are_light";
    let Some(browser) = Browser::find(test) else { return };
    let server = Server::demo().unwrap();
    let start = with_connectors(&server);
    let demo = server.demo_data();
    let said = browser.run(
        "pages.mjs",
        &json!({
            "base": format!("http://{}", server.address()),
            "account": { "user": demo.admin.user, "password": demo.admin.password },
            "start": start,
            "limit": start.len(),
        }),
    );
    let visited = said["visited"].as_array().unwrap();
    println!("{} kinds of pages visited: {visited:?}", visited.len());
    assert_eq!(said["problems"], json!([]), "{said:#}");
    assert_eq!(visited.len(), start.len(), "{said:#}");
}

/// The kinds of pages of actions, with one that waits and one that somebody asked for.
fn with_actions(server: &Server) -> Vec<String> {
    let demo = server.demo_data();
    let known = admin_json(server, "/api/v1/actions");
    let shop = &known["items"][0];
    let (shop, connector) =
        (shop["id"].as_str().unwrap(), shop["connector_id"].as_str().unwrap().to_owned());
    let mut admin = server.as_admin().unwrap();
    let new = json!({ "connector_id": connector, "name": "Waiting for somebody",
        "operations": [{ "id": "ListOrders" }, { "id": "ChangeOrder" }] });
    let made = admin.post("/api/v1/actions", new.to_string().as_bytes()).unwrap();
    let waiting = made.json().unwrap()["id"].as_str().unwrap().to_owned();
    let draft = json!({ "connector_id": connector, "name": "Still a draft",
        "operations": [{ "id": "ListOrders" }] });
    let draft = admin.post("/api/v1/actions", draft.to_string().as_bytes()).unwrap();
    let draft = draft.json().unwrap();
    let tool = draft["operations"][0]["tool"].as_str().unwrap();
    let draft = draft["id"].as_str().unwrap();
    admin.post(&format!("/api/v1/actions/{waiting}/publish"), b"{}").unwrap();
    let mut seller = server.connect().unwrap().with_token(&demo.seller.token);
    let wish = json!({ "note": "For the fair" }).to_string();
    seller.post(&format!("/api/v1/actions/{waiting}/requests"), wish.as_bytes()).unwrap();
    ["/actions", "/actions/new", "/actions/waiting", "/actions/requests", "/actions/offers"]
        .into_iter()
        .map(str::to_owned)
        .chain([
            format!("/actions/new?connector={connector}"),
            format!("/actions/{shop}"),
            format!("/actions/{shop}/try"),
            format!("/actions/{shop}/usage"),
            format!("/actions/{waiting}"),
            format!("/actions/{waiting}/enable"),
            format!("/actions/{draft}/edit"),
            format!("/actions/{draft}/operations/{tool}"),
        ])
        .collect()
}

#[test]
fn pages_of_actions_are_accessible_fit_a_phone_and_are_light() {
    let test = "pages_of_actions_are_accessible_fit_a_phone_and_are_light";
    let Some(browser) = Browser::find(test) else { return };
    let server = Server::demo().unwrap();
    let start = with_actions(&server);
    let demo = server.demo_data();
    let said = browser.run(
        "pages.mjs",
        &json!({
            "base": format!("http://{}", server.address()),
            "account": { "user": demo.admin.user, "password": demo.admin.password },
            "start": start,
            "limit": start.len(),
        }),
    );
    let visited = said["visited"].as_array().unwrap();
    println!("{} kinds of pages visited: {visited:?}", visited.len());
    assert_eq!(said["problems"], json!([]), "{said:#}");
}

#[test]
fn pages_of_records_are_accessible_fit_a_phone_and_are_light() {
    let test = "pages_of_records_are_accessible_fit_a_phone_and_are_light";
    let Some(browser) = Browser::find(test) else { return };
    let server = Server::demo().unwrap();
    let demo = server.demo_data();
    let environments = admin_json(&server, "/api/v1/environments");
    let all = environments.as_array().unwrap();
    let sales = all.iter().find(|one| one["crm_enabled"] == true).unwrap();
    let root = format!("/records/{}", sales["id"].as_str().unwrap());
    let name = sales["name"].as_str().unwrap().replace(' ', "%20");
    let accounts = format!("/environments/{name}/api/data/v9.2/accounts?$select=name&$top=1");
    let account = admin_json(&server, &accounts)["value"][0]["accountid"].clone();
    let first = |set: &str, key: &str| {
        let query = format!("/environments/{name}/api/data/v9.2/{set}?$select={key}&$top=1");
        admin_json(&server, &query)["value"][0][key].as_str().unwrap().to_owned()
    };
    let (sale, contact) = (first("opportunities", "opportunityid"), first("contacts", "contactid"));
    let (lead, case) = (first("leads", "leadid"), first("incidents", "incidentid"));
    let place = sales["id"].as_str().unwrap();
    let place = format!("/api/v1/environments/{place}/imports?table=account&file_name=Firms.csv");
    let file = b"Account Name;Main Phone;Annual Revenue\nSommet;+33 1;1 234,50\n;;abc\n";
    let headers = [("Content-Type", "text/csv")];
    let request = e2e::Request { method: "POST", path: &place, headers: &headers, body: file };
    let import = server.as_admin().unwrap().send(&request).unwrap();
    assert_eq!(import.status, 201, "{}", import.text());
    let import = import.json().unwrap()["id"].as_str().unwrap().to_owned();
    let start = [
        root.clone(),
        format!("{root}/account"),
        format!("{root}/quote?q=nothing+like+it"),
        format!("{root}/opportunity?chart=on"),
        format!("{root}/account/new"),
        format!("{root}/account/{}", account.as_str().unwrap()),
        // one kind of page is looked at once, so each part of it stands at a table of its own
        format!("{root}/lead?chart=bars.leadqualitycode.-.count.-&panel=columns"),
        format!("{root}/contact?f=lastname.like.a&panel=filter&fc=parentcustomerid"),
        format!("{root}/incident?chart=line.createdon.month.count.-"),
        format!("{root}/opportunity/{sale}"),
        format!("{root}/contact/{contact}?tab=related"),
        format!("{root}/lead/{lead}?tab=history"),
        format!("{root}/incident/{case}?tab=access"),
        format!("{root}/opportunity/{sale}/cell/estimatedvalue"),
        "/crm".to_owned(),
        format!("{root}/imports"),
        format!("{root}/account/import"),
        format!("{root}/account/export"),
        // a file that waits for its columns
        format!("{root}/imports/{import}"),
    ];
    let said = browser.run(
        "pages.mjs",
        &json!({
            "base": format!("http://{}", server.address()),
            "account": { "user": demo.admin.user, "password": demo.admin.password },
            "start": start,
            "limit": start.len(),
        }),
    );
    assert_eq!(said["visited"].as_array().unwrap().len(), start.len(), "{said:#}");
    assert_eq!(said["problems"], json!([]), "{said:#}");
}

/// Environments, data policies and connections hold something: a connector, what is reached with it, a call that was
/// refused.
fn with_governance(server: &Server) -> Vec<String> {
    let mut admin = server.as_admin().unwrap();
    let mut send = |path: &str, body: Value| -> Value {
        admin.post(path, body.to_string().as_bytes()).unwrap().json().unwrap()
    };
    let id = |made: &Value| made["id"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    let environment = id(&send(
        "/api/v1/environments",
        json!({ "name": "Sandbox of the team that tries everything", "kind": "sandbox" }),
    ));
    let constraints = json!({ "required": "true" });
    let key = json!({ "type": "securestring",
        "uiDefinition": { "displayName": "Key", "constraints": constraints } });
    let source = json!({ "kind": "text",
        "definition": {
            "swagger": "2.0", "info": { "title": "Items", "version": "1" },
            "host": "outside.example.test",
            "paths": { "/a": { "get": { "operationId": "GetA", "responses": {} } } },
        },
        "properties": { "properties": { "connectionParameters": { "api_key": key },
            "iconBrandColor": "#007ee5", "capabilities": [] } },
    });
    let place = format!("/api/v1/environments/{environment}/connectors");
    let connector = id(&send(&place, json!({ "name": "Items", "source": source })));
    let place = format!("/api/v1/api-connectors/{connector}/connections");
    let connection = id(&send(&place, json!({ "shared": true, "values": { "api_key": "k" } })));
    let group = json!({ "connector": connector, "group": "blocked" });
    let policy = json!({ "name": "Closed", "reach": "only", "environment_ids": [environment],
        "rules": { "connectors": [group] } });
    let policy = id(&send("/api/v1/data-policies", policy));
    let place = format!("/api/v1/api-connectors/{connector}/operations/GetA/invoke");
    assert_eq!(send(&place, json!({ "inputs": {} }))["code"], "data_policy.violation");
    [
        "/admin/environments",
        "/admin/environments/new",
        "/admin/data-policies",
        "/admin/data-policies/new",
        "/admin/data-policies/violations",
        "/connections?whose=all",
        "/connections/new",
    ]
    .into_iter()
    .map(str::to_owned)
    .chain([
        format!("/admin/environments/{environment}"),
        format!("/admin/environments/{environment}/teams"),
        format!("/admin/environments/{environment}/teams/consent?which=first"),
        format!("/admin/environments/{environment}/teams/tables"),
        format!("/admin/environments/{environment}/teams/licences"),
        format!("/admin/data-policies/{policy}"),
        format!("/admin/data-policies/{policy}/connectors/{connector}"),
        format!("/connections/{connection}"),
    ])
    .collect()
}

#[test]
fn pages_of_governance_and_connections_are_accessible_fit_a_phone_and_are_light() {
    let test = "pages_of_governance_and_connections_are_accessible_fit_a_phone_and_are_light";
    let Some(browser) = Browser::find(test) else { return };
    let server = Server::demo().unwrap();
    let start = with_governance(&server);
    let demo = server.demo_data();
    let said = browser.run(
        "pages.mjs",
        &json!({
            "base": format!("http://{}", server.address()),
            "account": { "user": demo.admin.user, "password": demo.admin.password },
            "start": start,
            "limit": start.len(),
        }),
    );
    let visited = said["visited"].as_array().unwrap();
    println!("{} kinds of pages visited: {visited:?}", visited.len());
    assert_eq!(said["problems"], json!([]), "{said:#}");
    assert_eq!(said["violations"], json!([]), "{said:#}");
    assert_eq!(visited.len(), start.len(), "{said:#}");
}

/// The kinds of pages of one connector to an API: with two versions, a script, and calls in its log.
fn with_api_connector(server: &Server) -> Vec<String> {
    let known = admin_json(server, "/api/v1/actions");
    let connector = known["items"][0]["connector_id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/api-connectors/{connector}");
    let files = admin_json(server, &format!("{path}/files"));
    let mut admin = server.as_admin().unwrap();
    let mut send = |path: &str, body: Value| {
        let answer = admin.post(path, body.to_string().as_bytes()).unwrap();
        assert!(answer.status < 300, "{path}: {}", answer.text());
    };
    for operation in ["ListOrders", "FindCustomers"] {
        send(&format!("{path}/operations/{operation}/invoke"), json!({ "inputs": {} }));
    }
    let read = |key: &str| serde_json::from_str::<Value>(files[key].as_str().unwrap()).unwrap();
    let mut definition = read("definition");
    definition["paths"].as_object_mut().unwrap().retain(|_, item| item.get("patch").is_none());
    let source = json!({ "kind": "text", "definition": definition, "properties": read("properties"),
        "script": "public class Script : ScriptBase { }" });
    send(&format!("{path}/versions"), json!({ "note": "With a script", "source": source }));
    let example =
        json!({ "name": "All", "operation": "ListOrders", "expected": { "status": 200 } });
    send(&format!("{path}/examples"), example);
    let page = format!("/apis/{connector}");
    let ways = ["files", "address", "text", "blank"].map(|way| format!("/apis/new?way={way}"));
    [
        "",
        "/operations/ListOrders",
        "/definition",
        "/definition?file=script",
        "/certification",
        "/certification?level=draft&severity=warning",
        "/versions",
        "/versions/new",
        "/test",
        "/test?operation=CreateOrder",
        "/examples",
        "/compare?from=1&to=2",
        "/usage",
        "/settings",
        "/test",
    ]
    .into_iter()
    .map(|end| format!("{page}{end}"))
    .chain(ways)
    .chain(["/apis".to_owned(), "/apis?q=nothing-at-all".to_owned()])
    .collect()
}

#[test]
fn pages_of_api_connectors_are_accessible_fit_a_phone_and_are_light() {
    let test = "pages_of_api_connectors_are_accessible_fit_a_phone_and_are_light";
    let Some(browser) = Browser::find(test) else { return };
    let server = Server::demo().unwrap();
    let start = with_api_connector(&server);
    let demo = server.demo_data();
    let said = browser.run(
        "pages.mjs",
        &json!({
            "base": format!("http://{}", server.address()),
            "account": { "user": demo.admin.user, "password": demo.admin.password },
            "start": start,
            "limit": start.len(),
        }),
    );
    let visited = said["visited"].as_array().unwrap();
    println!("{} kinds of pages visited: {visited:?}", visited.len());
    assert_eq!(said["problems"], json!([]), "{said:#}");
    assert_eq!(said["violations"], json!([]), "{said:#}");
}

/// The environment with sales tables of the demo.
fn sales_environment(server: &Server) -> Value {
    let environments = admin_json(server, "/api/v1/environments");
    let all = environments.as_array().unwrap();
    all.iter().find(|one| one["crm_enabled"] == true).unwrap().clone()
}

#[test]
fn pages_of_definitions_and_rights_are_accessible_fit_a_phone_and_are_light() {
    let test = "pages_of_definitions_and_rights_are_accessible_fit_a_phone_and_are_light";
    let Some(browser) = Browser::find(test) else { return };
    let server = Server::demo().unwrap();
    let demo = server.demo_data();
    let sales = sales_environment(&server);
    let root = format!("/setup/{}", sales["id"].as_str().unwrap());
    let name = sales["name"].as_str().unwrap().replace(' ', "%20");
    let service = format!("/environments/{name}/api/data/v9.2");
    let first = |set: &str, filter: &str, key: &str| -> String {
        let rows = admin_json(&server, &format!("{service}/{set}?$select={key}&$filter={filter}"));
        rows["value"][0][key].as_str().unwrap_or_else(|| panic!("{rows}")).to_owned()
    };
    let role = first("roles", "name%20eq%20%27Salesperson%27", "roleid");
    let person = first("systemusers", "fullname%20ne%20%27SYSTEM%27", "systemuserid");
    let unit = first("businessunits", "name%20ne%20%27%27", "businessunitid");
    let start: Vec<String> = [
        "",
        "/tables",
        "/tables/new",
        "/tables/account",
        "/tables/account/relationships",
        "/tables/account/keys",
        "/tables/account/views",
        "/tables/account/properties",
        "/tables/account/columns/new",
        "/tables/account/columns/new?type=choice",
        "/tables/account/columns/industrycode",
        "/tables/account/relationships/new",
        "/tables/account/keys/new",
        "/tables/account/views/new",
        "/choices",
        "/choices/new",
        "/roles",
        "/people",
        "/teams",
        "/teams/new",
        "/units",
        "/units/new",
        "/column-security",
        "/hierarchy",
    ]
    .into_iter()
    .map(str::to_owned)
    .chain([
        format!("/roles/{role}"),
        format!("/people/{person}"),
        format!("/people/{person}/why?table=account"),
        format!("/units/{unit}"),
    ])
    .map(|rest| format!("{root}{rest}"))
    .collect();
    let said = browser.run(
        "pages.mjs",
        &json!({
            "base": format!("http://{}", server.address()),
            "account": { "user": demo.admin.user, "password": demo.admin.password },
            "start": start,
            "limit": start.len(),
        }),
    );
    assert_eq!(said["problems"], json!([]), "{said:#}");
}

#[test]
fn a_table_made_in_the_browser_is_worked_with_as_the_matrix_says() {
    let test = "a_table_made_in_the_browser_is_worked_with_as_the_matrix_says";
    let Some(browser) = Browser::find(test) else { return };
    let server = Server::demo().unwrap();
    let demo = server.demo_data();
    let sales = sales_environment(&server);
    let limited = demo_json(&server)["limited"].clone();
    let said = browser.run(
        "setup.mjs",
        &json!({
            "base": format!("http://{}", server.address()),
            "account": { "user": demo.admin.user, "password": demo.admin.password },
            "environment": sales["id"],
            "person": limited["systemuserid"],
        }),
    );
    println!("{said:#}");
    assert_eq!(said["levels"].as_str().unwrap().get(..4), Some("1410"), "{said:#}");
    assert!(said["counted"].as_str().unwrap().ends_with('3'), "{said:#}");
    assert!(said["cells"].as_i64().unwrap() >= 300, "{said:#}");
    assert!(said["weight"].as_i64().unwrap() < 30 * 1024, "{said:#}");
    let name = sales["name"].as_str().unwrap().replace(' ', "%20");
    let service = format!("/environments/{name}/api/data/v9.2/new_sitevisits");
    let mut caller = server.connect().unwrap().with_token(limited["token"].as_str().unwrap());
    let made = caller.post(&service, br#"{"new_name":"First"}"#).unwrap();
    assert_eq!(made.status, 204, "{}", made.text());
    let row = made.header("odata-entityid").unwrap().to_owned();
    let rows = caller.get(&service).unwrap().json().unwrap();
    assert_eq!(rows["value"][0]["new_name"], "First", "{rows:#}");
    let at = row.find("/environments/").unwrap();
    let row = row.get(at..).unwrap();
    let gone = caller
        .send(&e2e::Request { method: "DELETE", path: row, headers: &[], body: b"" })
        .unwrap();
    assert_eq!(gone.status, 403, "{}", gone.text());
}

/// What the demo tells whoever starts it.
fn demo_json(server: &Server) -> Value {
    serde_json::from_slice(&std::fs::read(server.data().join("demo.json")).unwrap()).unwrap()
}
