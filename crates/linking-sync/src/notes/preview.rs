//! What a card would look like, before anything is posted.

use i18n::Texts;
use jiff::Timestamp;
use kernel::{Language, Scope};
use linking::{LinkId, Subject};
use queries::Query;
use records::RowKey;
use serde_json::Value as Json;
use tables::{ENGLISH, FRENCH};

use super::{
    NoteRules,
    card::{Draft, card, marker},
    change::{Cell, Event, Shown, Told, shown},
    checked,
    post::name_of,
};
use crate::{Error, LinkingSync, Result, view::cell};

/// The kind of what is said to have been added.
const ADDED: &str = "task";

impl LinkingSync {
    /// The card that such rules would post if the caller changed the record just now: the chosen columns with what
    /// stands in them, as far as the caller may read it. Nothing is posted or kept; nothing is told by rules that are
    /// off.
    ///
    /// # Errors
    /// [`Error::Unknown`]; [`Error::ViewNotes`] for views; [`Error::Columns`], [`Error::Hours`], [`Error::Zone`].
    pub async fn note_preview(
        &self,
        scope: &Scope,
        link: LinkId,
        rules: NoteRules,
    ) -> Result<Option<Json>> {
        let link = self.link(scope, link).await?;
        if link.subject.system().is_some() {
            return self.preview_outside(scope, &link, rules).await;
        }
        let Subject::Record { environment, table, record } = link.subject.clone() else {
            return Err(Error::ViewNotes);
        };
        let session = self.session(scope, environment).await?;
        let rules = checked(&session, &table, rules)?;
        if !rules.is_on() {
            return Ok(None);
        }
        let by = scope.user().ok_or(linking::Error::PersonNeeded)?.uuid();
        let name = name_of(&session, &table, record).await?.ok_or(Error::Unknown)?;
        let told = |event| Told { event, by, kind: None, cells: Vec::new() };
        let mut changes: Vec<Told> = Vec::new();
        if rules.created
            && let Some(added) = session.model().table(ADDED)
        {
            let label = |language| added.labels.text(language).to_owned();
            changes
                .push(Told { kind: Some((label(ENGLISH), label(FRENCH))), ..told(Event::Added) });
        }
        if rules.updated && !rules.columns.is_empty() {
            let model = session.model().table(&table).ok_or(Error::Unknown)?;
            let query = Query::of(model).select(rules.columns.iter().map(String::as_str))?;
            let rows = session.read(&table, &RowKey::Id(record), &query).await?;
            let rows = rows.ok_or(Error::Unknown)?;
            let mut cells = Vec::new();
            for column in rules.columns.iter().filter_map(|name| model.column(name)) {
                let value = cell(&rows, &column.logical)?;
                cells.push(Cell {
                    column: column.logical.clone(),
                    label: (
                        column.labels.text(ENGLISH).to_owned(),
                        column.labels.text(FRENCH).to_owned(),
                    ),
                    was: Shown::None,
                    is: shown(session.model(), column, Some(&value), &rules),
                });
            }
            changes.push(Told { cells, ..told(Event::Updated) });
        }
        if rules.closed {
            changes.push(told(Event::Closed));
        }
        let now = self.now();
        let changes: Vec<(Timestamp, Told)> = changes.into_iter().map(|told| (now, told)).collect();
        let root = self.root(scope.tenant());
        let names = self.names(&root, &session, &changes).await?;
        let tenants = self.parts.scopes.tenants().await?;
        let tenant = tenants.iter().find(|one| one.id == scope.tenant());
        let language = tenant.map_or(Language::En, |tenant| tenant.language);
        let address = self.parts.base.join(&format!("linked/{}", link.id)).ok().map(String::from);
        let zone = rules.zone();
        let draft = Draft {
            texts: Texts::global().speak(language),
            zone: &zone,
            marker: marker(link.id.uuid()),
            record: &name,
            address: address.as_deref(),
            names: &names,
            more: 0,
        };
        Ok(Some(card(&draft, &changes)))
    }
}
