//! Changes of definitions: tables, columns, relationships, choices, keys, views.

use std::{collections::HashSet, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use record_tables::{
    alter,
    changes::{self, Moment},
    definitions, form, provision, registry,
};
use serde_json::json;
use tables::{
    Table, View,
    baseline::{Baseline, Depth, privilege_id, privilege_name, verbs_of},
    define::{Change, Changed, Created, Definition, DefinitionKind, Step},
};
use uuid::Uuid;

use crate::{Error, Result, Session, write::Work};

/// What changed in the definitions since a stamp.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DefinitionChanges {
    /// The metadata ids of what came or changed: tables, columns, keys, relationships, choices.
    pub changed: HashSet<Uuid>,
    /// What went: `table`, `column`, `key`, `relationship` or `choice`, and its metadata id.
    pub gone: Vec<(String, Uuid)>,
}

impl Session {
    /// The stamp of the definitions as they are: for [`Session::definition_changes`].
    pub fn definitions_stamp(&self) -> String {
        let registered = &self.snapshot.registered;
        let form = registered.sets.of(form::WORD);
        format!("{}.{form}!{}", registered.model_version, registered.environment)
    }

    /// What changed in the definitions since a stamp.
    ///
    /// # Errors
    /// [`Error::Expired`] for a stamp that is older than what is remembered, of another environment, or none.
    pub async fn definition_changes(&self, stamp: &str) -> Result<DefinitionChanges> {
        let now = self.definitions_stamp();
        let rest = |stamp: &str| stamp.split_once('.').map(|(_, rest)| rest.to_owned());
        let version = stamp.split('.').next().and_then(|version| version.parse::<i64>().ok());
        let Some(version) = version.filter(|_| rest(stamp) == rest(&now)) else {
            return Err(Error::Expired);
        };
        let age = SignedDuration::from_hours(24 * REMEMBERED_DAYS);
        let oldest = self.records.0.clock.now().checked_sub(age).unwrap_or(Timestamp::MIN);
        let found = self.look(move |reading| {
            let registered = &reading.session.snapshot.registered;
            Ok(changes::since(reading.tx, registered, (version, oldest))?)
        });
        let mut all = DefinitionChanges::default();
        for (kind, id, what) in found.await?.ok_or(Error::Expired)? {
            all.gone.retain(|(_, gone)| *gone != id);
            if what == "gone" {
                all.changed.remove(&id);
                all.gone.push((kind, id));
            } else {
                all.changed.insert(id);
            }
        }
        Ok(all)
    }

    /// Changes definitions: all of them with their tables in the database, or nothing. What was made, in order.
    ///
    /// # Errors
    /// [`Error::Privilege`] without the right to change definitions, [`Error::Definition`] when they do not fit,
    /// [`Error::DuplicateKey`] when rows stand in the way of a new key.
    pub async fn define(&self, changes: Vec<Change>) -> Result<Vec<Created>> {
        self.define_seen(changes, None).await
    }

    /// As [`Session::define`], for somebody who has seen what the change replaces: `seen` is its number
    /// ([`Change::replaces`]).
    ///
    /// # Errors
    /// As [`Session::define`], and [`Error::VersionMismatch`] when something else stands there now.
    pub async fn define_seen(
        &self,
        changes: Vec<Change>,
        seen: Option<i64>,
    ) -> Result<Vec<Created>> {
        let mut session = self.clone();
        for _ in 0..crate::read::TRIES {
            changes.iter().try_for_each(|change| session.may_define(change))?;
            // the transaction holds the model against what is stored, so that what is found here stands until then
            let stands = |change: &Change| {
                let stands = change.replaces(session.model());
                seen.is_none() || stands.is_none() || stands == seen
            };
            if !changes.iter().all(stands) {
                return Err(Error::VersionMismatch);
            }
            let ids = session.records.0.ids.clone();
            let result = session.model().change(changes.clone(), &mut || ids.fresh());
            let result = Arc::new(result?);
            let held = Arc::clone(&result);
            let done = session.administer_once(move |work| work.define(&held)).await;
            match done {
                Err(Error::Stale) => session = session.renewed().await?,
                other => {
                    other?;
                    // what searches look into may be another now
                    let records = &session.records.0;
                    records.touched.add(session.scope.tenant(), session.snapshot.environment.id);
                    return Ok(result.created.clone());
                }
            }
        }
        Err(Error::Stale)
    }

    fn may_define(&self, change: &Change) -> Result<()> {
        let privilege = match change {
            Change::CreateTable(_) => "prvCreateEntity",
            Change::DeleteTable { .. } => "prvDeleteEntity",
            _ => "prvWriteEntity",
        };
        if self.standing.has(privilege) {
            return Ok(());
        }
        Err(Error::Privilege {
            privilege: privilege.to_owned(),
            user: self.user(),
            table: "entity".to_owned(),
            code: 9800,
        })
    }
}

impl Work<'_> {
    fn define(&mut self, changed: &Changed) -> Result<()> {
        let snapshot = self.snapshot();
        let (environment, number) = (snapshot.environment.id, snapshot.number());
        for step in &changed.steps {
            let done = self.tx.attempt(|tx| alter::apply(tx, &snapshot.model, number, step));
            done.map_err(|error| match (error, step) {
                (error, Step::AddKey { table, key }) if error.is_unique() => Error::DuplicateKey {
                    table: table.logical.clone(),
                    columns: key.columns.join(", "),
                },
                (error, _) => error.into(),
            })?;
            match step {
                Step::CreateTable(table) => self.privileges(changed, table)?,
                Step::DropTable(table) => self.drop_privileges(table)?,
                _ => {}
            }
        }
        let saved = changed.saved.iter().filter_map(|definition| match definition {
            Definition::View(view) => Some(&**view),
            _ => None,
        });
        let (saved, stamp): (Vec<&View>, _) = (saved.collect(), (self.now(), self.number()?));
        provision::write_views(self.tx, &changed.model, number, stamp, &saved)?;
        for (kind, id) in &changed.removed {
            if *kind == DefinitionKind::View {
                provision::delete_view(self.tx, number, *id)?;
            }
        }
        let (version, (at, position)) = (snapshot.registered.model_version + 1, stamp);
        let moment = Moment { version, position, at };
        let different = changes::between(&snapshot.model, &changed.model);
        changes::write(self.tx, environment, moment, &different)?;
        definitions::save(self.tx, environment, &changed.saved, &changed.removed)?;
        registry::model_moved(self.tx, environment)?;
        self.access_moved = true;
        let named: Vec<String> = changed
            .saved
            .iter()
            .map(|definition| format!("{} {}", definition.kind().name(), definition.name()))
            .collect();
        let gone: Vec<String> = changed.removed.iter().map(|one| self.called(*one)).collect();
        let after = json!({ "saved": named, "removed": gone });
        let id = environment.uuid();
        self.audit("table.define", ("environment", id), (serde_json::Value::Null, after))
    }

    /// What a definition that goes is called.
    fn called(&self, (kind, id): (DefinitionKind, Uuid)) -> String {
        let model = &self.snapshot().model;
        let name = match kind {
            DefinitionKind::Table => model.table_by_id(id).map(|table| table.logical.clone()),
            DefinitionKind::Relationship => {
                model.relationship_by_id(id).map(|one| one.schema().to_owned())
            }
            DefinitionKind::Choice => model.choice_by_id(id).map(|choice| choice.name.clone()),
            DefinitionKind::View => model.view(id).map(|view| view.table.clone()),
        };
        format!("{} {}", kind.name(), name.unwrap_or_else(|| id.to_string()))
    }

    /// The privileges of a new table, for the roles that may do everything or change definitions.
    fn privileges(&mut self, changed: &Changed, table: &Table) -> Result<()> {
        let number = self.snapshot().number();
        let all = provision::privileges_of(&changed.model, table);
        if all.is_empty() {
            return Ok(());
        }
        let stamp = (self.now(), self.number()?);
        provision::write_privileges(self.tx, &changed.model, number, stamp, &all)?;
        let roles = Baseline::of(&tables::baseline::Set::ALL).roles.iter();
        let grants: Vec<(Uuid, Uuid, Depth)> = roles
            .filter(|role| role.all || role.customise)
            .flat_map(|role| {
                all.iter().map(|one| (role.id, privilege_id(&one.name), Depth::Organisation))
            })
            .collect();
        Ok(provision::write_grants(self.tx, &changed.model, number, &grants)?)
    }

    fn drop_privileges(&self, table: &Table) -> Result<()> {
        let snapshot = self.snapshot();
        for verb in verbs_of(table) {
            let id = privilege_id(&privilege_name(&snapshot.model, table, *verb));
            for from in ["roleprivileges", "privilege"] {
                let on = record_tables::names::table(snapshot.number(), from);
                let sql = format!("DELETE FROM {on} WHERE privilegeid = $1");
                self.tx.execute(&sql, &[id.into()])?;
            }
        }
        Ok(())
    }
}

/// How long changes of definitions can be asked for (organization, `ExpireSubscriptionsInDays`: 90 by default).
pub(crate) const REMEMBERED_DAYS: i64 = 90;
