//! Statements on apps, versions and files.

pub(crate) mod installs;
pub(crate) mod policies;
pub(crate) mod versions;

use app_packages::Capability;
use db::{Result, Row, Tx, Value};
use kernel::{AppId, Limit, TeamId, TenantId};

use crate::{App, Origin, intake::Stored};

const COLUMNS: &str = "id, manifest_id, origin, team_id, current, blocked, offered, withdrawn, \
                       created_by, created_at, updated_at, source_tenant, source_app";

fn app(row: &Row) -> Result<App> {
    let source: (Option<TenantId>, Option<AppId>) = (row.maybe_id(11)?, row.maybe_id(12)?);
    Ok(App {
        id: row.id(0)?,
        manifest_id: row.get(1)?,
        origin: row.parsed(2, Origin::parse)?,
        team: row.maybe_id(3)?,
        current: row.get(4)?,
        is_blocked: row.get(5)?,
        is_offered: row.get(6)?,
        is_withdrawn: row.get(7)?,
        created_by: row.maybe_id(8)?,
        created_at: row.get(9)?,
        updated_at: row.get(10)?,
        source: source.0.zip(source.1),
    })
}

/// What lists show and look for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shown<'a> {
    pub(crate) name: &'a str,
    pub(crate) capabilities: &'a str,
}

pub(crate) fn insert(tx: &Tx<'_>, app: &App, shown: Shown<'_>) -> Result<()> {
    const SQL: &str = "INSERT INTO apps (tenant_id, id, manifest_id, origin, team_id, current, blocked, \
                       offered, withdrawn, created_by, created_at, updated_at, source_tenant, \
                       source_app, name_key, capabilities) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    tx.execute(SQL, &columns(tx, app, shown)).map(drop)
}

pub(crate) fn update(tx: &Tx<'_>, app: &App, shown: Shown<'_>) -> Result<()> {
    const SQL: &str = "UPDATE apps SET manifest_id = $3, origin = $4, team_id = $5, current = $6, \
                       blocked = $7, offered = $8, withdrawn = $9, created_by = $10, \
                       created_at = $11, updated_at = $12, source_tenant = $13, source_app = $14, \
                       name_key = $15, capabilities = $16 WHERE tenant_id = $1 AND id = $2";
    tx.execute(SQL, &columns(tx, app, shown)).map(drop)
}

fn columns<'a>(tx: &Tx<'_>, app: &'a App, shown: Shown<'a>) -> [Value<'a>; 16] {
    [
        tx.tenant().into(),
        app.id.into(),
        (&app.manifest_id).into(),
        app.origin.as_str().into(),
        app.team.into(),
        app.current.into(),
        app.is_blocked.into(),
        app.is_offered.into(),
        app.is_withdrawn.into(),
        app.created_by.into(),
        app.created_at.into(),
        app.updated_at.into(),
        app.source.map(|(tenant, _)| tenant).into(),
        app.source.map(|(_, app)| app).into(),
        name_key(shown.name).into(),
        shown.capabilities.into(),
    ]
}

/// How names are compared.
pub(crate) fn name_key(name: &str) -> String {
    name.trim().to_lowercase()
}

pub(crate) fn lookup(tx: &Tx<'_>, id: AppId) -> Result<Option<App>> {
    let sql = ["SELECT ", COLUMNS, " FROM apps WHERE tenant_id = $1 AND id = $2"].concat();
    tx.first(&sql, &[tx.tenant().into(), id.into()])?.as_ref().map(app).transpose()
}

/// The catalogue's app of a manifest.
pub(crate) fn find_by_manifest(tx: &Tx<'_>, manifest: &str) -> Result<Option<App>> {
    let sql = [
        "SELECT ",
        COLUMNS,
        " FROM apps WHERE tenant_id = $1 AND manifest_id = $2 AND team_id IS NULL",
    ]
    .concat();
    tx.first(&sql, &[tx.tenant().into(), manifest.into()])?.as_ref().map(app).transpose()
}

/// A team's upload of a manifest.
pub(crate) fn find_upload(tx: &Tx<'_>, team: TeamId, manifest: &str) -> Result<Option<App>> {
    let sql = [
        "SELECT ",
        COLUMNS,
        " FROM apps WHERE tenant_id = $1 AND manifest_id = $2 AND team_id = $3",
    ]
    .concat();
    let params = [tx.tenant().into(), manifest.into(), team.into()];
    tx.first(&sql, &params)?.as_ref().map(app).transpose()
}

/// Everything that the operator offers from this tenant.
pub(crate) fn offered(tx: &Tx<'_>) -> Result<Vec<App>> {
    let sql =
        ["SELECT ", COLUMNS, " FROM apps WHERE tenant_id = $1 AND offered = TRUE ORDER BY id"]
            .concat();
    tx.all(&sql, &[tx.tenant().into()])?.iter().map(app).collect()
}

/// Everything that was offered to this tenant.
pub(crate) fn offers(tx: &Tx<'_>) -> Result<Vec<App>> {
    let sql =
        ["SELECT ", COLUMNS, " FROM apps WHERE tenant_id = $1 AND origin = 'offer' ORDER BY id"]
            .concat();
    tx.all(&sql, &[tx.tenant().into()])?.iter().map(app).collect()
}

/// Which lines of the catalogue are asked for.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// Part of a name, as compared.
    pub(crate) search: String,
    pub(crate) capability: Option<Capability>,
    /// Also what nobody may install.
    pub(crate) all: bool,
    pub(crate) after: (String, AppId),
}

pub(crate) fn page(tx: &Tx<'_>, wanted: &Wanted, limit: Limit) -> Result<Vec<(App, String)>> {
    const WHERE: &str = ", name_key FROM apps WHERE tenant_id = $1 AND team_id IS NULL \
                         AND (name_key > $2 OR (name_key = $2 AND id > $3)) \
                         AND name_key LIKE $4 ESCAPE '!' AND capabilities LIKE $5 ESCAPE '!' \
                         AND ($6 = TRUE OR (blocked = FALSE AND withdrawn = FALSE \
                                            AND current IS NOT NULL)) \
                         ORDER BY name_key, id LIMIT $7";
    let capability = wanted
        .capability
        .map_or_else(|| "%".to_owned(), |it| format!("% {} %", it.as_str().replace('_', "!_")));
    let params = [
        tx.tenant().into(),
        (&wanted.after.0).into(),
        wanted.after.1.into(),
        containing(&wanted.search).into(),
        capability.into(),
        wanted.all.into(),
        limit.probe().into(),
    ];
    let rows = tx.all(&["SELECT ", COLUMNS, WHERE].concat(), &params)?;
    rows.iter().map(|row| Ok((app(row)?, row.get(13)?))).collect()
}

/// A pattern for texts that contain `part`.
fn containing(part: &str) -> String {
    let escaped = part.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{escaped}%")
}

/// How many apps the catalogue has, or were uploaded to a team.
pub(crate) fn count(tx: &Tx<'_>, team: Option<TeamId>) -> Result<i64> {
    const CATALOGUE: &str = "SELECT COUNT(*) FROM apps WHERE tenant_id = $1 AND team_id IS NULL";
    const TEAM: &str = "SELECT COUNT(*) FROM apps WHERE tenant_id = $1 AND team_id = $2";
    let row = match team {
        None => tx.first(CATALOGUE, &[tx.tenant().into()])?,
        Some(team) => tx.first(TEAM, &[tx.tenant().into(), team.into()])?,
    };
    row.map_or(Ok(0), |row| row.get(0))
}

pub(crate) fn delete(tx: &Tx<'_>, id: AppId) -> Result<()> {
    const TABLES: [&str; 4] = [
        "DELETE FROM app_installations WHERE tenant_id = $1 AND app_id = $2",
        "DELETE FROM setup_policy_apps WHERE tenant_id = $1 AND app_id = $2",
        "DELETE FROM app_versions WHERE tenant_id = $1 AND app_id = $2",
        "DELETE FROM apps WHERE tenant_id = $1 AND id = $2",
    ];
    for sql in TABLES {
        tx.execute(sql, &[tx.tenant().into(), id.into()])?;
    }
    sweep_files(tx)
}

/// Keeps bytes, once.
pub(crate) fn keep_file(tx: &Tx<'_>, file: &Stored, at: jiff::Timestamp) -> Result<()> {
    const SQL: &str = "INSERT INTO app_files (tenant_id, hash, size, bytes, created_at) \
                       VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tenant_id, hash) DO NOTHING";
    let size = i64::try_from(file.bytes.len()).unwrap_or(i64::MAX);
    let params = [
        tx.tenant().into(),
        (&file.hash).into(),
        size.into(),
        file.bytes.as_slice().into(),
        at.into(),
    ];
    tx.execute(SQL, &params).map(drop)
}

pub(crate) fn file(tx: &Tx<'_>, hash: &str) -> Result<Option<Vec<u8>>> {
    const SQL: &str = "SELECT bytes FROM app_files WHERE tenant_id = $1 AND hash = $2";
    tx.first(SQL, &[tx.tenant().into(), hash.into()])?.map(|row| row.get(0)).transpose()
}

/// Bytes that the tenant's packages and icons have together.
pub(crate) fn used_bytes(tx: &Tx<'_>) -> Result<i64> {
    const SQL: &str =
        "SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM app_files WHERE tenant_id = $1";
    tx.first(SQL, &[tx.tenant().into()])?.map_or(Ok(0), |row| row.get(0))
}

/// Deletes bytes that no version names any more.
pub(crate) fn sweep_files(tx: &Tx<'_>) -> Result<()> {
    const SQL: &str = "DELETE FROM app_files WHERE tenant_id = $1 AND hash NOT IN \
                       (SELECT package_hash FROM app_versions WHERE tenant_id = $1 \
                        UNION SELECT color_hash FROM app_versions WHERE tenant_id = $1 \
                        UNION SELECT outline_hash FROM app_versions WHERE tenant_id = $1)";
    tx.execute(SQL, &[tx.tenant().into()]).map(drop)
}
