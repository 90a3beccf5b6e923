//! The data resources under `/services/data/v…`.

mod conditional;
mod describe;
pub(crate) mod formed;
mod layouts;
mod lists;
mod records;
mod resources;
mod search;

use serde_json::{Map, Value, json};

pub(crate) use records::{fields, multipart_body};
pub(crate) use resources::{VERSIONS, limits, versions};

use crate::{
    composite,
    fault::{Fault, Result},
    jobs,
    org::Org,
    query::{self, Ask, PAGE},
    rights::{Caller, Saving},
};

/// One call of a resource, from outside or out of a composite one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Call {
    pub(crate) method: String,
    /// What follows the version, unescaped.
    pub(crate) path: Vec<String>,
    pub(crate) query: Vec<(String, String)>,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// `59.0`
    pub(crate) version: String,
    /// Scheme, host and port by which we were reached.
    pub(crate) base: String,
    /// Whether it comes out of another call.
    pub(crate) inner: bool,
}

impl Call {
    /// A call of an address under `/services/data`.
    pub(crate) fn of(method: &str, path: &str, query: &str) -> Option<Self> {
        let rest = path.strip_prefix("/services/data/v")?;
        let mut parts = rest.split('/');
        let version = parts.next()?.to_owned();
        let path = parts.filter(|part| !part.is_empty()).map(doubles_http::decode).collect();
        let query = doubles_http::pairs(query);
        // for clients that know no PATCH (REST reference, "Update a Record")
        let instead = query.iter().find(|(name, _)| name == "_HttpMethod");
        let method = match instead {
            Some((_, other)) if method.eq_ignore_ascii_case("POST") => other.to_ascii_uppercase(),
            _ => method.to_ascii_uppercase(),
        };
        Some(Self { method, path, query, version, ..Self::default() })
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The version as a number.
    pub(crate) fn number(&self) -> f64 {
        self.version.parse().unwrap_or_default()
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Result<Value> {
        let kind = self.header("content-type").unwrap_or_default();
        if !self.inner && (kind.contains("application/xml") || kind.contains("text/xml")) {
            return formed::read(&self.body);
        }
        if !kind.is_empty() && !kind.contains("json") && !self.inner {
            return Err(Fault::new(
                "UNSUPPORTED_MEDIA_TYPE",
                "The request entity is in a format not supported by the requested resource for the requested method",
            ));
        }
        serde_json::from_slice(&self.body)
            .map_err(|error| Fault::new("JSON_PARSER_ERROR", format!("{error}")))
    }

    /// The body as an object.
    pub(crate) fn members(&self) -> Result<Map<String, Value>> {
        crate::write::members(&self.json()?)
    }

    pub(crate) fn url(&self, rest: &str) -> String {
        format!("/services/data/v{}/{rest}", self.version)
    }

    /// What is done where a duplicate rule finds something; the header came with 52.0.
    pub(crate) fn saving(&self) -> Saving {
        let header = self.header("sforce-duplicate-rule-header").filter(|_| self.number() >= 52.0);
        header.map(Saving::of).unwrap_or_default()
    }

    /// How a query in this call is asked.
    pub(crate) fn ask(&self, all: bool) -> Ask<'_> {
        let options = self.header("sforce-query-options").unwrap_or_default();
        let named = options.split(',').find_map(|option| {
            let (name, value) = option.split_once('=')?;
            name.trim()
                .eq_ignore_ascii_case("batchSize")
                .then(|| value.trim().parse::<usize>().ok())?
        });
        let batch = named.map_or(PAGE, |batch| batch.clamp(200, PAGE));
        Ask { version: &self.version, all, batch }
    }
}

/// What a resource answers.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Content,
    pub(crate) headers: Vec<(String, String)>,
}

#[derive(Debug, Clone)]
pub(crate) enum Content {
    Nothing,
    Json(Value),
    Bytes(&'static str, Vec<u8>),
}

impl Reply {
    pub(crate) const fn json(status: u16, body: Value) -> Self {
        Self { status, body: Content::Json(body), headers: Vec::new() }
    }

    pub(crate) const fn empty(status: u16) -> Self {
        Self { status, body: Content::Nothing, headers: Vec::new() }
    }

    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A refusal: the array of one.
    pub(crate) fn refused(fault: &Fault) -> Self {
        Self::json(fault.status, json!([fault.entry()]))
    }

    /// What a composite answer says of it.
    pub(crate) fn value(&self) -> Value {
        match &self.body {
            Content::Json(value) => value.clone(),
            Content::Nothing | Content::Bytes(..) => Value::Null,
        }
    }
}

pub(crate) fn not_allowed(call: &Call) -> Fault {
    Fault::new(
        "METHOD_NOT_ALLOWED",
        format!(
            "HTTP Method '{}' not allowed. Allowed are HEAD,GET,POST,PATCH,DELETE",
            call.method
        ),
    )
}

/// Answers a call; what it wrote is taken back when it is refused.
pub(crate) fn route(org: &mut Org, caller: &Caller, call: &Call) -> Result<Reply> {
    let mark = org.mark();
    let reply = resource(org, caller, call);
    if reply.is_err() {
        org.take_back(mark);
    }
    reply
}

fn resource(org: &mut Org, caller: &Caller, call: &Call) -> Result<Reply> {
    // whoever asks for the head alone gets that of the whole answer
    let whole = (call.method == "HEAD").then(|| Call { method: "GET".to_owned(), ..call.clone() });
    let call = whole.as_ref().unwrap_or(call);
    let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
    let get = call.method == "GET";
    match path.as_slice() {
        [] if get => Ok(resources::list(org, caller, call)),
        ["sobjects", rest @ ..] => records::answer(org, caller, call, rest),
        ["query", rest @ ..] if get => query_(org, caller, call, (rest, false)),
        ["queryAll", rest @ ..] if get => query_(org, caller, call, (rest, true)),
        ["search"] if get => search::search(org, caller, call),
        ["parameterizedSearch"] => search::parameterized(org, caller, call),
        ["limits"] if get => Ok(Reply::json(200, limits(org))),
        ["limits", "recordCount"] if get => Ok(resources::record_count(org, caller, call)),
        ["search", "suggestions"] if get => search::suggestions(org, caller, call),
        ["search", "layout"] if get => layouts::of_search(org, caller, call),
        // an organisation without articles, approvals, rules and code of its own
        ["search", "suggestSearchQueries" | "suggestTitleMatches"] if get => {
            Ok(Reply::json(200, json!({ "autoSuggestResults": [], "hasMoreResults": false })))
        }
        ["process", "approvals"] if get => Ok(Reply::json(200, json!({ "approvals": {} }))),
        ["process", "rules"] if get => Ok(Reply::json(200, json!({ "rules": {} }))),
        ["compactLayouts"] if get => layouts::compact_of(org, caller, call),
        ["search", "scopeOrder"] if get => Ok(resources::scope_order(org, caller, call)),
        ["recent"] if get => Ok(resources::recent(org, caller, call)),
        ["tabs"] if get => Ok(Reply::json(200, resources::tabs(org, caller, call))),
        ["theme"] if get => Ok(Reply::json(200, resources::theme(org, caller, call))),
        // nothing is built here: no actions, menus, reports, dashboards
        ["quickActions"] | ["appMenu", _] | ["analytics", "reports" | "dashboards"] if get => {
            Ok(Reply::json(200, json!([])))
        }
        ["tooling", "query"] if get => Ok(resources::of_code(call)?),
        ["composite", rest @ ..] => composite::answer(org, caller, call, rest),
        ["jobs", rest @ ..] => jobs::answer(org, caller, call, rest),
        [] | ["query" | "queryAll" | "search" | "limits" | "recent" | "tabs" | "theme"] => {
            Err(not_allowed(call))
        }
        _ => Err(Fault::not_found()),
    }
}

fn query_(
    org: &mut Org,
    caller: &Caller,
    call: &Call,
    (rest, all): (&[&str], bool),
) -> Result<Reply> {
    if let [locator] = rest {
        return query::more(org, caller, locator, &call.version).map(|page| Reply::json(200, page));
    }
    if let Some(text) = call.parameter("explain") {
        let text = lists::query_of(org, caller, text).unwrap_or_else(|| text.to_owned());
        let object = query::planned(org, caller, &text)?;
        let found = query::all(org, caller, &text, call.ask(all))?;
        let whole = org.rows(&object).count();
        let plan = json!({ "cardinality": found.total, "fields": [], "leadingOperationType": "TableScan", "notes": [], "relativeCost": 1.0, "sobjectCardinality": whole, "sobjectType": object });
        return Ok(Reply::json(200, json!({ "plans": [plan], "sourceQuery": text })));
    }
    let missing = || Fault::new("MALFORMED_QUERY", "A query string has to be specified");
    let text = call.parameter("q").ok_or_else(missing)?.to_owned();
    query::first(org, caller, &text, call.ask(all)).map(|page| Reply::json(200, page))
}
