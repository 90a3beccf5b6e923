//! OData query options as a query.

mod apply;
mod filter;

use std::sync::Arc;

use odata::tree::{
    expr::{Expr, Path, Root, Segment},
    options::{ExpandItem, ExpandKind, OrderBy as ODataOrder, QueryOptions, SelectItem},
};
use tables::{Model, Table};

use crate::{
    Error, Result,
    functions::Caller,
    limits,
    query::{
        Collection, Condition, Field, Order, OrderBy, Output, Query, Shape, Single, all_columns,
        link, readable,
    },
};

/// The query that the options of a request for rows of a table ask for.
///
/// # Errors
/// [`Error::Property`], [`Error::Types`] and [`Error::Literal`] with the texts that clients know;
/// [`Error::Unsupported`] for what the standard has and the Dataverse Web API has not; [`Error::Limit`].
pub fn from_odata(
    model: &Model,
    table: &Arc<Table>,
    options: &QueryOptions,
    caller: &Caller<'_>,
) -> Result<Query> {
    let mut expands = 0;
    let mut conditions = 0;
    let mut reader = Reader {
        model,
        caller,
        outer: options,
        query: Query::of(table),
        variables: Vec::new(),
        expands: &mut expands,
        conditions: &mut conditions,
        depth: 0,
    };
    reader.query.names = caller.names;
    if options.skip.is_some() {
        return Err(Error::unsupported("The query option '$skip'"));
    }
    reader.rows(options)?;
    Ok(reader.query)
}

pub(crate) struct Reader<'r> {
    model: &'r Model,
    caller: &'r Caller<'r>,
    /// The options of the request: they define the aliases.
    outer: &'r QueryOptions,
    query: Query,
    /// Variables of lambda operators and their sources.
    variables: Vec<(String, usize)>,
    expands: &'r mut usize,
    conditions: &'r mut usize,
    depth: usize,
}

impl Reader<'_> {
    fn rows(&mut self, options: &QueryOptions) -> Result<()> {
        for (there, name) in [
            (options.search.is_some(), "$search"),
            (options.compute.is_some(), "$compute"),
            (options.levels.is_some(), "$levels"),
            (options.index.is_some(), "$index"),
        ] {
            if there {
                return Err(Error::unsupported(format!("The query option '{name}'")));
            }
        }
        if let Some(filter) = &options.filter {
            let condition = self.condition(filter, 0)?;
            self.filter(condition);
        }
        self.query.count = options.count.unwrap_or(false);
        if let Some(top) = options.top {
            // Fewer rows than were asked for, without a link to the others, would look like all there are.
            if !(1..=limits::PAGE.into()).contains(&top) {
                return Err(Error::invalid(format!(
                    "The value of $top must be from 1 to {}.",
                    limits::PAGE
                )));
            }
            self.query.top = Some(top);
        }
        if let Some(apply) = &options.apply {
            if options.select.is_some() || options.expand.is_some() {
                return Err(Error::unsupported("$apply beside $select or $expand"));
            }
            return self.apply(apply, options.orderby.as_deref().unwrap_or_default());
        }
        let source = 0;
        let mut shape = self.shape(source, options)?;
        if let Some(expand) = &options.expand {
            self.expand(expand, &mut shape)?;
        }
        self.query.shape = shape;
        self.order(options.orderby.as_deref().unwrap_or_default())
    }

    fn filter(&mut self, condition: Condition) {
        let so_far = std::mem::replace(&mut self.query.filter, Condition::always());
        self.query.filter = so_far.and(condition);
    }

    fn order(&mut self, orders: &[ODataOrder]) -> Result<()> {
        if orders.len() > limits::ORDERS {
            return Err(Error::Limit { of: "terms of its order", most: limits::ORDERS });
        }
        for order in orders {
            let path = order.path().ok_or_else(|| {
                Error::unsupported("An expression other than a property in $orderby")
            })?;
            let by = OrderBy::Field(self.path(path, 0)?);
            self.query.order.push(Order { by, descending: order.descending });
        }
        Ok(())
    }

    /// The columns that `$select` names; all without one. The primary key always comes.
    fn shape(&mut self, source: usize, options: &QueryOptions) -> Result<Shape> {
        let table = Arc::clone(&self.query.source(source)?.table);
        let mut outputs: Vec<Output> = Vec::new();
        let Some(select) = &options.select else {
            let outputs = all_columns(source, &table);
            return Ok(Shape { source, outputs, ..Shape::default() });
        };
        let mut chosen = vec![false; table.columns().len()];
        let mut add = |column: usize| {
            if let Some(chosen @ false) = chosen.get_mut(column) {
                *chosen = true;
                outputs.push(Output { field: Field { source, column }, name: None });
            }
        };
        for item in select {
            match item {
                SelectItem::All => {
                    for one in all_columns(source, &table) {
                        add(one.field.column);
                    }
                }
                SelectItem::AllOperations(_) => {}
                SelectItem::Path(path) => {
                    let name = path.segments.first().map_or("", String::as_str);
                    let plain = match path.segments.as_slice() {
                        [_] => true,
                        [_, last] => last == "$ref",
                        _ => false,
                    };
                    if !plain || path.options.is_some() {
                        return Err(Error::unsupported("A path in $select"));
                    }
                    add(self.selected(&table, name)?);
                }
            }
        }
        if let Some(key) = table.position(&table.primary_id) {
            add(key);
        }
        Ok(Shape { source, outputs, ..Shape::default() })
    }

    /// A column by the name of its property, or of a single navigation property of it.
    fn selected(&self, table: &Table, name: &str) -> Result<usize> {
        if let Some(column) = property(table, name) {
            return Ok(column);
        }
        let found = self.model.navigation(&table.logical, name).filter(|one| !one.collection());
        let column = found.and_then(|found| match &*found.relationship {
            tables::Relationship::OneToMany(one) => table.position(&one.referencing_column),
            tables::Relationship::ManyToMany(_) => None,
        });
        column
            .or_else(|| table.position(name).filter(|column| readable(table, *column)))
            .ok_or_else(|| Error::property(name, table))
    }

    fn expand(&mut self, items: &[ExpandItem], shape: &mut Shape) -> Result<()> {
        let table = Arc::clone(&self.query.source(shape.source)?.table);
        for (place, item) in items.iter().enumerate() {
            if items.iter().take(place).any(|other| other.target.name() == item.target.name()) {
                let name = item.target.name().unwrap_or("*");
                return Err(Error::invalid(format!("The property '{name}' is expanded twice.")));
            }
            *self.expands += 1;
            if *self.expands > limits::EXPANDS {
                return Err(Error::Limit { of: "expanded properties", most: limits::EXPANDS });
            }
            let name =
                item.target.name().ok_or_else(|| Error::unsupported("This form of $expand"))?;
            let navigation = self
                .model
                .navigation(&table.logical, name)
                .ok_or_else(|| Error::property(name, &table))?;
            let collection = navigation.collection();
            match item.kind {
                ExpandKind::Rows => {}
                ExpandKind::References if !collection => {}
                ExpandKind::References => {
                    return Err(Error::unsupported(
                        "$expand with $ref on a collection-valued navigation property",
                    ));
                }
                ExpandKind::Count => {
                    return Err(Error::unsupported(
                        "$expand with /$count (use $expand=collection($count=true) instead)",
                    ));
                }
            }
            let options = &*item.options;
            if collection {
                let (target, link) = link(self.model, &table, navigation)?;
                let query = self.nested(&target, options)?;
                shape.collections.push(Collection {
                    navigation: navigation.name.as_str().into(),
                    of: Arc::clone(&table),
                    link,
                    query,
                });
                continue;
            }
            for (there, option) in [
                (options.filter.is_some(), "$filter"),
                (options.orderby.is_some(), "$orderby"),
                (options.top.is_some(), "$top"),
                (options.skip.is_some(), "$skip"),
                (options.count.is_some(), "$count"),
                (options.search.is_some(), "$search"),
                (options.apply.is_some(), "$apply"),
                (options.levels.is_some(), "$levels"),
                (options.compute.is_some(), "$compute"),
            ] {
                if there {
                    return Err(Error::unsupported(format!(
                        "'{option}' inside $expand of a single-valued navigation property"
                    )));
                }
            }
            let name: Arc<str> = navigation.name.as_str().into();
            let source = self.query.follow(self.model, shape.source, &name)?;
            let reference = item.kind == ExpandKind::References;
            let mut inner = if reference {
                Shape { source, ..Shape::default() }
            } else {
                self.shape(source, options)?
            };
            if let (Some(expand), false) = (&options.expand, reference) {
                self.expand(expand, &mut inner)?;
            }
            shape.singles.push(Single { navigation: name, reference, shape: inner });
        }
        Ok(())
    }

    /// The query of a collection.
    fn nested(&mut self, table: &Arc<Table>, options: &QueryOptions) -> Result<Query> {
        if options.skip.is_some() || options.apply.is_some() {
            return Err(Error::unsupported("'$skip' or '$apply' inside $expand"));
        }
        if self.depth >= limits::DEPTH {
            return Err(Error::Limit { of: "levels of $expand", most: limits::DEPTH });
        }
        let mut query = Query::of(table);
        query.names = self.query.names;
        let mut reader = Reader {
            model: self.model,
            caller: self.caller,
            outer: self.outer,
            query,
            variables: Vec::new(),
            expands: &mut *self.expands,
            conditions: &mut *self.conditions,
            depth: self.depth + 1,
        };
        reader.rows(options)?;
        Ok(reader.query)
    }

    /// A path to a column, from a source.
    pub(crate) fn path(&mut self, path: &Path, base: usize) -> Result<Field> {
        let mut names = Vec::with_capacity(path.segments.len());
        for segment in &path.segments {
            match segment {
                Segment::Name(name) => names.push(name.as_str()),
                _ => return Err(Error::unsupported("This form of a path")),
            }
        }
        match path.root {
            Root::Member => self.names(&names, base),
            Root::It | Root::This => self.names(&names, 0),
            _ => Err(Error::unsupported("This form of a path")),
        }
    }

    pub(crate) fn names(&mut self, names: &[&str], base: usize) -> Result<Field> {
        let (mut source, mut names) = (base, names);
        if let Some((first, rest)) = names.split_first()
            && let Some((_, of)) = self.variables.iter().rev().find(|(name, _)| name == first)
        {
            (source, names) = (*of, rest);
        }
        let (last, steps) =
            names.split_last().ok_or_else(|| Error::unsupported("A whole row as a value"))?;
        for step in steps {
            if let Some(cast) = step.strip_prefix("Microsoft.Dynamics.CRM.") {
                let table = &self.query.source(source)?.table;
                if table.logical != cast {
                    return Err(Error::property(step, table));
                }
                continue;
            }
            source = self.query.follow(self.model, source, step)?;
        }
        let table = Arc::clone(&self.query.source(source)?.table);
        if let Some(column) = property(&table, last) {
            return Ok(Field { source, column });
        }
        // A single navigation property alone stands for what its column holds.
        let navigation = self.model.navigation(&table.logical, last);
        if navigation.is_some_and(|one| !one.collection()) {
            return Ok(Field { source, column: self.selected(&table, last)? });
        }
        Err(Error::property(last, &table))
    }

    /// The value of an alias, where the expression is nothing but one.
    pub(crate) fn resolved<'e>(&'e self, expr: &'e Expr) -> Result<&'e Expr> {
        match expr.as_alias() {
            Some(name) => match self.outer.alias(name) {
                Some(value) if value.as_alias().is_none() => Ok(value),
                _ => Err(Error::invalid(format!("The parameter alias '@{name}' has no value."))),
            },
            None => Ok(expr),
        }
    }
}

/// The column behind a property: lookups are called `_name_value`, all others as they are.
pub(crate) fn property(table: &Table, name: &str) -> Option<usize> {
    let reference = |column: usize| {
        table.columns().get(column).is_some_and(|column| column.kind.is_reference())
    };
    let found = match name.strip_prefix('_').and_then(|name| name.strip_suffix("_value")) {
        Some(lookup) => table.position(lookup).filter(|column| reference(*column)),
        None => table.position(name).filter(|column| !reference(*column)),
    };
    found.filter(|column| readable(table, *column))
}
