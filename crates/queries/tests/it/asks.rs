//! What is refused, and with which words.

use liaison_queries::{Access, Caller, Context, Error, Paging, from_fetch, from_odata, from_sql};
use odata::tree::options::QueryOptions;
use uuid::Uuid;

use crate::{
    model::{MODEL, table},
    property::{ask, moment},
};

fn system() -> Access {
    Access::system(Uuid::from_u128(1), Uuid::from_u128(2))
}

fn refused(table: &str, options: &str) -> String {
    ask(table, options, &system()).map(|_| ()).expect_err(options).to_string()
}

fn sql(table: &str, options: &str, access: &Access) -> (String, usize) {
    let query = ask(table, options, access).unwrap();
    let dialect = db::Dialect::Sqlite;
    let context = Context { model: &MODEL, access, number: 7, dialect };
    let page = query.page(&context, &Paging::first(50)).unwrap();
    (page.statement.sql, page.statement.params.len())
}

#[test]
fn errors_name_the_property_and_the_type() {
    for options in [
        "$select=nothing",
        "$filter=nothing eq 1",
        "$orderby=nothing",
        "$expand=nothing",
        "$filter=NAME eq 'x'",
        "$filter=ownerid_value eq null",
        "$apply=groupby((nothing))",
        "$filter=nothing/any(x:x/name eq 1)",
        "$filter=hidden eq 'x'",
    ] {
        let message = refused("account", options);
        assert!(
            message.starts_with("Could not find a property named '")
                && message.ends_with("' on type 'Microsoft.Dynamics.CRM.account'."),
            "{options}: {message}"
        );
    }
    assert_eq!(
        refused("account", "$filter=primarycontactid/nothing eq 1"),
        "Could not find a property named 'nothing' on type 'Microsoft.Dynamics.CRM.contact'."
    );
}

#[test]
fn types_that_do_not_compare_are_named() {
    assert_eq!(
        refused("account", "$filter=employees eq 'ten'"),
        "A binary operator with incompatible types was detected. Found operand types 'Edm.Int32' and 'Edm.String' for operator kind 'Equal'."
    );
    for options in [
        "$filter=name eq 1",
        "$filter=name gt true",
        "$filter=hold eq 1",
        "$filter=createdon eq 'yesterday'",
        "$filter=accountid gt 00000000-0000-0000-0000-000000000001",
        "$filter=accountid eq 'not an id'",
        "$filter=name eq employees",
        "$filter=contains(employees,'1')",
        "$filter=contains(name,1)",
        "$filter=industry",
    ] {
        assert!(
            matches!(ask("account", options, &system()), Err(Error::Types { .. })),
            "{options}"
        );
    }
    assert_eq!(
        refused(
            "account",
            "$filter=Microsoft.Dynamics.CRM.In(PropertyName='employees',PropertyValues=[\"x\"])"
        ),
        "Cannot convert the literal 'x' to the expected type 'Edm.Int32'."
    );
}

#[test]
fn what_the_web_api_has_not_is_unsupported() {
    for options in [
        "$skip=1",
        "$search=x",
        "$compute=employees add 1 as n",
        "$filter=length(name) eq 1",
        "$filter=year(createdon) eq 2026",
        "$filter=employees add 1 eq 2",
        "$filter=concat(name,'x') eq 'y'",
        "$filter=1 eq 1",
        "$filter=Microsoft.Dynamics.CRM.Nonsense(PropertyName='createdon')",
        "$orderby=length(name)",
        "$expand=contact_customer_accounts/$ref",
        "$expand=primarycontactid($filter=fullname eq 'x')",
        "$expand=primarycontactid($top=1)",
        "$expand=*",
        "$apply=groupby((createdon))",
        "$apply=groupby((name),aggregate(employees with countdistinct as n))",
        "$apply=groupby((name),aggregate($count as n))&$orderby=n desc",
        "$apply=groupby((name),topcount(1,employees))",
        "$apply=concat(groupby((name)),groupby((industry)))",
        "$apply=groupby((rollup(name,industry)))",
    ] {
        let found = ask("account", options, &system()).map(|_| ());
        assert!(matches!(found, Err(Error::Unsupported { .. })), "{options}: {found:?}");
    }
}

#[test]
fn a_list_function_without_its_list_is_refused() {
    for function in ["In", "NotIn"] {
        let call = format!("Microsoft.Dynamics.CRM.{function}(PropertyName='name'");
        let told = refused("account", &format!("$filter={call},Values=['a'])"));
        assert!(told.contains("'PropertyValues'"), "{told}");
    }
}

#[test]
fn too_much_is_refused_before_it_costs() {
    let many = vec!["name eq 'x'"; 600].join(" or ");
    assert!(refused("account", &format!("$filter={many}")).contains("conditions"));
    let mut path = String::new();
    for _ in 0..40 {
        path.push_str("parentaccountid/");
    }
    assert!(refused("account", &format!("$filter={path}name eq 'x'")).contains("joined tables"));
    let nested = |inner: String, _| format!("parentaccountid($expand={inner})");
    let expands = (1..16).fold("parentaccountid".to_owned(), nested);
    assert!(refused("account", &format!("$expand={expands}")).contains("expanded properties"));
    let twice = "$expand=primarycontactid($select=fullname),primarycontactid";
    assert!(refused("account", twice).contains("expanded twice"));
    let orders = vec!["name"; 17].join(",");
    assert!(refused("account", &format!("$orderby={orders}")).contains("order"));
    let values = vec!["\"x\""; 5001].join(",");
    let list =
        format!("$filter=Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=[{values}])");
    assert!(refused("account", &list).contains("values"));
    assert!(refused("account", "$top=0").contains("$top"));
    assert!(refused("account", "$top=5001").contains("1 to 5000"));
    let far =
        "$filter=Microsoft.Dynamics.CRM.LastXYears(PropertyName='createdon',PropertyValue=99999)";
    assert!(refused("account", far).contains("calendar"));
}

#[test]
fn text_of_a_user_never_stands_in_a_statement() {
    let access = system();
    for text in ["x'' OR 1=1 --", "\"; DROP TABLE t; --", "a/*b*/", "$1", "é\u{1}"] {
        let options = format!("$filter=name eq '{text}' or contains(nickname,'{text}')");
        let (found, params) = sql("account", &options, &access);
        let plain = text.replace("''", "'");
        assert!(!found.contains(&plain) || plain == "$1", "{found}");
        assert_eq!(params, 3);
    }
}

#[test]
fn the_same_shape_is_the_same_text() {
    let access = system();
    for (a, b) in [
        ("$filter=name eq 'a' and revenue gt 1", "$filter=name eq 'b' and revenue gt 20.5"),
        ("$top=1", "$top=4000"),
        (
            "$filter=Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=[\"a\",\"b\",\"c\"])",
            "$filter=Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=[\"d\",\"e\",\"f\",\"g\"])",
        ),
        ("$filter=startswith(name,'a')", "$filter=startswith(name,'bcd')"),
    ] {
        assert_eq!(sql("account", a, &access), sql("account", b, &access), "{a}");
    }
    let mut callers = Vec::new();
    for teams in [5_u128, 7] {
        let mut rights = liaison_queries::Rights::default();
        rights.set(liaison_queries::Verb::Read, liaison_queries::Reach::Own);
        let mut one = Access { user: Uuid::from_u128(teams), ..Access::default() };
        one.teams = (0..teams).map(Uuid::from_u128).collect();
        one.rights.insert("account".into(), rights);
        callers.push(one);
    }
    assert_eq!(
        sql("account", "$select=name", &callers[0]).0,
        sql("account", "$select=name", &callers[1]).0
    );
}

#[test]
fn a_query_of_one_table_reads_as_somebody_would_write_it() {
    let access = system();
    let (found, _) = sql("account", "$select=name&$filter=name eq 'x'&$orderby=name desc", &access);
    assert_eq!(
        found,
        "SELECT t0.\"name\", t0.\"accountid\", t0.\"versionnumber\", plain(t0.\"name\") FROM \"r7_account\" AS t0 \
         WHERE plain(t0.\"name\") = plain($1) ORDER BY plain(t0.\"name\") DESC NULLS LAST, t0.\"accountid\" DESC LIMIT $2"
    );
}

#[test]
fn without_any_right_the_table_is_denied() {
    let nobody = Access::default();
    let query = ask("account", "$select=name", &nobody).unwrap();
    let dialect = db::Dialect::Sqlite;
    let context = Context { model: &MODEL, access: &nobody, number: 7, dialect };
    let error = query.page(&context, &Paging::first(1)).unwrap_err();
    assert_eq!(error.to_string(), "The caller is missing the privilege prvReadAccount.");
    assert!(matches!(query.count(&context), Err(Error::Denied { .. })));
}

fn fetch(text: &str) -> Result<liaison_queries::Fetched, Error> {
    let (access, moment) = (system(), moment());
    let caller = Caller { access: &access, moment: &moment, names: false };
    from_fetch(&MODEL, &fetchxml::fetch::parse(text).unwrap(), &caller)
}

fn select(text: &str) -> Result<liaison_queries::Fetched, Error> {
    let (access, moment) = (system(), moment());
    let caller = Caller { access: &access, moment: &moment, names: false };
    from_sql(&MODEL, &fetchxml::sql::parse(text).unwrap(), &caller)
}

#[test]
fn fetchxml_is_checked_against_the_model() {
    assert!(matches!(fetch("<fetch><entity name='x'/></fetch>"), Err(Error::Table { .. })));
    for body in [
        "<attribute name='nothing'/>",
        "<order attribute='nothing'/>",
        "<filter><condition attribute='nothing' operator='null'/></filter>",
        "<link-entity name='contact' from='nothing' to='accountid'/>",
        "<link-entity name='contact' from='parentcustomerid' to='nothing'/>",
    ] {
        let text = format!("<fetch><entity name='account'>{body}</entity></fetch>");
        assert!(matches!(fetch(&text), Err(Error::Property { .. })), "{body}");
    }
    let text = "<fetch><entity name='account'><filter><condition attribute='employees' operator='eq' value='x'/></filter></entity></fetch>";
    assert!(matches!(fetch(text), Err(Error::Literal { .. })));
    let text = "<fetch><entity name='account'><filter><condition attribute='name' operator='eq-userlanguage'/></filter></entity></fetch>";
    assert!(matches!(fetch(text), Err(Error::Invalid { .. })), "a text is no language");
    let text = "<fetch aggregate='true'><entity name='account'><attribute name='name' groupby='true' alias='g'/><attribute name='name' aggregate='sum' alias='s'/></entity></fetch>";
    let fetched = fetch(text).unwrap();
    let access = system();
    let context =
        Context { model: &MODEL, access: &access, number: 1, dialect: db::Dialect::Sqlite };
    assert!(matches!(fetched.query.page(&context, &fetched.paging), Err(Error::Invalid { .. })));
}

#[test]
fn a_select_is_checked_against_the_model() {
    assert!(matches!(select("SELECT name FROM nothing"), Err(Error::Table { .. })));
    assert!(matches!(select("SELECT nothing FROM account"), Err(Error::Property { .. })));
    assert!(matches!(select("SELECT name, COUNT(*) FROM account"), Err(Error::Invalid { .. })));
    assert!(matches!(
        select(
            "SELECT versionnumber FROM account INNER JOIN contact ON account.primarycontactid = contact.contactid"
        ),
        Err(Error::Invalid { .. })
    ));
    let fetched = select(
        "SELECT TOP 5 a.name AS n, c.fullname FROM account a LEFT JOIN contact c ON c.contactid = a.primarycontactid \
         WHERE a.revenue >= 10.5 AND c.fullname LIKE 'A%' ORDER BY n DESC",
    )
    .unwrap();
    assert_eq!(fetched.query.top, Some(5));
    let names: Vec<_> = fetched.query.shape.outputs.iter().map(|one| one.name.clone()).collect();
    assert_eq!(names, [Some("n".into()), Some("fullname".into())]);
}

/// From and until of a function on a column, by a clock that stands at 2026-03-15 23:30 UTC, a Sunday, two
/// hours east of Greenwich: there it is Monday already.
fn range(function: &str, column: &str) -> (Option<String>, Option<String>) {
    use liaison_queries::{
        Condition, Moment,
        query::Comparison::{GreaterOrEqual, Less, LessOrEqual},
    };
    let (access, mut moment) = (system(), Moment::utc("2026-03-15T23:30:00Z".parse().unwrap()));
    moment.zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(2));
    moment.fiscal_start = (4, 1);
    let caller = Caller { access: &access, moment: &moment, names: false };
    let (name, rest) = function.split_once(' ').unwrap_or((function, ""));
    let value = match rest.split_once(' ') {
        Some((one, two)) => format!(",PropertyValue1={one},PropertyValue2={two}"),
        None if rest.is_empty() => String::new(),
        None => format!(",PropertyValue='{rest}'"),
    };
    let text = format!("Microsoft.Dynamics.CRM.{name}(PropertyName='{column}'{value})");
    let filter = Some(odata::parse::expression(&text).unwrap());
    let options = QueryOptions { filter, ..QueryOptions::default() };
    let query = from_odata(&MODEL, table("account"), &options, &caller).unwrap();
    let Condition::All(bounds) = &query.filter else { panic!("{:?}", query.filter) };
    let (mut from, mut until) = (None, None);
    for bound in bounds {
        match bound {
            Condition::Compare(_, GreaterOrEqual, db::Value::Instant(at)) => {
                from = Some(at.to_string());
            }
            Condition::Compare(_, Less, db::Value::Instant(at)) => until = Some(at.to_string()),
            Condition::Compare(_, LessOrEqual, db::Value::Instant(at)) => {
                until = Some(format!("={at}"));
            }
            other => panic!("{other:?}"),
        }
    }
    (from, until)
}

#[test]
fn days_begin_where_the_caller_is() {
    for (function, from, until) in [
        ("Today", "2026-03-15T22:00:00Z", "2026-03-16T22:00:00Z"),
        ("Yesterday", "2026-03-14T22:00:00Z", "2026-03-15T22:00:00Z"),
        ("ThisWeek", "2026-03-14T22:00:00Z", "2026-03-21T22:00:00Z"),
        ("LastMonth", "2026-01-31T22:00:00Z", "2026-02-28T22:00:00Z"),
        ("NextYear", "2026-12-31T22:00:00Z", "2027-12-31T22:00:00Z"),
        ("Last7Days", "2026-03-08T22:00:00Z", "2026-03-16T22:00:00Z"),
        ("On 2026-03-01", "2026-02-28T22:00:00Z", "2026-03-01T22:00:00Z"),
        ("LastXHours 3", "2026-03-15T20:30:00Z", "=2026-03-15T23:30:00Z"),
        ("LastXDays 1", "2026-03-14T22:00:00Z", "=2026-03-15T23:30:00Z"),
        ("NextXMonths 1", "2026-03-15T23:30:00Z", "2026-04-16T22:00:00Z"),
    ] {
        let expected = (Some(from.to_owned()), Some(until.to_owned()));
        assert_eq!(range(function, "createdon"), expected, "{function}");
    }
    let older = (None, Some("2026-02-15T22:00:00Z".to_owned()));
    assert_eq!(range("OlderThanXMonths 1", "createdon"), older);
}

#[test]
fn fiscal_years_begin_when_the_organisation_says() {
    // from April on, where it is the 16th of March
    for (function, from, until) in [
        ("ThisFiscalYear", "2025-04-01", "2026-04-01"),
        ("LastFiscalYear", "2024-04-01", "2025-04-01"),
        ("NextFiscalYear", "2026-04-01", "2027-04-01"),
        ("ThisFiscalPeriod", "2026-01-01", "2026-04-01"),
        ("LastFiscalPeriod", "2025-10-01", "2026-01-01"),
        ("NextFiscalPeriod", "2026-04-01", "2026-07-01"),
        ("LastXFiscalYears 2", "2023-04-01", "2025-04-01"),
        ("NextXFiscalYears 2", "2026-04-01", "2028-04-01"),
        ("LastXFiscalPeriods 3", "2025-04-01", "2026-01-01"),
        ("NextXFiscalPeriods 3", "2026-04-01", "2027-01-01"),
        ("InFiscalYear 2024", "2024-04-01", "2025-04-01"),
        ("InFiscalPeriodAndYear 4 2024", "2025-01-01", "2025-04-01"),
    ] {
        let at = |day: &str| Some(format!("{day}T00:00:00Z"));
        assert_eq!(range(function, "founded"), (at(from), at(until)), "{function}");
    }
    let day = |text: &str| Some(format!("{text}T00:00:00Z"));
    let after = range("InOrAfterFiscalPeriodAndYear 4 2024", "founded");
    assert_eq!(after, (day("2025-01-01"), None));
    let before = range("InOrBeforeFiscalPeriodAndYear 4 2024", "founded");
    assert_eq!(before, (None, day("2025-04-01")));
}

#[test]
fn dates_without_a_time_are_the_same_everywhere() {
    for (function, from, until) in [
        ("Today", "2026-03-16T00:00:00Z", "2026-03-17T00:00:00Z"),
        ("LastXHours 3", "2026-03-15T00:00:00Z", "=2026-03-16T00:00:00Z"),
        ("LastXDays 2", "2026-03-14T00:00:00Z", "=2026-03-16T00:00:00Z"),
        ("NextXDays 2", "2026-03-16T00:00:00Z", "2026-03-19T00:00:00Z"),
    ] {
        let expected = (Some(from.to_owned()), Some(until.to_owned()));
        assert_eq!(range(function, "founded"), expected, "{function}");
    }
}
