//! `$batch`: many requests in one, change sets as one transaction.

mod definitions;

use std::fmt::Write as _;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, request::Parts};
use kernel::Scope;
use odata::tree::{expr::Segment, resource::Resource};
use records::{Operation, Reference, Session};
use uuid::Uuid;

use crate::{
    app::{self, Inner},
    call::{self, Call, Made},
    fault::Fault,
    keys, links,
    multipart::{self, Part},
    prefer::Preferences,
    property,
    reply::Reply,
    root::Root,
    route,
    write::{self, Prepared},
};

/// A batch whose caller is known.
pub(crate) struct Batch<'a> {
    pub(crate) inner: &'a Inner,
    pub(crate) root: &'a Root,
    pub(crate) scope: &'a Scope,
    pub(crate) preferences: &'a Preferences,
    pub(crate) parts: &'a Parts,
    pub(crate) body: Bytes,
}

/// Answers a batch.
pub(crate) async fn answer(batch: &Batch<'_>) -> Result<Reply, Fault> {
    if batch.parts.method != Method::POST {
        return Err(Fault::method());
    }
    let kind = batch.parts.headers.get(http::header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let parts = multipart::parse(kind, &batch.body).map_err(Fault::malformed)?;
    let boundary = format!("batchresponse_{}", batch.inner.ids.fresh::<Uuid>());
    let mut body = Vec::with_capacity(4096);
    let mut failed = false;
    for part in &parts {
        match part {
            Part::Request(request) => {
                let reply = alone(batch, request).await;
                failed |= is_failure(&reply);
                open(&boundary, &mut body);
                single(&reply, request.content_id.as_deref(), &mut body);
            }
            Part::Set(requests) => match set(batch, requests).await {
                Ok(replies) => {
                    let inner = format!("changesetresponse_{}", batch.inner.ids.fresh::<Uuid>());
                    open(&boundary, &mut body);
                    body.extend_from_slice(
                        format!("Content-Type: multipart/mixed; boundary={inner}\r\n\r\n")
                            .as_bytes(),
                    );
                    for (reply, request) in replies.iter().zip(requests) {
                        open(&inner, &mut body);
                        single(reply, request.content_id.as_deref(), &mut body);
                    }
                    body.extend_from_slice(format!("--{inner}--\r\n").as_bytes());
                }
                Err((reply, content_id)) => {
                    failed = true;
                    open(&boundary, &mut body);
                    single(&reply, content_id, &mut body);
                }
            },
        }
        if failed && !batch.preferences.continue_on_error {
            break;
        }
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    let stopped = failed && !batch.preferences.continue_on_error;
    let mut reply = Reply::empty(if stopped { StatusCode::BAD_REQUEST } else { StatusCode::OK });
    reply.text("content-type", &format!("multipart/mixed; boundary={boundary}"));
    if batch.preferences.continue_on_error {
        reply.header("preference-applied", HeaderValue::from_static("odata.continue-on-error"));
    }
    reply.body = body.into();
    Ok(reply)
}

fn is_failure(reply: &Reply) -> bool {
    reply.status.is_client_error() || reply.status.is_server_error()
}

/// A request outside of change sets.
async fn alone(batch: &Batch<'_>, request: &multipart::Inner) -> Reply {
    let preferences = Preferences::of(&request.headers).or(batch.preferences);
    let answered = async {
        let session = session(batch, &request.headers).await?;
        let call = call(batch, &session, (request, &preferences), &[])?;
        let reply = Box::pin(route::answer(&call)).await?;
        if reply.rest.is_some() {
            return Err(Fault::argument("A file of more than 4 MiB is read outside of a batch."));
        }
        Ok(reply)
    };
    answered.await.unwrap_or_else(|fault| failed(&fault, &preferences))
}

fn failed(fault: &Fault, preferences: &Preferences) -> Reply {
    if let Some(chain) = fault.chain() {
        tracing::error!(error = chain, "dataverse.failed");
    }
    fault.reply(&preferences.annotations)
}

/// The session as it is now: an earlier request may have changed definitions or rights.
async fn session(batch: &Batch<'_>, headers: &HeaderMap) -> Result<Session, Fault> {
    let mut both = batch.parts.headers.clone();
    for name in ["mscrmcallerid", "callerobjectid"] {
        if let Some(value) = headers.get(name) {
            both.insert(name, value.clone());
        }
    }
    app::session(batch.inner, batch.scope, batch.root, &both).await
}

fn call<'a>(
    batch: &'a Batch<'a>,
    session: &'a Session,
    (request, preferences): (&'a multipart::Inner, &Preferences),
    made: &'a [Made],
) -> Result<Call<'a>, Fault> {
    let address = batch.root.relative(&request.url);
    Call::read(call::Parts {
        inner: batch.inner,
        root: batch.root,
        session,
        language: batch.scope.language(),
        method: request.method.clone(),
        headers: &request.headers,
        preferences: preferences.clone(),
        address,
        body: request.body.clone(),
        set: made,
    })
}

/// A change set: all its operations as one run. What fails answers for the whole.
async fn set<'r>(
    batch: &Batch<'_>,
    requests: &'r [multipart::Inner],
) -> Result<Vec<Reply>, (Reply, Option<&'r str>)> {
    let preferences: Vec<Preferences> = requests
        .iter()
        .map(|request| Preferences::of(&request.headers).or(batch.preferences))
        .collect();
    let fail = |index: usize, fault: &Fault| {
        let preferences = preferences.get(index).unwrap_or(batch.preferences);
        let content_id = requests.get(index).and_then(|request| request.content_id.as_deref());
        (failed(fault, preferences), content_id)
    };
    let headers = requests.first().map(|request| &request.headers);
    let empty = HeaderMap::new();
    let session =
        session(batch, headers.unwrap_or(&empty)).await.map_err(|fault| fail(0, &fault))?;
    if definitions::are_meant(batch, requests).map_err(|(index, fault)| fail(index, &fault))? {
        let replies = definitions::set(batch, &session, (requests, &preferences)).await;
        return replies.map_err(|(index, fault)| fail(index, &fault));
    }
    let mut made: Vec<Made> = Vec::with_capacity(requests.len());
    let mut operations = Vec::with_capacity(requests.len());
    let mut answers = Vec::with_capacity(requests.len());
    for (index, (request, preferences)) in requests.iter().zip(&preferences).enumerate() {
        let prepared = call(batch, &session, (request, preferences), &made)
            .and_then(|call| prepare(&call, request))
            .map_err(|fault| fail(index, &fault))?;
        let table = table(&prepared.operation).to_owned();
        if let Some(twice) = made.iter().find_map(|one| {
            one.content_id.as_ref().filter(|_| one.content_id == request.content_id)
        }) {
            let message = format!(
                "The content ID '{twice}' was found more than once in the same change set. Content IDs have to be unique across all \
                 operations of a change set."
            );
            return Err(fail(index, &Fault::malformed(message)));
        }
        made.push(Made { content_id: request.content_id.clone(), table });
        operations.push(prepared.operation);
        answers.push(prepared.answer);
    }
    let outcomes = session.run(operations).await;
    let outcomes = outcomes.map_err(|failure| fail(failure.index, &Fault::from(failure.error)))?;
    let mut replies = Vec::with_capacity(requests.len());
    let pairs = requests.iter().zip(&preferences).zip(answers.into_iter().zip(&outcomes));
    for (index, ((request, preferences), (answer, outcome))) in pairs.enumerate() {
        let call = call(batch, &session, (request, preferences), &made)
            .map_err(|fault| fail(index, &fault))?;
        let reply = Box::pin(write::respond(&call, answer, outcome)).await;
        replies.push(reply.map_err(|fault| fail(index, &fault))?);
    }
    Ok(replies)
}

/// The table of the row that an operation makes or touches.
fn table(operation: &Operation) -> &str {
    match operation {
        Operation::Create(entry) => &entry.table,
        Operation::Update(update) | Operation::Upsert(update) => &update.entry.table,
        Operation::Delete(delete) => &delete.row.table,
        Operation::Associate(link) => &link.from.table,
        Operation::Disassociate(link) => &link.from.table,
        Operation::Merge(merge) => &merge.content.table,
    }
}

/// Whether a request may stand in a change set at all.
fn stands(call: &Call<'_>, request: &multipart::Inner) -> Result<(), Fault> {
    if call.method == Method::GET {
        return Err(Fault::malformed("A GET stands in no change set."));
    }
    if request.content_id.is_none() {
        return Err(Fault::unsupported("Content-ID should not be empty when inside a changeset."));
    }
    Ok(())
}

/// The operation of a request in a change set.
fn prepare(call: &Call<'_>, request: &multipart::Inner) -> Result<Prepared, Fault> {
    stands(call, request)?;
    let Resource::Path(segments) = &call.resource else { return Err(out_of_place()) };
    let (first, rest) = segments.split_first().ok_or_else(out_of_place)?;
    let row = match first {
        Segment::ContentId(id) => keys::content(call.set, id)?,
        Segment::Name(name) => {
            let table = call.model().table_by_set(name).cloned();
            // sets are written small, actions are not
            let is_action = name.starts_with(char::is_uppercase) || name.contains('.');
            let unknown = || if is_action { out_of_place() } else { Fault::segment(name) };
            let table = table.ok_or_else(unknown)?;
            if !rest.is_empty() || call.method != Method::POST {
                return Err(out_of_place());
            }
            return write::create(call, &table);
        }
        Segment::Call(name, arguments) => {
            let table = call.model().table_by_set(name).ok_or_else(|| Fault::segment(name))?;
            let key = keys::key(call.model(), table, arguments, &call.options)?;
            Reference { table: table.logical.clone(), key }
        }
        _ => return Err(out_of_place()),
    };
    let table = call.model().table(&row.table).cloned().ok_or_else(out_of_place)?;
    match (rest, &call.method) {
        ([], &Method::PATCH) => write::patch(call, (&table, row.key)),
        ([], &Method::DELETE) => write::delete(call, (&table, row.key)),
        ([Segment::Name(name)], &(Method::PUT | Method::DELETE)) => {
            let column = table.column(name).ok_or_else(|| Fault::segment(name))?;
            property::prepare(call, (&table, row.key), column)
        }
        ([Segment::Name(name)], &Method::POST) => {
            let navigation = call.model().navigation(&table.logical, name);
            let navigation = navigation.filter(|navigation| navigation.collection());
            let navigation = navigation.ok_or_else(out_of_place)?;
            let target = call.model().table(&navigation.target).ok_or_else(out_of_place)?;
            links::create(call, row, navigation, target)
        }
        ([Segment::Name(name), Segment::Ref], &(Method::POST | Method::PUT)) => {
            links::link(call, row, name)
        }
        ([Segment::Name(name), Segment::Ref], &Method::DELETE) => {
            let to = call.options.id.as_deref();
            let to = to
                .map(|address| keys::reference(call.model(), call.root, call.set, address))
                .transpose()?;
            Ok(links::unlink(row, name, to))
        }
        ([Segment::Call(name, arguments), Segment::Ref], &Method::DELETE) => {
            let navigation = call
                .model()
                .navigation(&table.logical, name)
                .ok_or_else(|| Fault::segment(name))?;
            let target =
                call.model().table(&navigation.target).ok_or_else(|| Fault::segment(name))?;
            let key = keys::key(call.model(), target, arguments, &call.options)?;
            Ok(links::unlink(row, name, Some(Reference { table: target.logical.clone(), key })))
        }
        _ => Err(out_of_place()),
    }
}

fn out_of_place() -> Fault {
    Fault::malformed(
        "A request of this kind stands in no change set: rows are created, changed, deleted and linked there.",
    )
}

fn open(boundary: &str, body: &mut Vec<u8>) {
    body.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
}

/// One answer as a part.
fn single(reply: &Reply, content_id: Option<&str>, body: &mut Vec<u8>) {
    let mut head =
        String::from("Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n");
    if let Some(id) = content_id {
        // what came as a header can go as one
        let _ = write!(head, "Content-ID: {id}\r\n");
    }
    let reason = reply.status.canonical_reason().unwrap_or("Unknown");
    let _ = write!(head, "\r\nHTTP/1.1 {} {reason}\r\n", reply.status.as_u16());
    for (name, value) in &reply.headers {
        let Ok(value) = value.to_str() else { continue };
        let name = match name.as_str() {
            "odata-entityid" => "OData-EntityId",
            "content-type" => "Content-Type",
            "location" => "Location",
            "etag" => "ETag",
            "preference-applied" => "Preference-Applied",
            "retry-after" => "Retry-After",
            other => other,
        };
        let _ = write!(head, "{name}: {value}\r\n");
    }
    head.push_str("OData-Version: 4.0\r\n\r\n");
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(&reply.body);
    body.extend_from_slice(b"\r\n");
}
