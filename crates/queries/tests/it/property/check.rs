//! What was found, compared with the rows beside the database.

use db::{Row, Value};
use liaison_queries::{
    Query, Shown,
    physical::CellType,
    query::{Collection, Link, Shape},
};
use testkit::Store;
use uuid::Uuid;

use crate::{
    model::{MODEL, table},
    naive::{Bound, Naive},
    world::run,
};

/// What a row shows, with what hangs on it, compared with the rows beside the database.
pub(super) struct Check<'w> {
    pub(super) naive: &'w Naive<'w>,
    pub(super) context: String,
    pub(super) checked: usize,
}

impl Check<'_> {
    pub(super) fn cells(
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
pub(super) async fn collections(
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
    let mut all: Vec<(i64, i64)> = Vec::new();
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
        all.push((
            i64::try_from(place).unwrap(),
            i64::try_from(sorted.iter().filter(hangs).count()).unwrap(),
        ));
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
    let counts = collection.counts(&context, parents).unwrap();
    let mut found: Vec<(i64, i64)> = Vec::new();
    for row in run(store, &counts).await {
        found.push((row.get(0).unwrap(), row.get(1).unwrap()));
    }
    found.sort_unstable();
    assert_eq!(found, all, "counts of {} of {}", collection.navigation, check.context);
    let next = (&collection.query, &collection.query.shape, &page.plan.shown);
    Box::pin(collections(store, check, next, &rows)).await;
}
