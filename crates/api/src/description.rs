//! The router, and the description that comes out of it.

use axum::{
    Router,
    routing::{any, get},
};
use bytes::Bytes;
use edge::{method_not_allowed, unknown_route};
use rest::{DESCRIBES, Described, Failures, Problem};
use serde_json::Value;
use utoipa::{
    Modify, OpenApi,
    openapi::{
        OpenApi as Document,
        path::{Operation, PathItem},
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use crate::{Apps, Routes, environments, identity, workspace};

/// The description as `make docs` wrote it, packed.
const WRITTEN: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/openapi.json.gz"));

/// The routes of REST, ready to be mounted at the root. What is under `/api` and unknown is a problem.
pub fn router(apps: Apps) -> Router {
    let router = own()
        .router()
        .with_state(apps.house)
        .merge(rest_channels::routes().router().with_state(apps.channels))
        .merge(rest_connectors::routes().router().with_state(apps.connectors))
        .merge(rest_crm::routes().router().with_state(apps.crm))
        .merge(rest_deployment::routes().router().with_state(apps.deployment))
        .merge(rest_language::routes().router().with_state(apps.language))
        .merge(rest_linking::routes().router().with_state(apps.linking))
        .merge(rest_meetings::routes().router().with_state(apps.meetings))
        .merge(rest_settings::routes().router().with_state(apps.settings))
        .merge(rest_records::routes().router().with_state(apps.records));
    let described = async || text();
    let json = (http::header::CONTENT_TYPE, "application/json; charset=utf-8");
    router
        .route("/api/openapi.json", get(async move || ([json], described().await)))
        .route("/api", any(unknown_route))
        .route("/api/{*rest}", any(unknown_route))
        .method_not_allowed_fallback(method_not_allowed)
}

/// The description as it is served.
fn text() -> Bytes {
    if DESCRIBES {
        Bytes::from(written(&document()))
    } else {
        edge::unpacked(WRITTEN).map(Bytes::from).unwrap_or_default()
    }
}

/// The description as it is served, read.
pub fn description() -> Value {
    serde_json::from_slice(&text()).unwrap_or_default()
}

/// The `OpenAPI` description of every route. Only builds with debug assertions can make it.
pub fn document() -> Document {
    described().added_to(Description::openapi())
}

/// A description as it is written: every path and every component on a line of its own, so that what changed can be
/// read in a comparison.
pub fn written(document: &Document) -> String {
    let mut text = String::new();
    let value = serde_json::to_value(document).unwrap_or_default();
    write(&mut text, &value, LEVELS);
    text.push('\n');
    text
}

/// The document, its parts, and the kinds of components.
const LEVELS: usize = 3;

/// Objects down to a level with each field on its line, what is further down as it comes.
fn write(text: &mut String, value: &Value, levels: usize) {
    let Value::Object(fields) = value else { return text.push_str(&value.to_string()) };
    if levels == 0 || fields.is_empty() {
        return text.push_str(&value.to_string());
    }
    let mut before = "{\n";
    for (name, value) in fields {
        text.push_str(before);
        text.push_str(&Value::from(name.as_str()).to_string());
        text.push(':');
        write(text, value, levels - 1);
        before = ",\n";
    }
    text.push_str("\n}");
}

/// One operation, for tests that go through all of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// The template, such as `/api/v1/teams/{team_id}`.
    pub path: String,
    /// The method, in upper case.
    pub method: &'static str,
    /// Whether it answers without a credential.
    pub public: bool,
}

/// Every operation, sorted.
pub fn routes() -> Vec<Route> {
    let document = document();
    let mut routes = Vec::new();
    for (path, item) in &document.paths.paths {
        for (method, operation) in operations(item) {
            // An empty requirement is how the specification says "nobody in particular".
            let open = serde_json::json!([{}]);
            let own = operation.security.as_ref().map(|s| serde_json::to_value(s).ok());
            let public = own.is_some_and(|own| own == Some(open));
            routes.push(Route { path: path.clone(), method, public });
        }
    }
    kernel::sort(&mut routes);
    routes
}

fn operations(item: &PathItem) -> impl Iterator<Item = (&'static str, &Operation)> {
    [
        ("GET", &item.get),
        ("PUT", &item.put),
        ("POST", &item.post),
        ("PATCH", &item.patch),
        ("DELETE", &item.delete),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
}

fn own() -> Routes {
    identity::routes().merge(workspace::routes()).merge(environments::routes())
}

fn described() -> Described {
    own()
        .described()
        .merge(rest_channels::routes().described())
        .merge(rest_connectors::routes().described())
        .merge(rest_crm::routes().described())
        .merge(rest_deployment::routes().described())
        .merge(rest_language::routes().described())
        .merge(rest_linking::routes().described())
        .merge(rest_meetings::routes().described())
        .merge(rest_settings::routes().described())
        .merge(rest_records::routes().described())
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Liaison",
        description = "Everything that the pages can do. Lists page by cursor: pass `next` of one page as `after` \
                       of the following one. Errors are problem documents (RFC 9457) with a stable `code`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
        contact()
    ),
    security(("token" = []), ("session" = [])),
    components(schemas(Problem)),
    modifiers(&Schemes),
    tags(
        (name = "identity", description = "Users, groups, roles, tokens, sessions, audit"),
        (name = "workspace", description = "Teams, channels, messages, files, mail"),
        (name = "webhooks", description = "Incoming webhooks and their delivery log"),
        (name = "apps", description = "App packages: the catalogue, what teams have, setup policies"),
        (name = "connectors", description = "Registered connectors, and what is set up with them"),
        (name = "api-connectors", description = "Connectors to APIs, their connections, data policies"),
        (name = "environments", description = "Containers of tables, connectors and policies"),
        (name = "actions", description = "Published selections of operations: made, enabled, called"),
        (name = "sales-extensions", description = "Sales surfaces: filled, held against the contract, followed"),
        (name = "crm", description = "CRMs of sellers: set up, signed in to, the review of what the first sign-in made"),
        (name = "deployment", description = "The roll-out: checks, evidence, symptoms, packages"),
        (name = "language", description = "Summaries, actions, suggested updates and drafts, and who does that work"),
        (name = "meetings", description = "Meetings of sellers: entries, transcripts, recaps, and what becomes of them"),
        (name = "settings", description = "What administrators of sales set for the tenant and for each CRM, forms and fields"),
        (name = "privacy", description = "What is stored of people: counted, kept for a time, given out, taken away"),
        (name = "linking", description = "Records and views in channels, and the settings they stand under"),
        (name = "targets", description = "Delivery targets: where channels and webhooks forward to"),
    )
)]
struct Description;

struct Schemes;

impl Modify for Schemes {
    fn modify(&self, document: &mut Document) {
        let components = document.components.get_or_insert_with(Default::default);
        for (name, response) in Failures::components() {
            components.responses.insert(name, response.into());
        }
        let token = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A personal or service API token"))
            .build();
        components.add_security_scheme("token", SecurityScheme::Http(token));
        let session = ApiKeyValue::with_description(
            "__Host-liaison-session",
            "The session of the pages; requests that change something must come from their origin",
        );
        let session = ApiKey::Cookie(session);
        components.add_security_scheme("session", SecurityScheme::ApiKey(session));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn what_a_release_serves_is_what_the_code_says() {
        let served = edge::unpacked(WRITTEN).unwrap();
        let is_current = written(&document()).as_bytes() == served;
        assert!(is_current, "openapi.json is stale: run `make docs`");
        let served: Value = serde_json::from_slice(&served).unwrap();
        assert_eq!(served, serde_json::to_value(document()).unwrap());
    }

    #[test]
    fn a_name_stands_for_one_shape() {
        assert_eq!(described().ambiguous(), [""; 0]);
    }

    #[test]
    fn every_operation_says_what_it_does_who_may_and_how_it_fails() {
        let document = serde_json::to_value(document()).unwrap();
        assert!(document["security"].as_array().is_some_and(|all| !all.is_empty()));
        let mut seen = 0;
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let place = format!("{method} {path}");
                // receivers of our tokens look for keys under the issuer's own address
                let known = path.starts_with("/api/v1/") || path.starts_with("/sts/{tenant_id}/");
                assert!(known, "{place} is outside /api/v1");
                assert!(
                    operation["summary"].as_str().is_some_and(|s| !s.is_empty()),
                    "{place}: summary"
                );
                assert!(
                    operation["tags"].as_array().is_some_and(|t| t.len() == 1),
                    "{place}: one tag"
                );
                let responses = operation["responses"].as_object().unwrap();
                assert!(responses.keys().any(|s| s.starts_with('2')), "{place}: success");
                for status in ["400", "401", "403", "404", "default"] {
                    assert!(responses.contains_key(status), "{place}: {status}, add Failures");
                }
                seen += 1;
            }
        }
        assert_eq!(seen, routes().len());
        assert!(seen > 0);
    }

    #[test]
    fn every_reference_leads_somewhere() {
        fn references<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
            match value {
                Value::Object(fields) => {
                    found.extend(fields.get("$ref").and_then(|r| r.as_str()));
                    for value in fields.values() {
                        references(value, found);
                    }
                }
                Value::Array(items) => {
                    for value in items {
                        references(value, found);
                    }
                }
                _ => {}
            }
        }
        let document = serde_json::to_value(document()).unwrap();
        let mut found = BTreeSet::new();
        references(&document, &mut found);
        assert!(!found.is_empty());
        for reference in found {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
    }

    #[test]
    fn operation_ids_are_unique() {
        let document = serde_json::to_value(document()).unwrap();
        let mut ids = BTreeSet::new();
        for item in document["paths"].as_object().unwrap().values() {
            for operation in item.as_object().unwrap().values() {
                let id = operation["operationId"].as_str().unwrap();
                assert!(ids.insert(id.to_owned()), "{id} is used twice");
            }
        }
    }

    #[test]
    fn every_parameter_of_a_path_is_described() {
        let document = serde_json::to_value(document()).unwrap();
        for (path, item) in document["paths"].as_object().unwrap() {
            let named: BTreeSet<&str> = path
                .split('/')
                .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
                .collect();
            for (method, operation) in item.as_object().unwrap() {
                let described: BTreeSet<&str> = operation["parameters"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter(|p| p["in"] == "path")
                    .filter_map(|p| p["name"].as_str())
                    .collect();
                assert_eq!(named, described, "{method} {path}");
            }
        }
    }
}
