//! Queries whose rows are fetched as files.

use serde_json::Value;

use super::{Job, Results, State, find, list, named, polled, text, wrong_state};

use crate::{
    fault::{Fault, Result},
    loading::{Format, Operation},
    org::Org,
    query,
    rest::{Call, Content, Reply, not_allowed},
    rights::Caller,
};

/// Rows of a file unless told otherwise.
const USUAL_ROWS: usize = 50_000;

pub(super) fn answer(org: &mut Org, caller: &Caller, call: &Call, rest: &[&str]) -> Result<Reply> {
    match (rest, call.method.as_str()) {
        ([], "GET") => Ok(list(org, caller, true)),
        ([], "POST") => create(org, caller, call),
        ([id], "GET") => find(org, caller, id, true).map(polled),
        ([id], "PATCH") => {
            let body = call.json()?;
            let job = find(org, caller, id, true)?;
            if text(&body, "state") != "Aborted" {
                return Err(Fault::new("INVALIDJOB", "state must be Aborted"));
            }
            if job.state == State::JobComplete && job.busy == 0 {
                return Err(wrong_state("Aborting a job that is complete is not allowed"));
            }
            job.state = State::Aborted;
            Ok(Reply::json(200, job.shown(State::Aborted)))
        }
        ([id], "DELETE") => {
            let id = find(org, caller, id, true)?.id.clone();
            org.jobs.known.remove(&id);
            Ok(Reply::empty(204))
        }
        ([id, "results"], "GET") => results(find(org, caller, id, true)?, call),
        ([id, "resultPages"], "GET") => pages(find(org, caller, id, true)?, call),
        ([] | [_] | [_, "results" | "resultPages"], _) => Err(not_allowed(call)),
        _ => Err(Fault::not_found()),
    }
}

fn create(org: &mut Org, caller: &Caller, call: &Call) -> Result<Reply> {
    let body = call.json()?;
    let invalid = |said: &str| Fault::new("INVALIDJOB", said);
    let operation =
        Operation::parse(text(&body, "operation")).filter(|operation| operation.is_query());
    let operation = operation.ok_or_else(|| invalid("operation must be query or queryAll"))?;
    let names = (named(&body, "columnDelimiter", "COMMA"), named(&body, "lineEnding", "LF"));
    let format = Format::of(&names.0, &names.1).ok_or_else(|| invalid("the format is unknown"))?;
    let soql = text(&body, "query");
    let (object, header, rows) = table(org, caller, call, (soql, operation))?;
    let results = Results { header, rows, ..Results::default() };
    let job = Job {
        id: org.next_id("750"),
        user: caller.user.clone(),
        created: org.stamp(),
        operation,
        object,
        external: None,
        format,
        names,
        version: call.version.clone(),
        state: State::JobComplete,
        data: Vec::new(),
        results,
        busy: org.jobs.polls,
    };
    let shown = job.shown(State::UploadComplete);
    org.jobs.known.insert(job.id.clone(), job);
    Ok(Reply::json(200, shown))
}

/// The object of a query, its columns and its rows as texts.
pub(crate) fn table(
    org: &mut Org,
    caller: &Caller,
    call: &Call,
    (soql, operation): (&str, Operation),
) -> Result<(String, Vec<String>, Vec<Vec<String>>)> {
    let (object, columns) = query::columns(org, caller, soql)?;
    let found = query::all(org, caller, soql, call.ask(operation == Operation::QueryAll))?;
    let value_of = |row: &Value, column: &String| {
        let value = column.split('.').try_fold(row, |value, part| value.get(part));
        match value {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        }
    };
    let row = |row: &Value| columns.iter().map(|column| value_of(row, column)).collect();
    let rows = found.rows.iter().map(row).collect();
    Ok((object, columns, rows))
}

/// Pages of a result, for clients that fetch several at once.
const PAGES: usize = 5;

/// Where each of the next pages is (Bulk API 2.0, "Get Parallel Results for a Query Job").
fn pages(job: &Job, call: &Call) -> Result<Reply> {
    if job.state != State::JobComplete {
        return Err(wrong_state("the job is not complete"));
    }
    let total = job.results.rows.len();
    let from = start(job, call)?;
    let most = most(call);
    let starts: Vec<usize> = (from..total.max(from + 1)).step_by(most).collect();
    let url = |at: &usize| {
        let path = call.url(&format!("jobs/query/{}/results", job.id));
        let mut parts = Vec::new();
        if *at > 0 {
            parts.push(format!("locator=MTA{at}"));
        }
        if most != USUAL_ROWS {
            parts.push(format!("maxRecords={most}"));
        }
        let query = if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) };
        serde_json::json!({ "resultUrl": format!("{path}{query}") })
    };
    let shown: Vec<Value> = starts.iter().take(PAGES).map(url).collect();
    let next = starts.get(PAGES);
    let more = next.map(|at| {
        call.url(&format!("jobs/query/{}/resultPages?locator=MTA{at}&maxRecords={most}", job.id))
    });
    let body =
        serde_json::json!({ "resultPages": shown, "nextRecordsUrl": more, "done": next.is_none() });
    Ok(Reply::json(200, body))
}

fn most(call: &Call) -> usize {
    let given = call.parameter("maxRecords").and_then(|most| most.parse().ok());
    given.unwrap_or(USUAL_ROWS).max(1)
}

/// The row that a locator leads to.
fn start(job: &Job, call: &Call) -> Result<usize> {
    match call.parameter("locator").filter(|locator| !locator.is_empty()) {
        None => Ok(0),
        Some(locator) => {
            let at = locator.strip_prefix("MTA").and_then(|at| at.parse::<usize>().ok());
            at.filter(|&at| at < job.results.rows.len())
                .ok_or_else(|| Fault::new("INVALIDQUERYLOCATOR", "invalid locator"))
        }
    }
}

fn results(job: &Job, call: &Call) -> Result<Reply> {
    if job.state != State::JobComplete {
        return Err(wrong_state("the job is not complete"));
    }
    let from = start(job, call)?;
    let rows = job.results.rows.iter().skip(from).take(most(call)).cloned();
    let mut all = vec![job.results.header.clone()];
    all.extend(rows);
    let count = all.len() - 1;
    let end = from + count;
    let locator =
        if end < job.results.rows.len() { format!("MTA{end}") } else { "null".to_owned() };
    let bytes = job.format.write(&all);
    let reply = Reply {
        status: 200,
        body: Content::Bytes("text/csv;charset=UTF-8", bytes),
        headers: Vec::new(),
    };
    Ok(reply.with("Sforce-Locator", &locator).with("Sforce-NumberOfRecords", &count.to_string()))
}
