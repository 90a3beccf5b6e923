//! Versions, limits and the small lists.

use serde_json::{Map, Value, json};

use super::{Call, Reply};

use crate::{
    fault::{Fault, Result},
    org::{Org, text},
    rights::Caller,
};

/// The versions that are served, with the release each came with.
pub(crate) const VERSIONS: [(u8, &str); 32] = [
    (31, "Summer '14"),
    (32, "Winter '15"),
    (33, "Spring '15"),
    (34, "Summer '15"),
    (35, "Winter '16"),
    (36, "Spring '16"),
    (37, "Summer '16"),
    (38, "Winter '17"),
    (39, "Spring '17"),
    (40, "Summer '17"),
    (41, "Winter '18"),
    (42, "Spring '18"),
    (43, "Summer '18"),
    (44, "Winter '19"),
    (45, "Spring '19"),
    (46, "Summer '19"),
    (47, "Winter '20"),
    (48, "Spring '20"),
    (49, "Summer '20"),
    (50, "Winter '21"),
    (51, "Spring '21"),
    (52, "Summer '21"),
    (53, "Winter '22"),
    (54, "Spring '22"),
    (55, "Summer '22"),
    (56, "Winter '23"),
    (57, "Spring '23"),
    (58, "Summer '23"),
    (59, "Winter '24"),
    (60, "Spring '24"),
    (61, "Summer '24"),
    (62, "Winter '25"),
];

/// `GET /services/data`
pub(crate) fn versions() -> Value {
    let one = |(number, label): (u8, &str)| {
        let version = format!("{number}.0");
        json!({ "label": label, "url": format!("/services/data/v{version}"), "version": version })
    };
    VERSIONS.into_iter().map(one).collect()
}

/// `GET /services/data/v59.0`
pub(super) fn list(org: &Org, caller: &Caller, call: &Call) -> Reply {
    let mut resources = Map::new();
    for name in [
        "sobjects",
        "query",
        "queryAll",
        "search",
        "parameterizedSearch",
        "limits",
        "recent",
        "tabs",
        "theme",
        "composite",
        "jobs",
        "tooling",
        "analytics",
        "chatter",
        "connect",
        "actions",
        "quickActions",
        "process",
    ] {
        resources.insert(name.to_owned(), call.url(name).into());
    }
    resources.insert("describe".to_owned(), call.url("sobjects").into());
    let identity = format!("{}/id/{}/{}", call.base, org.id, caller.user);
    resources.insert("identity".to_owned(), identity.into());
    Reply::json(200, Value::Object(resources))
}

/// `GET limits`
pub(crate) fn limits(org: &Org) -> Value {
    let calls = org.calls;
    json!({
        "ConcurrentAsyncGetReportInstances": { "Max": 200, "Remaining": 200 },
        "DailyApiRequests": { "Max": calls.max, "Remaining": (calls.max - calls.used).max(0) },
        "DailyAsyncApexExecutions": { "Max": 250_000, "Remaining": 250_000 },
        "DailyBulkApiBatches": { "Max": 15_000, "Remaining": 15_000 },
        "DailyBulkV2QueryFileStorageMB": { "Max": 976_562, "Remaining": 976_562 },
        "DailyBulkV2QueryJobs": { "Max": 10_000, "Remaining": 10_000 },
        "DailyStreamingApiEvents": { "Max": 10_000, "Remaining": 10_000 },
        "DailyWorkflowEmails": { "Max": 1000, "Remaining": 1000 },
        "DataStorageMB": { "Max": 1024, "Remaining": 1020 },
        "FileStorageMB": { "Max": 1024, "Remaining": 1024 },
        "HourlyTimeBasedWorkflow": { "Max": 1000, "Remaining": 1000 },
        "MassEmail": { "Max": 5000, "Remaining": 5000 },
        "SingleEmail": { "Max": 5000, "Remaining": 5000 },
    })
}

/// `GET limits/recordCount?sObjects=…`
pub(super) fn record_count(org: &Org, caller: &Caller, call: &Call) -> Reply {
    let wanted: Vec<&str> = call
        .parameter("sObjects")
        .map(|names| names.split(',').map(str::trim).collect())
        .unwrap_or_default();
    let shown = org.schema.objects().filter(|object| {
        let named = wanted.iter().any(|name| object.name.eq_ignore_ascii_case(name));
        caller.on(object).read && (wanted.is_empty() || named)
    });
    let counts: Vec<Value> = shown
        .map(|object| json!({ "count": org.rows(object.name).count(), "name": object.name }))
        .collect();
    Reply::json(200, json!({ "sObjects": counts }))
}

/// `GET search/scopeOrder`: the objects that a search of the caller looks into.
pub(super) fn scope_order(org: &Org, caller: &Caller, call: &Call) -> Reply {
    let shown = org.schema.objects().filter(|object| object.searchable && caller.on(object).read);
    let one =
        |name: &str| json!({ "type": name, "url": call.url(&format!("sobjects/{name}/describe")) });
    Reply::json(200, shown.map(|object| one(object.name)).collect())
}

/// `GET tooling/query?q=…`: nothing is built here.
pub(super) fn of_code(call: &Call) -> Result<Reply> {
    let missing = || Fault::new("MALFORMED_QUERY", "A query string has to be specified");
    let text = call.parameter("q").ok_or_else(missing)?;
    let query = doubles_soql::parse(text);
    let query = query.map_err(|error| crate::query::said(text, "MALFORMED_QUERY", &error))?;
    let name = query.from.text();
    let body = json!({ "size": 0, "totalSize": 0, "done": true, "queryLocator": null, "entityTypeName": name, "records": [] });
    Ok(Reply::json(200, body))
}

/// `GET recent`
pub(super) fn recent(org: &Org, caller: &Caller, call: &Call) -> Reply {
    Reply::json(200, recent_of(org, caller, None, call).into())
}

/// What the caller looked at last, of one object or of all.
pub(super) fn recent_of(
    org: &Org,
    caller: &Caller,
    object: Option<&str>,
    call: &Call,
) -> Vec<Value> {
    let limit = call.parameter("limit").and_then(|limit| limit.parse().ok()).unwrap_or(200);
    let ids = org.recent.get(&caller.user).into_iter().flatten();
    let items = ids.filter_map(|id| {
        let own = org.schema.of_id(id)?;
        let row = org.living(own.name, id)?;
        let wanted = object.is_none_or(|name| name == own.name) && caller.sees_row(org, own, row);
        let url = call.url(&format!("sobjects/{}/{id}", own.name));
        let attributes = json!({ "type": own.name, "url": url });
        let name = text(row, own.name_field());
        wanted.then(|| json!({ "attributes": attributes, "Id": id, "Name": name }))
    });
    items.take(limit).collect()
}

/// `GET tabs`
pub(super) fn tabs(org: &Org, caller: &Caller, call: &Call) -> Value {
    let shown = org.schema.objects().filter(|object| object.searchable && caller.on(object).read);
    shown
        .map(|object| {
            json!({
                "colors": [],
                "custom": false,
                "iconUrl": format!("{}/img/icon.png", call.base),
                "icons": [],
                "label": object.plural,
                "miniIconUrl": format!("{}/img/icon-small.png", call.base),
                "name": format!("standard-{}", object.name),
                "sobjectName": object.name,
                "url": format!("{}/{}/o", call.base, object.prefix),
            })
        })
        .collect()
}

/// `GET theme`
pub(super) fn theme(org: &Org, caller: &Caller, call: &Call) -> Value {
    let shown = org.schema.objects().filter(|object| caller.on(object).read);
    let items: Vec<Value> = shown
        .map(|object| {
            json!({
                "name": object.name,
                "colors": [{ "color": "236FBD", "context": "primary", "theme": "theme4" }],
                "icons": [{ "contentType": "image/png", "height": 16, "width": 16, "theme": "theme4", "url": format!("{}/img/icon.png", call.base) }],
            })
        })
        .collect();
    json!({ "themeItems": items })
}
