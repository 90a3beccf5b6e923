//! Uploads, folders, renaming, deleting.

use axum::{
    extract::{Multipart, State, multipart::Field as Part},
    http::{HeaderMap, Method},
    response::Response,
};
use edge::{Form, PageQuery, Path, Problem, Query};
use kernel::{ChannelId, Coded as _, FileId, Kind};
use serde::Deserialize;
use web_frame::{App, Visit, answer, parts::Nothing};
use workspace::OnConflict;

use super::{Folder, Told, open_sheet, show};
use crate::teams::mistakes;

/// Longer than any token of ours.
const TOKEN_BYTES: usize = 256;

/// Takes a file; the token stands before it in the form. A file of the same name becomes its next version.
pub(super) async fn upload(
    State(app): State<App>,
    visit: Visit,
    Path(channel): Path<ChannelId>,
    Query(place): Query<Folder>,
    (headers, mut form): (HeaderMap, Multipart),
) -> Result<Response, Problem> {
    edge::same_origin(&visit.context, &Method::POST, &headers)?;
    let mut trusted = false;
    while let Some(part) = form.next_field().await.map_err(edge::unreadable_form)? {
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
                let target = (channel, place.folder);
                return match take(&app, &visit, target, part).await {
                    Ok(()) => Ok(back(&visit, target, "file-uploaded")),
                    Err(Refused::Room(error)) => refused(&app, visit, target, error).await,
                    Err(Refused::Broken(problem)) => Err(problem),
                };
            }
            _ => {}
        }
    }
    Err(Problem::new("request.malformed", Kind::Invalid, "the form holds no file"))
}

enum Refused {
    Room(workspace::Error),
    Broken(Problem),
}

async fn take(
    app: &App,
    visit: &Visit,
    target: (ChannelId, Option<FileId>),
    mut part: Part<'_>,
) -> Result<(), Refused> {
    let name = part.file_name().unwrap_or_default().to_owned();
    let begin = app.workspace.begin_upload(&visit.scope, target, &name, OnConflict::Version);
    let mut upload = begin.await.map_err(Refused::Room)?;
    while let Some(bytes) =
        part.chunk().await.map_err(|e| Refused::Broken(edge::unreadable_form(e)))?
    {
        upload.write(&bytes).await.map_err(Refused::Room)?;
    }
    app.workspace.finish_upload(&visit.scope, upload).await.map_err(Refused::Room)?;
    Ok(())
}

/// The list with what was wrong; everything that is no matter of input goes to the page of problems.
async fn refused(
    app: &App,
    visit: Visit,
    target: (ChannelId, Option<FileId>),
    error: workspace::Error,
) -> Result<Response, Problem> {
    let (t, code) = (visit.frame.t, error.code());
    let problem = match (code.kind(), error.fields().first()) {
        (Kind::Invalid, Some(rule)) => t.rule(rule.code, rule.limit),
        (Kind::Invalid | Kind::TooLarge | Kind::Conflict, _) => t.code(code.name()),
        _ => return Err(error.into()),
    };
    let problem = Some(problem);
    show(app, visit, target, PageQuery::default(), Told { sheet: None, problem }).await
}

#[derive(Debug, Deserialize)]
pub(super) struct Named {
    #[serde(default)]
    name: String,
}

pub(super) async fn new_folder(
    State(app): State<App>,
    visit: Visit,
    Path(channel): Path<ChannelId>,
    Query(place): Query<Folder>,
    Form(form): Form<Named>,
) -> Result<Response, Problem> {
    let target = (channel, place.folder);
    match app.workspace.create_folder(&visit.scope, target, &form.name).await {
        Ok(_) => Ok(back(&visit, target, "folder-created")),
        Err(error) => refused(&app, visit, target, error).await,
    }
}

pub(super) async fn rename(
    State(app): State<App>,
    visit: Visit,
    Path((channel, file)): Path<(ChannelId, FileId)>,
    Form(form): Form<Named>,
) -> Result<Response, Problem> {
    match app.workspace.rename_file(&visit.scope, file, &form.name).await {
        Ok(item) => Ok(back(&visit, (channel, item.folder), "file-renamed")),
        Err(error) => match mistakes(&error) {
            Some(wrong) => open_sheet(&app, visit, (channel, file), &wrong).await,
            None => Err(error.into()),
        },
    }
}

pub(super) async fn delete(
    State(app): State<App>,
    visit: Visit,
    Path((channel, file)): Path<(ChannelId, FileId)>,
    Form(_form): Form<Nothing>,
) -> Result<Response, Problem> {
    let folder = app.workspace.file(&visit.scope, file).await?.item.folder;
    app.workspace.delete_file(&visit.scope, file).await?;
    let undo = format!("/channels/{channel}/files/{file}/restore");
    let to = place((channel, folder));
    Ok(answer::back_with_undo(&visit.context, &to, "file-deleted", &undo))
}

pub(super) async fn restore(
    State(app): State<App>,
    visit: Visit,
    Path((channel, file)): Path<(ChannelId, FileId)>,
    Form(_form): Form<Nothing>,
) -> Result<Response, Problem> {
    match app.workspace.restore_file(&visit.scope, file).await {
        Ok(item) => Ok(back(&visit, (channel, item.folder), "file-restored")),
        Err(error) => refused(&app, visit, (channel, None), error).await,
    }
}

fn back(visit: &Visit, target: (ChannelId, Option<FileId>), key: &str) -> Response {
    answer::back_with(&visit.context, &place(target), key)
}

/// The address of a folder.
fn place((channel, folder): (ChannelId, Option<FileId>)) -> String {
    let query = folder.map(|folder| format!("?folder={folder}")).unwrap_or_default();
    format!("/channels/{channel}/files{query}")
}
