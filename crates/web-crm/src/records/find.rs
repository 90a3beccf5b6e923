//! What a person may put into a tab of a channel: tables, records and views of the CRM elsewhere that is used for them.

use crm_connections::{CrmSystem, records::is_daily};
use edge::Problem;
use web_frame::{App, Visit};

use super::{Place, icon};

/// A table or a view to choose.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What forms send.
    pub value: String,
    /// What people read.
    pub name: String,
    /// Of a view whether a person keeps it.
    pub own: bool,
}

/// A record to choose.
#[derive(Debug, Clone)]
pub struct Hit {
    /// Its table, as the CRM calls it.
    pub table: String,
    /// Its key, as the CRM writes it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What kind of record it is.
    pub kind: String,
    /// The icon of its table.
    pub icon: &'static str,
}

/// Tables whose records are looked for where none was chosen: those that sellers link most (our own choice; each table
/// is a call, and a CRM counts them).
const FIRST: [&str; 2] = ["opportunity", "account"];

/// The CRM elsewhere that is used for the reader; nothing for who works in an environment of the hub, or has none.
pub async fn elsewhere(app: &App, visit: &Visit) -> Option<CrmSystem> {
    let chosen = app.crm.chosen(&visit.scope).await.ok()?;
    chosen.environment.is_none().then_some(chosen)
}

/// The tables of daily work that the reader may open there.
///
/// # Errors
/// As the CRM says.
pub async fn tables(app: &App, visit: &Visit) -> Result<Vec<Choice>, Problem> {
    let place = Place::of(app, &visit.scope).await?.with_tables().await?;
    let daily = place.tables.into_iter().filter(|table| is_daily(&table.name));
    Ok(daily.map(|table| Choice { value: table.name, name: table.plural, own: false }).collect())
}

/// The views of a table, those that a person keeps marked.
///
/// # Errors
/// As the CRM says.
pub async fn views(app: &App, visit: &Visit, table: &str) -> Result<Vec<Choice>, Problem> {
    let all = Place::of(app, &visit.scope).await?.crm.views(table).await?;
    let choice =
        |view: crm::View| Choice { value: view.at.id.0, name: view.name, own: view.at.personal };
    Ok(all.into_iter().map(choice).collect())
}

/// Records whose names hold what was typed; of one table, or of those that are linked most.
///
/// # Errors
/// As the CRM says.
pub async fn records(
    app: &App,
    visit: &Visit,
    (tables, table): (&[Choice], &str),
    words: &str,
) -> Result<Vec<Hit>, Problem> {
    let first = |one: &&Choice| FIRST.iter().any(|name| name.eq_ignore_ascii_case(&one.value));
    let wanted: Vec<String> = match table {
        "" => tables.iter().filter(first).map(|one| one.value.clone()).collect(),
        table => vec![table.to_owned()],
    };
    let found = Place::of(app, &visit.scope).await?.crm.suggest(&wanted, words, false).await?;
    let hit = |one: crm_connections::records::Suggested| Hit {
        icon: icon(&one.at.table),
        name: if one.name.is_empty() { visit.frame.say("web-records.nameless") } else { one.name },
        table: one.at.table,
        id: one.at.id.0,
        kind: one.table,
    };
    Ok(found.into_iter().map(hit).collect())
}
