//! Definitions that are made, changed and deleted.

use std::sync::Arc;

use http::{Method, StatusCode};
use odata::tree::expr::Segment;
use serde_json::{Value, json};
use table_metadata::read;
use tables::{
    Table,
    define::{Change, Created, CreatedKind},
};

use crate::{
    call::Call, conditions::Condition, definitions, fault::Fault, functions::complex, keys,
    reply::Reply,
};

/// Answers what changes definitions.
pub(crate) async fn answer(call: &Call<'_>, segments: &[Segment]) -> Result<Reply, Fault> {
    let change = change(call, segments)?;
    let wanted = kind(&change);
    let seen = match call.condition {
        Condition::Version(version) => Some(version),
        _ => None,
    };
    let created = call.session.define_seen(vec![change], seen).await?;
    if call.method != Method::POST {
        return Ok(Reply::done());
    }
    let made = created.iter().find(|made| Some(made.kind) == wanted).or(created.first());
    let made = made.ok_or_else(|| Fault::internal("nothing was made"))?;
    // with the parent as the client addressed it: one client reads the first id of it, the other one the last
    let path = call.address.split('?').next().unwrap_or_default();
    Ok(Reply::done().at(&format!("{}{path}({})", call.root.url, made.id.hyphenated())))
}

/// What a change makes.
pub(crate) fn kind(change: &Change) -> Option<CreatedKind> {
    match change {
        Change::CreateTable(_) => Some(CreatedKind::Table),
        Change::AddColumn { .. } => Some(CreatedKind::Column),
        Change::AddKey { .. } => Some(CreatedKind::Key),
        Change::AddOneToMany(_) | Change::AddManyToMany(_) => Some(CreatedKind::Relationship),
        Change::CreateChoice(_) => Some(CreatedKind::Choice),
        _ => None,
    }
}

/// The change that a request asks for.
pub(crate) fn change(call: &Call<'_>, segments: &[Segment]) -> Result<Change, Fault> {
    let model = call.model();
    let merge = call
        .header("mscrm.mergelabels")
        .is_some_and(|text| text.trim().eq_ignore_ascii_case("true"));
    let body = || call.object().map(Value::Object);
    let (first, rest) = segments.split_first().ok_or_else(|| Fault::segment(""))?;
    if let Segment::ContentId(id) = first {
        let table = keys::content(call.set, id)?.table;
        let table = call.model().table(&table).cloned();
        let table = table.ok_or_else(|| Fault::definition("an entity of this Content-ID"))?;
        return of_table(call, &table, rest, merge);
    }
    let set = first.name().unwrap_or_default();
    let key = if let Segment::Call(_, key) = first { Some(key) } else { None };
    Ok(match (set, key, rest, &call.method) {
        (definitions::TABLES, None, [], &Method::POST) => read::table(model, &body()?)?,
        (definitions::TABLES, Some(key), rest, _) => {
            of_table(call, &definitions::table(call, key)?, rest, merge)?
        }
        (definitions::RELATIONSHIPS, None, [], &Method::POST) => read::relationship(&body()?)?,
        (definitions::RELATIONSHIPS, Some(key), cast, &Method::PUT) => {
            definitions::only_cast(cast)?;
            let relationship = definitions::relationship(call, key)?;
            read::relationship_update(&relationship, &body()?)?
        }
        (definitions::RELATIONSHIPS, Some(key), [], &Method::DELETE) => {
            let relationship = definitions::relationship(call, key)?;
            Change::DeleteRelationship { schema: relationship.schema().to_owned() }
        }
        (definitions::CHOICES, None, [], &Method::POST) => read::choice(&body()?)?,
        (definitions::CHOICES, Some(key), cast, &Method::PUT) => {
            definitions::only_cast(cast)?;
            let choice = definitions::choice(call, key)?;
            read::choice_update(&choice, &body()?, merge)?
        }
        (definitions::CHOICES, Some(key), [], &Method::DELETE) => {
            Change::DeleteChoice { name: definitions::choice(call, key)?.name.clone() }
        }
        _ => return Err(Fault::method()),
    })
}

/// The change of a table, or of what belongs to it.
fn of_table(
    call: &Call<'_>,
    table: &Arc<Table>,
    rest: &[Segment],
    merge: bool,
) -> Result<Change, Fault> {
    let model = call.model();
    let body = || call.object().map(Value::Object);
    Ok(match (rest, &call.method) {
        ([], &Method::PUT) => read::table_update(table, &body()?, merge)?,
        ([], &Method::DELETE) => Change::DeleteTable { table: table.logical.clone() },
        ([Segment::Name(name)], &Method::POST) if name == "Attributes" => {
            read::column(model, table, &body()?)?
        }
        ([Segment::Call(name, key), cast @ ..], &Method::PUT) if name == "Attributes" => {
            definitions::only_cast(cast)?;
            let column = definitions::column(table, key, call)?;
            read::column_update(model, table, column, &body()?, merge)?
        }
        ([Segment::Call(name, key)], &Method::DELETE) if name == "Attributes" => {
            let column = definitions::column(table, key, call)?;
            Change::DeleteColumn { table: table.logical.clone(), column: column.logical.clone() }
        }
        ([Segment::Name(name)], &Method::POST) if name == "Keys" => read::key(table, &body()?)?,
        ([Segment::Call(name, key)], &Method::DELETE) if name == "Keys" => {
            let wanted = definitions::id_or_name(call, key, "LogicalName")?;
            let found = table.keys.iter().find(|key| wanted.is(key.id, &key.logical));
            let found = found.ok_or_else(|| Fault::definition("the alternate key"))?;
            Change::DeleteKey { table: table.logical.clone(), key: found.logical.clone() }
        }
        _ => return Err(Fault::method()),
    })
}

/// `CreateEntities`, `CreateCustomerRelationships`, `CreatePolymorphicLookupAttribute`.
pub(crate) async fn create_by(call: &Call<'_>, name: &str) -> Result<Reply, Fault> {
    let body = Value::Object(call.object()?);
    let model = call.model();
    let changes = match name {
        "CreateEntities" => read::tables(model, &body)?,
        "CreateCustomerRelationships" => vec![read::customer(&body)?],
        _ => vec![read::polymorphic(&body)?],
    };
    let created = call.session.define(changes).await?;
    let ids = |kind: CreatedKind| -> Vec<_> { made(&created, kind).map(|made| made.id).collect() };
    if name == "CreateEntities" {
        return Ok(complex(
            call,
            "CreateEntitiesResponse",
            json!({ "EntityIds": ids(CreatedKind::Table) }),
        ));
    }
    let body = json!({
        "AttributeId": ids(CreatedKind::Column).first(),
        "RelationshipIds": ids(CreatedKind::Relationship),
    });
    Ok(complex(call, &format!("{name}Response"), body))
}

/// `InsertOptionValue` and its sisters; what is new is answered by its number.
pub(crate) async fn change_entries(call: &Call<'_>, name: &str) -> Result<Reply, Fault> {
    let body = Value::Object(call.object()?);
    let (change, made) = read::entries(call.model(), name, &body)?;
    call.session.define(vec![change]).await?;
    Ok(match made {
        Some(value) => {
            complex(call, &format!("{name}Response"), json!({ "NewOptionValue": value }))
        }
        None => Reply::done(),
    })
}

fn made(created: &[Created], kind: CreatedKind) -> impl Iterator<Item = &Created> {
    created.iter().filter(move |made| made.kind == kind)
}

impl From<read::ReadError> for Fault {
    fn from(error: read::ReadError) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error.code(), error.to_string())
    }
}
