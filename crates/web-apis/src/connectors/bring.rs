//! Bringing a package: as files, from an address, pasted, or an empty one by a form; for a new connector or as a new
//! version of one.

use askama::Template;
use axum::{
    extract::{Multipart, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use connectors::{Blank, BlankSecurity, Connector, Error, NewConnector, Upload};
use edge::{Path, Problem, Query};
use kernel::{ApiConnectorId, Coded as _, EnvironmentId, FieldError, Kind, Permission};
use serde::Deserialize;
use url::Url;
use web_frame::{App, Field, Frame, Visit, answer, parts::told};

use super::{HOME, at, path_of, posted::Posted, say, shell::Shell};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    environment: String,
    way: String,
}

/// In which way a package comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Files,
    Address,
    Text,
    Blank,
}

impl Way {
    const ALL: [Self; 4] = [Self::Files, Self::Address, Self::Text, Self::Blank];

    const fn word(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Address => "address",
            Self::Text => "text",
            Self::Blank => "blank",
        }
    }

    const fn icon(self) -> &'static str {
        match self {
            Self::Files => "upload",
            Self::Address => "globe",
            Self::Text => "code",
            Self::Blank => "add",
        }
    }

    fn of(word: &str) -> Self {
        Self::ALL.into_iter().find(|way| way.word() == word).unwrap_or(Self::Files)
    }
}

/// The form.
#[derive(Debug, Template)]
#[template(path = "connectors/bring.html")]
struct Page {
    frame: Frame,
    intro: String,
    /// Icon, address, name, whether it is this one.
    ways: Vec<(&'static str, String, String, bool)>,
    way: Way,
    fields: Vec<Field>,
    /// For an empty one: fields under the way of proving who calls that they belong to.
    secured: Vec<(&'static str, Vec<Field>)>,
    details: Vec<Field>,
    action: String,
    cancel: String,
    button: String,
    refused: Option<Refused>,
}

/// Why a package was not taken.
#[derive(Debug)]
struct Refused {
    title: String,
    remedy: String,
    /// Places and what is wrong there.
    places: Vec<(String, String)>,
}

/// For what a package is brought.
enum For<'a> {
    /// A new connector, in one of these environments.
    New(&'a [(String, String)]),
    Version(&'a Shell),
}

pub(super) async fn new(
    State(app): State<App>,
    visit: Visit,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    visit.scope.require(Permission::ConnectorManage).map_err(Problem::denied)?;
    let environments = environments(&app, &visit).await?;
    let posted = Posted::default()
        .with("way", &wanted.way)
        .with("environment", &wanted.environment)
        .with("scheme", "https");
    Ok(answer::page(&Page::new(visit.frame, &For::New(&environments), &posted, None)))
}

pub(super) async fn new_version(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ApiConnectorId>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    visit.scope.require(Permission::ConnectorManage).map_err(Problem::denied)?;
    let shell = Shell::of(&app, &visit, id, "versions").await?;
    let posted = Posted::default().with("way", &wanted.way);
    Ok(answer::page(&Page::new(visit.frame, &For::Version(&shell), &posted, None)))
}

pub(super) async fn create(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    form: Multipart,
) -> Result<Response, Problem> {
    visit.scope.require(Permission::ConnectorManage).map_err(Problem::denied)?;
    let posted = Posted::read(&visit, &headers, form).await?;
    let made = match make(&app, &visit, &posted).await {
        Ok(made) => made,
        Err(error) => {
            let refused = Refused::of(&visit.frame, error)?;
            let environments = environments(&app, &visit).await?;
            let to = For::New(&environments);
            let page = Page::new(visit.frame, &to, &posted, Some(refused));
            return Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
        }
    };
    Ok(answer::back_with(&visit.context, &path_of(made.id), "web-apis.created"))
}

async fn make(app: &App, visit: &Visit, posted: &Posted) -> Result<Connector, Error> {
    let wrong = || invalid("/environment", "field.invalid", "an environment");
    let environment: EnvironmentId =
        posted.text("environment").parse().map_err(|_source| wrong())?;
    let way = Way::of(posted.text("way"));
    let given = |name: &str| Some(posted.text(name).trim()).filter(|text| !text.is_empty());
    let new = NewConnector {
        name: given("name").map(str::to_owned),
        description: None,
        preview: posted.is_on("preview"),
        upload: upload(way, posted)?,
        note: posted.text("note").trim().to_owned(),
    };
    Box::pin(app.api_connectors.create(&visit.scope, environment, new)).await
}

pub(super) async fn add(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ApiConnectorId>,
    (headers, form): (HeaderMap, Multipart),
) -> Result<Response, Problem> {
    visit.scope.require(Permission::ConnectorManage).map_err(Problem::denied)?;
    let shell = Shell::of(&app, &visit, id, "versions").await?;
    let posted = Posted::read(&visit, &headers, form).await?;
    let way = Way::of(posted.text("way"));
    let note = posted.text("note").trim().to_owned();
    let (hub, is_staged) = (&app.api_connectors, posted.is_on("staged"));
    let added = match upload(way, &posted) {
        Ok(upload) if is_staged => {
            let made = Box::pin(hub.stage_version(&visit.scope, id, upload, note)).await;
            made.map(|version| version.number)
        }
        Ok(upload) => {
            let made = Box::pin(hub.add_version(&visit.scope, id, upload, note)).await;
            made.map(|now| now.version.number)
        }
        Err(error) => Err(error),
    };
    match added {
        Ok(number) => {
            let before = shell.connector.version.number;
            let to = format!("{}/compare?from={before}&to={number}", path_of(id));
            let key = if is_staged { "web-apis.version-staged" } else { "web-apis.version-added" };
            Ok(answer::back_with(&visit.context, &to, key))
        }
        Err(error) => {
            let refused = Refused::of(&visit.frame, error)?;
            let page = Page::new(visit.frame, &For::Version(&shell), &posted, Some(refused));
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

/// What the room takes, of what was posted.
fn upload(way: Way, posted: &Posted) -> Result<Upload, Error> {
    match way {
        Way::Files => match posted.files.as_slice() {
            [] => Err(invalid("/files", "field.required", "a file")),
            [(_, bytes)] if bytes.starts_with(b"PK") => Ok(Upload::Archive(bytes.clone())),
            // A single file is a definition, whatever it is called.
            [(_, bytes)] => {
                Ok(Upload::Files(vec![(connectors::DEFINITION.to_owned(), bytes.clone())]))
            }
            files => Ok(Upload::Files(files.to_vec())),
        },
        Way::Address => {
            let address = posted.text("address").trim();
            let wrong = |_source| invalid("/address", "field.invalid", "a whole address");
            Ok(Upload::Address(Url::parse(address).map_err(wrong)?))
        }
        Way::Text => {
            let text = |name: &str| posted.text(name).trim().to_owned();
            if text("definition").is_empty() {
                return Err(invalid("/definition", "field.required", "a definition"));
            }
            let properties = Some(text("properties")).filter(|text| !text.is_empty());
            Ok(Upload::Text { definition: text("definition"), properties })
        }
        Way::Blank => {
            let text = |name: &str| posted.text(name).trim().to_owned();
            let security = match posted.text("security") {
                "basic" => BlankSecurity::Basic,
                "api_key" => BlankSecurity::ApiKey {
                    name: text("key_name"),
                    query: posted.text("key_place") == "query",
                },
                "oauth" => BlankSecurity::OAuth {
                    authorization_url: text("authorization_url"),
                    token_url: text("token_url"),
                    scopes: text("scopes"),
                },
                _ => BlankSecurity::None,
            };
            Ok(Upload::Blank(Blank {
                title: text("title"),
                description: text("description"),
                scheme: text("scheme"),
                host: text("host"),
                base_path: text("base_path"),
                security,
            }))
        }
    }
}

fn invalid(pointer: &'static str, code: &'static str, detail: &str) -> Error {
    Error::Invalid { fields: vec![FieldError::new(pointer, code, detail)] }
}

/// Environments to choose from; one without the sales tables says so.
pub(super) async fn environments(
    app: &App,
    visit: &Visit,
) -> Result<Vec<(String, String)>, Problem> {
    let all = app.identity.environments(&visit.scope).await?;
    let named = all.into_iter().map(|it| {
        let key = if it.crm_enabled { "environment-sales" } else { "environment-plain" };
        let name = visit.frame.say1(&format!("web-apis.{key}"), "name", it.name.as_str());
        (it.id.to_string(), name)
    });
    Ok(named.collect())
}

impl Refused {
    /// What the maker can mend; everything else is a problem.
    fn of(frame: &Frame, error: Error) -> Result<(Self, Vec<FieldError>), Problem> {
        let code = error.code();
        let mine = matches!(
            code.kind(),
            Kind::Invalid | Kind::Conflict | Kind::TooLarge | Kind::Upstream | Kind::Forbidden
        );
        if !mine || matches!(error, Error::Denied(_)) {
            return Err(error.into());
        }
        let (title, remedy) = told(frame, &error);
        let fields = error.fields().to_vec();
        let place = |field: &FieldError| {
            let said = frame.t.rule(field.code, field.limit);
            (said, field.detail.clone())
        };
        let places = fields
            .iter()
            .filter(|field| matches!(field.pointer.as_ref(), "" | "/files"))
            .map(place)
            .collect();
        Ok((Self { title, remedy, places }, fields))
    }
}

impl Page {
    fn new(
        frame: Frame,
        to: &For<'_>,
        posted: &Posted,
        refused: Option<(Refused, Vec<FieldError>)>,
    ) -> Self {
        let way = Way::of(posted.text("way"));
        let (refused, errors) =
            refused.map_or((None, Vec::new()), |(refused, errors)| (Some(refused), errors));
        let say = |key: &str| say(&frame, key);
        let done = |field: Field| field.checked(&errors, frame.t);
        let (action, cancel, query, version) = match to {
            For::New(_) => {
                let here = posted.text("environment");
                let cancel = format!("{HOME}?environment={here}");
                (format!("{HOME}/new"), cancel, format!("environment={here}&"), false)
            }
            For::Version(shell) => {
                let cancel = format!("{}/versions", shell.path);
                (format!("{cancel}/new"), cancel, String::new(), true)
            }
        };
        let mut details = Vec::new();
        if let For::New(environments) = to {
            let field = Field::select("environment", say("environment"), environments.to_vec());
            details.push(done(
                field.value(posted.text("environment")).hint(say("environment-hint")).required(),
            ));
            if way != Way::Blank {
                let field = Field::text("name", say("name")).value(posted.text("name"));
                details.push(done(field.max(200).hint(say("name-hint"))));
            }
            let field = Field::check("preview", say("preview"), posted.is_on("preview"));
            details.push(field.hint(say("preview-hint")));
        }
        let field = Field::text("note", say("note")).value(posted.text("note")).max(500);
        details.push(done(field.hint(say("note-hint"))));
        if version {
            let field = Field::check("staged", say("staged"), posted.is_on("staged"));
            details.push(field.hint(say("staged-hint")));
        }
        let (fields, secured) = fields_of(&frame, way, posted, &errors);
        let title = match to {
            For::New(_) => say("new"),
            For::Version(_) => say("version-new"),
        };
        let ways = Way::ALL.into_iter().filter(|way| !version || *way != Way::Blank);
        let ways: Vec<_> = ways
            .map(|it| {
                let name = say(&format!("way-{}", it.word()));
                (it.icon(), format!("{action}?{query}way={}", it.word()), name, it == way)
            })
            .collect();
        Self {
            intro: say(if version { "version-new-what" } else { "new-what" }),
            button: say(if version { "version-add" } else { "create" }),
            ways,
            way,
            fields,
            secured,
            details,
            action,
            refused,
            frame: match to {
                For::New(_) => at(frame, title).back_to(cancel.clone()),
                For::Version(shell) => {
                    let title = format!("{title} · {}", shell.connector.name);
                    at(frame, title).back_to(cancel.clone())
                }
            },
            cancel,
        }
    }
}

/// The fields of a way, and those that only one way of proving who calls needs.
fn fields_of(
    frame: &Frame,
    way: Way,
    posted: &Posted,
    errors: &[FieldError],
) -> (Vec<Field>, Vec<(&'static str, Vec<Field>)>) {
    let say = |key: &str| say(frame, key);
    let text = |name: &'static str| {
        let field = Field::text(name, say(&name.replace('_', "-"))).value(posted.text(name));
        field.checked(errors, frame.t)
    };
    match way {
        Way::Files => (Vec::new(), Vec::new()),
        Way::Address => {
            let field = Field::input("url", "address", say("address")).required();
            let field = field.value(posted.text("address")).hint(say("address-hint"));
            let field = field.placeholder("https://api.example.org/openapi.json");
            (vec![field.checked(errors, frame.t)], Vec::new())
        }
        Way::Text => {
            let area = |name: &'static str| {
                let field = Field::area(name, say(name)).value(posted.text(name));
                field.hint(say(&format!("{name}-hint"))).checked(errors, frame.t)
            };
            (vec![area("definition").required(), area("properties")], Vec::new())
        }
        Way::Blank => {
            let schemes = [("https", "https"), ("http", "http")];
            let ways = ["none", "basic", "api_key", "oauth"];
            let ways = ways.map(|key| (key, say(&format!("security-{}", key.replace('_', "-")))));
            let places = ["header", "query"].map(|key| (key, say(&format!("key-in-{key}"))));
            let first = vec![
                Field::text("title", say("name"))
                    .value(posted.text("title"))
                    .checked(errors, frame.t)
                    .required()
                    .max(200),
                Field::area("description", say("description"))
                    .value(posted.text("description"))
                    .checked(errors, frame.t),
                Field::select("scheme", say("scheme"), schemes)
                    .value(posted.text("scheme"))
                    .checked(errors, frame.t),
                text("host").required().placeholder("api.example.org"),
                text("base_path").placeholder("/v1").hint(say("base-path-hint")),
                Field::select("security", say("security"), ways).value(posted.text("security")),
            ];
            let key = vec![
                text("key_name").placeholder("X-API-Key"),
                Field::select("key_place", say("key-place"), places)
                    .value(posted.text("key_place")),
            ];
            let oauth = vec![
                text("authorization_url").placeholder("https://id.example.org/authorize"),
                text("token_url").placeholder("https://id.example.org/token"),
                text("scopes").hint(say("scopes-hint")),
            ];
            (first, vec![("api_key", key), ("oauth", oauth)])
        }
    }
}

#[cfg(test)]
mod tests {
    use web_proof::show;

    use super::*;
    use crate::connectors::tests::connector;

    #[test]
    fn each_way_has_its_form_and_mistakes_stand_where_they_are() {
        show("bring", |frame| {
            let all = [("1".to_owned(), "Contoso".to_owned())];
            let to = For::New(&all);
            let posted = |way: &str| Posted::default().with("way", way).with("environment", "1");
            let page = |posted: &Posted, error: Option<Error>| {
                let refused = error.map(|error| Refused::of(frame, error).unwrap());
                Page::new(frame.clone(), &to, posted, refused)
            };
            let place = FieldError::new("", "api_connector.beyond_repair", "line 3, column <5>");
            let unreadable = Error::Package { fields: vec![place] };
            let shell = Shell::new(frame, connector(frame), "Contoso".to_owned(), "versions");
            vec![
                ("files", page(&posted("files"), None)),
                ("unreadable", page(&posted("files"), Some(unreadable))),
                ("address", page(&posted("address").with("address", "x\"<y>"), None)),
                ("text", page(&posted("text"), Some(invalid("/definition", "field.required", "")))),
                ("blank", page(&posted("blank").with("security", "oauth"), None)),
                (
                    "sales",
                    page(
                        &posted("files"),
                        Some(Error::CrmNeeded { environment: uuid::Uuid::from_u128(1).into() }),
                    ),
                ),
                (
                    "version",
                    Page::new(frame.clone(), &For::Version(&shell), &posted("files"), None),
                ),
            ]
        });
    }
}
