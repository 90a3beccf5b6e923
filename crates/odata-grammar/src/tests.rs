use super::*;

#[test]
fn the_rules_can_be_read() {
    assert_eq!(rules().count(), 534);
    for text in rules::ALL {
        assert!(notation::read(text).is_some());
    }
}

#[test]
fn rules_are_found_in_any_case() {
    assert_eq!(check("boolcommonexpr", "true", None), Verdict::Match);
    assert_eq!(check("nothing", "true", None), Verdict::UnknownRule);
}

#[test]
fn names_of_a_model_decide() {
    let mut names = Names::new();
    names.insert("entitySetName", ["Things".to_owned()]);
    assert_eq!(check("entitySetName", "Things", Some(&names)), Verdict::Match);
    assert_eq!(check("entitySetName", "Others", Some(&names)), Verdict::NoMatch(6));
    assert_eq!(check("entitySetName", "Others", None), Verdict::Match);
}

#[test]
fn without_a_model_every_way_is_tried() {
    for text in [
        "accounts(name='A')/owner/fullname/$value",
        "accounts?$filter=parent/name%20eq%20'x'&$select=name,a/b",
        "accounts(11111111-2222-3333-4444-555555555555)/Ns.Do(p=@a)?@a='x'",
        "accounts?$expand=owner($select=name;$expand=unit($levels=max))",
    ] {
        assert_eq!(check("odataRelativeUri", text, None), Verdict::Match, "{text}");
    }
    assert!(matches!(check("filter", "$filter=a eq", None), Verdict::NoMatch(_)));
    assert!(matches!(
        check("odataRelativeUri", "accounts?$filter=a eq", None),
        Verdict::NoMatch(_)
    ));
}

#[test]
fn what_is_nested_deep_ends() {
    let deep = format!("{}1{}", "(".repeat(3_000), ")".repeat(3_000));
    assert!(!matches!(check("commonExpr", &deep, Some(&Names::new())), Verdict::UnknownRule));
    let open = "(".repeat(2_000);
    assert!(!matches!(check("commonExpr", &open, None), Verdict::Match));
    let not = "not ".repeat(1_500);
    assert!(!matches!(check("commonExpr", &not, None), Verdict::Match));
    let nots = "-".repeat(4_000);
    assert!(!matches!(check("commonExpr", &nots, None), Verdict::Match));
}
