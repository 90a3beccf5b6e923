//! Random reads and writes of many people under many roles: never a row too many, never one too few, by a naive
//! account of who may what.

use std::collections::{BTreeMap, BTreeSet};

use identity::{
    Role,
    environments::{EnvironmentKind, NewEnvironment},
};
use kernel::Scope;
use liaison_records as records;
use queries::Verb;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use records::{
    Associate, Condition, Delete, Entry, Error, LinkTo, Operation, Principal, RowKey, Session,
    Update,
};
use tables::{
    Value,
    baseline::{Depth, privilege_id},
};
use uuid::Uuid;

use crate::{
    house::{account, at, create},
    rights::Office,
};

/// Steps, where `LIAISON_RANDOM_STEPS` names no other number.
const STEPS: usize = 1_500;
/// Rows that there are at once, about.
const MOST: usize = 300;
const DEPTHS: [Depth; 4] = [Depth::User, Depth::BusinessUnit, Depth::Parent, Depth::Organisation];

/// Who may what, as plainly as it can be said.
#[derive(Default)]
struct World {
    above: BTreeMap<Uuid, Uuid>,
    roles: BTreeMap<Uuid, Vec<(Verb, Depth)>>,
    /// People and teams: their unit and their roles.
    holders: BTreeMap<Uuid, (Uuid, Vec<Uuid>)>,
    teams_of: BTreeMap<Uuid, Vec<Uuid>>,
    /// Rows: their owner and unit.
    rows: BTreeMap<Uuid, (Uuid, Uuid)>,
    shares: BTreeMap<(Uuid, Uuid), i64>,
}

impl World {
    fn is_below(&self, unit: Uuid, top: Uuid) -> bool {
        let mut at = Some(unit);
        while let Some(one) = at {
            if one == top {
                return true;
            }
            at = self.above.get(&one).copied();
        }
        false
    }

    fn principals(&self, user: Uuid) -> Vec<Uuid> {
        let mut all = vec![user];
        all.extend(self.teams_of.get(&user).into_iter().flatten());
        all
    }

    /// Whether a user has a right on a row of this owner and unit.
    fn reaches(&self, user: Uuid, verb: Verb, place: (Uuid, Uuid), row: Option<Uuid>) -> bool {
        let principals = self.principals(user);
        let held = principals.iter().flat_map(|holder| {
            let (unit, roles) = &self.holders[holder];
            roles
                .iter()
                .flat_map(|role| &self.roles[role])
                .map(|(verb, depth)| (*unit, *verb, *depth))
        });
        for (unit, _, depth) in held.filter(|(_, one, _)| *one == verb) {
            let shared = |principal: &Uuid| {
                row.and_then(|row| self.shares.get(&(*principal, row)))
                    .is_some_and(|mask| mask & verb.mask() != 0)
            };
            let reached = match depth {
                Depth::Organisation => true,
                Depth::Parent if self.is_below(place.1, unit) => true,
                Depth::BusinessUnit if place.1 == unit => true,
                _ => principals.contains(&place.0) || principals.iter().any(shared),
            };
            if reached {
                return true;
            }
        }
        false
    }

    fn may(&self, user: Uuid, verb: Verb, row: Uuid) -> bool {
        self.rows.get(&row).is_some_and(|place| self.reaches(user, verb, *place, Some(row)))
    }

    fn has_any(&self, user: Uuid, verb: Verb) -> bool {
        self.principals(user).iter().any(|holder| {
            let roles = &self.holders[holder].1;
            roles.iter().flat_map(|role| &self.roles[role]).any(|(one, _)| *one == verb)
        })
    }
}

/// The people, with what they may.
struct Stage {
    office: Office,
    world: World,
    people: Vec<(Uuid, Scope)>,
    owners: Vec<(Uuid, &'static str)>,
}

async fn stage(random: &mut StdRng) -> Stage {
    let office = Office::open().await;
    let admin = office.fresh_admin().await;
    let mut world = World::default();
    let root = admin.root_unit();
    let mut units = vec![root];
    for (name, above) in [("North", 0), ("South", 0), ("Far North", 1)] {
        let parent = units[above];
        let entry = Entry::of("businessunit")
            .text("name", name)
            .link("parentbusinessunitid", LinkTo::Row(at("businessunit", parent)));
        let unit = create(&office.fresh_admin().await, entry).await;
        world.above.insert(unit, parent);
        units.push(unit);
    }
    let mut roles = Vec::new();
    for number in 0..12 {
        let admin = office.fresh_admin().await;
        let role = create(&admin, Entry::of("role").text("name", format!("Role {number}"))).await;
        let mut grants = Vec::new();
        for verb in Verb::ALL {
            if random.random_range(0..3) > 0 {
                grants.push((verb, DEPTHS[random.random_range(0..4)]));
            }
        }
        let named = |verb: Verb| privilege_id(&format!("prv{}Account", verb.name()));
        let privileges = grants.iter().map(|(verb, depth)| (named(*verb), *depth)).collect();
        office.fresh_admin().await.add_privileges(role, privileges).await.unwrap();
        world.roles.insert(role, grants);
        roles.push(role);
    }
    let mut stage = Stage { office, world, people: Vec::new(), owners: Vec::new() };
    for number in 0..8 {
        let scope = stage.office.house.person(&format!("p{number}"), &[Role::Seller]).await;
        let user = stage.office.session(&scope).await.user();
        stage.place(("systemuser", user), &units, &roles, random).await;
        stage.people.push((user, scope));
        stage.owners.push((user, "systemuser"));
    }
    for number in 0..3 {
        let admin = stage.office.fresh_admin().await;
        let team = create(&admin, Entry::of("team").text("name", format!("Team {number}"))).await;
        stage.place(("team", team), &units, &roles, random).await;
        for (user, _) in stage.people.clone() {
            if random.random_range(0..3) == 0 {
                stage.link("team", team, "teammembership_association", ("systemuser", user)).await;
                stage.world.teams_of.entry(user).or_default().push(team);
            }
        }
        stage.owners.push((team, "team"));
    }
    stage
}

impl Stage {
    async fn link(&self, table: &str, id: Uuid, navigation: &str, to: (&str, Uuid)) {
        let navigation = navigation.to_owned();
        let link = Associate { from: at(table, id), navigation, to: at(to.0, to.1) };
        self.office.fresh_admin().await.one(Operation::Associate(link)).await.unwrap();
    }

    /// Puts somebody into a unit, with a role or two.
    async fn place(
        &mut self,
        (table, id): (&str, Uuid),
        units: &[Uuid],
        roles: &[Uuid],
        random: &mut StdRng,
    ) {
        let unit = units[random.random_range(0..units.len())];
        let entry = Entry::of(table).link("businessunitid", LinkTo::Row(at("businessunit", unit)));
        let update = Update { key: RowKey::Id(id), entry, condition: Condition::None };
        self.office.fresh_admin().await.one(Operation::Update(update)).await.unwrap();
        let mut held = BTreeSet::new();
        for _ in 0..random.random_range(0..3) {
            held.insert(roles[random.random_range(0..roles.len())]);
        }
        let navigation =
            if table == "team" { "teamroles_association" } else { "systemuserroles_association" };
        for role in &held {
            self.link(table, id, navigation, ("role", *role)).await;
        }
        self.world.holders.insert(id, (unit, held.into_iter().collect()));
    }
}

async fn visible(session: &Session) -> Option<BTreeSet<Uuid>> {
    let query =
        queries::Query::of(session.model().table("account").unwrap()).select(["name"]).unwrap();
    match session.query(&query, &queries::Paging::first(5000)).await {
        Ok(rows) => {
            let key = rows.plan.shown.key.unwrap();
            Some(rows.rows.iter().map(|row| row.get(key).unwrap()).collect())
        }
        Err(Error::Privilege { .. }) => None,
        Err(error) => panic!("{error}"),
    }
}

/// A second tenant whose environment has the same name.
struct Abroad {
    scope: Scope,
    rows: BTreeSet<Uuid>,
}

impl Abroad {
    async fn open(office: &Office) -> Self {
        let scope = office.house.stranger().await;
        let new = NewEnvironment {
            name: "Sales".to_owned(),
            kind: EnvironmentKind::Production,
            crm_enabled: true,
        };
        let root = office.house.system.scope(scope.tenant(), "test");
        office.house.identity.create_environment(&root, new).await.unwrap();
        let session = office.session(&scope).await;
        let mut rows = BTreeSet::new();
        for number in 0..5 {
            rows.insert(create(&session, account(&format!("Abroad {number}"))).await);
        }
        Self { scope, rows }
    }

    /// Its administrator, who may do everything there, sees its rows and no other, and changes no row of the first.
    async fn keeps_apart(&self, office: &Office, row: Uuid) {
        let session = office.session(&self.scope).await;
        assert_eq!(visible(&session).await.unwrap(), self.rows);
        let update =
            Update { key: RowKey::Id(row), entry: account("Taken"), condition: Condition::None };
        let error = session.one(Operation::Update(update)).await.unwrap_err();
        assert!(matches!(error, Error::RowMissing { .. }), "{error}");
        let delete = Delete { row: at("account", row), condition: Condition::None };
        assert!(session.one(Operation::Delete(delete)).await.is_err());
    }
}

#[expect(clippy::disallowed_methods, reason = "who runs it by hand says how long")]
fn steps() -> usize {
    let asked = std::env::var("LIAISON_RANDOM_STEPS").ok();
    asked.and_then(|steps| steps.parse().ok()).unwrap_or(STEPS)
}

fn is_refusal(error: &Error) -> bool {
    matches!(error, Error::Privilege { .. } | Error::Right { .. } | Error::RowMissing { .. })
}

#[tokio::test]
async fn nobody_ever_reads_or_writes_a_row_too_many_or_too_few() {
    let mut random = StdRng::seed_from_u64(20_260_302);
    let Stage { office, mut world, people, owners } = stage(&mut random).await;
    let abroad = Abroad::open(&office).await;
    let (mut writes, mut refused, mut seen) = (0, 0, 0);
    for step in 0..steps() {
        let (user, scope) = &people[random.random_range(0..people.len())];
        let session = office.session(scope).await;
        let rows: Vec<Uuid> = world.rows.keys().copied().collect();
        let row =
            if rows.is_empty() { Uuid::nil() } else { rows[random.random_range(0..rows.len())] };
        // Lists stay within one page.
        let act = match random.random_range(0..10) {
            3..=5 if rows.len() > MOST => 8,
            act => act,
        };
        match act {
            0..=2 => {
                let expected: BTreeSet<Uuid> =
                    rows.iter().copied().filter(|row| world.may(*user, Verb::Read, *row)).collect();
                let found = visible(&session).await;
                assert_eq!(found.is_some(), world.has_any(*user, Verb::Read), "step {step}");
                assert_eq!(found.unwrap_or_default(), expected, "step {step}");
                seen += expected.len();
            }
            3..=5 => {
                let (owner, kind) = owners[random.random_range(0..owners.len())];
                let entry =
                    account(&format!("Row {step}")).link("ownerid", LinkTo::Row(at(kind, owner)));
                let unit = world.holders[&owner].0;
                // A row that is not there yet is shared with nobody.
                let may = world.reaches(*user, Verb::Create, (owner, unit), None);
                match session.one(Operation::Create(entry)).await {
                    Ok(made) => {
                        assert!(may, "step {step}: made without a right");
                        world.rows.insert(made.id, (owner, unit));
                        writes += 1;
                    }
                    Err(error) => {
                        assert!(!may && is_refusal(&error), "step {step}: {error}");
                        refused += 1;
                    }
                }
            }
            6..=7 => {
                let update = Update {
                    key: RowKey::Id(row),
                    entry: Entry::of("account").with("numberofemployees", Value::Whole(7)),
                    condition: Condition::None,
                };
                let may = world.may(*user, Verb::Read, row) && world.may(*user, Verb::Write, row);
                let done = session.one(Operation::Update(update)).await;
                assert_eq!(done.is_ok(), may, "step {step}: {done:?}");
                writes += usize::from(may);
                refused += usize::from(!may);
            }
            8 => {
                let delete = Delete { row: at("account", row), condition: Condition::None };
                let may = world.may(*user, Verb::Read, row) && world.may(*user, Verb::Delete, row);
                let done = session.one(Operation::Delete(delete)).await;
                assert_eq!(done.is_ok(), may, "step {step}: {done:?}");
                if may {
                    world.rows.remove(&row);
                    world.shares.retain(|(_, shared), _| *shared != row);
                }
            }
            _ => {
                let (to, kind) = owners[random.random_range(0..owners.len())];
                let verbs = [Verb::Read, Verb::Write, Verb::Delete];
                let verb = verbs[random.random_range(0..3)];
                let may = world.may(*user, Verb::Read, row)
                    && world.may(*user, Verb::Share, row)
                    && world.may(*user, verb, row);
                let principal =
                    if kind == "team" { Principal::Team(to) } else { Principal::User(to) };
                let done = session.grant(&at("account", row), principal, verb.mask()).await;
                assert_eq!(done.is_ok(), may, "step {step}: {done:?}");
                if may {
                    *world.shares.entry((to, row)).or_default() |= verb.mask();
                }
            }
        }
        if step % 10 == 0 {
            abroad.keeps_apart(&office, row).await;
        }
    }
    // Enough happened for the comparison to mean something.
    assert!(writes > 200 && refused > 100 && seen > 1_000, "{writes} {refused} {seen}");
}
