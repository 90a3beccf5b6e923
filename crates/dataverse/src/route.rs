//! From an address to what answers it.

use std::sync::Arc;

use http::{Method, StatusCode};
use odata::tree::{
    expr::{Arguments, Segment},
    resource::Resource,
};
use records::{Reference, RowKey};
use tables::{ColumnKind, Table};

use crate::{
    actions, bound, call::Call, definitions, fault::Fault, files, functions, keys, links, property,
    read, reply::Reply, service, write,
};

/// Answers a request that is no batch.
pub(crate) async fn answer(call: &Call<'_>) -> Result<Reply, Fault> {
    match &call.resource {
        Resource::ServiceDocument => {
            require(call, &[Method::GET])?;
            Ok(service::document(call))
        }
        Resource::Metadata => {
            require(call, &[Method::GET])?;
            service::metadata(call)
        }
        Resource::Path(segments) => path(call, segments).await,
        Resource::Batch => Err(Fault::malformed("A batch stands in no batch.")),
        _ => Err(Fault::not_implemented("Addresses of this kind are not answered.")),
    }
}

async fn path(call: &Call<'_>, segments: &[Segment]) -> Result<Reply, Fault> {
    let (first, rest) = segments.split_first().ok_or_else(|| Fault::segment(""))?;
    let Some(name) = first.name() else {
        if let Segment::ContentId(_) = first {
            return Err(Fault::malformed("A Content-ID reference stands in a change set only."));
        }
        return Err(Fault::segment(call.address.split(['/', '?']).next().unwrap_or_default()));
    };
    if definitions::is_set(name) {
        return definitions::answer(call, segments).await;
    }
    if let Some(table) = call.model().table_by_set(name).cloned() {
        return match first {
            Segment::Call(_, arguments) => {
                let key = keys::key(call.model(), &table, arguments, &call.options)?;
                row(call, (&table, key), rest).await
            }
            _ => set(call, &table, rest).await,
        };
    }
    let plain = unqualified(name);
    if !rest.is_empty() {
        return Err(Fault::segment(name));
    }
    if call.method == Method::GET {
        return functions::answer(call, plain, first).await;
    }
    require(call, &[Method::POST])?;
    actions::answer(call, plain).await
}

/// What follows a set without a key.
async fn set(call: &Call<'_>, table: &Arc<Table>, rest: &[Segment]) -> Result<Reply, Fault> {
    match rest {
        [] if call.method == Method::GET => read::page(call, table, None).await,
        [] => {
            require(call, &[Method::GET, Method::POST])?;
            write::answer(call, write::create(call, table)?).await
        }
        [Segment::Count] => {
            require(call, &[Method::GET])?;
            read::count(call, table, None).await
        }
        [Segment::Name(name)] if call.method == Method::POST => {
            bound::of_set(call, table, unqualified(name)).await
        }
        [segment @ (Segment::Name(_) | Segment::Call(..))] => {
            Err(Fault::segment(segment.name().unwrap_or_default()))
        }
        _ => Err(Fault::segment(call.address.split('?').next().unwrap_or_default())),
    }
}

/// What follows a row.
async fn row(
    call: &Call<'_>,
    (table, key): (&Arc<Table>, RowKey),
    rest: &[Segment],
) -> Result<Reply, Fault> {
    let (name, more) = match rest {
        [] => return one(call, (table, key)).await,
        [Segment::Ref] => {
            require(call, &[Method::GET])?;
            return read::reference(call, (table, key)).await;
        }
        [Segment::Name(name), more @ ..] => (name, more),
        [Segment::Call(name, arguments), more @ ..] => {
            return called(call, (table, key), (name, arguments), more).await;
        }
        _ => return Err(Fault::segment(call.address.split('?').next().unwrap_or_default())),
    };
    if let Some(navigation) = call.model().navigation(&table.logical, name).cloned() {
        let is_column = table.column(name).is_some_and(|column| !column.kind.is_reference());
        if !is_column {
            return behind(call, (table, key), &navigation, more).await;
        }
    }
    let logical = name.strip_prefix('_').and_then(|name| name.strip_suffix("_value"));
    let column = table.column(name).filter(|column| !column.kind.is_reference());
    if let Some(column) = column.or_else(|| table.column(logical?)) {
        let raw = match more {
            [] => false,
            [Segment::Value] => true,
            _ => return Err(Fault::segment(name)),
        };
        if matches!(column.kind, ColumnKind::File { .. } | ColumnKind::Image { .. }) {
            let row = Reference { table: table.logical.clone(), key };
            return files::answer(call, table, (row, column), raw).await;
        }
        return property::answer(call, (table, key), column, raw).await;
    }
    let id = Reference { table: table.logical.clone(), key };
    bound::of_row(call, (table, id), unqualified(name), None).await
}

/// A row alone.
async fn one(call: &Call<'_>, (table, key): (&Arc<Table>, RowKey)) -> Result<Reply, Fault> {
    match call.method {
        Method::GET => read::one(call, (table, key)).await,
        Method::PATCH => write::answer(call, write::patch(call, (table, key))?).await,
        Method::DELETE => write::answer(call, write::delete(call, (table, key))?).await,
        _ => Err(Fault::method()),
    }
}

/// A name with parentheses behind a row: a function, or a row behind a collection.
async fn called(
    call: &Call<'_>,
    (table, key): (&Arc<Table>, RowKey),
    (name, arguments): (&str, &Arguments),
    more: &[Segment],
) -> Result<Reply, Fault> {
    let Some(navigation) = call.model().navigation(&table.logical, name).cloned() else {
        let row = Reference { table: table.logical.clone(), key };
        return bound::of_row(call, (table, row), unqualified(name), Some(arguments)).await;
    };
    let target =
        Arc::clone(call.model().table(&navigation.target).ok_or_else(|| Fault::segment(name))?);
    let other = keys::key(call.model(), &target, arguments, &call.options)?;
    if let [Segment::Ref] = more {
        require(call, &[Method::DELETE])?;
        let to = Some(Reference { table: target.logical.clone(), key: other });
        let from = Reference { table: table.logical.clone(), key };
        return write::answer(call, links::unlink(from, name, to)).await;
    }
    let id = read::related(call, (table, key), (&navigation, &target, other)).await?;
    Box::pin(row(call, (&target, RowKey::Id(id)), more)).await
}

/// What stands behind a navigation property.
async fn behind(
    call: &Call<'_>,
    (table, key): (&Arc<Table>, RowKey),
    navigation: &tables::Navigation,
    more: &[Segment],
) -> Result<Reply, Fault> {
    let target = call.model().table(&navigation.target).cloned();
    let target = target.ok_or_else(|| Fault::segment(&navigation.name))?;
    let from = || Reference { table: table.logical.clone(), key: key.clone() };
    match (more, navigation.collection()) {
        ([Segment::Ref], _) if call.method == Method::GET => {
            links::show(call, (table, key), navigation, &target).await
        }
        ([Segment::Ref], true) if call.method == Method::DELETE => {
            let address = call
                .options
                .id
                .as_deref()
                .ok_or_else(|| Fault::malformed("The query option $id is missing."))?;
            let to = keys::reference(call.model(), call.root, call.set, address)?;
            write::answer(call, links::unlink(from(), &navigation.name, Some(to))).await
        }
        ([Segment::Ref], false) if call.method == Method::DELETE => {
            write::answer(call, links::unlink(from(), &navigation.name, None)).await
        }
        ([Segment::Ref], collection) => {
            require(call, &[if collection { Method::POST } else { Method::PUT }])?;
            write::answer(call, links::link(call, from(), &navigation.name)?).await
        }
        ([], true) => match call.method {
            Method::GET => {
                let id = read::id(call, (table, key)).await?;
                read::page(call, &target, Some((table, &navigation.name, id))).await
            }
            Method::POST => {
                write::answer(call, links::create(call, from(), navigation, &target)?).await
            }
            _ => Err(Fault::method()),
        },
        ([Segment::Count], true) => {
            require(call, &[Method::GET])?;
            let id = read::id(call, (table, key)).await?;
            read::count(call, &target, Some((table, &navigation.name, id))).await
        }
        (more, false) => match read::target(call, (table, key), navigation).await? {
            Some((target, id)) => Box::pin(row(call, (&target, RowKey::Id(id)), more)).await,
            None if call.method == Method::GET => Ok(Reply::done()),
            None => Err(Fault::new(
                StatusCode::NOT_FOUND,
                "0x80040217",
                "There is no row behind the navigation property.",
            )),
        },
        _ => Err(Fault::segment(&navigation.name)),
    }
}

/// Refuses other methods.
pub(crate) fn require(call: &Call<'_>, methods: &[Method]) -> Result<(), Fault> {
    if methods.contains(&call.method) { Ok(()) } else { Err(Fault::method()) }
}

/// A name without the namespace of operations.
pub(crate) fn unqualified(name: &str) -> &str {
    crate::entry::type_name(name)
}
