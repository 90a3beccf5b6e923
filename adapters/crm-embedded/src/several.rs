//! Several records at once, records by what tells them apart, and what may be done with one.

use std::collections::HashMap;

use crm::{
    Error, Filter, MAX_PAGE, Query, Record, RecordId, RecordRef, Result, Rights, Upserted, Value,
    Values,
};
use queries::{Paging, Verb};
use records::{Change, Condition, Operation, Principal, Reference, RowKey, Update};
use uuid::Uuid;

use crate::{
    Embedded, cells,
    port::{entry, id, names},
    refusal,
};

impl Embedded {
    pub(crate) async fn several(
        &self,
        table: &str,
        ids: &[RecordId],
        fields: &[String],
    ) -> Result<Vec<Option<Record>>> {
        if ids.len() > usize::try_from(MAX_PAGE).unwrap_or(usize::MAX) {
            return Err(refusal::query("too many records at once"));
        }
        let (session, table) = self.at(table).await?;
        let parsed: Vec<Option<Uuid>> = ids.iter().map(|id| Uuid::try_parse(&id.0).ok()).collect();
        let known = parsed.iter().flatten().map(|id| Value::Id(RecordId(id.to_string())));
        let filter = Filter::OneOf(table.primary_id.clone(), known.collect());
        let query = Query { fields: fields.to_vec(), ..Query::of(&table.logical, &[]) };
        let asked = names(&session, &table).query(&query.filter(filter))?;
        let rows = session.query(&asked, &Paging::first(MAX_PAGE)).await.map_err(refusal::error)?;
        let found = self.found((&session, &table), &rows)?.into_iter();
        let with_id = |record: Record| Some((Uuid::try_parse(&record.at.id.0).ok()?, record));
        let found: HashMap<Uuid, Record> = found.filter_map(with_id).collect();
        Ok(parsed.iter().map(|id| id.and_then(|id| found.get(&id).cloned())).collect())
    }

    pub(crate) async fn put(&self, table: &str, key: &Values, values: &Values) -> Result<Upserted> {
        let (session, table) = self.at(table).await?;
        let odd = || refusal::query("no records are told apart by this");
        let known = names(&session, &table);
        let mut told = Vec::with_capacity(key.len());
        for (name, value) in key {
            let column = known.column(name)?;
            if *value == Value::Null {
                return Err(odd());
            }
            let cell = cells::cell(session.model(), (&table, column), value)?;
            told.push((column.logical.clone(), cell));
        }
        let columns: Vec<&str> = told.iter().map(|(name, _)| name.as_str()).collect();
        table.key_of(&columns).ok_or_else(odd)?;
        // What tells it apart is stored, and is not said twice.
        let rest = values.iter().filter(|(name, _)| !key.contains_key(*name));
        let rest: Values = rest.map(|(name, value)| (name.clone(), value.clone())).collect();
        let entry = entry(&session, &table, (&rest, false))?;
        let update = Update { key: RowKey::Alternate(told), entry, condition: Condition::None };
        let done = session.one(Operation::Upsert(update)).await.map_err(refusal::error)?;
        let at = RecordRef::new(done.table, done.id.to_string());
        Ok(Upserted { at, created: done.change == Change::Created })
    }

    pub(crate) async fn may(&self, record: &RecordRef) -> Result<Rights> {
        let (session, table) = self.at(&record.table).await?;
        let target = Reference::id(&table.logical, id(record)?);
        let seller = Principal::User(session.user());
        let mask = session.principal_access(seller, &target).await.map_err(refusal::error)?;
        let has = |verb: Verb| mask & verb.mask() != 0;
        if !has(Verb::Read) {
            return Err(Error::NotFound);
        }
        Ok(Rights {
            read: true,
            write: has(Verb::Write),
            delete: has(Verb::Delete),
            share: has(Verb::Share),
            assign: has(Verb::Assign),
        })
    }
}
