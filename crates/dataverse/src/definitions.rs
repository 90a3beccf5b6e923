//! Definitions of tables: `EntityDefinitions`, `RelationshipDefinitions`, `GlobalOptionSetDefinitions`.
//!
//! They are few and in memory: what is asked for is made as JSON (`table-metadata` knows the shapes) and then cut to
//! what `$select`, `$filter` and `$expand` leave.

mod changes;
mod filter;
mod shape;
mod write;

use std::sync::Arc;

use http::{Method, StatusCode};
use odata::tree::{
    expr::{Arguments, Segment},
    options::QueryOptions,
};
use serde_json::{Map, Value};
use table_metadata::write as shapes;
use tables::{Column, Model, Relationship, Side, Table, define::seen};
use uuid::Uuid;

use crate::{
    call::Call, conditions::Condition, entry::type_name, fault::Fault, keys, literal, read,
    reply::Reply,
};

pub(crate) use changes::{Since, answer as changes};
pub(crate) use write::{change, change_entries, create_by, kind};

/// Whether a first segment addresses definitions.
pub(crate) fn is_set(name: &str) -> bool {
    matches!(name, TABLES | RELATIONSHIPS | CHOICES)
}

/// Answers whatever is asked of definitions.
pub(crate) async fn answer(call: &Call<'_>, segments: &[Segment]) -> Result<Reply, Fault> {
    if call.method != Method::GET {
        return write::answer(call, segments).await;
    }
    for (option, given) in [
        ("$top", call.options.top.is_some()),
        ("$skip", call.options.skip.is_some()),
        ("$orderby", call.options.orderby.is_some()),
    ] {
        if given {
            // definitions are neither sorted nor paged (Dataverse Web API, "Query table definitions")
            return Err(Fault::unsupported(format!(
                "The query parameter {option} is not supported."
            )));
        }
    }
    let segments = published(segments);
    let found = find(call, segments)?;
    let version = version(call, segments);
    if let (Condition::Other(known), Some(version)) = (call.condition, version)
        && known == version
    {
        return Ok(Reply::empty(StatusCode::NOT_MODIFIED));
    }
    let context = format!("{}$metadata#{}", call.root.url, found.context);
    let mut body = Map::new();
    match found.what {
        What::List(list) => {
            let list = shape::list(list, &call.options)?;
            body.insert("@odata.context".into(), context.into());
            body.insert("value".into(), list.into());
        }
        What::One(one) => {
            body.insert("@odata.context".into(), format!("{context}/$entity").into());
            if let Value::Object(members) = shape::shaped(one, &call.options)? {
                body.extend(members);
            }
        }
        What::Property(value) => {
            body.insert("@odata.context".into(), context.into());
            body.insert("value".into(), value);
        }
    }
    let mut body = Value::Object(body);
    if let Some(languages) = call.options.custom_value("LabelLanguages") {
        let languages = languages.split(',').filter_map(|one| one.trim().parse().ok());
        shape::keep_languages(&mut body, &languages.collect::<Vec<u16>>());
    }
    let mut reply = Reply::json(StatusCode::OK, body.to_string());
    if let Some(version) = version {
        reply.text("etag", &format!("W/\"{version}\""));
    }
    Ok(reply)
}

/// The same without what asks for definitions that are not published yet: all of them are published as soon as they
/// are written.
fn published(segments: &[Segment]) -> &[Segment] {
    match segments {
        [rest @ .., last]
            if !rest.is_empty()
                && last.name().map(type_name).is_some_and(|name| {
                    matches!(name, "RetrieveUnpublished" | "RetrieveUnpublishedMultiple")
                }) =>
        {
            rest
        }
        all => all,
    }
}

/// The number of the one definition that an address names, which changes of it may ask for (`If-Match`). The platform
/// has none: it keeps what comes last.
fn version(call: &Call<'_>, segments: &[Segment]) -> Option<i64> {
    let [Segment::Call(set, key), rest @ ..] = segments else { return None };
    let is_cast = |rest: &[Segment]| only_cast(rest).is_ok();
    match (set.as_str(), rest) {
        (TABLES, []) => Some(seen::of_table(&*table(call, key).ok()?)),
        (TABLES, [Segment::Call(name, column_key), cast @ ..])
            if name == "Attributes" && is_cast(cast) =>
        {
            let table = table(call, key).ok()?;
            column(&table, column_key, call).ok().map(seen::of_column)
        }
        (RELATIONSHIPS, cast) if is_cast(cast) => {
            Some(seen::of_relationship(&*relationship(call, key).ok()?))
        }
        (CHOICES, cast) if is_cast(cast) => Some(seen::of_choice(&*choice(call, key).ok()?)),
        _ => None,
    }
}

/// What an address names.
struct Found {
    context: String,
    what: What,
}

enum What {
    List(Vec<Value>),
    One(Value),
    Property(Value),
}

fn find(call: &Call<'_>, segments: &[Segment]) -> Result<Found, Fault> {
    let (first, rest) = segments.split_first().ok_or_else(|| Fault::segment(""))?;
    let set = first.name().unwrap_or_default();
    match (set, first) {
        (TABLES, Segment::Call(_, key)) => {
            let table = table(call, key)?;
            behind_table(call, &table, rest)
        }
        (TABLES, _) => {
            only_cast(rest)?;
            let tables = call.model().tables().iter();
            let list = tables.map(|table| whole_table(call, table, &call.options)).collect();
            Ok(Found { context: TABLES.into(), what: What::List(list) })
        }
        (RELATIONSHIPS, Segment::Call(_, key)) => {
            only_cast(rest)?;
            let relationship = relationship(call, key)?;
            let what = What::One(shapes::relationship(&relationship));
            Ok(Found { context: RELATIONSHIPS.into(), what })
        }
        (RELATIONSHIPS, _) => {
            let cast = only_cast(rest)?;
            let all = call.model().relationships().iter();
            let list = all
                .filter(|relationship| match cast {
                    Some("OneToManyRelationshipMetadata") => {
                        matches!(***relationship, Relationship::OneToMany(_))
                    }
                    Some("ManyToManyRelationshipMetadata") => {
                        matches!(***relationship, Relationship::ManyToMany(_))
                    }
                    _ => true,
                })
                .map(|relationship| shapes::relationship(relationship))
                .collect();
            Ok(Found { context: RELATIONSHIPS.into(), what: What::List(list) })
        }
        (_, Segment::Call(_, key)) => {
            only_cast(rest)?;
            let choice = choice(call, key)?;
            let what = What::One(shapes::choice(&choice, read::language(call)));
            Ok(Found { context: CHOICES.into(), what })
        }
        _ => {
            only_cast(rest)?;
            let language = read::language(call);
            let list = call.model().choices().iter().map(|choice| shapes::choice(choice, language));
            Ok(Found { context: CHOICES.into(), what: What::List(list.collect()) })
        }
    }
}

/// What stands behind one table.
fn behind_table(call: &Call<'_>, table: &Arc<Table>, rest: &[Segment]) -> Result<Found, Fault> {
    let address = format!("{TABLES}(LogicalName='{}')", table.logical);
    let (segment, more) = match rest {
        [] => {
            let what = What::One(whole_table(call, table, &call.options));
            return Ok(Found { context: TABLES.into(), what });
        }
        [segment, more @ ..] => (segment, more),
    };
    let name = segment.name().unwrap_or_default();
    let context = format!("{address}/{name}");
    let what = match (name, segment) {
        ("Attributes", Segment::Call(_, key)) => {
            let column = column(table, key, call)?;
            let one = shown_column(call, table, column);
            match more {
                [] => What::One(one),
                [Segment::Name(cast)] if cast.contains('.') => {
                    What::One(cast_of(one, type_name(cast))?)
                }
                [Segment::Name(cast), Segment::Name(property)] if cast.contains('.') => {
                    inside(cast_of(one, type_name(cast))?, property)?
                }
                [Segment::Name(property)] => inside(one, property)?,
                _ => return Err(Fault::segment(name)),
            }
        }
        ("Attributes", _) => {
            let cast = only_cast(more)?;
            if let Some(cast) = cast.filter(|cast| !is_kind(cast)) {
                return Err(Fault::segment(&format!("Microsoft.Dynamics.CRM.{cast}")));
            }
            let list = table.columns().iter().map(|column| shown_column(call, table, column));
            What::List(list.filter(|one| cast.is_none_or(|cast| is_of(one, cast))).collect())
        }
        ("Keys", Segment::Call(_, key)) => {
            let wanted = id_or_name(call, key, "LogicalName")?;
            let found = table.keys.iter().find(|key| wanted.is(key.id, &key.logical));
            let found = found.ok_or_else(|| Fault::definition("the alternate key"))?;
            What::One(shapes::key(table, found, read::language(call)))
        }
        ("Keys", _) => {
            let language = read::language(call);
            What::List(table.keys.iter().map(|key| shapes::key(table, key, language)).collect())
        }
        (
            "OneToManyRelationships" | "ManyToOneRelationships" | "ManyToManyRelationships",
            segment,
        ) => {
            let list = relationships_of(call, table, name);
            match segment {
                Segment::Call(_, key) => {
                    let one = relationship(call, key)?;
                    let known = list.iter().any(|other| other.id() == one.id());
                    if !known {
                        return Err(Fault::definition("the relationship"));
                    }
                    What::One(shapes::relationship(&one))
                }
                _ => What::List(list.iter().map(|one| shapes::relationship(one)).collect()),
            }
        }
        ("Microsoft.Dynamics.CRM.EntityMetadata", _) => {
            What::One(whole_table(call, table, &call.options))
        }
        (property, Segment::Name(_)) if more.is_empty() => {
            inside(whole_table(call, table, &call.options), property)?
        }
        _ => return Err(Fault::segment(name)),
    };
    Ok(Found { context, what })
}

/// A property of a definition: its value, or the definition that it is.
fn inside(definition: Value, property: &str) -> Result<What, Fault> {
    let Value::Object(mut members) = definition else { return Err(Fault::segment(property)) };
    match members.remove(property) {
        Some(value @ Value::Object(_)) => Ok(What::One(value)),
        Some(Value::Array(list)) if list.iter().all(Value::is_object) => Ok(What::List(list)),
        Some(value) => Ok(What::Property(value)),
        None => Err(Fault::segment(property)),
    }
}

/// The definition, if it is of the type that a cast asks for.
fn cast_of(definition: Value, cast: &str) -> Result<Value, Fault> {
    if is_of(&definition, cast) {
        Ok(definition)
    } else {
        Err(Fault::definition("the definition with this type"))
    }
}

fn is_of(definition: &Value, cast: &str) -> bool {
    let kind =
        definition.get("@odata.type").and_then(Value::as_str).map(type_name).unwrap_or_default();
    kind == cast
        || match cast {
            "AttributeMetadata" | "MetadataBase" | "RelationshipMetadataBase" => true,
            "EnumAttributeMetadata" => matches!(
                kind,
                "PicklistAttributeMetadata"
                    | "StateAttributeMetadata"
                    | "StatusAttributeMetadata"
                    | "MultiSelectPicklistAttributeMetadata"
            ),
            _ => false,
        }
}

/// Whether there is such a type of columns.
fn is_kind(cast: &str) -> bool {
    const KINDS: [&str; 20] = [
        "",
        "BigInt",
        "Boolean",
        "DateTime",
        "Decimal",
        "Double",
        "EntityName",
        "Enum",
        "File",
        "Image",
        "Integer",
        "Lookup",
        "ManagedProperty",
        "Memo",
        "Money",
        "MultiSelectPicklist",
        "Picklist",
        "State",
        "Status",
        "String",
    ];
    let kind = cast.strip_suffix("AttributeMetadata");
    cast == "MetadataBase"
        || kind.is_some_and(|kind| kind == "UniqueIdentifier" || KINDS.contains(&kind))
}

/// The cast behind a collection or a definition, or nothing at all.
pub(crate) fn only_cast(rest: &[Segment]) -> Result<Option<&str>, Fault> {
    match rest {
        [] => Ok(None),
        [Segment::Name(name)] if name.contains('.') => Ok(Some(type_name(name))),
        [other, ..] => Err(Fault::segment(other.name().unwrap_or_default())),
    }
}

/// A table as JSON, with those navigations that a request expands.
fn whole_table(call: &Call<'_>, table: &Arc<Table>, options: &QueryOptions) -> Value {
    let language = read::language(call);
    let mut whole = shapes::table(call.model(), table, language);
    let Value::Object(members) = &mut whole else { return whole };
    if shape::expands(options, "Attributes") {
        let list = table.columns().iter().map(|column| shown_column(call, table, column)).collect();
        members.insert("Attributes".into(), Value::Array(list));
    }
    for name in
        ["Keys", "OneToManyRelationships", "ManyToOneRelationships", "ManyToManyRelationships"]
    {
        if shape::expands(options, name) {
            members.insert(name.into(), Value::Array(beside(call, table, name)));
        }
    }
    whole
}

/// What hangs on a table, whole: its keys, or its relationships of one kind.
pub(crate) fn beside(call: &Call<'_>, table: &Arc<Table>, name: &str) -> Vec<Value> {
    if name == "Keys" {
        let language = read::language(call);
        return table.keys.iter().map(|key| shapes::key(table, key, language)).collect();
    }
    let list = relationships_of(call, table, name);
    list.iter().map(|one| shapes::relationship(one)).collect()
}

pub(crate) fn shown_column(call: &Call<'_>, table: &Table, column: &Column) -> Value {
    shapes::column(call.model(), table, column, read::language(call))
}

fn relationships_of(call: &Call<'_>, table: &Table, kind: &str) -> Vec<Arc<Relationship>> {
    let side = match kind {
        "OneToManyRelationships" => [Side::Referenced, Side::Referenced],
        "ManyToOneRelationships" => [Side::Referencing, Side::Referencing],
        _ => [Side::First, Side::Second],
    };
    let mut found: Vec<Arc<Relationship>> = Vec::new();
    for navigation in call.model().navigations(&table.logical) {
        let known = found.iter().any(|known| known.id() == navigation.relationship.id());
        if side.contains(&navigation.side) && !known {
            found.push(Arc::clone(&navigation.relationship));
        }
    }
    found
}

/// A key: `(guid)` or `(LogicalName='x')`.
pub(crate) enum Wanted {
    Id(Uuid),
    Name(String),
}

impl Wanted {
    pub(crate) fn is(&self, id: Uuid, name: &str) -> bool {
        match self {
            Self::Id(wanted) => *wanted == id,
            Self::Name(wanted) => wanted.eq_ignore_ascii_case(name),
        }
    }
}

pub(crate) fn id_or_name(call: &Call<'_>, key: &Arguments, name: &str) -> Result<Wanted, Fault> {
    let unreadable =
        || Fault::malformed(format!("A definition is named by its MetadataId or by {name}='…'."));
    let (value, named) = match key {
        Arguments::Value(value) => (&**value, false),
        Arguments::Named(list) => match list.as_slice() {
            [(key, value)] if key == "MetadataId" => (value, false),
            [(key, value)] if key == name => (value, true),
            _ => return Err(unreadable()),
        },
    };
    let value = literal::value(value, &call.options)?;
    let text = value.as_str().ok_or_else(unreadable)?;
    if named {
        return Ok(Wanted::Name(text.to_owned()));
    }
    keys::guid(text).map(Wanted::Id).ok_or_else(unreadable)
}

pub(crate) fn table(call: &Call<'_>, key: &Arguments) -> Result<Arc<Table>, Fault> {
    let model: &Model = call.model();
    let found = match id_or_name(call, key, "LogicalName")? {
        Wanted::Id(id) => model.table_by_id(id),
        Wanted::Name(name) => model.table(&name),
    };
    found.cloned().ok_or_else(|| Fault::definition("an entity with this key"))
}

pub(crate) fn column<'t>(
    table: &'t Table,
    key: &Arguments,
    call: &Call<'_>,
) -> Result<&'t Column, Fault> {
    let found = match id_or_name(call, key, "LogicalName")? {
        Wanted::Id(id) => table.column_by_id(id),
        Wanted::Name(name) => table.column(&name),
    };
    found.ok_or_else(|| {
        Fault::definition(&format!("an attribute with this key in the entity '{}'", table.logical))
    })
}

pub(crate) fn relationship(call: &Call<'_>, key: &Arguments) -> Result<Arc<Relationship>, Fault> {
    let found = match id_or_name(call, key, "SchemaName")? {
        Wanted::Id(id) => call.model().relationship_by_id(id),
        Wanted::Name(name) => call.model().relationship(&name),
    };
    found.cloned().ok_or_else(|| Fault::definition("a relationship with this key"))
}

pub(crate) fn choice(call: &Call<'_>, key: &Arguments) -> Result<Arc<tables::Choice>, Fault> {
    let found = match id_or_name(call, key, "Name")? {
        Wanted::Id(id) => call.model().choice_by_id(id),
        Wanted::Name(name) => call.model().choice(&name),
    };
    found.cloned().ok_or_else(|| Fault::definition("a global choice with this key"))
}

pub(crate) const TABLES: &str = "EntityDefinitions";
pub(crate) const RELATIONSHIPS: &str = "RelationshipDefinitions";
pub(crate) const CHOICES: &str = "GlobalOptionSetDefinitions";
