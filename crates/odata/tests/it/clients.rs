//! URLs as clients of the Dataverse Web API send them.

use liaison_odata::{
    Problem, Reading, parse,
    tree::{
        apply::{AggregateOf, Grouping, Transformation},
        expr::{Arguments, BinaryOp, Expr, Literal, Method, Path, Segment},
        options::{ExpandKind, QueryOptions},
        resource::Resource,
    },
};

fn url(text: &str) -> (Resource, QueryOptions) {
    let url = parse::url(text, Reading::FORM).unwrap_or_else(|error| panic!("{text}: {error}"));
    (url.resource, url.options)
}

fn segments(text: &str) -> Vec<Segment> {
    match url(text).0 {
        Resource::Path(segments) => segments,
        other => panic!("{text}: {other:?}"),
    }
}

fn string(text: &str) -> Expr {
    Expr::Literal(Literal::String(text.to_owned()))
}

#[test]
fn form_encoded_queries_are_read() {
    let (_, options) = url(
        "accounts?%24select=name%2Caccountnumber&%24filter=startswith%28name%2C%27A+%26+B%27%29+and+revenue+gt+10.50\
         &%24orderby=name+desc%2Crevenue&%24top=5&%24count=true&tag=mine&partitionid='x'",
    );
    assert_eq!(options.select.unwrap()[1].name(), Some("accountnumber"));
    let Some(Expr::And(operands)) = options.filter else { panic!() };
    assert!(
        matches!(&operands[0], Expr::Method(Method::StartsWith, arguments) if arguments[1] == string("A & B"))
    );
    let Expr::Binary(BinaryOp::Gt, _, right) = &operands[1] else { panic!() };
    assert!(
        matches!(&**right, Expr::Literal(Literal::Decimal(value)) if value.to_string() == "10.50")
    );
    let orderby = options.orderby.unwrap();
    assert!(orderby[0].descending && !orderby[1].descending);
    assert_eq!(orderby[1].path().and_then(Path::name), Some("revenue"));
    assert_eq!((options.top, options.count), (Some(5), Some(true)));
    assert_eq!(options.custom.len(), 2);
}

#[test]
fn functions_of_the_namespace_are_calls_with_arrays() {
    let (_, options) = url(
        "accounts?$filter=not Microsoft.Dynamics.CRM.In(PropertyName='accountid',PropertyValues=[\"v1\",\"v2\"]) and \
         Microsoft.Dynamics.CRM.LastXDays(PropertyName='createdon',PropertyValue=7) and Microsoft.Dynamics.CRM.EqualUserId(PropertyName='ownerid')",
    );
    let Some(Expr::And(operands)) = options.filter else { panic!() };
    let Expr::Unary(_, inner) = &operands[0] else { panic!() };
    let Expr::Path(path) = &**inner else { panic!() };
    let [Segment::Call(name, arguments)] = path.segments.as_slice() else { panic!() };
    assert_eq!(name, "Microsoft.Dynamics.CRM.In");
    assert_eq!(arguments.value("PropertyName"), Some(&string("accountid")));
    assert_eq!(
        arguments.value("PropertyValues"),
        Some(&Expr::Array(vec![string("v1"), string("v2")]))
    );
    assert_eq!(operands.len(), 3);
}

#[test]
fn lambdas_paths_and_enumerations_are_read() {
    let (_, options) = url(
        "accounts?$filter=contact_customer_accounts/any(o:o/fullname eq 'x' and o/statecode eq 0) or Account_Tasks/any() \
         or primarycontactid/parentcustomerid_account/name eq null or _ownerid_value eq 11111111-2222-3333-4444-555555555555 \
         or OwnershipType eq Microsoft.Dynamics.CRM.OwnershipTypes'UserOwned' or RequiredLevel/Value ne 'x' or createdon ge 2026-01-31T10:00:00Z",
    );
    let Some(Expr::Or(operands)) = options.filter else { panic!() };
    assert_eq!(operands.len(), 7);
    let Expr::Path(path) = &operands[0] else { panic!() };
    assert!(
        matches!(path.segments.last(), Some(Segment::Any(Some(lambda))) if lambda.variable == "o")
    );
    let Expr::Binary(_, left, _) = &operands[2] else { panic!() };
    let Expr::Path(path) = &**left else { panic!() };
    assert_eq!(path.names().unwrap(), ["primarycontactid", "parentcustomerid_account", "name"]);
}

#[test]
fn expands_nest_and_filter() {
    let (_, options) = url(
        "accounts?$expand=primarycontactid($select=fullname;$expand=parentcustomerid_account($select=name)),\
         contact_customer_accounts($filter=contains(firstname,%27a;b%27);$orderby=createdon desc;$top=3),parentaccountid/$ref",
    );
    let expand = options.expand.unwrap();
    assert_eq!(
        expand[0].options.expand.as_ref().unwrap()[0].target.name(),
        Some("parentcustomerid_account")
    );
    assert!(
        matches!(&expand[1].options.filter, Some(Expr::Method(_, arguments)) if arguments[1] == string("a;b"))
    );
    assert_eq!(expand[1].options.top, Some(3));
    assert_eq!(expand[2].kind, ExpandKind::References);
}

#[test]
fn aggregations_are_read() {
    let (_, options) = url(
        "opportunities?$apply=filter(statecode eq 0)/groupby((customerid_account/name,stepname),aggregate(estimatedvalue with sum as total,$count as n))",
    );
    let apply = options.apply.unwrap();
    let Transformation::GroupBy { by, then } = &apply[1] else { panic!() };
    assert_eq!(by[0], Grouping::Path(vec!["customerid_account".to_owned(), "name".to_owned()]));
    let Transformation::Aggregate(list) = &then[0] else { panic!() };
    assert_eq!(list[0].method.as_deref(), Some("sum"));
    assert_eq!((&list[1].of, list[1].alias.as_deref()), (&AggregateOf::Count, Some("n")));
}

#[test]
fn keys_operations_and_aliases_are_read() {
    let path = segments("accounts(accountnumber='A/1 (x)',key2=1)/primarycontactid/$ref");
    assert!(
        matches!(&path[0], Segment::Call(set, list) if set == "accounts" && list.value("accountnumber") == Some(&string("A/1 (x)")))
    );
    assert_eq!(path[2], Segment::Ref);
    let path =
        segments("accounts(11111111-2222-3333-4444-555555555555)/Microsoft.Dynamics.CRM.Merge");
    assert!(matches!(&path[0], Segment::Call(_, Arguments::Value(_))) && path[1].is_qualified());
    let (resource, options) =
        url("RetrievePrincipalAccess(Target=@p1)?@p1=%7B%22@odata.id%22%3A%22accounts(1)%22%7D");
    assert!(
        matches!(resource, Resource::Path(path) if matches!(&path[0], Segment::Call(_, list) if list.value("Target").and_then(Expr::as_alias) == Some("p1")))
    );
    assert_eq!(
        options.alias("p1"),
        Some(&Expr::Object(vec![("@odata.id".to_owned(), string("accounts(1)"))]))
    );
    assert!(
        matches!(&segments("WhoAmI()")[0], Segment::Call(_, Arguments::Named(list)) if list.is_empty())
    );
    assert_eq!(segments("$1/primarycontactid/$ref")[0], Segment::ContentId("1".to_owned()));
    let path = segments(
        "EntityDefinitions(LogicalName='x')/Attributes/Microsoft.Dynamics.CRM.PicklistAttributeMetadata",
    );
    assert!(path[2].is_qualified());
    assert_eq!(url("").0, Resource::ServiceDocument);
    assert_eq!(url("$metadata").0, Resource::Metadata);
}

#[test]
fn queries_in_other_languages_are_kept_as_text() {
    let (_, options) = url("accounts?fetchXml=%3Cfetch%20top%3D%221%22%3E+x%26%3C%2Ffetch%3E");
    assert_eq!(options.fetch_xml(), Some("<fetch top=\"1\"> x&</fetch>"));
    assert_eq!(url("accounts?savedQuery=abc").1.saved_query(), Some("abc"));
    assert_eq!(
        url("accounts?sql=SELECT+name+FROM+account").1.sql(),
        Some("SELECT name FROM account")
    );
    let (_, options) = url("accounts?$skiptoken=%3Ccookie%20pagenumber=%222%22%20/%3E");
    assert_eq!(options.skiptoken.as_deref(), Some("<cookie pagenumber=\"2\" />"));
}

#[test]
fn errors_count_in_the_text_that_came() {
    let error = |text: &str| parse::url(text, Reading::FORM).unwrap_err();
    assert_eq!(error("accounts?$filter=name eq").at, 24);
    assert_eq!(error("accounts?%24filter=name%20eq%20%27x").at, 31);
    assert_eq!(error("accounts?$top=x").problem, Problem::Expected("a whole number"));
    assert_eq!(
        error("accounts?$foo=1").problem,
        Problem::UnknownOption { name: "$foo".to_owned() }
    );
    assert_eq!(
        error("accounts?$top=1&%24top=2").problem,
        Problem::RepeatedOption { name: "$top".to_owned() }
    );
    assert_eq!(
        error("accounts?$filter=foo(a,b)").problem,
        Problem::UnknownFunction { name: "foo".to_owned() }
    );
    assert_eq!(
        error("accounts?$filter=contains(a)").problem,
        Problem::Arguments { name: "contains" }
    );
    assert_eq!(error("accounts?$filter=a eq 2026-02-30").problem, Problem::Range("date"));
    assert_eq!(error("accounts(1)/$value/x").at, 18);
    assert_eq!(error("accounts?$filter=a%2").problem, Problem::Percent);
    assert_eq!(error("accounts?$select=").at, 17);
    assert_eq!(error("a//b").at, 2);
}

#[test]
fn a_plus_that_became_a_blank_is_put_back() {
    let (_, options) = url("accounts?$filter=createdon lt 2026-01-31T10:00:00+02:00");
    let Some(Expr::Binary(_, _, right)) = options.filter else { panic!() };
    assert!(
        matches!(*right, Expr::Literal(Literal::DateTimeOffset(at)) if at.offset_minutes == 120)
    );
}

#[test]
fn options_without_a_dollar_are_of_the_standard_only() {
    assert_eq!(url("accounts?top=3").1.custom.len(), 1);
    assert_eq!(parse::query("top=3", Reading::STANDARD).unwrap().top, Some(3));
}
