//! A small connector to call, and tables of calls with what they send.

use liaison_connector_engine::{
    Connection, Headers, Problem, Rehearsal, Rehearsed, Request, Response,
};
use openapi::{Package, Sources};
use serde_json::{Map, Value, json};

/// Definition and properties of a connector.
pub(crate) struct World {
    pub(crate) definition: Value,
    pub(crate) properties: Value,
}

/// What came of a call: the requests as text, and why it ended early.
pub(crate) struct Sent {
    pub(crate) requests: Vec<Request>,
    pub(crate) done: Rehearsed,
    pub(crate) problem: Option<Problem>,
}

impl World {
    /// `https://api.example.com/v1` with a few operations and connection parameters, no security.
    pub(crate) fn new() -> Self {
        let text = |name: &str, place: &str| json!({"name": name, "in": place, "type": "string"});
        let id = json!({"name": "id", "in": "path", "required": true, "type": "string"});
        let body = json!({"name": "body", "in": "body", "schema": {}});
        let ok = json!({"200": {"description": "ok"}});
        Self {
            definition: json!({
                "swagger": "2.0",
                "info": {"title": "t", "description": "d", "version": "1"},
                "host": "api.example.com", "basePath": "/v1", "schemes": ["https"],
                "consumes": ["application/json"], "produces": ["application/json"],
                "paths": {
                    "/items/{id}": {
                        "get": {"operationId": "Get", "responses": ok, "parameters": [
                            id, text("q", "query"), text("top", "query"), text("X-H", "header")]},
                        "put": {"operationId": "Put", "responses": ok, "parameters": [id, body]},
                        "delete": {"operationId": "Drop", "responses": ok, "parameters": [id]}
                    },
                    "/items": {
                        "post": {"operationId": "Make", "responses": ok, "parameters": [
                            text("q", "query"), body]}
                    }
                }
            }),
            properties: json!({"properties": {
                "iconBrandColor": "#123456",
                "capabilities": [],
                "connectionParameters": {
                    "host": {"type": "string"},
                    "sub": {"type": "string"},
                    "secret": {"type": "securestring"},
                    "more": {"type": "securestring"},
                    "token:Region": {"type": "string"}
                },
                "policyTemplateInstances": []
            }}),
        }
    }

    pub(crate) fn policies(mut self, policies: Value) -> Self {
        self.properties["properties"]["policyTemplateInstances"] = policies;
        self
    }

    pub(crate) fn parameters(mut self, parameters: Value) -> Self {
        self.properties["properties"]["connectionParameters"] = parameters;
        self
    }

    /// Adds an operation.
    pub(crate) fn operation(mut self, method: &str, path: &str, operation: Value) -> Self {
        let mut operation = operation;
        if operation.get("responses").is_none() {
            operation["responses"] = json!({"200": {"description": "ok"}});
        }
        self.definition["paths"][path][method] = operation;
        self
    }

    /// Makes a call: `{"op", "inputs", "parameters", "token", "set", "callback", "responses"}`.
    pub(crate) fn call(&self, call: &Value) -> Sent {
        let definition = self.definition.to_string().into_bytes();
        let properties = self.properties.to_string().into_bytes();
        let package = Package::load(Sources {
            definition: &definition,
            properties: Some(&properties),
            has_script: false,
        })
        .unwrap();
        let object = |key: &str| call[key].as_object().cloned().unwrap_or_default();
        let text = |key: &str| call[key].as_str().map(str::to_owned);
        let rehearsal = Rehearsal {
            operation_id: text("op").unwrap(),
            connection: Connection {
                set: text("set"),
                parameters: object("parameters"),
                access_token: text("token"),
                variables: Map::new(),
            },
            inputs: object("inputs"),
            callback_url: text("callback"),
            responses: call["responses"]
                .as_array()
                .map(|all| all.iter().map(response).collect())
                .unwrap_or_default(),
        };
        let mut done = Rehearsed::default();
        let problem = rehearsal.run(&package, &mut done).err();
        Sent { requests: done.requests.clone(), done, problem }
    }
}

fn response(value: &Value) -> Response {
    let headers = value["headers"].as_object().cloned().unwrap_or_default();
    let headers: Headers = headers
        .into_iter()
        .map(|(name, value)| (name, value.as_str().unwrap().to_owned()))
        .collect();
    let body = match &value["body"] {
        Value::Null => Vec::new(),
        body => body.to_string().into_bytes(),
    };
    Response { status: u16::try_from(value["status"].as_u64().unwrap()).unwrap(), headers, body }
}

impl Sent {
    /// Every request as lines: method and address, headers, the body. `Accept: application/json`
    /// is what this connector always asks for: it is checked and left out.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut all: Vec<String> = self.requests.iter().map(lines).collect();
        if let Some(problem) = &self.problem {
            all.push(format!("! {} {}", problem.reason.code(), problem.subject));
        }
        all
    }
}

fn lines(request: &Request) -> String {
    let mut lines = format!("{} {}", request.method, request.url);
    let mut asked = false;
    for (name, value) in request.headers.iter() {
        if (name, value) == ("Accept", "application/json") {
            asked = true;
            continue;
        }
        lines.extend(["\n", name, ": ", value]);
        asked |= name.eq_ignore_ascii_case("accept");
    }
    assert!(asked, "every request says what it accepts: {lines}");
    if !request.body.is_empty() {
        lines.push_str("\n\n");
        lines.push_str(&String::from_utf8_lossy(&request.body));
    }
    lines
}

/// One row: why, the policies, the call, and what is sent.
pub(crate) type Row<'r> = (&'r str, Value, Value, &'r [&'r str]);

/// Checks a table of policies.
pub(crate) fn table(rows: &[Row<'_>]) {
    assert!(rows.len() >= 10, "ten for each template");
    for (why, policies, call, expected) in rows {
        let sent = World::new().policies(policies.clone()).call(call);
        assert_eq!(sent.lines(), *expected, "{why}");
    }
}

/// An instance of a policy template. `op` and `section` are the common parameters.
pub(crate) fn policy(template: &str, fields: &Value) -> Value {
    let mut parameters = Map::new();
    for (key, value) in fields.as_object().unwrap() {
        let key = match key.as_str() {
            "op" => "x-ms-apimTemplate-operationName".to_owned(),
            "section" => "x-ms-apimTemplate-policySection".to_owned(),
            name => format!("x-ms-apimTemplateParameter.{name}"),
        };
        parameters.insert(key, value.clone());
    }
    json!({"templateId": template, "title": "t", "parameters": parameters})
}
