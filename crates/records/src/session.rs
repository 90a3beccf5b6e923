//! One caller in one environment.

use std::{fmt, sync::Arc};

use identity::environments::Environment;
use kernel::{Scope, UserId};
use queries::Access;
use record_tables::{
    people::IMPERSONATE,
    registry::{State, Versions},
};
use tables::Model;
use uuid::Uuid;

use crate::{Error, Records, Result, access::Standing, snapshot::Snapshot};

/// One caller in one environment, as definitions and rights stand. Made for one request, cheap to clone.
#[derive(Clone)]
pub struct Session {
    pub(crate) records: Records,
    pub(crate) scope: Scope,
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) standing: Arc<Standing>,
    /// Who really calls, when on somebody's behalf.
    pub(crate) behind: Option<Behind>,
}

/// Who really calls.
#[derive(Debug, Clone)]
pub(crate) struct Behind {
    pub(crate) user: Uuid,
    pub(crate) version: Option<i64>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("environment", &self.snapshot.environment.id)
            .field("user", &self.standing.access.user)
            .finish_non_exhaustive()
    }
}

/// What System Customizers may: they come in during administration mode as System Administrators do.
const CUSTOMISE: &str = "prvWriteEntity";

impl Session {
    pub(crate) fn open(
        records: &Records,
        scope: &Scope,
        snapshot: Arc<Snapshot>,
        standing: Arc<Standing>,
    ) -> Result<Self> {
        let administrator = standing.access.administrator;
        match snapshot.registered.state {
            State::Ready | State::ReadOnly => {}
            State::Administration if administrator || standing.has(CUSTOMISE) => {}
            State::Administration => return Err(Error::AdministrationMode),
            State::Busy => return Err(Error::EnvironmentBusy),
            State::Deleted => {
                return Err(Error::NoEnvironment { name: snapshot.environment.name.clone() });
            }
        }
        let (records, scope) = (records.clone(), scope.clone());
        Ok(Self { records, scope, snapshot, standing, behind: None })
    }

    /// The environment.
    pub fn environment(&self) -> &Environment {
        &self.snapshot.environment
    }

    /// Its definitions.
    pub fn model(&self) -> &Arc<Model> {
        &self.snapshot.model
    }

    /// What the caller may do.
    pub fn access(&self) -> &Arc<Access> {
        &self.standing.access
    }

    /// Roles and privileges of the caller.
    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    /// The scope that it was made of.
    pub const fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The caller's `systemuserid`: the person's identifier in the tenant.
    pub fn user(&self) -> Uuid {
        self.standing.access.user
    }

    /// The caller's business unit.
    pub fn business_unit(&self) -> Uuid {
        self.standing.access.unit
    }

    /// The row of the organisation.
    pub fn organization(&self) -> Uuid {
        self.snapshot.registered.organization
    }

    /// The unit above all others.
    pub fn root_unit(&self) -> Uuid {
        self.snapshot.registered.root_unit
    }

    /// The number in the names of the environment's tables; for measures.
    pub fn number(&self) -> i64 {
        self.snapshot.number()
    }

    /// Where the caller's days begin.
    pub fn zone(&self) -> &jiff::tz::TimeZone {
        &self.standing.zone
    }

    /// Now, as the caller's calendar and the organisation's fiscal years have it.
    pub fn moment(&self) -> queries::Moment {
        queries::Moment {
            zone: self.standing.zone.clone(),
            fiscal_start: self.snapshot.fiscal_start,
            language: self.language(),
            ..queries::Moment::utc(self.records.0.clock.now())
        }
    }

    /// The caller's language, by its number.
    pub const fn language(&self) -> u16 {
        match self.scope.language() {
            kernel::Language::Fr => tables::FRENCH,
            kernel::Language::En => tables::ENGLISH,
        }
    }

    /// On behalf of somebody else (`MSCRMCallerID`): with what both may do. The caller needs the privilege
    /// `prvActOnBehalfOfAnotherUser`.
    ///
    /// # Errors
    /// [`Error::Privilege`] without it, [`Error::RowMissing`] when there is no such person.
    pub async fn as_user(&self, user: Uuid) -> Result<Self> {
        if !self.standing.has(IMPERSONATE) {
            return Err(Error::Privilege {
                privilege: IMPERSONATE.to_owned(),
                user: self.user(),
                table: "systemuser".to_owned(),
                code: 8,
            });
        }
        if user == self.user() {
            return Ok(self.clone());
        }
        let person = UserId::from(user);
        let theirs = self.records.standing(&self.scope, &self.snapshot, person).await;
        let theirs = theirs.map_err(|error| match error {
            Error::Identity(identity::Error::Unknown(_)) => {
                Error::RowMissing { table: "systemuser".to_owned(), key: user.to_string() }
            }
            other => other,
        })?;
        let access = Arc::new(theirs.access.restricted_by(&self.standing.access));
        let miscellaneous = theirs.miscellaneous.iter().copied();
        let miscellaneous = if self.standing.access.administrator {
            miscellaneous.collect()
        } else {
            miscellaneous.filter(|one| self.standing.miscellaneous.contains(one)).collect()
        };
        let (roles, version, zone) = (theirs.roles.clone(), theirs.version, theirs.zone.clone());
        let standing = Arc::new(Standing { access, miscellaneous, roles, version, zone });
        let behind = Behind { user: self.user(), version: self.standing.version };
        Ok(Self { standing, behind: Some(behind), ..self.clone() })
    }

    /// As [`Session::as_user`], by the identifier in the directory (`CallerObjectId`), which is the same here.
    ///
    /// # Errors
    /// As [`Session::as_user`].
    pub async fn as_directory_object(&self, id: Uuid) -> Result<Self> {
        self.as_user(id).await
    }

    /// The versions that the snapshots were made of; the rights of the system itself are always those of now.
    pub(crate) fn holds(&self, now: Versions) -> bool {
        let current = |version: Option<i64>| version.is_none_or(|version| version == now.access);
        now.model == self.snapshot.registered.model_version
            && current(self.standing.version)
            && self.behind.as_ref().is_none_or(|behind| current(behind.version))
    }

    /// The same caller with what holds now.
    pub(crate) async fn renewed(&self) -> Result<Self> {
        let environment = self.snapshot.environment.id;
        self.records.0.cache.forget(self.scope.tenant(), environment);
        let fresh = self.records.session_in(&self.scope, environment).await?;
        if self.behind.is_some() { Box::pin(fresh.as_user(self.user())).await } else { Ok(fresh) }
    }
}
