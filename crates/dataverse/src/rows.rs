//! Rows as JSON, straight from their cells.
//!
//! What is the same in every row (names, annotations, tables) is worked out once, in a [`Layout`]; a row is then one
//! pass over its cells.

use std::ops::Range;

use db::Row;
use jiff::tz::TimeZone;
use odata::tree::{expr::Expr, options::QueryOptions};
use queries::{Content, Property, Shown};
use records::{Nested as Inside, Rows};
use tables::{ColumnKind, Model, Value, format, json};
use uuid::Uuid;

use crate::{
    annotations::{ATTRIBUTE, Annotations, FORMATTED, LOOKUP, NAVIGATION},
    fault::Fault,
    paging::{self, Place},
    prefer::PAGE,
    root::Root,
};

/// What all rows of an answer are written with.
pub(crate) struct Writer<'a> {
    pub(crate) model: &'a Model,
    pub(crate) root: &'a Root,
    pub(crate) annotations: &'a Annotations,
    /// The language code of display texts.
    pub(crate) language: u16,
    /// Where the reader's days begin, for display texts.
    pub(crate) zone: &'a TimeZone,
    /// How amounts of money are shown, by currency; the key nil is the base currency.
    pub(crate) currencies: &'a records::Currencies,
    /// Whether empty cells are left out (FetchXML, groups).
    pub(crate) sparse: bool,
    /// What was asked for, where rows stand inside rows: links to more of them ask the same.
    pub(crate) options: Option<&'a QueryOptions>,
}

/// How rows of one kind are written.
struct Layout<'a> {
    shown: &'a Shown,
    items: Vec<Item<'a>>,
    singles: Vec<(Vec<u8>, bool, Layout<'a>)>,
    collections: Vec<Nested<'a>>,
    /// The primary key, if it is not among the properties.
    key: Option<(Vec<u8>, usize)>,
    /// The cell of the row's currency, if it is among the properties.
    currency: Option<usize>,
}

/// How one property is written.
struct Item<'a> {
    property: &'a Property,
    /// `"name":`.
    name: Vec<u8>,
    /// `"name@OData.Community.Display.V1.FormattedValue":`, if it is asked for.
    formatted: Option<Vec<u8>>,
    lookup: Option<Vec<u8>>,
    navigation: Option<Vec<u8>>,
    /// `"name@…AttributeName":"column",`, whole.
    attribute: Vec<u8>,
    /// Whether its text goes out without a copy.
    text: bool,
}

/// Rows that stand inside rows.
struct Nested<'a> {
    /// `"contact_customer_accounts":`.
    name: Vec<u8>,
    /// What a link to more of them asks for.
    options: Option<&'a QueryOptions>,
    inside: &'a Inside,
    layout: Box<Layout<'a>>,
}

impl<'a> Writer<'a> {
    /// Writes the rows of a page, with commas between them.
    pub(crate) fn rows(&self, page: &'a Rows, out: &mut Vec<u8>) -> Result<(), Fault> {
        let layout = self.layout_of(page);
        for (at, row) in page.rows.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            out.push(b'{');
            self.members(&layout, (at, row), out)?;
            out.push(b'}');
        }
        Ok(())
    }

    /// Writes the members of the one row, behind the context.
    pub(crate) fn row(&self, page: &'a Rows, out: &mut Vec<u8>) -> Result<(), Fault> {
        let layout = self.layout_of(page);
        let Some(row) = page.rows.first() else { return Ok(()) };
        self.members(&layout, (0, row), out)
    }

    fn layout_of(&self, page: &'a Rows) -> Layout<'a> {
        self.layout_with(page, self.options)
    }

    fn layout_with(&self, page: &'a Rows, options: Option<&'a QueryOptions>) -> Layout<'a> {
        self.layout(&page.plan.shown, &mut page.nested.iter(), options)
    }

    fn layout(
        &self,
        shown: &'a Shown,
        nested: &mut std::slice::Iter<'a, Inside>,
        options: Option<&'a QueryOptions>,
    ) -> Layout<'a> {
        let mut key = shown.key.map(|cell| (name(&shown.table.primary_id), cell));
        let mut currency = None;
        let items = shown.properties.iter().map(|property| {
            if let Some((table, column)) = property.origin()
                && !property.is_named()
                && table.logical == shown.table.logical
            {
                if column.logical == table.primary_id {
                    key = None;
                }
                if column.logical == "transactioncurrencyid" {
                    currency = Some(property.cell);
                }
            }
            self.item(property)
        });
        let items = items.collect();
        let collections = shown
            .collections
            .iter()
            .filter_map(|collection| {
                let inside = nested.next()?;
                let options = expanded(options, &collection.navigation);
                let layout = Box::new(self.layout_with(&inside.rows, options));
                Some(Nested { name: name(&collection.navigation), options, inside, layout })
            })
            .collect();
        let singles = shown
            .singles
            .iter()
            .map(|single| {
                let options = expanded(options, &single.navigation);
                let layout = self.layout(&single.shown, nested, options);
                (name(&single.navigation), single.reference, layout)
            })
            .collect();
        Layout { shown, items, singles, collections, key, currency }
    }

    fn item(&self, property: &'a Property) -> Item<'a> {
        let text = property.name();
        let with = |term: &str| name(&format!("{text}@{term}"));
        let kind = property.column().map(|column| &column.kind);
        let reference = kind.is_some_and(ColumnKind::is_reference);
        let plain = matches!(
            kind,
            Some(
                ColumnKind::Text { .. }
                    | ColumnKind::Memo { .. }
                    | ColumnKind::Key
                    | ColumnKind::Guid
            )
        );
        let mut attribute = Vec::new();
        if self.annotations.attribute()
            && property.is_named()
            && let Some(column) = property.attribute()
        {
            attribute = with(ATTRIBUTE);
            json::write_text(column, &mut attribute);
            attribute.push(b',');
        }
        Item {
            property,
            name: name(&text),
            formatted: (self.annotations.formatted() && !plain).then(|| with(FORMATTED)),
            lookup: (self.annotations.lookup() && reference).then(|| with(LOOKUP)),
            navigation: (self.annotations.navigation() && reference).then(|| with(NAVIGATION)),
            attribute,
            text: matches!(kind, Some(ColumnKind::Text { .. } | ColumnKind::Memo { .. })),
        }
    }

    /// The members of a row, without its braces.
    fn members(
        &self,
        layout: &Layout<'a>,
        (at, row): (usize, &Row),
        out: &mut Vec<u8>,
    ) -> Result<(), Fault> {
        let from = out.len();
        if let Some(cell) = layout.shown.version
            && let Some(version) = row.get::<Option<i64>>(cell).map_err(broken)?
        {
            out.extend_from_slice(b"\"@odata.etag\":\"W/\\\"");
            out.extend_from_slice(version.to_string().as_bytes());
            out.extend_from_slice(b"\\\"\",");
        }
        for item in &layout.items {
            self.property(layout, item, row, out)?;
        }
        let key = layout
            .shown
            .key
            .map(|cell| row.get::<Option<Uuid>>(cell))
            .transpose()
            .map_err(broken)?
            .flatten();
        if let (Some((name, _)), Some(key)) = (&layout.key, key) {
            out.extend_from_slice(name);
            json::write_guid(key, out);
            out.push(b',');
        }
        for (name, reference, inner) in &layout.singles {
            self.single((name, *reference, inner), (at, row), out)?;
        }
        for nested in &layout.collections {
            self.collection(nested, layout.shown, (at, key), out)?;
        }
        if out.len() > from {
            out.pop();
        }
        Ok(())
    }

    fn property(
        &self,
        layout: &Layout<'a>,
        item: &Item<'a>,
        row: &Row,
        out: &mut Vec<u8>,
    ) -> Result<(), Fault> {
        let Item { property, name, .. } = item;
        if item.text && item.attribute.is_empty() {
            let from = out.len();
            out.extend_from_slice(name);
            let written = row.parsed(property.cell, |text| {
                json::write_text(text, out);
                Some(())
            });
            if written.is_ok() {
                out.push(b',');
                return Ok(());
            }
            out.truncate(from);
        }
        let value = property.value(row).map_err(broken)?;
        if value.is_null() {
            if !self.sparse {
                out.extend_from_slice(name);
                out.extend_from_slice(b"null,");
            }
            return Ok(());
        }
        out.extend_from_slice(&item.attribute);
        if let Some(formatted) = &item.formatted
            && let Some(text) = self.display(layout, property, &value, row)
        {
            out.extend_from_slice(formatted);
            json::write_text(&text, out);
            out.push(b',');
        }
        if let Value::Row(to) = &value {
            let target = self.model.table_by_code(to.code);
            if let (Some(lookup), Some(target)) = (&item.lookup, target) {
                out.extend_from_slice(lookup);
                json::write_text(&target.logical, out);
                out.push(b',');
            }
            if let Some(annotation) = &item.navigation
                && let Some((table, column)) = property.origin()
            {
                let mut all = self.model.navigations_of_column(&table.logical, &column.logical);
                let first = all.next();
                let matching = |n: &&tables::Navigation| {
                    target.is_some_and(|target| n.target == target.logical)
                };
                let found =
                    first.filter(|n| matching(n)).or_else(|| all.find(|n| matching(n))).or(first);
                if let Some(found) = found {
                    out.extend_from_slice(annotation);
                    json::write_text(&found.name, out);
                    out.push(b',');
                }
            }
        }
        out.extend_from_slice(name);
        value.write_json(out);
        out.push(b',');
        Ok(())
    }

    /// The text that people read.
    fn display(
        &self,
        layout: &Layout<'a>,
        property: &Property,
        value: &Value,
        row: &Row,
    ) -> Option<String> {
        if matches!(value, Value::Row(_)) {
            return row.get::<Option<String>>(property.name_cell?).ok().flatten();
        }
        let Content::Column { .. } = property.content else {
            return Some(match value {
                Value::Whole(number) => {
                    format::fixed(tables::Fixed::new(*number, 0), 0, self.language)
                }
                Value::Double(number) => format!("{number:.2}"),
                _ => return None,
            });
        };
        let column = property.column()?;
        let currency = if matches!(column.kind, ColumnKind::Money { .. }) {
            let id = layout.currency.and_then(|cell| row.get::<Option<Uuid>>(cell).ok().flatten());
            self.currencies.of(id)
        } else {
            None
        };
        let locale = format::Locale { language: self.language, zone: self.zone, currency };
        format::display(self.model, column, value, &locale)
    }

    fn single(
        &self,
        (name, reference, inner): (&[u8], bool, &Layout<'a>),
        (at, row): (usize, &Row),
        out: &mut Vec<u8>,
    ) -> Result<(), Fault> {
        let key = inner
            .shown
            .key
            .map(|cell| row.get::<Option<Uuid>>(cell))
            .transpose()
            .map_err(broken)?
            .flatten();
        out.extend_from_slice(name);
        match key {
            None => out.extend_from_slice(b"null,"),
            Some(key) if reference => {
                out.extend_from_slice(b"{\"@odata.id\":");
                json::write_text(&address(self.root, &inner.shown.table.set, key), out);
                out.extend_from_slice(b"},");
            }
            Some(_) => {
                out.push(b'{');
                self.members(inner, (at, row), out)?;
                out.extend_from_slice(b"},");
            }
        }
        Ok(())
    }

    fn collection(
        &self,
        nested: &Nested<'a>,
        of: &Shown,
        (parent, key): (usize, Option<Uuid>),
        out: &mut Vec<u8>,
    ) -> Result<(), Fault> {
        let inside = nested.inside;
        if let Some(counts) = &inside.counts {
            let count = counts.get(parent).copied().unwrap_or_default().min(i64::from(PAGE));
            out.extend_from_slice(&name(&format!("{}@odata.count", inside.navigation)));
            out.extend_from_slice(count.to_string().as_bytes());
            out.push(b',');
        }
        out.extend_from_slice(&nested.name);
        out.push(b'[');
        let part: Range<usize> = inside.parts.get(parent).cloned().unwrap_or_default();
        let (first, part_end) = (part.start, part.end);
        for at in part {
            let Some(row) = inside.rows.rows.get(at) else { break };
            if at > first {
                out.push(b',');
            }
            out.push(b'{');
            self.members(&nested.layout, (at, row), out)?;
            out.push(b'}');
        }
        out.extend_from_slice(b"],");
        // Always there (documented for collections), also where no row is missing: it leads to what comes behind the last one.
        if let Some(key) = key {
            let last = part_end.checked_sub(1).and_then(|last| inside.rows.rows.get(last));
            let link = self.onward(nested, of, (key, last))?;
            out.extend_from_slice(&name(&format!("{}@odata.nextLink", inside.navigation)));
            json::write_text(&link, out);
            out.push(b',');
        }
        Ok(())
    }

    /// Where the other rows of a collection are: those behind the last one, with what was asked of them.
    fn onward(
        &self,
        nested: &Nested<'a>,
        of: &Shown,
        (key, last): (Uuid, Option<&Row>),
    ) -> Result<String, Fault> {
        let aliases = self.options.map(|options| options.aliases.clone()).unwrap_or_default();
        let query = match nested.options {
            Some(options) => further(options, aliases).to_query(),
            None => String::new(),
        };
        let navigation = &nested.inside.navigation;
        let address = format!("{}({})/{navigation}?{query}", of.table.set, key.hyphenated());
        // Nothing to go on behind: the collection itself.
        let Some(last) = last else {
            return Ok(paging::plain_link(&self.root.url, &address));
        };
        let last = Some(nested.inside.rows.plan.cursor(last));
        let cookie = Place::first().next(last.transpose().map_err(broken)?.flatten().as_ref());
        Ok(paging::next_link(&self.root.url, &address, &cookie))
    }
}

/// What was asked of the rows behind a navigation property.
fn expanded<'o>(options: Option<&'o QueryOptions>, navigation: &str) -> Option<&'o QueryOptions> {
    let items = options?.expand.as_deref().unwrap_or_default();
    let found = items.iter().find(|item| item.target.name() == Some(navigation));
    found.map(|item| &*item.options)
}

/// The options of a collection as those of an address of its own.
fn further(options: &QueryOptions, aliases: Vec<(String, Expr)>) -> QueryOptions {
    QueryOptions {
        select: options.select.clone(),
        expand: options.expand.clone(),
        filter: options.filter.clone(),
        orderby: options.orderby.clone(),
        aliases,
        ..QueryOptions::default()
    }
}

/// The address of a row.
pub(crate) fn address(root: &Root, set: &str, id: Uuid) -> String {
    format!("{}{set}({})", root.url, id.hyphenated())
}

/// `"name":`.
fn name(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() + 3);
    json::write_text(text, &mut bytes);
    bytes.push(b':');
    bytes
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err asks for")]
fn broken(error: db::Error) -> Fault {
    Fault::internal(format!("a row cannot be shown: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_more_rows_asks_what_was_asked_of_them() {
        let text = "$select=name&$expand=contact_customer_accounts($select=lastname;$filter=jobtitle eq @p1;\
                    $orderby=lastname desc;$count=true),owninguser($expand=x($select=y))&@p1='a'";
        let options = odata::parse::query(text, odata::Reading::FORM).unwrap();
        let inside = expanded(Some(&options), "contact_customer_accounts").unwrap();
        let further = further(inside, options.aliases.clone());
        let again = odata::parse::query(&further.to_query(), odata::Reading::FORM).unwrap();
        assert_eq!(again.filter, inside.filter);
        assert_eq!(again.orderby, inside.orderby);
        assert_eq!(again.select, inside.select);
        assert_eq!(again.aliases, options.aliases);
        assert!(again.count.is_none() && again.expand.is_none());
        assert!(expanded(expanded(Some(&options), "owninguser"), "x").is_some());
        assert!(expanded(Some(&options), "x").is_none());
    }
}
