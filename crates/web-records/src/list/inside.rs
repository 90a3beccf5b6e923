//! The rows of a view inside another page.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use askama::Template;
use edge::Problem;
use queries::{Cursor, Paging};
use serde::Deserialize;
use web_frame::{App, Frame, Html, Visit, html};

use super::{Head, Line, Listing, ROWS};
use crate::{
    asking::Asking,
    inside::{Inside, View},
    place::Place,
    shown::Reader,
    views,
};

/// What the address of the page around says about its list.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Looked {
    /// Words that are searched for.
    pub q: String,
    /// The columns that sort, with commas between, `-` before one for the other way round.
    pub sort: String,
    /// Where the page begins.
    pub after: String,
}

impl Looked {
    fn href(&self, address: &str) -> String {
        let all = [("q", self.q.trim()), ("sort", &*self.sort), ("after", &*self.after)];
        let all = all.iter().filter(|(_, value)| !value.is_empty());
        let all = all.map(|(name, value)| format!("{name}={}", html::query_value(value)));
        let query: Vec<String> = all.collect();
        if query.is_empty() { address.to_owned() } else { format!("{address}?{}", query.join("&")) }
    }
}

/// The rows, without what surrounds them.
#[derive(Debug, Template)]
#[template(path = "inside_list.html")]
struct Page<'a> {
    frame: &'a Frame,
    title: &'a str,
    kind: String,
    icon: &'static str,
    address: &'a str,
    looked: &'a Looked,
    /// Each with the address that sorts by it.
    heads: Vec<(Head, Option<String>)>,
    name_label: String,
    /// Each with the address that opens it here.
    lines: Vec<(String, Line)>,
    next: Option<String>,
    count: String,
}

/// The rows of a view that the reader may see; nothing where the reader has no such view.
///
/// # Errors
/// As the store says.
pub async fn list(
    app: &App,
    visit: &Visit,
    view: View<'_>,
    looked: &Looked,
) -> Result<Option<Inside>, Problem> {
    let place = Place::of(app, visit, view.environment).await?;
    let (table, frame) = (place.table(view.table)?, &visit.frame);
    place.require(table, queries::Verb::Read)?;
    let asking = Asking {
        view: view.view.to_string(),
        q: looked.q.clone(),
        sort: looked.sort.clone(),
        after: looked.after.clone(),
        chart: "off".to_owned(),
        ..Asking::default()
    };
    let listing = Listing::with(&place, frame, table, asking, Some(view.view)).await?;
    if listing.view.id != Some(view.view) {
        return Ok(None);
    }
    let query = views::query(&place, frame, &listing.fetch)?;
    let after = Some(&looked.after).filter(|text| !text.is_empty());
    let after = after.and_then(|text| Cursor::decode(text).ok());
    let found = place.session.query(&query, &Paging { after, ..Paging::first(ROWS) }).await?;
    let currencies = place.session.currencies().await?;
    let reader = Reader::new(&place, frame, &currencies, &found);
    let lines = listing.lines(frame, &reader, &found)?;
    let stamp = stamp(&lines);
    let next = found.next.as_ref().filter(|_| found.more).map(|at| {
        let after = at.encode();
        Looked { after, ..looked.clone() }.href(view.address)
    });
    let count = match found.count {
        Some(count) if count > 5000 => frame.say("web-records.count-many"),
        Some(count) => frame.say1("web-records.count", "count", count),
        None => String::new(),
    };
    let heads = listing.columns.iter().enumerate().map(|(at, column)| {
        let head = listing.head(column, at, None);
        let down = if head.sorted == Some("ascending") { "-" } else { "" };
        let sort = format!("{down}{column}");
        let sorts = table.column(column).is_some();
        let href = Looked { sort, after: String::new(), ..looked.clone() }.href(view.address);
        (head, sorts.then_some(href))
    });
    let heads: Vec<(Head, Option<String>)> = heads.collect();
    let title = listing.view.name.clone();
    let body = Html::of(&Page {
        frame,
        title: &title,
        kind: place.plural(table),
        icon: crate::place::icon(table),
        address: view.address,
        looked,
        name_label: heads.first().map(|(head, _)| head.name.clone()).unwrap_or_default(),
        heads,
        lines: lines
            .into_iter()
            .map(|it| (format!("{}/rows/{}", view.address, it.key), it))
            .collect(),
        next,
        count,
    });
    let website = place.href(&format!("/{}?view={}", table.logical, view.view));
    Ok(Some(Inside { title, body, stamp, website }))
}

/// Changes when a cell or the order changes.
fn stamp(lines: &[Line]) -> String {
    let mut hasher = DefaultHasher::new();
    for line in lines {
        (&line.key, &line.name).hash(&mut hasher);
        for shown in &line.cells {
            shown.cell.text.hash(&mut hasher);
        }
    }
    format!("{:016x}", hasher.finish())
}
