//! Texts that are made to hurt: they end soon, without a panic, and trees stay within their bounds.

use liaison_odata::{Problem, Reading, limits, parse, tree::expr::Expr};
use odata_grammar as grammar;

fn refused(text: &str) -> Problem {
    let query = format!("$filter={text}");
    match parse::query(&query, Reading::FORM) {
        Ok(_) => panic!("{} bytes were read", text.len()),
        Err(error) => error.problem,
    }
}

/// As much of it as a URL holds.
fn many(text: &str) -> String {
    text.repeat((limits::URL_BYTES - 100) / text.len())
}

#[test]
fn what_nests_is_bounded() {
    for open in [
        "(",
        "not ",
        "-",
        "[",
        "{\"a\":",
        "f(a=",
        "a/any(x:",
        "contains(",
        "a/$count($filter=",
        "case(",
        "cast(",
        "not(",
        "a/$filter(",
        "N.F(p=[",
        "1 add (",
        "a in (",
        "true and (",
        "isof(",
        "@a/all(b:",
    ] {
        let deep = many(open);
        assert!(!matches!(refused(&deep), Problem::Trailing), "{open}");
    }
    for (open, option) in [
        ("a($expand=", "$expand"),
        ("a($select=", "$select"),
        ("concat(", "$apply"),
        ("(", "$search"),
        ("NOT ", "$search"),
        ("nest(", "$apply"),
        ("groupby((a),", "$apply"),
    ] {
        let text = format!("{option}={}", many(open));
        assert!(parse::query(&text, Reading::FORM).is_err(), "{open}");
    }
    let closed = format!("{}1{}", "(".repeat(limits::DEPTH + 1), ")".repeat(limits::DEPTH + 1));
    assert!(matches!(refused(&closed), Problem::Limit { of: "levels", .. }));
}

#[test]
fn chains_of_operators_are_flat_or_bounded() {
    let flat = format!("a eq 1{}", " or a eq 1".repeat(2_000));
    assert!(matches!(parse::expression(&flat), Ok(Expr::Or(all)) if all.len() == 2_001));
    assert!(matches!(
        refused(&format!("1{}", " add 1".repeat(2_000))),
        Problem::Limit { of: "levels", .. }
    ));
    // deep to the left in every level
    let step = " add 1".repeat(limits::DEPTH - 20);
    let towers = format!("{}1{}", "(".repeat(40), format!("{step})").repeat(40));
    assert!(matches!(refused(&towers), Problem::Limit { of: "levels", .. }));
}

#[test]
fn what_is_long_is_bounded() {
    assert!(matches!(
        refused(&format!("{}a", "a/".repeat(limits::SEGMENTS + 1))),
        Problem::Limit { of: "segments", .. }
    ));
    assert!(matches!(refused(&"a".repeat(200)), Problem::Limit { of: "characters in a name", .. }));
    let options = "a=1&".repeat(limits::OPTIONS + 1);
    assert!(matches!(
        parse::query(&options, Reading::FORM).unwrap_err().problem,
        Problem::Limit { of: "query options", .. }
    ));
    let long = "a".repeat(limits::URL_BYTES + 1);
    assert!(matches!(
        parse::url(&long, Reading::FORM).unwrap_err().problem,
        Problem::Limit { of: "bytes", .. }
    ));
    let keys = format!("a{}", "(1)".repeat(limits::SEGMENTS + 1));
    assert!(matches!(
        parse::resource(&keys).unwrap_err().problem,
        Problem::Limit { of: "segments", .. }
    ));
}

#[test]
fn many_values_are_read_in_a_moment() {
    let values = format!("[{}1]", "1,".repeat(15_000));
    assert!(matches!(parse::expression(&values), Ok(Expr::Array(all)) if all.len() == 15_001));
}

#[test]
fn a_look_ahead_is_not_repeated_without_end() {
    // what is tried twice at each level would double with every one of them
    for open in
        ["traverse($root/A,b,c,preorder,filter(a/aggregate(", "cast(", "isof(cast(", "a in ("]
    {
        let text = open.repeat(limits::DEPTH);
        assert!(parse::apply(&text).is_err());
        assert!(parse::expression(&text).is_err());
    }
    let nested = format!("{}a{}", "cast(".repeat(50), ",Edm.String)".repeat(50));
    assert!(parse::expression(&nested).is_ok());
}

#[test]
fn the_rules_are_decided_or_given_up_soon() {
    for text in [
        "(".repeat(3_000),
        "((a".repeat(1_000),
        "a/".repeat(5_000),
        "not ".repeat(3_000),
        "[".repeat(3_000),
    ] {
        for rule in ["commonExpr", "queryOptions", "odataRelativeUri"] {
            assert_ne!(
                grammar::check(rule, &text, Some(&grammar::Names::new())),
                grammar::Verdict::UnknownRule
            );
        }
    }
}
