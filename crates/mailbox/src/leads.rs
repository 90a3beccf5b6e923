//! People who are leads and no contacts yet, where administrators published a form for leads (sales reference §4.1).

use crm::{Comparison, Filter, Query, Record, Value};
use mail_messages::Address;

use crate::{
    Contact, Result,
    people::{Spoken, has_address, text_of},
};

impl Spoken {
    /// Leads that have one of the addresses and became nobody else yet, one for each; none where sellers do not work with
    /// leads or do not see them.
    pub(crate) async fn leads(&self, people: &[&Address]) -> Result<Vec<(String, Contact)>> {
        let names = self.names;
        if people.is_empty() || !self.has_leads {
            return Ok(Vec::new());
        }
        let table = match self.crm.describe(names.lead).await {
            Ok(table) => table,
            Err(crm::Error::ObjectHidden { .. }) => return Ok(Vec::new()),
            Err(error) => return Err(error.into()),
        };
        let seen = |name: &&str| table.field(name).map(|field| field.name.clone());
        let fields: Vec<String> = names.emails.iter().filter_map(seen).collect();
        if fields.is_empty() {
            return Ok(Vec::new());
        }
        let shown: Vec<String> = names.lead_shown.iter().filter_map(seen).collect();
        let wanted: Vec<&str> = shown.iter().chain(&fields).map(String::as_str).collect();
        let of = |field: &String| {
            let values = people.iter().map(|one| Value::Text(one.address.clone()));
            Filter::OneOf(field.clone(), values.take(MOST).collect())
        };
        let mut all = vec![Filter::Any(fields.iter().map(of).collect())];
        let (state, open) = &names.lead_open;
        if table.field(state).is_some() {
            all.push(Filter::compare(*state, Comparison::Equal, open.value()));
        }
        let query = Query::of(&table.name, &wanted).filter(Filter::All(all)).size(crm::MAX_PAGE);
        let found = self.crm.query(&query).await?.records;
        let lead = |record: &Record| {
            let mut facts = shown.iter().skip(1).filter_map(|name| {
                Some((table.field(name)?.label.clone(), text_of(record, name)?))
            });
            let facts = facts.by_ref().collect();
            let name = shown.first().and_then(|name| text_of(record, name));
            let name = name.unwrap_or_else(|| record.at.id.to_string());
            Contact { at: record.at.clone(), name, facts, account: None, others: 0 }
        };
        let one = |person: &&Address| {
            let own = |record: &&Record| has_address(record, &fields, &person.address);
            Some((person.address.clone(), lead(found.iter().find(own)?)))
        };
        Ok(people.iter().filter_map(one).collect())
    }
}

/// Addresses that are asked for at once.
const MOST: usize = 50;
