//! Files that are brought, folders, new names, deleting.

use axum::{
    extract::{Multipart, State as Shelf},
    http::{HeaderMap, Method},
    response::Response,
};
use bytes::Bytes;
use edge::{Form, Path, Problem, Query};
use kernel::{Coded as _, Kind};
use serde::Deserialize;
use web_frame::{App, Visit, answer};
use workspace_port::{Conflict, Error, FileId, FileVersion, NewFile};

use super::{Opened, Where, show};
use crate::pages::place::{At, Place};

/// The most bytes of one file (our choice: larger ones are brought in the channel itself).
pub(crate) const MOST_BYTES: u64 = 100 << 20;

/// Longer than any token of ours.
const TOKEN_BYTES: usize = 256;

/// Takes a file; the token stands before it in the form. One of the same name becomes its next version.
pub(crate) async fn upload(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(key): Path<At>,
    Query(at): Query<Where>,
    (headers, form): (HeaderMap, Multipart),
) -> Result<Response, Problem> {
    edge::same_origin(&visit.context, &Method::POST, &headers)?;
    let place = Place::of(&app, &visit, key).await?;
    let shelf = Opened::of(&app, &visit, &place).await?;
    let folder = shelf.library(&at).await?;
    let brought = brought(&visit, form).await?;
    let done = match brought {
        None => Err(Error::TooLarge),
        Some((name, bytes)) => {
            let new = NewFile { folder, name, bytes, conflict: Conflict::Replace };
            shelf.seat.upload(&new).await.map(|_| ())
        }
    };
    after(&app, visit, &place, (at, done, "file-uploaded")).await
}

/// The file of a form: its token first; nothing where it is larger than it may be.
async fn brought(visit: &Visit, mut form: Multipart) -> Result<Option<(String, Bytes)>, Problem> {
    let mut trusted = false;
    while let Some(mut part) = form.next_field().await.map_err(edge::unreadable_form)? {
        match part.name() {
            Some("csrf") => {
                let token = part.text().await.map_err(edge::unreadable_form)?;
                let token = Some(token.as_str()).filter(|token| token.len() <= TOKEN_BYTES);
                edge::verify_csrf(&visit.context, token)?;
                trusted = true;
            }
            Some("file") => {
                if !trusted {
                    edge::verify_csrf(&visit.context, None)?;
                }
                let name = part.file_name().unwrap_or_default().to_owned();
                let mut bytes = Vec::new();
                while let Some(more) = part.chunk().await.map_err(edge::unreadable_form)? {
                    let size = u64::try_from(bytes.len() + more.len()).unwrap_or(u64::MAX);
                    if size > MOST_BYTES {
                        return Ok(None);
                    }
                    bytes.extend_from_slice(&more);
                }
                return Ok(Some((name, bytes.into())));
            }
            _ => {}
        }
    }
    Err(Problem::new("request.malformed", Kind::Invalid, "the form holds no file"))
}

/// What a form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sent {
    name: String,
    file: String,
    version: String,
}

impl Sent {
    fn version(&self) -> Option<FileVersion> {
        (!self.version.is_empty()).then(|| FileVersion(self.version.clone()))
    }
}

pub(crate) async fn create_folder(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(key): Path<At>,
    Query(at): Query<Where>,
    Form(sent): Form<Sent>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, key).await?;
    let shelf = Opened::of(&app, &visit, &place).await?;
    let folder = shelf.library(&at).await?;
    let done = shelf.seat.create_folder(&folder, sent.name.trim()).await.map(|_| ());
    after(&app, visit, &place, (at, done, "folder-created")).await
}

pub(crate) async fn rename(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(key): Path<At>,
    Query(at): Query<Where>,
    Form(sent): Form<Sent>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, key).await?;
    let shelf = Opened::of(&app, &visit, &place).await?;
    shelf.library(&at).await?;
    let (file, version) = (FileId(sent.file.clone()), sent.version());
    let done = shelf.seat.rename_file(&file, sent.name.trim(), version.as_ref()).await.map(|_| ());
    after(&app, visit, &place, (at, done, "file-renamed")).await
}

pub(crate) async fn delete(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(key): Path<At>,
    Query(at): Query<Where>,
    Form(sent): Form<Sent>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, key).await?;
    let shelf = Opened::of(&app, &visit, &place).await?;
    shelf.library(&at).await?;
    let (file, version) = (FileId(sent.file.clone()), sent.version());
    let done = shelf.seat.delete_file(&file, version.as_ref()).await;
    after(&app, visit, &place, (at, done, "file-deleted")).await
}

/// Back to the folder, with a toast or with what was wrong.
async fn after(
    app: &App,
    visit: Visit,
    place: &Place,
    (mut at, done, toast): (Where, Result<(), Error>, &str),
) -> Result<Response, Problem> {
    at.file = None;
    let Err(error) = done else {
        return Ok(answer::back_with(&visit.context, &at.address(&place.base), toast));
    };
    let (t, code) = (visit.frame.t, error.code());
    let problem = match (code.kind(), error.fields().first()) {
        (Kind::Invalid, Some(rule)) => t.rule(rule.code, rule.limit),
        (Kind::Invalid | Kind::TooLarge | Kind::Conflict | Kind::Forbidden, _) => {
            format!("{} {}", t.code(code.name()), t.code_detail(code.name()))
        }
        _ => return Err(error.into()),
    };
    show(app, visit, place, (at, Some(problem))).await
}
