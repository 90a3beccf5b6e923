//! Searching for words: by the environment's index, or else in the columns of its quick search.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use crm::{Filter, Query, RecordRef, Result, SEARCH_LIMIT};
use fetchxml::fetch;
use http::StatusCode;
use odata::{
    tree::{
        expr::{BinaryOp, Expr, Literal, Path},
        options::QueryOptions,
    },
    value::Guid,
};
use serde_json::{Value as Json, json};

use crate::{
    address,
    ask::Asked,
    client::{Call, Failed},
    port::SellersEnvironment,
    refusal::{Doing, Refused},
};

/// Hits of one search at most (search reference, `top`).
const MAX_TOP: u32 = 100;
/// Words of one search.
const MAX_WORDS: usize = 20;
/// How long an environment is believed to have no index.
const WITHOUT: Duration = Duration::from_hours(1);
/// What has a meaning of its own in a search (simple syntax).
const SIGNS: &[char] = &['+', '-', '|', '"', '(', ')', '*', '~', '\\', '\0'];

impl SellersEnvironment {
    pub(crate) async fn find(&self, words: &str, tables: &[String]) -> Result<Vec<RecordRef>> {
        let mut all = Vec::with_capacity(tables.len());
        for table in tables {
            all.push(self.asked(table, &[]).await?);
        }
        let words: Vec<&str> = words.split_whitespace().take(MAX_WORDS).collect();
        if all.is_empty() || words.is_empty() {
            return Ok(Vec::new());
        }
        if let Some(found) = self.indexed(&words, &all).await? {
            return Ok(found);
        }
        let mut found = Vec::new();
        for asked in &all {
            found.extend(self.looked_for(&words, asked).await?);
        }
        Ok(found)
    }

    /// What the index knows; nothing where there is none.
    async fn indexed(&self, words: &[&str], all: &[Asked]) -> Result<Option<Vec<RecordRef>>> {
        let inner = &self.dataverse.0;
        let key = self.seller.environment.as_str();
        let now = inner.clock.now();
        let since = inner.without_search.get(key).map(|since| now.duration_since(since));
        let without = |since| Duration::try_from(since).is_ok_and(|since| since < WITHOUT);
        if since.is_some_and(without) {
            return Ok(None);
        }
        let plain: Vec<String> = words.iter().map(|word| word.replace(SIGNS, " ")).collect();
        let plain = plain.join(" ");
        if plain.trim().is_empty() {
            return Ok(None);
        }
        let tables: Vec<&str> = all.iter().map(|asked| asked.about.table.name.as_str()).collect();
        let each = u32::try_from(tables.len()).unwrap_or(MAX_TOP).saturating_mul(SEARCH_LIMIT);
        let body = json!({
            "search": plain.trim(),
            "entities": tables,
            "searchmode": "all",
            "searchtype": "simple",
            "top": each.min(MAX_TOP),
        });
        let url = address::search(&self.seller)?;
        match self.dataverse.send(&self.seller, Call::post(url, &body)).await {
            Ok(got) => Ok(Some(hits(&got.body, &tables))),
            Err(Failed::Refused(refused)) if is_absent(&refused) => {
                inner.without_search.insert(key, now);
                Ok(None)
            }
            // Switched off, or no words for it: what it says is not for the seller.
            Err(Failed::Refused(Refused {
                status: StatusCode::BAD_REQUEST | StatusCode::FORBIDDEN,
                ..
            })) => Ok(None),
            Err(Failed::Refused(refused)) => Err(refused.error(&Doing::Entering)),
            Err(Failed::Other(error)) => Err(error),
        }
    }

    /// Records that hold every word in one of the columns that a quick search looks into.
    async fn looked_for(&self, words: &[&str], asked: &Asked) -> Result<Vec<RecordRef>> {
        let columns = self.searched(asked).await?;
        let holds = |word: &&str| {
            let in_one =
                columns.iter().map(|name| Filter::Contains(name.clone(), (*word).to_owned()));
            Filter::Any(in_one.collect())
        };
        let filter = Filter::All(words.iter().map(holds).collect());
        let query = Query::of(&asked.about.table.name, &[]).filter(filter).size(SEARCH_LIMIT);
        let page = self.page_of(asked, &query).await?;
        Ok(page.records.into_iter().map(|record| record.at).collect())
    }

    /// The columns that a quick search of the table looks into; its name at least.
    async fn searched(&self, asked: &Asked) -> Result<Arc<Vec<String>>> {
        let table = &asked.about.table;
        let key = self.seller.key(&table.name);
        if let Some(known) = self.dataverse.0.searched.get(&key) {
            return Ok(known);
        }
        let is = |name: &str, value| {
            let path = Expr::Path(Path::of([name]));
            Expr::Binary(BinaryOp::Eq, Box::new(path), Box::new(Expr::Literal(value)))
        };
        let options = QueryOptions {
            select: Some(address::select(["fetchxml"])),
            filter: Some(Expr::And(vec![
                is("returnedtypecode", Literal::String(table.name.clone())),
                is("querytype", Literal::Integer(QUICK_FIND)),
                is("isdefault", Literal::Boolean(true)),
            ])),
            ..QueryOptions::default()
        };
        let url = address::to(&self.seller, address::set("savedqueries"), options)?;
        let body = match self.dataverse.send(&self.seller, Call::get(url)).await {
            Ok(got) => got.body,
            // Who may not see views searches by name.
            Err(Failed::Refused(refused)) if refused.pause().is_none() => Json::Null,
            Err(Failed::Refused(refused)) => return Err(refused.error(&Doing::Entering)),
            Err(Failed::Other(error)) => return Err(error),
        };
        let views = body.get("value").and_then(Json::as_array).into_iter().flatten();
        let mut names: BTreeSet<String> = table.name_field.iter().cloned().collect();
        for view in views {
            let fetched = view.get("fetchxml").and_then(Json::as_str);
            let Some(Ok(fetched)) = fetched.map(fetch::parse) else { continue };
            fetched.entity.filters.iter().for_each(|filter| typed(filter, &mut names));
        }
        let text = |name: &String| {
            let kind = asked.about.field(name).map(|field| &field.kind);
            matches!(kind, Some(crm::FieldKind::Text(_)))
        };
        let names = Arc::new(names.into_iter().filter(text).collect::<Vec<_>>());
        self.dataverse.0.searched.insert(&key, Arc::clone(&names));
        Ok(names)
    }
}

/// `querytype` of the views that quick searches go by.
const QUICK_FIND: i64 = 4;

/// The columns of the table itself that are held against what was typed.
fn typed(filter: &fetch::Filter, names: &mut BTreeSet<String>) {
    for condition in &filter.conditions {
        let typed = condition.values.iter().any(|value| value.contains("{0}"));
        if typed && condition.entity_name.is_none() {
            names.insert(condition.attribute.clone());
        }
    }
    filter.filters.iter().for_each(|inner| typed(inner, names));
}

/// Whether an environment has no such thing at all.
fn is_absent(refused: &Refused) -> bool {
    matches!(
        refused.status,
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED | StatusCode::NOT_IMPLEMENTED
    )
}

/// Hits by table, in the order of the tables, the best of each first.
fn hits(body: &Json, tables: &[&str]) -> Vec<RecordRef> {
    let text = |hit: &Json, names: [&str; 2]| {
        names.iter().find_map(|name| hit.get(*name)?.as_str().map(str::to_owned))
    };
    let hits = body.get("value").and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
    let mut found = Vec::new();
    for table in tables {
        let mut seen = BTreeSet::new();
        for hit in hits {
            let of = text(hit, ["@search.entityname", "entityname"]);
            let id = text(hit, ["@search.objectid", "objectid"]);
            let id = id.and_then(|id| id.parse::<Guid>().ok());
            if let Some(id) = id.filter(|_| of.as_deref() == Some(*table))
                && seen.len() < usize::try_from(SEARCH_LIMIT).unwrap_or(usize::MAX)
                && seen.insert(id)
            {
                found.push(RecordRef::new(*table, id.to_string()));
            }
        }
    }
    found
}
