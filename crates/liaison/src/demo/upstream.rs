//! The business system of the demo: a small API with orders, customers and stock of an invented shop, on a
//! loopback port of its own.
//!
//! It keeps rows in memory and forgets them when the process ends. The demo's settings open exactly its address and
//! port to the guarded client.

use std::{
    io::ErrorKind,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Path as UrlPath, Query, State},
    routing::get,
};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::Demo;
use crate::{
    exit::{Exit, Failure, Result},
    settings::Settings,
};

/// The listener of the API, and where it is.
#[derive(Debug)]
pub(crate) struct Upstream {
    /// None where another program, such as the hub that this folder was copied from, has the place.
    listener: Option<TcpListener>,
    pub(crate) address: SocketAddr,
}

impl Upstream {
    /// Listens where an earlier start did, or on any free port, and opens that place in the settings.
    pub(crate) async fn bind(settings: &mut Settings) -> Result<Self> {
        let known = known(&settings.data);
        let wanted = known.unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        let place = |error: std::io::Error| {
            Failure::new(
                Exit::Unavailable,
                format!("the business API of the demo on {wanted}: {error}"),
            )
        };
        let listener = match TcpListener::bind(wanted).await {
            Ok(listener) => Some(listener),
            Err(error) if known.is_some() && error.kind() == ErrorKind::AddrInUse => {
                // The connector names this place; the hub itself is fine without it.
                tracing::warn!(address = %wanted, "demo.business_address_in_use");
                None
            }
            Err(error) => return Err(place(error)),
        };
        let bound = listener.as_ref().map(TcpListener::local_addr);
        let address = bound.transpose().map_err(place)?.unwrap_or(wanted);
        open(settings, address);
        Ok(Self { listener, address })
    }

    /// Answers until `stop` is cancelled.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let Some(listener) = self.listener else { return stop.cancelled().await };
        let served = axum::serve(listener, router()).with_graceful_shutdown(stop.cancelled_owned());
        if let Err(error) = served.await {
            tracing::error!(%error, "the business API of the demo ended");
        }
    }
}

/// Where the API of a demo listens, if there is one in the data folder.
fn known(data: &Path) -> Option<SocketAddr> {
    let demo = Demo::read(data).ok().flatten()?;
    let url: url::Url = demo.upstream?.url.parse().ok()?;
    let address = format!("{}:{}", url.host_str()?, url.port()?).parse().ok()?;
    Some(address)
}

/// What a demo adds to the settings of its data folder: the address and port of its business API, and the diagnostic
/// tools of agents.
pub(crate) fn add_to(settings: &mut Settings) {
    if let Some(address) = known(&settings.data) {
        open(settings, address);
    }
}

fn open(settings: &mut Settings, address: SocketAddr) {
    let opened = &mut settings.egress.allowed_endpoints;
    if address.ip().is_loopback() && !opened.contains(&address) {
        opened.push(address);
    }
    // whoever tries the demo may also try the protocol of agents
    settings.mcp.diagnostic_tools = true;
}

/// An order.
#[derive(Debug, Clone, Serialize)]
struct Order {
    id: u32,
    customer: String,
    product: String,
    quantity: u32,
    /// `open`, `shipped` or `cancelled`.
    status: &'static str,
    placed_on: &'static str,
    total: f64,
}

type Orders = Arc<Mutex<Vec<Order>>>;

fn router() -> Router {
    let orders: Orders = Arc::new(Mutex::new(seed()));
    Router::new()
        .route("/v1/orders", get(list).post(create))
        .route("/v1/orders/{id}", get(read).patch(change))
        .route("/v1/customers", get(customers))
        .route("/v1/stock/{product}", get(stock))
        .layer(DefaultBodyLimit::max(64 << 10))
        .with_state(orders)
}

fn rows(orders: &Orders) -> MutexGuard<'_, Vec<Order>> {
    orders.lock().unwrap_or_else(PoisonError::into_inner)
}

type Answer = (StatusCode, Json<Value>);

fn fault(status: StatusCode, said: &str) -> Answer {
    (status, Json(json!({ "error": said })))
}

#[derive(Debug, Deserialize)]
struct Wanted {
    customer: Option<String>,
    status: Option<String>,
    #[serde(default)]
    skip: usize,
    top: Option<usize>,
}

async fn list(State(orders): State<Orders>, Query(wanted): Query<Wanted>) -> Json<Value> {
    let fits = |order: &&Order| {
        wanted.customer.as_ref().is_none_or(|name| order.customer.eq_ignore_ascii_case(name))
            && wanted.status.as_ref().is_none_or(|status| order.status == status)
    };
    let rows = rows(&orders);
    let found: Vec<&Order> = rows.iter().filter(fits).collect();
    let top = wanted.top.unwrap_or(20).min(100);
    let page: Vec<&&Order> = found.iter().skip(wanted.skip).take(top).collect();
    let more = wanted.skip.saturating_add(page.len()) < found.len();
    Json(json!({ "value": page, "hasMoreResults": more }))
}

async fn read(State(orders): State<Orders>, UrlPath(id): UrlPath<u32>) -> Answer {
    match rows(&orders).iter().find(|order| order.id == id) {
        Some(order) => (StatusCode::OK, Json(json!(order))),
        None => fault(StatusCode::NOT_FOUND, "there is no such order"),
    }
}

#[derive(Debug, Deserialize)]
struct NewOrder {
    customer: String,
    product: String,
    quantity: u32,
}

async fn create(State(orders): State<Orders>, Json(new): Json<NewOrder>) -> Answer {
    if !CUSTOMERS.iter().any(|(name, ..)| *name == new.customer) {
        return fault(StatusCode::UNPROCESSABLE_ENTITY, "there is no such customer");
    }
    let Some((product, price, _)) = PRODUCTS.iter().find(|(name, ..)| *name == new.product) else {
        return fault(StatusCode::UNPROCESSABLE_ENTITY, "there is no such product");
    };
    if !(1..=1000).contains(&new.quantity) {
        return fault(StatusCode::UNPROCESSABLE_ENTITY, "a quantity is 1 to 1000");
    }
    let mut rows = rows(&orders);
    if rows.len() >= MOST {
        return fault(StatusCode::INSUFFICIENT_STORAGE, "the shop takes no more orders");
    }
    let order = Order {
        id: rows.last().map_or(FIRST, |last| last.id + 1),
        customer: new.customer,
        product: (*product).to_owned(),
        quantity: new.quantity,
        status: "open",
        placed_on: "2026-03-02",
        total: price * f64::from(new.quantity),
    };
    rows.push(order.clone());
    (StatusCode::CREATED, Json(json!(order)))
}

#[derive(Debug, Deserialize)]
struct Change {
    status: String,
}

async fn change(
    State(orders): State<Orders>,
    UrlPath(id): UrlPath<u32>,
    Json(to): Json<Change>,
) -> Answer {
    let Some(status) = STATES.into_iter().find(|state| *state == to.status) else {
        return fault(StatusCode::UNPROCESSABLE_ENTITY, "a status is open, shipped or cancelled");
    };
    let mut rows = rows(&orders);
    let Some(order) = rows.iter_mut().find(|order| order.id == id) else {
        return fault(StatusCode::NOT_FOUND, "there is no such order");
    };
    if order.status != "open" {
        return fault(StatusCode::CONFLICT, "only open orders change");
    }
    order.status = status;
    (StatusCode::OK, Json(json!(order)))
}

#[derive(Debug, Deserialize)]
struct Named {
    #[serde(default)]
    name: String,
}

async fn customers(Query(named): Query<Named>) -> Json<Value> {
    let part = named.name.to_lowercase();
    let found = CUSTOMERS.iter().filter(|(name, ..)| name.to_lowercase().contains(&part));
    let rows: Vec<Value> = found
        .map(|(name, town, since)| json!({ "name": name, "town": town, "customer_since": since }))
        .collect();
    Json(json!({ "value": rows }))
}

async fn stock(UrlPath(product): UrlPath<String>) -> Answer {
    match PRODUCTS.iter().find(|(name, ..)| name.eq_ignore_ascii_case(&product)) {
        Some((name, price, left)) => {
            (StatusCode::OK, Json(json!({ "product": name, "price": price, "left": left })))
        }
        None => fault(StatusCode::NOT_FOUND, "there is no such product"),
    }
}

/// The orders at the start.
fn seed() -> Vec<Order> {
    let mut orders = Vec::new();
    let mut id = FIRST;
    for (round, placed_on) in ["2026-01-12", "2026-02-03", "2026-02-20"].into_iter().enumerate() {
        let pairs = CUSTOMERS.iter().zip(PRODUCTS.iter().cycle().skip(round));
        for ((customer, ..), (product, price, _)) in pairs {
            let quantity = 1 + id % 7;
            let status = if id.is_multiple_of(3) { "shipped" } else { "open" };
            orders.push(Order {
                id,
                customer: (*customer).to_owned(),
                product: (*product).to_owned(),
                quantity,
                status,
                placed_on,
                total: price * f64::from(quantity),
            });
            id += 1;
        }
    }
    orders
}

const STATES: [&str; 3] = ["open", "shipped", "cancelled"];

/// Name, town, since when; invented.
const CUSTOMERS: [(&str, &str, &str); 4] = [
    ("Contoso Hiking", "Annecy", "2021-04-01"),
    ("Fabrikam Sports", "Basel", "2019-09-15"),
    ("Northwind Trails", "Turin", "2023-01-20"),
    ("Adventure Works", "Innsbruck", "2024-06-05"),
];

/// Name, price, how many are left.
const PRODUCTS: [(&str, f64, u32); 5] = [
    ("Summit tent", 349.0, 18),
    ("Ridge pack 45", 129.5, 64),
    ("Glacier rope 60", 189.0, 7),
    ("Trail stove", 59.9, 120),
    ("Alpine jacket", 219.0, 33),
];

/// The number of the first order.
const FIRST: u32 = 1001;

/// Most orders that are kept.
const MOST: usize = 5_000;

/// What goes with the description: who made it and how it looks.
pub(super) fn properties() -> Value {
    json!({ "properties": {
        "connectionParameters": {},
        "iconBrandColor": "#0F6CBD",
        "capabilities": [],
        "publisher": "Alpenglow Outdoor",
        "stackOwner": "Alpenglow Outdoor",
    } })
}

/// What the API offers, as its maker describes it.
pub(super) fn definition(address: SocketAddr) -> Value {
    let text = json!({ "type": "string" });
    let order = json!({ "type": "object", "properties": {
        "id": { "type": "integer", "description": "Number of the order" },
        "customer": text, "product": text,
        "quantity": { "type": "integer" },
        "status": { "type": "string", "description": "open, shipped or cancelled" },
        "placed_on": { "type": "string", "format": "date" },
        "total": { "type": "number", "description": "In euros" },
    } });
    let id = json!({ "name": "id", "in": "path", "required": true, "type": "integer",
        "x-ms-summary": "Order", "description": "Number of the order", "x-ms-url-encoding": "single" });
    let found = |schema: Value| json!({ "200": { "description": "Found", "schema": schema } });
    json!({
        "swagger": "2.0",
        "info": { "title": "Alpenglow Shop", "version": "1.0",
            "description": "Orders, customers and stock of the shop.",
            "contact": { "name": "Alpenglow Outdoor", "url": "https://alpenglow.example/support",
                "email": "support@alpenglow.example" } },
        "x-ms-connector-metadata": [
            { "propertyName": "Website", "propertyValue": "https://alpenglow.example" },
            { "propertyName": "Privacy policy", "propertyValue": "https://alpenglow.example/privacy" },
            { "propertyName": "Categories", "propertyValue": "Sales and CRM" },
        ],
        "host": address.to_string(),
        "basePath": "/v1",
        "schemes": ["http"],
        "consumes": ["application/json"],
        "produces": ["application/json"],
        "paths": {
            "/orders": {
                "get": { "operationId": "ListOrders", "x-ms-visibility": "important", "summary": "List orders",
                    "description": "Lists orders, of one customer or with one status.",
                    "parameters": [
                        { "name": "customer", "in": "query", "type": "string", "x-ms-summary": "Customer",
                          "description": "Name of the customer" },
                        { "name": "status", "in": "query", "type": "string", "enum": STATES,
                          "x-ms-summary": "Status", "description": "Status of the orders" },
                        { "name": "top", "in": "query", "type": "integer", "default": 20, "minimum": 1,
                          "maximum": 100, "x-ms-summary": "Rows", "description": "How many orders at most" },
                        { "name": "skip", "in": "query", "type": "integer", "default": 0, "minimum": 0,
                          "x-ms-summary": "Start", "description": "How many orders to leave out" },
                    ],
                    "responses": found(json!({ "type": "object", "properties": {
                        "value": { "type": "array", "items": { "$ref": "#/definitions/Order" } },
                        "hasMoreResults": { "type": "boolean" } } })) },
                "post": { "operationId": "CreateOrder", "x-ms-visibility": "important", "summary": "Place an order",
                    "description": "Places an order for a customer.",
                    "parameters": [{ "name": "body", "in": "body", "required": true, "schema": {
                        "type": "object", "required": ["customer", "product", "quantity"],
                        "properties": {
                            "customer": { "type": "string", "description": "Name of the customer" },
                            "product": { "type": "string", "description": "Name of the product" },
                            "quantity": { "type": "integer", "minimum": 1, "maximum": 1000,
                                "description": "How many" } } } }],
                    "responses": { "201": { "description": "Placed",
                        "schema": { "$ref": "#/definitions/Order" } } } },
            },
            "/orders/{id}": {
                "get": { "operationId": "GetOrder", "x-ms-visibility": "important", "summary": "Read an order",
                    "description": "Reads one order by its number.", "parameters": [id],
                    "responses": found(json!({ "$ref": "#/definitions/Order" })) },
                "patch": { "operationId": "ChangeOrder", "x-ms-visibility": "important", "summary": "Change an order",
                    "description": "Ships or cancels an open order.",
                    "parameters": [id, { "name": "body", "in": "body", "required": true, "schema": {
                        "type": "object", "required": ["status"], "properties": {
                            "status": { "type": "string", "enum": STATES,
                                "description": "New status" } } } }],
                    "responses": found(json!({ "$ref": "#/definitions/Order" })) },
            },
            "/customers": {
                "get": { "operationId": "FindCustomers", "x-ms-visibility": "important", "summary": "Find customers",
                    "description": "Finds customers by a part of their name.",
                    "parameters": [{ "name": "name", "in": "query", "type": "string",
                        "x-ms-summary": "Name", "description": "A part of the name" }],
                    "responses": found(json!({ "type": "object", "properties": {
                        "value": { "type": "array", "items": { "type": "object", "properties": {
                            "name": text, "town": text,
                            "customer_since": { "type": "string", "format": "date" } } } } } })) },
            },
            "/stock/{product}": {
                "get": { "operationId": "GetStock", "x-ms-visibility": "important", "summary": "Look at the stock",
                    "description": "Says what a product costs and how many are left.",
                    "parameters": [{ "name": "product", "in": "path", "required": true,
                        "type": "string", "x-ms-summary": "Product", "x-ms-url-encoding": "single",
                        "description": "Name of the product" }],
                    "responses": found(json!({ "type": "object", "properties": {
                        "product": text, "price": { "type": "number" },
                        "left": { "type": "integer" } } })) },
            },
        },
        "definitions": { "Order": order },
    })
}

/// The operations, in the order in which the action shows them.
pub(super) const OPERATIONS: [&str; 6] =
    ["ListOrders", "GetOrder", "CreateOrder", "ChangeOrder", "FindCustomers", "GetStock"];

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use http::Request;
    use tower::ServiceExt as _;

    use super::*;

    async fn ask(router: &Router, method: &str, path: &str, body: &str) -> (u16, Value) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", "application/json")
            .body(Body::from(body.to_owned()))
            .unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    #[tokio::test]
    async fn orders_are_kept_and_rules_hold() {
        let router = router();
        let (_, all) = ask(&router, "GET", "/v1/orders?top=100", "").await;
        let before = all["value"].as_array().unwrap().len();
        let new = r#"{"customer":"Contoso Hiking","product":"Trail stove","quantity":2}"#;
        let (status, made) = ask(&router, "POST", "/v1/orders", new).await;
        assert_eq!((status, made["status"].as_str()), (201, Some("open")));
        let (_, all) = ask(&router, "GET", "/v1/orders?top=100", "").await;
        assert_eq!(all["value"].as_array().unwrap().len(), before + 1);
        let path = format!("/v1/orders/{}", made["id"]);
        let shipped = r#"{"status":"shipped"}"#;
        assert_eq!(ask(&router, "PATCH", &path, shipped).await.0, 200);
        assert_eq!(ask(&router, "PATCH", &path, shipped).await.0, 409);
        assert_eq!(ask(&router, "GET", "/v1/orders/1", "").await.0, 404);
        let unknown = r#"{"customer":"Nobody","product":"Trail stove","quantity":2}"#;
        assert_eq!(ask(&router, "POST", "/v1/orders", unknown).await.0, 422);
    }

    #[test]
    fn every_operation_of_the_action_is_described() {
        let definition = definition("127.0.0.1:1".parse().unwrap()).to_string();
        for operation in OPERATIONS {
            assert!(definition.contains(&format!("\"{operation}\"")), "{operation}");
        }
    }
}
