//! What narrows a search when something is to be saved to a record: only active ones, only one's own (sales reference
//! §5.1).

use crm::{Comparison, Filter, Query, RecordRef, Value};
use crm_connections::records::SellersRecords;

use crate::Result;

/// Which records are left of those that hold the words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Narrow {
    /// Only those that are active: by their state in Dynamics 365, opportunities that are not closed in Salesforce.
    pub active: bool,
    /// Only those that the person owns.
    pub mine: bool,
}

impl Narrow {
    /// What is left, in the order it came.
    pub(crate) async fn of(
        self,
        records: &SellersRecords,
        (refs, me): (Vec<RecordRef>, Option<RecordRef>),
    ) -> Result<Vec<RecordRef>> {
        if !self.active && !self.mine {
            return Ok(refs);
        }
        let mut names: Vec<String> = refs.iter().map(|one| one.table.clone()).collect();
        names.sort();
        names.dedup();
        let mut left: Vec<RecordRef> = Vec::new();
        for name in names {
            let table = match records.crm().describe(&name).await {
                Ok(table) => table,
                Err(crm::Error::ObjectHidden { .. }) => continue,
                Err(error) => return Err(error.into()),
            };
            let own = refs.iter().filter(|one| one.table == name);
            let ids: Vec<Value> = own.map(|one| Value::Id(one.id.clone())).collect();
            let mut all = vec![Filter::OneOf(table.id_field.clone(), ids)];
            let mut equal = |field: &str, value: Value| {
                all.push(Filter::compare(field, Comparison::Equal, value));
            };
            if self.active && table.field("statecode").is_some() {
                equal("statecode", Value::Choice("0".to_owned()));
            } else if self.active && table.field("IsClosed").is_some() {
                equal("IsClosed", Value::Boolean(false));
            }
            if self.mine {
                let owner = ["ownerid", "OwnerId"].into_iter().find_map(|one| table.field(one));
                // what nobody owns is nobody's own
                let (Some(owner), Some(me)) = (owner, &me) else { continue };
                equal(&owner.name, Value::Row(me.clone()));
            }
            let query = Query::of(&table.name, &[]).filter(Filter::All(all)).size(crm::MAX_PAGE);
            let found = records.crm().query(&query).await?.records;
            left.extend(found.into_iter().map(|record| RecordRef::new(&name, record.at.id.0)));
        }
        let is_left = |one: &RecordRef| {
            left.iter()
                .any(|own| own.table == one.table && own.id.0.eq_ignore_ascii_case(&one.id.0))
        };
        Ok(refs.into_iter().filter(is_left).collect())
    }
}
