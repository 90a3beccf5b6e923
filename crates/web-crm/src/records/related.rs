//! Records of other tables that lead to one: its contacts, its opportunities.

use askama::{Template, filters::HtmlSafe};
use crm_connections::{
    Error,
    records::{Asked, Condition, Opened, Operator, Related},
};
use web_frame::{Frame, html::query_value};

use super::{
    Place, address,
    cell::{Cell, cell},
    table_address,
};

/// How many related records stand on the page.
const FEW: u32 = 25;
/// Columns beside the name.
const COLUMNS: usize = 4;

/// The tab.
#[derive(Debug, Template)]
#[template(path = "records/related.html")]
pub(crate) struct Tab {
    frame: Frame,
    /// Address, name, whether it is shown.
    tables: Vec<(String, String, bool)>,
    shown: Option<Rows>,
}

impl HtmlSafe for Tab {}

/// The records of one of them.
#[derive(Debug)]
struct Rows {
    title: String,
    heads: Vec<(String, bool)>,
    /// Address, name, cells.
    lines: Vec<(String, String, Vec<Cell>)>,
    list: String,
    new: Option<String>,
    more: bool,
}

impl Tab {
    /// The related tables of a record, and the records of the one that is asked for: `table.field`.
    pub(crate) async fn of(
        place: &Place,
        frame: &Frame,
        opened: &Opened,
        asked: &str,
    ) -> Result<Self, Error> {
        let at = &opened.record.at;
        let all = place.crm.related(&opened.table).await?;
        let key = |one: &Related| format!("{}.{}", one.table.name, one.field);
        let here = all.iter().position(|one| key(one) == asked).or((!all.is_empty()).then_some(0));
        let twice = |one: &Related| {
            all.iter().filter(|other| other.table.name == one.table.name).count() > 1
        };
        let name = |one: &Related| {
            if twice(one) {
                format!("{} ({})", one.table.plural, one.label)
            } else {
                one.table.plural.clone()
            }
        };
        let own = address(&at.table, &at.id.0);
        let tables = all.iter().enumerate().map(|(place, one)| {
            let href = format!("{own}?tab=related&of={}", query_value(&key(one)));
            (href, name(one), Some(place) == here)
        });
        let tables = tables.collect();
        let shown = match here.and_then(|here| all.get(here)) {
            Some(one) => Some(rows(place, frame, opened, (one, name(one))).await?),
            None => None,
        };
        Ok(Self { frame: frame.clone(), tables, shown })
    }
}

async fn rows(
    place: &Place,
    frame: &Frame,
    opened: &Opened,
    (one, title): (&Related, String),
) -> Result<Rows, Error> {
    let at = &opened.record.at;
    let (table, may) = place.crm.table(&one.table.name).await?;
    let value = format!("{}:{}", at.table, at.id);
    let condition = Condition { field: one.field.clone(), operator: Operator::Equal, value };
    let text = condition.text();
    let asked = Asked { conditions: vec![condition], size: FEW, ..Asked::default() };
    let listed = place.crm.list(&table, &asked).await?;
    let others = listed.columns.iter().skip(1).filter(|name| **name != one.field);
    let fields: Vec<&crm::Field> =
        others.filter_map(|name| table.field(name)).take(COLUMNS).collect();
    let lines = listed.records.iter().map(|record| {
        let name = crm_connections::records::name_of(&table, record);
        let name =
            if name.is_empty() { frame.say("web-records.nameless") } else { name.to_owned() };
        let cells = fields.iter().map(|field| cell(frame, field, record)).collect();
        (address(&record.at.table, &record.at.id.0), name, cells)
    });
    let list = table_address(&table.name);
    let by = format!(
        "by={}&of={}",
        query_value(&one.field),
        query_value(&format!("{}:{}", at.table, at.id))
    );
    let name_field = table.name_field.as_deref().and_then(|name| table.field(name));
    let mut heads = vec![(name_field.map(|field| field.label.clone()).unwrap_or_default(), false)];
    heads.extend(
        fields.iter().map(|field| (field.label.clone(), super::cell::is_number(&field.kind))),
    );
    Ok(Rows {
        title,
        heads,
        lines: lines.collect(),
        more: listed.next.is_some(),
        new: may.create.then(|| format!("{list}/new?{by}")),
        list: format!("{list}?f={}", query_value(&text)),
    })
}
