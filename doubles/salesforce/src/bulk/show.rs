//! What jobs and batches look like, in JSON and in XML.

use doubles_http::Response;
use serde_json::{Map, Value, json};

use super::{Batch, Load, Outcome, Refused};

use crate::{
    loading::{Format, said},
    xml::escape,
};

const SPACE: &str = "http://www.force.com/2009/06/asyncapi/dataload";

fn xml(name: &str, inner: &str) -> Vec<u8> {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><{name} xmlns=\"{SPACE}\">{inner}</{name}>")
        .into_bytes()
}

fn elements(members: &Map<String, Value>) -> String {
    let mut out = String::new();
    for (name, value) in members.iter().filter(|(_, value)| !value.is_null()) {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        for part in ["<", name, ">", &escape(&text), "</", name, ">"] {
            out.push_str(part);
        }
    }
    out
}

fn answer(json: bool, name: &str, body: &Value) -> Response {
    if json {
        return Response::new(200, "application/json;charset=UTF-8", body.to_string());
    }
    let inner = body.as_object().map(elements).unwrap_or_default();
    Response::new(200, "application/xml;charset=UTF-8", xml(name, &inner))
}

pub(super) fn refused(status: u16, (code, said): (&str, &str), json: bool) -> Response {
    let body = json!({ "exceptionCode": code, "exceptionMessage": said });
    Response { status, ..answer(json, "error", &body) }
}

pub(super) fn load(load: &Load) -> Response {
    let count = |batch: &&Batch| matches!(batch.outcome, Outcome::Failed(_));
    let failed = load.batches.iter().filter(count).count();
    let body = json!({
        "id": load.id,
        "operation": load.operation.name(),
        "object": load.object,
        "createdById": load.user,
        "createdDate": load.created,
        "systemModstamp": load.created,
        "state": load.state,
        "externalIdFieldName": load.external,
        "concurrencyMode": "Parallel",
        "contentType": if load.json { "JSON" } else { "CSV" },
        "numberBatchesQueued": 0,
        "numberBatchesInProgress": 0,
        "numberBatchesCompleted": load.batches.len() - failed,
        "numberBatchesFailed": failed,
        "numberBatchesTotal": load.batches.len(),
        "numberRecordsProcessed": load.batches.iter().map(|batch| counts(batch).0).sum::<usize>(),
        "numberRetries": 0,
        "apiVersion": load.version.parse::<f64>().unwrap_or_default(),
        "numberRecordsFailed": load.batches.iter().map(|batch| counts(batch).1).sum::<usize>(),
        "totalProcessingTime": 0,
        "apiActiveProcessingTime": 0,
        "apexProcessingTime": 0,
    });
    answer(load.json, "jobInfo", &body)
}

/// Rows that were done and rows that failed.
fn counts(batch: &Batch) -> (usize, usize) {
    match &batch.outcome {
        Outcome::Rows(rows) => (rows.len(), rows.iter().filter(|row| row.is_err()).count()),
        Outcome::File { count, .. } => (*count, 0),
        Outcome::Failed(_) => (0, 0),
    }
}

fn info(load: &Load, batch: &Batch) -> Value {
    let (done, failed) = counts(batch);
    let (state, said) = match &batch.outcome {
        Outcome::Failed(said) => ("Failed", Some(said)),
        _ => ("Completed", None),
    };
    json!({
        "id": batch.id,
        "jobId": load.id,
        "state": state,
        "stateMessage": said,
        "createdDate": load.created,
        "systemModstamp": load.created,
        "numberRecordsProcessed": done,
        "numberRecordsFailed": failed,
        "totalProcessingTime": 0,
        "apiActiveProcessingTime": 0,
        "apexProcessingTime": 0,
    })
}

pub(super) fn batch(load: &Load, batch: &Batch) -> Response {
    answer(load.json, "batchInfo", &info(load, batch))
}

pub(super) fn batches(load: &Load) -> Response {
    let all: Vec<Value> = load.batches.iter().map(|batch| info(load, batch)).collect();
    if load.json {
        return answer(true, "", &json!({ "batchInfo": all }));
    }
    let mut inner = String::new();
    for info in &all {
        inner.push_str("<batchInfo>");
        inner.push_str(&info.as_object().map(elements).unwrap_or_default());
        inner.push_str("</batchInfo>");
    }
    Response::new(200, "application/xml;charset=UTF-8", xml("batchInfoList", &inner))
}

fn content(load: &Load, bytes: Vec<u8>) -> Response {
    let kind = if load.json { "application/json;charset=UTF-8" } else { "text/csv;charset=UTF-8" };
    Response::new(200, kind, bytes)
}

pub(super) fn request(load: &Load, batch: &Batch) -> Response {
    content(load, batch.request.clone())
}

pub(super) fn result(load: &Load, batch: &Batch) -> Result<Response, Refused> {
    match &batch.outcome {
        Outcome::Failed(said) => Err((400, "InvalidBatch", said.clone())),
        Outcome::File { id, .. } if load.json => Ok(answer(true, "", &json!([id]))),
        Outcome::File { id, .. } => {
            let inner = format!("<result>{id}</result>");
            Ok(Response::new(200, "application/xml;charset=UTF-8", xml("result-list", &inner)))
        }
        Outcome::Rows(rows) if load.json => {
            let one = |row: &Result<(String, bool), crate::fault::Fault>| match row {
                Ok((id, created)) => {
                    json!({ "success": true, "created": created, "id": id, "errors": [] })
                }
                Err(fault) => {
                    json!({ "success": false, "created": false, "id": null, "errors": [fault.of_record()] })
                }
            };
            Ok(answer(true, "", &rows.iter().map(one).collect()))
        }
        Outcome::Rows(rows) => {
            let mut all = vec![["Id", "Success", "Created", "Error"].map(str::to_owned).to_vec()];
            all.extend(rows.iter().map(|row| match row {
                Ok((id, created)) => {
                    vec![id.clone(), "true".to_owned(), created.to_string(), String::new()]
                }
                Err(fault) => {
                    vec![String::new(), "false".to_owned(), "false".to_owned(), said(fault)]
                }
            }));
            Ok(content(load, Format::PLAIN.write(&all)))
        }
    }
}

pub(super) fn file(load: &Load, batch: &Batch) -> Result<Response, Refused> {
    match &batch.outcome {
        Outcome::File { content: bytes, .. } => Ok(content(load, bytes.clone())),
        _ => Err((400, "InvalidBatch", "the batch has no such result".to_owned())),
    }
}
