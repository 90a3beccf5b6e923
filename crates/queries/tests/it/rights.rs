//! The rights of writing, on an engine and in memory.

use liaison_queries::{
    Error, Verb, Verdict,
    access::{owner_column, unit_column},
    condition, mask, may, physical,
};
use testkit::Store;

use crate::{
    model::table,
    naive::allowed,
    world::{World, run},
};

const TABLES: [&str; 6] = ["account", "contact", "topic", "systemuser", "team", "businessunit"];

#[tokio::test]
async fn every_right_on_every_row_is_what_the_rules_say() {
    let store = Store::fresh().await;
    let world = World::make(&store, 3, 31).await;
    let (mut yes, mut no) = (0, 0);
    for access in &world.callers {
        let context = world.context(access);
        for name in TABLES {
            let (of, ids) = (table(name), world.ids(name));
            for verb in Verb::ALL {
                let statement = match may(&context, of, verb, &ids) {
                    Ok(statement) => statement,
                    Err(Error::Denied { verb: denied, .. }) => {
                        assert_eq!(denied, verb);
                        let one = |row| allowed(&world, access, of, row, verb);
                        assert!(!world.rows[name].iter().any(one));
                        assert_eq!(access.verdict(of, verb, None, None), Verdict::Denied);
                        continue;
                    }
                    Err(error) => panic!("{error}"),
                };
                let found = run(&store, &statement).await;
                let found: Vec<uuid::Uuid> = found.iter().map(|row| row.get(0).unwrap()).collect();
                for row in &world.rows[name] {
                    let id = row.id(&of.primary_id).unwrap();
                    let expected = allowed(&world, access, of, row, verb);
                    assert_eq!(found.contains(&id), expected, "{name} {verb:?}");
                    let owner = owner_column(of).and_then(|column| row.id(column));
                    let unit = unit_column(of).and_then(|column| row.id(column));
                    match access.verdict(of, verb, owner, unit) {
                        Verdict::Allowed => assert!(expected),
                        Verdict::Denied => assert!(!expected),
                        Verdict::OnlyIfShared => {}
                    }
                    if expected { yes += 1 } else { no += 1 }
                }
            }
        }
    }
    assert!(yes > 1000 && no > 1000, "{yes} {no}");
}

#[tokio::test]
async fn the_mask_of_a_row_holds_every_right() {
    let store = Store::fresh().await;
    let world = World::make(&store, 4, 41).await;
    for access in &world.callers {
        for row in &world.rows["account"] {
            let id = row.id("accountid").unwrap();
            let statement = mask(&world.context(access), table("account"), id);
            let found: i64 = run(&store, &statement).await[0].get(0).unwrap();
            let held = Verb::ALL
                .iter()
                .filter(|verb| allowed(&world, access, table("account"), row, **verb));
            assert_eq!(found, held.map(|verb| verb.mask()).sum::<i64>());
        }
    }
    let nobody = mask(&world.context(&world.callers[0]), table("account"), uuid::Uuid::nil());
    assert!(run(&store, &nobody).await.is_empty());
}

#[tokio::test]
async fn an_update_touches_only_rows_that_may_be_written() {
    let store = Store::fresh().await;
    let world = World::make(&store, 5, 51).await;
    for access in &world.callers {
        let context = world.context(access);
        let mut params = vec![db::Value::Int(7)];
        let Ok(allows) = condition(&context, table("account"), Verb::Write, &mut params) else {
            continue;
        };
        let physical = physical::table(5, "account");
        let sql = format!("UPDATE {physical} SET \"employees\" = $1 WHERE {allows}");
        let changed =
            store.write(&crate::world::scope(), move |tx| tx.execute(&sql, &params)).await.unwrap();
        let rows = world.rows["account"].iter();
        let expected =
            rows.filter(|row| allowed(&world, access, table("account"), row, Verb::Write));
        assert_eq!(changed, u64::try_from(expected.count()).unwrap());
    }
}

#[test]
fn who_acts_for_another_has_no_more_than_both() {
    use liaison_queries::{Access, Reach, Rights};
    let (a, b, c) = (uuid::Uuid::from_u128(1), uuid::Uuid::from_u128(2), uuid::Uuid::from_u128(3));
    let with = |reach: Reach| {
        let mut rights = Rights::default();
        rights.set(Verb::Read, reach);
        let mut access = Access { user: a, ..Access::default() };
        access.rights.insert("account".into(), rights);
        access
    };
    let of = table("account");
    let both = |x: Reach, y: Reach| with(x).restricted_by(&with(y)).reach(of, Verb::Read).clone();
    assert_eq!(both(Reach::All, Reach::Own), Reach::Own);
    assert_eq!(both(Reach::Own, Reach::Nothing), Reach::Nothing);
    assert_eq!(
        both(Reach::Units(vec![a, b].into()), Reach::Units(vec![b, c].into())),
        Reach::Units(vec![b].into())
    );
    let system = Access::system(a, b);
    assert_eq!(*system.restricted_by(&with(Reach::Own)).reach(of, Verb::Read), Reach::Own);
    assert_eq!(*system.restricted_by(&with(Reach::Own)).reach(of, Verb::Write), Reach::Nothing);
    assert_eq!(*with(Reach::Own).restricted_by(&system).reach(of, Verb::Read), Reach::Own);
}
