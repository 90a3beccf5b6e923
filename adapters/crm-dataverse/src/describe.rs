//! What tables look like.
//!
//! One `RetrieveMetadataChanges` gives a table with its typed columns. It is kept with the stamp that came along; once
//! it is old, the environment is asked with that stamp whether anything has changed, and only then for the whole again.

use std::{collections::BTreeMap, sync::Arc};

use crm::{Choice, Error, Field, FieldKind, Result, Table};
use jiff::Timestamp;
use odata::tree::{
    expr::{Arguments, Expr, Path, Root, Segment},
    options::QueryOptions,
};
use serde_json::{Value as Json, json};

use crate::{
    address::{self, is_name},
    client::{Call, Dataverse, Failed, Seller},
    refusal::Doing,
};

/// What is asked of a table, and of each of its columns.
const TABLE: &[&str] = &[
    "LogicalName",
    "EntitySetName",
    "PrimaryIdAttribute",
    "PrimaryNameAttribute",
    "DisplayName",
    "ChangeTrackingEnabled",
    "Privileges",
    "Attributes",
];
const COLUMN: &[&str] = &[
    "LogicalName",
    "MetadataId",
    "IsSecured",
    "DisplayName",
    "AttributeType",
    "AttributeTypeName",
    "AttributeOf",
    "RequiredLevel",
    "IsValidForRead",
    "IsValidForCreate",
    "IsValidForUpdate",
    "IsValidODataAttribute",
    "IsSearchable",
    "MaxLength",
    "DateTimeBehavior",
    "Targets",
    "OptionSet",
];

/// A description, and when it was last known to hold.
pub(crate) struct Kept {
    about: Arc<About>,
    heard_at: Timestamp,
}

/// A table as the environment describes it.
#[derive(Debug)]
pub(crate) struct About {
    pub(crate) table: Arc<Table>,
    /// Its set.
    pub(crate) set: String,
    /// Whether its changes are tracked.
    pub(crate) tracked: bool,
    /// What each thing that one may do with rows is called and has for an id, by `Read`, `Create`, ….
    pub(crate) privileges: BTreeMap<String, (String, String)>,
    /// The columns of its owner.
    owners: Vec<String>,
    stamp: String,
}

impl About {
    /// A field by its name, case ignored.
    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        self.table.field(name)
    }

    /// Whether a field is the owner's, who is a user or a team.
    pub(crate) fn is_owner(&self, field: &Field) -> bool {
        self.owners.contains(&field.name)
    }

    /// What a field is called in rows and conditions.
    pub(crate) fn property(field: &Field) -> String {
        match field.kind {
            FieldKind::Row(_) => format!("_{}_value", field.name),
            _ => field.name.clone(),
        }
    }

    /// The fields among these that are not there.
    pub(crate) fn missing(&self, fields: &[String]) -> Vec<String> {
        fields.iter().filter(|name| self.field(name).is_none()).cloned().collect()
    }
}

impl Dataverse {
    /// What a table looks like to a seller, whoever may read it.
    pub(crate) async fn about(&self, seller: &Seller, table: &str) -> Result<Arc<About>> {
        if !is_name(table) {
            return Err(Error::ObjectHidden { object: table.to_owned() });
        }
        let key = seller.key(table);
        if let Some(kept) = self.0.described.get(&key) {
            if self.fresh(kept.heard_at) || self.unchanged(seller, &kept.about).await? {
                if !self.fresh(kept.heard_at) {
                    self.keep(&key, &kept.about);
                }
                return Ok(Arc::clone(&kept.about));
            }
            self.forget_table(seller, table);
        }
        let body = self.definitions(seller, table, (TABLE, COLUMN), None).await?;
        let stamp = body.get("ServerVersionStamp").and_then(Json::as_str).unwrap_or_default();
        let found = body.get("EntityMetadata").and_then(Json::as_array);
        let found = found.ok_or(Error::Answer { reason: "the description cannot be read" })?;
        // Some environments hold conditions on names to be prefixes or nothing at all: the name decides.
        let own = found.iter().find(|one| text(one, "LogicalName") == Some(table));
        let own = own.ok_or_else(|| Error::ObjectHidden { object: table.to_owned() })?;
        let columns = if is_secured(own) { Some(self.opened_columns(seller).await?) } else { None };
        let about = read(own, stamp, columns.as_ref());
        let about = about.ok_or(Error::Answer { reason: "the description cannot be read" })?;
        let about = Arc::new(about);
        self.keep(&key, &about);
        Ok(about)
    }

    fn keep(&self, key: &str, about: &Arc<About>) {
        let kept = Kept { about: Arc::clone(about), heard_at: self.0.clock.now() };
        self.0.described.insert(key, Arc::new(kept));
    }

    /// Forgets a description that an answer does not fit.
    pub(crate) fn forget_table(&self, seller: &Seller, table: &str) {
        let key = seller.key(table);
        self.0.described.invalidate(&key);
        self.0.links.invalidate(&key);
        self.0.keys.invalidate(&key);
        self.0.searched.invalidate(&key);
    }

    /// Whether a description still holds.
    async fn unchanged(&self, seller: &Seller, about: &About) -> Result<bool> {
        let names: (&[&str], &[&str]) = (&["LogicalName", "Attributes"], &["LogicalName"]);
        let answer = self.definitions(seller, &about.table.name, names, Some(&about.stamp)).await;
        let body = match answer {
            Ok(body) => body,
            // The stamp is older than what is remembered.
            Err(Error::Expired | Error::Query { .. }) => return Ok(false),
            Err(error) => return Err(error),
        };
        let stamp = body.get("ServerVersionStamp").and_then(Json::as_str);
        let changed = body.get("EntityMetadata").and_then(Json::as_array);
        Ok(stamp == Some(&*about.stamp) || changed.is_some_and(Vec::is_empty))
    }

    async fn definitions(
        &self,
        seller: &Seller,
        table: &str,
        (of_table, of_column): (&[&str], &[&str]),
        since: Option<&str>,
    ) -> Result<Json> {
        let query = json!({
            "Properties": { "AllProperties": false, "PropertyNames": of_table },
            "Criteria": { "FilterOperator": "And", "Conditions": [{
                "ConditionOperator": "Equals",
                "PropertyName": "LogicalName",
                "Value": { "Type": "System.String", "Value": table },
            }] },
            "AttributeQuery": {
                "Properties": { "AllProperties": false, "PropertyNames": of_column },
            },
        });
        let alias = |name: &str| {
            Expr::Path(Path { root: Root::Alias(name.to_owned()), segments: Vec::new() })
        };
        let mut arguments = vec![("Query".to_owned(), alias("q"))];
        let mut options = QueryOptions::default();
        options.custom.push(("@q".to_owned(), Some(query.to_string())));
        if let Some(since) = since {
            arguments.push(("ClientVersionStamp".to_owned(), alias("s")));
            let stamp = format!("'{}'", since.replace('\'', "''"));
            options.custom.push(("@s".to_owned(), Some(stamp)));
        }
        let name = "RetrieveMetadataChanges".to_owned();
        let path = vec![Segment::Call(name, Arguments::Named(arguments))];
        let url = address::to(seller, path, options)?;
        match self.send(seller, Call::get(url)).await {
            Ok(got) => Ok(got.body),
            Err(Failed::Refused(refused)) => Err(refused.error(&Doing::Describing(table))),
            Err(Failed::Other(error)) => Err(error),
        }
    }
}

fn text<'a>(value: &'a Json, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Json::as_str)
}

/// What is not said is so: environments leave out what goes without saying.
fn unless_not(value: &Json, name: &str) -> bool {
    value.get(name).and_then(Json::as_bool).unwrap_or(true)
}

/// What people read, in the seller's language.
pub(crate) fn label(value: &Json, or: &str) -> String {
    let label =
        |value: &Json| text(value, "Label").filter(|label| !label.is_empty()).map(str::to_owned);
    let own = value.get("UserLocalizedLabel").and_then(label);
    let any = || value.get("LocalizedLabels")?.as_array()?.iter().find_map(label);
    own.or_else(any).unwrap_or_else(|| or.to_owned())
}

/// A name, or nothing where it is none.
fn name(value: &Json, member: &str) -> Option<String> {
    text(value, member).filter(|name| is_name(name)).map(str::to_owned)
}

/// Whether a table has columns that profiles open to some people alone.
fn is_secured(value: &Json) -> bool {
    let columns = value.get("Attributes").and_then(Json::as_array);
    columns.into_iter().flatten().any(|column| column.get("IsSecured") == Some(&Json::Bool(true)))
}

/// What the seller may with secured columns, by the ids of these.
pub(crate) type Opened = BTreeMap<String, Open>;

/// What somebody may with a secured column.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Open {
    pub(crate) read: bool,
    pub(crate) create: bool,
    pub(crate) update: bool,
}

fn read(value: &Json, stamp: &str, opened: Option<&Opened>) -> Option<About> {
    let id_field = name(value, "PrimaryIdAttribute")?;
    let (mut fields, mut owners) = (Vec::new(), Vec::new());
    for column in value.get("Attributes").and_then(Json::as_array)? {
        let Some(mut field) = field(column, &id_field) else { continue };
        if column.get("IsSecured") == Some(&Json::Bool(true)) {
            let id = text(column, "MetadataId").unwrap_or_default().to_lowercase();
            let open = opened.and_then(|all| all.get(&id)).copied().unwrap_or_default();
            if !open.read && !open.create && !open.update {
                continue;
            }
            // what is written and never read is no field of a form: it would be emptied unseen
            field.createable &= open.create;
            field.updateable &= open.update && open.read;
            field.required &= field.createable;
        }
        if text(column, "AttributeType") == Some("Owner") {
            owners.push(field.name.clone());
        }
        fields.push(field);
    }
    let logical = name(value, "LogicalName")?;
    let mut privileges = BTreeMap::new();
    for privilege in value.get("Privileges").and_then(Json::as_array).into_iter().flatten() {
        let of = |member| text(privilege, member).map(str::to_owned);
        if let (Some(verb), Some(id)) = (of("PrivilegeType"), of("PrivilegeId")) {
            privileges.insert(verb, (of("Name").unwrap_or_default(), id.to_lowercase()));
        }
    }
    Some(About {
        table: Arc::new(Table {
            label: value
                .get("DisplayName")
                .map_or_else(|| logical.clone(), |it| label(it, &logical)),
            name_field: name(value, "PrimaryNameAttribute"),
            name: logical,
            id_field,
            fields,
        }),
        set: name(value, "EntitySetName")?,
        tracked: unless_not(value, "ChangeTrackingEnabled"),
        privileges,
        owners,
        stamp: stamp.to_owned(),
    })
}

/// A column, if rows carry it.
fn field(value: &Json, id_field: &str) -> Option<Field> {
    let logical = name(value, "LogicalName")?;
    let kind = kind(value, logical == id_field)?;
    let createable = unless_not(value, "IsValidForCreate");
    let level = value.get("RequiredLevel").map(|level| level.get("Value").unwrap_or(level));
    let needed =
        matches!(level.and_then(Json::as_str), Some("ApplicationRequired" | "SystemRequired"));
    // The system fills these in by itself.
    let given = logical == id_field
        || matches!(text(value, "AttributeType"), Some("Owner" | "State" | "Status"));
    Some(Field {
        label: value.get("DisplayName").map_or_else(|| logical.clone(), |it| label(it, &logical)),
        name: logical,
        kind,
        required: createable && needed && !given,
        createable,
        updateable: unless_not(value, "IsValidForUpdate"),
    })
}

/// What a column holds; nothing for one that rows do not carry.
fn kind(value: &Json, is_id: bool) -> Option<FieldKind> {
    let of_type = text(value.get("AttributeTypeName")?, "Value").unwrap_or_default();
    let file = matches!(of_type, "FileType" | "ImageType");
    let carried =
        unless_not(value, "IsValidForRead") && (unless_not(value, "IsValidODataAttribute") || file);
    if !carried {
        return None;
    }
    let shadow = text(value, "AttributeOf").is_some();
    Some(match text(value, "AttributeType")? {
        "Uniqueidentifier" => FieldKind::Id,
        // Names of lookups and labels of choices are columns of their own in the metadata, and annotations in rows.
        "String" | "Virtual" | "EntityName" if shadow && !is_id => return None,
        "String" | "Memo" => FieldKind::Text(value.get("MaxLength").and_then(Json::as_u64)),
        "Integer" | "BigInt" => FieldKind::Whole,
        "Decimal" | "Double" => FieldKind::Number,
        "Money" => FieldKind::Money,
        "Boolean" => FieldKind::Boolean,
        "DateTime" => match value.get("DateTimeBehavior").and_then(|it| text(it, "Value")) {
            Some("DateOnly") => FieldKind::Date,
            _ => FieldKind::Instant,
        },
        "Picklist" | "State" | "Status" => FieldKind::Choice(choices(value)),
        "Lookup" | "Customer" | "Owner" => FieldKind::Row(targets(value)),
        _ if of_type == "MultiSelectPicklistType" => FieldKind::Choices(choices(value)),
        _ if file => {
            FieldKind::Other(if of_type == "FileType" { "file" } else { "image" }.to_owned())
        }
        _ => return None,
    })
}

fn targets(value: &Json) -> Vec<String> {
    let targets = value.get("Targets").and_then(Json::as_array).into_iter().flatten();
    targets.filter_map(Json::as_str).filter(|name| is_name(name)).map(str::to_owned).collect()
}

fn choices(value: &Json) -> Vec<Choice> {
    let options = value.get("OptionSet").and_then(|set| set.get("Options"));
    let options = options.and_then(Json::as_array).into_iter().flatten();
    let one = |option: &Json| {
        let value = option.get("Value")?.as_i64()?.to_string();
        let label = option.get("Label").map_or_else(|| value.clone(), |it| label(it, &value));
        Some(Choice { value, label })
    };
    options.filter_map(one).collect()
}
