//! What stands on the first page of an environment: what the reader has to do, what was changed last, how sales stand.

use std::sync::Arc;

use edge::Problem;
use jiff::Timestamp;
use queries::{
    Condition, Paging, Query, Verb,
    query::{Comparison, Order, OrderBy},
};
use tables::{Table, Value};
use web_frame::{Frame, Html};

use crate::{
    asking::Asking,
    chart::Drawn,
    inside::find::{self, Hit},
    list::Listing,
    place::{Place, may},
    shown::Reader,
    timeline,
};

/// Activities that are told of; our own choice.
const MOST: usize = 6;

/// The kinds of activities that somebody has to do, and the icons that stand for them.
const KINDS: [(&str, &str); 3] =
    [("task", "check-circle"), ("phonecall", "chat"), ("appointment", "clock")];

/// An open activity of the reader's own.
#[derive(Debug)]
pub(crate) struct Due {
    at: Timestamp,
    pub(crate) href: String,
    pub(crate) icon: &'static str,
    pub(crate) title: String,
    pub(crate) kind: String,
    /// What it is about: its name, and where that is.
    pub(crate) about: Option<(String, Option<String>)>,
    pub(crate) when: Html,
    pub(crate) late: bool,
    /// What completes it: the address and the reason.
    pub(crate) done: Option<(String, String)>,
}

/// The open activities of the reader that have a date, the most urgent first.
pub(crate) async fn due(place: &Place, frame: &Frame) -> Result<Vec<Due>, Problem> {
    let mut all = Vec::new();
    for (name, icon) in KINDS {
        if let Some(table) = place.session.model().table(name).filter(|it| place.reads(it)) {
            all.extend(of(place, frame, table, icon).await?);
        }
    }
    kernel::sort_by_key(&mut all, |one| one.at);
    all.truncate(MOST);
    Ok(all)
}

async fn of(
    place: &Place,
    frame: &Frame,
    table: &Arc<Table>,
    icon: &'static str,
) -> Result<Vec<Due>, Problem> {
    let broken = records::Error::from;
    let names = ["subject", "scheduledend", "regardingobjectid"];
    let mut query = Query::of(table).select(names).map_err(broken)?;
    query.names = true;
    let field = |name: &str| query.field(name).map_err(broken);
    let (owner, state, due) = (field("ownerid")?, field("statecode")?, field("scheduledend")?);
    let mine = db::Value::Uuid(place.session.user());
    let mut query = query
        .and(Condition::Compare(owner, Comparison::Equal, mine))
        .and(Condition::Compare(state, Comparison::Equal, db::Value::Int(0)))
        .and(Condition::Not(Box::new(Condition::Null(due))));
    query.order = vec![Order { by: OrderBy::Field(due), descending: false }];
    let most = u32::try_from(MOST).unwrap_or(u32::MAX);
    let found = place.session.query(&query, &Paging::first(most)).await?;
    let currencies = place.session.currencies().await?;
    let reader = Reader::new(place, frame, &currencies, &found);
    let broken = |error: db::Error| Problem::from(records::Error::from(error));
    let completes = timeline::completing(table).filter(|_| may(&place.session, table, Verb::Write));
    let mut all = Vec::with_capacity(found.rows.len());
    for row in &found.rows {
        let cell = |name: &str| reader.cell(reader.property(name), row).map_err(broken);
        let at = reader.property("scheduledend").map(|it| it.value(row)).transpose();
        let Some(Value::Instant(at)) = at.map_err(broken)? else { continue };
        let href =
            place.href(&format!("/{}/{}", table.logical, reader.key(row).unwrap_or_default()));
        let (title, about) = (cell("subject")?.text, cell("regardingobjectid")?);
        all.push(Due {
            at,
            icon,
            title: if title.is_empty() { frame.say("web-records.nameless") } else { title },
            kind: place.singular(table),
            about: (!about.text.is_empty()).then_some((about.text, about.href)),
            when: frame.moment(&at),
            late: at < frame.now,
            done: completes.map(|status| (format!("{href}/status"), status.to_string())),
            href,
        });
    }
    Ok(all)
}

/// The records of daily work that were changed last.
pub(crate) async fn changed(place: &Place, frame: &Frame) -> Result<Vec<(String, Hit)>, Problem> {
    let hits = find::changed(place, frame).await?;
    let hits = hits.into_iter().take(MOST + 2);
    Ok(hits.map(|hit| (place.href(&format!("/{}/{}", hit.table, hit.id)), hit)).collect())
}

/// The chart of open opportunities, for those who may see some; where its list is.
pub(crate) async fn pipeline(
    place: &Place,
    frame: &Frame,
) -> Result<Option<(Drawn, String)>, Problem> {
    let Ok(table) = place.table("opportunity") else { return Ok(None) };
    if !place.reads(table) {
        return Ok(None);
    }
    let asking = Asking { chart: "on".to_owned(), ..Asking::default() };
    let listing = Listing::of(place, frame, table, asking).await?;
    let drawn = listing.chart(frame).await?.filter(|drawn| !drawn.empty);
    Ok(drawn.map(|drawn| (drawn, place.href("/opportunity"))))
}
