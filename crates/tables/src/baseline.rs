//! The tables, roles and views that environments start with, as the real service names them, with
//! texts in English and French.
//!
//! They are data: JSON files under `baseline/`, in a short form (see its README), packed into the
//! program. What they say is checked by a test, and trusted here.

mod columns;
mod load;
mod roles;

use std::sync::{Arc, OnceLock};

use crate::{Choice, Model, Relationship, Table, View};

pub use load::BaselineError;
pub use roles::{
    Depth, Grant, RoleTemplate, Verb, privilege_id, privilege_name, ruled_by, verbs_of,
};

/// A group of tables that are installed together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Set {
    /// Security and system tables: in every environment.
    Core,
    /// Tables of a seller's CRM: where `crm_enabled` is set.
    Sales,
    /// Tables of the product itself: in `msdyn_viva`, and in environments of Dynamics tenants.
    Viva,
    /// Activities that say how sales, cases, quotes and orders ended: where the sales tables are.
    Closing,
}

impl Set {
    /// Every set.
    pub const ALL: [Self; 4] = [Self::Core, Self::Sales, Self::Viva, Self::Closing];

    /// Its name, as environments remember it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::Sales => "sales",
            Self::Viva => "viva",
            Self::Closing => "closing",
        }
    }

    /// The set of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|set| set.name() == name)
    }

    const fn bit(self) -> u8 {
        match self {
            Self::Core => 1,
            Self::Sales => 2,
            Self::Viva => 4,
            Self::Closing => 8,
        }
    }
}

/// The definitions of some sets, shared by every environment that begins with them.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    /// The tables.
    pub tables: Vec<Arc<Table>>,
    /// The relationships between them.
    pub relationships: Vec<Arc<Relationship>>,
    /// The choices that columns share.
    pub choices: Vec<Arc<Choice>>,
    /// The views.
    pub views: Vec<Arc<View>>,
    /// The security roles.
    pub roles: Vec<RoleTemplate>,
    /// Their model, made when it is first asked for.
    model: OnceLock<Model>,
}

impl Baseline {
    /// The definitions of these sets; core is always among them. Relationships to tables of sets
    /// that are not are left out.
    pub fn of(sets: &[Set]) -> &'static Self {
        static LOADED: [OnceLock<Baseline>; 16] = [const { OnceLock::new() }; 16];
        static NONE: OnceLock<Baseline> = OnceLock::new();
        let mask = sets.iter().fold(Set::Core.bit(), |mask, set| mask | set.bit());
        let sets: Vec<Set> = Set::ALL.into_iter().filter(|set| mask & set.bit() != 0).collect();
        match LOADED.get(usize::from(mask)) {
            // a test loads every combination: what is packed is right
            Some(cell) => cell.get_or_init(|| load::load(&sets).unwrap_or_default()),
            None => NONE.get_or_init(Self::default),
        }
    }

    /// Reads the definitions of these sets anew.
    ///
    /// # Errors
    /// [`BaselineError`] with the place in the files that is not understood; a test shows that there
    /// is none.
    pub fn load(sets: &[Set]) -> Result<Self, BaselineError> {
        load::load(sets)
    }

    /// The model of these definitions, at a version.
    pub fn model(&self, version: i64) -> Model {
        let make = || {
            Model::new(
                0,
                self.tables.clone(),
                self.relationships.clone(),
                self.choices.clone(),
                self.views.clone(),
            )
        };
        self.model.get_or_init(make).at(version)
    }
}
