//! FetchXML and `SELECT`, navigation from one row, distinct rows and parts of dates.

use db::Value;
use liaison_queries::{
    Access, Caller, Fetched, Paging, Query, from_fetch, from_sql, physical::CellType,
};
use testkit::Store;
use uuid::Uuid;

use crate::{
    model::{MODEL, table},
    naive::{Bound, Naive},
    property::{ask, moment},
    random::Random,
    world::{World, run},
};

fn fetch(text: &str, access: &Access) -> Fetched {
    let moment = moment();
    let caller = Caller { access, moment: &moment, names: false };
    let parsed = fetchxml::fetch::parse(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    from_fetch(&MODEL, &parsed, &caller).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn select(text: &str, access: &Access) -> Fetched {
    let moment = moment();
    let caller = Caller { access, moment: &moment, names: false };
    let parsed = fetchxml::sql::parse(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    from_sql(&MODEL, &parsed, &caller).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// What a query shows, row by row, from the engine.
async fn shown(
    store: &Store,
    world: &World,
    access: &Access,
    query: &Query,
) -> Option<Vec<Vec<Value<'static>>>> {
    let context = world.context(access);
    let page = query.page(&context, &Paging::first(5000)).ok()?;
    let rows = run(store, &page.statement).await;
    let cells = |row: &db::Row| {
        let all = page.plan.shown.properties.iter();
        all.map(|one| CellType::of(&one.column().unwrap().kind).read(row, one.cell).unwrap())
            .collect()
    };
    Some(rows.iter().map(cells).collect())
}

/// The same from a look at each row.
fn expected(naive: &Naive<'_>, query: &Query) -> Vec<Vec<Value<'static>>> {
    let cells = |bound: &Bound<'_>| {
        let all = query.shape.outputs.iter();
        all.map(|output| naive.cell(query, bound, output.field)).collect()
    };
    naive.sorted(query).iter().map(cells).collect()
}

fn condition(random: &mut Random) -> String {
    let (attribute, operator, value) = *random.pick(&[
        ("name", "eq", "ALPHA"),
        ("name", "ne", "beta"),
        ("name", "like", "%a%"),
        ("name", "not-like", "a_p%"),
        ("name", "begins-with", "b"),
        ("name", "not-end-with", "a"),
        ("employees", "ge", "2"),
        ("employees", "lt", "2.5"),
        ("revenue", "gt", "-1.2345"),
        ("hold", "eq", "1"),
        ("secret", "not-null", ""),
        ("createdon", "last-x-months", "8"),
        ("founded", "this-year", ""),
        ("ownerid", "eq-userid", ""),
        ("ownerid", "eq-useroruserteams", ""),
        ("tags", "contain-values", "3"),
    ]);
    let value = if value.is_empty() { String::new() } else { format!(" value='{value}'") };
    format!("<condition attribute='{attribute}' operator='{operator}'{value}/>")
}

fn filter(random: &mut Random) -> String {
    let kind = *random.pick(&["and", "or"]);
    let (a, b) = (condition(random), condition(random));
    let inner = if random.one_in(3) {
        format!("<filter type='or'>{}{}</filter>", condition(random), condition(random))
    } else {
        String::new()
    };
    format!("<filter type='{kind}'>{a}{b}{inner}</filter>")
}

#[tokio::test]
async fn fetchxml_finds_what_a_look_at_each_row_finds() {
    let store = Store::fresh().await;
    let world = World::make(&store, 1, 71).await;
    let mut random = Random::seeded(72);
    let mut compared = 0;
    for _ in 0..300 {
        let access = random.pick(&world.callers).clone();
        let mut body = String::from("<attribute name='name'/><attribute name='secret'/>");
        if random.one_in(2) {
            body.push_str(&filter(&mut random));
        }
        let kind = *random.pick(&["inner", "outer"]);
        let on_name =
            "<filter><condition attribute='fullname' operator='ne' value='beta'/></filter>";
        let on_name = if random.one_in(2) { on_name } else { "" };
        let looked = *random.pick(&["any", "not any", "all", "not all"]);
        let once = *random.pick(&["exists", "in", "matchfirstrowusingcrossapply"]);
        let linked = match random.below(6) {
            0 => format!(
                "<link-entity name='contact' from='parentcustomerid' to='accountid' alias='c' link-type='{kind}'>\
                 <attribute name='fullname'/><attribute name='salary'/>{on_name}</link-entity>"
            ),
            1 => format!(
                "<link-entity name='contact' from='contactid' to='primarycontactid' alias='p' link-type='{kind}'>\
                 <attribute name='fullname'/>{on_name}\
                 <link-entity name='account' from='accountid' to='parentcustomerid' alias='b' link-type='outer'>\
                 <attribute name='name'/></link-entity></link-entity>"
            ),
            2 => format!(
                "<link-entity name='accounttopic' from='accountid' to='accountid' intersect='true' link-type='{kind}'>\
                 <link-entity name='topic' from='topicid' to='topicid' alias='t' link-type='{kind}'>\
                 <attribute name='title'/></link-entity></link-entity>"
            ),
            3 => format!(
                "<link-entity name='contact' from='parentcustomerid' to='accountid' alias='e' link-type='{once}'>\
                 {on_name}<link-entity name='account' from='primarycontactid' to='contactid' link-type='{kind}'/>\
                 </link-entity>"
            ),
            4 => format!(
                "<filter type='or'>{}<link-entity name='contact' from='parentcustomerid' to='accountid' link-type='{looked}'>\
                 {on_name}<link-entity name='account' from='primarycontactid' to='contactid' link-type='exists'/>\
                 </link-entity></filter>",
                condition(&mut random)
            ),
            _ => String::new(),
        };
        body.push_str(&linked);
        if body.contains("alias='c'") && random.one_in(2) {
            body.push_str(
                "<filter><condition entityname='c' attribute='fullname' operator='null'/></filter>",
            );
        }
        if random.one_in(2) {
            body.push_str(
                "<order attribute='name' descending='true'/><order attribute='employees'/>",
            );
        }
        let text = format!("<fetch><entity name='account'>{body}</entity></fetch>");
        let fetched = fetch(&text, &access);
        let naive = Naive::new(&world, &access);
        let Some(found) = shown(&store, &world, &access, &fetched.query).await else { continue };
        assert_eq!(found, expected(&naive, &fetched.query), "{text}");
        compared += found.len();
    }
    assert!(compared > 500, "{compared}");
}

#[tokio::test]
async fn links_that_show_nothing_say_which_rows_come() {
    let store = Store::fresh().await;
    let world = World::make(&store, 1, 79).await;
    let mut compared = 0;
    for access in &world.callers {
        let mut names = Vec::new();
        let filter =
            "<filter><condition attribute='fullname' operator='eq' value='alpha'/></filter>";
        let contact = |kind: &str, filter: &str| {
            format!(
                "<link-entity name='contact' from='parentcustomerid' to='accountid' link-type='{kind}'>{filter}</link-entity>"
            )
        };
        let entity = |body: String| {
            format!(
                "<fetch><entity name='account'><attribute name='accountid'/>{body}</entity></fetch>"
            )
        };
        for (text, filter) in [
            (entity(String::new()), ""),
            (entity(contact("inner", filter)), filter),
            (entity(contact("exists", filter)), filter),
            (entity(contact("in", filter)), filter),
            (entity(contact("matchfirstrowusingcrossapply", filter)), filter),
            (entity(format!("<filter>{}</filter>", contact("any", filter))), filter),
            (entity(format!("<filter>{}</filter>", contact("not all", filter))), filter),
            (entity(format!("<filter>{}</filter>", contact("not any", filter))), filter),
            (entity(format!("<filter>{}</filter>", contact("all", filter))), filter),
            (entity(format!("<filter>{}</filter>", contact("any", ""))), ""),
        ] {
            let fetched = fetch(&text, access);
            assert_eq!(filter.is_empty(), !text.contains("fullname"));
            names.push(shown(&store, &world, access, &fetched.query).await);
        }
        let Some(names) = names.into_iter().collect::<Option<Vec<_>>>() else { continue };
        let [every, inner, exists, within, first, any, not_all, not_any, all, some] =
            names.try_into().unwrap_or_else(|_| panic!("ten answers"));
        let mut once = inner;
        once.dedup();
        for other in [&exists, &within, &first, &any, &not_all] {
            assert_eq!(*other, once);
        }
        let without = |of: &[Vec<Value<'static>>]| -> Vec<_> {
            of.iter().filter(|row| !once.contains(row)).cloned().collect()
        };
        assert_eq!(not_any, without(&every));
        assert_eq!(all, without(&some));
        compared += once.len() + all.len();
    }
    assert!(compared > 20, "{compared}");
}

#[tokio::test]
async fn conditions_name_links_by_alias_or_table() {
    let world_of = |link: &str, name: &str| {
        format!(
            "<fetch><entity name='account'><filter><condition entityname='{name}' attribute='fullname' operator='null'/></filter>\
             <link-entity name='contact' from='parentcustomerid' to='accountid' {link}/></entity></fetch>"
        )
    };
    let read = |text: &str| {
        let (access, moment) = (Access::system(Uuid::nil(), Uuid::nil()), moment());
        let caller = Caller { access: &access, moment: &moment, names: false };
        from_fetch(&MODEL, &fetchxml::fetch::parse(text).unwrap(), &caller).map(drop)
    };
    assert!(read(&world_of("link-type='outer'", "contact")).is_ok());
    assert!(read(&world_of("link-type='outer' alias='c'", "c")).is_ok());
    assert!(read(&world_of("link-type='outer' alias='c'", "contact")).is_err());
    assert!(read(&world_of("link-type='exists' alias='c'", "c")).is_err());
}

#[tokio::test]
async fn a_select_finds_what_a_look_at_each_row_finds() {
    let store = Store::fresh().await;
    let world = World::make(&store, 1, 73).await;
    let mut compared = 0;
    for access in &world.callers {
        for text in [
            "SELECT name, revenue FROM account WHERE employees >= 1 AND name LIKE '%a%' ORDER BY revenue DESC, name",
            "SELECT a.name, c.fullname AS who FROM account a INNER JOIN contact c ON a.primarycontactid = c.contactid WHERE c.fullname <> 'beta' OR a.hold = 1",
            "SELECT a.name, b.name AS parent FROM account AS a LEFT JOIN account b ON a.parentaccountid = b.accountid WHERE a.name NOT LIKE 'b%' AND a.employees NOT BETWEEN 2 AND 3",
            "SELECT name FROM account WHERE industry IN (0, 2) AND NOT (secret IS NULL) ORDER BY createdon",
        ] {
            let fetched = select(text, access);
            let naive = Naive::new(&world, access);
            let Some(found) = shown(&store, &world, access, &fetched.query).await else { continue };
            assert_eq!(found, expected(&naive, &fetched.query), "{text}");
            compared += found.len();
        }
    }
    assert!(compared > 100, "{compared}");
}

#[tokio::test]
async fn distinct_rows_come_once_and_in_order() {
    let store = Store::fresh().await;
    let world = World::make(&store, 1, 74).await;
    for access in &world.callers {
        let text = "<fetch distinct='true'><entity name='account'><attribute name='industry'/><attribute name='hold'/>\
            <order attribute='industry' descending='true'/>\
            <link-entity name='contact' from='parentcustomerid' to='accountid' link-type='outer'/></entity></fetch>";
        let mut fetched = fetch(text, access);
        let Some(found) = shown(&store, &world, access, &fetched.query).await else { continue };
        let naive = Naive::new(&world, access);
        let mut once: Vec<Vec<Value<'static>>> = Vec::new();
        for row in expected(&naive, &fetched.query) {
            if !once.contains(&row) {
                once.push(row);
            }
        }
        assert_eq!(found.len(), once.len());
        assert!(once.iter().all(|row| found.contains(row)));
        let industries: Vec<_> = found.iter().map(|row| row[0].clone()).collect();
        let mut expected: Vec<_> = once.iter().map(|row| row[0].clone()).collect();
        assert_eq!(industries.len(), expected.len());
        expected.dedup();
        let mut runs = industries.clone();
        runs.dedup();
        assert_eq!(runs, expected);
        // Page by page, by number.
        fetched.paging.size = 2;
        let context = world.context(access);
        let mut all = 0;
        loop {
            fetched.paging.skip = u64::try_from(all).unwrap();
            let page = fetched.query.page(&context, &fetched.paging).unwrap();
            let (rows, more) = page.plan.cut(run(&store, &page.statement).await);
            all += rows.len();
            assert!(page.plan.cursor(&rows[0]).unwrap().is_none());
            if !more {
                break;
            }
        }
        assert_eq!(all, found.len());
        let counted = run(&store, &fetched.query.count(&context).unwrap()).await;
        assert_eq!(counted[0].get::<i64>(0).unwrap(), i64::try_from(all).unwrap());
    }
}

#[tokio::test]
async fn parts_of_dates_make_groups() {
    let store = Store::fresh().await;
    let world = World::make(&store, 1, 75).await;
    let access = &world.callers[0];
    for (grouping, part) in [
        ("year", "%Y"),
        ("month", "%m"),
        ("day", "%d"),
        ("week", "%V"),
        ("quarter", "%q"),
        ("fiscal-year", "%Y"),
        ("fiscal-period", "%q"),
    ] {
        let text = format!(
            "<fetch aggregate='true'><entity name='account'><attribute name='createdon' groupby='true' dategrouping='{grouping}' alias='part'/>\
             <attribute name='accountid' aggregate='count' alias='n'/><order alias='n' descending='true'/></entity></fetch>"
        );
        let fetched = fetch(&text, access);
        let page = fetched.query.page(&world.context(access), &fetched.paging).unwrap();
        let rows = run(&store, &page.statement).await;
        let mut found = Vec::new();
        for row in &rows {
            let value = |nth: usize| page.plan.shown.properties[nth].value(row).unwrap();
            found.push((value(0), value(1)));
        }
        let counts: Vec<_> = found.iter().map(|(_, n)| format!("{n:?}")).collect();
        assert!(!counts.is_empty() && !page.plan.too_many(&rows[0]));
        let of: Vec<_> = page.plan.shown.properties.iter().map(|one| one.attribute()).collect();
        assert_eq!(of, [Some("createdon"), Some("accountid")]);
        let mut expected: std::collections::HashMap<Option<i64>, i64> =
            std::collections::HashMap::new();
        for row in &world.rows["account"] {
            let key = match row.cell("createdon") {
                Value::Instant(at) => {
                    let at = at.to_zoned(jiff::tz::TimeZone::UTC);
                    let quarter = (i64::from(at.month()) + 2) / 3;
                    Some(if part == "%q" {
                        quarter
                    } else {
                        at.strftime(part).to_string().parse().unwrap()
                    })
                }
                _ => None,
            };
            *expected.entry(key).or_default() += 1;
        }
        assert_eq!(found.len(), expected.len(), "{grouping}");
        for (key, n) in found {
            let key = match key {
                tables::Value::Whole(key) => Some(key),
                _ => None,
            };
            assert_eq!(n, tables::Value::Whole(expected[&key]), "{grouping} {key:?}");
        }
    }
}

#[tokio::test]
async fn what_hangs_on_one_row_is_found_from_it() {
    let store = Store::fresh().await;
    let world = World::make(&store, 1, 76).await;
    let mut compared = 0;
    for access in &world.callers {
        for (of, navigation, target) in [
            ("account", "contact_customer_accounts", "contact"),
            ("account", "accounttopics_association", "topic"),
            ("topic", "topicaccounts_association", "account"),
            ("account", "primarycontactid", "contact"),
            ("contact", "parentcustomerid_account", "account"),
        ] {
            for id in world.ids(of).into_iter().take(8) {
                let query = ask(target, "$orderby=versionnumber", access)
                    .or_else(|_| ask(target, "", access))
                    .unwrap()
                    .behind(&MODEL, table(of), (navigation, id))
                    .unwrap();
                let Some(found) = shown(&store, &world, access, &query).await else { continue };
                let naive = Naive::new(&world, access);
                assert_eq!(found, expected(&naive, &query), "{of} {navigation}");
                compared += found.len();
            }
        }
    }
    assert!(compared > 100, "{compared}");
    let nobody = Uuid::nil();
    assert!(
        Query::of(table("topic")).behind(&MODEL, table("account"), ("nothing", nobody)).is_err()
    );
}

#[tokio::test]
async fn hierarchies_are_followed_along_visible_rows_only() {
    let store = Store::fresh().await;
    let mut compared = 0;
    for (number, seed) in [(1, 77), (2, 78)] {
        let world = World::make(&store, number, seed).await;
        for access in &world.callers {
            let naive = Naive::new(&world, access);
            for id in world.ids("account") {
                for function in ["Above", "AboveOrEqual", "Under", "UnderOrEqual", "NotUnder"] {
                    let text = format!(
                        "$select=name&$filter=Microsoft.Dynamics.CRM.{function}(PropertyName='accountid',PropertyValue='{id}')"
                    );
                    let query = ask("account", &text, access).unwrap();
                    let Some(found) = shown(&store, &world, access, &query).await else { continue };
                    assert_eq!(found, expected(&naive, &query), "{text}");
                    compared += found.len();
                }
            }
        }
    }
    assert!(compared > 1000, "{compared}");
}
