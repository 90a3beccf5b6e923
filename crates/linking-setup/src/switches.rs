//! The switches: columns of the environment's organisation, and what stands beside them.

use std::sync::Arc;

use jiff::Timestamp;
use kernel::{EnvironmentId, Permission, Scope};
use queries::{
    Paging, Query,
    query::{Comparison, Condition as Where},
};
use records::{Condition as Version, Entry, Operation, RowKey, Session, Then, Update};
use serde_json::json;
use tables::Value;

use crate::{
    Condition, Consent, Devices, Error, Kind, Licences, LinkingSetup, Obstacle, Result,
    TableSetting,
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

/// What was found of an environment; its conditions can be judged for other switches too.
struct Look {
    session: Session,
    switches: Switches,
    own: Own,
    consents: [Consent; 2],
    tables: Vec<TableSetting>,
    sites: (i64, Vec<String>),
    locations: (i64, Vec<String>),
    kind: Kind,
    may_make_teams: bool,
}

impl Look {
    fn conditions(&self, switches: Switches, devices: &Devices) -> Vec<Condition> {
        let session = &self.session;
        conditions::judge(&Facts {
            switches: &switches,
            consent: &self.consents[0],
            devices: devices.rule,
            tables: &self.tables,
            kind: self.kind,
            sites: self.sites.clone(),
            locations: self.locations.clone(),
            has_app: session.environment().crm_enabled
                && session.model().table("account").is_some(),
            may_make_rows: conditions::may_make_rows(session),
            may_make_teams: self.may_make_teams,
        })
    }
}

/// What an environment is to say, and the columns of its organisation that are to be written for it.
struct Wanted {
    switches: Switches,
    own: Own,
    columns: Vec<(&'static str, bool)>,
}

impl Wanted {
    fn put(&mut self, columns: &[(&'static str, bool)]) {
        for (column, on) in columns {
            self.columns.retain(|(known, _)| known != column);
            self.columns.push((column, *on));
        }
    }

    /// One more thing turned, judged by what was turned before it.
    fn turn(&mut self, look: &Look, leads_tenant: bool, turn: &Turn) -> Result<()> {
        let switches = &mut self.switches;
        match turn {
            Turn::Basic(true) => {
                let conditions = look.conditions(*switches, &self.own.devices);
                let unmet = conditions::in_the_way(&conditions);
                if !unmet.is_empty() {
                    return Err(Error::Prerequisites { unmet });
                }
                switches.basic = true;
                self.put(&[(BASIC, true), (CHANGED, true)]);
            }
            Turn::Basic(false) => {
                (switches.basic, switches.enhanced, switches.user_sync) = (false, false, false);
                self.put(&[(BASIC, false), (ENHANCED, false), (USER_SYNC, false), (CHANGED, true)]);
            }
            Turn::Enhanced(true) => {
                if !leads_tenant {
                    return Err(Error::TenantAdministratorNeeded);
                }
                if !switches.basic {
                    return Err(Error::Closed(Obstacle::BasicOff));
                }
                if !look.consents[0].holds() {
                    return Err(Error::Closed(Obstacle::ConsentMissing));
                }
                (switches.enhanced, switches.user_sync) = (true, true);
                self.put(&[(ENHANCED, true), (USER_SYNC, true), (CHANGED, true)]);
            }
            Turn::Enhanced(false) => {
                (switches.enhanced, switches.user_sync) = (false, false);
                self.put(&[(ENHANCED, false), (USER_SYNC, false), (CHANGED, true)]);
            }
            Turn::OneDrive(on) => {
                switches.one_drive = *on;
                self.put(&[(ONE_DRIVE, *on)]);
            }
            Turn::Labels(on) => {
                if *on && !switches.enhanced {
                    return Err(Error::Closed(Obstacle::EnhancedOff));
                }
                self.own.labels = *on;
            }
            Turn::Devices(devices) => self.own.devices = devices.clone(),
        }
        Ok(())
    }
}

impl LinkingSetup {
    /// Everything about linking in an environment, for those who administer it.
    ///
    /// # Errors
    /// [`Error::AdministratorNeeded`], [`Error::Records`], [`Error::Identity`], [`Error::Store`].
    pub async fn overview(&self, scope: &Scope, environment: EnvironmentId) -> Result<Overview> {
        let look = self.look(scope, environment).await?;
        let conditions = look.conditions(look.switches, &look.own.devices);
        let licences = self.licences(scope).await?;
        let Look { session, switches, own, consents: [consent, second], tables, .. } = look;
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

    async fn look(&self, scope: &Scope, environment: EnvironmentId) -> Result<Look> {
        let session = self.administrator(scope, environment).await?;
        let switches = self.switches(scope, environment).await?;
        let consents = self.consents(scope).await?;
        let read = move |tx: &db::Tx<'_>| {
            Ok::<_, Error>((store::own(tx, environment)?, store::tables(tx, environment)?))
        };
        let (own, kept) = self.0.db.read(scope, read).await?;
        Ok(Look {
            switches,
            own,
            consents,
            tables: table_settings::settings(&session, &kept),
            sites: active_sites(&session).await?,
            locations: absolute_locations(&session).await?,
            kind: self.0.workspaces.kind(scope),
            may_make_teams: scope.may(Permission::TeamCreate),
            session,
        })
    }

    /// Turns something.
    ///
    /// # Errors
    /// As [`LinkingSetup::turn_all`].
    pub async fn turn(
        &self,
        scope: &Scope,
        environment: EnvironmentId,
        turn: Turn,
    ) -> Result<Overview> {
        self.turn_all(scope, environment, &[turn]).await
    }

    /// Turns several things, each judged by what was turned before it; all of them, or after a refusal none.
    ///
    /// # Errors
    /// [`Error::AdministratorNeeded`], [`Error::TenantAdministratorNeeded`] for enhanced linking, [`Error::Prerequisites`],
    /// [`Error::Closed`] when something else is to be turned on or agreed to first, [`Error::Records`], [`Error::Store`].
    pub async fn turn_all(
        &self,
        scope: &Scope,
        environment: EnvironmentId,
        turns: &[Turn],
    ) -> Result<Overview> {
        let look = self.look(scope, environment).await?;
        let (switches, own) = (look.switches, look.own.clone());
        let mut wanted = Wanted { switches, own, columns: Vec::new() };
        let leads_tenant = scope.may(Permission::SettingsManage);
        turns.iter().try_for_each(|turn| wanted.turn(&look, leads_tenant, turn))?;
        let (own, columns, now) = (wanted.own, wanted.columns, self.0.clock.now());
        if columns.is_empty() {
            let write = move |tx: &db::Tx<'_>| keep_own(tx, environment, &own, now);
            self.0.db.write(scope, write).await?;
        } else {
            let keep: Then = Arc::new(move |tx, _| {
                keep_own(tx, environment, &own, now).map_err(|error| match error {
                    Error::Store(error) => error.into(),
                    // it says nothing else
                    _ => records::Error::Stale,
                })
            });
            organise(&look.session, &columns, keep).await?;
        }
        self.overview(scope, environment).await
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

/// Keeps what an environment says beside the columns of its organisation, where it is something else than before.
fn keep_own(tx: &db::Tx<'_>, environment: EnvironmentId, own: &Own, now: Timestamp) -> Result<()> {
    let before = store::own(tx, environment)?;
    if before == *own {
        return Ok(());
    }
    store::put_own(tx, environment, own, now)?;
    let view = |own: &Own| {
        json!({
            "labels": own.labels, "devices": own.devices.rule.as_str(),
            "networks": own.devices.networks_text(),
        })
    };
    let subject = ("environment", environment.to_string());
    let audited = Audited { action: "linking.settings", subject };
    audited.write(tx, (view(&before), view(own)), now)
}

/// Writes columns of the organisation, and what is kept beside them in the same transaction.
async fn organise(session: &Session, columns: &[(&'static str, bool)], keep: Then) -> Result<()> {
    let mut entry = Entry::of("organization");
    for (column, on) in columns {
        entry = entry.with(*column, Value::Boolean(*on));
    }
    let key = RowKey::Id(session.organization());
    let update = Operation::Update(Update { key, entry, condition: Version::None });
    match session.run_then(vec![update], keep).await.map_err(|failure| failure.error) {
        Ok(_) => Ok(()),
        // what stands in the way came up meanwhile
        Err(records::Error::Refused { code, .. }) if code == crate::guard::CODE => {
            Err(Error::Prerequisites { unmet: Vec::new() })
        }
        Err(error) => Err(error.into()),
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
