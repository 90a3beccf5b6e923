use super::*;
use crate::Problem;

#[test]
fn a_statement_with_everything_is_read() {
    let select = parse(
        "SELECT DISTINCT TOP 10 a.name AS n, [c].fullname, COUNT(*) cnt, SUM(a.revenue) AS total, COUNT(DISTINCT a.x)\n\
         FROM dbo.account a -- the first\n LEFT OUTER JOIN contact AS c ON a.primarycontactid = c.contactid\n\
         WHERE (a.name LIKE 'A%' OR a.name NOT LIKE N'O''Neil') AND 5 < a.revenue AND a.statecode IN (0, -1.5)\n\
         AND a.x BETWEEN '2026-01-01' AND '2026-12-31' AND NOT a.y IS NULL AND a.z IS NOT NULL AND a.p <> a.q\n\
         GROUP BY a.name, c.fullname ORDER BY total DESC, a.name OFFSET 20 ROWS FETCH NEXT 5 ROWS ONLY;",
    )
    .unwrap();
    assert!(select.distinct);
    assert_eq!((select.top, select.offset), (Some(5), Some(20)));
    assert_eq!(select.columns.len(), 5);
    assert_eq!(select.columns[2].alias.as_deref(), Some("cnt"));
    assert_eq!(select.from, Source { table: "account".to_owned(), alias: Some("a".to_owned()) });
    assert!(select.joins[0].outer);
    let Some(Condition::And(parts)) = select.filter else { panic!() };
    assert_eq!(parts.len(), 7);
    assert!(
        matches!(&parts[1], Condition::Compare(name, Compare::Gt, Operand::Value(Literal::Number(n))) if name.column == "revenue" && n == "5")
    );
    assert!(
        matches!(&parts[0], Condition::Or(either) if matches!(&either[1], Condition::Like { pattern, negated: true, .. } if pattern == "O'Neil"))
    );
    assert_eq!(select.order_by.len(), 2);
    assert!(select.order_by[0].descending);
}

#[test]
fn what_is_not_taken_is_named() {
    for (text, problem) in [
        ("DELETE FROM a", Problem::Unsupported("anything but SELECT")),
        ("SELECT a FROM b HAVING x = 1", Problem::Unsupported("HAVING")),
        ("SELECT a FROM b UNION SELECT c FROM d", Problem::Unsupported("UNION")),
        ("SELECT a FROM b CROSS JOIN c", Problem::Unsupported("CROSS JOIN")),
        ("SELECT a FROM b, c", Problem::Unsupported("a second table without JOIN")),
        ("SELECT a FROM b WHERE c IN (SELECT d FROM e)", Problem::Unsupported("a subquery")),
        ("WITH x AS (SELECT 1) SELECT a FROM x", Problem::Unsupported("WITH")),
        ("SELECT UPPER(a) FROM b", Problem::Unsupported("this function")),
        ("SELECT a FROM b; DROP TABLE c", Problem::Unsupported("anything but SELECT")),
        ("SELECT a FROM b WHERE", Problem::Expected("a name")),
        ("SELECT a FROM b WHERE c = 'x", Problem::Expected("the end of this text")),
    ] {
        assert_eq!(parse(text).unwrap_err().problem, problem, "{text}");
    }
    assert_eq!(parse("SELECT a FROM b WHERE c ~ 1").unwrap_err().at, 24);
}

#[test]
fn what_is_too_much_is_refused() {
    let deep = format!("SELECT a FROM b WHERE {}c = 1{}", "(".repeat(100), ")".repeat(100));
    assert!(matches!(parse(&deep).unwrap_err().problem, Problem::Limit { of: "levels", .. }));
    let nots = format!("SELECT a FROM b WHERE {}c = 1", "NOT ".repeat(10_000));
    assert!(matches!(
        parse(&nots).unwrap_err().problem,
        Problem::Limit { of: "levels" | "conditions", .. }
    ));
    let many = format!("SELECT a FROM b WHERE c = 1{}", " OR c = 1".repeat(600));
    assert!(matches!(parse(&many).unwrap_err().problem, Problem::Limit { of: "conditions", .. }));
}
