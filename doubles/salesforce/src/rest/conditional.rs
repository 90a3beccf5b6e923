//! Conditions on a row: when it changed, and what it is at (REST reference, "Conditional Requests"). Only accounts have
//! an `ETag` there.

use doubles_salesforce_schema::Object;
use doubles_soql::instant;
use jiff::{Timestamp, fmt::rfc2822, tz::TimeZone};

use super::{Call, Reply};
use crate::{
    fault::{Fault, Result},
    org::{Org, Row, text},
};

/// When a row changed, to the second: dates of headers know no parts of one.
fn changed(row: &Row) -> Option<Timestamp> {
    let at = instant::read(text(row, "LastModifiedDate")?)?;
    Timestamp::from_second(at.as_second()).ok()
}

fn tag(object: &Object, row: &Row) -> Option<String> {
    let at = instant::read(text(row, "SystemModstamp")?)?;
    (object.name == "Account")
        .then(|| format!("\"{}-{}\"", text(row, "Id").unwrap_or_default(), at.as_millisecond()))
}

fn date(call: &Call, name: &str) -> Option<Timestamp> {
    Some(rfc2822::parse(call.header(name)?).ok()?.timestamp())
}

/// Whether a header names a tag.
fn named(header: &str, tag: Option<&str>) -> bool {
    let mut all = header.split(',').map(|one| one.trim().trim_start_matches("W/"));
    all.any(|one| {
        one == "*"
            || Some(one.trim_end_matches("--gzip\"").trim_matches('"'))
                == tag.map(|tag| tag.trim_matches('"'))
    })
}

/// What the conditions of a call come to: nothing, or an answer in place of the usual one.
pub(super) fn judge(org: &Org, object: &Object, id: &str, call: &Call) -> Result<Option<Reply>> {
    let Some(row) = org.row(object.name, id) else { return Ok(None) };
    let reads = matches!(call.method.as_str(), "GET" | "HEAD");
    let (at, tag) = (changed(row), tag(object, row));
    let failed = || {
        let mut fault =
            Fault::new("PRECONDITION_FAILED", "The precondition of the request does not hold");
        fault.status = 412;
        fault
    };
    let matched = call.header("if-match").map(|header| named(header, tag.as_deref()));
    if object.name == "Account" && matched == Some(false) {
        return Err(failed());
    }
    if date(call, "if-unmodified-since").zip(at).is_some_and(|(since, at)| at > since) {
        return Err(failed());
    }
    let none = call.header("if-none-match").map(|header| named(header, tag.as_deref()));
    if object.name == "Account" && none == Some(true) {
        return if reads { Ok(Some(Reply::empty(304))) } else { Err(failed()) };
    }
    let unchanged = date(call, "if-modified-since").zip(at).is_some_and(|(since, at)| at <= since);
    Ok((unchanged && reads).then(|| Reply::empty(304)))
}

/// An answer with when the row changed, and its tag.
pub(super) fn told(org: &Org, object: &Object, id: &str, mut reply: Reply) -> Reply {
    let Some(row) = org.row(object.name, id) else { return reply };
    let when = changed(row).map(|at| at.to_zoned(TimeZone::UTC));
    let printer = rfc2822::DateTimePrinter::new();
    if let Some(when) =
        when.and_then(|at| printer.timestamp_to_rfc9110_string(&at.timestamp()).ok())
    {
        reply = reply.with("Last-Modified", &when);
    }
    match tag(object, row) {
        Some(tag) => reply.with("ETag", &tag),
        None => reply,
    }
}
