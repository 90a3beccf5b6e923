//! The port over an environment.

use std::{collections::BTreeMap, sync::Arc};

use crm::{
    Answer, Changes, Child, Colleagues, Crm, Cursor, Error, Fate, Feed, Page, Permissions, Query,
    Record, RecordId, RecordRef, Result, Rights, Table, TableName, Upserted, Values, Version, View,
    ViewPage, ViewRef,
};
use http::{HeaderMap, StatusCode};
use odata::tree::options::QueryOptions;
use serde_json::Value as Json;

use crate::{
    address,
    ask::Asked,
    cells,
    client::{Call, Dataverse, Failed, Seller},
    describe::About,
    refusal::{Doing, Refused},
};

/// One seller in an environment.
#[derive(Debug, Clone)]
pub struct SellersEnvironment {
    pub(crate) dataverse: Dataverse,
    pub(crate) seller: Seller,
}

impl Asked {
    /// A record of an answer.
    pub(crate) fn record(&self, row: &Json) -> Result<Record> {
        let wrong = || Error::Answer { reason: "a record without an id" };
        let row = row.as_object().ok_or_else(wrong)?;
        let table = &self.about.table;
        let id = row.get(&table.id_field).and_then(Json::as_str).ok_or_else(wrong)?;
        let (mut values, mut texts) = (Values::new(), BTreeMap::new());
        for name in &self.fields {
            let Some(field) = self.about.field(name) else { continue };
            values.insert(field.name.clone(), cells::value(field, row));
            texts.extend(cells::text(field, row).map(|text| (field.name.clone(), text)));
        }
        let version = row.get("@odata.etag").and_then(Json::as_str);
        Ok(Record {
            at: RecordRef::new(&table.name, id),
            version: version.map(|version| Version(version.to_owned())),
            values,
            texts,
        })
    }
}

/// What is preferred of rows: pages of a size, the tables of references, and what people read.
pub(crate) fn annotated(size: Option<u32>) -> String {
    let annotations =
        format!("odata.include-annotations=\"{},{}\"", cells::LOOKUP, cells::FORMATTED);
    match size {
        Some(size) => format!("odata.maxpagesize={size},{annotations}"),
        None => annotations,
    }
}

impl SellersEnvironment {
    /// A seller's CRM.
    pub const fn new(dataverse: Dataverse, seller: Seller) -> Self {
        Self { dataverse, seller }
    }

    /// A table that the seller may read, and what they may do with it.
    async fn visible(&self, table: &str) -> Result<(Arc<About>, Permissions)> {
        let about = self.dataverse.about(&self.seller, table).await?;
        let may = self.dataverse.person(&self.seller).await?.permissions(&about);
        // tables that join two others have no privileges of their own: the environment decides
        if may.read || about.privileges.is_empty() {
            return Ok((about, may));
        }
        Err(Error::ObjectHidden { object: table.to_owned() })
    }

    pub(crate) async fn asked(&self, table: &str, fields: &[String]) -> Result<Asked> {
        let (about, _) = self.visible(table).await?;
        let odd = about.missing(fields);
        if !odd.is_empty() {
            return Err(Error::FieldHidden { object: table.to_owned(), fields: odd });
        }
        Ok(Asked { about, fields: fields.to_vec() })
    }

    pub(crate) async fn page(&self, query: &Query) -> Result<Page> {
        let asked = self.asked(&query.table, &query.fields).await?;
        self.page_of(&asked, query).await
    }

    pub(crate) async fn page_of(&self, asked: &Asked, query: &Query) -> Result<Page> {
        let Some(options) = asked.query(query)? else {
            return Ok(Page { records: Vec::new(), next: None });
        };
        let url = address::to(&self.seller, address::set(&asked.about.set), options)?;
        let size = query.page_size();
        let call = Call::get(url.clone()).prefer(annotated(Some(size)));
        let body = match self.dataverse.send(&self.seller, call).await {
            Ok(got) => got.body,
            Err(Failed::Refused(refused)) => {
                return Err(self.explain(asked, &refused, &Doing::Querying(&query.table)).await);
            }
            Err(Failed::Other(error)) => return Err(error),
        };
        let rows = body.get("value").and_then(Json::as_array);
        let rows = rows.ok_or(Error::Answer { reason: "a page without records" })?;
        if rows.len() > usize::try_from(size).unwrap_or(usize::MAX) {
            return Err(Error::Answer { reason: "more records than were asked for" });
        }
        let records = rows.iter().map(|row| asked.record(row)).collect::<Result<_>>()?;
        let next = body.get("@odata.nextLink");
        let next = next.map(|link| address::onward(&url, link, "$skiptoken").map(Cursor));
        Ok(Page { records, next: next.transpose()? })
    }

    pub(crate) async fn one(&self, record: &RecordRef, fields: &[String]) -> Result<Record> {
        let asked = self.asked(&record.table, fields).await?;
        let path = address::row(&asked.about.set, address::guid(&record.id)?);
        let url = address::to(&self.seller, path, asked.options())?;
        let call = Call::get(url).prefer(annotated(None));
        match self.dataverse.send(&self.seller, call).await {
            Ok(got) => asked.record(&got.body),
            Err(Failed::Refused(refused)) => {
                Err(self.explain(&asked, &refused, &Doing::Reading(&record.table)).await)
            }
            Err(Failed::Other(error)) => Err(error),
        }
    }

    async fn make(&self, table: &str, values: &Values, children: &[Child]) -> Result<RecordRef> {
        let asked = self.asked(table, &names(values)).await?;
        let row = self.row_with(&asked, values, children).await?;
        let path = address::set(&asked.about.set);
        let url = address::to(&self.seller, path, QueryOptions::default())?;
        let call = Call::post(url, &row).watching_duplicates();
        let doing = Doing::Creating(table, asked.fields.clone());
        match self.dataverse.send(&self.seller, call).await {
            Ok(got) => Ok(RecordRef::new(&asked.about.table.name, made(&got.headers)?)),
            Err(Failed::Refused(refused)) => Err(self.explain(&asked, &refused, &doing).await),
            Err(Failed::Other(error)) => Err(error),
        }
    }

    async fn change(
        &self,
        record: &RecordRef,
        values: &Values,
        expected: Option<&Version>,
    ) -> Result<()> {
        let asked = self.asked(&record.table, &names(values)).await?;
        let path = address::row(&asked.about.set, address::guid(&record.id)?);
        let condition = condition(expected)?;
        let row = self.row(&asked, values, false).await?;
        let url = address::to(&self.seller, path, QueryOptions::default())?;
        let call = Call::patch(url, &row).when(condition).watching_duplicates();
        self.write(&asked, record, call).await
    }

    async fn remove(&self, record: &RecordRef, expected: Option<&Version>) -> Result<()> {
        let asked = self.asked(&record.table, &[]).await?;
        let path = address::row(&asked.about.set, address::guid(&record.id)?);
        let condition = condition(expected)?;
        let url = address::to(&self.seller, path, QueryOptions::default())?;
        self.write(&asked, record, Call::delete(url).when(condition)).await
    }

    /// Writes a row that is there.
    async fn write(&self, asked: &Asked, record: &RecordRef, call: Call<'_>) -> Result<()> {
        let doing = Doing::Changing(&record.table, asked.fields.clone());
        let refused = match self.dataverse.send(&self.seller, call).await {
            Ok(_done) => return Ok(()),
            Err(Failed::Refused(refused)) => refused,
            Err(Failed::Other(error)) => return Err(error),
        };
        let error = self.explain(asked, &refused, &doing).await;
        let of_the_row = match error {
            Error::NotAllowed => true,
            Error::NotFound => !asked.fields.is_empty(),
            _ => false,
        };
        if of_the_row {
            return Err(match (Box::pin(self.one(record, &[])).await, error) {
                // What the seller may not even see does not exist.
                (Err(Error::NotFound), _) => Error::NotFound,
                // What is not there is what a field was to lead to.
                (Ok(_), Error::NotFound) => refused.finding(&asked.fields),
                (_, error) => error,
            });
        }
        Err(error)
    }

    /// Why something was refused, where what was believed of the table or of the seller may have changed meanwhile.
    pub(crate) async fn explain(
        &self,
        asked: &Asked,
        refused: &Refused,
        doing: &Doing<'_>,
    ) -> Error {
        let error = refused.error(doing);
        let table = &asked.about.table.name;
        if refused.status == StatusCode::FORBIDDEN {
            self.dataverse.forget(&self.seller);
        }
        match &error {
            Error::ObjectHidden { .. } => self.dataverse.forget_table(&self.seller, table),
            Error::Query { .. } | Error::Refused { .. } => {
                self.dataverse.forget_table(&self.seller, table);
                if let Ok(now) = self.dataverse.about(&self.seller, table).await {
                    let fields = now.missing(&asked.fields);
                    if !fields.is_empty() {
                        return Error::FieldHidden { object: table.clone(), fields };
                    }
                }
            }
            _ => {}
        }
        error
    }
}

pub(crate) fn names(values: &Values) -> Vec<String> {
    values.keys().cloned().collect()
}

/// The version that a row must be at, or that it must be there at all. What is no version of ours is none that a row
/// is at.
fn condition(expected: Option<&Version>) -> Result<&str> {
    let Some(expected) = expected else { return Ok("*") };
    let tag = expected.0.strip_prefix("W/\"").and_then(|rest| rest.strip_suffix('"'));
    let plain = tag.is_some_and(|tag| tag.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    plain.then_some(expected.0.as_str()).ok_or(Error::Changed)
}

/// The id of a row that was made.
fn made(headers: &HeaderMap) -> Result<String> {
    let said = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let id = said("odata-entityid").or_else(|| said("location")).and_then(address::id_of);
    id.map(|id| id.to_string()).ok_or(Error::Answer { reason: "a record was made and has no id" })
}

impl Crm for SellersEnvironment {
    fn tables(&self) -> Answer<'_, Arc<Vec<TableName>>> {
        Box::pin(self.dataverse.tables(&self.seller))
    }

    fn describe<'a>(&'a self, table: &'a str) -> Answer<'a, Arc<Table>> {
        Box::pin(async move { Ok(Arc::clone(&self.visible(table).await?.0.table)) })
    }

    fn query<'a>(&'a self, query: &'a Query) -> Answer<'a, Page> {
        Box::pin(self.page(query))
    }

    fn read<'a>(&'a self, record: &'a RecordRef, fields: &'a [String]) -> Answer<'a, Record> {
        Box::pin(self.one(record, fields))
    }

    fn read_many<'a>(
        &'a self,
        table: &'a str,
        ids: &'a [RecordId],
        fields: &'a [String],
    ) -> Answer<'a, Vec<Option<Record>>> {
        Box::pin(self.several(table, ids, fields))
    }

    fn create<'a>(&'a self, table: &'a str, values: &'a Values) -> Answer<'a, RecordRef> {
        Box::pin(self.make(table, values, &[]))
    }

    fn create_with<'a>(
        &'a self,
        table: &'a str,
        values: &'a Values,
        children: &'a [Child],
    ) -> Answer<'a, RecordRef> {
        Box::pin(self.make(table, values, children))
    }

    fn update<'a>(
        &'a self,
        record: &'a RecordRef,
        values: &'a Values,
        expected: Option<&'a Version>,
    ) -> Answer<'a, ()> {
        Box::pin(self.change(record, values, expected))
    }

    fn delete<'a>(
        &'a self,
        record: &'a RecordRef,
        expected: Option<&'a Version>,
    ) -> Answer<'a, ()> {
        Box::pin(self.remove(record, expected))
    }

    fn upsert<'a>(
        &'a self,
        table: &'a str,
        key: &'a Values,
        values: &'a Values,
    ) -> Answer<'a, Upserted> {
        Box::pin(self.put(table, key, values))
    }

    fn rights<'a>(&'a self, record: &'a RecordRef) -> Answer<'a, Rights> {
        Box::pin(self.may(record))
    }

    fn search<'a>(&'a self, words: &'a str, tables: &'a [String]) -> Answer<'a, Vec<RecordRef>> {
        Box::pin(self.find(words, tables))
    }

    fn permissions<'a>(&'a self, table: &'a str) -> Answer<'a, Permissions> {
        Box::pin(async move { Ok(self.visible(table).await?.1) })
    }

    fn colleagues<'a>(&'a self, record: &'a RecordRef) -> Answer<'a, Colleagues> {
        Box::pin(self.people(record))
    }

    fn me(&self) -> Answer<'_, RecordRef> {
        Box::pin(async move {
            let user = self.dataverse.person(&self.seller).await?.user;
            Ok(RecordRef::new("systemuser", user.to_string()))
        })
    }

    fn administers(&self) -> Answer<'_, bool> {
        Box::pin(async move {
            let person = self.dataverse.person(&self.seller).await?;
            Ok(ADMINISTERS.iter().any(|privilege| person.holds(privilege)))
        })
    }

    fn reads<'a>(&'a self, record: &'a RecordRef, mail: &'a str) -> Answer<'a, Option<bool>> {
        Box::pin(self.reader(record, mail))
    }

    fn views<'a>(&'a self, table: &'a str) -> Answer<'a, Vec<View>> {
        Box::pin(self.lists(table))
    }

    fn view<'a>(&'a self, view: &'a ViewRef) -> Answer<'a, View> {
        Box::pin(self.list(view))
    }

    fn listed<'a>(&'a self, view: &'a ViewRef, after: Option<&'a Cursor>) -> Answer<'a, ViewPage> {
        Box::pin(self.of_list(view, after))
    }

    fn fate<'a>(&'a self, record: &'a RecordRef) -> Answer<'a, Fate> {
        Box::pin(self.became(record))
    }

    fn changes<'a>(&'a self, feed: &'a Feed) -> Answer<'a, Changes> {
        Box::pin(self.since(feed))
    }
}

/// What tells administrators (sales reference §2.1): System Administrators and System Customizers may change tables, and
/// whoever has a role made of "Sales Copilot Administrator" may write the settings of the product.
const ADMINISTERS: [&str; 2] = ["prvWriteEntity", "prvWritemsdyn_vivaorgsetting"];
