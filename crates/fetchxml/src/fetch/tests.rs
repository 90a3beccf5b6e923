use super::*;
use crate::{Error, Problem};

const VIEW: &str = r#"<?xml version="1.0"?><!-- a view --><fetch version="1.0" output-format="xml-platform" mapping="logical" distinct="true" count="50" page="2" paging-cookie="&lt;cookie page=&quot;1&quot;&gt;&lt;/cookie&gt;" returntotalrecordcount='true'>
  <entity name="account">
    <attribute name="name" /><attribute name="revenue" alias="r"/>
    <order attribute="name" descending="false" /><order attribute="fullname" entityname="c" descending="1"/>
    <filter type="or">
      <condition attribute="name" operator="like" value="%A &amp; B%" />
      <condition attribute="statecode" operator="in"><value>0</value><value>1</value></condition>
      <filter><condition attribute="ownerid" operator="eq-userid" value="" /><condition entityname="c" attribute="x" operator="ge" valueof="y"/></filter>
    </filter>
    <link-entity name="contact" from="contactid" to="primarycontactid" alias="c" link-type="outer" visible="false">
      <attribute name="fullname"/><filter type="and"><condition attribute="firstname" operator="not-null"/></filter>
    </link-entity>
  </entity>
</fetch>"#;

#[test]
fn a_view_is_read_and_written_again() {
    let fetch = parse(VIEW).unwrap();
    assert_eq!((fetch.count, fetch.page, fetch.distinct), (Some(50), Some(2), true));
    assert_eq!(fetch.paging_cookie.as_deref(), Some("<cookie page=\"1\"></cookie>"));
    let filter = &fetch.entity.filters[0];
    assert!(filter.or);
    assert_eq!(filter.conditions[0].values, ["%A & B%"]);
    assert_eq!(filter.conditions[1].values, ["0", "1"]);
    assert_eq!(filter.filters[0].conditions[0].values, [""; 0]);
    assert_eq!(filter.filters[0].conditions[1].value_of.as_deref(), Some("y"));
    let link = &fetch.entity.links[0];
    assert!(link.kind == LinkKind::Outer && link.entity.filters.len() == 1);
    assert_eq!(parse(&fetch.to_string()).unwrap(), fetch);
}

#[test]
fn aggregates_are_read() {
    let text = r#"<fetch aggregate="true" aggregatelimit="10"><entity name="opportunity"><attribute name="estimatedvalue" alias="s" aggregate="sum"/><attribute name="createdon" alias="m" groupby="true" dategrouping="month"/><order alias="s" descending="true"/></entity></fetch>"#;
    let fetch = parse(text).unwrap();
    assert!(fetch.aggregate && fetch.aggregate_limit == Some(10));
    assert_eq!(fetch.entity.attributes[0].aggregate, Some(Aggregate::Sum));
    assert_eq!(fetch.entity.attributes[1].date_grouping, Some(DateGrouping::Month));
    assert_eq!(fetch.to_string(), text);
}

fn error(inner: &str) -> Error {
    parse(&format!("<fetch><entity name='a'>{inner}</entity></fetch>")).unwrap_err()
}

#[test]
fn links_are_of_their_place() {
    let inner = "<condition attribute='n' operator='eq' value='1'/>";
    for kind in LinkKind::ALL {
        let link = format!(
            "<link-entity name='b' from='x' to='y' link-type='{}'><filter>{inner}</filter></link-entity>",
            kind.as_str()
        );
        let (there, elsewhere) = (format!("<filter type='or'>{link}{inner}</filter>"), link);
        let (good, bad) = if kind.of_filter() { (there, elsewhere) } else { (elsewhere, there) };
        let fetch = parse(&format!("<fetch><entity name='a'>{good}</entity></fetch>")).unwrap();
        let links = match fetch.entity.filters.first() {
            Some(filter) => &filter.links,
            None => &fetch.entity.links,
        };
        assert_eq!(links[0].kind, kind);
        assert_eq!(parse(&fetch.to_string()).unwrap(), fetch);
        assert!(matches!(error(&bad).problem, Problem::Value { of: "link-type", .. }));
    }
    let bare = "<filter><link-entity name='b' from='x' to='y'/></filter>";
    assert_eq!(error(bare).problem, Problem::MissingAttribute("link-type"));
}

#[test]
fn what_is_wrong_says_where() {
    assert_eq!(
        error("<attribut name='x'/>"),
        Error { at: 24, problem: Problem::UnknownElement("attribut".to_owned()) }
    );
    assert_eq!(error("<attribute/>").problem, Problem::MissingAttribute("name"));
    assert_eq!(
        error("<attribute name='x' nane='y'/>").problem,
        Problem::UnknownAttribute("nane".to_owned())
    );
    let filter = |condition: &str| error(&format!("<filter>{condition}</filter>")).problem;
    assert_eq!(
        filter("<condition attribute='x' operator='equals' value='1'/>"),
        Problem::UnknownOperator("equals".to_owned())
    );
    assert_eq!(filter("<condition attribute='x' operator='eq'/>"), Problem::Values("eq"));
    assert_eq!(
        filter("<condition attribute='x' operator='between'><value>1</value></condition>"),
        Problem::Values("between")
    );
    assert!(matches!(filter("<x/>"), Problem::UnknownElement(_)));
    assert!(matches!(
        error("<link-entity name='b' from='x' to='y' link-type='cross'/>").problem,
        Problem::Value { of: "link-type", .. }
    ));
    assert_eq!(parse("").unwrap_err().problem, Problem::Expected("'<fetch>'"));
    assert_eq!(parse("<fetch/>").unwrap_err().problem, Problem::Expected("'<entity>'"));
    assert!(parse("<fetch><entity name='a'/><entity name='b'/></fetch>").is_err());
    assert!(parse("<fetch><entity name='a'/></fetch><fetch/>").is_err());
    assert!(parse("<fetch page='0'><entity name='a'/></fetch>").is_err());
}

#[test]
fn what_is_too_much_is_refused() {
    let deep = format!("{}{}", "<filter>".repeat(200), "</filter>".repeat(200));
    assert!(matches!(error(&deep).problem, Problem::Limit { of: "levels", .. }));
    let wide = "<filter><condition attribute='a' operator='null'/></filter>".repeat(501);
    assert!(matches!(error(&wide).problem, Problem::Limit { of: "conditions", .. }));
    let links = "<link-entity name='b' from='x' to='y'/>".repeat(16);
    assert!(matches!(error(&links).problem, Problem::Limit { of: "links", .. }));
    let long = format!("<attribute name='{}'/>", "x".repeat(70_000));
    assert!(matches!(error(&long).problem, Problem::Limit { of: "bytes", .. }));
}

#[test]
fn every_operator_has_one_name() {
    for operator in Operator::ALL {
        assert_eq!(Operator::from_name(operator.as_str()), Some(*operator));
    }
}
