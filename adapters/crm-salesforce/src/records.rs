//! Reading, writing, searching and what has changed.

use http::Method;
use jiff::{Timestamp, fmt::strtime, tz::TimeZone};
use serde_json::{Map, Value as Json, json};

use crate::{
    ApiName, Comparison, Direction, Error, FieldPath, Filter, RecordId, Result, Salesforce, Select,
    Seller, Value, Work,
    client::{Call, fits},
    describe::row_error,
};

/// What the record of a tree is called in it that the others lead to.
pub(crate) const ROOT: &str = "root";
/// Rows of one call of a collection (REST reference, "Composite").
const MAX_ROWS: usize = 200;
/// Ids of one read.
const MAX_IDS: usize = 2_000;

/// A record: its fields, without what only the interface needs.
pub type Record = Map<String, Json>;

/// A page of records.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The records.
    pub records: Vec<Record>,
    /// How many there are in all.
    pub total: u64,
    /// Where the next page is, for [`Salesforce::more`].
    pub next: Option<String>,
}

/// What became of a written record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Its id.
    pub id: RecordId,
    /// Whether it is new.
    pub created: bool,
}

/// A place in the order in which records change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// When the last record that was seen changed.
    pub at: Timestamp,
    /// Its id: several change in one second.
    pub id: RecordId,
}

/// Records that changed, the earliest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Changes {
    /// The records.
    pub records: Vec<Record>,
    /// Where to go on; the same place again when nothing changed.
    pub position: Option<Position>,
}

fn wrong(reason: &'static str) -> Error {
    Error::Answer { reason }
}

fn clean(value: &Json) -> Record {
    let members = value.as_object().cloned().unwrap_or_default();
    let kept = members.into_iter().filter(|(name, _)| name != "attributes");
    kept.map(|(name, value)| (name, if value.is_object() { clean(&value).into() } else { value }))
        .collect()
}

fn page(body: &Json) -> Result<Page> {
    let records = body.get("records").and_then(Json::as_array).ok_or(wrong("no records"))?;
    let total = body.get("totalSize").and_then(Json::as_u64).ok_or(wrong("no total"))?;
    let next = body.get("nextRecordsUrl").and_then(Json::as_str);
    // The locator alone: an address that an answer gives is never followed.
    let next = next.and_then(|next| next.rsplit('/').next()).map(str::to_owned);
    Ok(Page { records: records.iter().map(clean).collect(), total, next })
}

fn id_of(value: Option<&Json>) -> Result<RecordId> {
    value.and_then(Json::as_str).and_then(RecordId::parse).ok_or(wrong("no id"))
}

impl Salesforce {
    /// The first page of a query.
    ///
    /// # Errors
    /// [`Error::FieldHidden`] and [`Error::ObjectHidden`] name what the seller may not see.
    pub async fn query(&self, seller: &Seller, select: &Select, work: Work) -> Result<Page> {
        let text = select.to_text();
        if !fits(&text) {
            return Err(wrong("the query is longer than an address may be"));
        }
        let query = [("q", text.as_str())];
        let call = Call { query: &query, ..Call::get(&["query"], work) };
        match self.send(seller, call).await {
            Ok(body) => page(&body),
            Err(failed) => {
                Err(self.explain(seller, (&select.object, &select.fields), failed).await)
            }
        }
    }

    /// The page at a locator.
    ///
    /// # Errors
    /// As [`Salesforce::query`].
    pub async fn more(&self, seller: &Seller, locator: &str, work: Work) -> Result<Page> {
        page(&self.send(seller, Call::get(&["query", locator], work)).await?)
    }

    /// One record with some of its fields.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Deleted`], [`Error::FieldHidden`].
    pub async fn read(
        &self,
        seller: &Seller,
        (object, id): (&ApiName, &RecordId),
        fields: &[FieldPath],
    ) -> Result<Record> {
        let names: Vec<String> = fields.iter().map(ToString::to_string).collect();
        let names = names.join(",");
        let query = [("fields", names.as_str())];
        let path = ["sobjects", object.as_str(), id.as_str()];
        let query = if fields.is_empty() { &[][..] } else { &query[..] };
        let call = Call { query, ..Call::get(&path, Work::Person) };
        match self.send(seller, call).await {
            Ok(body) => Ok(clean(&body)),
            Err(failed) => Err(self.explain(seller, (object, fields), failed).await),
        }
    }

    /// Many records at once, in the order of the ids; what is not there for the seller is nothing.
    ///
    /// # Errors
    /// [`Error::FieldHidden`] and whatever concerns all of them.
    pub async fn read_many(
        &self,
        seller: &Seller,
        object: &ApiName,
        (ids, fields): (&[RecordId], &[FieldPath]),
    ) -> Result<Vec<Option<Record>>> {
        let mut found = Vec::with_capacity(ids.len());
        let path = ["composite", "sobjects", object.as_str()];
        let names: Vec<String> = fields.iter().map(ToString::to_string).collect();
        for ids in ids.chunks(MAX_IDS) {
            let ids: Vec<&str> = ids.iter().map(RecordId::as_str).collect();
            let body = json!({ "ids": ids, "fields": names });
            let call =
                Call { method: Method::POST, body: Some(&body), ..Call::get(&path, Work::Person) };
            let rows = match self.send(seller, call).await {
                Ok(rows) => rows,
                Err(failed) => return Err(self.explain(seller, (object, fields), failed).await),
            };
            let rows = rows.as_array().filter(|rows| rows.len() == ids.len());
            let rows = rows.ok_or(wrong("not as many rows as ids"))?;
            found.extend(rows.iter().map(|row| row.is_object().then(|| clean(row))));
        }
        Ok(found)
    }

    /// Makes a record.
    ///
    /// # Errors
    /// [`Error::Refused`] with a finding for each field, [`Error::NotAllowed`], [`Error::Duplicate`].
    pub async fn create(
        &self,
        seller: &Seller,
        object: &ApiName,
        record: &Record,
    ) -> Result<RecordId> {
        let body = Json::Object(record.clone());
        let path = ["sobjects", object.as_str()];
        let call = Call {
            method: Method::POST,
            body: Some(&body),
            ..Call::get(&path, Work::Person).saving()
        };
        match self.send(seller, call).await {
            Ok(answer) => id_of(answer.get("id")),
            Err(failed) => Err(self.explain(seller, (object, &paths(record)), failed).await),
        }
    }

    /// Makes a record with those that lead to it, all or none (REST reference, `composite/tree`).
    ///
    /// # Errors
    /// As [`Salesforce::create`].
    pub async fn create_tree(
        &self,
        seller: &Seller,
        object: &ApiName,
        tree: Record,
    ) -> Result<RecordId> {
        let plain = |(_, value): &(&String, &Json)| !value.is_object();
        let named = tree.iter().filter(plain).filter_map(|(name, _)| ApiName::parse(name));
        let fields: Vec<FieldPath> = named.map(FieldPath::from).collect();
        let body = json!({ "records": [Json::Object(tree)] });
        let path = ["composite", "tree", object.as_str()];
        let call = Call {
            method: Method::POST,
            body: Some(&body),
            ..Call::get(&path, Work::Person).saving()
        };
        match self.send(seller, call).await {
            Ok(answer) => {
                let results = answer.get("results").and_then(Json::as_array).into_iter().flatten();
                let mut own = results
                    .filter(|one| one.get("referenceId").and_then(Json::as_str) == Some(ROOT));
                id_of(own.next().and_then(|one| one.get("id")))
            }
            Err(failed) => Err(self.explain(seller, (object, &fields), failed).await),
        }
    }

    /// Changes a record; null empties a field.
    ///
    /// # Errors
    /// As [`Salesforce::create`], and [`Error::Locked`].
    pub async fn update(
        &self,
        seller: &Seller,
        (object, id): (&ApiName, &RecordId),
        record: &Record,
    ) -> Result<()> {
        let body = Json::Object(record.clone());
        let path = ["sobjects", object.as_str(), id.as_str()];
        let call = Call {
            method: Method::PATCH,
            body: Some(&body),
            ..Call::get(&path, Work::Person).saving()
        };
        match self.send(seller, call).await {
            Ok(_nothing) => Ok(()),
            Err(failed) => Err(self.explain(seller, (object, &paths(record)), failed).await),
        }
    }

    /// Makes or changes the record that has a value in an external id.
    ///
    /// # Errors
    /// As [`Salesforce::update`], and [`Error::Ambiguous`].
    pub async fn upsert(
        &self,
        seller: &Seller,
        (object, field, key): (&ApiName, &ApiName, &str),
        record: &Record,
    ) -> Result<Written> {
        let body = Json::Object(record.clone());
        let path = ["sobjects", object.as_str(), field.as_str(), key];
        let call = Call {
            method: Method::PATCH,
            body: Some(&body),
            ..Call::get(&path, Work::Person).saving()
        };
        match self.send(seller, call).await {
            Ok(answer) => Ok(Written {
                id: id_of(answer.get("id"))?,
                created: answer.get("created").and_then(Json::as_bool).unwrap_or(false),
            }),
            Err(failed) => Err(self.explain(seller, (object, &paths(record)), failed).await),
        }
    }

    /// Deletes a record.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Deleted`], [`Error::NotAllowed`], [`Error::Locked`].
    pub async fn delete(&self, seller: &Seller, object: &ApiName, id: &RecordId) -> Result<()> {
        let path = ["sobjects", object.as_str(), id.as_str()];
        let call = Call { method: Method::DELETE, ..Call::get(&path, Work::Person) };
        self.send(seller, call).await?;
        Ok(())
    }

    /// Makes many records, each for itself: what became of each, in their order.
    ///
    /// # Errors
    /// Whatever concerns all of them.
    pub async fn create_many(
        &self,
        seller: &Seller,
        object: &ApiName,
        records: &[Record],
    ) -> Result<Vec<Result<RecordId>>> {
        let mut done = Vec::with_capacity(records.len());
        for records in records.chunks(MAX_ROWS) {
            let rows = records.iter().map(|record| {
                let mut row = record.clone();
                row.insert("attributes".to_owned(), json!({ "type": object.as_str() }));
                Json::Object(row)
            });
            let body = json!({ "allOrNone": false, "records": rows.collect::<Vec<_>>() });
            let call = Call {
                method: Method::POST,
                body: Some(&body),
                ..Call::get(&["composite", "sobjects"], Work::Person).saving()
            };
            let answer = self.send(seller, call).await?;
            let rows = answer.as_array().filter(|rows| rows.len() == records.len());
            let rows = rows.ok_or(wrong("not as many answers as rows"))?;
            done.extend(rows.iter().map(|row| {
                let good = row.get("success").and_then(Json::as_bool) == Some(true);
                if good { id_of(row.get("id")) } else { Err(row_error(row)) }
            }));
        }
        Ok(done)
    }

    /// Records of several objects that hold the words: ids and names.
    ///
    /// # Errors
    /// As [`Salesforce::query`].
    pub async fn search(
        &self,
        seller: &Seller,
        words: &str,
        objects: &[ApiName],
    ) -> Result<Vec<(ApiName, RecordId)>> {
        let named = objects.iter().map(|object| json!({ "name": object.as_str(), "limit": 20 }));
        let body = json!({
            "q": words,
            "fields": ["Id"],
            "sobjects": named.collect::<Vec<_>>(),
            "overallLimit": 100,
        });
        let call = Call {
            method: Method::POST,
            body: Some(&body),
            ..Call::get(&["parameterizedSearch"], Work::Person)
        };
        let answer = self.send(seller, call).await?;
        let found = answer.get("searchRecords").and_then(Json::as_array);
        let found = found.ok_or(wrong("no records"))?.iter().map(|record| {
            let object = record.get("attributes").and_then(|a| a.get("type"));
            let object = object.and_then(Json::as_str).and_then(ApiName::parse);
            Ok((object.ok_or(wrong("no object"))?, id_of(record.get("Id"))?))
        });
        found.collect()
    }

    /// Records that changed after a place, the earliest first, at most so many.
    ///
    /// # Errors
    /// As [`Salesforce::query`]; [`Error::LimitReached`] when what is left of the day is kept for people.
    pub async fn changes(
        &self,
        seller: &Seller,
        (object, fields): (&ApiName, &[FieldPath]),
        (after, limit): (Option<&Position>, u32),
    ) -> Result<Changes> {
        let (Some(id), Some(changed)) = (ApiName::parse("Id"), ApiName::parse("SystemModstamp"))
        else {
            return Err(wrong("the names of the house are none"));
        };
        let (id, changed) = (FieldPath::from(id), FieldPath::from(changed));
        let mut all = vec![id.clone(), changed.clone()];
        all.extend(fields.iter().filter(|&field| *field != id && *field != changed).cloned());
        let mut select = Select::new(object.clone(), all)
            .order_by(changed.clone(), Direction::Ascending)
            .order_by(id.clone(), Direction::Ascending)
            .limit(limit);
        if let Some(after) = after {
            let at = || Value::Instant(after.at);
            select = select.where_(Filter::Any(vec![
                Filter::Compare(changed.clone(), Comparison::Greater, at()),
                Filter::All(vec![
                    Filter::Compare(changed, Comparison::Equal, at()),
                    Filter::Compare(id, Comparison::Greater, Value::Id(after.id.clone())),
                ]),
            ]));
        }
        let found = self.query(seller, &select, Work::Background).await?;
        let position = match found.records.last() {
            None => after.cloned(),
            Some(last) => Some(Position {
                at: instant(last.get("SystemModstamp")).ok_or(wrong("no instant"))?,
                id: id_of(last.get("Id"))?,
            }),
        };
        Ok(Changes { records: found.records, position })
    }

    /// The ids that were deleted between two instants, at most thirty days back.
    ///
    /// # Errors
    /// As [`Salesforce::changes`].
    pub async fn deleted(
        &self,
        seller: &Seller,
        object: &ApiName,
        (from, to): (Timestamp, Timestamp),
    ) -> Result<Vec<RecordId>> {
        let said = |at: Timestamp| {
            strtime::format("%Y-%m-%dT%H:%M:%S+00:00", &at.to_zoned(TimeZone::UTC))
                .unwrap_or_default()
        };
        let (from, to) = (said(from), said(to));
        let query = [("start", from.as_str()), ("end", to.as_str())];
        let path = ["sobjects", object.as_str(), "deleted"];
        let call = Call { query: &query, ..Call::get(&path, Work::Background) };
        let answer = self.send(seller, call).await?;
        let rows = answer.get("deletedRecords").and_then(Json::as_array);
        rows.ok_or(wrong("no records"))?.iter().map(|row| id_of(row.get("id"))).collect()
    }
}

fn paths(record: &Record) -> Vec<FieldPath> {
    record.keys().filter_map(|name| ApiName::parse(name)).map(FieldPath::from).collect()
}

pub(crate) fn instant(value: Option<&Json>) -> Option<Timestamp> {
    let text = value.and_then(Json::as_str)?;
    if let Ok(at) = text.parse() {
        return Some(at);
    }
    // `+0000` has no colon.
    let (body, zone) = text.split_at_checked(text.len().checked_sub(5)?)?;
    let (hours, minutes) = zone.split_at_checked(3)?;
    format!("{body}{hours}:{minutes}").parse().ok()
}
