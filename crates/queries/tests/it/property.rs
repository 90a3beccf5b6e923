//! Any query's answer equals a look at each row.

mod asker;
mod check;

use std::collections::BTreeMap;

use db::Value;
use liaison_queries::{
    Access, Caller, Content, Moment, Paging, Query, physical::CellType, query::Function,
};
use odata::{Reading, parse};
use testkit::Store;

use self::{
    asker::Asker,
    check::{Check, collections},
};
use crate::{
    model::{MODEL, table},
    naive::{Bound, Naive},
    random::Random,
    world::{World, run},
};

pub(crate) fn moment() -> Moment {
    Moment::utc("2026-03-15T10:20:30Z".parse().unwrap())
}

pub(crate) fn ask(
    table_name: &str,
    options: &str,
    access: &Access,
) -> liaison_queries::Result<Query> {
    let parsed = parse::query(options, Reading::FORM).unwrap();
    let moment = moment();
    let caller = Caller { access, moment: &moment, names: true };
    liaison_queries::from_odata(&MODEL, table(table_name), &parsed, &caller)
}

async fn one(store: &Store, world: &World, random: &mut Random) -> usize {
    let access = random.pick(&world.callers).clone();
    let of = *random.pick(&["account", "account", "contact", "topic"]);
    let text = Asker { random, world }.question(of);
    let query = match ask(of, &text, &access) {
        Ok(query) => query,
        Err(liaison_queries::Error::Limit { .. }) => return 0,
        Err(error) => panic!("{error}: {text}"),
    };
    let context = world.context(&access);
    let first = match query.page(&context, &Paging::first(5)) {
        Ok(page) => page,
        Err(liaison_queries::Error::Denied { .. }) => {
            assert!(Naive::new(world, &access).visible(of).is_empty());
            return 0;
        }
        Err(error) => panic!("{error}: {text}"),
    };
    let naive = Naive::new(world, &access);
    let expected = naive.sorted(&query);
    let counted = run(store, &query.count(&context).unwrap()).await;
    let count = i64::try_from(expected.len()).unwrap();
    assert_eq!(counted[0].get::<i64>(0).unwrap(), count, "{of}?{text}");
    let mut check = Check { naive: &naive, context: format!("{of}?{text}"), checked: 0 };
    let mut page = first;
    let mut seen = 0;
    loop {
        let found = run(store, &page.statement).await;
        let (rows, more) = page.plan.cut(found);
        for row in &rows {
            let bound = expected
                .get(seen)
                .unwrap_or_else(|| panic!("a row too many: {of}?{text}\n{}", page.statement.sql));
            check.cells((&query, &query.shape, &page.plan.shown), row, bound);
            seen += 1;
        }
        collections(store, &mut check, (&query, &query.shape, &page.plan.shown), &rows).await;
        if !more {
            break;
        }
        let after = page.plan.cursor(rows.last().unwrap()).unwrap();
        let after = after.map(|cursor| liaison_queries::Cursor::decode(&cursor.encode()).unwrap());
        page = query.page(&context, &Paging { size: 5, after, skip: 0 }).unwrap();
    }
    assert_eq!(seen, expected.len(), "{of}?{text}\n{}", page.statement.sql);
    check.checked + 1
}

#[expect(clippy::disallowed_methods, reason = "more rounds on demand")]
fn rounds(default: usize) -> usize {
    std::env::var("LIAISON_QUERY_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(default)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_to_any_query_is_what_a_look_at_each_row_finds() {
    let store = Store::fresh().await;
    // Two tenants: the same shapes side by side, in environments of their own.
    let worlds = [World::make(&store, 1, 11).await, World::make(&store, 2, 12).await];
    let mut random = Random::seeded(2026);
    let mut checked = 0;
    for _ in 0..rounds(700) {
        let world = random.pick(&worlds);
        checked += one(&store, world, &mut random).await;
    }
    println!("{checked} cells compared");
    assert!(checked > 1000);
}

#[tokio::test]
async fn groups_are_those_of_visible_rows() {
    let store = Store::fresh().await;
    let world = World::make(&store, 1, 21).await;
    let mut random = Random::seeded(7);
    for round in 0..rounds(700) / 10 {
        let access = random.pick(&world.callers).clone();
        let filter = Asker { random: &mut random, world: &world }.condition("account", "", 1);
        let key = *random.pick(&[
            "name",
            "industry",
            "_ownerid_value",
            "primarycontactid/fullname",
            "hold",
        ]);
        let options = format!(
            "$apply=filter({filter})/groupby(({key}),aggregate($count as n,revenue with sum as s,revenue with average as a,employees with max as m,createdon with min as t))"
        );
        let query = ask("account", &options, &access).unwrap();
        let context = world.context(&access);
        let Ok(page) = query.page(&context, &Paging::first(5000)) else { continue };
        let rows = run(&store, &page.statement).await;
        let naive = Naive::new(&world, &access);
        let group = query.group.as_ref().unwrap();
        let mut expected: BTreeMap<String, Vec<Bound<'_>>> = BTreeMap::new();
        let text = |value: Value<'_>| match value {
            Value::Text(text) => db::plain(&text),
            other => format!("{other:?}"),
        };
        for bound in naive.rows(&query) {
            let key = naive.cell(&query, &bound, group.keys[0].field);
            expected.entry(text(key)).or_default().push(bound);
        }
        assert_eq!(rows.len(), expected.len(), "{round} {options}\n{}", page.statement.sql);
        let properties = &page.plan.shown.properties;
        for row in &rows {
            let column = properties[0].column().unwrap();
            let key = CellType::of(&column.kind).read(row, properties[0].cell).unwrap();
            let members = &expected[&text(key)];
            for (aggregate, property) in group.aggregates.iter().zip(&properties[1..]) {
                let cells: Vec<Value<'_>> = aggregate.field.map_or_else(Vec::new, |field| {
                    let cells = members.iter().map(|bound| naive.cell(&query, bound, field));
                    cells.filter(|cell| *cell != Value::Null).collect()
                });
                let ints: Vec<i64> = cells
                    .iter()
                    .filter_map(
                        |cell| if let Value::Int(n) = cell { Some(n.to_owned()) } else { None },
                    )
                    .collect();
                let found = property.value(row).unwrap();
                let whole = i64::try_from(members.len()).unwrap();
                match (aggregate.function, &property.content) {
                    (Function::Count, _) => assert_eq!(found, tables::Value::Whole(whole)),
                    (Function::Sum, _) if ints.is_empty() => assert_eq!(found, tables::Value::Null),
                    (Function::Sum, _) => {
                        let units = tables::Fixed::new(ints.iter().sum(), 4);
                        assert_eq!(found, tables::Value::Fixed(units));
                    }
                    (Function::Average, Content::Real) => match found {
                        tables::Value::Double(found) => {
                            let sum: i64 = ints.iter().sum();
                            let count = i32::try_from(ints.len()).unwrap();
                            #[expect(clippy::cast_precision_loss, reason = "small numbers")]
                            let expected = sum as f64 / f64::from(count) / 10_000.0;
                            assert!((found - expected).abs() < 1e-9, "{found} {expected}");
                        }
                        other => assert!(ints.is_empty(), "{other:?}"),
                    },
                    (Function::Maximum, _) => {
                        let most = ints
                            .iter()
                            .max()
                            .map_or(tables::Value::Null, |n| tables::Value::Whole(*n));
                        assert_eq!(found, most);
                    }
                    (Function::Minimum, _) => {
                        let least = cells.iter().filter_map(|cell| match cell {
                            Value::Instant(at) => Some(at.to_owned()),
                            _ => None,
                        });
                        let least = least.min().map_or(tables::Value::Null, tables::Value::Instant);
                        assert_eq!(found, least);
                    }
                    other => panic!("{other:?}"),
                }
            }
        }
    }
}
