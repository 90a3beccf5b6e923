//! Names of a query against the objects and the rights of who asks: before any row is read.

mod literal;

use doubles_salesforce_schema::{Kind, Object};
use doubles_soql::{
    Call, Condition, Error, Expression, FieldSet, Items, MAX_OFFSET, MAX_PATH, Path, Query, Select,
    Typeof,
};

use crate::{
    fault::{Fault, Result},
    org::Org,
    query::{Ask, PAGE, field::value, run},
    rights::Caller,
};

/// Fields that a parent of several objects has whatever it is.
pub(super) const OF_NAMES: [&str; 11] = [
    "Id",
    "Name",
    "Type",
    "FirstName",
    "LastName",
    "Email",
    "Phone",
    "Title",
    "Username",
    "Alias",
    "IsActive",
];

/// Words a refusal as the service does: the text around the place, a caret, row and column.
pub(crate) fn said(text: &str, code: &str, error: &Error) -> Fault {
    let before = text.get(..error.at).unwrap_or(text);
    let row = before.matches('\n').count() + 1;
    let line = before.rsplit('\n').next().unwrap_or_default();
    let column = line.chars().count() + 1;
    let start: String = {
        let letters: Vec<char> = line.chars().collect();
        letters.iter().skip(letters.len().saturating_sub(40)).collect()
    };
    let rest: String = text
        .get(error.at..)
        .unwrap_or_default()
        .chars()
        .take_while(|c| *c != '\n')
        .take(40)
        .collect();
    let caret = " ".repeat(start.chars().count());
    let message = &error.message;
    Fault::new(
        code,
        format!("\n{start}{rest}\n{caret}^\nERROR at Row:{row}:Column:{column}\n{message}"),
    )
}

/// The query with every name as it is described, or the first thing wrong with it.
pub(super) fn bind(org: &Org, caller: &Caller, text: &str, mut query: Query) -> Result<Query> {
    let binder = Binder { org, caller, text };
    let object = binder.object(&query.from)?;
    query.from.parts = vec![object.name.to_owned()];
    binder.query(&object, &mut query, true)?;
    Ok(query)
}

struct Binder<'a> {
    org: &'a Org,
    caller: &'a Caller,
    text: &'a str,
}

/// Where names are looked up.
#[derive(Clone, Copy)]
struct Place<'a> {
    object: &'a Object,
    alias: Option<&'a str>,
}

impl Binder<'_> {
    fn fault(&self, code: &str, at: usize, message: impl Into<String>) -> Fault {
        said(self.text, code, &Error::new(at, message))
    }

    fn object(&self, path: &Path) -> Result<Object> {
        let name = path.text();
        let object = self.org.schema.object(&name).filter(|object| self.caller.on(object).read);
        object.cloned().ok_or_else(|| {
            self.fault(
                "INVALID_TYPE",
                path.at,
                format!(
                    "sObject type '{name}' is not supported. If you are attempting to use a custom \
                     object, be sure to append the '__c' after the entity name. Please reference \
                     your WSDL or the describe call for the appropriate names."
                ),
            )
        })
    }

    fn query(&self, object: &Object, query: &mut Query, root: bool) -> Result<()> {
        let alias = query.alias.clone();
        let place = Place { object, alias: alias.as_deref() };
        if query.offset > MAX_OFFSET {
            let said = "Maximum SOQL offset allowed is 2000";
            return Err(Fault::new("NUMBER_OUTSIDE_VALID_RANGE", said));
        }
        self.expand(object, query)?;
        for select in &mut query.select {
            match select {
                Select::Value { expression, .. } => {
                    self.expression(place, expression)?;
                }
                Select::Children(inner) => {
                    let child = self.child(object, inner)?;
                    self.query(&child, inner, false)?;
                    let counted = |select: &Select| aggregates(select) || *select == Select::Count;
                    if inner.group.len() + inner.select.iter().filter(|s| counted(s)).count() > 0 {
                        let at = inner.from.at;
                        return Err(self.fault(
                            "MALFORMED_QUERY",
                            at,
                            "Aggregate functions are not supported in nested queries",
                        ));
                    }
                }
                Select::Typeof(kinds) => self.typeof_(place, kinds)?,
                Select::Count | Select::Fields { .. } => {}
            }
        }
        if let Some(condition) = &mut query.condition {
            self.condition(place, condition, root)?;
        }
        for expression in &mut query.group {
            self.expression(place, expression)?;
        }
        if let Some(condition) = &mut query.having {
            self.condition(place, condition, false)?;
        }
        for order in &mut query.order {
            let named = query.select.iter().find_map(|select| match (select, &order.expression) {
                (Select::Value { expression, alias: Some(alias) }, Expression::Field(path))
                    if path.parts.len() == 1 && path.field().eq_ignore_ascii_case(alias) =>
                {
                    Some(expression.clone())
                }
                _ => None,
            });
            match named {
                Some(expression) => order.expression = expression,
                None => self.sortable(place, &mut order.expression)?,
            }
        }
        self.selected_once(query)?;
        self.grouped(query)
    }

    /// Each field is selected once.
    fn selected_once(&self, query: &Query) -> Result<()> {
        let mut seen = std::collections::HashSet::new();
        for select in &query.select {
            let Select::Value { expression: Expression::Field(path), alias: None } = select else {
                continue;
            };
            if !seen.insert(path.text()) {
                let said = format!("duplicate field selected: {}", path.text());
                return Err(self.fault("INVALID_FIELD", path.at, said));
            }
        }
        Ok(())
    }

    /// `FIELDS(ALL)` as the fields it stands for.
    fn expand(&self, object: &Object, query: &mut Query) -> Result<()> {
        let mut expanded = Vec::new();
        for select in std::mem::take(&mut query.select) {
            let Select::Fields { set, at } = select else {
                expanded.push(select);
                continue;
            };
            if set != FieldSet::Standard && query.limit.is_none_or(|limit| limit > 200) {
                return Err(self.fault(
                    "MALFORMED_QUERY",
                    at,
                    "The SOQL FIELDS function must have a LIMIT of at most 200",
                ));
            }
            let wanted = object.fields.iter().filter(|field| match set {
                FieldSet::All => true,
                FieldSet::Standard => !field.is_custom(),
                FieldSet::Custom => field.is_custom(),
            });
            expanded.extend(wanted.filter(|field| self.caller.sees(object, field)).map(|field| {
                let path = Path { parts: vec![field.name.clone()], at };
                Select::Value { expression: Expression::Field(path), alias: None }
            }));
        }
        query.select = expanded;
        Ok(())
    }

    fn child(&self, object: &Object, inner: &mut Query) -> Result<Object> {
        let name = inner.from.text();
        let found = self.org.schema.child(object.name, &name);
        let found = found
            .filter(|(child, field)| self.caller.on(child).read && self.caller.sees(child, field));
        let (child, field) = found.ok_or_else(|| {
            self.fault(
                "INVALID_TYPE",
                inner.from.at,
                format!(
                    "Didn't understand relationship '{name}' in FROM part of query call. If you are \
                     attempting to use a custom relationship, be sure to append the '__r' after the \
                     custom relationship name. Please reference your WSDL or the describe call for \
                     the appropriate names."
                ),
            )
        })?;
        inner.from.parts = vec![field.children.unwrap_or_default().to_owned()];
        Ok(child.clone())
    }

    fn typeof_(&self, place: Place<'_>, kinds: &mut Typeof) -> Result<()> {
        let name = kinds.path.text();
        let field = place.object.parent(&name).filter(|field| field.to.len() > 1);
        let field =
            field.filter(|field| self.caller.sees(place.object, field)).ok_or_else(|| {
                self.fault(
                    "INVALID_FIELD",
                    kinds.path.at,
                    format!("TYPEOF needs a relationship to several objects: '{name}' is none"),
                )
            })?;
        kinds.path.parts = vec![field.relationship.clone().unwrap_or_default()];
        for (object, paths) in &mut kinds.when {
            let found = self.object(object)?;
            if !field.to.contains(&found.name) {
                let said = format!("'{}' is no object of the relationship '{name}'", found.name);
                return Err(self.fault("INVALID_FIELD", object.at, said));
            }
            object.parts = vec![found.name.to_owned()];
            for path in paths {
                self.path(Place { object: &found, alias: None }, path)?;
            }
        }
        for path in &mut kinds.otherwise {
            self.of_names(path, 0)?;
        }
        Ok(())
    }

    /// The kind of what an expression comes to.
    fn expression(&self, place: Place<'_>, expression: &mut Expression) -> Result<Kind> {
        match expression {
            Expression::Field(path) => self.path(place, path).map(|(kind, _)| kind),
            Expression::Call(Call { name, argument, at }) => {
                let inner = match argument {
                    Some(inner) => self.expression(place, inner)?,
                    None => return Ok(Kind::Int),
                };
                let wrong = || {
                    self.fault(
                        "MALFORMED_QUERY",
                        *at,
                        format!("field does not support aggregate operator {name}"),
                    )
                };
                match name.as_str() {
                    "COUNT" | "COUNT_DISTINCT" | "GROUPING" => Ok(Kind::Int),
                    "SUM" | "AVG" if inner.is_number() => Ok(Kind::Double),
                    "MIN" | "MAX" if inner != Kind::Boolean => Ok(inner),
                    "TOLABEL" | "FORMAT" => Ok(Kind::Text),
                    "CONVERTTIMEZONE" if inner == Kind::DateTime => Ok(inner),
                    "DAY_ONLY" if inner == Kind::DateTime => Ok(Kind::Date),
                    // one currency is all that this organisation has
                    "SUM" | "AVG" | "MIN" | "MAX" | "DAY_ONLY" | "CONVERTCURRENCY"
                    | "CONVERTTIMEZONE" => Err(wrong()),
                    _ if matches!(inner, Kind::Date | Kind::DateTime) => Ok(Kind::Int),
                    _ => Err(wrong()),
                }
            }
        }
    }

    /// Puts the described names into a path; the kind of its end, and whether it may be filtered by.
    fn path(&self, place: Place<'_>, path: &mut Path) -> Result<(Kind, bool)> {
        let named = |name: Option<&str>| {
            let first = path.parts.first();
            path.parts.len() > 1
                && name.is_some_and(|name| first.is_some_and(|own| own.eq_ignore_ascii_case(name)))
        };
        if named(place.alias) || (named(Some(place.object.name)) && is_prefix(place.object, path)) {
            path.parts.remove(0);
        }
        if path.parts.len() > MAX_PATH {
            return Err(self.fault(
                "INVALID_FIELD",
                path.at,
                "a relationship may be at most 5 levels deep",
            ));
        }
        let mut object = place.object.clone();
        let parents = path.parts.len() - 1;
        for at in 0..parents {
            let Some(part) = path.parts.get_mut(at) else { break };
            let field = object.parent(part).filter(|field| self.caller.sees(&object, field));
            let Some(field) = field else {
                let said = format!(
                    "Didn't understand relationship '{part}' in field path. If you are attempting \
                     to use a custom relationship, be sure to append the '__r' after the custom \
                     relationship name. Please reference your WSDL or the describe call for the \
                     appropriate names."
                );
                return Err(self.fault("INVALID_FIELD", path.at, said));
            };
            *part = field.relationship.clone().unwrap_or_default();
            if field.to.len() > 1 {
                return self.of_names(path, at + 1);
            }
            let target = field.to.first().copied().unwrap_or_default();
            object = self.object(&Path { parts: vec![target.to_owned()], at: path.at })?;
        }
        let Some(last) = path.parts.last_mut() else { return Ok((Kind::Text, true)) };
        let field = object.field(last).filter(|field| self.caller.sees(&object, field));
        let Some(field) = field else {
            let said = no_column(last, &object);
            return Err(self.fault("INVALID_FIELD", path.at, said));
        };
        last.clone_from(&field.name);
        Ok((field.kind, field.filterable && !field.is_long()))
    }

    /// What every parent has, whichever object it is of.
    fn of_names(&self, path: &mut Path, from: usize) -> Result<(Kind, bool)> {
        let whole = path.parts.len() == from + 1;
        let last = path.parts.last_mut().filter(|_| whole);
        let known = last.and_then(|last| {
            let own = OF_NAMES.into_iter().find(|own| own.eq_ignore_ascii_case(last))?;
            *last = own.to_owned();
            Some(own)
        });
        match known {
            Some("Id") => Ok((Kind::Id, true)),
            Some("IsActive") => Ok((Kind::Boolean, true)),
            Some(_) => Ok((Kind::Text, true)),
            None => {
                let said = format!(
                    "No such column '{}' on entity 'Name'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.",
                    path.field()
                );
                Err(self.fault("INVALID_FIELD", path.at, said))
            }
        }
    }

    fn sortable(&self, place: Place<'_>, expression: &mut Expression) -> Result<()> {
        let sortable = match expression {
            Expression::Field(path) => {
                let (kind, filterable) = self.path(place, path)?;
                filterable && kind != Kind::MultiPicklist
            }
            Expression::Call(_) => {
                self.expression(place, expression)?;
                true
            }
        };
        if sortable {
            return Ok(());
        }
        let (name, at) = expression.path().map_or(("", 0), |path| (path.field(), path.at));
        Err(self.fault(
            "MALFORMED_QUERY",
            at,
            format!("field '{name}' can not be sorted in a query call"),
        ))
    }

    fn condition(&self, place: Place<'_>, condition: &mut Condition, root: bool) -> Result<()> {
        match condition {
            Condition::Any(all) if root && all.iter().any(is_semi_join) => Err(self.fault(
                "MALFORMED_QUERY",
                0,
                "Semi join sub-selects are not allowed with the 'OR' operator",
            )),
            Condition::All(all) | Condition::Any(all) => {
                all.iter_mut().try_for_each(|inner| self.condition(place, inner, root))
            }
            Condition::Not(inner) => self.condition(place, inner, root),
            Condition::Compare { left, operator, right, at } => {
                let kind = self.filterable(place, left)?;
                self.literal(left, (kind, *operator), right, *at)
            }
            Condition::In { left, items, at, .. } => {
                let kind = self.filterable(place, left)?;
                match items {
                    Items::List(list) => list.iter_mut().try_for_each(|right| {
                        self.literal(left, (kind, doubles_soql::Operator::Equal), right, *at)
                    }),
                    Items::Query(_) if !root || !kind.is_id() => Err(self.fault(
                        "MALFORMED_QUERY",
                        *at,
                        "The left operand of a semi join must be an id or a reference, and semi joins cannot be nested",
                    )),
                    Items::Query(inner) => {
                        let ids = self.semi_join(inner)?;
                        *items = Items::Ids(ids);
                        Ok(())
                    }
                    Items::Ids(_) => Ok(()),
                }
            }
            Condition::Includes { left, .. } => {
                if self.filterable(place, left)? == Kind::MultiPicklist {
                    return Ok(());
                }
                let at = left.path().map_or(0, |path| path.at);
                Err(self.fault(
                    "INVALID_QUERY_FILTER_OPERATOR",
                    at,
                    "invalid operator: includes and excludes are for multi-select picklists",
                ))
            }
        }
    }

    fn filterable(&self, place: Place<'_>, expression: &mut Expression) -> Result<Kind> {
        let Expression::Field(path) = expression else {
            return self.expression(place, expression);
        };
        let (kind, filterable) = self.path(place, path)?;
        if filterable {
            return Ok(kind);
        }
        let said = format!("field '{}' can not be filtered in a query call", path.field());
        Err(self.fault("INVALID_FIELD", path.at, said))
    }

    /// The ids that a query inside another comes to.
    fn semi_join(&self, inner: &mut Query) -> Result<std::collections::HashSet<String>> {
        let object = self.object(&inner.from)?;
        inner.from.parts = vec![object.name.to_owned()];
        self.query(&object, inner, false)?;
        let path = match inner.select.as_slice() {
            [Select::Value { expression: Expression::Field(path), .. }] => path.clone(),
            _ => {
                return Err(self.fault(
                    "MALFORMED_QUERY",
                    inner.from.at,
                    "a semi join selects one id",
                ));
            }
        };
        let place = Place { object: &object, alias: None };
        if !self.path(place, &mut path.clone())?.0.is_id() {
            let said = format!(
                "The inner select field '{}' cannot have more than one level of relationships and must be an id",
                path.text()
            );
            return Err(self.fault("MALFORMED_QUERY", path.at, said));
        }
        let ask = Ask { version: "59.0", all: inner.all_rows, batch: PAGE };
        let rows = run::matching(self.org, self.caller, &object, inner, ask);
        let of_row = |(_, row)| value(self.org, self.caller, (&object, row), &path.parts);
        Ok(rows
            .into_iter()
            .map(of_row)
            .filter_map(|found| found.as_str().map(str::to_owned))
            .collect())
    }

    /// What is selected beside aggregates must be grouped by.
    fn grouped(&self, query: &Query) -> Result<()> {
        let counts = query.select.contains(&Select::Count);
        if counts && (query.select.len() > 1 || !query.group.is_empty()) {
            return Err(self.fault(
                "MALFORMED_QUERY",
                query.from.at,
                "unexpected token: 'COUNT()'",
            ));
        }
        if counts && !query.order.is_empty() {
            let at =
                query.order.first().and_then(|one| one.expression.path()).map_or(0, |it| it.at);
            return Err(self.fault("MALFORMED_QUERY", at, "ORDER BY is not allowed with COUNT()"));
        }
        let aggregated = !query.group.is_empty() || query.select.iter().any(aggregates);
        if !aggregated {
            self.ungrouped(query)?;
            return match &query.having {
                Some(_) => {
                    Err(self.fault("MALFORMED_QUERY", query.from.at, "HAVING needs GROUP BY"))
                }
                None => Ok(()),
            };
        }
        let loose = |expression: &Expression| {
            !expression.is_aggregate() && !query.group.iter().any(|own| same(own, expression))
        };
        let order = query.order.iter().map(|order| &order.expression);
        let mut selected = Vec::new();
        for select in &query.select {
            match select {
                Select::Value { expression, .. } => selected.push(expression),
                _ => {
                    return Err(self.fault(
                        "MALFORMED_QUERY",
                        query.from.at,
                        "rows of children cannot be grouped",
                    ));
                }
            }
        }
        if let Some(found) = selected.into_iter().chain(order).find(|&expression| loose(expression))
        {
            let (name, at) = found.path().map_or((String::new(), 0), |path| (path.text(), path.at));
            return Err(self.fault(
                "MALFORMED_QUERY",
                at,
                format!("Field must be grouped or aggregated: {name}"),
            ));
        }
        Ok(())
    }
}

impl Binder<'_> {
    /// What rows that are not grouped do not show: fields under other names, parts of dates.
    fn ungrouped(&self, query: &Query) -> Result<()> {
        for select in &query.select {
            match select {
                Select::Value { expression: Expression::Field(path), alias: Some(_) } => {
                    let said = "only aggregate expressions use field aliasing";
                    return Err(self.fault("MALFORMED_QUERY", path.at, said));
                }
                Select::Value { expression: Expression::Call(call), .. }
                    if !matches!(&*call.name, "TOLABEL" | "FORMAT" | "CONVERTCURRENCY") =>
                {
                    let said = format!("field must be grouped by: {}", call.name);
                    return Err(self.fault("MALFORMED_QUERY", call.at, said));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn is_semi_join(condition: &Condition) -> bool {
    matches!(condition, Condition::In { items: Items::Query(_), .. })
}

/// Whether a query asks for children of children.
pub(super) fn is_deep(query: &Query) -> bool {
    let inner = query.select.iter().filter_map(|select| match select {
        Select::Children(inner) => Some(inner),
        _ => None,
    });
    inner.into_iter().any(|inner| inner.select.iter().any(|one| matches!(one, Select::Children(_))))
}

/// Whether the first part of a path is the object's own name and no relationship.
fn is_prefix(object: &Object, path: &Path) -> bool {
    path.parts.first().is_some_and(|first| object.parent(first).is_none())
}

fn aggregates(select: &Select) -> bool {
    matches!(select, Select::Value { expression, .. } if expression.is_aggregate())
}

/// Whether two expressions are one, wherever they stand.
pub(super) fn same(one: &Expression, other: &Expression) -> bool {
    match (one, other) {
        (Expression::Field(one), Expression::Field(other)) => one.parts == other.parts,
        (Expression::Call(one), Expression::Call(other)) => {
            one.name == other.name
                && match (&one.argument, &other.argument) {
                    (Some(one), Some(other)) => same(one, other),
                    (None, None) => true,
                    _ => false,
                }
        }
        _ => false,
    }
}

fn no_column(name: &str, object: &Object) -> String {
    format!(
        "No such column '{name}' on entity '{}'. If you are attempting to use a custom field, be sure \
         to append the '__c' after the custom field name. Please reference your WSDL or the describe \
         call for the appropriate names.",
        object.name
    )
}
