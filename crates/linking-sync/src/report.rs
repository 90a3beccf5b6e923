//! What was found, for administrators.

use db::Tx;
use event_log::{Change, Subject as Audited};
use jiff::Timestamp;
use kernel::{EnvironmentId, Permission, Scope};
use linking::{Link, LinkId, State};
use records::{Condition, Delete, Operation, Reference};
use serde_json::json;
use uuid::Uuid;
use workspace_port::{NewTab, Place, Role};

use crate::{Error, LinkingSync, Result, life::Trouble, store};

mod table;

/// What somebody has to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The identifier.
    pub id: Uuid,
    /// Where.
    pub environment: EnvironmentId,
    /// The link, where it is about one.
    pub link: Option<LinkId>,
    /// What.
    pub trouble: Trouble,
    /// What it is about: a link, a row, a place.
    pub subject: String,
    /// What else there is to say: the names of record and channel.
    pub detail: String,
    /// When it was found.
    pub found_at: Timestamp,
    /// When it was seen to be no more.
    pub mended_at: Option<Timestamp>,
}

/// What is known about the links of an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What is not mended, oldest first, at most 1,000.
    pub findings: Vec<Finding>,
    /// When all links were last looked at.
    pub walked_at: Option<Timestamp>,
    /// Whether they are looked at just now.
    pub walking: bool,
    /// How many links the last walk saw, of the whole tenant.
    pub seen: u64,
}

/// What became of a repair of everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Repaired {
    /// How many were mended.
    pub mended: u64,
    /// How many are still to be looked at.
    pub left: u64,
}

impl LinkingSync {
    /// What is known about the links of an environment.
    ///
    /// # Errors
    /// [`Error::AdministratorNeeded`], [`Error::Records`] when there is no such environment for the caller.
    pub async fn report(&self, scope: &Scope, environment: EnvironmentId) -> Result<Report> {
        self.administrator(scope, environment).await?;
        let read = move |tx: &Tx<'_>| -> db::Result<Report> {
            let walk = store::walk(tx)?;
            Ok(Report {
                findings: store::findings(tx, environment)?,
                walked_at: walk.ended,
                walking: walk.walking,
                seen: u64::try_from(walk.seen).unwrap_or(0),
            })
        };
        Ok(self.parts.db.read(scope, read).await?)
    }

    /// Has every link looked at now, in the background.
    ///
    /// # Errors
    /// As [`LinkingSync::report`].
    pub async fn reconcile(&self, scope: &Scope, environment: EnvironmentId) -> Result<()> {
        scope.require(Permission::RecordWrite)?;
        self.administrator(scope, environment).await?;
        let now = self.now();
        Ok(self.parts.db.write(scope, move |tx: &Tx<'_>| store::begin_walk(tx, now)).await?)
    }

    /// Mends what was found, as far as the hub can: a tab is put back, the owner of the record becomes owner of the
    /// place, a row without a link goes, and so does a link whose channel is gone.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::AdministratorNeeded`], [`Error::NotMendable`], [`Error::Workspace`].
    pub async fn repair(&self, scope: &Scope, finding: Uuid) -> Result<()> {
        scope.require(Permission::RecordWrite)?;
        let found = self.parts.db.read_one(scope, move |tx| store::found(tx, finding)).await?;
        let found = found.filter(|found| found.mended_at.is_none()).ok_or(Error::Unknown)?;
        self.administrator(scope, found.environment).await?;
        let root = self.root(scope.tenant());
        let link = match found.link {
            Some(link) => self.known(&root, link).await?,
            None => None,
        };
        match (found.trouble, link) {
            (Trouble::TabGone, Some(link)) => self.put_tab(&root, &link).await?,
            (Trouble::ChannelGone, Some(link)) => self.end(&root, &link).await?,
            (Trouble::OwnerLeft, Some(link)) => self.give_owner(&root, &link).await?,
            (Trouble::RowWithoutLink, _) => self.drop_row(&root, &found).await?,
            _ => return Err(Error::NotMendable),
        }
        let now = self.now();
        let write = move |tx: &Tx<'_>| {
            store::mended(tx, (found.trouble, &found.subject), now)?;
            event_log::audit(
                tx,
                &Change {
                    action: "linking.repair",
                    subject: Audited::new("environment", found.environment),
                    before: Some(json!({ "trouble": found.trouble.as_str() })),
                    after: Some(json!({ "subject": found.subject })),
                    at: now,
                },
            )
        };
        Ok(self.parts.db.write(scope, write).await?)
    }

    /// Mends all that the hub can mend of what was found in an environment, as [`LinkingSync::repair`] does one by one.
    /// What fails stays in the report.
    ///
    /// # Errors
    /// As [`LinkingSync::report`]; and what would fail for every further one, such as a store that is full.
    pub async fn repair_all(&self, scope: &Scope, environment: EnvironmentId) -> Result<Repaired> {
        scope.require(Permission::RecordWrite)?;
        let report = self.report(scope, environment).await?;
        let mut done = Repaired::default();
        for found in report.findings {
            if !found.trouble.can_be_mended() {
                done.left += 1;
                continue;
            }
            match self.repair(scope, found.id).await {
                Ok(()) => done.mended += 1,
                // somebody was faster
                Err(Error::Unknown) => {}
                Err(error @ Error::Store(_)) => return Err(error),
                Err(error) => {
                    let error: &dyn std::error::Error = &error;
                    tracing::info!(error, finding.id = %found.id, "linking_sync.repair_failed");
                    done.left += 1;
                }
            }
        }
        Ok(done)
    }

    async fn put_tab(&self, root: &Scope, link: &Link) -> Result<()> {
        let wrong = |_error| Error::NotMendable;
        let content = self.parts.base.join(&format!("linked/{}", link.id)).map_err(wrong)?;
        let name: String = link.subject_name.chars().take(128).collect();
        let tab = NewTab { name, entity: link.id.to_string(), content, website: None };
        let jobs = self.parts.workspaces.jobs(root.tenant()).await?;
        jobs.put_tab(&link.channel, &tab).await?;
        Ok(())
    }

    async fn give_owner(&self, root: &Scope, link: &Link) -> Result<()> {
        let (_, circle) = self.record(root, link, true).await?;
        let owner = circle.owner.ok_or(Error::NotMendable)?;
        let jobs = self.parts.workspaces.jobs(root.tenant()).await?;
        let person = self.person_at(root, (link.workspace, &*jobs), owner).await?;
        let person = person.ok_or(Error::NotMendable)?;
        let place = Place::Team(link.team.clone());
        jobs.put_member(&place, &person.id, Role::Owner).await?;
        Ok(())
    }

    async fn drop_row(&self, root: &Scope, found: &Finding) -> Result<()> {
        let row: Uuid = found.subject.parse().map_err(|_wrong| Error::Unknown)?;
        let session = self.session(root, found.environment).await?;
        let row = Reference::id(ROWS, row);
        let delete = Operation::Delete(Delete { row, condition: Condition::None });
        match session.one(delete).await {
            Ok(_) | Err(records::Error::RowMissing { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// A new finding about a link, a row or a place.
    pub(crate) fn finding(
        &self,
        (environment, link): (EnvironmentId, Option<LinkId>),
        trouble: Trouble,
        subject: &dyn std::fmt::Display,
    ) -> Finding {
        Finding {
            id: self.parts.ids.fresh(),
            environment,
            link,
            trouble,
            subject: subject.to_string(),
            detail: String::new(),
            found_at: self.now(),
            mended_at: None,
        }
    }

    /// The same about a link, with the names of record and channel.
    pub(crate) fn about_link(&self, link: &Link, trouble: Trouble) -> Finding {
        let mut finding =
            self.finding((link.subject.environment(), Some(link.id)), trouble, &link.id);
        finding.detail =
            format!("{} · {} › {}", link.subject_name, link.team_name, link.channel_name);
        finding
    }
}

/// Whether a link lives on by itself.
pub(crate) const fn is_live(link: &Link) -> bool {
    !matches!(link.state, State::Pending | State::Unlinking | State::Unlinked)
}

/// The table of the rows that links stand behind.
pub(crate) const ROWS: &str = "msdyn_teamscollaboration";
