//! What is written into rows.

use crm::{Child, Error, Field, FieldKind, MAX_CHILDREN, RecordRef, Result, Value, Values};
use kernel::FieldError;
use serde_json::{Map, Value as Json};

use crate::{address, ask::Asked, cells, describe::About, port::SellersEnvironment};

impl SellersEnvironment {
    /// A row of these values, each held against its field.
    pub(crate) async fn row(&self, asked: &Asked, values: &Values, new: bool) -> Result<Json> {
        let (mut row, mut findings) = (Map::new(), Vec::new());
        for (name, value) in values {
            let Some(field) = asked.about.field(name) else { continue };
            let written = self.written(&asked.about, (field, new), value).await;
            match written {
                Ok((property, cell)) => {
                    row.insert(property, cell);
                }
                Err(Unfit::Finding(finding)) => findings.push(finding),
                Err(Unfit::Failed(error)) => return Err(error),
            }
        }
        if findings.is_empty() {
            return Ok(Json::Object(row));
        }
        Err(Error::Refused { code: INVALID.to_owned(), findings })
    }

    /// A row with the rows that are made with it, nested as the service takes them (Web API, "deep insert").
    pub(crate) async fn row_with(
        &self,
        asked: &Asked,
        values: &Values,
        children: &[Child],
    ) -> Result<Json> {
        if children.len() > MAX_CHILDREN {
            return Err(Error::Query { reason: "too many records at once".to_owned() });
        }
        let mut row = self.row(asked, values, true).await?;
        for child in children {
            // parties of activities have no rights of their own: the service asks for those of the activity
            let about = self.dataverse.about(&self.seller, &child.table).await?;
            let odd = about.missing(&crate::port::names(&child.values));
            if !odd.is_empty() {
                return Err(Error::FieldHidden { object: child.table.clone(), fields: odd });
            }
            let links = self.dataverse.links(&self.seller, &child.table).await?;
            let leads = |link: &&crate::links::Link| {
                link.column == child.field && link.target == asked.about.table.name
            };
            let property = links.iter().find(leads).and_then(|link| link.collection.clone());
            let property = property.ok_or_else(|| Error::Query {
                reason: format!("no records of {} are made with this one", child.table),
            })?;
            let of_child = Asked { about, fields: Vec::new() };
            let nested = self.row(&of_child, &child.values, true).await?;
            let Some(members) = row.as_object_mut() else { continue };
            let list = members.entry(property).or_insert_with(|| Json::Array(Vec::new()));
            if let Some(list) = list.as_array_mut() {
                list.push(nested);
            }
        }
        Ok(row)
    }

    async fn written(
        &self,
        about: &About,
        (field, new): (&Field, bool),
        value: &Value,
    ) -> std::result::Result<(String, Json), Unfit> {
        if !(if new { field.createable } else { field.updateable }) {
            return Err(unfit(field, "the field cannot be written"));
        }
        if let FieldKind::Row(targets) = &field.kind {
            return self.reference(about, (field, targets), value).await;
        }
        if let (FieldKind::Text(Some(max)), Value::Text(text)) = (&field.kind, value) {
            // A text is at most four bytes a sign: most need no count.
            let most = usize::try_from(*max).unwrap_or(usize::MAX);
            if text.len() > most && text.chars().count() > most {
                let finding = finding(field, format!("the text is longer than {max} characters"));
                let limit = i64::try_from(*max).unwrap_or(i64::MAX);
                return Err(Unfit::Finding(finding.with_limit(limit)));
            }
        }
        let cell = cells::cell(field, value);
        let cell = cell.ok_or_else(|| unfit(field, "the value is not of the field's kind"))?;
        Ok((field.name.clone(), cell))
    }

    /// A reference: by the navigation property of the table that it leads to.
    async fn reference(
        &self,
        about: &About,
        (field, targets): (&Field, &[String]),
        value: &Value,
    ) -> std::result::Result<(String, Json), Unfit> {
        let of_value;
        let to = match (value, targets) {
            (Value::Null, _) => None,
            (Value::Row(to), _) if !to.table.is_empty() => Some(to),
            (Value::Row(RecordRef { id, .. }) | Value::Id(id), [one]) => {
                of_value = RecordRef { table: one.clone(), id: id.clone() };
                Some(&of_value)
            }
            (Value::Row(_) | Value::Id(_), _) => {
                return Err(unfit(field, "the table of the record is not said"));
            }
            _ => return Err(unfit(field, "the value is not of the field's kind")),
        };
        if to.is_some_and(|to| !cells::leads(targets, to)) {
            return Err(unfit(field, "a record of another table"));
        }
        let property = match (about.is_owner(field), to) {
            (true, None) => return Err(unfit(field, "a record has an owner")),
            (true, Some(_)) => field.name.clone(),
            (false, to) => {
                let links = self.dataverse.links(&self.seller, &about.table.name).await?;
                let mut own = links.iter().filter(|link| link.column == field.name);
                let own = own.find(|link| {
                    !link.property.is_empty() && to.is_none_or(|to| link.target == to.table)
                });
                let own = own.ok_or_else(|| unfit(field, "no way to the other table"))?;
                own.property.clone()
            }
        };
        let address = match to {
            None => Json::Null,
            Some(to) => {
                let id = address::guid(&to.id).map_err(|_odd| unfit(field, "no id of a record"))?;
                let set = self.dataverse.set_of(&self.seller, &to.table).await?;
                Json::from(format!("/{set}({id})"))
            }
        };
        Ok((format!("{property}@odata.bind"), address))
    }
}

/// Why a value is not written.
enum Unfit {
    Finding(FieldError),
    Failed(Error),
}

impl From<Error> for Unfit {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

fn unfit(field: &Field, why: &'static str) -> Unfit {
    Unfit::Finding(finding(field, why))
}

fn finding(field: &Field, why: impl Into<String>) -> FieldError {
    FieldError::new(format!("/{}", field.name), "crm.record_refused", why)
}

/// What the service says of a value that does not fit its column.
const INVALID: &str = "0x80048d19";
