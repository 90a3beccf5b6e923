//! The form of a record, or the rows of a view, inside another page, such as a tab of a channel, under the reader's own rights.
//!
//! The page around gives its address; the form is sent there.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use askama::Template;
use axum::http::StatusCode;
use crm::{Record, RecordRef};
use edge::Problem;
use kernel::Scope;
use web_frame::{App, Frame, Html, Visit};

pub use super::views::{View, view};
use super::{
    Place, address,
    form::Sent,
    page::{Refused, Shown, Written, outside, write},
};

/// Which record is shown, and where.
#[derive(Debug, Clone, Copy)]
pub struct At<'a> {
    /// The table, as the CRM calls it.
    pub table: &'a str,
    /// Which record, as the CRM writes it.
    pub record: &'a str,
    /// The address of the page around, where the form is sent.
    pub address: &'a str,
}

/// What stands inside.
#[derive(Debug)]
pub struct Inside {
    /// The name of the record.
    pub title: String,
    /// The markup; the page around loads `records.js`.
    pub body: Html,
    /// Changes when what is shown changes.
    pub stamp: String,
    /// The page of the hub that shows it by itself.
    pub website: String,
    /// Where the CRM itself shows it.
    pub outside: Option<String>,
}

/// The form, without what surrounds it.
#[derive(Debug, Template)]
#[template(path = "records/inside.html")]
struct Page<'a> {
    frame: &'a Frame,
    shown: Shown,
    action: &'a str,
}

/// The form of a record that the reader may see.
///
/// # Errors
/// As the CRM says; what may not be seen is not found.
pub async fn record(app: &App, visit: &Visit, at: At<'_>) -> Result<Inside, Problem> {
    let place = Place::of(app, &visit.scope).await?;
    let opened = place.crm.open(at.table, at.record).await?;
    let shown = Shown::of(&visit.frame, &opened, None, "h3");
    Ok(inside(&place, visit, (&opened.record, at.address), shown))
}

/// Keeps what was changed in the form; gives it back with its mistakes and a status where something was refused.
///
/// # Errors
/// As the CRM says.
pub async fn save(
    app: &App,
    visit: &Visit,
    at: At<'_>,
    sent: Sent,
) -> Result<Option<(Inside, StatusCode)>, Problem> {
    let place = Place::of(app, &visit.scope).await?;
    let opened = place.crm.open(at.table, at.record).await?;
    match write(&place, &visit.frame, opened, sent).await? {
        Written::Kept => Ok(None),
        Written::Refused(refused) => {
            let Refused { opened, typed, status } = *refused;
            let shown = Shown::of(&visit.frame, &opened, Some(typed), "h3");
            let inside = inside(&place, visit, (&opened.record, at.address), shown);
            Ok(Some((inside, status)))
        }
    }
}

fn inside(place: &Place, visit: &Visit, (record, action): (&Record, &str), shown: Shown) -> Inside {
    let (frame, at) = (&visit.frame, &record.at);
    let (title, stamp) = (shown.title.clone(), stamp_of(record));
    let outside = outside(place, frame, at).0.map(|(href, _)| href);
    let body = Html::of(&Page { frame, shown, action });
    Inside { title, body, stamp, website: address(&at.table, &at.id.0), outside }
}

/// What tells whether a record still is what was shown; nothing where the reader may not see it.
///
/// # Errors
/// As the CRM says.
pub async fn stamp(app: &App, scope: &Scope, at: &RecordRef) -> Result<Option<String>, Problem> {
    let place = Place::of(app, scope).await?;
    match place.crm.read(&at.table, &at.id.0).await {
        Ok((_, record)) => Ok(Some(stamp_of(&record))),
        Err(crm_connections::Error::Crm(
            crm::Error::NotFound | crm::Error::Deleted | crm::Error::ObjectHidden { .. },
        )) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Salesforce tells versions apart by the second: what stands in the fields counts too.
fn stamp_of(record: &Record) -> String {
    let mut hasher = DefaultHasher::new();
    record.version.as_ref().map(|version| &version.0).hash(&mut hasher);
    for (name, value) in &record.values {
        (name, format!("{value:?}")).hash(&mut hasher);
    }
    record.texts.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
