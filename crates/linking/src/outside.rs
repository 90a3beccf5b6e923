//! Records and views of CRMs elsewhere: looked at as whoever asks, with that person's own sign-in and never as the hub.
//!
//! What is documented (record linking, permissions): with Dynamics 365 a link takes the right to write the record and
//! the privileges on the table of links; files and channels are the workspace's to give. For Salesforce nothing is
//! published: whoever may update the record may link it, and undo the link, is our own choice.

mod circle;
mod feed;
pub(crate) mod people;
pub(crate) mod rows;

use std::sync::Arc;

use crm::{Crm, RecordRef, Rights, Table, Value, ViewRef};
use crm_connections::{CrmConnections, CrmSystem, SystemKind};
use kernel::{Coded as _, Permission, Scope};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Error, Link, Linking, Problem, Result, Subject,
    saga::problem,
    subject::{self, LINKS},
};

/// What somebody sees of the record of a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sight {
    /// It is theirs to read.
    Open,
    /// It is not, or it is not there.
    Closed,
    /// Nobody can tell before something is done about this: a sign-in that is missing or over, a data policy, a CRM that
    /// does not answer.
    Barred(Problem),
}

/// A record of a CRM elsewhere as somebody sees it there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The record, by the names that the CRM gives it.
    pub subject: Subject,
    /// Its name.
    pub name: String,
    /// What one of its table is called.
    pub table: String,
    /// What the CRM is called.
    pub crm: String,
}

/// Some fields of a record of a CRM elsewhere.
#[derive(Debug, Clone)]
pub struct There {
    /// What its table looks like to the reader.
    pub table: Arc<Table>,
    /// The record with the fields that were asked for.
    pub record: crm::Record,
}

/// A record of a CRM elsewhere that somebody may read, or a view there that they may use.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) system: CrmSystem,
    pub(crate) crm: Arc<dyn Crm>,
    pub(crate) table: Arc<Table>,
    /// As the CRM itself writes it; of a view the table that it lists, and its key.
    pub(crate) at: RecordRef,
    /// Its name, or what its table is called.
    pub(crate) name: String,
    /// Whether it is a view, and one that a person keeps there.
    pub(crate) view: Option<bool>,
}

impl Found {
    /// What is linked, by the names that the CRM gives it.
    pub(crate) fn subject(&self) -> Subject {
        match self.view {
            None => Subject::crm(self.system.id, &self.at.table, &self.at.id.0),
            Some(personal) => {
                Subject::crm_view(self.system.id, &self.at.table, (&self.at.id.0, personal))
            }
        }
    }

    /// What the person may do with it; a view needs no more than being one of theirs.
    pub(crate) async fn rights(&self) -> Result<Rights> {
        if self.view.is_some() {
            return Ok(Rights { read: true, write: true, ..Rights::default() });
        }
        self.crm.rights(&self.at).await.map_err(hidden)
    }
}

/// What is not there for a seller is not there.
pub(crate) fn hidden(error: crm::Error) -> Error {
    match error {
        crm::Error::NotFound | crm::Error::Deleted | crm::Error::ObjectHidden { .. } => {
            Error::Unknown
        }
        other => Error::Crm(other),
    }
}

/// Whether an error is one that the person alone can do something about: signing in, or asking who set the policy.
pub(crate) fn is_sign_in(error: &Error) -> bool {
    let (Error::Crm(_) | Error::Crms(_)) = error else { return false };
    let code = error.code().name();
    ["crm_connection.", "crm_sign_in.", "data_policy."].iter().any(|start| code.starts_with(start))
        || matches!(
            code,
            "crm.session_ended"
                | "crm.api_disabled"
                | "crm.scope_missing"
                | "crm_dataverse.no_member"
                | "crm_dataverse.no_role"
                | "crm_dataverse.user_disabled"
        )
}

impl Linking {
    /// Hands over the CRMs of sellers, once; false when that was done already. Without them records of CRMs elsewhere
    /// are not there.
    pub fn connect(&self, crms: CrmConnections) -> bool {
        self.crms.set(crms).is_ok()
    }

    pub(crate) fn crms(&self) -> Result<&CrmConnections> {
        self.crms.get().ok_or(Error::Unknown)
    }

    /// A person's place at a CRM.
    pub(crate) async fn at_crm(
        &self,
        scope: &Scope,
        system: Uuid,
    ) -> Result<(CrmSystem, Arc<dyn Crm>)> {
        match self.crms()?.at(scope, system).await {
            Err(crm_connections::Error::SystemNotFound) => Err(Error::Unknown),
            Err(crm_connections::Error::Denied(denied)) => Err(Error::Denied(denied)),
            Err(crm_connections::Error::PersonNeeded) => Err(Error::PersonNeeded),
            other => Ok(other?),
        }
    }

    /// Whether a CRM is Dynamics 365; [`Error::Unknown`] where the tenant has it no more.
    pub(crate) async fn is_dynamics(&self, scope: &Scope, system: Uuid) -> Result<bool> {
        match self.crms()?.kind(scope, system).await {
            Err(crm_connections::Error::SystemNotFound) => Err(Error::Unknown),
            other => Ok(other? == SystemKind::Dataverse),
        }
    }

    /// Looks a record of a CRM elsewhere up under the caller's rights there.
    pub(crate) async fn found(&self, scope: &Scope, of: &Subject) -> Result<Found> {
        if let Subject::CrmView { system, table, view, personal } = of {
            let at = ViewRef::new(table, view, *personal);
            return self.found_view(scope, *system, &at).await;
        }
        let Subject::Crm { system, table, record } = of else { return Err(Error::Unknown) };
        let (system, crm) = self.at_crm(scope, *system).await?;
        let table = crm.describe(table).await.map_err(hidden)?;
        let at = RecordRef::new(&table.name, record);
        let fields: Vec<String> = table.name_field.iter().cloned().collect();
        let found = crm.read(&at, &fields).await.map_err(hidden)?;
        let named = table.name_field.as_deref().and_then(|field| found.values.get(field));
        let name = match named {
            Some(Value::Text(name)) if !name.trim().is_empty() => name.clone(),
            _ => table.label.clone(),
        };
        Ok(Found { system, crm, table, at: found.at, name, view: None })
    }

    /// The same of a view.
    async fn found_view(&self, scope: &Scope, system: Uuid, at: &ViewRef) -> Result<Found> {
        let (system, crm) = self.at_crm(scope, system).await?;
        let table = crm.describe(&at.table).await.map_err(hidden)?;
        let found = crm.view(at).await.map_err(hidden)?;
        let named = !found.name.trim().is_empty();
        let name = if named { found.name } else { table.label.clone() };
        let view = Some(found.at.personal);
        let at = RecordRef { table: found.at.table, id: found.at.id };
        Ok(Found { system, crm, table, at, name, view })
    }

    /// A view of one of the tenant's CRMs, wherever it is; of the caller's own without a CRM named.
    ///
    /// # Errors
    /// As [`Linking::record_of`].
    pub async fn view_of(
        &self,
        scope: &Scope,
        system: Option<Uuid>,
        (table, view, personal): (&str, &str, bool),
    ) -> Result<Subject> {
        let system = match system {
            Some(system) => self.at_crm(scope, system).await?.0,
            None => self.crms()?.chosen(scope).await?,
        };
        match (system.kind, system.environment) {
            (SystemKind::Embedded, Some(environment)) => {
                let view = view.parse().map_err(|_none| Error::Unknown)?;
                Ok(Subject::View { environment, table: table.to_owned(), view, personal })
            }
            _ => Ok(Subject::crm_view(system.id, table, (view, personal))),
        }
    }

    /// A record of one of the tenant's CRMs, wherever it is; of the caller's own without a CRM named.
    ///
    /// # Errors
    /// [`Error::Unknown`] when there is no such CRM or the key is none, [`Error::Crms`] for who has no CRM,
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn record_of(
        &self,
        scope: &Scope,
        system: Option<Uuid>,
        (table, record): (&str, &str),
    ) -> Result<Subject> {
        let system = match system {
            Some(system) => self.at_crm(scope, system).await?.0,
            None => self.crms()?.chosen(scope).await?,
        };
        match (system.kind, system.environment) {
            (SystemKind::Embedded, Some(environment)) => {
                let record = record.parse().map_err(|_none| Error::Unknown)?;
                Ok(Subject::record(environment, table, record))
            }
            _ => Ok(Subject::crm(system.id, table, record)),
        }
    }

    /// Whether records of a CRM elsewhere are linked.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Crms`] for who does not set CRMs up, [`Error::Store`].
    pub async fn links_crm(&self, scope: &Scope, system: Uuid) -> Result<(CrmSystem, bool)> {
        let known = match self.crms()?.system(scope, system).await {
            Err(crm_connections::Error::SystemNotFound) => return Err(Error::Unknown),
            Err(crm_connections::Error::Denied(denied)) => return Err(Error::Denied(denied)),
            other => other?,
        };
        if known.kind == SystemKind::Embedded {
            // its environment has switches of its own
            return Err(Error::Unknown);
        }
        let links = self.setup.links_crm(scope, system).await.map_err(Error::Setup)?;
        Ok((known, links))
    }

    /// Says whether records of a CRM elsewhere are linked; for who sets CRMs up.
    ///
    /// # Errors
    /// As [`Linking::links_crm`].
    pub async fn link_crm(&self, scope: &Scope, system: Uuid, links: bool) -> Result<()> {
        self.links_crm(scope, system).await?;
        self.setup.link_crm(scope, system, links).await.map_err(Error::Setup)
    }

    /// A record or view under the caller's rights: as whoever keeps it writes it, and its name.
    pub(crate) async fn seen(&self, scope: &Scope, of: &Subject) -> Result<(Subject, String)> {
        if of.system().is_some() {
            let found = self.found(scope, of).await?;
            return Ok((found.subject(), found.name));
        }
        let session = self.session(scope, of.environment()).await?;
        let known = subject::known(&session, of).await?;
        Ok((of.clone(), known.name))
    }

    /// A record of a CRM elsewhere as the caller sees it there, for pages.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Crm`], [`Error::Crms`], [`Error::Denied`], [`Error::Store`].
    pub async fn shown(&self, scope: &Scope, of: &Subject) -> Result<Shown> {
        scope.require(Permission::RecordRead)?;
        let found = self.found(scope, of).await?;
        let (subject, table) = (found.subject(), found.table.label.clone());
        Ok(Shown { subject, name: found.name, table, crm: found.system.name })
    }

    /// Some fields of a record of a CRM elsewhere, with what its table looks like to the caller.
    ///
    /// # Errors
    /// As [`Linking::shown`].
    pub async fn read_there(
        &self,
        scope: &Scope,
        of: &Subject,
        fields: &[String],
    ) -> Result<There> {
        scope.require(Permission::RecordRead)?;
        let found = self.found(scope, of).await?;
        let record = if fields.is_empty() {
            crm::Record {
                at: found.at.clone(),
                version: None,
                values: crm::Values::new(),
                texts: std::collections::BTreeMap::new(),
            }
        } else {
            found.crm.read(&found.at, fields).await.map_err(hidden)?
        };
        Ok(There { table: found.table, record })
    }

    /// Whether the caller may change the record.
    ///
    /// # Errors
    /// As [`Linking::shown`].
    pub async fn may_change(&self, scope: &Scope, of: &Subject) -> Result<bool> {
        scope.require(Permission::RecordWrite)?;
        self.may_write(scope, of).await
    }

    /// Whether the record is one of Dynamics 365.
    ///
    /// # Errors
    /// [`Error::Unknown`] where the tenant has the CRM no more, [`Error::Store`].
    pub async fn is_of_dynamics(&self, scope: &Scope, of: &Subject) -> Result<bool> {
        let system = of.system().ok_or(Error::Unknown)?;
        self.is_dynamics(scope, system).await
    }

    /// What the caller sees of the record of a link, and what is to be done where nobody can tell.
    ///
    /// # Errors
    /// [`Error::Store`], and what keeps an environment of the hub's own from answering.
    pub async fn sight(&self, scope: &Scope, of: &Subject) -> Result<Sight> {
        if scope.require(Permission::RecordRead).is_err() {
            return Ok(Sight::Closed);
        }
        let seen = match of {
            Subject::Crm { .. } | Subject::CrmView { .. } => self.found(scope, of).await.map(drop),
            _ => return self.sees(scope, of).await,
        };
        match seen {
            Ok(()) => Ok(Sight::Open),
            Err(Error::Unknown | Error::Denied(_) | Error::PersonNeeded) => Ok(Sight::Closed),
            Err(error @ (Error::Crm(_) | Error::Crms(_))) => Ok(Sight::Barred(problem(&error))),
            Err(error) => Err(error),
        }
    }

    /// The same of an environment of the hub's own.
    async fn sees(&self, scope: &Scope, of: &Subject) -> Result<Sight> {
        let session = match self.session(scope, of.environment()).await {
            Ok(session) => session,
            Err(Error::Unknown | Error::Records(_)) => return Ok(Sight::Closed),
            Err(error) => return Err(error),
        };
        match subject::known(&session, of).await {
            Ok(_) => Ok(Sight::Open),
            Err(Error::Unknown | Error::Records(records::Error::Privilege { .. })) => {
                Ok(Sight::Closed)
            }
            Err(error) => Err(error),
        }
    }

    /// Whether the caller may change the record; a view needs no more than reading.
    pub(crate) async fn may_write(&self, scope: &Scope, of: &Subject) -> Result<bool> {
        if of.system().is_some() {
            return Ok(self.found(scope, of).await?.rights().await?.write);
        }
        let session = self.session(scope, of.environment()).await?;
        subject::known(&session, of).await?;
        subject::may_write(&session, of).await
    }

    /// What keeps the caller from making a link of a record that they see: the privileges on links where the CRM has
    /// them (documented), the right to update the record.
    pub(crate) async fn not_linked_because(&self, found: &Found) -> Result<Option<Error>> {
        if found.system.kind == SystemKind::Dataverse && !may_links(found).await?.create {
            return Ok(Some(Error::MayNotLink));
        }
        Ok((!found.rights().await?.write).then_some(Error::ReadOnly))
    }

    /// Whether the caller may undo a link of a record that they see: who may delete rows of links where the CRM has
    /// them (documented: there is no other way), else who may update the record. Nothing says who may change a list view
    /// of Salesforce: its links are their makers' to undo, and theirs who set CRMs up (our own choice).
    pub(crate) async fn may_undo(&self, scope: &Scope, link: &Link) -> Result<bool> {
        let found = self.found(scope, &link.subject).await?;
        if found.system.kind == SystemKind::Dataverse {
            return Ok(may_links(&found).await?.delete);
        }
        if found.view.is_some() {
            let own = scope.user() == Some(link.created_by);
            return Ok(own || Self::tends_crms(scope));
        }
        Ok(found.rights().await?.write)
    }

    /// Whether the caller sets CRMs up, and so cleans up behind records that are gone.
    pub(crate) fn tends_crms(scope: &Scope) -> bool {
        scope.may(Permission::DataPolicyManage) || scope.may(Permission::SalesManage)
    }
}

/// What somebody may do with rows of links in Dynamics 365; nothing where they are not there for them.
async fn may_links(found: &Found) -> Result<crm::Permissions> {
    match found.crm.permissions(LINKS).await {
        Err(crm::Error::ObjectHidden { .. }) => Ok(crm::Permissions::default()),
        other => Ok(other?),
    }
}
