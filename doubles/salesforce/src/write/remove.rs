//! Deleting: rows stay for those who ask for deleted ones, until they are erased.

use doubles_salesforce_schema::Object;

use super::{Fault, find, no_rights};
use crate::{
    fault::Result,
    org::{Org, is_deleted, text},
    rights::Caller,
};

/// Deletes a row and those that go with it.
pub(crate) fn delete(org: &mut Org, caller: &Caller, object: &Object, key: &str) -> Result<String> {
    let id = find(org, caller, object, key)?;
    let row = org.row(object.name, &id).cloned().unwrap_or_default();
    if matches!(object.name, "User" | "Profile" | "Organization") {
        let said = format!("entity type cannot be deleted: {}", object.name);
        return Err(Fault::new("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", said));
    }
    if !caller.deletes_row(object, &row) {
        return Err(no_rights());
    }
    super::check::free(org, object, &row, Some(&id))?;
    if object.name == "Account" && has_won(org, &id) {
        // Standard rule: what was won keeps its account.
        return Err(Fault::new(
            "DELETE_FAILED",
            "Your attempt to delete the account could not be completed because it is associated with \
             closed won opportunities.",
        ));
    }
    bury(org, caller, object.name, &id, 0);
    Ok(id)
}

fn has_won(org: &Org, account: &str) -> bool {
    let mut rows = org.rows("Opportunity");
    rows.any(|(_, row)| {
        !is_deleted(row)
            && text(row, "AccountId") == Some(account)
            && row.get("IsWon") == Some(&true.into())
    })
}

/// References to it are emptied, or their rows go too.
fn bury(org: &mut Org, caller: &Caller, object: &'static str, id: &str, depth: usize) {
    let Some(mut row) = org.living(object, id).cloned() else { return };
    let stamp = org.stamp();
    row.insert("IsDeleted".to_owned(), true.into());
    for name in ["SystemModstamp", "LastModifiedDate"] {
        row.insert(name.to_owned(), stamp.as_str().into());
    }
    row.insert("LastModifiedById".to_owned(), caller.user.as_str().into());
    org.put(object, id, Some(row));
    if depth > 10 {
        return;
    }
    let children: Vec<(&'static str, String, bool)> = org
        .schema
        .children(object)
        .map(|(child, field)| (child.name, field.name.clone(), field.cascade))
        .collect();
    for (child, field, cascade) in children {
        let rows: Vec<String> = org
            .rows(child)
            .filter(|(_, row)| !is_deleted(row) && text(row, &field) == Some(id))
            .map(|(own, _)| own.clone())
            .collect();
        for own in rows {
            if cascade {
                bury(org, caller, child, &own, depth + 1);
            } else if let Some(mut row) = org.row(child, &own).cloned() {
                row.remove(&field);
                org.put(child, &own, Some(row));
            }
        }
    }
}

/// Takes a row away for good; it may be deleted already.
pub(crate) fn erase(org: &mut Org, caller: &Caller, object: &Object, key: &str) -> Result<String> {
    let id = match delete(org, caller, object, key) {
        Ok(id) => id,
        Err(fault) if fault.code == "ENTITY_IS_DELETED" => {
            doubles_salesforce_schema::id::full(key).ok_or_else(Fault::not_found)?
        }
        Err(fault) => return Err(fault),
    };
    org.put(object.name, &id, None);
    Ok(id)
}
