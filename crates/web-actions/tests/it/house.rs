//! A house with a connector to an API that answers with what it was asked.

use actions::{Action, NewAction, Selected};
use axum::{Router, body::Body, extract::Request, response::IntoResponse as _, routing::any};
use connectors::{Connector, NewConnector, Upload};
use identity::{Role, environments::default_of};
use kernel::Scope;
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinSet};
use web_proof::{Browser, House, Page};

/// The house, its people, and the API.
pub(crate) struct Place {
    pub(crate) house: House,
    pub(crate) admin: Browser,
    pub(crate) maker: Browser,
    pub(crate) seller: Browser,
    pub(crate) connector: Connector,
    host: String,
    _serving: JoinSet<()>,
}

impl Place {
    pub(crate) async fn new() -> Self {
        let house = House::new(vec![liaison_web_actions::routes()]).await;
        let mut serving = JoinSet::new();
        let host = serve(&mut serving).await;
        let admin = house.browser("ada", &[Role::GlobalAdministrator]).await;
        let maker = house.browser("max", &[Role::ConnectorMaker]).await;
        let seller = house.browser("sam", &[Role::Seller]).await;
        let scope = house.system.scope(house.tenant, "test");
        let new = NewConnector {
            name: Some("Warehouse".to_owned()),
            description: None,
            preview: false,
            upload: Upload::Text { definition: definition(&host).to_string(), properties: None },
            note: String::new(),
        };
        let environment = default_of(house.tenant);
        let connector = house.app.api_connectors.create(&scope, environment, new).await.unwrap();
        Self { house, admin, maker, seller, connector, host, _serving: serving }
    }

    pub(crate) fn scope(&self) -> Scope {
        self.house.system.scope(self.house.tenant, "test")
    }

    /// Posts a form of several parts.
    pub(crate) async fn parts(
        &self,
        browser: &Browser,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Page {
        let token = [("csrf", browser.csrf.as_str())];
        let part = |(name, value): &(&str, &str)| {
            format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let mut body: String = token.iter().chain(fields).map(part).collect();
        body += "--cut--\r\n";
        let request = self.house.request(browser, "POST", path);
        let request = request.header("content-type", "multipart/form-data; boundary=cut");
        self.house.send(request.body(Body::from(body)).unwrap()).await
    }

    /// An action that waits for an administrator.
    pub(crate) async fn published(&self, name: &str) -> Action {
        let select = |id: &str| Selected { id: id.to_owned(), ..Selected::default() };
        let new = NewAction {
            connector: self.connector.id,
            name: name.to_owned(),
            description: "What is in stock".to_owned(),
            instructions: String::new(),
            operations: ["ListThings", "MakeThing"].into_iter().map(select).collect(),
        };
        let scope = self.scope();
        let made = self.house.app.published.create(&scope, new).await.unwrap();
        self.house.app.published.publish(&scope, made.id).await.unwrap()
    }

    /// A new version of the connector.
    pub(crate) async fn new_version(&self, change: impl Fn(&mut Value)) {
        let mut text = definition(&self.host);
        change(&mut text);
        let upload = Upload::Text { definition: text.to_string(), properties: None };
        let connectors = &self.house.app.api_connectors;
        let id = self.connector.id;
        connectors.add_version(&self.scope(), id, upload, String::new()).await.unwrap();
    }
}

async fn serve(serving: &mut JoinSet<()>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let answer = async |request: Request| {
        let asked = request.uri().to_string();
        ([("content-type", "application/json")], json!([{ "name": asked }]).to_string())
            .into_response()
    };
    let router = Router::new().route("/{*rest}", any(answer));
    serving.spawn(async move {
        axum::serve(listener, router).await.unwrap();
    });
    host
}

fn definition(host: &str) -> Value {
    let thing = json!({ "$ref": "#/definitions/Thing" });
    json!({
        "swagger": "2.0",
        "info": { "title": "Things", "version": "1" },
        "host": host, "basePath": "/", "schemes": ["http"],
        "consumes": ["application/json"], "produces": ["application/json"],
        "paths": { "/things": {
            "get": { "operationId": "ListThings", "summary": "List things", "parameters": [
                { "name": "kind", "in": "query", "type": "string", "x-ms-summary": "Kind" },
                { "name": "top", "in": "query", "type": "integer", "default": 5 },
            ], "responses": { "200": { "description": "All",
                "schema": { "type": "array", "items": thing } } } },
            "post": { "operationId": "MakeThing", "summary": "Make a thing", "parameters": [
                { "name": "body", "in": "body", "required": true, "schema": thing },
            ], "responses": { "200": { "description": "Made", "schema": thing } } },
        } },
        "definitions": { "Thing": { "type": "object", "required": ["name"], "properties": {
            "name": { "type": "string" } } } },
    })
}
