//! Many records at once.

use super::{Bench, Names, bad, good};
use crate::{Comparison, Cursor, Direction, Error, Filter, Query, RecordId, Value};

impl Bench {
    /// The names of the marked accounts that are so, sorted.
    async fn chosen(&self, mark: &str, filter: Filter) -> Vec<String> {
        let Names { table, name, .. } = self.names;
        let mark = Filter::StartsWith(name.to_owned(), mark.to_owned());
        let query = Query::of(table, &[name]).filter(Filter::All(vec![mark, filter])).size(200);
        let page = good("a query", self.seller.query(&query).await);
        let mut found: Vec<String> = page.records.iter().map(|one| self.name(one)).collect();
        found.sort();
        found
    }
}

fn named(mark: &str, last: &[&str]) -> Vec<String> {
    last.iter().map(|last| format!("{mark} {last}")).collect()
}

pub(super) async fn conditions_choose_the_same_records_everywhere(bench: &Bench) {
    use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    let Names { table, name, phone, employees, revenue, made, .. } = bench.names;
    let a = [(employees, Value::Whole(1)), (revenue, Value::Number(10.5))];
    let a = bench.account("Cedar A", a).await;
    bench.account("Cedar B", [(employees, Value::Whole(2)), (phone, "555".into())]).await;
    bench.account("Cedar C", [(employees, Value::Whole(3)), (phone, "666".into())]).await;
    bench.account("Cedar D", []).await;
    bench.account("Birch", [(employees, Value::Whole(2))]).await;
    let is = |field: &str, comparison, value| Filter::compare(field, comparison, value);
    let people = |comparison, number| is(employees, comparison, Value::Whole(number));
    let text = |field: &str, text: &str| (field.to_owned(), text.to_owned());
    let (start, inner) = (text(name, "CEDAR b"), text(name, "dar c"));
    let past = "2001-01-01T00:00:00Z".parse().ok().map_or(Value::Null, Value::Instant);
    let described = good("describing", bench.seller.describe(table).await);
    let cases = [
        (people(Equal, 2), "B"),
        (people(NotEqual, 2), "ACD"),
        (people(Less, 2), "A"),
        (people(LessOrEqual, 2), "AB"),
        (people(Greater, 1), "BC"),
        (people(GreaterOrEqual, 3), "C"),
        (Filter::OneOf(employees.to_owned(), vec![Value::Whole(1), Value::Whole(3)]), "AC"),
        (Filter::OneOf(employees.to_owned(), vec![]), ""),
        (Filter::Empty(employees.to_owned()), "D"),
        (is(revenue, Equal, Value::Number(10.5)), "A"),
        (is(name, Equal, "cedar d".into()), "D"),
        (is(phone, NotEqual, "555".into()), "ACD"),
        (Filter::StartsWith(start.0, start.1), "B"),
        (Filter::Contains(inner.0, inner.1), "C"),
        (is(made, Greater, past.clone()), "ABCD"),
        (is(made, Less, past), ""),
        (is(&described.id_field, Equal, Value::Id(RecordId(a.id.0.clone()))), "A"),
        (Filter::All(vec![]), "ABCD"),
        (Filter::Any(vec![]), ""),
        (Filter::Any(vec![people(Equal, 1), Filter::Empty(employees.to_owned())]), "AD"),
        (
            Filter::All(vec![
                Filter::Any(vec![people(Equal, 1), people(Equal, 2)]),
                is(phone, Equal, "555".into()),
            ]),
            "B",
        ),
    ];
    for (filter, expected) in cases {
        let said = format!("{filter:?}");
        let expected: Vec<String> = expected.chars().map(|last| format!("Cedar {last}")).collect();
        assert_eq!(bench.chosen("Cedar", filter).await, expected, "{said}");
    }
}

pub(super) async fn no_text_becomes_part_of_a_query(bench: &Bench) {
    let (name, mark) = (bench.names.name, "Maple");
    let odd = ["O'Neil", "\"quoted\"", "back\\slash", "a' OR 'b' = 'b", "x; --", "é ☂"];
    for odd in odd {
        bench.account(&format!("{mark} {odd}"), []).await;
    }
    for odd in odd {
        let whole = format!("{mark} {odd}");
        let equal = Filter::compare(name, Comparison::Equal, Value::Text(whole.clone()));
        assert_eq!(bench.chosen(mark, equal).await, named(mark, &[odd]));
        assert_eq!(
            bench.chosen(mark, Filter::StartsWith(name.to_owned(), whole)).await,
            named(mark, &[odd])
        );
        let part = Filter::Contains(name.to_owned(), odd.to_owned());
        assert_eq!(bench.chosen(mark, part).await, named(mark, &[odd]));
    }
}

pub(super) async fn pages_give_each_record_once_and_in_order(bench: &Bench) {
    let Names { table, name, employees, .. } = bench.names;
    let mark = "Aspen";
    for (at, people) in [3, 1, 2, 2, 2, 0, 0].into_iter().enumerate() {
        let people = if people == 0 { Value::Null } else { Value::Whole(people) };
        bench.account(&format!("{mark} {at}"), [(employees, people)]).await;
    }
    for (direction, expected) in [
        (Direction::Ascending, ["5", "6", "1", "2", "3", "4", "0"]),
        (Direction::Descending, ["0", "2", "3", "4", "1", "5", "6"]),
    ] {
        for size in 1..=8 {
            let mut query = Query::of(table, &[name])
                .filter(Filter::StartsWith(name.to_owned(), mark.to_owned()))
                .order_by(employees, direction)
                .order_by(name, Direction::Ascending)
                .size(size);
            let mut found = Vec::new();
            loop {
                let page = good("a page", bench.seller.query(&query).await);
                assert!(page.records.len() <= size as usize);
                found.extend(page.records.iter().map(|record| bench.name(record)));
                assert!(found.len() <= expected.len(), "pages do not end: {found:?}");
                match page.next {
                    Some(next) => query = query.behind(next),
                    None => break,
                }
            }
            assert_eq!(found, named(mark, &expected), "{direction:?} by {size}");
        }
    }
}

pub(super) async fn a_foreign_cursor_is_refused(bench: &Bench) {
    let Names { table, name, .. } = bench.names;
    for odd in ["", "?", "[]", "{\"a\":1}", "[\"a\",\"b\",\"c\"]"] {
        let query = Query::of(table, &[name]).order_by(name, Direction::Ascending);
        let query = query.behind(Cursor(odd.to_owned()));
        let error = bad(odd, bench.seller.query(&query).await);
        assert!(matches!(error, Error::Query { .. }), "{odd}: {error:?}");
    }
}

pub(super) async fn a_search_finds_words(bench: &Bench) {
    let at = bench.account("Quillfeather Brothers", []).await;
    bench.account("Brothers in Law", []).await;
    let tables = [bench.names.table.to_owned()];
    let search = async |words: &str| good("a search", bench.seller.search(words, &tables).await);
    assert_eq!(search("quillfeather").await, std::slice::from_ref(&at));
    assert_eq!(search("brothers quillfeather").await, [at]);
    assert_eq!(search("zyxwvut").await, []);
    assert_eq!(search("brothers").await.len(), 2);
}
