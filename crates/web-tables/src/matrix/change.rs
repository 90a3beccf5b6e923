//! The levels of a role as the matrix shows them, what a form makes of them, and what differs.

use std::collections::HashMap;

use records::RolePrivilege;
use tables::{
    Model, Ownership, Table,
    baseline::{Depth, Verb, privilege_id, privilege_name, verbs_of},
};
use uuid::Uuid;

use super::Cell;
use crate::parts::{Sent, value};

/// The privileges that belong to no table.
pub(super) const MISCELLANEOUS: [&str; 6] = [
    "prvActOnBehalfOfAnotherUser",
    "prvCreateEntity",
    "prvWriteEntity",
    "prvDeleteEntity",
    "prvPublishCustomization",
    "prvBulkDelete",
];

/// Tables that rule who may do what.
const RULING: [&str; 7] = [
    "role",
    "systemuser",
    "team",
    "businessunit",
    "fieldsecurityprofile",
    "organization",
    "privilege",
];

/// From how many changes on they are shown before they are made.
const MANY: usize = 25;

/// How far each privilege of a role reaches: 0 nothing, 1 user, 2 unit, 3 units below, 4 everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Levels(HashMap<Uuid, u8>);

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) privilege: Uuid,
    /// The name of a privilege that belongs to no table.
    pub(super) name: String,
    pub(super) table: Option<String>,
    /// The place of the verb.
    pub(super) verb: Option<usize>,
    pub(super) before: u8,
    pub(super) after: u8,
    /// Whether it is one of many.
    many: bool,
}

/// The depth of a level.
pub(super) const fn depth_of(level: u8) -> Option<Depth> {
    match level {
        1 => Some(Depth::User),
        2 => Some(Depth::BusinessUnit),
        3 => Some(Depth::Parent),
        4 => Some(Depth::Organisation),
        _ => None,
    }
}

/// The tables that have privileges of their own.
pub(super) fn ruled(model: &Model) -> impl Iterator<Item = &Table> {
    model.tables().iter().map(AsRef::as_ref).filter(|table: &&Table| !verbs_of(table).is_empty())
}

/// Whether rows of a table belong to somebody, so that levels between none and all exist.
const fn is_deep(table: &Table) -> bool {
    matches!(table.ownership, Ownership::User | Ownership::BusinessUnit)
}

/// The privileges of a table by the place of their verb.
fn privileges<'m>(model: &'m Model, table: &'m Table) -> impl Iterator<Item = (usize, Uuid)> + 'm {
    Verb::ALL
        .into_iter()
        .enumerate()
        .filter(|(_, verb)| verbs_of(table).contains(verb))
        .map(move |(at, verb)| (at, privilege_id(&privilege_name(model, table, verb))))
}

impl Levels {
    /// What is in a role.
    pub(super) fn of(_model: &Model, held: &[RolePrivilege]) -> Self {
        let level = |depth: Depth| match depth {
            Depth::User => 1,
            Depth::BusinessUnit => 2,
            Depth::Parent => 3,
            Depth::Organisation => 4,
        };
        Self(held.iter().map(|one| (one.privilege, level(one.depth))).collect())
    }

    fn get(&self, privilege: Uuid) -> u8 {
        self.0.get(&privilege).copied().unwrap_or(0)
    }

    /// Whether a privilege that belongs to no table is held.
    pub(super) fn has(&self, name: &str) -> bool {
        self.get(privilege_id(name)) > 0
    }

    /// Whether a table has any.
    pub(super) fn any(&self, model: &Model, table: &Table) -> bool {
        privileges(model, table).any(|(_, privilege)| self.get(privilege) > 0)
    }

    /// The eight cells of a table.
    pub(super) fn cells(&self, model: &Model, table: &Table) -> Vec<Cell> {
        let mut cells = vec![None; Verb::ALL.len()];
        for (at, privilege) in privileges(model, table) {
            if let Some(cell) = cells.get_mut(at) {
                *cell = Some((self.get(privilege), is_deep(table)));
            }
        }
        cells
    }

    /// The same with what a form sent: single cells, whole columns of the rows that it holds, whole rows; what it does
    /// not name stays.
    pub(super) fn sent(&self, model: &Model, sent: &Sent) -> Self {
        let mut after = self.clone();
        let level = |name: &str| value(sent, name).parse::<u8>().ok().filter(|level| *level <= 4);
        for table in ruled(model) {
            let of_row = level(&format!("row.{}", table.logical));
            for (at, privilege) in privileges(model, table) {
                let Some(own) = level(&format!("d.{}.{at}", table.logical)) else { continue };
                let wanted = of_row.or_else(|| level(&format!("col.{at}")));
                let allowed = |level: &u8| is_deep(table) || matches!(level, 0 | 4);
                let wanted = wanted.filter(allowed).or(Some(own).filter(allowed));
                if let Some(wanted) = wanted {
                    after.0.insert(privilege, wanted);
                }
            }
        }
        for name in MISCELLANEOUS {
            let said = value(sent, &format!("m.{name}"));
            let shown = !value(sent, "misc").is_empty();
            if said == "on" {
                after.0.insert(privilege_id(name), 4);
            } else if said == "off" || shown {
                after.0.insert(privilege_id(name), 0);
            }
        }
        after
    }

    /// What differs, in the order of the tables.
    pub(super) fn steps(&self, model: &Model, after: &Self) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut compare = |privilege: Uuid, table: Option<(&Table, usize)>, name: &str| {
            let (before, after) = (self.get(privilege), after.get(privilege));
            if before != after {
                steps.push(Step {
                    privilege,
                    name: name.to_owned(),
                    table: table.map(|(table, _)| table.logical.clone()),
                    verb: table.map(|(_, at)| at),
                    before,
                    after,
                    many: false,
                });
            }
        };
        for table in ruled(model) {
            for (at, privilege) in privileges(model, table) {
                compare(privilege, Some((table, at)), "");
            }
        }
        for name in MISCELLANEOUS {
            compare(privilege_id(name), None, name);
        }
        let many = steps.len() > MANY;
        for step in &mut steps {
            step.many = many;
        }
        steps
    }
}

impl Step {
    /// Whether people see it before it is made: something is taken, or much is given.
    pub(super) fn risky(&self, _model: &Model) -> bool {
        let ruling = self.table.as_deref().is_some_and(|table| RULING.contains(&table));
        let reading = self.verb == Some(1);
        // deleting, assigning and sharing everything
        let wide = self.after == 4 && matches!(self.verb, Some(3 | 6 | 7));
        self.many
            || self.after < self.before
            || (ruling && !reading)
            || wide
            || self.table.is_none()
    }

    /// The field that makes it.
    pub(super) fn field(&self) -> String {
        match (&self.table, self.verb) {
            (Some(table), Some(at)) => format!("d.{table}.{at}"),
            _ => format!("m.{}", self.name),
        }
    }

    /// What the field sends.
    pub(super) fn sent(&self) -> String {
        match (self.table.is_some(), self.after) {
            (true, level) => level.to_string(),
            (false, 0) => "off".to_owned(),
            (false, _) => "on".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use tables::baseline::{Baseline, Set};

    use super::*;

    fn model() -> Model {
        Baseline::of(&[Set::Core, Set::Sales]).model(1)
    }

    fn sent(fields: &[(&str, &str)]) -> Sent {
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn what_a_form_does_not_name_stays() {
        let model = model();
        let none = Levels(HashMap::new());
        let before = none.sent(&model, &sent(&[("d.account.1", "4"), ("d.contact.1", "1")]));
        let after = before.sent(&model, &sent(&[("d.account.1", "2")]));
        let steps = before.steps(&model, &after);
        let [step] = steps.as_slice() else { panic!("{steps:?}") };
        assert_eq!((step.field().as_str(), step.before, step.after), ("d.account.1", 4, 2));
        assert!(step.risky(&model), "something is taken");
    }

    #[test]
    fn a_row_and_a_column_are_set_as_a_whole_where_the_level_exists() {
        let model = model();
        let none = Levels(HashMap::new());
        let row = [("row.account", "3"), ("d.account.0", "0"), ("d.account.7", "0")];
        let after = none.sent(&model, &sent(&row));
        assert_eq!(none.steps(&model, &after).len(), 2, "only the cells that the form holds");
        // rows of the organisation have no level between none and all
        let column = [("col.1", "1"), ("d.fieldsecurityprofile.1", "0"), ("d.lead.1", "0")];
        let after = none.sent(&model, &sent(&column));
        let steps = none.steps(&model, &after);
        assert_eq!(steps.iter().map(Step::field).collect::<Vec<_>>(), ["d.lead.1"]);
        for odd in ["5", "-1", "x", ""] {
            let after = none.sent(&model, &sent(&[("d.lead.1", odd)]));
            assert!(none.steps(&model, &after).is_empty(), "{odd}");
        }
    }

    #[test]
    fn switches_are_off_only_where_the_form_holds_them() {
        let model = model();
        let none = Levels(HashMap::new());
        let on = none.sent(&model, &sent(&[("m.prvCreateEntity", "on")]));
        assert!(on.has("prvCreateEntity"));
        assert!(on.sent(&model, &sent(&[("d.lead.1", "1")])).has("prvCreateEntity"));
        assert!(!on.sent(&model, &sent(&[("misc", "1")])).has("prvCreateEntity"));
        assert!(!on.sent(&model, &sent(&[("m.prvCreateEntity", "off")])).has("prvCreateEntity"));
    }
}
