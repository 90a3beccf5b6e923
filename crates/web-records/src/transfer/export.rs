//! An export of what a list shows.

use askama::Template;
use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::Response,
};
use edge::{Path, Problem, Query};
use kernel::EnvironmentId;
use queries::Verb;
use serde::Deserialize;
use transfer::{Export, Format};
use web_frame::{App, Frame, Visit, answer};

use crate::{
    asking::Asking,
    list::Listing,
    place::{Place, may},
    views,
};

/// How a file is wanted.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    format: String,
    keys: String,
}

#[derive(Debug, Template)]
#[template(path = "export.html")]
struct Page {
    frame: Frame,
    action: String,
    back: String,
    kept: Vec<(String, String)>,
    formats: Vec<(&'static str, String, String, bool)>,
    limit: String,
    brings_back: bool,
}

pub(crate) async fn choose(
    State(app): State<App>,
    Path((environment, table)): Path<(EnvironmentId, String)>,
    Query(asking): Query<Asking>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let table = place.table(&table)?;
    place.require(table, Verb::Read)?;
    let listing = Listing::of(&place, &visit.frame, table, asking).await?;
    let frame = visit.frame;
    let back = listing.asking.with(&place, table, |asking| asking.panel.clear());
    let french = frame.language() == "fr";
    let say = |key: &str| frame.say(&format!("transfer.{key}"));
    let formats =
        [("xlsx", "xlsx", true), ("csv", "csv", false), ("csv-excel", "csv-excel", false)];
    let mut formats: Vec<_> = formats
        .into_iter()
        .map(|(word, key, first)| {
            let (name, what) = (say(&format!("format-{key}")), say(&format!("format-{key}-what")));
            (word, name, what, first)
        })
        .collect();
    let semicolon = ("csv-semicolon", say("format-semicolon"), say("format-semicolon-what"), false);
    // where decimals stand behind a comma, that one comes first of its kind
    formats.insert(if french { 1 } else { 3 }, semicolon);
    let title = frame.say1("transfer.export-of", "table", place.plural(table));
    let limit =
        frame.say1("transfer.export-limit", "rows", app.transfer.settings().max_export_rows);
    let page = Page {
        action: place.href(&format!("/{}/export/file", table.logical)),
        kept: listing.asking.kept(&["panel", "fc", "chart"]),
        formats,
        limit,
        brings_back: may(&place.session, table, Verb::Write),
        frame: place.at(frame, &table.logical, title).back_to(back.clone()),
        back,
    };
    Ok(answer::page(&page))
}

pub(crate) async fn file(
    State(app): State<App>,
    Path((environment, table)): Path<(EnvironmentId, String)>,
    (Query(asking), Query(wanted)): (Query<Asking>, Query<Wanted>),
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let table = place.table(&table)?;
    let format = match &*wanted.format {
        "csv" => Format::CSV,
        "csv-excel" => Format::CSV_MARKED,
        "csv-semicolon" => Format::CSV_SEMICOLON,
        _ => Format::Xlsx,
    };
    let listing = Listing::of(&place, &visit.frame, table, asking).await?;
    let query = views::query(&place, &visit.frame, &listing.fetch)?;
    let export = Export {
        query,
        columns: listing.columns.clone(),
        format,
        with_keys: !wanted.keys.is_empty(),
        language: place.language,
        zone: visit.frame.zone.clone(),
        title: place.plural(table),
    };
    let pieces = app.transfer.export(&place.session, export).await?;
    let name = format!("{}.{}", table.set, format.ending());
    let mut response = Response::new(Body::from_stream(pieces));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}
