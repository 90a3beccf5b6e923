//! Pages: stable while rows come and go, in every order, by cursor and by number.

use db::Value;
use liaison_queries::{Caller, Cursor, Error, Paging, cookie, from_fetch, physical};
use testkit::Store;
use uuid::Uuid;

use crate::{
    model::MODEL,
    property::{ask, moment},
    world::{World, run, scope},
};

#[tokio::test]
async fn rows_that_come_between_two_pages_neither_hide_nor_repeat_others() {
    let store = Store::fresh().await;
    let world = World::make(&store, 1, 61).await;
    let access = &world.callers[0];
    for order in [
        "name asc,revenue desc",
        "revenue desc",
        "primarycontactid/fullname desc,hold asc",
        "createdon asc",
        "rating desc,founded asc,nickname asc",
    ] {
        let query = ask("account", &format!("$select=name&$orderby={order}"), access).unwrap();
        let context = world.context(access);
        let mut after: Option<Cursor> = None;
        let mut seen: Vec<Uuid> = Vec::new();
        let mut made: u128 = 0;
        loop {
            let paging = Paging { size: 4, after: after.clone(), skip: 0 };
            let page = query.page(&context, &paging).unwrap();
            let (rows, more) = page.plan.cut(run(&store, &page.statement).await);
            seen.extend(
                rows.iter().map(|row| row.get::<Uuid>(page.plan.shown.key.unwrap()).unwrap()),
            );
            if !more {
                break;
            }
            after = page.plan.cursor(rows.last().unwrap()).unwrap();
            // Another row beside the last one, each time.
            let into = physical::table(1, "account");
            let sql = format!("INSERT INTO {into} (\"accountid\", \"name\") VALUES ($1, $2)");
            made += 1;
            let fresh = Uuid::from_u128(seen.last().unwrap().as_u128() ^ made);
            store
                .write(&scope(), move |tx| tx.execute(&sql, &[Value::Uuid(fresh), "".into()]))
                .await
                .unwrap();
        }
        let before: Vec<Uuid> = world.ids("account");
        let old: Vec<Uuid> = seen.iter().copied().filter(|id| before.contains(id)).collect();
        assert_eq!(old.len(), before.len(), "{order}");
        let mut unique = seen.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), seen.len(), "{order}");
        let delete = format!(
            "DELETE FROM {} WHERE \"versionnumber\" IS NULL",
            physical::table(1, "account")
        );
        store.write(&scope(), move |tx| tx.execute(&delete, &[])).await.unwrap();
    }
}

#[tokio::test]
async fn fetchxml_pages_by_cookie_and_by_number_give_the_same_rows() {
    let store = Store::fresh().await;
    let world = World::make(&store, 1, 62).await;
    let access = &world.callers[0];
    let moment = moment();
    let caller = Caller { access, moment: &moment, names: false };
    let body = "<entity name='account'><attribute name='name'/><order attribute='name' descending='true'/>\
        <link-entity name='contact' from='parentcustomerid' to='accountid' alias='c' link-type='outer'>\
        <attribute name='fullname'/><attribute name='parentcustomerid'/></link-entity></entity>";
    let context = world.context(access);
    let (mut by_cookie, mut by_number) = (Vec::new(), Vec::new());
    let mut cookie: Option<String> = None;
    for number in 1.. {
        let inner = cookie.as_deref().map_or(String::new(), |cookie| {
            let escaped = cookie.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
            format!(" paging-cookie='{escaped}'")
        });
        let fetch = format!("<fetch count='5' page='{number}'{inner}>{body}</fetch>");
        let fetch = fetchxml::fetch::parse(&fetch).unwrap();
        let fetched = from_fetch(&MODEL, &fetch, &caller).unwrap();
        assert_eq!(fetched.paging.after.is_some(), number > 1);
        let page = fetched.query.page(&context, &fetched.paging).unwrap();
        let (rows, more) = page.plan.cut(run(&store, &page.statement).await);
        let cursor = page.plan.cursor(rows.last().unwrap()).unwrap();
        let whole = cookie::write(fetched.page, cursor.as_ref());
        assert_eq!(cookie::page(&whole), Some(number + 1));
        let names: Vec<String> =
            page.plan.shown.properties.iter().map(|one| one.name().into_owned()).collect();
        assert_eq!(names, ["name", "c.fullname", "c.parentcustomerid", "accountid"]);
        by_cookie.extend(rows.iter().map(|row| format!("{row:?}")));
        let fetch = format!("<fetch count='5' page='{number}'>{body}</fetch>");
        let fetch = fetchxml::fetch::parse(&fetch).unwrap();
        let fetched = from_fetch(&MODEL, &fetch, &caller).unwrap();
        let page = fetched.query.page(&context, &fetched.paging).unwrap();
        let (rows, _) = page.plan.cut(run(&store, &page.statement).await);
        by_number.extend(rows.iter().map(|row| format!("{row:?}")));
        if !more {
            break;
        }
        cookie = Some(whole);
    }
    assert!(by_cookie.len() > 28);
    assert_eq!(by_cookie, by_number);
}

#[test]
fn a_cursor_of_another_query_is_refused() {
    let access = liaison_queries::Access::system(Uuid::nil(), Uuid::nil());
    let context = liaison_queries::Context {
        model: &MODEL,
        access: &access,
        number: 1,
        dialect: db::Dialect::Sqlite,
    };
    let by_name = ask("account", "$orderby=name", &access).unwrap();
    let by_revenue = ask("account", "$orderby=revenue", &access).unwrap();
    // "AgAAAAAAAAAHBQ…": a whole number and an id
    let cursor = Cursor::decode("AgAAAAAAAAAHBQAAAAAAAAAAAAAAAAAAAAA").unwrap();
    let paging = Paging { size: 10, after: Some(cursor), skip: 0 };
    assert!(by_revenue.page(&context, &paging).is_ok());
    assert_eq!(by_name.page(&context, &paging).unwrap_err(), Error::Cursor);
    let far = Paging { size: 10, after: None, skip: 50_001 };
    assert!(matches!(by_name.page(&context, &far).unwrap_err(), Error::Limit { .. }));
}
