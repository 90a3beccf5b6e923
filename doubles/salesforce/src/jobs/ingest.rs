//! Files of rows to write.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

use super::{Job, Results, State, find, list, named, polled, text, wrong_state};

use crate::{
    fault::{Fault, Result},
    loading::{self, Format, Operation},
    org::Org,
    rest::{Call, Content, Reply, multipart_body, not_allowed},
    rights::Caller,
    write::object,
};

pub(super) fn answer(org: &mut Org, caller: &Caller, call: &Call, rest: &[&str]) -> Result<Reply> {
    match (rest, call.method.as_str()) {
        ([], "GET") => Ok(list(org, caller, false)),
        ([], "POST") => create(org, caller, call),
        ([id], "GET") => find(org, caller, id, false).map(polled),
        ([id], "PATCH") => change(org, caller, call, id),
        ([id], "DELETE") => {
            let job = find(org, caller, id, false)?;
            if job.state == State::Open {
                return Err(wrong_state(
                    "Deleting a job that is open is not allowed: abort it first",
                ));
            }
            let id = job.id.clone();
            org.jobs.known.remove(&id);
            Ok(Reply::empty(204))
        }
        ([id, "batches"], "PUT") => {
            let body = call.body.clone();
            let job = find(org, caller, id, false)?;
            if job.state != State::Open || !job.data.is_empty() {
                return Err(wrong_state("the job takes no more data"));
            }
            job.data = body;
            Ok(Reply::empty(201))
        }
        ([id, "successfulResults"], "GET") => {
            let job = find(org, caller, id, false)?;
            Ok(file(job, &["sf__Id", "sf__Created"], &job.results.good))
        }
        ([id, "failedResults"], "GET") => {
            let job = find(org, caller, id, false)?;
            Ok(file(job, &["sf__Id", "sf__Error"], &job.results.bad))
        }
        ([id, "unprocessedrecords" | "unprocessedRecords"], "GET") => {
            let job = find(org, caller, id, false)?;
            Ok(file(job, &[], &job.results.unprocessed))
        }
        ([] | [_] | [_, "batches" | "successfulResults" | "failedResults"], _) => {
            Err(not_allowed(call))
        }
        _ => Err(Fault::not_found()),
    }
}

fn create(org: &mut Org, caller: &Caller, call: &Call) -> Result<Reply> {
    let multipart = call.header("content-type").filter(|kind| kind.starts_with("multipart/"));
    let Some(kind) = multipart else {
        let id = begin(org, caller, call, &call.json()?)?;
        return find(org, caller, &id, false).map(|job| Reply::json(200, job.shown(State::Open)));
    };
    // job and file in one (Bulk API 2.0, "Create a Job", multipart)
    let parts = multipart_body(kind, &call.body)?;
    let content = parts.get("content").and_then(Value::as_str);
    let content = content.and_then(|content| STANDARD.decode(content).ok()).unwrap_or_default();
    let id = begin(org, caller, call, &Value::Object(parts))?;
    find(org, caller, &id, false)?.data = content;
    finish(org, caller, &id)
}

fn begin(org: &mut Org, caller: &Caller, call: &Call, body: &Value) -> Result<String> {
    let invalid = |said: String| Fault::new("INVALIDJOB", said);
    let operation =
        Operation::parse(text(body, "operation")).filter(|operation| !operation.is_query());
    let operation = operation.ok_or_else(|| invalid("operation is unknown".to_owned()))?;
    let object = object(org, caller, text(body, "object")).map_err(|_unknown| {
        Fault::new(
            "INVALIDENTITY",
            format!("Entity '{}' is not supported by the Bulk API.", text(body, "object")),
        )
    })?;
    let external = Some(text(body, "externalIdFieldName")).filter(|name| !name.is_empty());
    if operation == Operation::Upsert
        && !external.is_some_and(|name| name.eq_ignore_ascii_case("Id") || object.external(name))
    {
        return Err(Fault::new(
            "INVALIDJOB",
            "InvalidJob : External ID was blank or is no external id",
        ));
    }
    let rights = caller.on(&object);
    if operation == Operation::HardDelete && !rights.modify_all {
        return Err(Fault::new(
            "FEATURENOTENABLED",
            "hardDelete needs the permission Bulk API Hard Delete",
        ));
    }
    let names = (named(body, "columnDelimiter", "COMMA"), named(body, "lineEnding", "LF"));
    let format = Format::of(&names.0, &names.1)
        .ok_or_else(|| invalid("the format is unknown".to_owned()))?;
    if !matches!(text(body, "contentType"), "" | "CSV") {
        return Err(invalid("contentType must be CSV".to_owned()));
    }
    let job = Job {
        id: org.next_id("750"),
        user: caller.user.clone(),
        created: org.stamp(),
        operation,
        object: object.name.to_owned(),
        external: external.map(str::to_owned),
        format,
        names,
        version: call.version.clone(),
        state: State::Open,
        data: Vec::new(),
        results: Results::default(),
        busy: org.jobs.polls,
    };
    let id = job.id.clone();
    org.jobs.known.insert(id.clone(), job);
    Ok(id)
}

/// Everything is there: the work is done.
fn finish(org: &mut Org, caller: &Caller, id: &str) -> Result<Reply> {
    let job = find(org, caller, id, false)?.clone();
    let shown = job.shown(State::UploadComplete);
    let (state, results) = work(org, caller, &job);
    let job = find(org, caller, id, false)?;
    job.state = state;
    job.results = results;
    Ok(Reply::json(200, shown))
}

fn change(org: &mut Org, caller: &Caller, call: &Call, id: &str) -> Result<Reply> {
    let body = call.json()?;
    let job = find(org, caller, id, false)?;
    match (text(&body, "state"), job.state) {
        ("UploadComplete", State::Open) => finish(org, caller, id),
        ("Aborted", State::Open | State::UploadComplete) => {
            job.state = State::Aborted;
            if let Ok((header, rows)) = job.format.read(&job.data) {
                job.results.header = header;
                job.results.unprocessed = rows;
            }
            Ok(Reply::json(200, job.shown(State::Aborted)))
        }
        ("UploadComplete" | "Aborted", _) => {
            Err(wrong_state("the state of the job cannot be changed so"))
        }
        _ => Err(Fault::new("INVALIDJOB", "state must be UploadComplete or Aborted")),
    }
}

/// Does the work: each row for itself.
fn work(org: &mut Org, caller: &Caller, job: &Job) -> (State, Results) {
    let failed = |fault: &Fault| {
        let results = Results { error: Some(fault.message.clone()), ..Results::default() };
        (State::Failed, results)
    };
    let (header, rows) = match job.format.read(&job.data) {
        Ok(read) => read,
        Err(fault) => return failed(&fault),
    };
    let object = match object(org, caller, &job.object) {
        Ok(object) => object,
        Err(fault) => return failed(&fault),
    };
    // A column nobody knows fails the whole file, as the service does.
    let unknown = header.iter().find(|name| {
        let parent = name.split_once('.').map(|(parent, _)| parent);
        match parent {
            Some(parent) => object.parent(parent).is_none(),
            None => object.field(name).is_none_or(|field| !caller.sees(&object, field)),
        }
    });
    if let Some(name) = unknown {
        let error = Some(format!("InvalidBatch : Field name not found : {name}"));
        let results = Results { error, header, unprocessed: rows, ..Results::default() };
        return (State::Failed, results);
    }
    let mut results = Results { header: header.clone(), ..Results::default() };
    let external = job.external.clone().unwrap_or_else(|| "Id".to_owned());
    for row in rows {
        let body = loading::body(&header, &row);
        match loading::apply(org, caller, &object, (job.operation, &external), body) {
            Ok(done) => {
                let head = [done.id, done.created.to_string()];
                results.good.push(head.into_iter().chain(row).collect());
            }
            Err(fault) => {
                let id = header.iter().position(|name| name.eq_ignore_ascii_case("id"));
                let id = id.and_then(|at| row.get(at)).cloned().unwrap_or_default();
                results.bad.push([id, loading::said(&fault)].into_iter().chain(row).collect());
            }
        }
    }
    (State::JobComplete, results)
}

fn file(job: &Job, first: &[&str], rows: &[Vec<String>]) -> Reply {
    let own = job.results.header.iter().cloned();
    let header: Vec<String> = first.iter().map(|&name| name.to_owned()).chain(own).collect();
    let all: Vec<Vec<String>> = std::iter::once(header).chain(rows.iter().cloned()).collect();
    let bytes = job.format.write(&all);
    Reply {
        status: 200,
        body: Content::Bytes("text/csv;charset=UTF-8", bytes),
        headers: Vec::new(),
    }
}
