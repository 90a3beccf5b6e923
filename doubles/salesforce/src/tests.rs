//! The organisation from inside: what clients seldom show.

mod door;
mod saving;

use serde_json::{Value, json};

use crate::{
    fault::Fault,
    org::Org,
    query::{self, Ask},
    rest::{Call, Reply, route},
    rights::{Caller, Saving},
    seed,
};

/// What a condition means, said plainly.
type Plain = fn(&Value, Option<i64>) -> bool;

struct House {
    org: Org,
    saving: Saving,
    _folder: tempfile::TempDir,
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut org = Org::empty();
        seed::seed(&mut org, folder.path()).unwrap();
        Self { org, saving: Saving::default(), _folder: folder }
    }

    fn caller(&self, alias: &str) -> Caller {
        let name = format!("{alias}@example.com");
        Caller::of(&self.org, &crate::door::user_of(&self.org, &name).unwrap()).unwrap()
    }

    fn call(
        &mut self,
        alias: &str,
        method: &str,
        path: &str,
        body: &Value,
    ) -> Result<Reply, Fault> {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let mut call = Call::of(method, &format!("/services/data/v59.0/{path}"), query).unwrap();
        call.body = body.to_string().into_bytes();
        let mut caller = self.caller(alias);
        caller.saving = self.saving;
        route(&mut self.org, &caller, &call)
    }

    fn multipart(&mut self, alias: &str, path: &str, body: Vec<u8>) -> Reply {
        let mut call = Call::of("POST", &format!("/services/data/v59.0/{path}"), "").unwrap();
        let kind = "multipart/form-data; boundary=B".to_owned();
        call.headers = vec![("content-type".to_owned(), kind)];
        call.body = body;
        let caller = self.caller(alias);
        route(&mut self.org, &caller, &call).unwrap()
    }

    fn create(&mut self, alias: &str, object: &str, body: &Value) -> String {
        let made = self.call(alias, "POST", &format!("sobjects/{object}"), body).unwrap();
        made.value()["id"].as_str().unwrap().to_owned()
    }

    fn rows(&mut self, alias: &str, soql: &str) -> Result<Vec<Value>, Fault> {
        let caller = self.caller(alias);
        let ask = Ask { version: "59.0", all: false, batch: 2000 };
        query::all(&mut self.org, &caller, soql, ask).map(|found| found.rows)
    }

    fn names(&mut self, alias: &str, soql: &str) -> Vec<String> {
        let rows = self.rows(alias, soql).unwrap();
        rows.iter().map(|row| row["Name"].as_str().unwrap().to_owned()).collect()
    }
}

#[test]
fn days_are_those_of_the_users_zone() {
    let mut house = House::new();
    house.create("admin", "Account", &json!({ "Name": "Early" }));
    crate::control::order(
        &mut house.org,
        &json!({ "user": { "username": "admin@example.com", "time_zone": "Pacific/Kiritimati" } }),
    )
    .unwrap();
    // Noon and eleven hours past it are two days fourteen hours further east.
    let caller = house.caller("admin");
    let day = house.org.now().to_zoned(caller.zone.clone()).date();
    let on = |of: &str, day: jiff::civil::Date| {
        format!("SELECT Name FROM Account WHERE Name = 'Early' AND DAY_ONLY({of}) = {day}")
    };
    // `TODAY` holds in every zone for what was made now.
    assert_eq!(
        house.names(
            "admin",
            "SELECT Name FROM Account WHERE CreatedDate = TODAY AND Name = 'Early'"
        ),
        ["Early"]
    );
    // parts of instants are those of UTC, unless they are moved
    let utc = house.org.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    assert_eq!(house.names("admin", &on("CreatedDate", utc)), ["Early"]);
    assert_eq!(house.names("admin", &on("convertTimezone(CreatedDate)", day)), ["Early"]);
}

#[test]
fn what_is_hidden_or_private_answers_like_what_does_not_exist() {
    let mut house = House::new();
    let id = house.create(
        "admin",
        "Opportunity",
        &json!({ "Name": "Secret", "StageName": "Prospecting", "CloseDate": "2026-12-31" }),
    );
    let hidden = house.rows("seller", "SELECT AnnualRevenue FROM Account").unwrap_err();
    let unknown = house.rows("seller", "SELECT AnnualRevenuX FROM Account").unwrap_err();
    assert_eq!(hidden.message, unknown.message.replace("RevenuX", "Revenue"));
    let path = format!("sobjects/Opportunity/{id}");
    let private = house.call("seller", "GET", &path, &Value::Null).unwrap_err();
    let other = doubles_salesforce_schema::id::make("006", 999);
    let missing = house
        .call("seller", "GET", &format!("sobjects/Opportunity/{other}"), &Value::Null)
        .unwrap_err();
    assert_eq!(private, missing);
    for soql in [
        "SELECT Id FROM Opportunity",
        "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Opportunity)",
    ] {
        assert!(house.rows("seller", soql).unwrap().is_empty(), "{soql}");
    }
}

#[test]
fn a_refused_call_leaves_nothing_behind() {
    let mut house = House::new();
    let before = house.rows("admin", "SELECT Id FROM Account").unwrap().len();
    let body = json!({ "records": [
        { "attributes": { "type": "Account", "referenceId": "a" }, "Name": "Tree",
          "Contacts": { "records": [{ "attributes": { "type": "Contact", "referenceId": "b" } }] } },
    ] });
    assert_eq!(house.call("admin", "POST", "composite/tree/Account", &body).unwrap().status, 400);
    let body = json!({ "allOrNone": true, "records": [
        { "attributes": { "type": "Account" }, "Name": "Good" }, { "attributes": { "type": "Nothing" } },
    ] });
    house.call("admin", "POST", "composite/sobjects", &body).unwrap();
    assert_eq!(house.rows("admin", "SELECT Id FROM Account").unwrap().len(), before);
}

#[test]
fn the_type_of_what_a_task_is_about_is_its_object() {
    let mut house = House::new();
    let account = house.create("admin", "Account", &json!({ "Name": "About", "Type": "Prospect" }));
    house.create("admin", "Task", &json!({ "Subject": "Call", "WhatId": account }));
    let rows = house
        .rows(
            "admin",
            "SELECT What.Name, What.Type, Account.Type FROM Task WHERE What.Type = 'Account'",
        )
        .unwrap();
    assert_eq!(rows[0]["What"]["Type"], "Account");
    assert_eq!(rows[0]["Account"]["Type"], "Prospect");
}

#[test]
fn children_go_with_their_account_and_other_references_are_emptied() {
    let mut house = House::new();
    let parent = house.create("admin", "Account", &json!({ "Name": "Parent" }));
    let child = house.create("admin", "Account", &json!({ "Name": "Child", "ParentId": parent }));
    let contact =
        house.create("admin", "Contact", &json!({ "LastName": "Goes", "AccountId": parent }));
    let report =
        house.create("admin", "Contact", &json!({ "LastName": "Stays", "ReportsToId": contact }));
    house.call("admin", "DELETE", &format!("sobjects/Account/{parent}"), &Value::Null).unwrap();
    assert!(
        house
            .rows("admin", &format!("SELECT Id FROM Contact WHERE Id = '{contact}'"))
            .unwrap()
            .is_empty()
    );
    let rows =
        house.rows("admin", &format!("SELECT ParentId FROM Account WHERE Id = '{child}'")).unwrap();
    assert_eq!(rows[0]["ParentId"], Value::Null);
    let rows = house
        .rows("admin", &format!("SELECT ReportsToId FROM Contact WHERE Id = '{report}'"))
        .unwrap();
    assert_eq!(rows[0]["ReportsToId"], Value::Null);
}

#[test]
fn conditions_agree_with_a_plain_look_at_each_row() {
    let mut house = House::new();
    for n in 0..60 {
        let body = match n % 3 {
            0 => json!({ "Name": format!("Row {n}"), "NumberOfEmployees": n }),
            1 => json!({ "Name": format!("row {n}"), "NumberOfEmployees": n, "Rating": "Hot" }),
            _ => json!({ "Name": format!("ROW {n}") }),
        };
        house.create("admin", "Account", &body);
    }
    let employees = |row: &Value| row["NumberOfEmployees"].as_i64();
    let cases: [(&str, Plain); 9] = [
        ("NumberOfEmployees > 30", |_, n| n.is_some_and(|n| n > 30)),
        ("NumberOfEmployees != 30", |_, n| n != Some(30)),
        ("NumberOfEmployees = null", |_, n| n.is_none()),
        ("(NOT NumberOfEmployees <= 30)", |_, n| n.is_none_or(|n| n > 30)),
        ("Rating = 'hot' AND NumberOfEmployees < 10", |row, n| {
            row["Rating"] == "Hot" && n.is_some_and(|n| n < 10)
        }),
        ("Rating = 'Hot' OR NumberOfEmployees = null", |row, n| {
            row["Rating"] == "Hot" || n.is_none()
        }),
        ("NumberOfEmployees IN (3, 4, 99)", |_, n| matches!(n, Some(3 | 4 | 99))),
        ("NumberOfEmployees NOT IN (3, 4)", |_, n| !matches!(n, Some(3 | 4))),
        ("Name LIKE 'row _'", |row, _| row["Name"].as_str().unwrap().len() == 5),
    ];
    let all = house
        .rows(
            "admin",
            "SELECT Id, Name, Rating, NumberOfEmployees FROM Account WHERE Name LIKE 'row %'",
        )
        .unwrap();
    assert_eq!(all.len(), 60);
    for (condition, plain) in cases {
        let soql = format!(
            "SELECT Id, Name, Rating, NumberOfEmployees FROM Account WHERE Name LIKE 'row %' AND ({condition})"
        );
        let found = house.rows("admin", &soql).unwrap();
        let expected: Vec<Value> =
            all.iter().filter(|row| plain(row, employees(row))).cloned().collect();
        assert_eq!(found, expected, "{condition}");
        assert!(!found.is_empty() && found.len() < 60, "{condition}");
    }
}

#[test]
fn a_locator_belongs_to_who_asked() {
    let mut house = House::new();
    for n in 0..250 {
        house.create("admin", "Account", &json!({ "Name": format!("A{n}") }));
    }
    let mut call =
        Call::of("GET", "/services/data/v59.0/query", "q=SELECT+Id+FROM+Account").unwrap();
    call.headers.push(("sforce-query-options".to_owned(), "batchSize=200".to_owned()));
    let admin = house.caller("admin");
    let page = route(&mut house.org, &admin, &call).unwrap().value();
    let next = page["nextRecordsUrl"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    assert!(house.call("admin", "GET", &format!("query/{next}"), &Value::Null).is_ok());
    let other = house.call("seller", "GET", &format!("query/{next}"), &Value::Null).unwrap_err();
    assert_eq!(other.code, "INVALID_QUERY_LOCATOR");
}
