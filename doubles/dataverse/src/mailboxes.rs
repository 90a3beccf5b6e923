//! Tables and columns that our store does not begin with and Microsoft's does: mailboxes and their profiles, how mails of
//! a person are tracked, whether the organisation is searched.
//!
//! The store takes only names with a publisher's prefix, so they carry one inside ([`PREFIX`]); on the way in it is put
//! before them, on the way out it is taken away. Rows, conditions and rights are the store's.

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderValue, Uri, header, uri::PathAndQuery},
    middleware::Next,
    response::Response,
};
use records::{Entry, LinkTo, Operation, Records, Reference, Session};
use tables::{
    Cascade, ChoiceOption, ColumnKind, Labels, Options, Ownership, TextFormat, Value,
    define::{Change, NewColumn, NewOneToMany, NewTable},
};
use uuid::Uuid;

const PREFIX: &str = "inner_";
/// The longest body that is rewritten; what is longer passes as it is not.
const MAX_BODY: usize = 16 << 20;

/// Choices of a mailbox with their entries (`mailbox` of Dataverse).
const CHOICES: &[(&str, &[&str])] = &[
    ("incomingemaildeliverymethod", &["None", "Outlook", "Server-Side Synchronization", "Queue"]),
    ("outgoingemaildeliverymethod", &["None", "Outlook", "Server-Side Synchronization"]),
    ("actdeliverymethod", &["Outlook", "Server-Side Synchronization", "None"]),
    ("emailrouteraccessapproval", &["Empty", "Approved", "Pending Approval", "Rejected"]),
    ("incomingemailstatus", &["Not Run", "Success", "Failure"]),
    ("outgoingemailstatus", &["Not Run", "Success", "Failure"]),
    ("actstatus", &["Not Run", "Success", "Failure"]),
];
/// What of a person's mails is tracked (`usersettings`).
const TRACKED: &str = "incomingemailfilteringmethod";
const TRACKING: &[&str] = &[
    "All email messages",
    "Replies to email",
    "From leads, contacts and accounts",
    "From enabled records",
    "No email messages",
];
const SEARCH: &str = "isexternalsearchindexenabled";
/// Whether attachments of appointments go along (`organization`).
const ATTACHMENTS: &str = "isappointmentattachmentsyncenabled";
/// Names that are theirs, beside those of the choices.
const NAMES: &[&str] = &[
    "mailbox",
    "mailboxes",
    "mailboxid",
    "emailserverprofile",
    "emailserverprofiles",
    "emailserverprofileid",
    "emailaddress",
    TRACKED,
    SEARCH,
    ATTACHMENTS,
];

fn inner(name: &str) -> String {
    format!("{PREFIX}{name}")
}

fn text(name: &str) -> NewColumn {
    let kind = ColumnKind::Text { max: 100, format: TextFormat::Text };
    NewColumn::new(inner(name), kind, Labels::english(name))
}

fn choice(name: &str, entries: &[&str]) -> NewColumn {
    let options = entries.iter().zip(0..).map(|(label, value)| ChoiceOption {
        value,
        labels: Labels::english(*label),
        colour: None,
    });
    let options = Options::Local(options.collect());
    let kind = ColumnKind::Choice { options, default: Some(0) };
    NewColumn::new(inner(name), kind, Labels::english(name))
}

fn table(name: &str, several: &str, columns: Vec<NewColumn>) -> Change {
    Change::CreateTable(NewTable {
        schema: inner(name),
        set: Some(inner(several)),
        labels: Labels::english(name),
        plural: Labels::english(several),
        description: Labels::none(),
        ownership: Ownership::User,
        primary_name: text("name"),
        columns,
        notes: false,
        activities: false,
        change_tracking: false,
        audited: false,
    })
}

/// Makes the tables.
pub(crate) async fn define(admin: &Session) -> records::Result<()> {
    let columns = CHOICES.iter().map(|(name, entries)| choice(name, entries));
    let columns = columns.chain([text("emailaddress")]).collect();
    let target = inner("emailserverprofile");
    let lookup = ColumnKind::Lookup { targets: vec![target.clone()] };
    let lookup = NewColumn::new(target.clone(), lookup, Labels::english("Server Profile"));
    let profile = Change::AddOneToMany(NewOneToMany {
        schema: inner("emailserverprofile_mailbox"),
        referenced: target,
        referencing: inner("mailbox"),
        lookup,
        referencing_navigation: None,
        referenced_navigation: None,
        cascade: Cascade::REFERENTIAL,
        hierarchical: false,
    });
    let add = |table: &str, column| Change::AddColumn { table: table.to_owned(), column };
    let changes = vec![
        table("emailserverprofile", "emailserverprofiles", Vec::new()),
        table("mailbox", "mailboxes", columns),
        profile,
        add("usersettings", choice(TRACKED, TRACKING)),
        add("organization", choice_of_two(SEARCH)),
        add("organization", choice_of_two(ATTACHMENTS)),
    ];
    admin.define(changes).await.map(drop)
}

fn choice_of_two(name: &str) -> NewColumn {
    let kind = ColumnKind::Boolean {
        yes: Labels::english("Yes"),
        no: Labels::english("No"),
        default: false,
    };
    NewColumn::new(inner(name), kind, Labels::english(name))
}

/// A profile, and a mailbox for each of these addresses: synchronised by the server, approved, tested.
pub(crate) async fn fill(
    (records, admin): (&Records, &Session),
    scope: &kernel::Scope,
    addresses: &[&str],
) -> records::Result<()> {
    let session = records.session_in(scope, admin.environment().id).await?;
    let name = inner("name");
    let profile = Entry::of(inner("emailserverprofile")).text(&name, "Microsoft Exchange Online");
    let profile = session.one(Operation::Create(profile)).await?;
    for address in addresses {
        let good = [2, 2, 1, 1, 1, 1, 1];
        let values = CHOICES.iter().zip(good);
        let entry = Entry::of(inner("mailbox"))
            .text(&name, *address)
            .text(inner("emailaddress"), *address)
            .link(
                inner("emailserverprofile"),
                LinkTo::Row(Reference::id(inner("emailserverprofile"), profile.id)),
            );
        let entry = values
            .fold(entry, |entry, ((name, _), value)| entry.with(inner(name), Value::Whole(value)));
        session.one(Operation::Create(entry)).await?;
    }
    Ok(())
}

/// Everybody has settings: of each person's mails all are tracked.
pub(crate) async fn settings(admin: &Session, people: &[Uuid]) -> records::Result<()> {
    for person in people {
        let whose = LinkTo::Row(Reference::id("systemuser", *person));
        let entry = Entry::of("usersettings").link("systemuserid", whose);
        admin.one(Operation::Create(entry)).await?;
    }
    Ok(())
}

/// Puts the prefix before the names that are theirs. `%22mailbox` is `mailbox` behind a percent-encoded sign.
fn put(text: &str, about_mailboxes: bool) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut out = String::with_capacity(text.len() + 64);
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(encoded) = rest.get(..3).filter(|start| start.starts_with('%')) {
            out.push_str(encoded);
            rest = rest.get(3..).unwrap_or_default();
            continue;
        }
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        let bare = word.strip_prefix('_').and_then(|word| word.strip_suffix("_value"));
        let name = bare.unwrap_or(word);
        let is_theirs = NAMES.contains(&name)
            || CHOICES.iter().any(|(own, _)| *own == name)
            || (about_mailboxes && name == "name");
        match (is_theirs, bare) {
            (true, None) => out.push_str(&inner(name)),
            (true, Some(_)) => {
                out.push('_');
                out.push_str(&inner(name));
                out.push_str("_value");
            }
            (false, _) => out.push_str(word),
        }
        let mut others = behind.chars();
        match others.next() {
            Some('%') | None => rest = behind,
            Some(sign) => {
                out.push(sign);
                rest = others.as_str();
            }
        }
    }
    out
}

/// Takes it away again.
fn take(text: &str) -> String {
    text.replace(PREFIX, "")
}

/// Stands between clients and the store.
pub(crate) async fn rename(request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let whole = parts.uri.path_and_query().map_or("/", PathAndQuery::as_str).to_owned();
    let about = whole.contains("mailboxes") || whole.contains("emailserverprofiles");
    if let Ok(uri) = put(&whole, about).parse::<Uri>() {
        parts.uri = uri;
    }
    parts.headers.remove(header::ACCEPT_ENCODING);
    let read = to_bytes(body, MAX_BODY).await.unwrap_or_default();
    let body = match std::str::from_utf8(&read) {
        Ok(text) => put(text, about).into_bytes(),
        Err(_) => read.to_vec(),
    };
    if parts.headers.contains_key(header::CONTENT_LENGTH) {
        parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    }
    let answer = next.run(Request::from_parts(parts, Body::from(body))).await;
    let (mut parts, body) = answer.into_parts();
    let read = to_bytes(body, MAX_BODY).await.unwrap_or_default();
    for value in parts.headers.values_mut() {
        let taken = value.to_str().ok().filter(|text| text.contains(PREFIX)).map(take);
        if let Some(taken) = taken.and_then(|text| HeaderValue::from_str(&text).ok()) {
            *value = taken;
        }
    }
    parts.headers.remove(header::CONTENT_LENGTH);
    let body = match std::str::from_utf8(&read) {
        Ok(text) => Body::from(take(text)),
        Err(_) => Body::from(read),
    };
    Response::from_parts(parts, body)
}
