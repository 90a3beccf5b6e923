//! Whatever is asked, nothing panics and no statement holds a word that is not the builder's.

use db::Dialect;
use liaison_queries::{
    Access, Caller, Context, Cursor, Paging, Query, Reach, Rights, Verb, cookie, from_fetch,
    from_odata, from_sql,
};
use odata::{Reading, parse, tree::options::QueryOptions};
use proptest::prelude::*;
use uuid::Uuid;

use crate::{
    model::{MODEL, table},
    property::moment,
    words::stranger,
};

/// Whether a quoted name is one of the model.
fn named(name: &str) -> bool {
    let column = name.strip_suffix(":t").unwrap_or(name);
    MODEL.tables().iter().any(|table| {
        table.column(column).is_some()
            || name.strip_prefix("r7_").is_some_and(|rest| rest == table.logical)
    }) || name == "s7_shares"
}

fn callers() -> Vec<Access> {
    let mut rights = Rights::default();
    rights.set(Verb::Read, Reach::Units(vec![Uuid::nil()].into()));
    let mut seller = Access { teams: vec![Uuid::nil(); 20], ..Access::default() };
    for table in MODEL.tables() {
        seller.rights.insert(table.logical.clone(), rights.clone());
        seller.unreadable.entry("account".into()).or_default().insert("secret".into());
    }
    vec![Access::system(Uuid::nil(), Uuid::nil()), seller]
}

fn built(query: &Query) {
    for access in &callers() {
        for dialect in [Dialect::Sqlite, Dialect::Postgres] {
            let context = Context { model: &MODEL, access, number: 7, dialect };
            let mut statements = Vec::new();
            if let Ok(page) = query.page(&context, &Paging::first(50)) {
                statements.push(page.statement);
            }
            if let Ok(count) = query.count(&context) {
                statements.push(count);
            }
            for collection in &query.shape.collections {
                if let Ok(page) = collection.page(&context, &[Uuid::nil()], 10) {
                    statements.push(page.statement);
                }
            }
            for statement in statements {
                assert_eq!(stranger(&statement.sql, named), None, "{}", statement.sql);
                let markers = statement.sql.matches('$').count();
                assert_eq!(markers, statement.params.len());
            }
        }
    }
}

fn asked(options: &str) {
    let Ok(parsed) = parse::query(options, Reading::FORM) else { return };
    let (moment, callers) = (moment(), callers());
    let caller = Caller { access: &callers[0], moment: &moment, names: true };
    for name in ["account", "contact", "owner", "accounttopic"] {
        if let Ok(query) = from_odata(&MODEL, table(name), &parsed, &caller) {
            built(&query);
        }
    }
}

/// Words that make many texts meaningful.
fn word() -> impl Strategy<Value = String> {
    let words = [
        "name",
        "revenue",
        "createdon",
        "tags",
        "hold",
        "accountid",
        "_ownerid_value",
        "ownerid",
        "parentaccountid",
        "primarycontactid",
        "primarycontactid/fullname",
        "contact_customer_accounts",
        "accounttopics_association",
        "eq",
        "ne",
        "gt",
        "le",
        "and",
        "or",
        "not",
        "(",
        ")",
        ",",
        "'x'",
        "'%_'",
        "''''",
        "null",
        "true",
        "1",
        "1.5",
        "1e400",
        "-1",
        "2026-01-31",
        "2026-01-31T10:00:00Z",
        "00000000-0000-0000-0000-000000000001",
        "contains(",
        "startswith(",
        "/any(o:o/fullname eq 'x')",
        "/all(o:o/fullname eq name)",
        "/any()",
        "$it/name",
        "Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=[\"a\"])",
        "Microsoft.Dynamics.CRM.Under(PropertyName='accountid',PropertyValue='00000000-0000-0000-0000-000000000001')",
        "Microsoft.Dynamics.CRM.LastXDays(PropertyName='createdon',PropertyValue=99999999999)",
        "in",
        "@p1",
        "asc",
        "desc",
        "$select=",
        "&$filter=",
        "&$orderby=",
        "&$expand=",
        "&$apply=",
        "groupby((",
        "aggregate(",
        "with sum as s",
        "$count as n",
        ";$filter=",
        ";$top=1",
        "&@p1=",
        "nothing",
        "--",
        "\"",
        ";",
    ];
    prop_oneof![
        9 => prop::sample::select(words.to_vec()).prop_map(str::to_owned),
        1 => "\\PC{0,4}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn words_in_any_order_are_answered_or_refused(words in prop::collection::vec(word(), 1..14), glue in "[ ]?") {
        let text = words.join(&glue);
        asked(&text);
        asked(&format!("$filter={text}"));
    }

    #[test]
    fn any_text_of_a_user_stays_a_parameter(text in "\\PC{0,40}") {
        let quoted = text.replace('\'', "''");
        let parsed = parse::expression(&format!("name eq '{quoted}' or startswith(nickname,'{quoted}')"));
        if let Ok(filter) = parsed {
            let options = QueryOptions { filter: Some(filter), ..Default::default() };
            let (moment, callers) = (moment(), callers());
            let caller = Caller { access: &callers[1], moment: &moment, names: true };
            built(&from_odata(&MODEL, table("account"), &options, &caller).unwrap());
        }
    }

    #[test]
    fn cursors_and_cookies_of_strangers_are_refused(text in "\\PC{0,60}") {
        if let Ok(cursor) = Cursor::decode(&text) {
            let callers = callers();
            let context = Context { model: &MODEL, access: &callers[1], number: 7, dialect: Dialect::Sqlite };
            let paging = Paging { size: 5, after: Some(cursor), skip: 0 };
            let _ = Query::of(table("account")).page(&context, &paging);
        }
        let _ = cookie::read(&text);
        let _ = cookie::page(&text);
    }

    #[test]
    fn fetchxml_and_select_of_strangers_are_answered_or_refused(
        attribute in "[a-z]{4,12}|name|createdon|ownerid|tags", operator in "eq|ne|like|in|under|last-x-days|on|between|eq-userteams|contain-values|[a-z-]{2,10}",
        value in "\\PC{0,12}",
    ) {
        let escaped = value.replace('&', "&amp;").replace('<', "&lt;").replace('\'', "&apos;");
        let text = format!(
            "<fetch><entity name='account'><filter><condition attribute='{attribute}' operator='{operator}' value='{escaped}'/></filter>\
             <link-entity name='contact' from='parentcustomerid' to='accountid' alias='{attribute}'><attribute name='fullname'/></link-entity></entity></fetch>"
        );
        let (moment, callers) = (moment(), callers());
        let caller = Caller { access: &callers[0], moment: &moment, names: true };
        if let Ok(fetch) = fetchxml::fetch::parse(&text)
            && let Ok(fetched) = from_fetch(&MODEL, &fetch, &caller)
        {
            built(&fetched.query);
        }
        let quoted = value.replace('\'', "''");
        let text = format!("SELECT name, {attribute} AS \"{attribute}\" FROM account WHERE {attribute} = '{quoted}' AND name LIKE '{quoted}'");
        if let Ok(select) = fetchxml::sql::parse(&text)
            && let Ok(fetched) = from_sql(&MODEL, &select, &caller)
        {
            built(&fetched.query);
        }
    }
}

#[test]
fn a_word_of_somebody_else_is_noticed() {
    for sql in [
        "SELECT evil",
        "SELECT 'x'",
        "SELECT \"evil\"",
        "SELECT 1; SELECT 2",
        "SELECT 1 -- x",
        "SELECT é",
    ] {
        assert!(stranger(sql, named).is_some(), "{sql}");
    }
    assert_eq!(stranger("SELECT t0.\"name\" FROM \"r7_account\" AS t0 WHERE c1 = $1", named), None);
}

#[test]
fn the_seeds_of_the_fuzzer_are_answered() {
    let seeds = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/seeds-queries");
    let (moment, callers) = (moment(), callers());
    let caller = Caller { access: &callers[1], moment: &moment, names: true };
    let mut answered = 0;
    for seed in std::fs::read_dir(seeds).unwrap() {
        let text = std::fs::read_to_string(seed.unwrap().path()).unwrap();
        asked(&text);
        asked(&format!("$filter={text}"));
        answered += 1;
        if let Ok(fetch) = fetchxml::fetch::parse(&text) {
            built(&from_fetch(&MODEL, &fetch, &caller).unwrap().query);
        } else if let Ok(select) = fetchxml::sql::parse(&text) {
            built(&from_sql(&MODEL, &select, &caller).unwrap().query);
        }
    }
    assert!(answered >= 5);
}
