//! Values that follow from others, and rows that come along.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use doubles_salesforce_schema::Object;
use doubles_soql::instant;
use jiff::{Timestamp, ToSpan as _};
use serde_json::{Value, json};

use crate::{
    fault::{Fault, Result},
    org::{Org, Row, text},
};

/// Probability and forecast category of a stage (the stages every organisation begins with).
fn stage(name: &str) -> (f64, &'static str) {
    match name {
        "Prospecting" | "Qualification" => (10.0, "Pipeline"),
        "Needs Analysis" => (20.0, "Pipeline"),
        "Value Proposition" => (50.0, "Pipeline"),
        "Id. Decision Makers" => (60.0, "Pipeline"),
        "Perception Analysis" => (70.0, "Pipeline"),
        "Proposal/Price Quote" => (75.0, "Pipeline"),
        "Negotiation/Review" => (90.0, "Commit"),
        "Closed Won" => (100.0, "Closed"),
        _ => (0.0, "Omitted"),
    }
}

/// Sets what follows from the rest of a row.
pub(super) fn derive(
    org: &Org,
    object: &Object,
    row: &mut Row,
    before: Option<&Row>,
) -> Result<()> {
    match object.name {
        "Contact" | "Lead" | "User" => {
            let parts = [text(row, "FirstName"), text(row, "LastName")];
            let name = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
            row.insert("Name".to_owned(), name.into());
        }
        "Opportunity" => opportunity(row, before),
        "OpportunityLineItem" => {
            let number = |name: &str| row.get(name).and_then(Value::as_f64).unwrap_or_default();
            let total = number("Quantity") * number("UnitPrice");
            row.insert("TotalPrice".to_owned(), json!(total));
        }
        "Task" => task(org, row, before),
        "Event" => event(row)?,
        "ContentVersion" => version(row, before)?,
        "PermissionSetAssignment" | "SetupEntityAccess" => {
            crate::policies::derive(org, object.name, row)?;
        }
        _ => {}
    }
    if matches!(object.name, "Task" | "Event") {
        let account = account_of(org, row);
        row.remove("AccountId");
        row.extend(account.map(|id| ("AccountId".to_owned(), Value::from(id))));
    }
    if text(row, "ParentId").is_some() && row.get("ParentId") == row.get("Id") {
        return Err(Fault::new("FIELD_INTEGRITY_EXCEPTION", "An account cannot be its own parent")
            .of(&["ParentId"]));
    }
    Ok(())
}

fn opportunity(row: &mut Row, before: Option<&Row>) {
    let name = text(row, "StageName").unwrap_or_default().to_owned();
    let (probability, forecast) = stage(&name);
    let moved = before.is_none_or(|before| before.get("StageName") != row.get("StageName"));
    let told = before.map_or_else(
        || row.contains_key("Probability"),
        |before| before.get("Probability") != row.get("Probability"),
    );
    if moved && !told {
        row.insert("Probability".to_owned(), json!(probability));
    }
    row.insert("IsClosed".to_owned(), name.starts_with("Closed").into());
    row.insert("IsWon".to_owned(), (name == "Closed Won").into());
    row.insert("ForecastCategoryName".to_owned(), forecast.into());
    let number = |name: &str| row.get(name).and_then(Value::as_f64);
    let expected = number("Amount").zip(number("Probability")).map(|(a, p)| a * p / 100.0);
    row.remove("ExpectedRevenue");
    row.extend(expected.map(|value| ("ExpectedRevenue".to_owned(), json!(value))));
}

fn task(org: &Org, row: &mut Row, before: Option<&Row>) {
    let closed = text(row, "Status") == Some("Completed");
    let high = text(row, "Priority") == Some("High");
    row.insert("IsClosed".to_owned(), closed.into());
    row.insert("IsHighPriority".to_owned(), high.into());
    let was = before.is_some_and(|before| before.get("IsClosed") == Some(&Value::Bool(true)));
    if closed && !was {
        row.insert("CompletedDateTime".to_owned(), org.stamp().into());
    } else if !closed {
        row.remove("CompletedDateTime");
    }
}

/// The account behind what or whom an activity is about.
fn account_of(org: &Org, row: &Row) -> Option<String> {
    let what = text(row, "WhatId").unwrap_or_default();
    if org.row("Account", what).is_some() {
        return Some(what.to_owned());
    }
    let by = |object: &str, id: &str| text(org.row(object, id)?, "AccountId").map(str::to_owned);
    by("Opportunity", what).or_else(|| by("Contact", text(row, "WhoId")?))
}

fn event(row: &mut Row) -> Result<()> {
    let instant = |row: &Row, name: &str| text(row, name).and_then(instant::read);
    let start = instant(row, "StartDateTime").or_else(|| instant(row, "ActivityDateTime"));
    let Some(start) = start else {
        if row.contains_key("ActivityDate") {
            return Ok(());
        }
        return Err(Fault::new(
            "REQUIRED_FIELD_MISSING",
            "Required fields are missing: [ActivityDateTime]",
        )
        .of(&["ActivityDateTime"]));
    };
    let minutes = row.get("DurationInMinutes").and_then(Value::as_i64);
    let after = |minutes: i64| start.checked_add(minutes.minutes()).ok();
    let given = minutes.filter(|minutes| (0..=20_160).contains(minutes));
    let end = given.and_then(after).or_else(|| instant(row, "EndDateTime"));
    let Some(end) = end else {
        return Err(Fault::new(
            "REQUIRED_FIELD_MISSING",
            "Required fields are missing: [DurationInMinutes]",
        )
        .of(&["DurationInMinutes"]));
    };
    let minutes = (end.as_second() - start.as_second()) / 60;
    if minutes < 0 {
        return Err(Fault::new("FIELD_INTEGRITY_EXCEPTION", "Event duration can't be negative"));
    }
    write_times(row, start, end, minutes);
    Ok(())
}

fn write_times(row: &mut Row, start: Timestamp, end: Timestamp, minutes: i64) {
    let (start, end) = (instant::write(start), instant::write(end));
    row.insert("ActivityDate".to_owned(), start.get(..10).unwrap_or_default().into());
    row.insert("ActivityDateTime".to_owned(), start.as_str().into());
    row.insert("StartDateTime".to_owned(), start.into());
    row.insert("EndDateTime".to_owned(), end.into());
    row.insert("DurationInMinutes".to_owned(), minutes.into());
}

fn version(row: &mut Row, before: Option<&Row>) -> Result<()> {
    if before.is_some() {
        return Ok(());
    }
    let path = text(row, "PathOnClient").unwrap_or_default().to_owned();
    let Some(data) = text(row, "VersionData") else {
        return Err(Fault::new(
            "REQUIRED_FIELD_MISSING",
            "Required fields are missing: [VersionData]",
        )
        .of(&["VersionData"]));
    };
    if path.is_empty() {
        return Err(Fault::new(
            "REQUIRED_FIELD_MISSING",
            "Required fields are missing: [PathOnClient]",
        )
        .of(&["PathOnClient"]));
    }
    let size = STANDARD.decode(data).map_or(0, |bytes| bytes.len());
    let file = path.rsplit(['/', '\\']).next().unwrap_or(&path);
    let (stem, extension) = file.rsplit_once('.').unwrap_or((file, ""));
    if !row.contains_key("Title") {
        row.insert("Title".to_owned(), stem.into());
    }
    row.insert("FileExtension".to_owned(), extension.into());
    row.insert("FileType".to_owned(), extension.to_uppercase().into());
    row.insert("ContentSize".to_owned(), json!(size));
    row.insert("IsLatest".to_owned(), true.into());
    Ok(())
}

/// Rows that come along: the document of a first version, and its link to where it was published.
pub(super) fn beside(org: &mut Org, object: &Object, id: &str) {
    if object.name != "ContentVersion" {
        return;
    }
    let Some(mut row) = org.row(object.name, id).cloned() else { return };
    let place = text(&row, "FirstPublishLocationId").map(str::to_owned);
    let known = text(&row, "ContentDocumentId").map(str::to_owned);
    let document = known.clone().unwrap_or_else(|| org.next_id("069"));
    let older: Vec<(String, Row)> = org
        .rows("ContentVersion")
        .filter(|(own, other)| *own != id && text(other, "ContentDocumentId") == Some(&document))
        .map(|(own, other)| (own.clone(), other.clone()))
        .collect();
    row.insert("ContentDocumentId".to_owned(), document.as_str().into());
    row.insert("VersionNumber".to_owned(), (older.len() + 1).to_string().into());
    for (own, mut other) in older {
        other.insert("IsLatest".to_owned(), false.into());
        org.put("ContentVersion", &own, Some(other));
    }
    let mut head: Row = row
        .iter()
        .filter(|(name, _)| {
            !matches!(name.as_str(), "VersionData" | "PathOnClient" | "VersionNumber" | "IsLatest")
        })
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    head.insert("Id".to_owned(), document.as_str().into());
    head.insert("LatestPublishedVersionId".to_owned(), id.into());
    org.put("ContentDocument", &document, Some(head));
    org.put("ContentVersion", id, Some(row.clone()));
    let Some(place) = place.filter(|_| known.is_none()) else { return };
    let link = org.next_id("06A");
    let mut linked: Row = [
        "CreatedDate",
        "CreatedById",
        "LastModifiedDate",
        "LastModifiedById",
        "SystemModstamp",
        "IsDeleted",
    ]
    .into_iter()
    .filter_map(|name| row.get(name).map(|value| (name.to_owned(), value.clone())))
    .collect();
    for (name, value) in [
        ("Id", link.as_str()),
        ("ContentDocumentId", &document),
        ("LinkedEntityId", &place),
        ("ShareType", "V"),
        ("Visibility", "AllUsers"),
    ] {
        linked.insert(name.to_owned(), value.into());
    }
    org.put("ContentDocumentLink", &link, Some(linked));
}
