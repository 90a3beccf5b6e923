//! Changes of a table since a link: `Prefer: odata.track-changes`, `@odata.deltaLink`, `$deltatoken`.
//!
//! The first answers give the rows that there are, page by page; the last of them ends with a link for what happens
//! from the moment on at which the first was asked, so that nothing between two pages is lost. What happened twice is
//! told once, as it is now; a row may be told again.

use std::sync::Arc;

use http::StatusCode;
use jiff::tz::TimeZone;
use queries::Query;
use records::Changes;
use tables::{Table, json};

use crate::{
    call::Call,
    context,
    fault::Fault,
    paging,
    prefer::{Heeded, PAGE},
    read,
    reply::{JSON, Reply},
};

/// Where in the changes a request goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Among the rows that there are: behind this version; changes are told from `begun` on.
    First { after: i64, begun: Option<i64> },
    /// Behind this number.
    Since(i64),
}

impl Place {
    /// `<cookie … pagingcookie="7!3" istracking="True" />`, or `7!…` of a delta token.
    fn of(call: &Call<'_>) -> Result<Self, Fault> {
        if let Some(token) = &call.options.skiptoken {
            let cookie = paging::attribute(token, "pagingcookie").ok_or_else(odd)?;
            let (after, begun) = cookie.split_once('!').ok_or_else(odd)?;
            let after = number(after)?;
            return Ok(match begun {
                "" => Self::Since(after),
                begun => Self::First { after, begun: Some(number(begun)?) },
            });
        }
        match &call.options.deltatoken {
            Some(token) => number(token.split('!').next().unwrap_or_default()).map(Self::Since),
            None => Ok(Self::First { after: 0, begun: None }),
        }
    }
}

fn number(text: &str) -> Result<i64, Fault> {
    text.parse().ok().filter(|number| *number >= 0).ok_or_else(odd)
}

fn odd() -> Fault {
    Fault::argument("The delta token is not valid: send the link back as it was given.")
}

/// Whether a request for a page is about changes.
pub(crate) fn is_asked(call: &Call<'_>) -> bool {
    let options = &call.options;
    let goes_on =
        options.skiptoken.as_deref().is_some_and(|token| token.contains("istracking=\"True\""));
    let begins = call.preferences.track_changes
        && options.skiptoken.is_none()
        && options.fetch_xml().is_none()
        && options.sql().is_none()
        && options.saved_query().is_none()
        && options.user_query().is_none();
    goes_on || options.deltatoken.is_some() || begins
}

/// The query of the request, if the table tracks changes and nothing is asked that cannot be.
fn query(call: &Call<'_>, table: &Arc<Table>) -> Result<Query, Fault> {
    let options = &call.options;
    let wrong = [
        (options.filter.is_some(), "$filter"),
        (options.orderby.is_some(), "$orderby"),
        (options.expand.is_some(), "$expand"),
        (options.top.is_some(), "$top"),
        (options.apply.is_some(), "$apply"),
    ];
    if let Some((_, name)) = wrong.iter().find(|(there, _)| *there) {
        return Err(Fault::unsupported(format!(
            "The query option {name} is not supported together with change tracking."
        )));
    }
    if !table.change_tracking {
        return Err(Fault::unsupported(format!(
            "Change tracking is not enabled for the entity '{}'.",
            table.logical
        )));
    }
    read::query(call, table)
}

/// `GET {set}` with change tracking, or of a delta link.
pub(crate) async fn page(call: &Call<'_>, table: &Arc<Table>) -> Result<Reply, Fault> {
    let place = Place::of(call)?;
    let query = query(call, table)?;
    let size = call.preferences.page_size.unwrap_or(PAGE).min(PAGE);
    let (after, first) = match place {
        Place::Since(after) => (after, false),
        Place::First { after, .. } => (after, true),
    };
    let begun = match place {
        Place::Since(_) => None,
        Place::First { begun: Some(begun), .. } => Some(begun),
        // behind everything: what there is now, and nothing of it
        Place::First { begun: None, .. } => {
            Some(call.session.changes(&query, i64::MAX - 1, 1).await?.token)
        }
    };
    let changes = call.session.changes(&query, after, size).await?;
    let mut body = Vec::with_capacity(256 + changes.rows.rows.len() * 256);
    body.extend_from_slice(b"{\"@odata.context\":");
    let mut about = context::of_rows(call.root, &table.set, &call.options, false);
    if !first {
        about.push_str("/$delta");
    }
    json::write_text(&about, &mut body);
    if !changes.more {
        body.extend_from_slice(b",\"@odata.deltaLink\":");
        let at = TimeZone::UTC.to_datetime(call.inner.clock.now());
        let token = begun.unwrap_or(changes.token);
        let token = format!("{token}!{}", at.strftime("%m/%d/%Y %H:%M:%S"));
        write_link(call, ("$deltatoken", &token), &mut body);
    }
    body.extend_from_slice(b",\"value\":[");
    let currencies = call.currencies().await?;
    read::writer(call, &currencies, false).rows(&changes.rows, &mut body)?;
    if !first {
        deleted(call, table, &changes, &mut body);
    }
    body.push(b']');
    if changes.more {
        body.extend_from_slice(b",\"@odata.nextLink\":");
        let begun = begun.map(|begun| begun.to_string()).unwrap_or_default();
        let cookie = format!(
            "<cookie pagenumber=\"2\" pagingcookie=\"{}!{begun}\" istracking=\"True\" />",
            changes.token
        );
        write_link(call, ("$skiptoken", &cookie), &mut body);
    }
    body.push(b'}');
    let mut reply = Reply::typed(StatusCode::OK, JSON, body);
    let heeded = Heeded { body: true, page: true, track: true, ..Heeded::default() };
    if let Some(applied) = call.preferences.applied(heeded) {
        reply.header("preference-applied", applied);
    }
    Ok(reply)
}

fn write_link(call: &Call<'_>, token: (&str, &str), body: &mut Vec<u8>) {
    json::write_text(&paging::link(&call.root.url, call.address, token), body);
}

/// Rows that are gone.
fn deleted(call: &Call<'_>, table: &Table, changes: &Changes, body: &mut Vec<u8>) {
    let context = format!("{}$metadata#{}/$deletedEntity", call.root.url, table.set);
    for id in &changes.deleted {
        if body.last() != Some(&b'[') {
            body.push(b',');
        }
        body.extend_from_slice(b"{\"@odata.context\":");
        json::write_text(&context, body);
        body.extend_from_slice(b",\"id\":");
        json::write_guid(*id, body);
        body.extend_from_slice(b",\"reason\":\"deleted\"}");
    }
}

/// `GET {set}/$count?$deltatoken=…`: how many changes there are, at most 5000.
pub(crate) async fn count(call: &Call<'_>, table: &Arc<Table>) -> Result<Reply, Fault> {
    let query = query(call, table)?;
    let after = match Place::of(call)? {
        Place::Since(after) | Place::First { after, .. } => after,
    };
    let changes = call.session.changes(&query, after, PAGE).await?;
    let count = changes.rows.rows.len() + changes.deleted.len();
    let count = count.min(usize::try_from(PAGE).unwrap_or(usize::MAX));
    Ok(Reply::typed(StatusCode::OK, "text/plain;charset=utf-8", count.to_string()))
}
