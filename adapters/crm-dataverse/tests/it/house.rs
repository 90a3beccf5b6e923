//! An environment with its sellers.

use std::sync::{Arc, Mutex};

use crm::{Answer, Crm, Error, RecordRef, Value, Values};
use doubles_dataverse::Double;
use egress::Request;
use http::{HeaderValue, Method, header};
use kernel::Secret;
use liaison_crm_dataverse::{Dataverse, Seller, SellersEnvironment, Settings, Tokens};
use serde_json::{Value as Json, json};
use testkit::{FixedClock, Store};

/// An environment and the hub's way to it.
pub(crate) struct House {
    pub(crate) double: Double,
    pub(crate) dataverse: Dataverse,
    pub(crate) clock: Arc<FixedClock>,
    _store: Store,
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    pub(crate) async fn with(settings: Settings) -> Self {
        let store = Store::fresh().await;
        let db = store.db();
        let listen = ([127, 0, 0, 1], 0).into();
        let start = tokio::task::spawn_blocking(move || Double::over(listen, db));
        let double = start.await.unwrap().unwrap();
        let clock = FixedClock::new();
        let time = Arc::<FixedClock>::clone(&clock);
        let dataverse = Dataverse::new(testkit::outbound(), time, settings);
        let house = Self { double, dataverse, clock, _store: store };
        house.let_limited_read().await;
        house
    }

    fn said(&self, pointer: &str) -> String {
        let announced = self.double.announcement();
        announced.pointer(pointer).and_then(Json::as_str).unwrap().to_owned()
    }

    pub(crate) fn token(&self, pointer: &str) -> Secret<String> {
        Secret::new(self.said(pointer))
    }

    pub(crate) fn seller(&self, user: &str, tokens: impl Tokens + 'static) -> Seller {
        let environment = self.said("/url").parse().unwrap();
        Seller { environment, user: user.to_owned(), tokens: Arc::new(tokens) }
    }

    /// May do everything.
    pub(crate) fn admin(&self) -> SellersEnvironment {
        let seller = self.seller("admin", self.token("/token"));
        SellersEnvironment::new(self.dataverse.clone(), seller)
    }

    /// May see accounts and nothing else.
    pub(crate) fn limited(&self) -> SellersEnvironment {
        let seller = self.seller("limited", self.token("/limited/token"));
        SellersEnvironment::new(self.dataverse.clone(), seller)
    }

    pub(crate) fn control(&self, orders: &Json) {
        self.double.control(orders).unwrap();
    }

    /// Calls of paths that end so, so far.
    pub(crate) fn calls(&self, end: &str) -> usize {
        self.double.calls().iter().filter(|call| call.ends_with(end)).count()
    }

    /// Calls the environment as its administrator.
    pub(crate) async fn call(&self, method: Method, path: &str, body: &Json) -> Json {
        let url = format!("{}/api/data/v9.2/{path}", self.said("/url"));
        let mut request = Request { method, ..Request::get(url.parse().unwrap()) };
        let bearer = format!("Bearer {}", self.said("/token"));
        request.headers.insert(header::AUTHORIZATION, HeaderValue::try_from(bearer).unwrap());
        let json = HeaderValue::from_static("application/json");
        request.headers.insert(header::CONTENT_TYPE, json);
        request.headers.insert("prefer", HeaderValue::from_static("return=representation"));
        request.body = if body.is_null() { Vec::new() } else { body.to_string().into() }.into();
        let answer = testkit::outbound().fetch(request).await.unwrap();
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(answer.status.is_success(), "{path}: {} {text}", answer.status);
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Lets accounts be told apart by their number.
    pub(crate) async fn number_accounts(&self) {
        let label = json!({ "LocalizedLabels": [{ "Label": "Number", "LanguageCode": 1033 }] });
        let key = json!({ "SchemaName": "new_Number", "DisplayName": label,
            "KeyAttributes": ["accountnumber"] });
        let path = "EntityDefinitions(LogicalName='account')/Keys";
        self.call(Method::POST, path, &key).await;
    }

    async fn let_limited_read(&self) {
        let new = json!({ "name": "Account Reader" });
        let role = self.call(Method::POST, "roles", &new).await;
        let role = role["roleid"].as_str().unwrap();
        let filter = "privileges?$select=name&$filter=name%20eq%20'prvReadAccount'";
        let found = self.call(Method::GET, filter, &Json::Null).await;
        let privilege = &found["value"][0]["privilegeid"];
        let path = format!("roles({role})/Microsoft.Dynamics.CRM.AddPrivilegesRole");
        let privileges = json!({ "Privileges": [{ "PrivilegeId": privilege, "Depth": "Global" }] });
        self.call(Method::POST, &path, &privileges).await;
        let user = self.said("/limited/systemuserid");
        let path = format!("systemusers({user})/systemuserroles_association/$ref");
        let to = format!("{}/api/data/v9.2/roles({role})", self.said("/url"));
        self.call(Method::POST, &path, &json!({ "@odata.id": to })).await;
    }
}

/// A new account.
pub(crate) async fn account(crm: &dyn Crm, name: &str) -> RecordRef {
    crm.create("account", &values([("name", name.into())])).await.unwrap()
}

pub(crate) fn values<const N: usize>(pairs: [(&str, Value); N]) -> Values {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Tokens one after another, each once the one before was refused.
pub(crate) struct Renewed {
    left: Mutex<Vec<Secret<String>>>,
    now: Mutex<Secret<String>>,
}

impl Renewed {
    pub(crate) fn new(now: Secret<String>, later: Vec<Secret<String>>) -> Self {
        Self { left: Mutex::new(later), now: Mutex::new(now) }
    }
}

impl Tokens for Renewed {
    fn token<'a>(&'a self, refused: Option<&'a Secret<String>>) -> Answer<'a, Secret<String>> {
        let mut now = self.now.lock().unwrap();
        let given = match refused {
            Some(refused) if refused.expose() == now.expose() => {
                match self.left.lock().unwrap().pop() {
                    Some(next) => {
                        *now = next;
                        Ok(now.clone())
                    }
                    None => Err(Error::SessionEnded),
                }
            }
            _ => Ok(now.clone()),
        };
        Box::pin(std::future::ready(given))
    }
}
