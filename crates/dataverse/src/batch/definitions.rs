//! Change sets that change definitions: all requests of one are one change of the model, or nothing happens.
//!
//! A request sees what those before it have made, by its name or as `$1`. Rows do not stand beside definitions: their
//! tables come into being only when the whole set has.

use std::sync::Arc;

use http::Method;
use odata::tree::resource::Resource;
use records::Session;
use uuid::Uuid;

use super::{Batch, call};
use crate::{
    call::{Call, Made},
    conditions::Condition,
    definitions,
    fault::Fault,
    multipart::Inner,
    prefer::Preferences,
    reply::Reply,
};

/// Whether the requests of a set change definitions.
///
/// # Errors
/// The first request that is of another kind than the one before it.
pub(super) fn are_meant(batch: &Batch<'_>, requests: &[Inner]) -> Result<bool, (usize, Fault)> {
    let mut meant = None;
    for (index, request) in requests.iter().enumerate() {
        let address = batch.root.relative(&request.url).trim_start_matches('/');
        if address.starts_with('$') {
            continue;
        }
        let set = address.split(['(', '/', '?']).next().unwrap_or_default();
        let is = definitions::is_set(set);
        if meant.is_some_and(|meant| meant != is) {
            return Err((index, Fault::unsupported(MIXED)));
        }
        meant = Some(is);
    }
    Ok(meant.unwrap_or_default())
}

/// Answers a set of definitions.
///
/// # Errors
/// The request that cannot be done, and why; nothing of the set was.
pub(super) async fn set(
    batch: &Batch<'_>,
    session: &Session,
    (requests, preferences): (&[Inner], &[Preferences]),
) -> Result<Vec<Reply>, (usize, Fault)> {
    let mut model = Arc::clone(session.model());
    let mut made: Vec<Made> = Vec::with_capacity(requests.len());
    let mut changes = Vec::with_capacity(requests.len());
    // by request: where the answer leads, and how many things of all that are made come before its own
    let mut answers = Vec::with_capacity(requests.len());
    let mut before = 0;
    for (index, (request, preferences)) in requests.iter().zip(preferences).enumerate() {
        let fail = |fault: Fault| (index, fault);
        let mut call = call(batch, session, (request, preferences), &made).map_err(fail)?;
        call.model = Some(Arc::clone(&model));
        super::stands(&call, request).map_err(fail)?;
        let Resource::Path(segments) = &call.resource else {
            return Err(fail(super::out_of_place()));
        };
        let change = definitions::change(&call, segments).map_err(fail)?;
        if let (Condition::Version(seen), Some(now)) = (call.condition, change.replaces(&model))
            && seen != now
        {
            return Err(fail(records::Error::VersionMismatch.into()));
        }
        let wanted = definitions::kind(&change);
        let next = model.change(vec![change.clone()], &mut || batch.inner.ids.fresh::<Uuid>());
        let next = next.map_err(|error| fail(records::Error::from(error).into()))?;
        let own = next.created.iter().position(|one| Some(one.kind) == wanted);
        let table = own.and_then(|at| next.created.get(at));
        let table = table.map(|one| one.table.clone().unwrap_or_else(|| one.name.clone()));
        let posts = call.method == Method::POST;
        answers.push((posts, before + own.unwrap_or_default(), address(&call)));
        made.push(Made {
            content_id: request.content_id.clone(),
            table: table.unwrap_or_default(),
        });
        before += next.created.len();
        changes.push(change);
        model = Arc::new(next.model);
    }
    let created = session.define(changes).await.map_err(|error| (0, Fault::from(error)))?;
    let reply = |(posts, at, address): (bool, usize, String)| match created.get(at) {
        Some(one) if posts => Reply::done().at(&format!("{address}({})", one.id.hyphenated())),
        _ => Reply::done(),
    };
    Ok(answers.into_iter().map(reply).collect())
}

/// Where a request goes, with the name of what `$1` stands for.
fn address(call: &Call<'_>) -> String {
    let path = call.address.split('?').next().unwrap_or_default();
    let named = path.strip_prefix('$').and_then(|rest| {
        let (id, rest) = rest.split_once('/').unwrap_or((rest, ""));
        let one = call.set.iter().find(|one| one.content_id.as_deref() == Some(id))?;
        Some(format!("{}(LogicalName='{}')/{rest}", definitions::TABLES, one.table))
    });
    format!("{}{}", call.root.url, named.as_deref().unwrap_or(path))
}

const MIXED: &str = "A change set holds either changes of definitions (EntityDefinitions, \
     RelationshipDefinitions, GlobalOptionSetDefinitions) or changes of rows: send two.";
