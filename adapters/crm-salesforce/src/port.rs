//! The port over an organisation.

mod ask;
mod cells;
mod feed;

use std::sync::Arc;

use crm::{
    Answer, Changes, Choice, Crm, Error, Feed, FieldKind, Page, Permissions, Query, RecordRef,
    Result, SEARCH_LIMIT, Table, Values, Version,
};
use serde_json::Value as Json;

use crate::{ApiName, Field, FieldPath, Object, Record, RecordId, Salesforce, Seller, Work};

/// The field that tells versions apart; it is exact to the second.
const STAMP: &str = "SystemModstamp";

/// One seller at their organisation.
#[derive(Debug, Clone)]
pub struct SellersOrganisation {
    salesforce: Salesforce,
    seller: Seller,
}

/// An object with what is asked of it.
struct Asked {
    object: Arc<Object>,
    /// The fields that were asked for, as the organisation writes them.
    fields: Vec<ApiName>,
}

impl Asked {
    /// These, the id, and the version where there is one.
    fn paths(&self) -> Vec<FieldPath> {
        let mut names: Vec<ApiName> = ["Id", STAMP]
            .into_iter()
            .filter_map(|name| self.object.field(name).map(|field| field.name.clone()))
            .collect();
        for name in &self.fields {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        names.into_iter().map(FieldPath::from).collect()
    }

    /// A record of an answer.
    fn record(&self, row: &Record) -> Result<crm::Record> {
        let text = |name: &str| row.get(name).and_then(Json::as_str);
        let id = text("Id").and_then(RecordId::parse);
        let id = id.ok_or(Error::Answer { reason: "a record without an id" })?;
        let mut values = Values::new();
        for name in &self.fields {
            let Some(field) = self.object.field(name.as_str()) else { continue };
            let cell = row.get(name.as_str()).unwrap_or(&Json::Null);
            values.insert(name.to_string(), cells::value(field, cell));
        }
        Ok(crm::Record {
            at: RecordRef::new(self.object.name.as_str(), id.as_str()),
            version: text(STAMP).map(|stamp| Version(stamp.to_owned())),
            values,
        })
    }
}

impl SellersOrganisation {
    /// A seller's CRM.
    pub const fn new(salesforce: Salesforce, seller: Seller) -> Self {
        Self { salesforce, seller }
    }

    async fn object(&self, table: &str) -> Result<Arc<Object>> {
        let hidden = || Error::ObjectHidden { object: table.to_owned() };
        let name = ApiName::parse(table).ok_or_else(hidden)?;
        self.salesforce.describe(&self.seller, &name).await
    }

    async fn asked(&self, table: &str, fields: &[String]) -> Result<Asked> {
        let object = self.object(table).await?;
        let odd = fields.iter().filter(|name| object.field(name).is_none());
        let odd: Vec<String> = odd.cloned().collect();
        if !odd.is_empty() {
            return Err(Error::FieldHidden { object: table.to_owned(), fields: odd });
        }
        let named = fields.iter().filter_map(|name| object.field(name));
        let fields = named.map(|field| field.name.clone()).collect();
        Ok(Asked { object, fields })
    }

    async fn page(&self, query: &Query) -> Result<Page> {
        let asked = self.asked(&query.table, &query.fields).await?;
        let select = ask::select(&asked, query)?;
        let found = self.salesforce.query(&self.seller, &select, Work::Person).await?;
        ask::page(&asked, query, found.records)
    }

    async fn one(&self, record: &RecordRef, fields: &[String]) -> Result<crm::Record> {
        let asked = self.asked(&record.table, fields).await?;
        let id = id(record)?;
        let at = (&asked.object.name, &id);
        asked.record(&self.salesforce.read(&self.seller, at, &asked.paths()).await?)
    }

    async fn make(&self, table: &str, values: &Values) -> Result<RecordRef> {
        let names: Vec<String> = values.keys().cloned().collect();
        let asked = self.asked(table, &names).await?;
        let row = cells::row(&asked.object, values)?;
        let made = self.salesforce.create(&self.seller, &asked.object.name, &row).await?;
        Ok(RecordRef::new(asked.object.name.as_str(), made.as_str()))
    }

    async fn change(
        &self,
        record: &RecordRef,
        values: &Values,
        expected: Option<&Version>,
    ) -> Result<()> {
        let names: Vec<String> = values.keys().cloned().collect();
        let asked = self.asked(&record.table, &names).await?;
        let (id, row) = (id(record)?, cells::row(&asked.object, values)?);
        self.hold(record, expected).await?;
        self.salesforce.update(&self.seller, (&asked.object.name, &id), &row).await
    }

    async fn remove(&self, record: &RecordRef, expected: Option<&Version>) -> Result<()> {
        let object = self.object(&record.table).await?;
        let id = id(record)?;
        self.hold(record, expected).await?;
        self.salesforce.delete(&self.seller, &object.name, &id).await
    }

    /// Whether a record is at a version. The organisation has no condition on a write, so that somebody may still
    /// come in between the look and the write.
    async fn hold(&self, record: &RecordRef, expected: Option<&Version>) -> Result<()> {
        let Some(expected) = expected else { return Ok(()) };
        let found = self.one(record, &[]).await?;
        if found.version.as_ref() == Some(expected) { Ok(()) } else { Err(Error::Changed) }
    }

    async fn find(&self, words: &str, tables: &[String]) -> Result<Vec<RecordRef>> {
        let mut objects = Vec::with_capacity(tables.len());
        for table in tables {
            objects.push(self.object(table).await?.name.clone());
        }
        if objects.is_empty() || words.trim().is_empty() {
            return Ok(Vec::new());
        }
        let found = self.salesforce.search(&self.seller, words, &objects).await?;
        let most = usize::try_from(SEARCH_LIMIT).unwrap_or(usize::MAX);
        let mut all = Vec::new();
        for object in objects {
            let own = found.iter().filter(|(of, _)| *of == object).take(most);
            all.extend(own.map(|(of, id)| RecordRef::new(of.as_str(), id.as_str())));
        }
        Ok(all)
    }
}

/// What is no id is the id of no record.
fn id(record: &RecordRef) -> Result<RecordId> {
    RecordId::parse(&record.id.0).ok_or(Error::NotFound)
}

fn table(object: &Object) -> Table {
    Table {
        name: object.name.to_string(),
        label: object.label.clone(),
        id_field: "Id".to_owned(),
        name_field: object
            .fields
            .iter()
            .find(|field| field.name_field)
            .map(|field| field.name.to_string()),
        fields: object.fields.iter().map(described).collect(),
    }
}

fn described(field: &Field) -> crm::Field {
    crm::Field {
        name: field.name.to_string(),
        label: field.label.clone(),
        kind: kind(field),
        required: field.required,
        createable: field.createable,
        updateable: field.updateable,
    }
}

fn kind(field: &Field) -> FieldKind {
    let choices = || {
        let one = |(value, label): &(String, String)| Choice {
            value: value.clone(),
            label: label.clone(),
        };
        field.choices.iter().map(one).collect()
    };
    match field.kind.as_str() {
        "id" => FieldKind::Id,
        "string" | "textarea" | "phone" | "url" | "email" | "encryptedstring" | "combobox" => {
            FieldKind::Text((field.length > 0).then_some(field.length))
        }
        "int" | "long" => FieldKind::Whole,
        "double" | "percent" => FieldKind::Number,
        "currency" => FieldKind::Money,
        "boolean" => FieldKind::Boolean,
        "date" => FieldKind::Date,
        "datetime" => FieldKind::Instant,
        "picklist" => FieldKind::Choice(choices()),
        "multipicklist" => FieldKind::Choices(choices()),
        "reference" => FieldKind::Row(field.references.iter().map(ToString::to_string).collect()),
        other => FieldKind::Other(other.to_owned()),
    }
}

impl Crm for SellersOrganisation {
    fn describe<'a>(&'a self, table: &'a str) -> Answer<'a, Arc<Table>> {
        Box::pin(async move { Ok(Arc::new(self::table(&*self.object(table).await?))) })
    }

    fn query<'a>(&'a self, query: &'a Query) -> Answer<'a, Page> {
        Box::pin(self.page(query))
    }

    fn read<'a>(&'a self, record: &'a RecordRef, fields: &'a [String]) -> Answer<'a, crm::Record> {
        Box::pin(self.one(record, fields))
    }

    fn create<'a>(&'a self, table: &'a str, values: &'a Values) -> Answer<'a, RecordRef> {
        Box::pin(self.make(table, values))
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

    fn search<'a>(&'a self, words: &'a str, tables: &'a [String]) -> Answer<'a, Vec<RecordRef>> {
        Box::pin(self.find(words, tables))
    }

    fn permissions<'a>(&'a self, table: &'a str) -> Answer<'a, Permissions> {
        Box::pin(async move {
            let object = self.object(table).await?;
            Ok(Permissions {
                read: true,
                create: object.createable,
                update: object.updateable,
                delete: object.deletable,
            })
        })
    }

    fn changes<'a>(&'a self, feed: &'a Feed) -> Answer<'a, Changes> {
        Box::pin(self.since(feed))
    }
}
