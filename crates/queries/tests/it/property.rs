//! Any query's answer equals a look at each row.

use std::collections::BTreeMap;

use db::{Row, Value};
use liaison_queries::{
    Access, Caller, Content, Moment, Paging, Query, Shown,
    physical::CellType,
    query::{Collection, Function, Link, Shape},
};
use odata::{Reading, parse};
use testkit::Store;
use uuid::Uuid;

use crate::{
    model::{MODEL, table},
    naive::{Bound, Naive},
    random::Random,
    world::{World, instant, run},
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

/// Makes questions.
struct Asker<'r> {
    random: &'r mut Random,
    world: &'r World,
}

const ACCOUNT: [(&str, &str); 12] = [
    ("name", "text"),
    ("nickname", "text"),
    ("secret", "text"),
    ("revenue", "money"),
    ("share", "money"),
    ("employees", "int"),
    ("industry", "int"),
    ("rating", "money"),
    ("hold", "bool"),
    ("createdon", "instant"),
    ("founded", "date"),
    ("tags", "tags"),
];
const CONTACT: [(&str, &str); 3] = [("fullname", "text"), ("salary", "money"), ("birth", "date")];
const TOPIC: [(&str, &str); 2] = [("title", "text"), ("weight", "int")];

impl Asker<'_> {
    fn columns(of: &str) -> &'static [(&'static str, &'static str)] {
        match of {
            "account" => &ACCOUNT,
            "contact" => &CONTACT,
            "topic" => &TOPIC,
            _ => &[("name", "text")],
        }
    }

    fn word(&mut self) -> &'static str {
        const WORDS: [&str; 9] =
            ["Alpha", "beta", "été", "o''Hara", "ÉTÉ", "Straße", "nothing", "zoë", ""];
        WORDS[self.random.below(WORDS.len())]
    }

    fn literal(&mut self, kind: &str) -> String {
        match kind {
            "text" => format!("'{}'", self.word()),
            "money" => (*self
                .random
                .pick(&["0", "1.2345", "2.469", "-2.5", "0.25", "0.755", "1e30", "1", "0.5"]))
            .to_owned(),
            "int" => (*self.random.pick(&["0", "1", "2", "3", "2.5", "-1"])).to_owned(),
            "bool" => (*self.random.pick(&["true", "false"])).to_owned(),
            "instant" => instant(self.random).to_string(),
            "date" => {
                let at = instant(self.random);
                at.to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
            }
            _ => "'1,2'".to_owned(),
        }
    }

    /// A path to a column of a table or behind its lookups.
    fn column(&mut self, of: &str, prefix: &str) -> (String, &'static str) {
        let steps: &[(&str, &str)] = match of {
            "account" => &[
                ("primarycontactid", "contact"),
                ("parentaccountid", "account"),
                ("owningbusinessunit", "businessunit"),
                ("ownerid", "owner"),
            ],
            "contact" => {
                &[("parentcustomerid_account", "account"), ("parentcustomerid_contact", "contact")]
            }
            _ => &[],
        };
        if !steps.is_empty() && self.random.one_in(5) {
            let (step, target) = *self.random.pick(steps);
            return self.column(target, &format!("{prefix}{step}/"));
        }
        let (name, kind) = *self.random.pick(Self::columns(of));
        (format!("{prefix}{name}"), kind)
    }

    fn id(&mut self, of: &str) -> Uuid {
        let ids = self.world.ids(of);
        *self.random.pick(&ids)
    }

    fn condition(&mut self, of: &str, prefix: &str, depth: usize) -> String {
        let choice = self.random.below(if depth > 2 { 7 } else { 12 });
        match choice {
            0..=2 => {
                let (name, kind) = self.column(of, prefix);
                let ops: &[&str] = match kind {
                    "bool" | "tags" => &["eq", "ne"],
                    _ => &["eq", "ne", "lt", "le", "gt", "ge"],
                };
                let op = *self.random.pick(ops);
                let null = self.random.one_in(6);
                let value = if null { "null".to_owned() } else { self.literal(kind) };
                if self.random.one_in(8) {
                    format!("{value} {op} {name}")
                } else {
                    format!("{name} {op} {value}")
                }
            }
            3 => {
                let (name, kind) = self.column(of, prefix);
                if kind != "text" {
                    return self.condition(of, prefix, depth + 1);
                }
                let function = *self.random.pick(&["contains", "startswith", "endswith"]);
                let text = *self
                    .random
                    .pick(&["a", "Al", "ÉT", "%25", "_", "b_t", "a%25a", "", "\\", "ß"]);
                format!("{function}({name},'{text}')")
            }
            4 => match of {
                "account" => {
                    let lookup = *self.random.pick(&[
                        ("_parentaccountid_value", "account"),
                        ("_primarycontactid_value", "contact"),
                        ("_ownerid_value", "systemuser"),
                        ("accountid", "account"),
                    ]);
                    let op = *self.random.pick(&["eq", "ne"]);
                    format!("{prefix}{} {op} {}", lookup.0, self.id(lookup.1))
                }
                _ => self.condition(of, prefix, depth + 1),
            },
            5 => self.function(of, prefix, depth),
            6 => match of {
                "account" => {
                    let pair = *self.random.pick(&[
                        ("name", "nickname"),
                        ("employees", "industry"),
                        ("nickname", "secret"),
                        ("_parentaccountid_value", "accountid"),
                    ]);
                    let ops: &[&str] = if pair.1 == "accountid" {
                        &["eq", "ne"]
                    } else {
                        &["eq", "ne", "lt", "ge"]
                    };
                    format!("{prefix}{} {} {prefix}{}", pair.0, self.random.pick(ops), pair.1)
                }
                _ => self.condition(of, prefix, depth + 1),
            },
            7 => format!(
                "({} and {})",
                self.condition(of, prefix, depth + 1),
                self.condition(of, prefix, depth + 1)
            ),
            8 => format!(
                "({} or {})",
                self.condition(of, prefix, depth + 1),
                self.condition(of, prefix, depth + 1)
            ),
            9 => format!("not ({})", self.condition(of, prefix, depth + 1)),
            _ => {
                let collections: &[(&str, &str)] = match of {
                    "account" => &[
                        ("contact_customer_accounts", "contact"),
                        ("account_parent_account", "account"),
                        ("accounttopics_association", "topic"),
                    ],
                    "contact" => &[
                        ("account_primary_contact", "account"),
                        ("contact_customer_contacts", "contact"),
                    ],
                    "topic" => &[("topicaccounts_association", "account")],
                    _ => return self.condition(of, prefix, depth + 1),
                };
                let (name, target) = *self.random.pick(collections);
                let variable = format!("v{depth}");
                match self.random.below(5) {
                    0 => format!("{prefix}{name}/any()"),
                    choice => {
                        let word = if choice == 1 { "all" } else { "any" };
                        let inner = self.condition(target, &format!("{variable}/"), depth + 1);
                        format!("{prefix}{name}/{word}({variable}:{inner})")
                    }
                }
            }
        }
    }

    fn function(&mut self, of: &str, prefix: &str, depth: usize) -> String {
        let call = |name: &str, property: &str, rest: &str| {
            format!("{prefix}Microsoft.Dynamics.CRM.{name}(PropertyName='{property}'{rest})")
        };
        if of != "account" {
            return self.condition(of, prefix, depth + 1);
        }
        match self.random.below(9) {
            0 => {
                let name = *self.random.pick(&["In", "NotIn"]);
                let word = *self.random.pick(&["ALPHA", "nobody"]);
                call(name, "name", &format!(",PropertyValues=[\"{word}\",\"Beta\",\"x\"]"))
            }
            1 => {
                let name = *self.random.pick(&["Between", "NotBetween"]);
                call(name, "employees", ",PropertyValues=[\"1\",\"3\"]")
            }
            2 => {
                let name = *self.random.pick(&["ContainValues", "DoesNotContainValues"]);
                let value = self.random.below(13);
                call(name, "tags", &format!(",PropertyValues=[\"{value}\",\"11\"]"))
            }
            3 => {
                let name = *self.random.pick(&[
                    "ThisYear",
                    "LastYear",
                    "ThisMonth",
                    "LastWeek",
                    "Next7Days",
                    "Today",
                ]);
                let column = *self.random.pick(&["createdon", "founded"]);
                call(name, column, "")
            }
            4 => {
                let name = *self.random.pick(&[
                    "LastXMonths",
                    "NextXDays",
                    "OlderThanXWeeks",
                    "LastXHours",
                    "LastXYears",
                ]);
                let column = *self.random.pick(&["createdon", "founded"]);
                call(name, column, ",PropertyValue=2")
            }
            5 => {
                let name = *self.random.pick(&["On", "OnOrAfter", "OnOrBefore"]);
                let date = self.literal("date");
                call(name, "createdon", &format!(",PropertyValue='{date}'"))
            }
            6 => {
                let name = *self.random.pick(&[
                    "EqualUserId",
                    "NotEqualUserId",
                    "EqualUserTeams",
                    "EqualUserOrUserTeams",
                ]);
                call(name, "ownerid", "").replace("'ownerid'", "'_ownerid_value'")
            }
            7 => {
                let name = *self.random.pick(&["EqualBusinessId", "NotEqualBusinessId"]);
                call(name, "_owningbusinessunit_value", "")
            }
            _ => {
                let name = *self.random.pick(&[
                    "Above",
                    "AboveOrEqual",
                    "Under",
                    "UnderOrEqual",
                    "NotUnder",
                ]);
                let column = *self.random.pick(&["accountid", "_parentaccountid_value"]);
                let id = self.id("account");
                call(name, column, &format!(",PropertyValue='{id}'"))
            }
        }
    }

    fn order(&mut self, of: &str) -> String {
        let mut terms = Vec::new();
        for _ in 0..self.random.below(3) {
            let (name, kind) = self.column(of, "");
            if kind != "tags" {
                terms.push(format!("{name} {}", self.random.pick(&["asc", "desc"])));
            }
        }
        terms.join(",")
    }

    fn expand(&mut self, of: &str, depth: usize) -> String {
        let single: &[(&str, &str)] = match of {
            "account" => &[
                ("primarycontactid", "contact"),
                ("parentaccountid", "account"),
                ("ownerid", "owner"),
            ],
            "contact" => {
                &[("parentcustomerid_account", "account"), ("parentcustomerid_contact", "contact")]
            }
            _ => &[],
        };
        let many: &[(&str, &str)] = match of {
            "account" => &[
                ("contact_customer_accounts", "contact"),
                ("account_parent_account", "account"),
                ("accounttopics_association", "topic"),
            ],
            "contact" => {
                &[("contact_customer_contacts", "contact"), ("account_primary_contact", "account")]
            }
            "topic" => &[("topicaccounts_association", "account")],
            _ => &[],
        };
        let mut all = Vec::new();
        for (name, target) in single {
            if self.random.one_in(3) {
                let inner = if depth < 2 { self.expand(target, depth + 1) } else { String::new() };
                let inner = if inner.is_empty() { inner } else { format!("($expand={inner})") };
                all.push(format!("{name}{inner}"));
            }
        }
        for (name, target) in many {
            if self.random.one_in(4) {
                let mut options = Vec::new();
                if self.random.one_in(2) {
                    options.push(format!("$filter={}", self.condition(target, "", 2)));
                }
                let order = self.order(target);
                if !order.is_empty() {
                    options.push(format!("$orderby={order}"));
                }
                if self.random.one_in(2) {
                    options.push(format!("$top={}", 1 + self.random.below(3)));
                }
                if depth < 1 {
                    let inner = self.expand(target, depth + 1);
                    if !inner.is_empty() {
                        options.push(format!("$expand={inner}"));
                    }
                }
                let options = options.join(";");
                all.push(if options.is_empty() {
                    (*name).to_owned()
                } else {
                    format!("{name}({options})")
                });
            }
        }
        all.join(",")
    }

    fn question(&mut self, of: &str) -> String {
        let mut options = vec![format!("$filter={}", self.condition(of, "", 0))];
        let order = self.order(of);
        if !order.is_empty() {
            options.push(format!("$orderby={order}"));
        }
        if self.random.one_in(2) {
            let expand = self.expand(of, 0);
            if !expand.is_empty() {
                options.push(format!("$expand={expand}"));
            }
        }
        if self.random.one_in(3) {
            let select = match of {
                "account" => "$select=name,secret,_ownerid_value,tags",
                "contact" => "$select=fullname,salary,_parentcustomerid_value",
                _ => "$select=title",
            };
            options.push(select.to_owned());
        }
        options.join("&")
    }
}

/// What a row shows, with what hangs on it, compared with the rows beside the database.
struct Check<'w> {
    naive: &'w Naive<'w>,
    context: String,
    checked: usize,
}

impl Check<'_> {
    fn cells(
        &mut self,
        (query, shape, shown): (&Query, &Shape, &Shown),
        row: &Row,
        bound: &Bound<'_>,
    ) {
        let there = bound[shape.source].is_some();
        let key = row.get::<Option<Uuid>>(shown.key.unwrap()).unwrap();
        assert_eq!(key.is_some(), there, "{}", self.context);
        for (output, property) in shape.outputs.iter().zip(&shown.properties) {
            let column = property.column().unwrap();
            let kind = CellType::of(&column.kind);
            let found = kind.read(row, property.cell).unwrap();
            let expected = self.naive.cell(query, bound, output.field);
            assert_eq!(found, expected, "{} of {}", property.name(), self.context);
            self.checked += 1;
            let Some(name) = property.name_cell else { continue };
            let expected = self.name(column, &expected, row, property.type_cell);
            let found = row.get::<Option<String>>(name).unwrap();
            assert_eq!(found, expected, "name of {} of {}", property.name(), self.context);
        }
        for (single, shown) in shape.singles.iter().zip(&shown.singles) {
            self.cells((query, &single.shape, &shown.shown), row, bound);
        }
    }

    /// The display name of a row that the caller sees.
    fn name(
        &self,
        column: &tables::Column,
        value: &Value<'_>,
        row: &Row,
        code: Option<usize>,
    ) -> Option<String> {
        let Value::Uuid(id) = value else { return None };
        let targets = column.kind.targets();
        let target = match code {
            Some(cell) => {
                let code = row.get::<Option<i64>>(cell).unwrap()?;
                MODEL.table_by_code(code.try_into().unwrap())?.logical.clone()
            }
            None => (*targets.first()?).to_owned(),
        };
        if !targets.contains(&target.as_str()) {
            return None;
        }
        let of = table(&target);
        let rows = self.naive.visible(&target);
        let found = rows.into_iter().find(|row| row.id(&of.primary_id) == Some(*id))?;
        match found.cell(of.primary_name.as_deref()?) {
            Value::Text(text) => Some(text.into_owned()),
            _ => None,
        }
    }
}

/// Rows of collections, level by level.
async fn collections(
    store: &Store,
    check: &mut Check<'_>,
    (query, shape, shown): (&Query, &Shape, &Shown),
    rows: &[Row],
) {
    for (collection, of) in shape.collections.iter().zip(&shown.collections) {
        let parents: Vec<Uuid> =
            rows.iter().filter_map(|row| row.get::<Option<Uuid>>(of.key).unwrap()).collect();
        if parents.is_empty() {
            continue;
        }
        children(store, check, collection, &parents).await;
    }
    for (single, shown) in shape.singles.iter().zip(&shown.singles) {
        let next = (query, &single.shape, &shown.shown);
        Box::pin(collections(store, check, next, rows)).await;
    }
}

async fn children(store: &Store, check: &mut Check<'_>, collection: &Collection, parents: &[Uuid]) {
    let naive = check.naive;
    let context = naive.world.context(naive.access);
    let size = 3;
    let page = collection.page(&context, parents, size).unwrap();
    let rows = run(store, &page.statement).await;
    let top = collection.query.top.unwrap_or(u64::MAX).min(u64::from(size) + 1);
    let mut expected: Vec<(i64, Bound<'_>)> = Vec::new();
    let sorted = naive.sorted(&collection.query);
    for (place, parent) in parents.iter().enumerate() {
        let hangs = |bound: &&Bound<'_>| {
            let row = bound[0].unwrap();
            match &collection.link {
                Link::Columns { to, .. } => {
                    let column = &collection.query.sources[0].table.columns()[*to];
                    let code = row.codes.get(&column.logical).copied();
                    row.id(&column.logical) == Some(*parent)
                        && (!column.kind.is_polymorphic()
                            || code == Some(collection.of.code.into()))
                }
                Link::ManyToMany { intersect, near, far } => {
                    let (near, far) = (&intersect.columns()[*near], &intersect.columns()[*far]);
                    let key = row.id(&collection.query.sources[0].table.primary_id);
                    naive.world.rows[&*intersect.logical].iter().any(|one| {
                        one.id(&near.logical) == Some(*parent) && one.id(&far.logical) == key
                    })
                }
            }
        };
        let mine = sorted.iter().filter(hangs).take(usize::try_from(top).unwrap());
        expected.extend(mine.map(|bound| (i64::try_from(place).unwrap(), bound.clone())));
    }
    assert_eq!(
        rows.len(),
        expected.len(),
        "{} of {}\n{}",
        collection.navigation,
        check.context,
        page.statement.sql
    );
    for (row, (place, bound)) in rows.iter().zip(&expected) {
        assert_eq!(row.get::<i64>(page.plan.parent.unwrap()).unwrap(), *place);
        check.cells((&collection.query, &collection.query.shape, &page.plan.shown), row, bound);
    }
    let next = (&collection.query, &collection.query.shape, &page.plan.shown);
    Box::pin(collections(store, check, next, &rows)).await;
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
