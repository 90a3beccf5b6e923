//! The port over an organisation.

mod administers;
mod ask;
mod cells;
mod feed;
mod lists;
mod people;
mod rights;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use crm::{
    Answer, Changes, Child, Choice, Colleagues, Crm, Cursor, Error, Fate, Feed, FieldKind,
    MAX_CHILDREN, MAX_PAGE, Page, Permissions, Query, RecordRef, Result, Rights, SEARCH_LIMIT,
    Table, TableName, Upserted, Values, Version, View, ViewPage, ViewRef,
};
use serde_json::Value as Json;

use crate::{
    ApiName, Field, FieldPath, Filter, Object, Record, RecordId, Salesforce, Select, Seller, Work,
    records::ROOT, soql,
};

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
    /// Among them, those that lead to another record: where its name is.
    names: Vec<(ApiName, [ApiName; 2])>,
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
        let of_others = self
            .names
            .iter()
            .filter_map(|(_, [of, name])| FieldPath::parse(&format!("{of}.{name}")));
        names.into_iter().map(FieldPath::from).chain(of_others).collect()
    }

    /// What people read of a field.
    fn text(&self, field: &Field, cell: &Json, row: &Record) -> Option<String> {
        if let Some((_, [of, name])) = self.names.iter().find(|(own, _)| *own == field.name) {
            return row.get(of.as_str())?.get(name.as_str())?.as_str().map(str::to_owned);
        }
        let label = |value: &str| {
            let known = field.choices.iter().find(|(own, _)| own == value);
            known.map_or_else(|| value.to_owned(), |(_, label)| label.clone())
        };
        match kind(field) {
            FieldKind::Choice(_) => cell.as_str().map(label),
            FieldKind::Choices(_) => {
                Some(cell.as_str()?.split(';').map(label).collect::<Vec<_>>().join("; "))
            }
            _ => None,
        }
    }

    /// A record of an answer.
    fn record(&self, row: &Record) -> Result<crm::Record> {
        let text = |name: &str| row.get(name).and_then(Json::as_str);
        let id = text("Id").and_then(RecordId::parse);
        let id = id.ok_or(Error::Answer { reason: "a record without an id" })?;
        let (mut values, mut texts) = (Values::new(), BTreeMap::new());
        for name in &self.fields {
            let Some(field) = self.object.field(name.as_str()) else { continue };
            let cell = row.get(name.as_str()).unwrap_or(&Json::Null);
            values.insert(name.to_string(), cells::value(field, cell));
            texts.extend(self.text(field, cell, row).map(|text| (name.to_string(), text)));
        }
        Ok(crm::Record {
            at: RecordRef::new(self.object.name.as_str(), id.as_str()),
            version: text(STAMP).map(|stamp| Version(stamp.to_owned())),
            values,
            texts,
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
        Ok(Asked { object, fields, names: Vec::new() })
    }

    /// What is asked of an object that is to be read: with the names of records that fields lead to.
    async fn wanted(&self, table: &str, fields: &[String]) -> Result<Asked> {
        let mut asked = self.asked(table, fields).await?;
        for name in &asked.fields {
            let Some(field) = asked.object.field(name.as_str()) else { continue };
            let Some(of) = field.relationship.clone() else { continue };
            let named = match field.references.as_slice() {
                [one] => match self.salesforce.describe(&self.seller, one).await {
                    Ok(other) => {
                        other.fields.iter().find(|it| it.name_field).map(|it| it.name.clone())
                    }
                    // Whose kind is hidden has no name for this seller.
                    Err(Error::ObjectHidden { .. }) => None,
                    Err(error) => return Err(error),
                },
                // Whatever they are, they have a name in common (SOQL, polymorphic relationships).
                _ => ApiName::parse("Name"),
            };
            asked.names.extend(named.map(|named| (field.name.clone(), [of, named])));
        }
        Ok(asked)
    }

    async fn page(&self, query: &Query) -> Result<Page> {
        let asked = self.wanted(&query.table, &query.fields).await?;
        let select = ask::select(&asked, query)?;
        let found = self.salesforce.query(&self.seller, &select, Work::Person).await?;
        ask::page(&asked, query, found.records)
    }

    async fn one(&self, record: &RecordRef, fields: &[String]) -> Result<crm::Record> {
        let asked = self.wanted(&record.table, fields).await?;
        let id = id(record)?;
        if !asked.names.is_empty() {
            // Fields of other records come with queries alone.
            let found = self.by_id(&asked, vec![id.clone()]).await?;
            if let Some(row) = found.get(id.as_str()) {
                return asked.record(row);
            }
        }
        let at = (&asked.object.name, &id);
        let own: Vec<FieldPath> =
            asked.paths().into_iter().filter(|path| path.own().is_some()).collect();
        asked.record(&self.salesforce.read(&self.seller, at, &own).await?)
    }

    async fn by_id(&self, asked: &Asked, ids: Vec<RecordId>) -> Result<HashMap<String, Record>> {
        let most = u32::try_from(ids.len()).unwrap_or(MAX_PAGE);
        let wrong = Error::Answer { reason: "a name that is none" };
        let path = FieldPath::from(ApiName::parse("Id").ok_or(wrong)?);
        let ids = ids.into_iter().map(soql::Value::Id).collect();
        let select = Select::new(asked.object.name.clone(), asked.paths())
            .where_(Filter::OneOf(path, ids))
            .limit(most);
        let found = self.salesforce.query(&self.seller, &select, Work::Person).await?;
        let with_id = |row: Record| {
            let id = row.get("Id").and_then(Json::as_str).and_then(RecordId::parse)?;
            Some((id.to_string(), row))
        };
        Ok(found.records.into_iter().filter_map(with_id).collect())
    }

    async fn several(
        &self,
        table: &str,
        ids: &[crm::RecordId],
        fields: &[String],
    ) -> Result<Vec<Option<crm::Record>>> {
        if ids.len() > usize::try_from(MAX_PAGE).unwrap_or(usize::MAX) {
            return Err(Error::Query { reason: "too many records at once".to_owned() });
        }
        let asked = self.wanted(table, fields).await?;
        let parsed: Vec<Option<RecordId>> = ids.iter().map(|id| RecordId::parse(&id.0)).collect();
        let known: Vec<RecordId> = parsed.iter().flatten().cloned().collect();
        if known.is_empty() {
            return Ok(vec![None; ids.len()]);
        }
        let found = self.by_id(&asked, known).await?;
        let one = |id: &Option<RecordId>| {
            let row = id.as_ref().and_then(|id| found.get(id.as_str()));
            row.map(|row| asked.record(row)).transpose()
        };
        parsed.iter().map(one).collect()
    }

    async fn make(&self, table: &str, values: &Values) -> Result<RecordRef> {
        let names: Vec<String> = values.keys().cloned().collect();
        let asked = self.asked(table, &names).await?;
        let row = cells::row(&asked.object, values)?;
        let made = self.salesforce.create(&self.seller, &asked.object.name, &row).await?;
        Ok(RecordRef::new(asked.object.name.as_str(), made.as_str()))
    }

    async fn make_with(
        &self,
        table: &str,
        values: &Values,
        children: &[Child],
    ) -> Result<RecordRef> {
        if children.is_empty() {
            return self.make(table, values).await;
        }
        if children.len() > MAX_CHILDREN {
            return Err(Error::Query { reason: "too many records at once".to_owned() });
        }
        let names = |values: &Values| values.keys().cloned().collect::<Vec<_>>();
        let asked = self.asked(table, &names(values)).await?;
        let referred = |object: &ApiName, name: &str| serde_json::json!({ "type": object.as_str(), "referenceId": name });
        let mut tree = cells::row(&asked.object, values)?;
        tree.insert("attributes".to_owned(), referred(&asked.object.name, ROOT));
        for (at, child) in children.iter().enumerate() {
            let own = self.asked(&child.table, &names(&child.values)).await?;
            let leads = |[object, field, _]: &&[ApiName; 3]| {
                *object == own.object.name && field.as_str() == child.field
            };
            let found = asked.object.children.iter().find(leads);
            let [_, _, together] = found.ok_or_else(|| Error::Query {
                reason: format!("no records of {} are made with this one", child.table),
            })?;
            let mut row = cells::row(&own.object, &child.values)?;
            row.insert("attributes".to_owned(), referred(&own.object.name, &format!("child{at}")));
            let list = tree
                .entry(together.to_string())
                .or_insert_with(|| serde_json::json!({ "records": [] }))
                .get_mut("records");
            if let Some(list) = list.and_then(Json::as_array_mut) {
                list.push(Json::Object(row));
            }
        }
        let made = self.salesforce.create_tree(&self.seller, &asked.object.name, tree).await?;
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
        // one letter alone is no search there (SOSL reference, "FIND")
        let is_long = |word: &str| word.chars().filter(|c| c.is_alphanumeric()).count() > 1;
        if objects.is_empty() || !words.split_whitespace().any(is_long) {
            return Ok(Vec::new());
        }
        let found = match self.salesforce.search(&self.seller, words, &objects).await {
            // signs of the search language that make no search find nothing
            Err(Error::Query { .. }) => return Ok(Vec::new()),
            other => other?,
        };
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
        // a reference is called "Account ID" in descriptions, and what it leads to on the CRM's own pages
        label: match field.kind.as_str() {
            "reference" => field.label.strip_suffix(" ID").unwrap_or(&field.label).to_owned(),
            _ => field.label.clone(),
        },
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
    fn tables(&self) -> Answer<'_, Arc<Vec<TableName>>> {
        Box::pin(self.salesforce.objects(&self.seller))
    }

    fn describe<'a>(&'a self, table: &'a str) -> Answer<'a, Arc<Table>> {
        Box::pin(async move { Ok(Arc::new(self::table(&*self.object(table).await?))) })
    }

    fn query<'a>(&'a self, query: &'a Query) -> Answer<'a, Page> {
        Box::pin(self.page(query))
    }

    fn read<'a>(&'a self, record: &'a RecordRef, fields: &'a [String]) -> Answer<'a, crm::Record> {
        Box::pin(self.one(record, fields))
    }

    fn read_many<'a>(
        &'a self,
        table: &'a str,
        ids: &'a [crm::RecordId],
        fields: &'a [String],
    ) -> Answer<'a, Vec<Option<crm::Record>>> {
        Box::pin(self.several(table, ids, fields))
    }

    fn create<'a>(&'a self, table: &'a str, values: &'a Values) -> Answer<'a, RecordRef> {
        Box::pin(self.make(table, values))
    }

    fn create_with<'a>(
        &'a self,
        table: &'a str,
        values: &'a Values,
        children: &'a [Child],
    ) -> Answer<'a, RecordRef> {
        Box::pin(self.make_with(table, values, children))
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

    fn views<'a>(&'a self, table: &'a str) -> Answer<'a, Vec<View>> {
        Box::pin(self.lists(table))
    }

    fn view<'a>(&'a self, view: &'a ViewRef) -> Answer<'a, View> {
        Box::pin(self.list(view))
    }

    fn listed<'a>(&'a self, view: &'a ViewRef, after: Option<&'a Cursor>) -> Answer<'a, ViewPage> {
        Box::pin(self.of_list(view, after))
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

    fn colleagues<'a>(&'a self, record: &'a RecordRef) -> Answer<'a, Colleagues> {
        Box::pin(self.people(record))
    }

    fn me(&self) -> Answer<'_, RecordRef> {
        Box::pin(async move { Ok(RecordRef::new("User", self.user().await?.as_str())) })
    }

    fn administers(&self) -> Answer<'_, bool> {
        Box::pin(self.modifies_all())
    }

    fn reads<'a>(&'a self, record: &'a RecordRef, mail: &'a str) -> Answer<'a, Option<bool>> {
        Box::pin(self.reader(record, mail))
    }

    fn edits<'a>(
        &'a self,
        user: &'a RecordRef,
        records: &'a [RecordRef],
    ) -> Answer<'a, Option<Vec<bool>>> {
        Box::pin(self.editor(user, records))
    }

    fn fate<'a>(&'a self, record: &'a RecordRef) -> Answer<'a, Fate> {
        Box::pin(self.became(record))
    }

    fn begin<'a>(&'a self, _table: &'a str) -> Answer<'a, Option<crm::Position>> {
        Box::pin(std::future::ready(self.now_on().map(Some)))
    }

    fn changes<'a>(&'a self, feed: &'a Feed) -> Answer<'a, Changes> {
        Box::pin(self.since(feed))
    }
}
