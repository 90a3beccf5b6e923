//! What exists in the demo tenant behind a closed door, and an administrator of another tenant.

use std::collections::BTreeMap;

use e2e::{Answer, Request, Server};
use serde_json::{Value, json};

use crate::openapi::{Description, Operation, filled};

/// Nothing has this identifier.
const NOTHING: &str = "0198c0de-0000-7000-8000-000000000000";

/// The smallest picture there is.
const PIXEL: &[u8] =
    b"\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x01\x00\x00\x00\
    \x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\x0b\x49\x44\x41\x54\x78\xda\x63\xf8\x0f\
    \x04\x00\x09\xfb\x03\xfd\x68\xfa\x1c\xcc\x00\x00\x00\x00\x49\x45\x4e\x44\xae\x42\x60\x82";

/// An app package that the catalogue takes.
const PACKAGE: &[u8] = include_bytes!("../../../../fixtures/app-packages/channel-app.zip");

/// Makes another tenant with one administrator and returns the administrator's API token.
/// The server is stopped for it and started again.
pub(crate) fn other_tenant(server: &mut Server) -> String {
    assert!(server.stop().unwrap().success());
    let output = server.run(&["tenant", "add", "Elsewhere", "--json"]).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let made: Value = serde_json::from_slice(&output.stdout).unwrap();
    server.start().unwrap();
    made["token"].as_str().unwrap_or_else(|| panic!("no token: {made}")).to_owned()
}

/// Things of the administrator that no other account of the tenant takes part in.
pub(super) struct Things {
    /// By the name of the parameter that takes them.
    ids: BTreeMap<&'static str, String>,
    /// Words that a body needs, by the name of their field.
    words: BTreeMap<&'static str, String>,
}

impl Things {
    /// Creates them through REST.
    pub(super) fn create(server: &Server) -> Self {
        let mut admin = server.as_admin().unwrap();
        let user = admin.get("/api/v1/me").unwrap().json().unwrap()["user_id"]
            .as_str()
            .unwrap()
            .to_owned();
        let mut create = |path: &str, body: Value| -> Value {
            let answer = admin.post(path, body.to_string().as_bytes()).unwrap();
            assert!(
                (200..300).contains(&answer.status),
                "{path}: {} {}",
                answer.status,
                answer.text()
            );
            answer.json().unwrap()
        };
        let id =
            |value: &Value| value["id"].as_str().unwrap_or_else(|| panic!("{value}")).to_owned();
        let team =
            id(&create("/api/v1/teams", json!({ "name": "Closed door", "visibility": "private" })));
        let channel = json!({ "name": "Inside", "kind": "private" });
        let channel = id(&create(&format!("/api/v1/teams/{team}/channels"), channel));
        let message =
            create(&format!("/api/v1/channels/{channel}/messages"), json!({ "text": "secret" }));
        let webhook = id(&create(
            &format!("/api/v1/channels/{channel}/webhooks"),
            json!({ "name": "Inside" }),
        ));
        create(&format!("/api/v1/webhooks/{webhook}/test"), json!({ "sample": "text" }));
        let target = json!({ "kind": "slack", "name": "Outside", "address": { "url": "https://outside.example.test/hook" } });
        let target = id(&create(&format!("/api/v1/channels/{channel}/targets"), target));
        create(&format!("/api/v1/targets/{target}/test"), json!({}));
        let connector = json!({
            "name": "Inside", "short_description": "Inside", "company_name": "Contoso", "teams": true,
            "company_url": "https://contoso.example", "configuration_url": "https://contoso.example/configure",
            "valid_domains": ["contoso.example"],
        });
        let connector = id(&create("/api/v1/connectors", connector));
        create(&format!("/api/v1/connectors/{connector}/try"), json!({ "team_id": team }));
        let begin = format!("/api/v1/channels/{channel}/connectors/{connector}/configurations");
        let configuration = id(&create(&begin, json!({}))["configuration"]);
        let group = id(&create("/api/v1/groups", json!({ "name": "Closed door" })));
        let licence = id(&create("/api/v1/licences", json!({ "name": "Closed door" })));
        let environment = json!({ "name": "Closed door", "kind": "sandbox" });
        let environment = id(&create("/api/v1/environments", environment));
        let source = json!({ "kind": "text", "definition": {
            "swagger": "2.0", "info": { "title": "Inside", "version": "1" },
            "host": "outside.example.test",
            "paths": { "/a": { "get": { "operationId": "GetA", "responses": {} } } },
        } });
        let api_connector = json!({ "name": "Inside", "source": source });
        let place = format!("/api/v1/environments/{environment}/connectors");
        let api_connector = id(&create(&place, api_connector));
        let action = json!({ "connector_id": api_connector, "name": "Closed door",
            "operations": [{ "id": "GetA" }] });
        let action = id(&create("/api/v1/actions", action));
        let asked = id(&create(&format!("/api/v1/actions/{action}/requests"), json!({})));
        let place = format!("/api/v1/api-connectors/{api_connector}/connections");
        let connection = id(&create(&place, json!({ "name": "Closed door" })));
        let example =
            json!({ "name": "Closed door", "operation": "GetA", "expected": { "status": 200 } });
        let place = format!("/api/v1/api-connectors/{api_connector}/examples");
        let example = id(&create(&place, example));
        let data_policy =
            json!({ "name": "Closed door", "reach": "only", "environment_ids": [environment] });
        let data_policy = id(&create("/api/v1/data-policies", data_policy));
        let crm_system = json!({ "name": "Closed door", "kind": "salesforce",
            "address": "outside.my.salesforce.com", "client_id": "3MVG9" });
        let crm_system = id(&create("/api/v1/crm-systems", crm_system));
        let upload = format!("/api/v1/channels/{channel}/files?name=secret.txt");
        let headers = [("Content-Type", "application/octet-stream")];
        let request = Request { method: "POST", path: &upload, headers: &headers, body: b"secret" };
        let file = id(&admin.send(&request).unwrap().json().unwrap());
        let letter = b"From: ben@fabrikam.example\r\nSubject: Closed door\r\n\r\nInside";
        let path = "/api/v1/seller-mails";
        let request = Request { method: "POST", path, headers: &headers, body: letter };
        let seller_mail = id(&admin.send(&request).unwrap().json().unwrap()["mail"]);
        let meeting = json!({ "subject": "Closed door", "starts_at": "2026-03-02T09:00:00Z",
            "ends_at": "2026-03-02T10:00:00Z", "people": ["ben@fabrikam.example"] });
        let meeting = meeting.to_string();
        let path = "/api/v1/meetings";
        let json = [("Content-Type", "application/json")];
        let request = Request { method: "POST", path, headers: &json, body: meeting.as_bytes() };
        let meeting = id(&admin.send(&request).unwrap().json().unwrap());
        let spoken = b"Ben: Can you send the offer?\nAda: I will send you the offer by Friday.\n";
        let path = format!("/api/v1/meetings/{meeting}/transcript");
        let request = Request { method: "PUT", path: &path, headers: &headers, body: spoken };
        assert_eq!(admin.send(&request).unwrap().status, 200);
        let logo = format!("/api/v1/connectors/{connector}/logo");
        let logo = Request { method: "PUT", path: &logo, headers: &headers, body: PIXEL };
        assert_eq!(admin.send(&logo).unwrap().status, 204);
        let headers = [("Content-Type", "application/zip")];
        let request =
            Request { method: "POST", path: "/api/v1/apps", headers: &headers, body: PACKAGE };
        let app = admin.send(&request).unwrap().json().unwrap()["app"].clone();
        let icon = app["color_icon"].as_str().and_then(|path| path.rsplit('/').next());
        let (hash, app) = (icon.unwrap().to_owned(), id(&app));
        let mut create = |path: &str, body: Value| -> Value {
            admin.post(path, body.to_string().as_bytes()).unwrap().json().unwrap()
        };
        let policy = id(&create("/api/v1/setup-policies", json!({ "name": "Closed door" })));
        let mut ids = BTreeMap::from([
            ("app_id", app),
            ("policy_id", policy),
            ("hash", hash),
            ("environment_id", environment),
            ("api_connector_id", api_connector),
            ("connection_id", connection),
            ("example_id", example),
            ("action_id", action),
            ("data_policy_id", data_policy),
            ("crm_system_id", crm_system),
            ("seller_mail_id", seller_mail),
            ("meeting_id", meeting),
            ("operation", "GetA".to_owned()),
            ("mail_source", NOTHING.to_owned()),
            ("mail_source_id", NOTHING.to_owned()),
            ("import", NOTHING.to_owned()),
            ("import_id", NOTHING.to_owned()),
            ("table", "team".to_owned()),
            ("crm_table", NOTHING.to_owned()),
            ("form_table", NOTHING.to_owned()),
            ("deployment_check", NOTHING.to_owned()),
            ("deployment_evidence", NOTHING.to_owned()),
            ("deployment_evidence_id", NOTHING.to_owned()),
            ("deployment_package", NOTHING.to_owned()),
            ("welcome_language", NOTHING.to_owned()),
            ("data_set", NOTHING.to_owned()),
            ("privacy_job_id", NOTHING.to_owned()),
            ("privacy_job", NOTHING.to_owned()),
            ("settings_page", NOTHING.to_owned()),
            ("outlook_icon", "64.png".to_owned()),
            ("crm_record", NOTHING.to_owned()),
            ("crm_view", NOTHING.to_owned()),
            ("relationship", "business_unit_teams".to_owned()),
            ("key", "none".to_owned()),
            ("choice", "none".to_owned()),
            ("security_role", NOTHING.to_owned()),
            ("person", NOTHING.to_owned()),
            ("unit", NOTHING.to_owned()),
            ("profile", NOTHING.to_owned()),
            ("record", NOTHING.to_owned()),
            ("view", NOTHING.to_owned()),
            ("link", NOTHING.to_owned()),
            ("tab", NOTHING.to_owned()),
            ("row", NOTHING.to_owned()),
            ("request", NOTHING.to_owned()),
            ("link_id", NOTHING.to_owned()),
            ("finding_id", NOTHING.to_owned()),
            ("consent", "first".to_owned()),
            ("column", "name".to_owned()),
            ("secret", "none".to_owned()),
            ("team_id", team),
            ("channel_id", channel),
            ("message_id", id(&message)),
            ("webhook_id", webhook),
            ("target_id", target),
            ("connector_id", connector),
            ("configuration_id", configuration),
            ("number", "1".to_owned()),
            ("entry_id", "a1".to_owned()),
            ("file_id", file),
            ("group_id", group),
            ("licence_id", licence),
            ("user_id", user.clone()),
            ("index", "0".to_owned()),
            ("tool", "closed_door_get_a".to_owned()),
            ("request_id", asked),
            ("role", "seller".to_owned()),
        ]);
        for name in [
            "call_id",
            "mail_id",
            "offer_id",
            "operation_id",
            "passkey_id",
            "provider_id",
            "session_id",
            "tenant_id",
            "token_id",
            "trigger_id",
        ] {
            ids.entry(name).or_insert_with(|| NOTHING.to_owned());
        }
        let words = BTreeMap::from([
            ("role", "member".to_owned()),
            ("state", "disabled".to_owned()),
            ("kind", "slack".to_owned()),
            ("sample", "text".to_owned()),
            ("reach", "all".to_owned()),
            ("issuer", "https://issuer.example.test".to_owned()),
            ("owner_id", user),
            ("marker", message["cursor"].as_str().unwrap_or("MQ").to_owned()),
        ]);
        Self { ids, words }
    }

    /// Path, content type and a body that fits.
    pub(super) fn request(
        &self,
        description: &Description,
        operation: &Operation,
    ) -> (String, String, Vec<u8>) {
        let mut path = filled(&operation.path, &self.ids).unwrap();
        let body = description.body_of(operation, &self.words);
        let (kind, mut body) =
            body.map_or_else(Default::default, |(kind, body)| (kind, body.into_bytes()));
        if operation.method == "POST" && path.ends_with("/files") {
            path += "?name=sample.txt";
        }
        if operation.method == "GET" && path.ends_with("/updates") {
            path += "?opportunity=";
            path += NOTHING;
        }
        if operation.method == "PUT" && path.ends_with("/icon") {
            PIXEL.clone_into(&mut body);
        }
        // What depends on another field, which a description cannot say.
        if operation.method == "POST" && path.ends_with("/targets") {
            let address = json!({ "url": "https://outside.example.test/hook" });
            let target = json!({ "kind": "slack", "name": "Outside", "address": address });
            body = target.to_string().into_bytes();
        }
        if operation.method == "POST" && operation.path.ends_with("/environments") {
            let environment = json!({ "name": "Sample", "kind": "sandbox" });
            body = environment.to_string().into_bytes();
        }
        if let Some(rest) = operation.path.strip_prefix("/api/v1/environments/") {
            let sandbox = &self.ids["environment_id"];
            let fits = match (operation.method.as_str(), rest) {
                ("PATCH", "{environment_id}") => Some(json!({ "name": "Sample" })),
                ("PATCH", "makers") | ("POST", "{environment_id}/reset") => Some(json!({})),
                ("POST", "{environment_id}/copy") => {
                    Some(json!({ "target_environment_id": sandbox }))
                }
                _ => None,
            };
            if let Some(fits) = fits {
                body = fits.to_string().into_bytes();
            }
        }
        let makes = ["{environment_id}/connectors", "{api_connector_id}/versions"];
        if operation.method == "POST" && makes.iter().any(|end| operation.path.ends_with(end)) {
            let definition = json!({ "swagger": "2.0", "paths": {} });
            let source = json!({ "kind": "text", "definition": definition });
            body = json!({ "source": source }).to_string().into_bytes();
        }
        if operation.path.ends_with("{action_id}/enable") {
            let acknowledge = json!({ "third_party_terms": true, "data_may_leave": true });
            body = json!({ "acknowledge": acknowledge }).to_string().into_bytes();
        }
        if operation.path.ends_with("/crm-systems")
            || (operation.method == "PUT" && operation.path.ends_with("{crm_system_id}"))
        {
            let system = json!({ "name": "Sample", "kind": "salesforce",
                "address": "sample.my.salesforce.com", "client_id": "3MVG9" });
            body = system.to_string().into_bytes();
        }
        if operation.path.ends_with("{action_id}/invoke") {
            body = json!({ "operation": "GetA", "inputs": {} }).to_string().into_bytes();
        }
        if operation.method == "POST" && operation.path.ends_with("{target_id}/replay") {
            body = json!({ "all": true }).to_string().into_bytes();
        }
        (path, kind, body)
    }

    /// The identifier of a thing; of nothing, where none exists.
    pub(super) fn id(&self, name: &str) -> &str {
        self.ids.get(name).map_or(NOTHING, String::as_str)
    }

    /// The parameters of the pages' addresses.
    pub(super) fn for_pages(&self) -> BTreeMap<&'static str, String> {
        let mut ids: BTreeMap<&'static str, String> = BTreeMap::new();
        for (name, id) in &self.ids {
            // what is named so by itself is not what an identifier of another thing is called in REST
            let short = name.strip_suffix("_id").filter(|short| !self.ids.contains_key(short));
            ids.insert(short.unwrap_or(name), id.clone());
        }
        for name in ["id", "link"] {
            ids.insert(name, NOTHING.to_owned());
        }
        ids.insert("index", "0".to_owned());
        ids.insert("name", "none".to_owned());
        ids
    }

    /// Whether a GET of that path is answered to the owner: everything in it exists, and it ends.
    pub(super) fn exists(&self, path: &str) -> bool {
        let known = |name: &str| self.ids.get(name).is_some_and(|id| id != NOTHING);
        let mut names = path.split('/').filter_map(|p| p.strip_prefix('{')?.strip_suffix('}'));
        path.contains('{')
            && names.all(known)
            && !path.ends_with("/events")
            && !path.ends_with("/icon")
            // who is connected to no CRM knows nobody
            && !path.ends_with("/people")
            && !path.ends_with("/updates")
            // nor administers one
            && !path.ends_with("/{crm_system_id}/settings")
            && !path.ends_with("/{crm_system_id}/forms")
    }

    /// An identifier of ours in an answer.
    pub(super) fn found_in(&self, answer: &Answer) -> Option<&String> {
        let text = answer.text();
        self.ids.values().find(|id| id.len() > 20 && *id != NOTHING && text.contains(id.as_str()))
    }
}
