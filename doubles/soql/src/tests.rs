use super::*;

fn refused(text: &str) -> String {
    parse(text).map_or_else(|error| error.message, |query| panic!("{text}: {query:?}"))
}

#[test]
fn the_clauses_of_a_query_are_read() {
    let query = parse(
        "select a.Id, Account.Owner.Name, (SELECT LastName FROM Contacts WHERE LastName != null \
         ORDER BY LastName LIMIT 5), toLabel(Industry) kind FROM Account a WHERE Name LIKE 'O\\'N%' \
         AND (NOT Phone = null) AND CreatedDate = LAST_N_DAYS:30 AND Type IN ('a','b') \
         WITH SECURITY_ENFORCED ORDER BY Name DESC NULLS LAST, Id LIMIT 10 OFFSET 20 FOR VIEW",
    )
    .unwrap();
    assert_eq!(query.select.len(), 4);
    assert_eq!((query.limit, query.offset, query.enforced), (Some(10), 20, true));
    assert_eq!(query.alias.as_deref(), Some("a"));
    assert_eq!(query.order.len(), 2);
    assert!(query.order[0].nulls_last && query.order[0].direction == Direction::Descending);
    assert!(matches!(&query.condition, Some(Condition::All(all)) if all.len() == 4));
}

#[test]
fn aggregates_subqueries_and_kinds_of_what_are_read() {
    let grouped = "SELECT StageName, COUNT(Id), SUM(Amount) total FROM Opportunity GROUP BY \
                   StageName HAVING COUNT(Id) > 1 ORDER BY COUNT(Id) DESC";
    let query = parse(grouped).unwrap();
    assert_eq!(query.group.len(), 1);
    assert!(query.having.is_some());
    assert!(matches!(parse("SELECT COUNT() FROM Lead").unwrap().select[..], [Select::Count]));
    let semi = "SELECT Id FROM Account WHERE Id NOT IN (SELECT AccountId FROM Contact)";
    assert!(matches!(
        parse(semi).unwrap().condition,
        Some(Condition::In { inside: false, items: Items::Query(_), .. })
    ));
    let kinds = "SELECT TYPEOF What WHEN Account THEN Name, Phone ELSE Name END FROM Task";
    let query = parse(kinds).unwrap();
    assert!(matches!(&query.select[0], Select::Typeof(t) if t.when[0].1.len() == 2));
    assert!(parse("SELECT FIELDS(ALL) FROM Account LIMIT 200").is_ok());
    assert!(parse("SELECT Id FROM Account USING SCOPE mine").unwrap().mine);
    assert!(refused("SELECT Id FROM Account USING SCOPE team").contains("team"));
}

#[test]
fn literals_have_their_kinds() {
    let right = |text: &str| {
        let query = parse(&format!("SELECT Id FROM Account WHERE X = {text}")).unwrap();
        let Some(Condition::Compare { right, .. }) = query.condition else { panic!("{text}") };
        right
    };
    assert_eq!(right("NULL"), Literal::Null);
    assert_eq!(right("True"), Literal::Boolean(true));
    assert_eq!(right("-1.5e3"), Literal::Number(-1500.0));
    assert_eq!(right("'a\\\\b\\_'"), Literal::Text("a\\b_".to_owned()));
    assert!(matches!(right("2026-12-31"), Literal::Date(_)));
    for instant in
        ["2026-12-31T10:00:00Z", "2026-12-31T10:00:00+00:00", "2026-12-31T10:00:00.123-0500"]
    {
        assert!(matches!(right(instant), Literal::DateTime(_)), "{instant}");
    }
}

#[test]
fn what_the_service_refuses_is_refused_where_it_stands() {
    assert_eq!(
        refused("SELECT Id FROM A WHERE X = 1 AND Y = 2 OR Z = 3"),
        "unexpected token: 'OR'"
    );
    assert_eq!(refused("SELECT FROM Account"), "unexpected token: 'FROM'");
    assert_eq!(
        refused(&format!("{}SELECT Id FROM x{}", "SELECT Id, (".repeat(5), ") FROM y".repeat(5))),
        "only root queries support subqueries"
    );
    assert_eq!(parse("SELECT Id FROM A WHERE X = ").unwrap_err().at, 27);
    assert!(refused("SELECT Id FROM A WHERE X = 'it").contains("EOF"));
    assert!(refused("SELECT nope(Id) FROM A").contains("nope"));
    assert!(refused("SELECT Id FROM A WHERE X = 2026-02-30").contains("2026-02-30"));
    assert!(refused("SELECT Id FROM A WHERE X = 'a' ; DROP").contains(';'));
}

#[test]
fn hostile_texts_end_in_an_error() {
    let deep = |open: &str, close: &str, times: usize| {
        format!("SELECT Id FROM A WHERE {}X = 1{}", open.repeat(times), close.repeat(times))
    };
    assert!(refused(&deep("(", ")", 5_000)).contains("nested"));
    assert!(refused(&deep("NOT ", "", 5_000)).contains("nested"));
    assert!(
        refused(&format!("SELECT {}Id{} FROM A", "MAX(".repeat(5_000), ")".repeat(5_000)))
            .contains("nested")
    );
    assert!(
        refused(&format!("SELECT Id FROM A WHERE X = '{}'", "x".repeat(100_000)))
            .contains("100000")
    );
    assert!(refused(&format!("SELECT {} FROM A", "a.".repeat(50) + "b")).contains("5 levels"));
    for odd in [
        "",
        "'",
        "SELECT",
        "SELECT (",
        "SELECT Id FROM é",
        "\\",
        "SELECT Id FROM A WHERE X IN (",
        "SELECT Id FROM A LIMIT 99999999999999999999999",
        "SELECT Id FROM A WHERE X = '\\u12'",
        "SELECT Id FROM A WHERE X INCLUDES (1)",
    ] {
        assert!(parse(odd).is_err(), "{odd}");
    }
}

#[test]
fn every_beginning_of_a_good_query_is_judged_without_a_panic() {
    let text = "SELECT Id, TYPEOF What WHEN Account THEN Name ELSE Subject END, (SELECT é FROM Contacts) \
                FROM Task t WHERE (NOT a LIKE '%\\u00e9') AND d = LAST_N_DAYS:3 AND x IN (1, -2.5, 2026-01-01T00:00:00Z)";
    for (at, _) in text.char_indices() {
        let (start, end) = text.split_at(at);
        drop(parse(start));
        drop(parse(end));
    }
}
