//! What of a query a form can show: columns, two orders, conditions that all or one of must hold.

use fetchxml::fetch::{Attribute, Condition, Entity, Fetch, Filter, Operator, Order};
use tables::{Table, ViewColumn};
use web_frame::Field;

use crate::{
    kinds::Named,
    parts::{Sent, ticked, value},
    place::Place,
};

/// The operators of the form.
const OPERATORS: [Operator; 30] = [
    Operator::Eq,
    Operator::Ne,
    Operator::Gt,
    Operator::Ge,
    Operator::Lt,
    Operator::Le,
    Operator::Like,
    Operator::NotLike,
    Operator::BeginsWith,
    Operator::EndsWith,
    Operator::Null,
    Operator::NotNull,
    Operator::EqUserId,
    Operator::NeUserId,
    Operator::EqUserTeams,
    Operator::EqUserOrUserTeams,
    Operator::EqBusinessId,
    Operator::On,
    Operator::OnOrBefore,
    Operator::OnOrAfter,
    Operator::Today,
    Operator::Yesterday,
    Operator::Tomorrow,
    Operator::ThisWeek,
    Operator::ThisMonth,
    Operator::ThisYear,
    Operator::LastXDays,
    Operator::NextXDays,
    Operator::OlderThanXDays,
    Operator::NextXMonths,
];

/// How many columns, orders and conditions a form takes.
const COLUMNS: usize = 16;
const ORDERS: usize = 2;
const CONDITIONS: usize = 12;

/// Order and filter.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Simple {
    orders: Vec<(String, bool)>,
    any: bool,
    conditions: Vec<(String, Operator, String)>,
}

impl Simple {
    /// What a query asks, if a form can show it.
    pub(super) fn of(fetch: &Fetch, table: &Table) -> Option<Self> {
        let entity = &fetch.entity;
        let plain = !fetch.aggregate
            && !fetch.distinct
            && fetch.top.is_none()
            && entity.links.is_empty()
            && !entity.all_attributes
            && entity.name == table.logical
            && entity.filters.len() <= 1
            && entity.orders.len() <= ORDERS
            && entity.attributes.iter().all(|one| one.alias.is_none());
        if !plain {
            return None;
        }
        let mut simple = Self::default();
        for order in &entity.orders {
            let column = order.attribute.clone().filter(|_| order.entity_name.is_none())?;
            simple.orders.push((column, order.descending));
        }
        if let Some(filter) = entity.filters.first() {
            let nested = !filter.filters.is_empty() || !filter.links.is_empty();
            if nested || filter.conditions.len() > CONDITIONS {
                return None;
            }
            simple.any = filter.or;
            for one in &filter.conditions {
                let known = OPERATORS.contains(&one.operator)
                    && one.value_of.is_none()
                    && one.entity_name.is_none()
                    && one.values.len() <= 1;
                if !known {
                    return None;
                }
                let value = one.values.first().cloned().unwrap_or_default();
                simple.conditions.push((one.attribute.clone(), one.operator, value));
            }
        }
        Some(simple)
    }

    /// What a form sent.
    pub(super) fn sent(sent: &Sent) -> Self {
        let mut simple = Self { any: value(sent, "join") == "or", ..Self::default() };
        for at in 1..=ORDERS {
            let column = value(sent, &format!("sort-{at}"));
            if !column.is_empty() {
                let down = ticked(sent, &format!("sort-{at}-down"));
                simple.orders.push((column.to_owned(), down));
            }
        }
        for at in 1..=CONDITIONS {
            let column = value(sent, &format!("f{at}-column"));
            let operator = Operator::from_name(value(sent, &format!("f{at}-operator")));
            if let Some(operator) = operator.filter(|_| !column.is_empty()) {
                let value = value(sent, &format!("f{at}-value")).to_owned();
                simple.conditions.push((column.to_owned(), operator, value));
            }
        }
        simple
    }

    /// The query.
    pub(super) fn fetch(&self, table: &Table, columns: &[ViewColumn]) -> Fetch {
        let names = std::iter::once(&table.primary_id).chain(columns.iter().map(|one| &one.name));
        let mut attributes: Vec<Attribute> = Vec::new();
        for name in names {
            if !attributes.iter().any(|one| one.name == *name) {
                attributes.push(Attribute { name: name.clone(), ..Attribute::default() });
            }
        }
        let orders = self.orders.iter().map(|(column, descending)| Order {
            attribute: Some(column.clone()),
            descending: *descending,
            ..Order::default()
        });
        let conditions = self.conditions.iter().map(|(column, operator, value)| Condition {
            attribute: column.clone(),
            operator: *operator,
            values: if operator.arity().1 == 0 { Vec::new() } else { vec![value.clone()] },
            value_of: None,
            entity_name: None,
        });
        let conditions: Vec<Condition> = conditions.collect();
        let filter = Filter { or: self.any, conditions, ..Filter::default() };
        let filters = if filter.conditions.is_empty() { Vec::new() } else { vec![filter] };
        let entity = Entity {
            name: table.logical.clone(),
            attributes,
            orders: orders.collect(),
            filters,
            ..Entity::default()
        };
        Fetch { entity, ..Fetch::default() }
    }

    /// The fields, by the headline of their group.
    pub(super) fn groups(
        &self,
        place: &Place,
        table: &Table,
        columns: &[ViewColumn],
    ) -> Vec<(&'static str, Vec<Named>)> {
        let mut options: Vec<(String, String)> = table
            .columns()
            .iter()
            .filter(|column| column.for_read && column.of.is_none())
            .map(|column| (column.logical.clone(), place.label(&column.labels, &column.logical)))
            .collect();
        kernel::sort_by_key(&mut options, |(_, label)| label.to_lowercase());
        options.insert(0, (String::new(), "—".to_owned()));
        let select = |name: String, label: String, chosen: &str| {
            let field = Field::select(&name, label, options.clone()).value(chosen);
            (name, field)
        };
        let mut shown = Vec::new();
        for at in 1..=(columns.len() + 2).clamp(4, COLUMNS) {
            let column = columns.get(at - 1);
            let name = column.map_or("", |column| column.name.as_str());
            shown.push(select(format!("column-{at}"), place.count("view-column", at), name));
        }
        let mut sorted = Vec::new();
        for at in 1..=ORDERS {
            let order = self.orders.get(at - 1);
            let name = order.map_or("", |(column, _)| column.as_str());
            sorted.push(select(format!("sort-{at}"), place.count("view-sort", at), name));
            let down = order.is_some_and(|(_, down)| *down);
            let name = format!("sort-{at}-down");
            let field = Field::check(&name, place.say("view-down"), down);
            sorted.push((name, field));
        }
        let joins = ["and", "or"].map(|word| (word, place.say(&format!("view-join-{word}"))));
        let join = Field::select("join", place.say("view-join"), joins);
        let join = join.value(if self.any { "or" } else { "and" });
        let mut filter = vec![("join".to_owned(), join)];
        let operators =
            OPERATORS.map(|one| (one.as_str(), place.say(&format!("operator-{}", one.as_str()))));
        for at in 1..=(self.conditions.len() + 2).min(CONDITIONS) {
            let of = self.conditions.get(at - 1);
            let name = of.map_or("", |(column, ..)| column.as_str());
            filter.push(select(format!("f{at}-column"), place.count("view-condition", at), name));
            let name = format!("f{at}-operator");
            let chosen = of.map_or("eq", |(_, operator, _)| operator.as_str());
            let field = Field::select(&name, place.say("operator"), operators.clone());
            filter.push((name, field.value(chosen)));
            let name = format!("f{at}-value");
            let field = Field::text(&name, place.say("operand"));
            filter.push((name, field.value(of.map_or("", |(.., value)| value.as_str()))));
        }
        vec![("columns", shown), ("view-order", sorted), ("view-filter", filter)]
    }
}

/// The columns that a form chose, each once; those that were there keep their width.
pub(super) fn columns_of(sent: &Sent, standing: &[ViewColumn]) -> Vec<ViewColumn> {
    let mut columns: Vec<ViewColumn> = Vec::new();
    for at in 1..=COLUMNS {
        let name = value(sent, &format!("column-{at}"));
        if name.is_empty() || columns.iter().any(|one| one.name == name) {
            continue;
        }
        columns.push(with_width(name, standing));
    }
    columns
}

fn with_width(name: &str, standing: &[ViewColumn]) -> ViewColumn {
    let known = standing.iter().find(|one| one.name == name);
    ViewColumn { name: name.to_owned(), width: known.map_or(150, |one| one.width) }
}

/// The columns that a query shows: those that the view had first, in their order.
pub(super) fn shown(fetch: &Fetch, table: &Table, standing: &[ViewColumn]) -> Vec<ViewColumn> {
    let own = fetch.entity.attributes.iter().map(|one| one.name.clone());
    let linked = fetch.entity.links.iter().flat_map(|link| {
        let alias = link.alias.clone().unwrap_or_else(|| link.entity.name.clone());
        link.entity.attributes.iter().map(move |one| format!("{alias}.{}", one.name))
    });
    let names: Vec<String> = own.chain(linked).filter(|name| *name != table.primary_id).collect();
    let kept = standing.iter().filter(|one| names.contains(&one.name)).cloned();
    let mut columns: Vec<ViewColumn> = kept.collect();
    for name in &names {
        if !columns.iter().any(|one| one.name == *name) {
            columns.push(with_width(name, standing));
        }
    }
    columns
}

/// The line and the column of a byte, counted from 1.
pub(super) fn place_of(text: &str, at: usize) -> (i64, i64) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |rest| rest.chars().count()) + 1;
    (i64::try_from(line).unwrap_or(i64::MAX), i64::try_from(column).unwrap_or(i64::MAX))
}

/// FetchXML with a line for each element, where it stands in one line.
pub(super) fn indented(text: &str) -> String {
    if text.contains('\n') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() * 2);
    let mut depth = 0_usize;
    for part in text.split_inclusive('>') {
        let end = part.starts_with("</");
        if end {
            depth = depth.saturating_sub(1);
        }
        if !out.is_empty() {
            out.push('\n');
            out.push_str(&"  ".repeat(depth));
        }
        out.push_str(part);
        if !end && !part.ends_with("/>") && part.starts_with('<') && !part.starts_with("<?") {
            depth += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use tables::baseline::{Baseline, Set};

    use super::*;

    #[test]
    fn what_a_form_shows_becomes_the_same_query_again() {
        let model = Baseline::of(&[Set::Core, Set::Sales]).model(1);
        let table = model.table("account").unwrap();
        let mut forms = 0;
        for view in model.views_of("account") {
            let fetch = fetchxml::fetch::parse(&view.fetch).unwrap();
            let Some(simple) = Simple::of(&fetch, table) else { continue };
            let again = simple.fetch(table, &view.columns);
            assert_eq!(Simple::of(&again, table), Some(simple), "{}", view.fetch);
            let read = fetchxml::fetch::parse(&indented(&again.to_string())).unwrap();
            assert_eq!(read, again);
            forms += 1;
        }
        assert!(forms >= 3, "the shipped views open in the form");
    }

    #[test]
    fn a_value_stays_a_value() {
        let model = Baseline::of(&[Set::Core, Set::Sales]).model(1);
        let table = model.table("account").unwrap();
        let hostile = r#""/><link-entity name="role" from="a" to="b"/><x y=""#;
        let sent: Sent = [("f1-column", "name"), ("f1-operator", "eq"), ("f1-value", hostile)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        let text = Simple::sent(&sent).fetch(table, &[]).to_string();
        let read = fetchxml::fetch::parse(&text).unwrap();
        assert!(read.entity.links.is_empty(), "{text}");
        assert_eq!(Simple::of(&read, table).unwrap().conditions[0].2, hostile);
    }

    #[test]
    fn a_place_in_a_text_is_a_line_and_a_column() {
        assert_eq!(place_of("<fetch>\n  <é", 12), (2, 5));
        assert_eq!(place_of("", 0), (1, 1));
        assert_eq!(place_of("ab", 99), (1, 3));
    }
}
