//! Sums of the numbers of a list, over all its pages.

use edge::Problem;
use fetchxml::fetch::{Aggregate, Attribute, Fetch};
use queries::Paging;
use tables::{ColumnKind, Table};
use web_frame::Frame;

use crate::{
    chart::{grouped, summed},
    place::Place,
    shown::{Cell, Reader},
    views,
};

/// The sum for each column that has one; nothing for the others.
pub(crate) async fn of(
    (place, frame): (&Place, &Frame),
    table: &Table,
    fetch: &Fetch,
    columns: &[String],
) -> Result<Vec<Option<String>>, Problem> {
    let adds = |name: &String| {
        let column = table.column(name)?;
        let kind = matches!(
            column.kind,
            ColumnKind::Money { .. } | ColumnKind::Decimal { .. } | ColumnKind::Whole { .. }
        );
        let meant = !NO_SUM.iter().any(|end| column.logical.ends_with(end));
        (kind && meant).then(|| summed(table, column))
    };
    let wanted: Vec<Option<&tables::Column>> = columns.iter().map(adds).collect();
    if wanted.iter().all(Option::is_none) {
        return Ok(vec![None; columns.len()]);
    }
    let attributes = wanted.iter().enumerate().filter_map(|(at, column)| {
        let column = (*column)?;
        Some(Attribute {
            name: column.logical.clone(),
            alias: Some(format!("s{at}")),
            aggregate: Some(Aggregate::Sum),
            ..Attribute::default()
        })
    });
    let fetch = grouped(fetch, attributes.collect());
    let mut query = views::query(place, frame, &fetch)?;
    if let Some(group) = &mut query.group {
        group.limit = None;
    }
    let found = place.session.query(&query, &Paging::first(1)).await?;
    let currencies = place.session.currencies().await?;
    let reader = Reader::new(place, frame, &currencies, &found);
    let mut sums = Vec::with_capacity(columns.len());
    for at in 0..columns.len() {
        let cell = match found.rows.first() {
            Some(row) => reader
                .cell(reader.property(&format!("s{at}")), row)
                .map_err(|error| Problem::from(records::Error::from(error)))?,
            None => Cell::default(),
        };
        sums.push(Some(cell.text).filter(|text| !text.is_empty()));
    }
    Ok(sums)
}

/// Whole numbers whose sum says nothing.
const NO_SUM: [&str; 5] = ["probability", "code", "percentcomplete", "number", "precision"];
