//! From XML to the tree.

use super::{
    Aggregate, Attribute, Condition, DateGrouping, Entity, Fetch, Filter, Link, LinkKind, Operator,
    Order,
};
use crate::{
    error::{Error, Problem, Result, limit},
    limits,
    xml::{self, Event, Reader},
};

/// Reads FetchXML.
///
/// Attributes that say how a query is run and not what it asks (`no-lock`, `latematerialize`, `options`,
/// `datasource`, `version`, `mapping`, `output-format`, `useraworderby` and the like) are taken and forgotten.
///
/// # Errors
/// [`Error`], with its place in `text`.
pub fn parse(text: &str) -> Result<Fetch> {
    if text.len() > limits::TEXT_BYTES {
        return Err(limit(limits::TEXT_BYTES, "bytes", limits::TEXT_BYTES));
    }
    let mut state = State {
        reader: Reader::new(text),
        depth: 0,
        links: 0,
        conditions: 0,
        values: 0,
        columns: 0,
    };
    let start =
        state.child("fetch")?.ok_or(Error { at: 0, problem: Problem::Expected("'<fetch>'") })?;
    if start.name != "fetch" {
        return Err(start.unknown());
    }
    let fetch = state.fetch(start)?;
    match state.child("")? {
        None => Ok(fetch),
        Some(start) => Err(start.unknown()),
    }
}

/// An opening tag.
struct Start<'a> {
    name: &'a str,
    attributes: Vec<xml::Attribute<'a>>,
    at: usize,
}

impl Start<'_> {
    fn unknown(&self) -> Error {
        Error { at: self.at, problem: Problem::UnknownElement(self.name.to_owned()) }
    }

    /// Takes an attribute out.
    fn take(&mut self, name: &str) -> Option<(String, usize)> {
        let index = self.attributes.iter().position(|attribute| attribute.name == name)?;
        let attribute = self.attributes.swap_remove(index);
        Some((attribute.value, attribute.at))
    }

    fn text(&mut self, name: &str) -> Option<String> {
        self.take(name).map(|(value, _)| value)
    }

    fn required(&mut self, name: &'static str) -> Result<String> {
        match self.take(name) {
            Some((value, _)) if !value.is_empty() => Ok(value),
            _ => Err(Error { at: self.at, problem: Problem::MissingAttribute(name) }),
        }
    }

    fn flag(&mut self, name: &'static str) -> Result<bool> {
        self.one_of(name, |value| match value.to_ascii_lowercase().as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        })
        .map(Option::unwrap_or_default)
    }

    fn one_of<T>(
        &mut self,
        name: &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>> {
        let Some((value, at)) = self.take(name) else { return Ok(None) };
        match read(&value) {
            Some(found) => Ok(Some(found)),
            None => Err(Error { at, problem: Problem::Value { of: name, value } }),
        }
    }

    /// Nothing but these may be left.
    fn rest(&self, ignored: &[&str]) -> Result<()> {
        let left = self.attributes.iter().filter(|attribute| !attribute.name.starts_with("xmlns"));
        match left.into_iter().find(|attribute| !ignored.contains(&attribute.name)) {
            None => Ok(()),
            Some(attribute) => {
                let problem = Problem::UnknownAttribute(attribute.name.to_owned());
                Err(Error { at: attribute.at, problem })
            }
        }
    }
}

const HOW: &[&str] = &[
    "no-lock",
    "latematerialize",
    "options",
    "datasource",
    "version",
    "mapping",
    "output-format",
    "useraworderby",
    "min-active-row-version",
    "utc-offset",
    "returnformattedvalues",
];

const ENTITY_HOW: &[&str] = &["enableprefiltering", "prefilterparametername"];

const LINK_HOW: &[&str] = &["enableprefiltering", "prefilterparametername", "visible"];

const ATTRIBUTE_HOW: &[&str] = &["usertimezone", "addedby", "build", "rowaggregate"];

const CONDITION_HOW: &[&str] = &["uiname", "uitype", "uihidden", "column", "alias"];

const FILTER_HOW: &[&str] = &[
    "isquickfindfields",
    "hint",
    "overridequickfindrecordlimitenabled",
    "overridequickfindrecordlimitdisabled",
];

struct State<'a> {
    reader: Reader<'a>,
    depth: usize,
    links: usize,
    conditions: usize,
    values: usize,
    columns: usize,
}

impl<'a> State<'a> {
    /// The next element within the open one; nothing at its end.
    fn child(&mut self, _of: &str) -> Result<Option<Start<'a>>> {
        loop {
            let at = self.reader.at();
            match self.reader.next()? {
                None | Some(Event::End) => return Ok(None),
                Some(Event::Start { name, attributes }) => {
                    return Ok(Some(Start { name, attributes, at }));
                }
                Some(Event::Text(text)) if text.trim().is_empty() => {}
                Some(Event::Text(_)) => {
                    return Err(Error { at, problem: Problem::Expected("an element") });
                }
            }
        }
    }

    fn nothing_within(&mut self) -> Result<()> {
        match self.child("")? {
            None => Ok(()),
            Some(start) => Err(start.unknown()),
        }
    }

    fn count(counter: &mut usize, at: usize, of: &'static str, most: usize) -> Result<()> {
        *counter += 1;
        if *counter > most { Err(limit(at, of, most)) } else { Ok(()) }
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= limits::DEPTH {
            return Err(limit(self.reader.at(), "levels", limits::DEPTH));
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn fetch(&mut self, mut start: Start<'a>) -> Result<Fetch> {
        let number = |value: &str| value.trim().parse::<u32>().ok();
        let mut fetch = Fetch {
            top: start.one_of("top", number)?,
            count: start.one_of("count", number)?,
            page: start.one_of("page", |value| number(value).filter(|page| *page > 0))?,
            paging_cookie: start.text("paging-cookie").filter(|cookie| !cookie.is_empty()),
            distinct: start.flag("distinct")?,
            aggregate: start.flag("aggregate")?,
            aggregate_limit: start.one_of("aggregatelimit", number)?,
            total_record_count: start.flag("returntotalrecordcount")?,
            entity: Entity::default(),
        };
        start.rest(HOW)?;
        let mut entity = self
            .child("fetch")?
            .ok_or(Error { at: self.reader.at(), problem: Problem::Expected("'<entity>'") })?;
        if entity.name != "entity" {
            return Err(entity.unknown());
        }
        fetch.entity.name = entity.required("name")?;
        entity.rest(ENTITY_HOW)?;
        fetch.entity = self.content(fetch.entity)?;
        self.nothing_within()?;
        Ok(fetch)
    }

    fn content(&mut self, mut entity: Entity) -> Result<Entity> {
        while let Some(mut start) = self.child("entity")? {
            let at = start.at;
            match start.name {
                "attribute" => {
                    Self::count(&mut self.columns, at, "columns", limits::COLUMNS)?;
                    entity.attributes.push(attribute(&mut start)?);
                    self.nothing_within()?;
                }
                "all-attributes" => {
                    start.rest(&[])?;
                    entity.all_attributes = true;
                    self.nothing_within()?;
                }
                "no-attrs" => {
                    start.rest(&[])?;
                    self.nothing_within()?;
                }
                "order" => {
                    Self::count(&mut self.columns, at, "columns", limits::COLUMNS)?;
                    entity.orders.push(order(&mut start)?);
                    self.nothing_within()?;
                }
                "filter" => {
                    let filter = self.deeper(|state| state.filter(start))?;
                    entity.filters.push(filter);
                }
                "link-entity" => {
                    Self::count(&mut self.links, at, "links", limits::LINKS)?;
                    let link = self.deeper(|state| state.link(start, false))?;
                    entity.links.push(link);
                }
                _ => return Err(start.unknown()),
            }
        }
        Ok(entity)
    }

    /// A link of a table or, with its own kinds, of a filter.
    fn link(&mut self, mut start: Start<'a>, in_filter: bool) -> Result<Link> {
        let entity = Entity { name: start.required("name")?, ..Entity::default() };
        let mut link = Link {
            entity: Entity::default(),
            from: start.required("from")?,
            to: start.required("to")?,
            alias: start.text("alias").filter(|alias| !alias.is_empty()),
            kind: match start.one_of("link-type", |kind| LinkKind::from_name(kind, in_filter))? {
                Some(kind) => kind,
                None if !in_filter => LinkKind::Inner,
                None => {
                    let problem = Problem::MissingAttribute("link-type");
                    return Err(Error { at: start.at, problem });
                }
            },
            intersect: start.flag("intersect")?,
        };
        start.rest(LINK_HOW)?;
        link.entity = self.content(entity)?;
        Ok(link)
    }

    fn filter(&mut self, mut start: Start<'a>) -> Result<Filter> {
        let kind = |value: &str| match value {
            "and" => Some(false),
            "or" => Some(true),
            _ => None,
        };
        let mut filter =
            Filter { or: start.one_of("type", kind)?.unwrap_or_default(), ..Filter::default() };
        start.rest(FILTER_HOW)?;
        while let Some(start) = self.child("filter")? {
            match start.name {
                "condition" => {
                    Self::count(&mut self.conditions, start.at, "conditions", limits::CONDITIONS)?;
                    let condition = self.condition(start)?;
                    filter.conditions.push(condition);
                }
                "filter" => {
                    // empty filters count too, so that they are bounded
                    Self::count(&mut self.conditions, start.at, "conditions", limits::CONDITIONS)?;
                    let inner = self.deeper(|state| state.filter(start))?;
                    filter.filters.push(inner);
                }
                "link-entity" => {
                    Self::count(&mut self.links, start.at, "links", limits::LINKS)?;
                    let link = self.deeper(|state| state.link(start, true))?;
                    filter.links.push(link);
                }
                _ => return Err(start.unknown()),
            }
        }
        Ok(filter)
    }

    fn condition(&mut self, mut start: Start<'a>) -> Result<Condition> {
        let at = start.at;
        let attribute = start.required("attribute")?;
        let Some((name, name_at)) = start.take("operator") else {
            return Err(Error { at, problem: Problem::MissingAttribute("operator") });
        };
        let unknown = || Error { at: name_at, problem: Problem::UnknownOperator(name.clone()) };
        let operator = Operator::from_name(&name).ok_or_else(unknown)?;
        let mut values: Vec<String> = start.text("value").into_iter().collect();
        let value_of = start.text("valueof").filter(|name| !name.is_empty());
        let entity_name = start.text("entityname").filter(|name| !name.is_empty());
        start.rest(CONDITION_HOW)?;
        while let Some(start) = self.child("condition")? {
            if start.name != "value" {
                return Err(start.unknown());
            }
            Self::count(&mut self.values, start.at, "values", limits::VALUES)?;
            start.rest(CONDITION_HOW)?;
            values.push(self.value()?);
        }
        let (least, most) = operator.arity();
        if most == 0 {
            // designers leave an empty value behind
            values.clear();
        }
        let given = values.len() + usize::from(value_of.is_some());
        if !(least..=most).contains(&given) {
            return Err(Error { at, problem: Problem::Values(operator.as_str()) });
        }
        Ok(Condition { attribute, operator, values, value_of, entity_name })
    }

    /// The text of `<value>`.
    fn value(&mut self) -> Result<String> {
        let mut value = String::new();
        loop {
            let at = self.reader.at();
            match self.reader.next()? {
                None | Some(Event::End) => return Ok(value),
                Some(Event::Text(text)) => value.push_str(&text),
                Some(Event::Start { name, .. }) => {
                    return Err(Error { at, problem: Problem::UnknownElement(name.to_owned()) });
                }
            }
        }
    }
}

fn attribute(start: &mut Start<'_>) -> Result<Attribute> {
    let attribute = Attribute {
        name: start.required("name")?,
        alias: start.text("alias").filter(|alias| !alias.is_empty()),
        aggregate: start.one_of("aggregate", Aggregate::from_name)?,
        group_by: start.flag("groupby")?,
        date_grouping: start.one_of("dategrouping", DateGrouping::from_name)?,
        distinct: start.flag("distinct")?,
    };
    start.rest(ATTRIBUTE_HOW)?;
    Ok(attribute)
}

fn order(start: &mut Start<'_>) -> Result<Order> {
    let order = Order {
        attribute: start.text("attribute").filter(|name| !name.is_empty()),
        alias: start.text("alias").filter(|name| !name.is_empty()),
        entity_name: start.text("entityname").filter(|name| !name.is_empty()),
        descending: start.flag("descending")?,
    };
    start.rest(&[])?;
    if order.attribute.is_none() && order.alias.is_none() {
        return Err(Error { at: start.at, problem: Problem::MissingAttribute("attribute") });
    }
    Ok(order)
}
