//! The hub's own state.

use std::collections::BTreeSet;

use connectors::{Prebuilt, RefusalFilter};
use event_log::AuditFilter;
use identity::{
    Holder, Role,
    environments::{self, Environment},
    users::{User, UserFilter, UserState},
};
use kernel::{Cursor, Limit, Permission, Scope, UserId};
use queries::{Paging, Query};
use tables::Value;
use url::Url;

use crate::{
    Deployment, Guide, Result,
    facts::{Own, Seller, Viva},
};

/// People of one kind that are looked at. Ours: who has more sellers looks at groups.
const MOST: usize = 2000;
/// What should not be done to the environment of the first sign-in, by the audit.
const TOUCHING: [&str; 3] = ["environment.update", "environment.delete", "environment.reset"];

impl Deployment {
    /// What the hub knows of itself, and the consumer keys of its applications.
    pub(super) async fn own(
        &self,
        scope: &Scope,
        root: &Scope,
        guide: Guide,
    ) -> Result<(Own, Vec<String>)> {
        let mut own =
            Own { caller_administers: scope.may(Permission::SettingsManage), ..Own::default() };
        if let Some(user) = scope.user() {
            let known = self.0.identity.user(root, user).await?;
            own.caller_address = known.addresses.first().cloned().unwrap_or_default();
        }
        own.global_administrators = names(&self.having(root, Role::GlobalAdministrator).await?.0);
        own.platform_administrators =
            names(&self.having(root, Role::PlatformAdministrator).await?.0);
        own.teams_administrators = names(&self.having(root, Role::TeamsAdministrator).await?.0);
        let (sellers, more) = self.sellers(root).await?;
        own.more_sellers = more;
        let named = sellers.iter().map(|(id, one)| (*id, one.name.clone())).collect();
        own.sellers = sellers.into_iter().map(|(_, one)| one).collect();
        self.customised(root, guide, named, &mut own).await?;
        own.bot = self.0.teams.bot(root).await?;
        own.trials = self.0.environments.policy(root).await?.trials.as_str();
        let mut keys = Vec::new();
        let mut of_crm = Vec::new();
        for system in self.0.crm.systems(root).await? {
            keys.extend(system.client_id.clone());
            of_crm.extend(system.environment);
            let is_salesforce = system.kind == crm_connections::SystemKind::Salesforce;
            if let (true, Some(address)) = (is_salesforce, &system.address) {
                own.salesforce_hosts.extend(address.host_str().map(str::to_owned));
            }
        }
        own.crm_environments = of_crm.len();
        let all = self.0.environments.list(root).await?;
        for life in &all {
            let Environment { id, name, .. } = &life.environment;
            if *id == environments::default_of(root.tenant()) {
                own.default_environment = Some((id.uuid(), name.clone()));
            }
            if life.state == environments_state() && of_crm.contains(id) {
                own.administration.push(name.clone());
            }
            if let Some(held) = &life.capacity {
                own.capacity.0 += held.database_bytes;
                own.capacity.1 += held.log_bytes;
            }
            if life.is_provisioned() {
                own.viva = Some(self.viva(root, &life.environment).await?);
            }
        }
        self.policies(root, &mut own).await?;
        Ok((own, keys))
    }

    /// People with a role, alone or through a group, and whether there are more of them.
    async fn having(&self, root: &Scope, role: Role) -> Result<(Vec<User>, bool)> {
        let mut all = Vec::new();
        let mut after: Option<Cursor> = None;
        let most = Limit::new(Limit::MAX).unwrap_or_default();
        loop {
            let filter = UserFilter {
                role: Some(role),
                state: Some(UserState::Active),
                ..UserFilter::default()
            };
            let page = self.0.identity.users(root, filter, most, after.as_ref()).await?;
            all.extend(page.items);
            after = page.next;
            if after.is_none() || all.len() >= MOST {
                return Ok((all, after.is_some()));
            }
        }
    }

    /// Who sells: who has the role, alone or through a group; and whether there are more.
    async fn sellers(&self, root: &Scope) -> Result<(Vec<(UserId, Seller)>, bool)> {
        let licensed: BTreeSet<UserId> = self.licensed(root).await?.into_iter().collect();
        let (sellers, more) = self.having(root, Role::Seller).await?;
        let seller = |user: &User| {
            let address = user.addresses.first().map(|one| one.to_lowercase());
            let seller = Seller {
                name: user.display_name.clone(),
                address: address.unwrap_or_default(),
                licensed: licensed.contains(&user.id),
            };
            (user.id, seller)
        };
        Ok((sellers.iter().map(seller).collect(), more))
    }

    /// Who holds a licence, alone or through a group.
    pub(crate) async fn licensed(&self, root: &Scope) -> Result<Vec<UserId>> {
        let mut all = Vec::new();
        let most = Limit::new(Limit::MAX).unwrap_or_default();
        for licence in self.0.identity.licences(root).await? {
            for holder in self.0.identity.holders(root, licence.id).await? {
                let group = match holder {
                    Holder::User(user) => {
                        all.push(user);
                        continue;
                    }
                    Holder::Group(group) => group,
                };
                let mut after: Option<Cursor> = None;
                loop {
                    let page = self.0.identity.members(root, group, most, after.as_ref()).await?;
                    all.extend(page.items.iter().map(|person| person.id));
                    after = page.next;
                    if after.is_none() || all.len() >= 10 * MOST {
                        break;
                    }
                }
            }
        }
        Ok(all)
    }

    async fn viva(&self, root: &Scope, environment: &Environment) -> Result<Viva> {
        let id = environment.id;
        let review = self.0.crm.review(root).await?;
        let mut touched = Vec::new();
        for action in TOUCHING {
            let filter = AuditFilter {
                action: Some(action.to_owned()),
                subject: Some(id.to_string()),
                ..AuditFilter::default()
            };
            let page = self.0.identity.audit(root, filter, Limit::default(), None).await?;
            touched.extend(page.items.iter().map(|entry| format!("{action} {}", entry.at)));
        }
        Ok(Viva {
            id: id.uuid(),
            kind: environment.kind,
            review_due: review.map(|review| review.is_due()),
            touched,
            features: self.features(root, environment).await,
        })
    }

    /// Names of features that have settings; nothing where they cannot be read, for that is not an error of the guide.
    async fn features(&self, root: &Scope, environment: &Environment) -> Option<Vec<String>> {
        let session = self.0.records.session_in(root, environment.id).await.ok()?;
        let table = session.model().table("msdyn_vivaorgsetting")?;
        let query = Query::of(table).select(["msdyn_featurename"]).ok()?;
        let found = session.query(&query, &Paging::first(200)).await.ok()?;
        let mut names = Vec::new();
        for row in &found.rows {
            for property in &found.plan.shown.properties {
                if let Ok(Value::Text(name)) = property.value(row) {
                    names.push(name.clone());
                }
            }
        }
        Some(names)
    }

    /// What data policies close, and what they refused lately.
    async fn policies(&self, root: &Scope, own: &mut Own) -> Result<()> {
        let Ok(address) = Url::parse(Prebuilt::Salesforce.address()) else { return Ok(()) };
        let default = environments::default_of(root.tenant());
        let viva = own.viva.as_ref().map(|viva| viva.id.into());
        for (slot, environment) in own.blocked.iter_mut().zip([Some(default), viva]) {
            let Some(environment) = environment else { continue };
            let asked = (Prebuilt::Salesforce, &address);
            let found =
                self.0.connectors.prebuilt_forbidden_by(root, asked, &[environment]).await?;
            *slot = found.map(|(policy, ..)| policy);
        }
        let page = self
            .0
            .connectors
            .refusals(root, RefusalFilter::default(), Limit::default(), None)
            .await?;
        // what was refused before the policies were changed is over
        let of_crm = |one: &&connectors::Refusal| one.call.connector == Prebuilt::Salesforce.id();
        let is_closed = own.blocked.iter().any(Option::is_some);
        let refused = page.items.iter().filter(of_crm).filter(|_| is_closed);
        let told = refused.map(|one| {
            let policy = one.policy_name.clone().unwrap_or_default();
            format!("ConnectionApiPolicyViolation {} {policy}", one.call.at)
        });
        own.violations.extend(told);
        Ok(())
    }
}

fn names(users: &[User]) -> Vec<String> {
    users.iter().map(|user| user.display_name.clone()).collect()
}

const fn environments_state() -> ::environments::State {
    ::environments::State::Administration
}
