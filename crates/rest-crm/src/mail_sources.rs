//! Mailboxes elsewhere that a seller reads through the hub.

use axum::extract::State;
use edge::{Authed, Json, Path, Problem, Query};
use http::StatusCode;
use kernel::Secret;
use mailbox::{
    Chosen, NewSource, Source, SourceKind, SourceRules, SourceSecurity, SourceSignIn, WithFolders,
    away::{Ask, Changes, Folder, FolderId, Head, MailId, Role},
};
use rest::{Failures, routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    App, Routes,
    mails::{KeptItem, MailItem, MailPath},
};

pub(crate) fn routes() -> Routes {
    routes!(
        list, connect, disconnect, folders, choose, messages, fetch, changes, rules, set_rules,
        thread
    )
}

/// The mailbox of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct SourcePath {
    /// The mailbox.
    mail_source_id: Uuid,
}

/// A mailbox elsewhere.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MailSource)]
struct SourceItem {
    #[schema(format = Uuid)]
    id: String,
    /// `imap` or `graph`.
    kind: &'static str,
    name: String,
    /// Empty for Microsoft 365.
    host: String,
    port: u16,
    /// `tls` or `starttls`.
    security: &'static str,
    account: String,
    /// `password` or `token`.
    sign_in: &'static str,
    folders: Vec<ChosenItem>,
    /// The code of what needs the owner; empty when nothing does.
    problem: String,
    /// Whether administrators let this kind be used.
    enabled: bool,
    #[schema(format = DateTime)]
    created_at: String,
}

/// A folder whose mails are listed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MailSourceChosen)]
struct ChosenItem {
    id: String,
    name: String,
}

impl From<Chosen> for ChosenItem {
    fn from(chosen: Chosen) -> Self {
        Self { id: chosen.id.0, name: chosen.name }
    }
}

impl From<Source> for SourceItem {
    fn from(source: Source) -> Self {
        Self {
            id: source.id.to_string(),
            kind: source.kind.as_str(),
            name: source.name,
            host: source.host,
            port: source.port,
            security: source.security.as_str(),
            account: source.account,
            sign_in: source.sign_in.as_str(),
            folders: source.folders.into_iter().map(ChosenItem::from).collect(),
            problem: source.problem,
            enabled: source.enabled,
            created_at: source.created_at.to_string(),
        }
    }
}

/// A mailbox to connect.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MailSourceToConnect, example = json!({ "kind": "imap", "host": "imap.contoso.example", "account": "sam@contoso.example", "secret": "correct horse" }))]
struct NewItem {
    /// `imap` or `graph`; a mailbox in Microsoft 365 needs nothing else.
    kind: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    host: String,
    /// 993 or 143 unless given.
    port: Option<u16>,
    /// `tls`, unless it is `starttls`.
    security: Option<String>,
    #[serde(default)]
    account: String,
    /// `password`, unless it is `token`.
    sign_in: Option<String>,
    /// The password or the token; it is sealed and never given back.
    #[serde(default)]
    secret: String,
}

/// A folder of a mailbox.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MailSourceFolder)]
struct FolderItem {
    id: String,
    name: String,
    /// `inbox`, `sent`, `archive`, `drafts`, `junk`, `trash` or `other`.
    role: &'static str,
    unread: Option<u64>,
    /// Whether its mails are listed.
    chosen: bool,
}

impl From<(Folder, bool)> for FolderItem {
    fn from((folder, chosen): (Folder, bool)) -> Self {
        let role = match folder.role {
            Role::Inbox => "inbox",
            Role::Sent => "sent",
            Role::Archive => "archive",
            Role::Drafts => "drafts",
            Role::Junk => "junk",
            Role::Trash => "trash",
            Role::Other => "other",
        };
        Self { id: folder.id.0, name: folder.name, role, unread: folder.unread, chosen }
    }
}

/// Which folders are to be listed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MailSourceFolders, example = json!({ "folders": ["INBOX"] }))]
struct ToChoose {
    /// Identifiers of folders.
    folders: Vec<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// The folder; the first that is listed unless given.
    folder: Option<String>,
    /// Only mails that hold these words.
    words: Option<String>,
    /// Only mails that are not read.
    unread: Option<bool>,
    /// Where the page before ended.
    after: Option<String>,
    /// How many, at most 100.
    limit: Option<usize>,
}

/// A mail elsewhere.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MailSourceMessage)]
struct HeadItem {
    id: String,
    subject: String,
    sender_name: String,
    sender_address: String,
    recipients: String,
    /// Empty where the mailbox gives none.
    preview: String,
    #[schema(format = DateTime)]
    received_at: Option<String>,
    /// Bytes, as the mailbox says.
    size: Option<u64>,
    unread: bool,
    attachments: bool,
    message_id: Option<String>,
}

impl From<Head> for HeadItem {
    fn from(head: Head) -> Self {
        Self {
            id: head.id.0,
            subject: head.subject,
            sender_name: head.sender_name,
            sender_address: head.sender_address,
            recipients: head.recipients,
            preview: head.preview,
            received_at: head.received_at.map(|at| at.to_string()),
            size: head.size,
            unread: head.unread,
            attachments: head.attachments,
            message_id: head.message_id,
        }
    }
}

/// Mails of one folder.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MailSourceMessages)]
struct ListedItem {
    folder: ChosenItem,
    /// The latest first.
    items: Vec<HeadItem>,
    /// Where the next page begins.
    next: Option<String>,
}

/// A mail to be opened.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MailSourceToOpen, example = json!({ "folder": "INBOX", "message": "1.42" }))]
struct ToOpen {
    folder: String,
    message: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Since {
    /// The folder; the first that is listed unless given.
    folder: Option<String>,
    /// The token of the answer before.
    since: Option<String>,
}

/// What came since.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MailSourceChanges)]
struct ChangesItem {
    items: Vec<HeadItem>,
    /// Mails that went, where the mailbox tells of it.
    gone: Vec<String>,
    /// What to ask with the next time.
    token: String,
    /// Whether everything that was known of the folder has to be read anew.
    rebuilt: bool,
}

impl From<Changes> for ChangesItem {
    fn from(changes: Changes) -> Self {
        Self {
            items: changes.heads.into_iter().map(HeadItem::from).collect(),
            gone: changes.gone.into_iter().map(|id| id.0).collect(),
            token: changes.token,
            rebuilt: changes.rebuilt,
        }
    }
}

/// Which kinds of mailboxes sellers may connect.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MailSourceRules, example = json!({ "imap": true, "graph": false }))]
struct RulesItem {
    /// Servers that are read over IMAP.
    imap: bool,
    /// Microsoft 365.
    graph: bool,
}

impl From<SourceRules> for RulesItem {
    fn from(rules: SourceRules) -> Self {
        Self { imap: rules.imap, graph: rules.graph }
    }
}

/// List one's mailboxes elsewhere
#[utoipa::path(get, path = "/api/v1/mail-sources", operation_id = "mail_sources.list", tag = "crm",
    responses((status = 200, body = Vec<SourceItem>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<Json<Vec<SourceItem>>, Problem> {
    let all = app.mailbox.sources(&scope).await?;
    Ok(Json(all.into_iter().map(SourceItem::from).collect()))
}

/// Connect a mailbox elsewhere
///
/// It is tried first. What is signed in with is sealed and never given back.
#[utoipa::path(post, path = "/api/v1/mail-sources", operation_id = "mail_sources.connect",
    tag = "crm", request_body = NewItem, responses((status = 201, body = SourceItem), Failures))]
async fn connect(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(item): Json<NewItem>,
) -> Result<(StatusCode, Json<SourceItem>), Problem> {
    let kind = SourceKind::parse(&item.kind).ok_or_else(|| odd("/kind", "imap or graph"))?;
    let security =
        item.security.as_deref().map_or(Some(SourceSecurity::Tls), SourceSecurity::parse);
    let sign_in = item.sign_in.as_deref().map_or(Some(SourceSignIn::Password), SourceSignIn::parse);
    let new = NewSource {
        kind,
        name: item.name,
        host: item.host,
        port: item.port,
        security: security.ok_or_else(|| odd("/security", "tls or starttls"))?,
        account: item.account,
        sign_in: sign_in.ok_or_else(|| odd("/sign_in", "password or token"))?,
        secret: Secret::new(item.secret),
    };
    let source = Box::pin(app.mailbox.connect(&scope, new)).await?;
    Ok((StatusCode::CREATED, Json(source.into())))
}

fn odd(pointer: &'static str, detail: &'static str) -> Problem {
    mailbox::Error::Invalid {
        fields: vec![kernel::FieldError::new(pointer, "seller_mail.word", detail)],
    }
    .into()
}

/// Disconnect a mailbox
///
/// What was signed in with goes; mails that were opened from it stay.
#[utoipa::path(delete, path = "/api/v1/mail-sources/{mail_source_id}",
    operation_id = "mail_sources.disconnect", tag = "crm", params(SourcePath),
    responses((status = 204), Failures))]
async fn disconnect(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<SourcePath>,
) -> Result<StatusCode, Problem> {
    app.mailbox.disconnect(&scope, path.mail_source_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List the folders of a mailbox
#[utoipa::path(get, path = "/api/v1/mail-sources/{mail_source_id}/folders",
    operation_id = "mail_sources.folders", tag = "crm", params(SourcePath),
    responses((status = 200, body = Vec<FolderItem>), Failures))]
async fn folders(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<SourcePath>,
) -> Result<Json<Vec<FolderItem>>, Problem> {
    let found = Box::pin(app.mailbox.source_folders(&scope, path.mail_source_id)).await?;
    let WithFolders { folders, .. } = found;
    Ok(Json(folders.into_iter().map(FolderItem::from).collect()))
}

/// Choose the folders of a mailbox whose mails are listed
#[utoipa::path(put, path = "/api/v1/mail-sources/{mail_source_id}/folders",
    operation_id = "mail_sources.choose_folders", tag = "crm", params(SourcePath),
    request_body = ToChoose, responses((status = 200, body = SourceItem), Failures))]
async fn choose(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<SourcePath>,
    Json(wanted): Json<ToChoose>,
) -> Result<Json<SourceItem>, Problem> {
    let wanted: Vec<FolderId> = wanted.folders.into_iter().map(FolderId).collect();
    let chosen = Box::pin(app.mailbox.choose_folders(&scope, path.mail_source_id, &wanted));
    Ok(Json(chosen.await?.into()))
}

/// List mails of a folder
///
/// Read now, the latest first; nothing of them is stored.
#[utoipa::path(get, path = "/api/v1/mail-sources/{mail_source_id}/messages",
    operation_id = "mail_sources.messages", tag = "crm", params(SourcePath, Asked),
    responses((status = 200, body = ListedItem), Failures))]
async fn messages(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<SourcePath>,
    Query(asked): Query<Asked>,
) -> Result<Json<ListedItem>, Problem> {
    let folder = asked.folder.map(FolderId);
    let ask = Ask {
        words: asked.words.unwrap_or_default(),
        unread: asked.unread.unwrap_or_default(),
        after: asked.after,
        limit: asked.limit.unwrap_or(25),
    };
    let at = (path.mail_source_id, folder.as_ref());
    let listed = Box::pin(app.mailbox.source_mails(&scope, at, &ask)).await?;
    Ok(Json(ListedItem {
        folder: listed.folder.into(),
        items: listed.heads.into_iter().map(HeadItem::from).collect(),
        next: listed.next,
    }))
}

/// Open a mail of a mailbox
///
/// It is read as a whole, and from now on one of the caller's mails as if it had been brought.
#[utoipa::path(post, path = "/api/v1/mail-sources/{mail_source_id}/open",
    operation_id = "mail_sources.open", tag = "crm", params(SourcePath), request_body = ToOpen,
    responses((status = 201, body = KeptItem), Failures))]
async fn fetch(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<SourcePath>,
    Json(wanted): Json<ToOpen>,
) -> Result<(StatusCode, Json<KeptItem>), Problem> {
    let (folder, mail) = (FolderId(wanted.folder), MailId(wanted.message));
    let at = (path.mail_source_id, &folder);
    let kept = Box::pin(app.mailbox.fetch(&scope, at, &mail)).await?;
    Ok((StatusCode::CREATED, Json(kept.into())))
}

/// Follow a folder
///
/// What came since the token of the answer before; without one, a token to begin with.
#[utoipa::path(get, path = "/api/v1/mail-sources/{mail_source_id}/changes",
    operation_id = "mail_sources.changes", tag = "crm", params(SourcePath, Since),
    responses((status = 200, body = ChangesItem), Failures))]
async fn changes(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<SourcePath>,
    Query(asked): Query<Since>,
) -> Result<Json<ChangesItem>, Problem> {
    let folder = asked.folder.map(FolderId);
    let at = (path.mail_source_id, folder.as_ref());
    let found = Box::pin(app.mailbox.source_changes(&scope, at, asked.since.as_deref())).await?;
    Ok(Json(found.into()))
}

/// Read which kinds of mailboxes may be connected
#[utoipa::path(get, path = "/api/v1/mail-source-rules", operation_id = "mail_source_rules.read",
    tag = "crm", responses((status = 200, body = RulesItem), Failures))]
async fn rules(State(app): State<App>, Authed(scope): Authed) -> Result<Json<RulesItem>, Problem> {
    Ok(Json(app.mailbox.source_rules(&scope).await?.into()))
}

/// Set which kinds of mailboxes may be connected
///
/// For administrators of sales.
#[utoipa::path(put, path = "/api/v1/mail-source-rules", operation_id = "mail_source_rules.replace",
    tag = "crm", request_body = RulesItem, responses((status = 200, body = RulesItem), Failures))]
async fn set_rules(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(item): Json<RulesItem>,
) -> Result<Json<RulesItem>, Problem> {
    let rules = SourceRules { imap: item.imap, graph: item.graph };
    Ok(Json(app.mailbox.set_source_rules(&scope, rules).await?.into()))
}

/// List the conversation of a mail
///
/// The mails that belong together, as their references say, the earliest first.
#[utoipa::path(get, path = "/api/v1/seller-mails/{seller_mail_id}/thread",
    operation_id = "seller_mails.thread", tag = "crm", params(MailPath),
    responses((status = 200, body = Vec<MailItem>), Failures))]
async fn thread(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MailPath>,
) -> Result<Json<Vec<MailItem>>, Problem> {
    let all = app.mailbox.thread(&scope, path.seller_mail_id).await?;
    Ok(Json(all.into_iter().map(MailItem::from).collect()))
}
