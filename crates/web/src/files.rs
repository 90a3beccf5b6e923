//! The Files tab of a channel: folders, files, versions.

mod write;

use askama::Template;
use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use edge::{PageQuery, Path, Problem, Query, get, get_and_post, post};
use jiff::Timestamp;
use kernel::{ChannelId, FieldError, FileId, Permission, UserId};
use serde::Deserialize;
use tokio_util::io::ReaderStream;
use web_frame::{
    App, Asked, Field, Frame, Html, Section, Visit, answer,
    channel::{Head, Spot},
    tree::{self, Here},
};
use workspace::{Download, FileItem, FileKind, files::content_disposition};

use super::channel::branches;

/// The addresses of the library.
pub(crate) fn routes() -> Router<App> {
    let upload = post(write::upload).layer(DefaultBodyLimit::disable());
    Router::new()
        .route("/channels/{channel}/files", get(list).merge(upload))
        .route("/channels/{channel}/folders", post(write::new_folder))
        .route("/channels/{channel}/files/{file}", get_and_post(sheet, write::rename))
        .route("/channels/{channel}/files/{file}/delete", post(write::delete))
        .route("/channels/{channel}/files/{file}/restore", post(write::restore))
        .route("/files/{file}", get(download))
}

/// The tab.
#[derive(Debug, Template)]
#[template(path = "channel/files.html")]
pub(crate) struct Files {
    pub(crate) frame: Frame,
    pub(crate) head: Head,
    pub(crate) crumbs: Vec<(String, String)>,
    pub(crate) rows: Vec<Row>,
    pub(crate) next: Option<String>,
    /// What was deleted and can come back; on the first page of the library.
    pub(crate) deleted: Vec<Gone>,
    pub(crate) deleted_days: u32,
    pub(crate) may_write: bool,
    pub(crate) problem: Option<String>,
    pub(crate) upload: String,
    pub(crate) new_folder: String,
    pub(crate) upload_field: Field,
    pub(crate) folder_field: Field,
}

/// A file or folder of the list.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) href: String,
    pub(crate) name: String,
    pub(crate) folder: bool,
    pub(crate) size: String,
    pub(crate) changed: Timestamp,
    pub(crate) by: String,
    pub(crate) sheet: Option<String>,
}

/// A file or folder that was deleted.
#[derive(Debug)]
pub(crate) struct Gone {
    pub(crate) name: String,
    pub(crate) folder: bool,
    pub(crate) at: Timestamp,
    pub(crate) restore: String,
}

/// The side sheet of a file or folder.
#[derive(Debug, Template)]
#[template(path = "channel/file.html")]
struct Sheet<'a> {
    frame: &'a Frame,
    close: String,
    name: String,
    versions: Vec<Version>,
    may_write: bool,
    rename: String,
    field: Field,
    delete: String,
    what: String,
}

/// One version of a file.
#[derive(Debug)]
struct Version {
    href: String,
    number: i64,
    size: String,
    at: Timestamp,
    by: String,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Folder {
    pub(super) folder: Option<FileId>,
}

async fn list(
    State(app): State<App>,
    visit: Visit,
    Path(channel): Path<ChannelId>,
    Query(place): Query<Folder>,
    page: PageQuery,
) -> Result<Response, Problem> {
    show(&app, visit, (channel, place.folder), page, Told::default()).await
}

/// What else the tab tells: a sheet, or what went wrong.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) sheet: Option<Html>,
    pub(super) problem: Option<String>,
}

/// The tab of a folder.
pub(super) async fn show(
    app: &App,
    visit: Visit,
    (channel, folder): (ChannelId, Option<FileId>),
    query: PageQuery,
    told: Told,
) -> Result<Response, Problem> {
    let access = app.workspace.channel(&visit.scope, channel).await?;
    let (place, first) = ((channel, folder), folder.is_none() && query.after.is_none());
    let list = app.workspace.files(&visit.scope, place, query.after, query.limit).await?;
    let names = names(app, &visit, list.items.iter().filter_map(author)).await;
    let root = format!("/channels/{channel}/files");
    let mut crumbs = vec![(visit.frame.say("files-root"), root.clone())];
    if let Some(folder) = folder {
        let view = app.workspace.file(&visit.scope, folder).await?;
        let above =
            view.path.iter().map(|(id, name)| (name.clone(), format!("{root}?folder={id}")));
        crumbs.extend(above);
        crumbs.push((view.item.name, format!("{root}?folder={folder}")));
    }
    let branches = branches(app, &visit).await?;
    let pane = tree::pane(&visit.frame, &branches, Here::Channel(channel));
    let here = folder.map(|folder| format!("?folder={folder}")).unwrap_or_default();
    let next = list.next.map(|next| match folder {
        Some(folder) => format!("{root}?folder={folder}&after={next}"),
        None => format!("{root}?after={next}"),
    });
    let title = format!("{} · {}", access.channel.name, access.team.name);
    let back = format!("/channels/{channel}");
    let head = Head::of(app, &visit, &access, Spot::Files).await?;
    let mut frame = visit.frame.at(Section::Teams, title).with_pane(pane).back_to(back);
    frame.sheet = told.sheet;
    let rows = list.items.iter().map(|item| row(&frame, item, &names)).collect();
    let status = match told.problem {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let limit = frame.t.bytes(app.workspace.settings().max_file_bytes);
    let may_write = access.rights.write && frame.may(Permission::FileWrite);
    let deleted = if may_write && first {
        app.workspace.deleted_files(&visit.scope, channel).await?
    } else {
        Vec::new()
    };
    let tab = Files {
        head,
        crumbs,
        rows,
        next,
        deleted: deleted.iter().filter_map(gone).collect(),
        deleted_days: app.workspace.settings().deleted_retention_days,
        may_write,
        problem: told.problem,
        upload: format!("{root}{here}"),
        new_folder: format!("/channels/{channel}/folders{here}"),
        upload_field: upload_field(&frame, &limit),
        folder_field: folder_field(&frame),
        frame,
    };
    Ok(answer::page_with(status, &tab))
}

fn upload_field(frame: &Frame, limit: &str) -> Field {
    Field::input("file", "file", frame.say("files-choose"))
        .hint(frame.say1("files-limit", "size", limit))
        .required()
}

fn folder_field(frame: &Frame) -> Field {
    Field::text("name", frame.say("files-folder-name")).required()
}

fn author(item: &FileItem) -> Option<UserId> {
    match &item.kind {
        FileKind::Folder => item.created_by,
        FileKind::File(version) => version.created_by.or(item.created_by),
    }
}

type Names = Vec<(UserId, String)>;

async fn names(app: &App, visit: &Visit, ids: impl Iterator<Item = UserId>) -> Names {
    let mut ids: Vec<UserId> = ids.collect();
    kernel::sort(&mut ids);
    ids.dedup();
    // whoever may not read the directory sees files without names
    let people = app.identity.people(&visit.scope, &ids).await.unwrap_or_default();
    people.into_iter().map(|person| (person.id, person.display_name)).collect()
}

fn name_of(names: &Names, id: Option<UserId>) -> String {
    let found = names.iter().find(|(known, _)| Some(*known) == id);
    found.map(|(_, name)| name.clone()).unwrap_or_default()
}

fn size(frame: &Frame, bytes: i64) -> String {
    frame.t.bytes(u64::try_from(bytes).unwrap_or_default())
}

fn row(frame: &Frame, item: &FileItem, names: &Names) -> Row {
    let root = format!("/channels/{}/files", item.channel);
    let (href, bytes, changed) = match &item.kind {
        FileKind::Folder => (format!("{root}?folder={}", item.id), String::new(), item.created_at),
        FileKind::File(version) => {
            (format!("/files/{}", item.id), size(frame, version.size), version.created_at)
        }
    };
    Row {
        href,
        name: item.name.clone(),
        folder: item.kind == FileKind::Folder,
        size: bytes,
        changed,
        by: name_of(names, author(item)),
        sheet: Some(format!("{root}/{}", item.id)),
    }
}

fn gone(item: &FileItem) -> Option<Gone> {
    Some(Gone {
        name: item.name.clone(),
        folder: item.kind == FileKind::Folder,
        at: item.deleted_at?,
        restore: format!("/channels/{}/files/{}/restore", item.channel, item.id),
    })
}

async fn sheet(
    State(app): State<App>,
    visit: Visit,
    Path((channel, file)): Path<(ChannelId, FileId)>,
) -> Result<Response, Problem> {
    open_sheet(&app, visit, (channel, file), &[]).await
}

/// The sheet of a file, alone or on its page.
pub(super) async fn open_sheet(
    app: &App,
    visit: Visit,
    (channel, file): (ChannelId, FileId),
    wrong: &[FieldError],
) -> Result<Response, Problem> {
    let view = app.workspace.file(&visit.scope, file).await?;
    if view.item.channel != channel {
        return Err(workspace::Error::FileNotFound { file }.into());
    }
    let is_folder = view.item.kind == FileKind::Folder;
    let versions =
        if is_folder { Vec::new() } else { app.workspace.versions(&visit.scope, file).await? };
    let names = names(app, &visit, versions.iter().filter_map(|v| v.created_by)).await;
    let frame = &visit.frame;
    let folder = view.item.folder;
    let query = folder.map(|folder| format!("?folder={folder}")).unwrap_or_default();
    let what = if is_folder { "files-delete-folder-what" } else { "files-delete-what" };
    let address = format!("/channels/{channel}/files/{file}");
    let sheet = Html::of(&Sheet {
        frame,
        close: format!("/channels/{channel}/files{query}"),
        name: view.item.name.clone(),
        versions: versions
            .iter()
            .map(|version| Version {
                href: format!("/files/{file}?version={}", version.number),
                number: version.number,
                size: size(frame, version.size),
                at: version.created_at,
                by: name_of(&names, version.created_by),
            })
            .collect(),
        may_write: view.access.rights.write && frame.may(Permission::FileWrite),
        rename: address.clone(),
        field: Field::text("name", frame.say("files-name"))
            .value(&view.item.name)
            .required()
            .checked(wrong, frame.t),
        delete: format!("{address}/delete"),
        what: frame.say(what),
    });
    if visit.asked == Asked::Sheet {
        return Ok(answer::part(sheet));
    }
    let told = Told { sheet: Some(sheet), problem: None };
    show(app, visit, (channel, folder), PageQuery::default(), told).await
}

#[derive(Debug, Deserialize)]
struct Which {
    version: Option<i64>,
}

/// The bytes of a file. What a browser would run never runs in our origin: it is a download.
async fn download(
    State(app): State<App>,
    visit: Visit,
    Path(file): Path<FileId>,
    Query(which): Query<Which>,
) -> Result<Response, Problem> {
    let found = app.workspace.download(&visit.scope, file, which.version).await?;
    let bytes = found.open(0).await?;
    let headers = headers_of(&found);
    Ok((headers, Body::from_stream(ReaderStream::new(bytes))).into_response())
}

fn headers_of(found: &Download) -> [(header::HeaderName, HeaderValue); 5] {
    let value = |text: &str, or: &'static str| {
        HeaderValue::from_str(text).unwrap_or_else(|_odd| HeaderValue::from_static(or))
    };
    let kind =
        if found.inline { found.version.content_type.as_str() } else { "application/octet-stream" };
    [
        (header::CONTENT_TYPE, value(kind, "application/octet-stream")),
        (header::CONTENT_LENGTH, HeaderValue::from(found.version.size)),
        (
            header::CONTENT_DISPOSITION,
            value(&content_disposition(&found.name, found.inline), "attachment"),
        ),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
    ]
}

/// What the tab looks like.
#[cfg(test)]
pub(crate) fn samples(frame: &Frame) -> Vec<(&'static str, Files)> {
    let ids = kernel::Ids::seeded(11);
    let id: ChannelId = ids.fresh();
    let row = |name: &str, folder: bool, bytes: i64| Row {
        href: "/files/1".to_owned(),
        name: name.to_owned(),
        folder,
        size: if folder { String::new() } else { size(frame, bytes) },
        changed: "2026-03-10T09:00:00Z".parse().expect("an instant"),
        by: "Ada Lovelace".to_owned(),
        sheet: Some(format!("/channels/{id}/files/1")),
    };
    let gone = |name: &str, folder| Gone {
        name: name.to_owned(),
        folder,
        at: "2026-03-11T08:00:00Z".parse().expect("an instant"),
        restore: format!("/channels/{id}/files/2/restore"),
    };
    let page = |rows, gone, problem| Files {
        frame: frame.clone().at(Section::Teams, "Alerts · Operations"),
        head: Head {
            id,
            name: "Alerts".to_owned(),
            team: "Operations".to_owned(),
            team_id: ids.fresh(),
            private: true,
            may_connect: true,
            here: Spot::Files,
            tabs: Vec::new(),
            tools: None,
        },
        crumbs: vec![
            (frame.say("files-root"), "/files".to_owned()),
            ("2026".to_owned(), "/files?folder=1".to_owned()),
        ],
        rows,
        next: None,
        deleted: gone,
        deleted_days: 30,
        may_write: true,
        problem,
        upload: format!("/channels/{id}/files"),
        new_folder: format!("/channels/{id}/folders"),
        upload_field: upload_field(frame, "100 MB"),
        folder_field: folder_field(frame),
    };
    let rows = vec![
        row("Runbooks", true, 0),
        row("capacity <plan> 2026.xlsx", false, 1_548_000),
        row("on-call.pdf", false, 912),
    ];
    let deleted = vec![gone("Drafts", true), gone("old <plan>.docx", false)];
    vec![
        ("full", page(rows, deleted, None)),
        ("empty", page(Vec::new(), Vec::new(), Some("Too large".to_owned()))),
    ]
}
