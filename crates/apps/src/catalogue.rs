//! The organisation's catalogue: what is in it, and how apps come to it.

use app_packages::{Capability, Finding, Level};
use db::Tx;
use jiff::Timestamp;
use kernel::{AppId, Cursor, CursorError, Limit, Page, Permission, Scope};
use serde_json::{Value as Json, json};
use uuid::Uuid;
use workspace::access;

use crate::{
    App, Apps, Entry, Error, Origin, Result, Version, VersionState,
    changes::{About, Step},
    intake::Taken,
    model::is_higher,
    store::{self, Shown, Wanted, versions},
};

/// Which lines of the catalogue are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Part of a name.
    pub search: String,
    /// Only apps that add this.
    pub capability: Option<Capability>,
    /// Also what waits, is blocked or withdrawn; for administrators.
    pub all: bool,
}

/// An icon as it is served: a PNG picture with pixels and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Icon {
    /// The picture.
    pub bytes: Vec<u8>,
}

impl Apps {
    /// The catalogue by name.
    ///
    /// # Errors
    /// [`Error::Denied`], also for [`Filter::all`] without the right to manage; [`Error::Cursor`].
    pub async fn catalogue(
        &self,
        scope: &Scope,
        filter: Filter,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Entry>> {
        scope.require(Permission::MessageRead)?;
        if filter.all {
            scope.require(Permission::AppManage)?;
        }
        let search: String = filter.search.chars().take(MAX_SEARCH_CHARS).collect();
        let wanted = Wanted {
            search: store::name_key(&search),
            capability: filter.capability,
            all: filter.all,
            after: after.map(position).transpose()?.unwrap_or((String::new(), Uuid::nil().into())),
        };
        let read = move |tx: &Tx<'_>| {
            let mut entries = Vec::new();
            for (app, key) in store::page(tx, &wanted, limit)? {
                entries.push((entry(tx, app)?, key));
            }
            Ok::<_, Error>(entries)
        };
        let rows = self.db.read(scope, read).await?;
        let cursor =
            |(entry, key): &(Entry, String)| Cursor::new(&format!("{}/{key}", entry.app.id));
        Ok(Page::cut(rows, limit, cursor).map(|(entry, _)| entry))
    }

    /// An app that the actor may know of: a published one, or an upload to a team that the actor sees. Who
    /// brought it, and administrators, also see what waits.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Denied`].
    pub async fn app(&self, scope: &Scope, id: AppId) -> Result<Entry> {
        scope.require(Permission::MessageRead)?;
        self.db.read(scope, move |tx| entry(tx, visible(tx, id)?)).await
    }

    /// Every version that is kept, the newest first; for who brought the app, and administrators.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Denied`].
    pub async fn versions(&self, scope: &Scope, id: AppId) -> Result<Vec<Version>> {
        scope.require(Permission::MessageRead)?;
        let read = move |tx: &Tx<'_>| {
            let app = visible(tx, id)?;
            if !is_insider(tx, &app) {
                return Err(Error::NotFound { app: id });
            }
            Ok(versions::list(tx, id)?)
        };
        self.db.read(scope, read).await
    }

    /// The package of a version, as it came; for who brought the app, and administrators.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::VersionNotFound`], [`Error::Denied`].
    pub async fn package(&self, scope: &Scope, id: AppId, number: i64) -> Result<Vec<u8>> {
        scope.require(Permission::MessageRead)?;
        let missing = move || Error::VersionNotFound { app: id, number };
        let read = move |tx: &Tx<'_>| {
            let app = visible(tx, id)?;
            if !is_insider(tx, &app) {
                return Err(Error::NotFound { app: id });
            }
            let version = versions::lookup(tx, id, number)?.ok_or_else(missing)?;
            store::file(tx, &version.package)?.ok_or_else(missing)
        };
        self.db.read(scope, read).await
    }

    /// An icon of an app by its hash.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Denied`].
    pub async fn icon(&self, scope: &Scope, id: AppId, hash: &str) -> Result<Icon> {
        scope.require(Permission::MessageRead)?;
        let hash = hash.to_owned();
        let read = move |tx: &Tx<'_>| {
            visible(tx, id)?;
            let missing = || Error::NotFound { app: id };
            if hash.is_empty() || !versions::has_icon(tx, id, &hash)? {
                return Err(missing());
            }
            Ok(Icon { bytes: store::file(tx, &hash)?.ok_or_else(missing)? })
        };
        self.db.read(scope, read).await
    }

    /// Submits a package to the catalogue: a new app, or a higher version of one that is there. An
    /// administrator decides about it.
    ///
    /// # Errors
    /// [`Error::Refused`] on the level publish, [`Error::VersionNotHigher`], [`Error::OtherApp`] when
    /// `update` names another one, [`Error::Blocked`], [`Error::TooMany`], [`Error::QuotaExceeded`].
    pub async fn submit(
        &self,
        scope: &Scope,
        zip: Vec<u8>,
        update: Option<AppId>,
    ) -> Result<(Entry, Vec<Finding>)> {
        scope.require(Permission::AppInstall)?;
        if let Some(id) = update {
            self.db.read(scope, move |tx| visible(tx, id).map(drop)).await?;
        }
        let taken = self.take(scope, zip, Level::Publish).await?;
        let findings = taken.findings.clone();
        let (step, fresh) = (self.step(), self.ids.fresh());
        let settings = self.settings;
        let submit = move |tx: &Tx<'_>| {
            let present = match update {
                Some(id) => Some(visible(tx, id)?),
                None => store::find_by_manifest(tx, &taken.manifest_id)?,
            };
            if present.is_none()
                && store::count(tx, None)? >= i64::from(settings.max_catalogue_apps)
            {
                return Err(Error::TooMany { limit: settings.max_catalogue_apps });
            }
            let app = match present {
                Some(app) if app.origin != Origin::Catalogue => {
                    return Err(Error::NotPublished { app: app.id });
                }
                Some(app) => app,
                None => {
                    let app = new_app(fresh, &taken, Origin::Catalogue, (tx.scope(), step.at));
                    store::insert(tx, &app, shown(&taken.about, &taken.about.capability_words()))?;
                    app
                }
            };
            let app = add_version(tx, app, &taken, (VersionState::Submitted, step, settings))?;
            entry(tx, app)
        };
        Ok((self.db.write(scope, submit).await?, findings))
    }

    pub(crate) fn step(&self) -> Step {
        Step { event: self.ids.fresh(), at: self.clock.now() }
    }
}

/// The name and the words that lists look for.
pub(crate) fn shown<'a>(about: &'a crate::About, capabilities: &'a str) -> Shown<'a> {
    Shown { name: &about.en.name, capabilities }
}

pub(crate) fn new_app(
    id: AppId,
    taken: &Taken,
    origin: Origin,
    (scope, at): (&Scope, Timestamp),
) -> App {
    App {
        id,
        manifest_id: taken.manifest_id.clone(),
        origin,
        team: None,
        current: None,
        is_blocked: false,
        is_offered: false,
        is_withdrawn: false,
        created_by: scope.user(),
        created_at: at,
        updated_at: at,
        source: None,
    }
}

/// Adds a version to an app, under the rules: the same app, a higher version, not blocked, room left.
pub(crate) fn add_version(
    tx: &Tx<'_>,
    app: App,
    taken: &Taken,
    (state, step, settings): (VersionState, Step, crate::Settings),
) -> Result<App> {
    if app.manifest_id != taken.manifest_id {
        return Err(Error::OtherApp {
            expected: app.manifest_id,
            offered: taken.manifest_id.clone(),
        });
    }
    if app.is_blocked {
        return Err(Error::Blocked { app: app.id });
    }
    let newest = versions::newest(tx, app.id)?;
    let highest = versions::list(tx, app.id)?;
    let highest = highest.iter().find(|version| version.state != VersionState::Rejected);
    if let Some(present) = highest
        && !is_higher(&present.version, &taken.version)
    {
        return Err(Error::VersionNotHigher {
            present: present.version.clone(),
            offered: taken.version.clone(),
        });
    }
    let files = [Some(&taken.package), taken.color.as_ref(), taken.outline.as_ref()];
    for file in files.into_iter().flatten() {
        store::keep_file(tx, file, step.at)?;
    }
    let limit_bytes = settings.quota_bytes;
    if u64::try_from(store::used_bytes(tx)?).unwrap_or(u64::MAX) > limit_bytes {
        return Err(Error::QuotaExceeded { limit_bytes });
    }
    let version = Version {
        number: newest.map_or(1, |newest| newest.number + 1),
        version: taken.version.clone(),
        state,
        about: taken.about.clone(),
        package: taken.package.hash.clone(),
        color_icon: Taken::hash_of(taken.color.as_ref()).to_owned(),
        outline_icon: Taken::hash_of(taken.outline.as_ref()).to_owned(),
        submitted_by: tx.scope().user(),
        submitted_at: step.at,
        decided_by: None,
        decided_at: None,
        reason: None,
    };
    versions::insert(tx, app.id, &version)?;
    // What lists show is the current version's; there is none yet, or this is it.
    let is_current = app.current.is_none() || state == VersionState::Published;
    let current = if state == VersionState::Published { Some(version.number) } else { app.current };
    let app = App { current, updated_at: step.at, ..app };
    if is_current {
        let words = version.about.capability_words();
        store::update(tx, &app, shown(&version.about, &words))?;
    }
    versions::prune(tx, app.id, app.current, settings.kept_versions)?;
    let action = match app.origin {
        Origin::Upload => "app.upload",
        Origin::Catalogue => "app.submit",
        Origin::Offer => "app.receive",
    };
    let about = About { app: app.id, team: app.team, number: Some(version.number) };
    step.tell(tx, action, about, (None, Some(document(&version))))?;
    Ok(app)
}

/// A version in the audit.
pub(crate) fn document(version: &Version) -> Json {
    json!({
        "name": version.about.en.name,
        "version": version.version,
        "number": version.number,
        "state": version.state.as_str(),
        "package": version.package,
    })
}

/// The app with the version to show and what waits.
pub(crate) fn entry(tx: &Tx<'_>, app: App) -> Result<Entry> {
    let missing = || db::Error::Inconsistent { column: 0, expected: "a version of the app" };
    let all = versions::list(tx, app.id)?;
    let waits = |it: &&Version| it.state < VersionState::Published && Some(it.number) > app.current;
    let waiting = all.iter().find(waits).map(|it| it.number);
    let current = all.iter().find(|it| Some(it.number) == app.current);
    let version = current.or(all.first()).cloned().ok_or_else(missing)?;
    let insider = is_insider(tx, &app);
    Ok(Entry { app, version, waiting: waiting.filter(|_| insider) })
}

/// The app, if the actor may know of it.
pub(crate) fn visible(tx: &Tx<'_>, id: AppId) -> Result<App> {
    let missing = || Error::NotFound { app: id };
    let app = store::lookup(tx, id)?.ok_or_else(missing)?;
    let may = match app.team {
        Some(team) => access::team(tx, team).is_ok_and(|access| access.rights.read),
        None => is_insider(tx, &app) || (app.current.is_some() && !app.is_blocked),
    };
    if may { Ok(app) } else { Err(missing()) }
}

/// Who brought it, and administrators.
fn is_insider(tx: &Tx<'_>, app: &App) -> bool {
    let scope = tx.scope();
    scope.may(Permission::AppManage) || (app.created_by.is_some() && app.created_by == scope.user())
}

fn position(cursor: &Cursor) -> Result<(String, AppId)> {
    let key = cursor.key()?;
    let (id, name) = key.split_once('/').ok_or(CursorError)?;
    Ok((name.to_owned(), id.parse().map_err(|_source| CursorError)?))
}

/// Longest part of a name that is looked for.
const MAX_SEARCH_CHARS: usize = 100;
