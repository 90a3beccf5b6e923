//! What people see of links.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use db::Tx;
use kernel::{Cursor, EnvironmentId, Limit, Page, Permission, Scope, UserId};
use uuid::Uuid;
use workspace_port::ChannelId;

use crate::{
    Error, HistoryEntry, Link, LinkFilter, LinkId, Linking, Result, Subject, store, subject,
};

impl Linking {
    /// The links of a record or view, the oldest first; for who may read it.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Denied`], [`Error::Records`], [`Error::Store`].
    pub async fn links_of(&self, scope: &Scope, of: &Subject) -> Result<Vec<Link>> {
        scope.require(Permission::RecordRead)?;
        let (of, _) = self.seen(scope, of).await?;
        self.live(scope, &of).await
    }

    pub(crate) async fn live(&self, scope: &Scope, of: &Subject) -> Result<Vec<Link>> {
        let (environment, id) = (of.environment(), of.id());
        let table = of.table().to_owned();
        let most = self.settings.links_per_record;
        let find = move |tx: &Tx<'_>| store::of_subject(tx, environment, (&table, id), most);
        let found = self.db.read_one(scope, find).await?;
        Ok(found.into_iter().map(|job| job.link).collect())
    }

    /// The links of a channel, the oldest first; for who is in the channel. What the caller may not read has no name.
    ///
    /// # Errors
    /// [`Error::Workspace`] for who is not in the channel, [`Error::Denied`], [`Error::Store`].
    pub async fn links_in(&self, scope: &Scope, channel: &ChannelId) -> Result<Vec<Link>> {
        scope.require(Permission::ProfileRead)?;
        let place = self.workspaces.of(scope).await?;
        place.channel(channel).await?;
        let kind = self.workspaces.kind(scope);
        let asked = channel.clone();
        let most = self.settings.links_per_channel;
        let find =
            move |tx: &Tx<'_>| store::in_place(tx, kind, (&asked.team, Some(&asked.id)), most);
        let found = self.db.read_one(scope, find).await?;
        let mut links: Vec<Link> = found.into_iter().map(|job| job.link).collect();
        let mut tables: BTreeMap<(EnvironmentId, String), BTreeSet<Uuid>> = BTreeMap::new();
        let mut outside: HashMap<LinkId, String> = HashMap::new();
        for link in &links {
            if link.subject.system().is_some() {
                // as many as a channel has links of CRMs elsewhere; each answers for whoever asks
                if let Ok((_, name)) = self.seen(scope, &link.subject).await {
                    outside.insert(link.id, name);
                }
                continue;
            }
            let table = link.subject.own_table().to_owned();
            let key = (link.subject.environment(), table);
            tables.entry(key).or_default().insert(link.subject.id());
        }
        let mut names: HashMap<Uuid, String> = HashMap::new();
        for ((environment, table), ids) in tables {
            let session = match self.session(scope, environment).await {
                Ok(session) => session,
                Err(Error::Unknown | Error::Denied(_) | Error::Records(_)) => continue,
                Err(error) => return Err(error),
            };
            let ids: Vec<Uuid> = ids.into_iter().collect();
            names.extend(subject::names(&session, &table, &ids).await?);
        }
        for link in &mut links {
            let name = match link.subject.system() {
                Some(_) => outside.get(&link.id),
                None => names.get(&link.subject.id()),
            };
            link.subject_name = name.cloned().unwrap_or_default();
        }
        Ok(links)
    }

    /// The links of an environment, the latest first; for its System Administrators.
    ///
    /// # Errors
    /// [`Error::Unknown`] for everybody else, [`Error::Cursor`], [`Error::Store`].
    pub async fn links(
        &self,
        scope: &Scope,
        environment: EnvironmentId,
        filter: LinkFilter,
        (after, limit): (Option<Cursor>, Limit),
    ) -> Result<Page<Link>> {
        scope.require(Permission::RecordRead)?;
        let session = self.session(scope, environment).await?;
        if !session.access().administrator {
            return Err(Error::Unknown);
        }
        let before = match after {
            Some(cursor) => Some(cursor.parse::<Uuid>()?),
            None => None,
        };
        let list = move |tx: &Tx<'_>| store::list(tx, environment, filter, (before, limit.probe()));
        let found = self.db.read_one(scope, list).await?;
        let links = found.into_iter().map(|job| job.link).collect();
        Ok(Page::cut(links, limit, |last: &Link| Cursor::new(&last.id.to_string())))
    }

    /// The links of a CRM elsewhere, the latest first, without the names of records: the CRM shows those to whom it will.
    /// For who sets CRMs up.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Denied`], [`Error::Cursor`], [`Error::Store`].
    pub async fn links_of_crm(
        &self,
        scope: &Scope,
        system: Uuid,
        (filter, (after, limit)): (LinkFilter, (Option<Cursor>, Limit)),
    ) -> Result<Page<Link>> {
        self.links_crm(scope, system).await?;
        let before = match after {
            Some(cursor) => Some(cursor.parse::<Uuid>()?),
            None => None,
        };
        let place = EnvironmentId::from(system);
        let list = move |tx: &Tx<'_>| store::list(tx, place, filter, (before, limit.probe()));
        let found = self.db.read_one(scope, list).await?;
        let nameless = |job: store::Job| Link { subject_name: String::new(), ..job.link };
        let links = found.into_iter().map(nameless).collect();
        Ok(Page::cut(links, limit, |last: &Link| Cursor::new(&last.id.to_string())))
    }

    /// One link; for who may read the record, or is in the channel. Who is only in the channel sees no name of the
    /// record.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Denied`], [`Error::Store`].
    pub async fn link_by_id(&self, scope: &Scope, id: LinkId) -> Result<Link> {
        scope.require(Permission::ProfileRead)?;
        let mut link = self.job(scope, id).await?.link;
        if self.may_read(scope, &link.subject).await? {
            return Ok(link);
        }
        if !link.channel.id.is_empty() {
            let place = self.workspaces.of(scope).await?;
            if place.channel(&link.channel).await.is_ok() {
                link.subject_name.clear();
                return Ok(link);
            }
        }
        Err(Error::Unknown)
    }

    /// What happened to a link, the latest first; for who may read the record.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Denied`], [`Error::Store`].
    pub async fn history(&self, scope: &Scope, id: LinkId) -> Result<Vec<HistoryEntry>> {
        scope.require(Permission::RecordRead)?;
        let link = self.job(scope, id).await?.link;
        if !self.may_read(scope, &link.subject).await? {
            return Err(Error::Unknown);
        }
        let mut all = self.db.read_one(scope, move |tx| store::history(tx, id)).await?;
        let user = |actor: &str| actor.strip_prefix("user:")?.parse::<UserId>().ok();
        let mut ids: Vec<UserId> = all.iter().filter_map(|one| user(&one.actor)).collect();
        ids.sort_unstable();
        ids.dedup();
        let root = self.scopes.scope(scope.tenant(), "linking");
        let people = self.identity.people(&root, &ids).await?;
        for entry in &mut all {
            let known = people.iter().find(|one| user(&entry.actor) == Some(one.id));
            if let Some(person) = known {
                entry.actor.clone_from(&person.display_name);
            }
        }
        Ok(all)
    }

    pub(crate) async fn may_read(&self, scope: &Scope, of: &Subject) -> Result<bool> {
        Ok(self.sight(scope, of).await? == crate::Sight::Open)
    }
}
