//! Files and folders of a channel.

use axum::extract::State;
use edge::{Authed, Json, PageQuery, Path, Problem, Query};
use http::StatusCode;
use kernel::{FileId, Page};
use rest::{Failures, Items, PageParams, routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use workspace::{FileItem, FileKind, FileVersion};

use super::{ChannelPath, FilePath, instant, unknown_word};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(list, deleted, create_folder, read, update, delete, restore, versions)
}

/// A file or folder.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct File {
    #[schema(format = Uuid)]
    id: String,
    #[schema(format = Uuid)]
    channel_id: String,
    /// The folder that it is in; null at the top.
    #[schema(format = Uuid)]
    folder_id: Option<String>,
    name: String,
    /// `file` or `folder`.
    kind: &'static str,
    /// The latest version of a file.
    version: Option<Version>,
    /// The folders above it, the topmost first; only when it is read alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<Vec<Step>>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = Uuid)]
    created_by: Option<String>,
    #[schema(format = DateTime)]
    deleted_at: Option<String>,
}

/// A folder on the way to a file.
#[derive(Debug, Serialize, ToSchema)]
struct Step {
    #[schema(format = Uuid)]
    id: String,
    name: String,
}

/// A version of a file.
#[derive(Debug, Serialize, ToSchema)]
struct Version {
    number: i64,
    /// Length in bytes.
    size: i64,
    content_type: String,
    /// SHA-256 of the bytes, in hexadecimal.
    sha256: String,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = Uuid)]
    created_by: Option<String>,
}

impl From<FileVersion> for Version {
    fn from(version: FileVersion) -> Self {
        Self {
            number: version.number,
            size: version.size,
            content_type: version.content_type,
            sha256: version.sha256.to_string(),
            created_at: instant(version.created_at),
            created_by: version.created_by.map(|id| id.to_string()),
        }
    }
}

impl From<FileItem> for File {
    fn from(item: FileItem) -> Self {
        let (kind, version) = match item.kind {
            FileKind::Folder => ("folder", None),
            FileKind::File(version) => ("file", Some(version.into())),
        };
        Self {
            id: item.id.to_string(),
            channel_id: item.channel.to_string(),
            folder_id: item.folder.map(|id| id.to_string()),
            name: item.name,
            kind,
            version,
            path: None,
            created_at: instant(item.created_at),
            created_by: item.created_by.map(|id| id.to_string()),
            deleted_at: item.deleted_at.map(instant),
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Folder {
    /// The folder; the top of the library without one.
    #[param(value_type = Option<String>, format = Uuid)]
    folder: Option<FileId>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FolderToCreate {
    name: String,
    /// The folder to make it in; the top of the library without one.
    #[schema(value_type = Option<String>, format = Uuid)]
    folder_id: Option<FileId>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FileToUpdate {
    name: Option<String>,
    /// The folder to move it to; `top` for the top of the library.
    folder_id: Option<String>,
}

/// List files and folders
///
/// Of a folder, or of the top of a channel's library: folders first, then by name.
#[utoipa::path(get, path = "/api/v1/channels/{channel_id}/files", operation_id = "files.list",
    tag = "workspace", params(ChannelPath, Folder, PageParams),
    responses((status = 200, body = Items<File>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ChannelPath>,
    Query(query): Query<Folder>,
    page: PageQuery,
) -> Result<Json<Items<File>>, Problem> {
    let place = (path.channel_id, query.folder);
    let files = app.workspace.files(&scope, place, page.after, page.limit).await?;
    Ok(Json(Items::of(files, File::from)))
}

/// List deleted files
///
/// Newest first; at most 200, so there is no next page.
#[utoipa::path(get, path = "/api/v1/channels/{channel_id}/deleted-files",
    operation_id = "files.deleted", tag = "workspace", params(ChannelPath),
    responses((status = 200, body = Items<File>), Failures))]
async fn deleted(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ChannelPath>,
) -> Result<Json<Items<File>>, Problem> {
    let items = app.workspace.deleted_files(&scope, path.channel_id).await?;
    Ok(Json(Items::of(Page { items, next: None }, File::from)))
}

/// Make a folder
#[utoipa::path(post, path = "/api/v1/channels/{channel_id}/folders", operation_id = "files.create_folder",
    tag = "workspace", params(ChannelPath), request_body = FolderToCreate,
    responses((status = 201, body = File), Failures))]
async fn create_folder(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ChannelPath>,
    Json(new): Json<FolderToCreate>,
) -> Result<(StatusCode, Json<File>), Problem> {
    let place = (path.channel_id, new.folder_id);
    let folder = app.workspace.create_folder(&scope, place, &new.name).await?;
    Ok((StatusCode::CREATED, Json(folder.into())))
}

/// Read about a file or folder
#[utoipa::path(get, path = "/api/v1/files/{file_id}", operation_id = "files.read", tag = "workspace",
    params(FilePath), responses((status = 200, body = File), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<FilePath>,
) -> Result<Json<File>, Problem> {
    let view = app.workspace.file(&scope, path.file_id).await?;
    let step = |(id, name): (FileId, String)| Step { id: id.to_string(), name };
    let path = view.path.into_iter().map(step).collect();
    Ok(Json(File { path: Some(path), ..File::from(view.item) }))
}

/// Rename or move a file or folder
///
/// Fields that are absent stay as they are. With both, the move comes first.
#[utoipa::path(patch, path = "/api/v1/files/{file_id}", operation_id = "files.update", tag = "workspace",
    params(FilePath), request_body = FileToUpdate, responses((status = 200, body = File), Failures))]
async fn update(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<FilePath>,
    Json(to): Json<FileToUpdate>,
) -> Result<Json<File>, Problem> {
    let mut item = None;
    if let Some(folder) = &to.folder_id {
        let folder = match folder.as_str() {
            "top" => None,
            id => Some(id.parse().map_err(|_source| unknown_word("/folder_id", "a folder, top"))?),
        };
        item = Some(app.workspace.move_file(&scope, path.file_id, folder).await?);
    }
    if let Some(name) = &to.name {
        item = Some(app.workspace.rename_file(&scope, path.file_id, name).await?);
    }
    match item {
        Some(item) => Ok(Json(item.into())),
        None => Ok(Json(app.workspace.file(&scope, path.file_id).await?.item.into())),
    }
}

/// Delete a file, or a folder with all in it
///
/// It can be restored for a while.
#[utoipa::path(delete, path = "/api/v1/files/{file_id}", operation_id = "files.delete", tag = "workspace",
    params(FilePath), responses((status = 204), Failures))]
async fn delete(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<FilePath>,
) -> Result<StatusCode, Problem> {
    app.workspace.delete_file(&scope, path.file_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Restore a deleted file or folder
///
/// To the top of the library when its folder is gone.
#[utoipa::path(post, path = "/api/v1/files/{file_id}/restore", operation_id = "files.restore",
    tag = "workspace", params(FilePath), responses((status = 200, body = File), Failures))]
async fn restore(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<FilePath>,
) -> Result<Json<File>, Problem> {
    Ok(Json(app.workspace.restore_file(&scope, path.file_id).await?.into()))
}

/// List the versions of a file
///
/// Newest first.
#[utoipa::path(get, path = "/api/v1/files/{file_id}/versions", operation_id = "files.versions",
    tag = "workspace", params(FilePath), responses((status = 200, body = Items<Version>), Failures))]
async fn versions(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<FilePath>,
) -> Result<Json<Items<Version>>, Problem> {
    let items = app.workspace.versions(&scope, path.file_id).await?;
    Ok(Json(Items::of(Page { items, next: None }, Version::from)))
}
