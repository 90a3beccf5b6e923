//! Mails of sellers: bringing, reading, what the CRM knows of the people in them, saving.

use std::collections::BTreeMap;

use axum::{
    body::{Body, to_bytes},
    extract::State,
};
use edge::{Authed, Json, PageQuery, Path, Problem, Query};
use http::StatusCode;
use kernel::Kind;
use mailbox::{About, Contact, Kept, Mail, Matched, Opened, Person, Rules, Save, Wanted};
use rest::{Failures, Items, PageParams, routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{App, Routes};

pub(crate) fn routes() -> Routes {
    routes!(list, upload, read, delete, people, save, unsave, rules, set_rules)
}

/// The mail of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct MailPath {
    /// The mail.
    pub(crate) seller_mail_id: Uuid,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Found {
    /// Only mails that hold these words.
    words: Option<String>,
}

/// A mail that a seller keeps.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SellerMail)]
pub(crate) struct MailItem {
    #[schema(format = Uuid)]
    id: String,
    subject: String,
    sender_name: String,
    /// Empty where the mail names none.
    sender_address: String,
    recipients: String,
    preview: String,
    /// Bytes of its file.
    size: i64,
    /// Files in it.
    attachments: i64,
    #[schema(format = DateTime)]
    sent_at: String,
    #[schema(format = DateTime)]
    kept_at: String,
}

impl From<Mail> for MailItem {
    fn from(mail: Mail) -> Self {
        Self {
            id: mail.id.to_string(),
            subject: mail.subject,
            sender_name: mail.sender_name,
            sender_address: mail.sender_address,
            recipients: mail.recipients,
            preview: mail.preview,
            size: mail.size,
            attachments: mail.attachments,
            sent_at: mail.sent_at.to_string(),
            kept_at: mail.kept_at.to_string(),
        }
    }
}

/// What bringing a mail came to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SellerMailKept)]
pub(crate) struct KeptItem {
    mail: MailItem,
    /// Whether it was there before.
    again: bool,
}

impl From<Kept> for KeptItem {
    fn from(Kept { mail, again }: Kept) -> Self {
        Self { mail: mail.into(), again }
    }
}

/// A mail with what is in it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SellerMailOpened)]
struct OpenedItem {
    mail: MailItem,
    text: String,
    to: Vec<String>,
    cc: Vec<String>,
    files: Vec<FileItem>,
    /// What was left out or could not be read: `encrypted`, `outlook-package`, …
    remarks: Vec<&'static str>,
    /// What became of it in the CRM.
    save: Option<SaveItem>,
}

/// A file in a mail.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SellerMailFile)]
struct FileItem {
    /// Its number in the mail.
    index: usize,
    name: String,
    media_type: String,
    /// Bytes.
    size: usize,
}

impl From<Opened> for OpenedItem {
    fn from(opened: Opened) -> Self {
        let message = opened.message;
        let people = |all: &[mailbox::Address]| all.iter().map(|one| one.address.clone()).collect();
        let file = |(index, file): (usize, &mailbox::Attachment)| FileItem {
            index,
            name: file.name.clone(),
            media_type: file.media_type.clone(),
            size: file.content.len(),
        };
        Self {
            mail: opened.mail.into(),
            to: people(&message.to),
            cc: people(&message.cc),
            files: message.files().map(file).collect(),
            remarks: message.remarks.iter().map(|remark| remark.as_str()).collect(),
            text: message.text,
            save: opened.save.map(SaveItem::from),
        }
    }
}

/// What became of a mail in the CRM.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SellerMailSave)]
struct SaveItem {
    /// Whether it is there; else somebody is at it.
    done: bool,
    /// The table of the activity.
    table: String,
    id: String,
    about: Option<AboutItem>,
    /// Files that were saved with it.
    attachments: i64,
    /// Files that the CRM has no place for.
    left_out: i64,
    /// Whether it was in the CRM before: it is not made once more, and not taken back.
    found: bool,
    /// Whether its text was longer than the CRM takes.
    shortened: bool,
    /// The mark that it gets in the seller's own mailbox; empty where it gets none.
    mark: String,
    /// On how many mails there the mark is.
    marked: i64,
    #[schema(format = DateTime)]
    saved_at: String,
}

impl From<Save> for SaveItem {
    fn from(save: Save) -> Self {
        Self {
            done: save.done,
            table: save.table,
            id: save.id,
            about: save.about.map(|about| AboutItem {
                table: about.table,
                id: about.id,
                name: Some(about.name),
            }),
            attachments: save.attachments,
            left_out: save.left_out,
            found: save.found,
            shortened: save.shortened,
            mark: save.mark,
            marked: save.marked,
            saved_at: save.saved_at.to_string(),
        }
    }
}

/// A record of the CRM that a mail is about.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SellerMailAbout, example = json!({ "table": "account", "id": "0f2c" }))]
struct AboutItem {
    table: String,
    id: String,
    name: Option<String>,
}

/// What is to be saved.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = SellerMailToSave, example = json!({ "about": { "table": "account", "id": "0f2c" }, "files": [0] }))]
struct ToSave {
    /// What it is about, beside the contacts in it.
    about: Option<AboutItem>,
    /// Further records that it is about, where administrators connect mails to several (Dynamics 365).
    related: Vec<AboutItem>,
    /// Numbers of the files that go with it.
    files: Vec<usize>,
    /// Values of the fields that administrators categorise mails with, as texts by their names.
    #[schema(example = json!({ "category": "Renewal" }))]
    fields: BTreeMap<String, String>,
}

/// Somebody in a mail, and who that is in the caller's CRM.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SellerMailPerson)]
struct PersonItem {
    name: Option<String>,
    address: String,
    /// `colleague`, `nobody`, `one` or `several`.
    matched: &'static str,
    contacts: Vec<ContactItem>,
}

/// A contact of the caller's CRM.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SellerMailContact)]
struct ContactItem {
    table: String,
    id: String,
    name: String,
}

impl From<Person> for PersonItem {
    fn from(person: Person) -> Self {
        let contact =
            |one: Contact| ContactItem { table: one.at.table, id: one.at.id.0, name: one.name };
        let (matched, contacts) = match person.matched {
            Matched::Colleague => ("colleague", Vec::new()),
            Matched::Nobody => ("nobody", Vec::new()),
            Matched::One(found) => ("one", vec![contact(found)]),
            Matched::Several(found) => ("several", found.into_iter().map(contact).collect()),
        };
        Self { name: person.address.name, address: person.address.address, matched, contacts }
    }
}

/// What administrators of sales set for mails.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SellerMailRules, example = json!({ "internal_domains": ["contoso.example"], "contact_fields": [] }))]
struct RulesItem {
    /// Domains whose people are colleagues.
    internal_domains: Vec<String>,
    /// Fields of contacts that hold addresses; those of the CRM when empty.
    contact_fields: Vec<String>,
}

impl From<Rules> for RulesItem {
    fn from(rules: Rules) -> Self {
        let Rules { internal_domains, contact_fields, .. } = rules;
        Self { internal_domains, contact_fields }
    }
}

/// List one's mails
///
/// The latest first; nobody else sees them.
#[utoipa::path(get, path = "/api/v1/seller-mails", operation_id = "seller_mails.list",
    tag = "crm", params(Found, PageParams),
    responses((status = 200, body = Items<MailItem>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
    Query(found): Query<Found>,
    page: PageQuery,
) -> Result<Json<Items<MailItem>>, Problem> {
    let words = found.words.unwrap_or_default();
    let all = app.mailbox.list(&scope, &words, page.limit, page.after.as_ref()).await?;
    Ok(Json(Items::of(all, MailItem::from)))
}

/// Bring a mail
///
/// The body is the file: an Internet message (`.eml`) or an Outlook message (`.msg`). The same mail once more is the one
/// that is there.
#[utoipa::path(post, path = "/api/v1/seller-mails", operation_id = "seller_mails.upload",
    tag = "crm", request_body(content = String, content_type = "application/octet-stream"),
    responses((status = 201, body = KeptItem), Failures))]
async fn upload(
    State(app): State<App>,
    Authed(scope): Authed,
    body: Body,
) -> Result<(StatusCode, Json<KeptItem>), Problem> {
    let file = to_bytes(body, app.mailbox.max_bytes() + 1).await.map_err(|_cut| {
        Problem::new("seller_mail.too_large", Kind::TooLarge, "the mail is too large")
    })?;
    let kept = app.mailbox.keep(&scope, file.into()).await?;
    Ok((StatusCode::CREATED, Json(kept.into())))
}

/// Read a mail
#[utoipa::path(get, path = "/api/v1/seller-mails/{seller_mail_id}",
    operation_id = "seller_mails.read", tag = "crm", params(MailPath),
    responses((status = 200, body = OpenedItem), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MailPath>,
) -> Result<Json<OpenedItem>, Problem> {
    Ok(Json(app.mailbox.open(&scope, path.seller_mail_id).await?.into()))
}

/// Delete a mail
///
/// For good; what it became in the CRM stays there.
#[utoipa::path(delete, path = "/api/v1/seller-mails/{seller_mail_id}",
    operation_id = "seller_mails.delete", tag = "crm", params(MailPath),
    responses((status = 204), Failures))]
async fn delete(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MailPath>,
) -> Result<StatusCode, Problem> {
    app.mailbox.delete(&scope, path.seller_mail_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Match the people of a mail
///
/// With contacts of the caller's CRM, by address, as the CRM shows them to the caller.
#[utoipa::path(get, path = "/api/v1/seller-mails/{seller_mail_id}/people",
    operation_id = "seller_mails.people", tag = "crm", params(MailPath),
    responses((status = 200, body = Vec<PersonItem>), Failures))]
async fn people(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MailPath>,
) -> Result<Json<Vec<PersonItem>>, Problem> {
    let opened = app.mailbox.open(&scope, path.seller_mail_id).await?;
    let seen = Box::pin(app.mailbox.people(&scope, &opened.message)).await?;
    Ok(Json(seen.people.into_iter().map(PersonItem::from).collect()))
}

/// Save a mail to the CRM
///
/// As an activity with its people and files, with the caller's own rights there. One that is in the CRM already, by its
/// message identifier, is not made once more.
#[utoipa::path(post, path = "/api/v1/seller-mails/{seller_mail_id}/save",
    operation_id = "seller_mails.save", tag = "crm", params(MailPath), request_body = ToSave,
    responses((status = 200, body = SaveItem), Failures))]
async fn save(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MailPath>,
    Json(wanted): Json<ToSave>,
) -> Result<Json<SaveItem>, Problem> {
    let about = |about: AboutItem| About {
        table: about.table,
        id: about.id,
        name: about.name.unwrap_or_default(),
    };
    let wanted = Wanted {
        about: wanted.about.map(about),
        related: wanted.related.into_iter().map(about).collect(),
        attachments: wanted.files,
        fields: wanted.fields,
    };
    let save = Box::pin(app.mailbox.save(&scope, path.seller_mail_id, wanted)).await?;
    Ok(Json(save.into()))
}

/// Take a saved mail back
///
/// With the files that went with it. One that was in the CRM before stays there.
#[utoipa::path(delete, path = "/api/v1/seller-mails/{seller_mail_id}/save",
    operation_id = "seller_mails.unsave", tag = "crm", params(MailPath),
    responses((status = 204), Failures))]
async fn unsave(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MailPath>,
) -> Result<StatusCode, Problem> {
    app.mailbox.unsave(&scope, path.seller_mail_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Read what holds for mails of sellers
#[utoipa::path(get, path = "/api/v1/seller-mail-rules", operation_id = "seller_mail_rules.read",
    tag = "crm", responses((status = 200, body = RulesItem), Failures))]
async fn rules(State(app): State<App>, Authed(scope): Authed) -> Result<Json<RulesItem>, Problem> {
    Ok(Json(app.mailbox.rules(&scope).await?.into()))
}

/// Set what holds for mails of sellers
///
/// For administrators of sales.
#[utoipa::path(put, path = "/api/v1/seller-mail-rules", operation_id = "seller_mail_rules.replace",
    tag = "crm", request_body = RulesItem, responses((status = 200, body = RulesItem), Failures))]
async fn set_rules(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(item): Json<RulesItem>,
) -> Result<Json<RulesItem>, Problem> {
    let RulesItem { internal_domains, contact_fields } = item;
    let rules = Rules { internal_domains, contact_fields, changes: 0 };
    Ok(Json(app.mailbox.set_rules(&scope, rules).await?.into()))
}
