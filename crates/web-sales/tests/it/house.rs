//! A house with a partner whose API answers an insight with a script in it.

use actions::{Acknowledgement, Action, Enabling, NewAction, Selected};
use axum::{Router, response::IntoResponse as _, routing::any};
use connectors::{NewConnector, Upload};
use identity::{
    Role,
    environments::{EnvironmentKind, NewEnvironment},
};
use kernel::EnvironmentId;
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinSet};
use web_proof::{Browser, House};

/// The house, its people, and the partner.
pub(crate) struct Place {
    pub(crate) house: House,
    pub(crate) maker: Browser,
    pub(crate) seller: Browser,
    pub(crate) environment: EnvironmentId,
    serving: JoinSet<()>,
}

impl Place {
    pub(crate) async fn new() -> Self {
        let house = House::new(vec![liaison_web_sales::routes()]).await;
        let maker = house.browser("max", &[Role::ConnectorMaker]).await;
        let seller = house.browser("sam", &[Role::Seller]).await;
        let scope = house.system.scope(house.tenant, "test");
        let new = NewEnvironment {
            name: "Sales".to_owned(),
            kind: EnvironmentKind::Production,
            crm_enabled: true,
        };
        let environment = house.identity.create_environment(&scope, new).await.unwrap().id;
        Self { house, maker, seller, environment, serving: JoinSet::new() }
    }

    /// An enabled action over a definition that is the starter but for `change`.
    pub(crate) async fn partner(&mut self, change: impl FnOnce(&mut Value)) -> Action {
        let host = serve(&mut self.serving).await;
        let scope = self.house.system.scope(self.house.tenant, "test");
        let mut definition: Value = serde_json::from_str(sales::STARTER).unwrap();
        definition["host"] = host.into();
        definition["schemes"] = json!(["http"]);
        for key in ["securityDefinitions", "security"] {
            definition.as_object_mut().unwrap().remove(key);
        }
        change(&mut definition);
        let paths = definition["paths"].as_object().unwrap().values();
        let all = paths.flat_map(|path| path.as_object().unwrap().values());
        let operations = all.map(|operation| Selected {
            id: operation["operationId"].as_str().unwrap().to_owned(),
            ..Selected::default()
        });
        let operations = operations.collect();
        let upload = Upload::Text { definition: definition.to_string(), properties: None };
        let new = NewConnector {
            name: Some("Contract Hub".to_owned()),
            description: None,
            preview: false,
            upload,
            note: String::new(),
        };
        let app = &self.house.app;
        let connector = app.api_connectors.create(&scope, self.environment, new).await.unwrap();
        let new = NewAction {
            connector: connector.id,
            name: "Contracts for sellers".to_owned(),
            description: String::new(),
            instructions: String::new(),
            operations,
        };
        let action = app.published.create(&scope, new).await.unwrap();
        app.published.publish(&scope, action.id).await.unwrap();
        let acknowledged = Acknowledgement { third_party_terms: true, data_may_leave: true };
        let how = Enabling { acknowledged, ..Enabling::default() };
        app.published.enable(&scope, action.id, how).await.unwrap()
    }
}

async fn serve(serving: &mut JoinSet<()>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let answer = async || {
        let insight = json!({ "insight": "Opened <script>alert(1)</script> twice" });
        let json = json!({ "value": [insight, { "insight": null }] });
        ([("content-type", "application/json")], json.to_string()).into_response()
    };
    let router = Router::new().route("/{*rest}", any(answer));
    serving.spawn(async move {
        axum::serve(listener, router).await.unwrap();
    });
    host
}
