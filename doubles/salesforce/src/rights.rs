//! Who may what: profiles, fields, sharing.

use std::collections::{HashMap, HashSet};

use doubles_salesforce_schema::{Field, Object, Sharing};
use jiff::tz::TimeZone;

use crate::org::{Org, Row, is_deleted, text};

/// What a profile may.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rights {
    /// "API Enabled".
    pub(crate) api: bool,
    /// Objects that differ from `usual`.
    pub(crate) objects: HashMap<String, ObjectRights>,
    pub(crate) usual: ObjectRights,
    /// Fields that are not there for it, as `Account.AnnualRevenue`.
    pub(crate) hidden: HashSet<String>,
    /// Fields that it cannot change.
    pub(crate) fixed: HashSet<String>,
}

/// What a profile may with the rows of an object.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "object permissions are six switches")]
pub(crate) struct ObjectRights {
    pub(crate) read: bool,
    pub(crate) create: bool,
    pub(crate) edit: bool,
    pub(crate) delete: bool,
    /// Rows of others too, whatever sharing says.
    pub(crate) view_all: bool,
    pub(crate) modify_all: bool,
}

impl ObjectRights {
    pub(crate) const ALL: Self = Self {
        read: true,
        create: true,
        edit: true,
        delete: true,
        view_all: true,
        modify_all: true,
    };
    pub(crate) const OWN: Self = Self { view_all: false, modify_all: false, ..Self::ALL };
    pub(crate) const VIEW: Self = Self {
        read: true,
        create: false,
        edit: false,
        delete: false,
        view_all: true,
        modify_all: false,
    };
}

/// Who asks.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) user: String,
    pub(crate) rights: Rights,
    pub(crate) zone: TimeZone,
    pub(crate) saving: Saving,
}

/// `Sforce-Duplicate-Rule-Header`: what is done where a duplicate rule finds something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Saving {
    /// `allowSave`: the alert is acknowledged.
    pub(crate) allow: bool,
    /// `includeRecordDetails`: all fields of what was found, not its id alone.
    pub(crate) details: bool,
    /// `runAsCurrentUser`: rows that the caller does not see are no duplicates.
    pub(crate) as_caller: bool,
}

impl Saving {
    /// The value of the header; members are told apart by `;` or `,`.
    pub(crate) fn of(header: &str) -> Self {
        let on = |wanted: &str| {
            header.split([';', ',']).any(|part| {
                part.split_once('=').is_some_and(|(name, value)| {
                    name.trim().eq_ignore_ascii_case(wanted)
                        && value.trim().eq_ignore_ascii_case("true")
                })
            })
        };
        Self {
            allow: on("allowSave"),
            details: on("includeRecordDetails"),
            as_caller: on("runAsCurrentUser"),
        }
    }
}

impl Caller {
    /// The caller that a user is; `None` when there is no such active user.
    pub(crate) fn of(org: &Org, user: &str) -> Option<Self> {
        let row = org.living("User", user)?;
        if row.get("IsActive") != Some(&serde_json::Value::Bool(true)) {
            return None;
        }
        let mut rights = org.rights.get(text(row, "ProfileId")?)?.clone();
        let on = Some(&serde_json::Value::Bool(true));
        rights.api |=
            crate::policies::sets_of(org, user).any(|set| set.get("PermissionsApiEnabled") == on);
        crate::policies::add(org, user, &mut rights);
        let zone = text(row, "TimeZoneSidKey").and_then(|name| TimeZone::get(name).ok());
        Some(Self {
            user: user.to_owned(),
            rights,
            zone: zone.unwrap_or(TimeZone::UTC),
            saving: Saving::default(),
        })
    }

    pub(crate) fn on(&self, object: &Object) -> ObjectRights {
        let rights = self.rights.objects.get(object.name).copied().unwrap_or(self.rights.usual);
        if object.writable {
            return rights;
        }
        ObjectRights { create: false, edit: false, delete: false, modify_all: false, ..rights }
    }

    pub(crate) fn sees(&self, object: &Object, field: &Field) -> bool {
        !self.rights.hidden.contains(&format!("{}.{}", object.name, field.name))
    }

    pub(crate) fn changes(&self, object: &Object, field: &Field) -> bool {
        self.sees(object, field)
            && !self.rights.fixed.contains(&format!("{}.{}", object.name, field.name))
    }

    /// Whether a row is there for the caller.
    pub(crate) fn sees_row(&self, org: &Org, object: &Object, row: &Row) -> bool {
        let rights = self.on(object);
        if !rights.read {
            return false;
        }
        if rights.view_all || rights.modify_all || object.sharing != Sharing::Private {
            // Roles are as visible as the opportunity they belong to.
            return match text(row, "OpportunityId") {
                Some(parent) => self.sees_parent(org, parent),
                None => true,
            };
        }
        self.owns(row) || self.has(org, object, row).is_some()
    }

    fn sees_parent(&self, org: &Org, id: &str) -> bool {
        let Some(object) = org.schema.object("Opportunity") else { return false };
        org.row(object.name, id).is_some_and(|row| self.sees_row(org, object, row))
    }

    /// Whether the caller may change a row that is there.
    pub(crate) fn edits_row(&self, org: &Org, object: &Object, row: &Row) -> bool {
        let rights = self.on(object);
        rights.edit
            && (rights.modify_all
                || object.sharing == Sharing::ReadWrite
                || self.owns(row)
                || matches!(self.has(org, object, row), Some("Edit" | "All")))
    }

    /// What the shares of a row let the caller do with it, themselves or as a member of a group.
    fn has<'a>(&self, org: &'a Org, object: &Object, row: &Row) -> Option<&'a str> {
        let shares = org.schema.object(&format!("{}Share", object.name))?.name;
        let (parent, level) = (format!("{}Id", object.name), format!("{}AccessLevel", object.name));
        let id = text(row, "Id")?;
        let mine = |who: &str| {
            let mut members = org.rows("GroupMember").filter(|(_, row)| !is_deleted(row));
            who == self.user
                || members.any(|(_, row)| {
                    text(row, "GroupId") == Some(who)
                        && text(row, "UserOrGroupId") == Some(&self.user)
                })
        };
        let own = org.rows(shares).filter(|(_, share)| {
            !is_deleted(share)
                && text(share, &parent) == Some(id)
                && text(share, "UserOrGroupId").is_some_and(mine)
        });
        own.filter_map(|(_, share)| text(share, &level)).max_by_key(|level| *level != "Read")
    }

    /// Whether the caller may delete a row that is there: its owner, or who may change all.
    pub(crate) fn deletes_row(&self, object: &Object, row: &Row) -> bool {
        let rights = self.on(object);
        rights.delete && (rights.modify_all || self.owns(row) || text(row, "OwnerId").is_none())
    }

    fn owns(&self, row: &Row) -> bool {
        text(row, "OwnerId").is_none_or(|owner| owner == self.user)
    }
}
