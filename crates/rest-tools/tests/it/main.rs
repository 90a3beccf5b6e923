//! Operations of a small REST as tools.
#![cfg(test)]
#![expect(unused_qualifications, reason = "the macro that describes routes writes whole paths")]

use std::sync::Arc;

use actions::{Catalogue, Tool};
use axum::extract::State;
use edge::{Authed, Json, Path, Problem, Query};
use futures_util::{FutureExt as _, StreamExt as _, future::BoxFuture, stream::BoxStream};
use http::StatusCode;
use kernel::{Actor, Ids, Kind, Permission, Scope, TenantId};
use liaison_rest_tools::{Offered, Parts, RestTools};
use mcp::{Call, Failed, Outcome, Progress, Tools};
use rest::{Failures, routes};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use utoipa::{IntoParams, OpenApi as _, ToSchema};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct Shelf {
    shelf: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Kept {
    /// Whether it is kept.
    #[serde(default)]
    kept: bool,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Book {
    title: String,
    author: Option<Author>,
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
struct Author {
    name: String,
}

#[derive(Debug, Serialize, ToSchema)]
struct Stored {
    shelf: String,
    title: String,
    author: Option<String>,
    kept: bool,
    tenant: String,
}

/// Put a book on a shelf
///
/// It stands there until somebody takes it.
#[utoipa::path(post, path = "/shelves/{shelf}/books", operation_id = "books.put", tag = "books",
    params(Shelf, Kept), request_body = Book, responses((status = 201, body = Stored), Failures))]
async fn put(
    State(()): State<()>,
    Authed(scope): Authed,
    Path(path): Path<Shelf>,
    Query(kept): Query<Kept>,
    Json(book): Json<Book>,
) -> Result<(StatusCode, Json<Stored>), Problem> {
    let denied =
        |_| Problem::new("permission.missing", Kind::Forbidden, "records cannot be written");
    scope.require(Permission::RecordWrite).map_err(denied)?;
    let Book { title, author } = book;
    let author = author.map(|author| author.name);
    let tenant = scope.tenant().to_string();
    Ok((
        StatusCode::CREATED,
        Json(Stored { shelf: path.shelf, title, author, kept: kept.kept, tenant }),
    ))
}

/// Empty a shelf
#[utoipa::path(delete, path = "/shelves/{shelf}", operation_id = "shelves.empty", tag = "books",
    params(Shelf), responses((status = 204), Failures))]
async fn empty(
    State(()): State<()>,
    Authed(_scope): Authed,
    Path(_path): Path<Shelf>,
) -> Result<StatusCode, Problem> {
    Ok(StatusCode::NO_CONTENT)
}

#[derive(utoipa::OpenApi)]
#[openapi()]
struct Library;

/// One tool of somebody else.
#[derive(Debug)]
struct Before(Arc<Catalogue>);

impl Tools for Before {
    fn catalogue<'a>(
        &'a self,
        _scope: &'a Scope,
    ) -> BoxFuture<'a, Result<Arc<Catalogue>, Problem>> {
        async move { Ok(Arc::clone(&self.0)) }.boxed()
    }

    fn call<'a>(&'a self, _scope: &'a Scope, call: Call) -> BoxFuture<'a, Result<Outcome, Failed>> {
        async move { Ok(Outcome::text(call.name)) }.boxed()
    }

    fn changes(&self, _scope: &Scope) -> BoxStream<'static, ()> {
        futures_util::stream::empty().boxed()
    }
}

const OFFERED: [Offered; 3] = [
    Offered { operation: "books.put", seen_with: Permission::RecordRead },
    Offered { operation: "shelves.empty", seen_with: Permission::RecordWrite },
    Offered { operation: "books.unheard_of", seen_with: Permission::RecordRead },
];

fn tools() -> RestTools {
    let document = routes!(put, empty).described().added_to(Library::openapi());
    let document = serde_json::to_value(document).unwrap();
    let other = Tool {
        name: "orders".to_owned(),
        title: None,
        description: None,
        input: json!({"type": "object"}),
        output: None,
        annotations: None,
    };
    RestTools::new(Parts {
        before: Arc::new(Before(Arc::new(Catalogue::new(vec![other])))),
        rest: routes!(put, empty).router().with_state(()),
        document: &document,
        offered: &OFFERED,
        settings: edge::Settings::default(),
        clock: testkit::FixedClock::new(),
        ids: Ids::system(),
    })
}

fn person(permissions: &[Permission]) -> Scope {
    let ids = Ids::system();
    testkit::scope(ids.fresh::<TenantId>(), Actor::User(ids.fresh()), permissions)
}

async fn seen(tools: &RestTools, scope: &Scope) -> Vec<Value> {
    let text = tools.catalogue(scope).await.unwrap().page(None, 9).text;
    serde_json::from_str(&format!("[{}]", String::from_utf8_lossy(&text))).unwrap()
}

async fn call(
    tools: &RestTools,
    scope: &Scope,
    name: &str,
    arguments: Value,
) -> Result<Outcome, Failed> {
    let call = Call {
        name: name.to_owned(),
        arguments: arguments.as_object().cloned().unwrap(),
        capabilities: serde_json::Map::new(),
        progress: Progress::default(),
        cancelled: CancellationToken::new(),
    };
    tools.call(scope, call).await
}

fn answered(outcome: &Outcome) -> Value {
    serde_json::from_slice(outcome.structured.as_ref().unwrap()).unwrap()
}

#[tokio::test]
async fn people_see_the_operations_that_they_hold_the_permission_for() {
    let tools = tools();
    let names = async |permissions: &[Permission]| -> Vec<String> {
        let all = seen(&tools, &person(permissions)).await;
        all.iter().map(|tool| tool["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&[]).await, ["orders"]);
    assert_eq!(names(&[Permission::RecordRead]).await, ["liaison_books_put", "orders"]);
    let all = names(&[Permission::RecordRead, Permission::RecordWrite]).await;
    assert_eq!(all, ["liaison_books_put", "liaison_shelves_empty", "orders"]);
    assert_eq!(tools.names().count(), 2, "what the description does not know is not offered");
}

#[tokio::test]
async fn a_tool_says_what_the_description_says() {
    let tools = tools();
    let all = seen(&tools, &person(&[Permission::RecordRead, Permission::RecordWrite])).await;
    let put = &all[0];
    assert_eq!(put["title"], "Put a book on a shelf");
    assert_eq!(put["description"], "It stands there until somebody takes it.");
    let input = &put["inputSchema"];
    assert_eq!(input["required"], json!(["shelf", "title"]));
    assert_eq!(input["properties"]["title"]["type"], "string");
    assert_eq!(input["properties"]["kept"]["description"], "Whether it is kept.");
    let text = input.to_string();
    assert!(text.contains("#/$defs/Author") && !text.contains("#/components"), "{text}");
    assert_eq!(input["$defs"]["Author"]["properties"]["name"]["type"], "string");
    let hints = |at: usize, hint: &str| all[at]["annotations"][hint].as_bool().unwrap();
    assert!(
        hints(1, "destructiveHint") && !hints(0, "destructiveHint") && !hints(0, "readOnlyHint")
    );
}

#[tokio::test]
async fn a_call_is_a_request_as_the_person() {
    let tools = tools();
    let scope = person(&[Permission::RecordWrite]);
    let arguments = json!({
        "shelf": "poems/../old?x=1", "kept": true, "title": "Odes", "author": { "name": "Keats" },
    });
    let outcome = call(&tools, &scope, "liaison_books_put", arguments).await.unwrap();
    let stored = answered(&outcome);
    assert!(!outcome.is_error);
    assert_eq!(stored["shelf"], "poems/../old?x=1");
    assert_eq!((&stored["author"], &stored["kept"]), (&json!("Keats"), &json!(true)));
    assert_eq!(stored["tenant"], scope.tenant().to_string());
    let emptied =
        call(&tools, &scope, "liaison_shelves_empty", json!({"shelf": "a"})).await.unwrap();
    assert_eq!(answered(&emptied), json!({"done": true}));
}

#[tokio::test]
async fn refusals_are_told_in_the_words_of_rest() {
    let tools = tools();
    let reader = person(&[Permission::RecordRead]);
    let book = json!({"shelf": "a", "title": "Odes"});
    let refused = call(&tools, &reader, "liaison_books_put", book).await.unwrap();
    let text = format!("{:?}", refused.content);
    assert!(refused.is_error && text.contains("permission.missing"), "{text}");
    let writer = person(&[Permission::RecordWrite]);
    for wrong in [
        json!({"title": "Odes"}),
        json!({"shelf": "", "title": "Odes"}),
        json!({"shelf": ["a"], "title": "b"}),
    ] {
        assert!(call(&tools, &writer, "liaison_books_put", wrong).await.is_err());
    }
    let unknown = json!({"shelf": "a", "title": "Odes", "pages": 4});
    assert!(call(&tools, &writer, "liaison_books_put", unknown).await.unwrap().is_error);
    let unknown = json!({"shelf": "a", "force": true});
    assert!(call(&tools, &writer, "liaison_shelves_empty", unknown).await.is_err());
}

#[tokio::test]
async fn other_tools_are_called_as_before() {
    let outcome = call(&tools(), &person(&[]), "orders", json!({})).await.unwrap();
    assert_eq!(format!("{:?}", outcome.content), r#"[Text("orders")]"#);
}
