//! The first bulk interface, `/services/async`, as far as two clients still use it.

mod show;
mod work;

use std::collections::BTreeMap;

use doubles_http::{Request, Response};
use serde_json::Value;

use crate::{door, loading::Operation, org::Org, rest::Call, rights::Caller, write::object, xml};

/// The jobs with their batches.
#[derive(Debug, Default)]
pub(crate) struct Loads {
    known: BTreeMap<String, Load>,
}

#[derive(Debug, Clone)]
struct Load {
    id: String,
    user: String,
    created: String,
    operation: Operation,
    object: String,
    external: Option<String>,
    /// Whether bodies are JSON; else they are CSV and answers XML.
    json: bool,
    state: &'static str,
    version: String,
    batches: Vec<Batch>,
}

#[derive(Debug, Clone)]
struct Batch {
    id: String,
    request: Vec<u8>,
    outcome: Outcome,
}

#[derive(Debug, Clone)]
enum Outcome {
    /// For each row its id and whether it is new, or what was wrong.
    Rows(Vec<Result<(String, bool), crate::fault::Fault>>),
    /// Of a query: the id of the result and the file.
    File {
        id: String,
        content: Vec<u8>,
        count: usize,
    },
    Failed(String),
}

/// A refusal: its status, code and words.
type Refused = (u16, &'static str, String);

fn invalid(said: &str) -> Refused {
    (400, "InvalidJob", said.to_owned())
}

/// Answers anything under `/services/async/{version}/`.
pub(crate) fn answer(org: &mut Org, request: &Request) -> Response {
    let json = request.header("content-type").is_some_and(|kind| kind.contains("json"));
    match route(org, request, json) {
        Ok(response) => response,
        Err((status, code, said)) => show::refused(status, (code, &said), json),
    }
}

fn route(org: &mut Org, request: &Request, json: bool) -> Result<Response, Refused> {
    let token = request.header("x-sfdc-session").unwrap_or_default().to_owned();
    let session = door::session(org, &token);
    let caller = session.and_then(|session| Caller::of(org, &session.user));
    let caller = caller.ok_or((400, "InvalidSessionId", "Invalid session id".to_owned()))?;
    if !caller.rights.api {
        return Err((400, "FeatureNotEnabled", "Async API not enabled for this user".to_owned()));
    }
    let parts: Vec<&str> = request.path.trim_matches('/').split('/').collect();
    let [_, _, version, "job", rest @ ..] = parts.as_slice() else {
        return Err((404, "InvalidUrl", "Destination URL not reset".to_owned()));
    };
    match (rest, request.method.as_str()) {
        ([], "POST") => create(org, &caller, request, (version, json)),
        ([id], "GET") => load(org, &caller, id).map(|load| show::load(load)),
        ([id], "POST") => change(org, &caller, request, (id, json)),
        ([id, "batch"], "GET") => load(org, &caller, id).map(|load| show::batches(load)),
        ([id, "batch"], "POST") => add(org, &caller, request, id),
        ([id, "batch", batch, rest @ ..], "GET") => {
            let load = load(org, &caller, id)?;
            let batch = load.batches.iter().find(|own| own.id == *batch);
            let batch = batch.ok_or_else(|| (404, "InvalidBatch", "no such batch".to_owned()))?;
            match rest {
                [] => Ok(show::batch(load, batch)),
                ["request"] => Ok(show::request(load, batch)),
                ["result"] => show::result(load, batch),
                ["result", _] => show::file(load, batch),
                _ => Err((404, "InvalidUrl", "no such resource".to_owned())),
            }
        }
        _ => Err((405, "InvalidUrl", "the method is not allowed".to_owned())),
    }
}

fn load<'a>(org: &'a mut Org, caller: &Caller, id: &str) -> Result<&'a mut Load, Refused> {
    let id = doubles_salesforce_schema::id::full(id).unwrap_or_default();
    let load = org.loads.known.get_mut(&id).filter(|load| load.user == caller.user);
    load.ok_or_else(|| invalid("no such job"))
}

/// The members of a job in either notation.
fn members(request: &Request, json: bool) -> Result<impl Fn(&str) -> Option<String>, Refused> {
    let text = request.text();
    let tree = if json {
        serde_json::from_str::<Value>(&text).ok().map(Notation::Json)
    } else {
        xml::parse(&text).map(Notation::Xml)
    };
    let tree = tree.ok_or_else(|| invalid("the job cannot be read"))?;
    Ok(move |name: &str| match &tree {
        Notation::Json(value) => value.get(name).and_then(Value::as_str).map(str::to_owned),
        Notation::Xml(element) => element.value(name).map(str::to_owned),
    })
}

enum Notation {
    Json(Value),
    Xml(xml::Element),
}

fn create(
    org: &mut Org,
    caller: &Caller,
    request: &Request,
    (version, json): (&str, bool),
) -> Result<Response, Refused> {
    let of = members(request, json)?;
    let operation = of("operation").as_deref().and_then(Operation::parse);
    let operation = operation.ok_or_else(|| invalid("the operation is unknown"))?;
    let name = of("object").unwrap_or_default();
    let object = object(org, caller, &name);
    let object = object
        .map_err(|_unknown| (400, "InvalidEntity", format!("entity is not known: {name}")))?;
    let external = of("externalIdFieldName");
    if operation == Operation::Upsert
        && !external
            .as_deref()
            .is_some_and(|name| name.eq_ignore_ascii_case("Id") || object.external(name))
    {
        return Err(invalid("External ID was blank or is no external id"));
    }
    if operation == Operation::HardDelete && !caller.on(&object).modify_all {
        return Err((
            400,
            "FeatureNotEnabled",
            "hardDelete is not allowed for this user".to_owned(),
        ));
    }
    let load = Load {
        id: org.next_id("750"),
        user: caller.user.clone(),
        created: org.stamp(),
        operation,
        object: object.name.to_owned(),
        external,
        json: of("contentType").as_deref() == Some("JSON"),
        state: "Open",
        version: version.to_owned(),
        batches: Vec::new(),
    };
    let shown = show::load(&load);
    org.loads.known.insert(load.id.clone(), load);
    Ok(Response { status: 201, ..shown })
}

fn change(
    org: &mut Org,
    caller: &Caller,
    request: &Request,
    (id, json): (&str, bool),
) -> Result<Response, Refused> {
    let of = members(request, json)?;
    let state = of("state").unwrap_or_default();
    let load = load(org, caller, id)?;
    load.state = match (state.as_str(), load.state) {
        ("Closed", "Open" | "Closed") => "Closed",
        ("Aborted", "Open") => "Aborted",
        _ => {
            return Err((
                400,
                "InvalidJobState",
                "the state of the job cannot be changed so".to_owned(),
            ));
        }
    };
    Ok(show::load(load))
}

fn add(org: &mut Org, caller: &Caller, request: &Request, id: &str) -> Result<Response, Refused> {
    let load = load(org, caller, id)?.clone();
    if load.state != "Open" {
        return Err((400, "InvalidJobState", "the job is not open".to_owned()));
    }
    let call = Call { version: load.version.clone(), ..Call::default() };
    let outcome = work::run(org, caller, (&load, &call), &request.body);
    let batch = Batch { id: org.next_id("751"), request: request.body.clone(), outcome };
    let shown = show::batch(&load, &batch);
    self::load(org, caller, id)?.batches.push(batch);
    Ok(Response { status: 201, ..shown })
}
