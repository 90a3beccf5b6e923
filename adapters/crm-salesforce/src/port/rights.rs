//! What the seller may do with one record, and records by what tells them apart.

use crm::{Error, RecordRef, Result, Rights, Upserted, Value, Values};
use serde_json::Value as Json;

use super::{SellersOrganisation, cells, id};
use crate::{ApiName, FieldPath, Filter, RecordId, Select, Work, client::Call, soql};

/// What ids of users begin with; the same in every organisation.
const USER: &str = "005";

impl SellersOrganisation {
    /// `UserRecordAccess`, and what the object allows.
    pub(super) async fn may(&self, record: &RecordRef) -> Result<Rights> {
        let object = self.object(&record.table).await?;
        let found = self.rights_of(self.user().await?, id(record)?).await?;
        let [read, edit, delete, all, transfer] = found.unwrap_or_default();
        if !read {
            return Err(Error::NotFound);
        }
        Ok(Rights {
            read,
            write: edit && object.updateable,
            delete: delete && object.deletable,
            share: all,
            assign: transfer && object.updateable,
        })
    }

    /// What a user may do with a record: read, edit, delete, everything, give away. Nothing where there is no such record.
    pub(super) async fn rights_of(
        &self,
        user: RecordId,
        record: RecordId,
    ) -> Result<Option<[bool; 5]>> {
        let name = |text: &str| {
            ApiName::parse(text).ok_or(Error::Answer { reason: "a name that is none" })
        };
        let columns = [
            "HasReadAccess",
            "HasEditAccess",
            "HasDeleteAccess",
            "HasAllAccess",
            "HasTransferAccess",
        ];
        let paths = columns.iter().map(|column| name(column).map(FieldPath::from));
        let paths = paths.collect::<Result<Vec<_>>>()?;
        let is = |column, value| {
            let path = FieldPath::from(column);
            Filter::Compare(path, soql::Comparison::Equal, soql::Value::Id(value))
        };
        let select = Select::new(name("UserRecordAccess")?, paths)
            .where_(Filter::All(vec![is(name("UserId")?, user), is(name("RecordId")?, record)]))
            .limit(1);
        let found = self.salesforce.query(&self.seller, &select, Work::Person).await?;
        let Some(row) = found.records.into_iter().next() else { return Ok(None) };
        let has = |column: &str| row.get(column).and_then(Json::as_bool).unwrap_or(false);
        Ok(Some(columns.map(has)))
    }

    /// `UserRecordAccess` of one user and several records, in one question. Records that are not told are none that the
    /// user may change.
    pub(super) async fn editor(
        &self,
        user: &RecordRef,
        records: &[RecordRef],
    ) -> Result<Option<Vec<bool>>> {
        if records.is_empty() || records.len() > crm::MAX_ASKED {
            return Ok(records.is_empty().then(Vec::new));
        }
        let name = |text: &str| {
            let name = ApiName::parse(text).map(FieldPath::from);
            name.ok_or(Error::Answer { reason: "a name that is none" })
        };
        let ids = records.iter().map(id).collect::<Result<Vec<_>>>()?;
        let wanted = ids.iter().cloned().map(soql::Value::Id).collect();
        let fields = vec![name("RecordId")?, name("HasEditAccess")?];
        let object = ApiName::parse("UserRecordAccess");
        let object = object.ok_or(Error::Answer { reason: "a name that is none" })?;
        let select = Select::new(object, fields).where_(Filter::All(vec![
            Filter::equal(name("UserId")?, soql::Value::Id(id(user)?)),
            Filter::OneOf(name("RecordId")?, wanted),
        ]));
        let found = self.salesforce.query(&self.seller, &select, Work::Person).await?;
        let may = |id: &RecordId| {
            found.records.iter().any(|row| {
                let own = row.get("RecordId").and_then(Json::as_str).and_then(RecordId::parse);
                let edits = row.get("HasEditAccess").and_then(Json::as_bool);
                own.as_ref() == Some(id) && edits == Some(true)
            })
        };
        Ok(Some(ids.iter().map(may).collect()))
    }

    /// The seller's user: as the sign-in said it, else as the organisation says it.
    pub(super) async fn user(&self) -> Result<RecordId> {
        let known = RecordId::parse(&self.seller.user);
        if let Some(known) = known.filter(|known| known.as_str().starts_with(USER)) {
            return Ok(known);
        }
        let url = crate::client::address(&self.seller, &["services", "oauth2", "userinfo"])?;
        let path: &[&str] = &[];
        let answer =
            self.salesforce.fetch(&self.seller, Call::get(path, Work::Person), url).await?;
        let user = answer.get("user_id").and_then(Json::as_str).and_then(RecordId::parse);
        user.ok_or(Error::Answer { reason: "nobody is said to call" })
    }

    pub(super) async fn put(&self, table: &str, key: &Values, values: &Values) -> Result<Upserted> {
        let names: Vec<String> = key.keys().chain(values.keys()).cloned().collect();
        let asked = self.asked(table, &names).await?;
        let object = &asked.object;
        let odd = || Error::Query { reason: "no records are told apart by this".to_owned() };
        let (Some((name, value)), 1) = (key.iter().next(), key.len()) else { return Err(odd()) };
        let field = object.field(name).filter(|field| field.external_id).ok_or_else(odd)?;
        let value = match value {
            Value::Text(text) if !text.is_empty() => text.clone(),
            Value::Whole(number) => number.to_string(),
            _ => return Err(odd()),
        };
        let mut row = cells::row(object, values)?;
        // It stands in the address.
        row.remove(field.name.as_str());
        let at = (&object.name, &field.name, value.as_str());
        let written = self.salesforce.upsert(&self.seller, at, &row).await?;
        let at = RecordRef::new(object.name.as_str(), written.id.as_str());
        Ok(Upserted { at, created: written.created })
    }
}
