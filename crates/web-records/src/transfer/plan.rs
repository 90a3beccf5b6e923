//! The second step: which column of the file fills which of the table, and how it is read.

use std::collections::BTreeMap;

use kernel::FieldError;
use tables::{ColumnKind, Table};
use transfer::{Dates, Duplicates, Import, Mode, Plan, targets};
use web_frame::{Field, Frame};

use crate::place::Place;

/// A column of the file.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) field: String,
    pub(super) name: String,
    pub(super) sample: String,
    /// Logical name, label, whether it is this one.
    pub(super) choices: Vec<(String, String, bool)>,
    pub(super) filled: bool,
}

/// The columns of the file with what they may fill.
pub(super) fn columns(
    place: &Place,
    table: &Table,
    import: &Import,
    sample: &[transfer::csv::Row],
) -> Vec<Column> {
    let mut offered: Vec<(String, String)> = targets(table, place.session.access())
        .into_iter()
        .map(|column| {
            let label = place.label(column);
            let label = if label.is_empty() { column.logical.clone() } else { label };
            (column.logical.clone(), label)
        })
        .collect();
    kernel::sort_by_key(&mut offered, |(_, label)| label.to_lowercase());
    let mut columns = Vec::new();
    for (at, name) in import.heading.iter().enumerate() {
        let target = import.plan.columns.get(at).cloned().flatten();
        let mut seen: Vec<&str> = Vec::new();
        for row in sample {
            let cell = row.cell(at).trim();
            if !cell.is_empty() && !seen.contains(&cell) && seen.len() < 3 {
                seen.push(cell);
            }
        }
        let choices = offered.iter().map(|(logical, label)| {
            (logical.clone(), label.clone(), target.as_ref() == Some(logical))
        });
        let sample: String = seen.join(" · ").chars().take(90).collect();
        columns.push(Column {
            field: format!("c{at}"),
            name: name.clone(),
            sample,
            choices: choices.collect(),
            filled: target.is_some(),
        });
    }
    columns
}

/// The other fields.
pub(super) fn fields(
    frame: &Frame,
    (place, table): (&Place, &Table),
    (plan, is_csv): (&Plan, bool),
    errors: &[FieldError],
) -> Vec<Field> {
    let say = |key: &str| frame.say(&format!("transfer.{key}"));
    let modes = Mode::ALL.map(|mode| (mode.as_str(), say(&format!("mode-{}", mode.as_str()))));
    let rules =
        Duplicates::ALL.map(|rule| (rule.as_str(), say(&format!("duplicates-{}", rule.as_str()))));
    let dates = Dates::ALL.map(|dates| (dates.as_str(), say(&format!("dates-{}", dates.as_str()))));
    let done = |field: Field| field.checked(errors, frame.t);
    let mut fields = vec![
        done(Field::select("mode", say("mode"), modes).value(plan.mode.as_str())),
        done(
            Field::select("matching", say("matching"), matching(frame, place, table, plan))
                .value(plan.matching.join(","))
                .hint(say("matching-hint")),
        ),
        done(Field::select("duplicates", say("duplicates"), rules).value(plan.duplicates.as_str())),
        Field::check("keep_empty", say("keep-empty"), plan.keep_empty).hint(say("keep-empty-hint")),
    ];
    if is_csv {
        fields.push(done(Field::select("dates", say("dates"), dates).value(plan.dates.as_str())));
        fields.push(Field::check("decimal_comma", say("decimal-comma"), plan.decimal_comma));
    }
    let zone = Field::text("zone", say("zone")).value(&*plan.zone).hint(say("zone-hint"));
    fields.push(done(zone));
    if table.column("ownerid").is_some() {
        let owner = Field::text("owner", say("owner")).value(&*plan.owner).hint(say("owner-hint"));
        fields.push(done(owner));
    }
    if table.column("transactioncurrencyid").is_some() {
        let currency = Field::text("currency", say("currency")).value(&*plan.currency);
        fields.push(done(currency.placeholder("EUR").hint(say("currency-hint"))));
    }
    fields
}

/// What may tell rows apart: the key, alternate keys, one filled column.
fn matching(frame: &Frame, place: &Place, table: &Table, plan: &Plan) -> Vec<(String, String)> {
    let label = |name: &String| {
        table.column(name).map_or_else(|| name.clone(), |column| place.label(column))
    };
    let mut all = vec![(String::new(), frame.say("transfer.matching-id"))];
    let mut add = |columns: &[String]| {
        let value = columns.join(",");
        if !all.iter().any(|(known, _)| *known == value) {
            let labels: Vec<String> = columns.iter().map(label).collect();
            all.push((value, labels.join(" + ")));
        }
    };
    for key in &table.keys {
        add(&key.columns);
    }
    let compares = |name: &&String| {
        table.column(name).is_some_and(|column| {
            matches!(column.kind, ColumnKind::Text { .. } | ColumnKind::Whole { .. })
        })
    };
    for name in plan.columns.iter().flatten().filter(compares) {
        add(std::slice::from_ref(name));
    }
    if !plan.matching.is_empty() {
        add(&plan.matching);
    }
    all
}

/// The plan that a form holds.
pub(super) fn posted(import: &Import, form: &BTreeMap<String, String>) -> Plan {
    let text = |name: &str| form.get(name).map_or("", |text| text.trim());
    let word = |name: &str| text(name).to_owned();
    let columns = (0..import.heading.len()).map(|at| {
        let name = text(&format!("c{at}"));
        (!name.is_empty()).then(|| name.to_owned())
    });
    let mode = Mode::ALL.into_iter().find(|mode| mode.as_str() == text("mode"));
    let rule = Duplicates::ALL.into_iter().find(|rule| rule.as_str() == text("duplicates"));
    let dates = Dates::ALL.into_iter().find(|dates| dates.as_str() == text("dates"));
    let matching = text("matching").split(',').filter(|name| !name.is_empty());
    Plan {
        columns: columns.collect(),
        mode: mode.unwrap_or_default(),
        matching: matching.map(str::to_owned).collect(),
        duplicates: rule.unwrap_or_default(),
        keep_empty: !text("keep_empty").is_empty(),
        dates: dates.unwrap_or(import.plan.dates),
        zone: word("zone"),
        decimal_comma: !text("decimal_comma").is_empty(),
        owner: word("owner"),
        currency: word("currency"),
    }
}
