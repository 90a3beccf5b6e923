//! Bulk API 2.0: `jobs/ingest` and `jobs/query`.

mod ingest;
mod select;

pub(crate) use select::table;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    fault::{Fault, Result},
    loading::{Format, Operation},
    org::Org,
    rest::{Call, Reply},
    rights::Caller,
};

/// The jobs of the organisation.
#[derive(Debug, Default)]
pub(crate) struct Jobs {
    known: BTreeMap<String, Job>,
    /// How often a job says that it is still at work.
    pub(crate) polls: usize,
}

#[derive(Debug, Clone)]
struct Job {
    id: String,
    user: String,
    created: String,
    operation: Operation,
    object: String,
    external: Option<String>,
    format: Format,
    /// The names of the format as they were given.
    names: (String, String),
    version: String,
    state: State,
    data: Vec<u8>,
    results: Results,
    /// Polls that still hear of work.
    busy: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    UploadComplete,
    JobComplete,
    Aborted,
    Failed,
}

#[derive(Debug, Clone, Default)]
struct Results {
    /// Of a query: the header and the rows. Of an ingest: the header alone.
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    good: Vec<Vec<String>>,
    bad: Vec<Vec<String>>,
    unprocessed: Vec<Vec<String>>,
    error: Option<String>,
}

pub(crate) fn answer(org: &mut Org, caller: &Caller, call: &Call, rest: &[&str]) -> Result<Reply> {
    match rest {
        ["ingest", rest @ ..] => ingest::answer(org, caller, call, rest),
        ["query", rest @ ..] => select::answer(org, caller, call, rest),
        _ => Err(Fault::not_found()),
    }
}

fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn named(body: &Value, name: &str, usual: &str) -> String {
    let given = text(body, name);
    if given.is_empty() { usual.to_owned() } else { given.to_owned() }
}

fn wrong_state(said: &str) -> Fault {
    Fault::new("INVALIDJOBSTATE", said)
}

/// A job of the caller, of one of the two kinds.
fn find<'a>(org: &'a mut Org, caller: &Caller, id: &str, query: bool) -> Result<&'a mut Job> {
    let id = doubles_salesforce_schema::id::full(id).ok_or_else(Fault::not_found)?;
    let job = org.jobs.known.get_mut(&id);
    let job = job.filter(|job| job.user == caller.user && job.operation.is_query() == query);
    job.ok_or_else(Fault::not_found)
}

/// Every job of a kind.
fn list(org: &Org, caller: &Caller, query: bool) -> Reply {
    let own = org.jobs.known.values();
    let own = own.filter(|job| job.user == caller.user && job.operation.is_query() == query);
    let records: Vec<Value> = own.map(|job| job.shown(job.state)).collect();
    Reply::json(200, json!({ "done": true, "records": records, "nextRecordsUrl": null }))
}

/// What a job says when it is asked how far it is.
fn polled(job: &mut Job) -> Reply {
    if job.state == State::JobComplete && job.busy > 0 {
        job.busy -= 1;
        return Reply::json(200, job.shown_as("InProgress"));
    }
    Reply::json(200, job.shown(job.state))
}

impl Job {
    fn shown(&self, state: State) -> Value {
        self.shown_as(match state {
            State::Open => "Open",
            State::UploadComplete => "UploadComplete",
            State::JobComplete => "JobComplete",
            State::Aborted => "Aborted",
            State::Failed => "Failed",
        })
    }

    fn shown_as(&self, state: &str) -> Value {
        let (good, bad) = (self.results.good.len(), self.results.bad.len());
        let query = self.operation.is_query();
        let mut shown = json!({
            "id": self.id,
            "operation": self.operation.name(),
            "object": self.object,
            "createdById": self.user,
            "createdDate": self.created,
            "systemModstamp": self.created,
            "state": state,
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "apiVersion": self.version.parse::<f64>().unwrap_or_default(),
            "jobType": if query { "V2Query" } else { "V2Ingest" },
            "lineEnding": self.names.1,
            "columnDelimiter": self.names.0,
            "retries": 0,
            "totalProcessingTime": 0,
            "numberRecordsProcessed": if query { self.results.rows.len() } else { good + bad },
        });
        let Some(members) = shown.as_object_mut() else { return shown };
        if !query {
            members.insert("numberRecordsFailed".to_owned(), bad.into());
            members.insert("apexProcessingTime".to_owned(), 0.into());
            members.insert("apiActiveProcessingTime".to_owned(), 0.into());
            members.insert(
                "contentUrl".to_owned(),
                format!("services/data/v{}/jobs/ingest/{}/batches", self.version, self.id).into(),
            );
        }
        if let Some(external) = &self.external {
            members.insert("externalIdFieldName".to_owned(), external.as_str().into());
        }
        if let Some(error) = &self.results.error {
            members.insert("errorMessage".to_owned(), error.as_str().into());
        }
        shown
    }
}
