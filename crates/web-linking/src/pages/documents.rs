//! The documents of a record: the file libraries of its channels, read and changed through the person's own seat.

mod look;
mod write;

use askama::Template;
use axum::{
    extract::State as Shelf,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use edge::{Path, Problem, Query};
use jiff::Timestamp;
use kernel::{Coded as _, Kind as Sort};
use linking::{Link, LinkId, State};
use linking_setup::{Feature, Kind, Obstacle};
use serde::Deserialize;
use web_frame::{
    App, Asked, Field, Frame, Html, Visit, answer,
    html::{escape, query_value},
};
use workspace_port::{FileId, Workspace};

use self::look::Shelves;
pub(crate) use self::write::{create_folder, delete, rename, upload};
use super::{
    offers,
    place::{At, Place, Tab},
    words::Told,
};

/// Where in the documents somebody is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Where {
    /// The link whose library is shown; nothing for all of them.
    pub(crate) location: Option<LinkId>,
    /// The folders down to the one that is open.
    pub(crate) trail: Vec<String>,
    /// The file or folder in the sheet.
    pub(crate) file: Option<String>,
}

impl Where {
    fn in_library(location: LinkId) -> Self {
        Self { location: Some(location), ..Self::default() }
    }

    /// The address of this place under a page.
    fn address(&self, base: &str) -> String {
        let mut address = format!("{base}/documents");
        let mut mark = '?';
        let mut add = |name: &str, value: &str| {
            address.push(mark);
            address.extend([name, "=", &query_value(value)]);
            mark = '&';
        };
        if let Some(location) = self.location {
            add("location", &location.to_string());
        }
        for folder in &self.trail {
            add("trail", folder);
        }
        if let Some(file) = &self.file {
            add("file", file);
        }
        address
    }

    /// What a form adds to an address of its own to come back here.
    fn query(&self) -> String {
        let whole = self.address("");
        whole.split_once('?').map(|(_, query)| format!("?{query}")).unwrap_or_default()
    }

    /// One folder deeper.
    fn below(&self, folder: &FileId) -> Self {
        let mut trail = self.trail.clone();
        trail.push(folder.0.clone());
        Self { trail, file: None, ..self.clone() }
    }
}

/// A file or folder.
#[derive(Debug)]
struct Line {
    name: String,
    folder: bool,
    open: String,
    /// Whether it is opened outside of the hub.
    outside: bool,
    download: Option<String>,
    size: String,
    changed: Timestamp,
    /// Whose library it lies in, where several are shown.
    location: String,
    sheet: String,
}

/// A library to choose: address, name, whether it is shown.
type Choice = (String, String, bool);

/// The page.
#[derive(Debug, Template)]
#[template(path = "pages/documents.html")]
pub(crate) struct Documents {
    frame: Frame,
    name: String,
    kind: String,
    icon: &'static str,
    base: String,
    tabs: Vec<Tab>,
    choices: Vec<Choice>,
    /// That there are more libraries than the one that is shown.
    several: bool,
    all: bool,
    crumbs: Vec<(String, String)>,
    lines: Vec<Line>,
    /// Libraries that the person may not read or that are not there yet: name and why.
    closed: Vec<(String, Told)>,
    /// Why there are no documents at all.
    told: Option<Told>,
    /// No channel is connected: the sentence with its address.
    unset: Option<Html>,
    /// What went wrong with a form.
    problem: Option<String>,
    /// Where forms go, in the folder that is open.
    here: Option<String>,
    upload_field: Field,
    folder_field: Field,
    channel: Option<String>,
}

/// The sheet of a file or folder.
#[derive(Debug, Template)]
#[template(path = "pages/file.html")]
struct Sheet<'a> {
    frame: &'a Frame,
    close: String,
    name: String,
    folder: bool,
    base: String,
    query: String,
    file: String,
    version: String,
    field: Field,
}

pub(crate) async fn page(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(key): Path<At>,
    Query(at): Query<Where>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, key).await?;
    if let Err(workspace_port::Error::SignInAgain) =
        app.linking_setup.workspaces().of(&visit.scope).await
    {
        let to = crate::workspace::mine_at(&at.address(&place.base));
        return Ok(axum::response::Redirect::to(&to).into_response());
    }
    show(&app, visit, &place, (at, None)).await
}

/// The page of a place, with what was wrong.
async fn show(
    app: &App,
    visit: Visit,
    place: &Place,
    (mut at, problem): (Where, Option<String>),
) -> Result<Response, Problem> {
    let shelf = Opened::of(app, &visit, place).await?;
    let frame = &visit.frame;
    if at.location.is_none() && shelf.links.len() == 1 {
        at.location = shelf.links.first().map(|link| link.id);
    }
    let sheet = match (&at.file, shelf.link(&at)) {
        (Some(file), Some(_)) => Some(sheet(&shelf, frame, place, (&at, file)).await?),
        _ => None,
    };
    if let (Asked::Sheet, Some(sheet)) = (visit.asked, &sheet) {
        return Ok(answer::part(sheet.clone()));
    }
    let ours = offers(app, &visit, place).await?;
    let found = Shelves { frame, base: &place.base, shelf: &shelf }.read(&at).await?;
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let what = frame.say("collaborate.tab-documents");
    let mut page_frame = place.at(frame.clone(), &what, place.address.clone());
    page_frame.sheet = sheet;
    let limit = frame.t.bytes(write::MOST_BYTES);
    let is_open = shelf.link(&at).is_some() && found.closed.is_empty() && shelf.told.is_none();
    let page = Documents {
        tabs: place.tabs(frame, "documents", &ours),
        name: place.name.clone(),
        kind: place.kind.clone(),
        icon: place.icon(),
        choices: shelf.choices(frame, &place.base, &at),
        several: shelf.links.len() > 1 && at.location.is_some(),
        all: at.location.is_none(),
        crumbs: found.crumbs,
        lines: found.lines,
        closed: found.closed,
        unset: (shelf.links.is_empty() && shelf.told.is_none()).then(|| unset(frame, &place.base)),
        told: shelf.told.map(|obstacle| Told::of(frame, obstacle.code().name())),
        problem,
        here: is_open.then(|| Where { file: None, ..at.clone() }.query()),
        upload_field: Field::input("file", "file", frame.say("files-choose"))
            .hint(frame.say1("files-limit", "size", limit.as_str()))
            .required(),
        folder_field: Field::text("name", frame.say("files-folder-name")).required(),
        channel: shelf.link(&at).and_then(|link| link.address.as_ref()).map(ToString::to_string),
        base: place.base.clone(),
        frame: page_frame,
    };
    Ok(answer::page_with(status, &page))
}

/// That no channel is connected, with the address that helps (record linking, E5).
fn unset(frame: &Frame, base: &str) -> Html {
    let address = format!("{base}/collaborate");
    let sentence = frame.say1("collaborate.no-files", "url", address.as_str());
    let link = format!("<a href=\"{0}\">{0}</a>", escape(&address));
    Html::trusted(escape(&sentence).replace(&escape(&address), &link))
}

async fn sheet(
    shelf: &Opened,
    frame: &Frame,
    place: &Place,
    (at, file): (&Where, &str),
) -> Result<Html, Problem> {
    let found = shelf.seat.file(&FileId(file.to_owned())).await?;
    let here = Where { file: None, ..at.clone() };
    Ok(Html::of(&Sheet {
        frame,
        close: here.address(&place.base),
        folder: found.kind == workspace_port::FileKind::Folder,
        base: place.base.clone(),
        query: here.query(),
        file: found.id.0,
        version: found.version.0,
        field: Field::text("name", frame.say("files-name")).value(&found.name).required(),
        name: found.name,
    }))
}

/// The libraries of a record as one person may open them.
pub(crate) struct Opened {
    seat: std::sync::Arc<dyn Workspace>,
    links: Vec<Link>,
    /// Why there are none.
    told: Option<Obstacle>,
}

impl Opened {
    async fn of(app: &App, visit: &Visit, place: &Place) -> Result<Self, Problem> {
        let scope = &visit.scope;
        let [allowed] = app.linking.answers(scope, &place.subject, [Feature::Documents]).await?;
        let mut links = app.linking.links_of(scope, &place.subject).await?;
        links.retain(|link| {
            matches!(link.state, State::Connected | State::StaleName | State::Archived)
        });
        let seat = match app.linking_setup.workspaces().of(scope).await {
            // signed in to the hub they are; who has to sign in elsewhere is told where
            Err(workspace_port::Error::SignInAgain) => {
                return Err(linking_setup::Error::TeamsSignInNeeded.into());
            }
            other => other?,
        };
        Ok(Self { seat, links, told: allowed.obstacle() })
    }

    /// The link whose library is shown.
    fn link(&self, at: &Where) -> Option<&Link> {
        self.links.iter().find(|link| Some(link.id) == at.location)
    }

    fn choices(&self, frame: &Frame, base: &str, at: &Where) -> Vec<Choice> {
        if self.links.len() < 2 {
            return Vec::new();
        }
        let all = (
            Where::default().address(base),
            frame.say("collaborate.all-locations"),
            at.location.is_none(),
        );
        let each = self.links.iter().map(|link| {
            let here = at.location == Some(link.id);
            (Where::in_library(link.id).address(base), location(link), here)
        });
        std::iter::once(all).chain(each).collect()
    }
}

/// What people call the library of a link.
fn location(link: &Link) -> String {
    format!("{} · {}", link.team_name, link.channel_name)
}

/// Hands a file out, as the workspace gives it to the person.
pub(crate) async fn download(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(key): Path<At>,
    Query(at): Query<Where>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, key).await?;
    let shelf = Opened::of(&app, &visit, &place).await?;
    let (seat, file) = shelf.reach(&at).await?;
    let found = seat.file(&file).await?;
    let bytes = seat.download(&file).await?;
    let plain: String = found
        .name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || " ._-()".contains(c) { c } else { '_' })
        .collect();
    let named = query_value(&found.name);
    let disposition = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{named}");
    let mut response = axum::body::Body::from(bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

impl Opened {
    /// The seat and the file that is meant, where the library is open to the person.
    async fn reach(&self, at: &Where) -> Result<(&dyn Workspace, FileId), Problem> {
        let missing = || Problem::of(&workspace_port::Error::NotFound);
        self.library(at).await?;
        let file = at.file.clone().ok_or_else(missing)?;
        Ok((&*self.seat, FileId(file)))
    }

    /// The folder that is open, where the library is open to the person.
    async fn library(&self, at: &Where) -> Result<FileId, Problem> {
        if let Some(obstacle) = self.told {
            return Err(linking_setup::Error::Closed(obstacle).into());
        }
        let link = self.link(at).ok_or_else(|| Problem::of(&workspace_port::Error::NotFound))?;
        let library = self.seat.library(&link.channel).await?;
        Ok(at.trail.last().map_or(library.id, |folder| FileId(folder.clone())))
    }
}

/// Whether an error says that somebody may not look in.
fn is_closed(error: &workspace_port::Error) -> bool {
    matches!(error.code().kind(), Sort::NotFound | Sort::Forbidden)
}

/// Whether files open in the hub itself.
fn is_own(link: &Link) -> bool {
    link.workspace == Kind::Embedded
}
