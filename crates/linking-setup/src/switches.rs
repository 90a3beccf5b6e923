//! The switches: columns of the environment's organisation, and what stands beside them.

use jiff::Timestamp;
use kernel::{EnvironmentId, Permission, Scope};
use queries::{
    Paging, Query,
    query::{Comparison, Condition as Where},
};
use records::{Condition as Version, Entry, Operation, RowKey, Session, Update};
use serde_json::json;
use tables::Value;

use crate::{
    Condition, Consent, Devices, Error, Licences, LinkingSetup, Obstacle, Result, TableSetting,
    audit::Audited,
    conditions::{self, Facts, TOLD},
    licences::JOB,
    store::{self, Own},
    table_settings,
};

/// The columns of `organization` that are switches of linking.
pub(crate) const BASIC: &str = "ismsteamsenabled";
pub(crate) const ENHANCED: &str = "ismsteamscollaborationenabled";
pub(crate) const USER_SYNC: &str = "ismsteamsusersyncenabled";
const CHANGED: &str = "ismsteamssettingchangedbyuser";
pub(crate) const ONE_DRIVE: &str = "isonedriveenabled";
pub(crate) const SHARE_POINT: &str = "issharepointintegrationenabled";
pub(crate) const DEPLOYMENT: &str = "sharepointdeploymenttype";

/// What the organisation of an environment says. What nobody has turned on is off.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "switches")]
pub struct Switches {
    /// Records may be linked.
    pub basic: bool,
    /// Links are made from records and views; only where basic is on.
    pub enhanced: bool,
    /// Members are found and added.
    pub user_sync: bool,
    /// `OneDrive` is used.
    pub one_drive: bool,
    /// `SharePoint` holds the documents.
    pub share_point: bool,
    /// And it is one of the organisation's own machines.
    pub on_premises: bool,
}

/// What is turned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// Linking; off takes enhanced linking along.
    Basic(bool),
    /// Enhanced linking.
    Enhanced(bool),
    /// Private teams with sensitivity labels, in enhanced linking.
    Labels(bool),
    /// `OneDrive`.
    OneDrive(bool),
    /// What devices that nobody manages may do.
    Devices(Devices),
}

/// Everything about linking in an environment.
#[derive(Debug, Clone, PartialEq)]
pub struct Overview {
    /// The environment.
    pub environment: EnvironmentId,
    /// What it is called.
    pub name: String,
    /// The switches.
    pub switches: Switches,
    /// Whether private teams get sensitivity labels.
    pub labels: bool,
    /// What devices that nobody manages may do.
    pub devices: Devices,
    /// The consent to linking.
    pub consent: Consent,
    /// The consent to what goes on afterwards.
    pub second: Consent,
    /// What must be so, each with whether it is.
    pub conditions: Vec<Condition>,
    /// The licences of the tenant.
    pub licences: Licences,
    /// The tables that can be linked.
    pub tables: Vec<TableSetting>,
    /// Whether the reader administers the tenant.
    pub leads_tenant: bool,
}

impl Overview {
    /// Whether nothing stands in the way of turning linking on.
    pub fn is_ready(&self) -> bool {
        conditions::in_the_way(&self.conditions).is_empty()
    }

    /// Whether enhanced linking works: turned on and agreed to.
    pub fn enhanced_works(&self) -> bool {
        self.switches.enhanced && self.consent.holds()
    }
}

impl LinkingSetup {
    /// Everything about linking in an environment, for those who administer it.
    ///
    /// # Errors
    /// [`Error::AdministratorNeeded`], [`Error::Records`], [`Error::Identity`], [`Error::Store`].
    pub async fn overview(&self, scope: &Scope, environment: EnvironmentId) -> Result<Overview> {
        let session = self.administrator(scope, environment).await?;
        let switches = self.switches(scope, environment).await?;
        let [consent, second] = self.consents(scope).await?;
        let read = move |tx: &db::Tx<'_>| {
            Ok::<_, Error>((store::own(tx, environment)?, store::tables(tx, environment)?))
        };
        let (own, kept) = self.0.db.read(scope, read).await?;
        let tables = table_settings::settings(&session, &kept);
        let facts = Facts {
            switches: &switches,
            consent: &consent,
            devices: own.devices.rule,
            tables: &tables,
            kind: self.0.workspaces.kind(scope),
            sites: active_sites(&session).await?,
            locations: absolute_locations(&session).await?,
            has_app: session.environment().crm_enabled
                && session.model().table("account").is_some(),
            may_make_rows: conditions::may_make_rows(&session),
            may_make_teams: scope.may(Permission::TeamCreate),
        };
        let conditions = conditions::judge(&facts);
        let licences = self.licences(scope).await?;
        Ok(Overview {
            environment,
            name: session.environment().name.clone(),
            switches,
            labels: own.labels,
            devices: own.devices,
            consent,
            second,
            conditions,
            licences,
            tables,
            leads_tenant: scope.may(Permission::SettingsManage),
        })
    }

    /// Turns something.
    ///
    /// # Errors
    /// [`Error::AdministratorNeeded`], [`Error::TenantAdministratorNeeded`] for enhanced linking, [`Error::Prerequisites`],
    /// [`Error::Closed`] when something else is to be turned on or agreed to first, [`Error::Records`], [`Error::Store`].
    pub async fn turn(
        &self,
        scope: &Scope,
        environment: EnvironmentId,
        turn: Turn,
    ) -> Result<Overview> {
        let before = self.overview(scope, environment).await?;
        match turn {
            Turn::Basic(true) => {
                let unmet = conditions::in_the_way(&before.conditions);
                if !unmet.is_empty() {
                    return Err(Error::Prerequisites { unmet });
                }
                self.write(scope, environment, &[(BASIC, true), (CHANGED, true)]).await?;
            }
            Turn::Basic(false) => {
                let off = [(BASIC, false), (ENHANCED, false), (USER_SYNC, false), (CHANGED, true)];
                self.write(scope, environment, &off).await?;
            }
            Turn::Enhanced(true) => {
                if !before.leads_tenant {
                    return Err(Error::TenantAdministratorNeeded);
                }
                if !before.switches.basic {
                    return Err(Error::Closed(Obstacle::BasicOff));
                }
                if !before.consent.holds() {
                    return Err(Error::Closed(Obstacle::ConsentMissing));
                }
                let on = [(ENHANCED, true), (USER_SYNC, true), (CHANGED, true)];
                self.write(scope, environment, &on).await?;
            }
            Turn::Enhanced(false) => {
                let off = [(ENHANCED, false), (USER_SYNC, false), (CHANGED, true)];
                self.write(scope, environment, &off).await?;
            }
            Turn::OneDrive(on) => self.write(scope, environment, &[(ONE_DRIVE, on)]).await?,
            Turn::Labels(on) => {
                if on && !before.switches.enhanced {
                    return Err(Error::Closed(Obstacle::EnhancedOff));
                }
                let own = Own { labels: on, devices: before.devices };
                self.put_own(scope, environment, own).await?;
            }
            Turn::Devices(devices) => {
                let own = Own { labels: before.labels, devices };
                self.put_own(scope, environment, own).await?;
            }
        }
        self.overview(scope, environment).await
    }

    async fn put_own(&self, scope: &Scope, environment: EnvironmentId, own: Own) -> Result<()> {
        let now: Timestamp = self.0.clock.now();
        let write = move |tx: &db::Tx<'_>| {
            let before = store::own(tx, environment)?;
            if before == own {
                return Ok::<_, Error>(());
            }
            store::put_own(tx, environment, &own, now)?;
            let view = |own: &Own| {
                json!({
                    "labels": own.labels, "devices": own.devices.rule.as_str(),
                    "networks": own.devices.networks_text(),
                })
            };
            let subject = ("environment", environment.to_string());
            Audited { action: "linking.settings", subject }.write(
                tx,
                (view(&before), view(&own)),
                now,
            )
        };
        self.0.db.write(scope, write).await
    }

    async fn write(
        &self,
        scope: &Scope,
        environment: EnvironmentId,
        columns: &[(&'static str, bool)],
    ) -> Result<()> {
        let session = self.administrator(scope, environment).await?;
        let mut entry = Entry::of("organization");
        for (column, on) in columns {
            entry = entry.with(*column, Value::Boolean(*on));
        }
        let key = RowKey::Id(session.organization());
        let update = Operation::Update(Update { key, entry, condition: Version::None });
        match session.one(update).await {
            Ok(_) => Ok(()),
            // what stands in the way came up meanwhile
            Err(records::Error::Refused { code, .. }) if code == crate::guard::CODE => {
                Err(Error::Prerequisites { unmet: Vec::new() })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// A session of somebody who is System Administrator.
    pub(crate) async fn administrator(
        &self,
        scope: &Scope,
        environment: EnvironmentId,
    ) -> Result<Session> {
        let session = self.0.records.session_in(scope, environment).await?;
        if session.access().administrator { Ok(session) } else { Err(Error::AdministratorNeeded) }
    }

    /// What the organisation of an environment says. Whether the caller may come in is asked elsewhere.
    pub(crate) async fn switches(
        &self,
        scope: &Scope,
        environment: EnvironmentId,
    ) -> Result<Switches> {
        let root = self.0.scopes.scope(scope.tenant(), JOB);
        let session = self.0.records.session_in(&root, environment).await?;
        let Some(table) = session.model().table("organization") else {
            return Ok(Switches::default());
        };
        let columns = [BASIC, ENHANCED, USER_SYNC, ONE_DRIVE, SHARE_POINT, DEPLOYMENT];
        let query = Query::of(table).select(columns).map_err(records::Error::from)?;
        let query = query.by_id(session.organization()).map_err(records::Error::from)?;
        let found = session.query(&query, &Paging::first(1)).await?;
        let Some(row) = found.rows.first() else { return Ok(Switches::default()) };
        let mut cells = Vec::with_capacity(columns.len());
        for property in &found.plan.shown.properties {
            cells.push(property.value(row)?);
        }
        let cell = |at: usize| cells.get(at).unwrap_or(&Value::Null);
        let on = |at: usize| *cell(at) == Value::Boolean(true);
        let basic = on(0);
        Ok(Switches {
            basic,
            enhanced: basic && on(1),
            user_sync: basic && on(1) && on(2),
            one_drive: on(3),
            share_point: on(4),
            on_premises: *cell(5) == Value::Whole(1),
        })
    }
}

/// Active sites of `SharePoint`; those that links made are none of it.
async fn active_sites(session: &Session) -> Result<(i64, Vec<String>)> {
    let Some(table) = session.model().table("sharepointsite") else { return Ok((0, Vec::new())) };
    let query = Query::of(table);
    let state = query.field("statecode").map_err(records::Error::from)?;
    let active = Where::Compare(state, Comparison::Equal, db::Value::Int(0));
    named(session, query.and(active)).await
}

/// Document locations with an address of their own; those that links made are none of it.
async fn absolute_locations(session: &Session) -> Result<(i64, Vec<String>)> {
    let Some(table) = session.model().table("sharepointdocumentlocation") else {
        return Ok((0, Vec::new()));
    };
    let query = Query::of(table);
    let address = query.field("absoluteurl").map_err(records::Error::from)?;
    named(session, query.and(Where::Null(address).negated())).await
}

/// How many rows there are that no link made, and the names of some.
async fn named(session: &Session, query: Query) -> Result<(i64, Vec<String>)> {
    let service = query.field("servicetype").map_err(records::Error::from)?;
    let ours = Where::Compare(service, Comparison::Equal, db::Value::Int(TEAMS));
    let mut query = query.and(ours.negated()).select(["name"]).map_err(records::Error::from)?;
    query.count = true;
    let most = u32::try_from(TOLD).unwrap_or(1);
    let found = session.query(&query, &Paging::first(most)).await?;
    let mut names = Vec::new();
    for row in &found.rows {
        if let Some(property) = found.plan.shown.properties.first()
            && let Value::Text(name) = property.value(row)?
        {
            names.push(name);
        }
    }
    Ok((found.count.unwrap_or_default(), names))
}

/// `servicetype` of what links make.
const TEAMS: i64 = 3;
