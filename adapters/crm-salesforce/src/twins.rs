//! The records that a refused one is a duplicate of, as far as the seller sees them.

use std::collections::HashMap;

use crm::Twin;

use crate::{ApiName, Error, FieldPath, Filter, RecordId, Salesforce, Select, Seller, Value, Work};

/// Objects whose records are looked up by name; rules seldom match more than two (contacts and leads).
const MAX_OBJECTS: usize = 3;

impl Salesforce {
    /// The same duplicate with the names of its twins; those that the seller may not see are left out. Whatever goes
    /// wrong meanwhile leaves ids without names out as well: the refusal itself stands.
    pub(crate) async fn named(&self, seller: &Seller, error: Error) -> Error {
        let Error::Duplicate { twins, .. } = error else { return error };
        let mut seen: HashMap<String, String> = HashMap::new();
        let mut objects: Vec<&str> = Vec::new();
        for twin in &twins {
            if !objects.contains(&twin.at.table.as_str()) {
                objects.push(&twin.at.table);
            }
        }
        for object in objects.into_iter().take(MAX_OBJECTS) {
            let of = twins.iter().filter(|twin| twin.at.table == object);
            let ids: Vec<RecordId> = of.filter_map(|twin| RecordId::parse(&twin.at.id.0)).collect();
            if let Some(found) = self.names(seller, object, ids).await {
                seen.extend(found);
            }
        }
        let known = |twin: Twin| {
            let name = seen.get(&twin.at.id.0)?.clone();
            Some(Twin { name, ..twin })
        };
        Error::duplicate(twins.into_iter().filter_map(known).collect())
    }

    async fn names(
        &self,
        seller: &Seller,
        object: &str,
        ids: Vec<RecordId>,
    ) -> Option<Vec<(String, String)>> {
        let described = self.describe(seller, &ApiName::parse(object)?).await.ok()?;
        let id = FieldPath::from(ApiName::parse("Id")?);
        let name = described.fields.iter().find(|field| field.name_field)?.name.clone();
        let most = u32::try_from(ids.len()).ok()?;
        let ids = ids.into_iter().map(Value::Id).collect();
        let select =
            Select::new(described.name.clone(), vec![id.clone(), FieldPath::from(name.clone())])
                .where_(Filter::OneOf(id, ids))
                .limit(most);
        let found = self.query(seller, &select, Work::Person).await.ok()?;
        let text = |row: &crate::Record, field: &str| {
            row.get(field).and_then(serde_json::Value::as_str).map(str::to_owned)
        };
        let one = |row: &crate::Record| {
            Some((text(row, "Id")?, text(row, name.as_str()).unwrap_or_default()))
        };
        Some(found.records.iter().filter_map(one).collect())
    }
}
