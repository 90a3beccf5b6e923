//! Moving in: webhooks of a list, and addresses that are known here.

use axum::extract::State;
use edge::{Authed, Context, Json, Problem};
use kernel::{Secret, UserId};
use rest::{Failures, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use webhook_import::{Entry, Import, ImportReport, Known};

use super::shapes::AddressItem;
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(import, recognise)
}

/// A list of retired webhooks.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WebhooksToImport {
    /// The list: a head and one line a webhook, with the columns `url`, and where they are known `name`, `team`,
    /// `channel`, `owner`, `second_owner`, under any of their usual names.
    csv: String,
    /// Tell only what would be done.
    #[serde(default)]
    dry_run: bool,
    /// The team of lines that name none; it is made when there is none of this name.
    team: Option<String>,
    /// The channel of lines that name none; it is made when there is none of this name.
    channel: Option<String>,
    /// Who is responsible where a line names nobody who works here; the caller unless given.
    #[schema(value_type = Option<String>, format = Uuid)]
    owner_id: Option<UserId>,
}

/// What became of a list.
#[derive(Debug, Serialize, ToSchema)]
struct Imported {
    /// Whether webhooks were made: not in a dry run, and not when a line was refused.
    applied: bool,
    /// How many webhooks were made, or would be.
    made: usize,
    /// How many were there before.
    kept: usize,
    /// How many lines were refused.
    refused: usize,
    /// Columns that said nothing.
    unused_columns: Vec<String>,
    /// The lines, in order.
    lines: Vec<ImportedLine>,
}

/// One line of a list.
#[derive(Debug, Serialize, ToSchema)]
struct ImportedLine {
    /// The line in the list, from 1; the head is line 1.
    line: u64,
    /// `made`, `kept` or `refused`.
    outcome: &'static str,
    name: String,
    team: String,
    /// Whether the team is made for it.
    new_team: bool,
    channel: String,
    /// Whether the channel is made for it.
    new_channel: bool,
    /// The webhook, once it is there.
    #[schema(format = Uuid)]
    webhook_id: Option<String>,
    /// Its addresses, when it was made now: the old one with this host's name, and the Workflows form for senders
    /// that have moved.
    addresses: Option<AddressItem>,
    /// What is wrong with the line, or worth knowing.
    findings: Vec<LineFinding>,
}

/// What is wrong with a line, or worth knowing.
#[derive(Debug, Serialize, ToSchema)]
struct LineFinding {
    /// `error` when the line is refused for it, else `warning`.
    severity: &'static str,
    column: &'static str,
    code: String,
    detail: String,
}

impl Imported {
    fn of(report: ImportReport, base: &str) -> Self {
        use webhook_import::Fate;
        let count = |fate| report.count(fate);
        Self {
            applied: report.applied,
            made: count(Fate::Made),
            kept: count(Fate::Kept),
            refused: count(Fate::Refused),
            unused_columns: report.unused.clone(),
            lines: report.entries.into_iter().map(|entry| ImportedLine::of(entry, base)).collect(),
        }
    }
}

impl ImportedLine {
    fn of(entry: Entry, base: &str) -> Self {
        let findings = entry.faults.into_iter().map(|fault| LineFinding {
            severity: if fault.fatal { "error" } else { "warning" },
            column: fault.column,
            code: fault.code,
            detail: fault.detail,
        });
        Self {
            line: entry.line,
            outcome: entry.fate.as_str(),
            name: entry.name,
            team: entry.team,
            new_team: entry.new_team,
            channel: entry.channel,
            new_channel: entry.new_channel,
            webhook_id: entry.webhook.map(|id| id.to_string()),
            addresses: entry.addresses.map(|addresses| AddressItem::of(&addresses, base)),
            findings: findings.collect(),
        }
    }
}

/// Import webhooks from a list
///
/// Each keeps the path of its old address, so that its sender changes the host name only. Every line is checked
/// first; when one is refused, nothing is made. A list that was imported before is recognised line by line.
#[utoipa::path(post, path = "/api/v1/webhooks/import", operation_id = "webhooks.import", tag = "webhooks",
    request_body = WebhooksToImport, responses((status = 200, body = Imported), Failures))]
async fn import(
    State(app): State<App>,
    Authed(scope): Authed,
    context: Context,
    Json(list): Json<WebhooksToImport>,
) -> Result<Json<Imported>, Problem> {
    let WebhooksToImport { csv, dry_run, team, channel, owner_id } = list;
    let import = Import { csv, dry_run, team, channel, owner: owner_id };
    let report = app.imports.import(&scope, import).await?;
    Ok(Json(Imported::of(report, &context.base_url())))
}

/// Addresses that were found somewhere.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AddressesToRecognise {
    /// At most 1,000.
    urls: Vec<String>,
}

/// What is known of each.
#[derive(Debug, Serialize, ToSchema)]
struct Recognised {
    /// In the order of the question.
    items: Vec<RecognisedAddress>,
}

/// What is known of an address.
#[derive(Debug, Serialize, ToSchema)]
struct RecognisedAddress {
    /// The webhook that has it; null when none that the caller may see has.
    webhook: Option<KnownWebhook>,
    /// What to write in its place: the same address with this host's name.
    replacement: Option<String>,
}

/// A webhook that is known by an address.
#[derive(Debug, Serialize, ToSchema)]
struct KnownWebhook {
    #[schema(format = Uuid)]
    id: String,
    name: String,
    #[schema(format = Uuid)]
    channel_id: Option<String>,
    #[schema(value_type = String)]
    state: channel_connectors::State,
}

impl From<Known> for KnownWebhook {
    fn from(known: Known) -> Self {
        Self {
            id: known.webhook.to_string(),
            name: known.name,
            channel_id: known.channel.map(|id| id.to_string()),
            state: known.state,
        }
    }
}

/// Recognise addresses
///
/// Which webhook has an address, whatever host it names: for those who replace addresses in configuration files.
#[utoipa::path(post, path = "/api/v1/webhooks/recognise", operation_id = "webhooks.recognise",
    tag = "webhooks", request_body = AddressesToRecognise,
    responses((status = 200, body = Recognised), Failures))]
async fn recognise(
    State(app): State<App>,
    Authed(scope): Authed,
    context: Context,
    Json(asked): Json<AddressesToRecognise>,
) -> Result<Json<Recognised>, Problem> {
    let urls: Vec<Secret<String>> = asked.urls.into_iter().map(Secret::new).collect();
    let known = app.imports.recognise(&scope, &urls).await?;
    let base = context.base_url();
    let item = |(known, url): (Option<Known>, &Secret<String>)| RecognisedAddress {
        replacement: known.as_ref().and_then(|_| replacement(url.expose(), &base)),
        webhook: known.map(KnownWebhook::from),
    };
    Ok(Json(Recognised { items: known.into_iter().zip(&urls).map(item).collect() }))
}

/// The address with another host's name.
fn replacement(url: &str, base: &str) -> Option<String> {
    let rest = url.trim().split_once("://")?.1;
    let path = rest.get(rest.find('/')?..)?;
    Some(format!("{}{path}", base.trim_end_matches('/')))
}
