//! Records that a lookup may lead to, found while somebody types.

use axum::{extract::State as Shelf, response::Response};
use crm::FieldKind;
use edge::{Problem, Query};
use serde::Deserialize;
use web_frame::{App, Html, Visit, answer, html};

/// What a page asks while somebody types.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    /// The table that has the lookup.
    table: String,
    /// The lookup.
    field: String,
    /// What was typed.
    q: String,
}

/// The entries of the list below a field.
pub(crate) async fn suggest(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Query(typed): Query<Typed>,
) -> Result<Response, Problem> {
    let crm = app.crm.records(&visit.scope).await?;
    let (table, _) = crm.table(&typed.table).await?;
    let Some(FieldKind::Row(targets)) = table.field(&typed.field).map(|field| &field.kind) else {
        return Ok(answer::part(Html::default()));
    };
    let hits = crm.suggest(targets, &typed.q, false).await?;
    let several = targets.len() > 1;
    let mut list = String::new();
    for hit in hits {
        let label = if several { hit.table.as_str() } else { "" };
        let key = html::escape(&format!("{}:{}", hit.at.table, hit.at.id));
        list.push_str("<option value=\"");
        list.push_str(&html::escape(&hit.name));
        list.push_str("\" data-row=\"");
        list.push_str(&key);
        list.push_str("\">");
        list.push_str(&html::escape(label));
        list.push_str("</option>");
    }
    Ok(answer::part(Html::trusted(list)))
}
