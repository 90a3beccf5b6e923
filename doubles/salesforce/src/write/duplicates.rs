//! The standard duplicate rule: contacts and leads of one address (REST reference, "Duplicate Rule Header").

use doubles_salesforce_schema::Object;
use serde_json::{Value, json};

use crate::{
    fault::{Fault, Result},
    org::{Org, Row, is_deleted, text},
    query::record,
    rest,
    rights::Caller,
};

/// What is shown of what was found, at most.
const MAX_SHOWN: usize = 100;
/// Which version knows the header's answer by heart; addresses in it are written so.
const VERSION: &str = "59.0";

/// What the rule does when it finds something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Rule {
    #[default]
    Off,
    /// "Allow" with "Alert": who acknowledges it saves all the same.
    Alert,
    /// "Block": nobody does.
    Block,
}

/// Refuses a row whose address another one has already; a row that keeps its address is not looked at.
pub(super) fn check(
    org: &Org,
    caller: &Caller,
    object: &Object,
    row: &Row,
    own: Option<(&str, &Row)>,
) -> Result<()> {
    let overruled = caller.saving.allow && org.duplicate_rule == Rule::Alert;
    let watched = matches!(object.name, "Contact" | "Lead");
    if org.duplicate_rule == Rule::Off || overruled || !watched {
        return Ok(());
    }
    let Some(address) = text(row, "Email").map(str::to_lowercase) else { return Ok(()) };
    if own.is_some_and(|(_, before)| {
        text(before, "Email").map(str::to_lowercase).as_ref() == Some(&address)
    }) {
        return Ok(());
    }
    let same =
        |other: &Row| text(other, "Email").is_some_and(|email| email.to_lowercase() == address);
    let others = org.rows(object.name).filter(|(id, other)| {
        Some(id.as_str()) != own.map(|(id, _)| id) && !is_deleted(other) && same(other)
    });
    let (seen, unseen): (Vec<_>, Vec<_>) =
        others.partition(|(_, other)| caller.sees_row(org, object, other));
    if seen.is_empty() && (caller.saving.as_caller || unseen.is_empty()) {
        return Ok(());
    }
    let said = "Use one of these records?";
    let matches: Vec<Value> = seen
        .iter()
        .take(MAX_SHOWN)
        .map(|(id, row)| found(org, caller, object, (id, row)))
        .collect();
    let name = object.name;
    let mut fault = Fault::new("DUPLICATES_DETECTED", said);
    fault.found = Some(Box::new(json!({
        "allowSave": org.duplicate_rule == Rule::Alert,
        "duplicateRule": format!("Standard_{name}_Duplicate_Rule"),
        "duplicateRuleEntityType": name,
        "errorMessage": said,
        "matchResults": [{
            "entityType": name,
            "errors": [],
            "matchEngine": "FuzzyMatchEngine",
            "matchRecords": matches,
            "rule": format!("Standard_{name}_Match_Rule_v1_1"),
            "size": matches.len(),
            "success": true,
        }],
    })));
    Err(fault)
}

/// One row that was found: its id, or all that the caller sees of it.
fn found(org: &Org, caller: &Caller, object: &Object, (id, row): (&str, &Row)) -> Value {
    let whole =
        caller.saving.details.then(|| rest::fields(org, caller, object, (id, None), VERSION));
    let shown = whole.and_then(Result::ok).unwrap_or_else(|| {
        let mut shown = record(object, row, VERSION);
        shown.insert("Id".to_owned(), id.into());
        Value::Object(shown)
    });
    json!({ "additionalInformation": [], "fieldDiffs": [], "matchConfidence": 100.0, "record": shown })
}
