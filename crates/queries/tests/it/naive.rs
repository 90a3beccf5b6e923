//! The same questions answered by a look at each row.

use std::{cmp::Ordering, collections::HashSet};

use db::Value;
use liaison_queries::{
    Access, Query, Reach, Verb,
    access::{owner_column, unit_column},
    query::{Comparison, Condition, Exists, Field, Link, OrderBy},
};
use tables::{ColumnKind, Table};
use uuid::Uuid;

use crate::{
    model::table,
    world::{Record, World},
};

pub(crate) struct Naive<'w> {
    pub(crate) world: &'w World,
    pub(crate) access: &'w Access,
    /// Rows of tables that show others' rows.
    owners: Vec<Record>,
}

/// A row for each source that has one.
pub(crate) type Bound<'w> = Vec<Option<&'w Record>>;

impl<'w> Naive<'w> {
    pub(crate) fn new(world: &'w World, access: &'w Access) -> Self {
        let mut owners = Vec::new();
        for (name, title) in [("systemuser", "fullname"), ("team", "name")] {
            for row in &world.rows[name] {
                if allowed(world, access, table(name), row, Verb::Read) {
                    let mut shown = Record::default();
                    let id = row.cell(&table(name).primary_id);
                    shown.cells.insert("ownerid".into(), id);
                    shown.cells.insert("name".into(), row.cell(title));
                    shown.cells.insert("businessunitid".into(), row.cell("businessunitid"));
                    owners.push(shown);
                }
            }
        }
        Self { world, access, owners }
    }

    /// The rows of a table that the caller sees.
    pub(crate) fn visible(&self, name: &str) -> Vec<&Record> {
        if name == "owner" {
            return self.owners.iter().collect();
        }
        let of = table(name);
        let rows = self.world.rows[&*of.logical].iter();
        rows.filter(|row| allowed(self.world, self.access, of, row, Verb::Read)).collect()
    }

    pub(crate) fn cell(&self, query: &Query, bound: &Bound<'_>, field: Field) -> Value<'static> {
        let table = &query.sources[field.source].table;
        let column = &table.columns()[field.column];
        if column.secured && !self.access.administrator {
            let hidden = self.access.unreadable.get(&table.logical);
            if hidden.is_some_and(|hidden| hidden.contains(&column.logical)) {
                return Value::Null;
            }
        }
        bound[field.source].map_or(Value::Null, |row| row.cell(&column.logical))
    }

    /// Every row with the rows joined to it.
    pub(crate) fn rows(&'w self, query: &Query) -> Vec<Bound<'w>> {
        let mut all: Vec<Bound<'w>> = Vec::new();
        for row in self.visible(&query.sources[0].table.logical) {
            let mut first: Bound<'w> = vec![None; query.sources.len()];
            first[0] = Some(row);
            let mut bound = vec![first];
            for (place, source) in query.sources.iter().enumerate().skip(1) {
                if !source.inside {
                    bound =
                        bound.into_iter().flat_map(|one| self.join(query, one, place)).collect();
                }
            }
            all.extend(bound.into_iter().filter(|one| self.holds(query, one, &query.filter)));
        }
        all
    }

    fn join(&'w self, query: &Query, bound: Bound<'w>, place: usize) -> Vec<Bound<'w>> {
        let join = query.sources[place].join.as_ref().unwrap();
        let mut found = Vec::new();
        for row in self.visible(&query.sources[place].table.logical) {
            let mut with = bound.clone();
            with[place] = Some(row);
            if self.linked(query, &with, place) && self.holds(query, &with, &join.filter) {
                found.push(with);
            }
        }
        if found.is_empty() && join.outer {
            found.push(bound);
        }
        found
    }

    fn linked(&self, query: &Query, bound: &Bound<'_>, place: usize) -> bool {
        let source = &query.sources[place];
        let join = source.join.as_ref().unwrap();
        let key = |place: usize| {
            let table = &query.sources[place].table;
            bound[place].and_then(|row| row.id(&table.primary_id))
        };
        match &join.link {
            Link::Columns { from, to } => {
                let near = Field { source: join.from, column: *from };
                let far = Field { source: place, column: *to };
                let (a, b) = (self.cell(query, bound, near), self.cell(query, bound, far));
                a != Value::Null
                    && a == b
                    && refers(query, bound, near, far)
                    && refers(query, bound, far, near)
            }
            Link::ManyToMany { intersect, near, far } => {
                let (near, far) = (&intersect.columns()[*near], &intersect.columns()[*far]);
                self.world.rows[&*intersect.logical].iter().any(|row| {
                    row.id(&near.logical) == key(join.from) && row.id(&far.logical) == key(place)
                })
            }
        }
    }

    pub(crate) fn holds(&self, query: &Query, bound: &Bound<'_>, condition: &Condition) -> bool {
        let cell = |field: &Field| self.cell(query, bound, *field);
        match condition {
            Condition::All(list) => list.iter().all(|one| self.holds(query, bound, one)),
            Condition::Any(list) => list.iter().any(|one| self.holds(query, bound, one)),
            Condition::Not(one) => !self.holds(query, bound, one),
            Condition::Null(field) => cell(field) == Value::Null,
            Condition::Compare(field, comparison, value) => {
                let found = cell(field);
                found != Value::Null
                    && compares(
                        *comparison,
                        order(&folded(query, *field, found), &folded(query, *field, value.clone())),
                    )
            }
            Condition::Columns(left, comparison, right) => {
                let (a, b) = (cell(left), cell(right));
                match comparison {
                    Comparison::Equal if a == Value::Null || b == Value::Null => a == b,
                    _ if a == Value::Null || b == Value::Null => false,
                    other => {
                        let (a, b) = (folded(query, *left, a), folded(query, *right, b));
                        compares(*other, order(&a, &b))
                    }
                }
            }
            Condition::Like(field, pattern) => match cell(field) {
                Value::Text(text) => {
                    let text: Vec<char> = db::plain(&text).chars().collect();
                    let pattern: Vec<char> = db::plain(pattern).chars().collect();
                    like(&text, &pattern)
                }
                _ => false,
            },
            Condition::In(field, values) => {
                let found = cell(field);
                let found = folded(query, *field, found);
                found != Value::Null
                    && values.iter().any(|one| folded(query, *field, one.clone()) == found)
            }
            Condition::ContainsAny(field, values) => match cell(field) {
                Value::Text(text) => {
                    let held: HashSet<&str> = text.split(',').collect();
                    values.iter().any(|value| held.contains(&*value.to_string()))
                }
                _ => false,
            },
            Condition::Exists(exists) => self.exists(query, bound, exists),
            Condition::Hierarchy(tree) => {
                let Value::Uuid(id) = cell(&tree.field) else { return false };
                if id == tree.of {
                    return tree.itself;
                }
                let rows = self.visible(&tree.table.logical);
                let key = &tree.table.primary_id;
                let up = &tree.table.columns()[tree.parent].logical;
                let parent = |id: Uuid| {
                    let row = rows.iter().find(|row| row.id(key) == Some(id))?;
                    row.id(up)
                };
                let there = |id: Uuid| rows.iter().any(|row| row.id(key) == Some(id));
                // Along visible rows only, from the lower one up to the higher.
                let (low, high) = if tree.under { (id, tree.of) } else { (tree.of, id) };
                if !there(low) || (!tree.under && !there(high)) {
                    return false;
                }
                let (mut at, mut seen) = (low, HashSet::new());
                while seen.insert(at) {
                    match parent(at) {
                        Some(next) if next == high => return true,
                        Some(next) if there(next) => at = next,
                        _ => return false,
                    }
                }
                false
            }
        }
    }

    fn exists(&self, query: &Query, bound: &Bound<'_>, exists: &Exists) -> bool {
        let mut all: Vec<Bound<'_>> = vec![bound.clone()];
        for (nth, place) in exists.sources.iter().enumerate() {
            let join = query.sources[*place].join.as_ref().unwrap();
            let mut next = Vec::new();
            for one in all {
                let mut any = false;
                for row in self.visible(&query.sources[*place].table.logical) {
                    let mut with = one.clone();
                    with[*place] = Some(row);
                    if self.linked(query, &with, *place) && self.holds(query, &with, &join.filter) {
                        any = true;
                        next.push(with);
                    }
                }
                if !any && join.outer && nth > 0 {
                    next.push(one);
                }
            }
            all = next;
        }
        all.iter().any(|one| self.holds(query, one, &exists.filter))
    }

    /// The rows in their order.
    pub(crate) fn sorted(&'w self, query: &Query) -> Vec<Bound<'w>> {
        let mut rows = self.rows(query);
        rows.sort_by(|a, b| self.order(query, a, b));
        rows
    }

    fn order(&self, query: &Query, a: &Bound<'_>, b: &Bound<'_>) -> Ordering {
        let mut descending = false;
        for term in &query.order {
            let OrderBy::Field(field) = term.by else { unreachable!() };
            let key = |bound| folded(query, field, self.cell(query, bound, field));
            let found = nulls(&key(a), &key(b));
            descending = term.descending;
            let found = if descending { found.reverse() } else { found };
            if found != Ordering::Equal {
                return found;
            }
        }
        let mut places = vec![0];
        places.extend((1..query.sources.len()).filter(|place| {
            let source = &query.sources[*place];
            let to = |link: &Link| match link {
                Link::Columns { to, .. } => Some(*to),
                Link::ManyToMany { .. } => None,
            };
            let key = source.table.position(&source.table.primary_id);
            !source.inside && source.join.as_ref().is_some_and(|join| to(&join.link) != key)
        }));
        for place in places {
            let key = |bound: &Bound<'_>| {
                let id =
                    bound[place].and_then(|row| row.id(&query.sources[place].table.primary_id));
                id.map_or(Value::Null, Value::Uuid)
            };
            let found = nulls(&key(a), &key(b));
            let found = if descending { found.reverse() } else { found };
            if found != Ordering::Equal {
                return found;
            }
        }
        Ordering::Equal
    }
}

fn refers(query: &Query, bound: &Bound<'_>, reference: Field, other: Field) -> bool {
    let column = &query.sources[reference.source].table.columns()[reference.column];
    let target = &query.sources[other.source].table;
    let key = matches!(target.columns()[other.column].kind, ColumnKind::Key);
    if !column.kind.is_polymorphic() || target.is_union() || !key {
        return true;
    }
    let code = bound[reference.source].and_then(|row| row.codes.get(&column.logical).copied());
    code == Some(target.code.into())
}

/// What the rights say of one row, one rule after the other.
pub(crate) fn allowed(
    world: &World,
    access: &Access,
    of: &Table,
    row: &Record,
    verb: Verb,
) -> bool {
    if access.administrator {
        return true;
    }
    if of.intersect {
        let end = |name: &str| {
            let key = &table(name).primary_id;
            let id = row.id(key);
            let mut rows = world.rows[name].iter();
            let found = rows.find(|one| one.id(key) == id);
            found.is_some_and(|one| allowed(world, access, table(name), one, verb))
        };
        return end("account") && end("topic");
    }
    let reach = access.rights.get(&of.logical).map_or(Reach::Nothing, |one| one.get(verb).clone());
    let units = match reach {
        Reach::Nothing => return false,
        Reach::All => return true,
        _ if of.logical == "topic" => return true,
        Reach::Own => Vec::new(),
        Reach::Units(units) => units.to_vec(),
    };
    let mut mine = vec![access.user];
    mine.extend(&access.teams);
    let id = row.id(&of.primary_id).unwrap();
    let shared = world.shares.iter().any(|(principal, code, shared, mask)| {
        mine.contains(principal)
            && *code == i64::from(of.code)
            && *shared == id
            && mask & verb.mask() != 0
    });
    match verb {
        Verb::Read => mine.extend(&access.subordinates),
        Verb::Write | Verb::Append | Verb::AppendTo => mine.extend(&access.reports),
        _ => {}
    }
    let owner = owner_column(of).and_then(|column| row.id(column));
    let unit = unit_column(of).and_then(|column| row.id(column));
    shared
        || owner.is_some_and(|owner| mine.contains(&owner))
        || unit.is_some_and(|unit| units.contains(&unit))
}

fn folded(query: &Query, field: Field, value: Value<'static>) -> Value<'static> {
    let kind = &query.sources[field.source].table.columns()[field.column].kind;
    match value {
        Value::Text(text) if matches!(kind, ColumnKind::Text { .. } | ColumnKind::Memo { .. }) => {
            db::plain(&text).into()
        }
        other => other,
    }
}

const fn compares(comparison: Comparison, order: Ordering) -> bool {
    match comparison {
        Comparison::Equal => order.is_eq(),
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterOrEqual => order.is_ge(),
    }
}

pub(crate) fn order(a: &Value<'_>, b: &Value<'_>) -> Ordering {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Real(a), Value::Real(b)) => a.total_cmp(b),
        (Value::Text(a), Value::Text(b)) => a.as_bytes().cmp(b.as_bytes()),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Uuid(a), Value::Uuid(b)) => a.cmp(b),
        (Value::Instant(a), Value::Instant(b)) => a.cmp(b),
        _ => panic!("{a:?} beside {b:?}"),
    }
}

fn nulls(a: &Value<'_>, b: &Value<'_>) -> Ordering {
    match (a, b) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Less,
        (_, Value::Null) => Ordering::Greater,
        (a, b) => order(a, b),
    }
}

fn like(text: &[char], pattern: &[char]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some(('%', rest)) => (0..=text.len()).any(|skip| like(&text[skip..], rest)),
        Some(('_', rest)) => text.split_first().is_some_and(|(_, others)| like(others, rest)),
        Some((one, rest)) => {
            text.split_first().is_some_and(|(first, others)| first == one && like(others, rest))
        }
    }
}
