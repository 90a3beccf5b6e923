//! Several records at once, records by what tells them apart, and what may be done with one.

use std::collections::{BTreeSet, HashMap};

use crm::{
    Error, MAX_PAGE, Query, Record, RecordId, RecordRef, Result, Rights, Upserted, Value, Values,
};
use http::StatusCode;
use odata::{
    tree::{
        expr::{Arguments, Expr, Path, Root},
        options::QueryOptions,
    },
    value::Guid,
};
use serde_json::{Value as Json, json};

use crate::{
    address, cells,
    client::{Call, Failed},
    describe::About,
    port::{SellersEnvironment, names},
    refusal::Doing,
};

impl SellersEnvironment {
    pub(crate) async fn several(
        &self,
        table: &str,
        ids: &[RecordId],
        fields: &[String],
    ) -> Result<Vec<Option<Record>>> {
        if ids.len() > usize::try_from(MAX_PAGE).unwrap_or(usize::MAX) {
            return Err(Error::Query { reason: "too many records at once".to_owned() });
        }
        let asked = self.asked(table, fields).await?;
        let parsed: Vec<Option<Guid>> = ids.iter().map(|id| id.0.parse().ok()).collect();
        let known: BTreeSet<Guid> = parsed.iter().flatten().copied().collect();
        let of = |id: Guid| Value::Id(RecordId(id.to_string()));
        let known = known.into_iter().map(of).collect();
        let filter = crm::Filter::OneOf(asked.about.table.id_field.clone(), known);
        let query = Query::of(table, &[]).filter(filter).size(MAX_PAGE);
        let page = self.page_of(&asked, &query).await?;
        let with_id = |record: Record| Some((record.at.id.0.parse::<Guid>().ok()?, record));
        let found: HashMap<Guid, Record> = page.records.into_iter().filter_map(with_id).collect();
        Ok(parsed.iter().map(|id| id.and_then(|id| found.get(&id).cloned())).collect())
    }

    pub(crate) async fn put(&self, table: &str, key: &Values, values: &Values) -> Result<Upserted> {
        let mut fields = names(key);
        fields.extend(names(values));
        let asked = self.asked(table, &fields).await?;
        let odd = || Error::Query { reason: "no records are told apart by this".to_owned() };
        let (mut columns, mut told) = (Vec::new(), Vec::new());
        for (name, value) in key {
            let field = asked.about.field(name).ok_or_else(odd)?;
            if matches!(value, Value::Null) {
                return Err(odd());
            }
            told.push((About::property(field), cells::literal(field, value)?));
            columns.push(field.name.clone());
        }
        let of = (asked.about.table.name.as_str(), columns.as_slice());
        if columns.is_empty() || !self.dataverse.is_key(&self.seller, of).await? {
            return Err(odd());
        }
        // What stands in the address is stored, and is not said twice.
        let rest = values.iter().filter(|(name, _)| !key.contains_key(*name));
        let rest: Values = rest.map(|(name, value)| (name.clone(), value.clone())).collect();
        let row = self.row(&asked, &rest, false).await?;
        let id_field = &asked.about.table.id_field;
        let options = QueryOptions {
            select: Some(address::select([id_field.as_str()])),
            ..QueryOptions::default()
        };
        let url = address::to(&self.seller, address::keyed(&asked.about.set, told), options)?;
        let call = Call::patch(url, &row).prefer("return=representation").watching_duplicates();
        let doing = Doing::Creating(table, asked.fields.clone());
        match self.dataverse.send(&self.seller, call).await {
            Ok(got) => {
                let id = got.body.get(id_field).and_then(Json::as_str);
                let id = id.ok_or(Error::Answer { reason: "a record without an id" })?;
                let at = RecordRef::new(&asked.about.table.name, id);
                Ok(Upserted { at, created: got.status == StatusCode::CREATED })
            }
            Err(Failed::Refused(refused)) => Err(self.explain(&asked, &refused, &doing).await),
            Err(Failed::Other(error)) => Err(error),
        }
    }

    /// `RetrievePrincipalAccess`: by role, by share and by owning it.
    pub(crate) async fn may(&self, record: &RecordRef) -> Result<Rights> {
        let person = self.dataverse.person(&self.seller).await?;
        let said = self.access_of(person.user, record).await?;
        let has = |right: &str| said.split(',').any(|one| one.trim() == right);
        if !has("ReadAccess") {
            return Err(Error::NotFound);
        }
        Ok(Rights {
            read: true,
            write: has("WriteAccess"),
            delete: has("DeleteAccess"),
            share: has("ShareAccess"),
            assign: has("AssignAccess"),
        })
    }

    /// What `RetrievePrincipalAccess` says of a user and a record: names of rights with commas between.
    pub(crate) async fn access_of(&self, user: Guid, record: &RecordRef) -> Result<String> {
        let asked = self.asked(&record.table, &[]).await?;
        let id = address::guid(&record.id)?;
        let alias = Expr::Path(Path { root: Root::Alias("p".to_owned()), segments: Vec::new() });
        let target = Arguments::Named(vec![("Target".to_owned(), alias)]);
        let path = address::bound("systemusers", user, "RetrievePrincipalAccess", target);
        let mut options = QueryOptions::default();
        let at = json!({ "@odata.id": format!("{}({id})", asked.about.set) });
        options.custom.push(("@p".to_owned(), Some(at.to_string())));
        let url = address::to(&self.seller, path, options)?;
        let body = match self.dataverse.send(&self.seller, Call::get(url)).await {
            Ok(got) => got.body,
            Err(Failed::Refused(refused)) => {
                return Err(self.explain(&asked, &refused, &Doing::Reading(&record.table)).await);
            }
            Err(Failed::Other(error)) => return Err(error),
        };
        let said = body.get("AccessRights").and_then(Json::as_str);
        said.map(str::to_owned).ok_or(Error::Answer { reason: "the rights cannot be read" })
    }
}
