//! Who may do what: roles, depths, units, teams, impersonation.

use identity::Role;
use kernel::Scope;
use liaison_records as records;
use records::{
    Associate, Condition, Delete, Entry, Error, LinkTo, Operation, RowKey, Session, Update,
};
use tables::Value;
use uuid::Uuid;

use crate::house::{House, account, at, cell, create, names};

pub(crate) struct Office {
    pub(crate) house: House,
    pub(crate) admin: Session,
}

impl Office {
    pub(crate) async fn open() -> Self {
        let house = House::new().await;
        house.sales().await;
        let admin = house.records.session(&house.admin().await, "Sales").await.unwrap();
        Self { house, admin }
    }

    pub(crate) async fn session(&self, scope: &Scope) -> Session {
        self.house.records.session(scope, "Sales").await.unwrap()
    }

    pub(crate) async fn role(&self, name: &str) -> Uuid {
        let table = self.admin.model().table("role").unwrap();
        let query = queries::Query::of(table).select(["name"]).unwrap();
        let rows = self.admin.query(&query, &page()).await.unwrap();
        let at = (0..rows.rows.len())
            .find(|row| crate::house::value(&rows, *row, "name") == Value::Text(name.to_owned()));
        rows.rows[at.unwrap_or_else(|| panic!("no role {name}"))]
            .get(rows.plan.shown.key.unwrap())
            .unwrap()
    }

    /// A person with a security role.
    pub(crate) async fn seller(&self, name: &str, role: &str) -> (Scope, Session) {
        let scope = self.house.person(name, &[Role::Seller]).await;
        let first = self.session(&scope).await;
        let link = Associate {
            from: at("systemuser", first.user()),
            navigation: "systemuserroles_association".to_owned(),
            to: at("role", self.role(role).await),
        };
        self.fresh_admin().await.one(Operation::Associate(link)).await.unwrap();
        let session = self.session(&scope).await;
        (scope, session)
    }

    pub(crate) async fn fresh_admin(&self) -> Session {
        self.session(self.admin.scope()).await
    }
}

fn page() -> queries::Paging {
    queries::Paging { size: 5000, ..queries::Paging::default() }
}

fn rename(id: Uuid, name: &str) -> Operation {
    let entry = account(name);
    Operation::Update(Update { key: RowKey::Id(id), entry, condition: Condition::None })
}

#[tokio::test]
async fn without_a_role_nothing_is_seen_and_nothing_is_made() {
    let office = Office::open().await;
    create(&office.admin, account("Contoso")).await;
    let nobody = office.house.person("nora", &[Role::Seller]).await;
    let session = office.session(&nobody).await;
    let error = session.one(Operation::Create(account("Mine"))).await.unwrap_err();
    assert!(
        matches!(&error, Error::Privilege { privilege, .. } if privilege == "prvCreateAccount"),
        "{error}"
    );
    assert_eq!(error.dataverse_code(), "0x80040220");
    let table = session.model().table("account").unwrap();
    let query = queries::Query::of(table).select(["name"]).unwrap();
    let error = session.query(&query, &page()).await.unwrap_err();
    assert!(matches!(error, Error::Privilege { .. }), "{error}");
}

#[tokio::test]
async fn a_salesperson_works_on_own_rows() {
    let office = Office::open().await;
    let (_, sam) = office.seller("sam", "Salesperson").await;
    let mine = create(&sam, account("Mine")).await;
    assert!(names(&sam).await.contains(&"Mine".to_owned()));
    sam.one(rename(mine, "Still mine")).await.unwrap();
    let owner = cell(&sam, "account", mine, "ownerid").await;
    assert!(matches!(owner, Some(Value::Row(row)) if row.id == sam.user() && row.code == 8));
}

#[tokio::test]
async fn a_row_out_of_reach_is_missing_and_one_in_sight_only_is_refused() {
    let office = Office::open().await;
    let (_, sam) = office.seller("sam", "Basic User").await;
    let theirs = create(&office.fresh_admin().await, account("Theirs")).await;
    let error = sam.one(rename(theirs, "Taken")).await.unwrap_err();
    assert!(matches!(error, Error::RowMissing { .. }), "{error}");
    let gone = Delete { row: at("account", theirs), condition: Condition::None };
    let error = sam.one(Operation::Delete(gone)).await.unwrap_err();
    assert!(matches!(error, Error::RowMissing { .. } | Error::Privilege { .. }), "{error}");
    assert_eq!(
        cell(&office.fresh_admin().await, "account", theirs, "name").await,
        Some(Value::Text("Theirs".to_owned()))
    );
}

#[tokio::test]
async fn a_role_that_is_taken_away_counts_no_more() {
    let office = Office::open().await;
    let (scope, sam) = office.seller("sam", "Salesperson").await;
    create(&sam, account("Mine")).await;
    let unlink = records::Disassociate {
        from: at("systemuser", sam.user()),
        navigation: "systemuserroles_association".to_owned(),
        to: Some(at("role", office.role("Salesperson").await)),
    };
    office.fresh_admin().await.one(Operation::Disassociate(unlink)).await.unwrap();
    // Even the session that was made before sees the change.
    let error = sam.one(Operation::Create(account("More"))).await.unwrap_err();
    assert!(matches!(error, Error::Privilege { .. }), "{error}");
    let error = office.session(&scope).await.one(Operation::Create(account("More"))).await;
    assert!(matches!(error, Err(Error::Privilege { .. })));
}

#[tokio::test]
async fn nobody_gives_a_role_with_more_than_they_have() {
    let office = Office::open().await;
    let (_, sam) = office.seller("sam", "Sales Manager").await;
    let link = Associate {
        from: at("systemuser", sam.user()),
        navigation: "systemuserroles_association".to_owned(),
        to: at("role", office.role("System Administrator").await),
    };
    let error = sam.one(Operation::Associate(link)).await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::Escalation
                | Error::Privilege { .. }
                | Error::Right { .. }
                | Error::RowMissing { .. }
        ),
        "{error}"
    );
    assert!(!office.session(sam.scope()).await.access().administrator);
}

#[tokio::test]
async fn impersonation_gives_what_both_may() {
    let office = Office::open().await;
    let (scope, sam) = office.seller("sam", "Salesperson").await;
    let as_sam = office.fresh_admin().await.as_user(sam.user()).await.unwrap();
    let id = create(&as_sam, account("By proxy")).await;
    let owner = cell(&as_sam, "account", id, "ownerid").await;
    assert!(matches!(owner, Some(Value::Row(row)) if row.id == sam.user()));
    let error = office.session(&scope).await.as_user(office.admin.user()).await.unwrap_err();
    assert!(
        matches!(&error, Error::Privilege { privilege, .. } if privilege == "prvActOnBehalfOfAnotherUser")
    );
}

#[tokio::test]
async fn an_administrator_of_the_tenant_is_one_of_the_environment_as_long_as_that_lasts() {
    let office = Office::open().await;
    let scope = office.house.person("pat", &[Role::PlatformAdministrator]).await;
    assert!(office.session(&scope).await.access().administrator);
    let root = office.house.system.scope(office.house.tenant.id, "test");
    let user = scope.user().unwrap();
    office.house.identity.remove_role(&root, user, Role::PlatformAdministrator).await.unwrap();
    assert!(!office.session(&scope).await.access().administrator);
}

#[tokio::test]
async fn the_owner_can_be_given_and_changed_by_who_may_assign() {
    let office = Office::open().await;
    let (_, sam) = office.seller("sam", "Salesperson").await;
    let admin = office.fresh_admin().await;
    let id = create(&admin, account("Handed on")).await;
    let to_sam = Entry::of("account").link("ownerid", LinkTo::Row(at("systemuser", sam.user())));
    let update = Update { key: RowKey::Id(id), entry: to_sam, condition: Condition::None };
    admin.one(Operation::Update(update)).await.unwrap();
    let owner = cell(&admin, "account", id, "owninguser").await;
    assert!(matches!(owner, Some(Value::Row(row)) if row.id == sam.user()));
}

#[tokio::test]
async fn a_secured_column_is_empty_and_closed_until_a_profile_opens_it() {
    let office = Office::open().await;
    let kind = tables::ColumnKind::Text { max: 50, format: tables::TextFormat::Text };
    let mut column =
        tables::define::NewColumn::new("new_Secret", kind, tables::Labels::english("Secret"));
    column.secured = true;
    let change = tables::define::Change::AddColumn { table: "account".to_owned(), column };
    office.fresh_admin().await.define(vec![change]).await.unwrap();
    let (scope, sam) = office.seller("sam", "Salesperson").await;
    let id = create(&sam, account("Mine")).await;
    let set = |text: &str| {
        let entry = Entry::of("account").text("new_secret", text);
        Operation::Update(Update { key: RowKey::Id(id), entry, condition: Condition::None })
    };
    let error = sam.one(set("guess")).await.unwrap_err();
    assert!(
        matches!(&error, Error::ColumnSecured { column, .. } if column == "new_secret"),
        "{error}"
    );
    let admin = office.fresh_admin().await;
    admin.one(set("truth")).await.unwrap();
    assert_eq!(cell(&sam, "account", id, "new_secret").await, Some(Value::Null));
    let profile = create(&admin, Entry::of("fieldsecurityprofile").text("name", "Secrets")).await;
    let permission = Entry::of("fieldpermission")
        .text("entityname", "account")
        .text("attributelogicalname", "new_secret")
        .with("canread", Value::Whole(4))
        .with("cancreate", Value::Whole(0))
        .with("canupdate", Value::Whole(0))
        .link("fieldsecurityprofileid", LinkTo::Row(at("fieldsecurityprofile", profile)));
    create(&office.fresh_admin().await, permission).await;
    let link = Associate {
        from: at("systemuser", sam.user()),
        navigation: "systemuserprofiles_association".to_owned(),
        to: at("fieldsecurityprofile", profile),
    };
    office.fresh_admin().await.one(Operation::Associate(link)).await.unwrap();
    let sam = office.session(&scope).await;
    assert_eq!(
        cell(&sam, "account", id, "new_secret").await,
        Some(Value::Text("truth".to_owned()))
    );
    let error = sam.one(set("guess")).await.unwrap_err();
    assert!(matches!(error, Error::ColumnSecured { .. }), "{error}");
}

#[tokio::test]
async fn a_secured_column_is_given_and_changed_by_rights_of_their_own() {
    let office = Office::open().await;
    let kind = tables::ColumnKind::Text { max: 100, format: tables::TextFormat::Text };
    let mut column =
        tables::define::NewColumn::new("new_Secret", kind, tables::Labels::english("Secret"));
    column.secured = true;
    let change = tables::define::Change::AddColumn { table: "account".to_owned(), column };
    office.fresh_admin().await.define(vec![change]).await.unwrap();
    let profiled = async |name: &str, create_: i64, update: i64| {
        let (scope, person) = office.seller(name, "Salesperson").await;
        let admin = office.fresh_admin().await;
        let profile = create(&admin, Entry::of("fieldsecurityprofile").text("name", name)).await;
        let permission = Entry::of("fieldpermission")
            .text("entityname", "account")
            .text("attributelogicalname", "new_secret")
            .with("canread", Value::Whole(4))
            .with("cancreate", Value::Whole(create_))
            .with("canupdate", Value::Whole(update))
            .link("fieldsecurityprofileid", LinkTo::Row(at("fieldsecurityprofile", profile)));
        create(&office.fresh_admin().await, permission).await;
        let link = Associate {
            from: at("systemuser", person.user()),
            navigation: "systemuserprofiles_association".to_owned(),
            to: at("fieldsecurityprofile", profile),
        };
        office.fresh_admin().await.one(Operation::Associate(link)).await.unwrap();
        office.session(&scope).await
    };
    let new = || account("New").text("new_secret", "given");
    let set = |id: Uuid| {
        let entry = Entry::of("account").text("new_secret", "changed");
        Operation::Update(Update { key: RowKey::Id(id), entry, condition: Condition::None })
    };
    let makes = profiled("sam", 4, 0).await;
    let id = create(&makes, new()).await;
    let error = makes.one(set(id)).await.unwrap_err();
    assert!(matches!(error, Error::ColumnSecured { .. }), "{error}");
    let changes = profiled("bea", 0, 4).await;
    let error = changes.one(Operation::Create(new())).await.unwrap_err();
    assert!(matches!(error, Error::ColumnSecured { .. }), "{error}");
    let id = create(&changes, account("Plain")).await;
    changes.one(set(id)).await.unwrap();
}

#[tokio::test]
async fn a_secured_amount_is_closed_in_the_base_currency_too() {
    let office = Office::open().await;
    let kind = tables::ColumnKind::Money { precision: 2, min: 0, max: 1_000_000_000 };
    let mut column =
        tables::define::NewColumn::new("new_Budget", kind, tables::Labels::english("Budget"));
    column.secured = true;
    let change = tables::define::Change::AddColumn { table: "account".to_owned(), column };
    office.fresh_admin().await.define(vec![change]).await.unwrap();
    let (_, sam) = office.seller("sam", "Salesperson").await;
    let id = create(&sam, account("Mine")).await;
    let amount = Value::Fixed(tables::Fixed::new(1_200, 2));
    let entry = Entry::of("account").with("new_budget", amount);
    let set = Update { key: RowKey::Id(id), entry, condition: Condition::None };
    let admin = office.fresh_admin().await;
    admin.one(Operation::Update(set)).await.unwrap();
    for name in ["new_budget", "new_budget_base"] {
        assert_ne!(cell(&admin, "account", id, name).await, Some(Value::Null), "{name}");
        assert_eq!(cell(&sam, "account", id, name).await, Some(Value::Null), "{name}");
    }
}

#[tokio::test]
async fn whoever_is_above_somebody_sees_their_rows_where_the_organisation_wants_it() {
    let office = Office::open().await;
    let (_, sam) = office.seller("sam", "Basic User").await;
    let (boss_scope, boss) = office.seller("bea", "Basic User").await;
    let id = create(&sam, account("Below")).await;
    let change = |id: Uuid, entry: Entry| {
        Operation::Update(Update { key: RowKey::Id(id), entry, condition: Condition::None })
    };
    let under = Entry::of("systemuser")
        .link("parentsystemuserid", LinkTo::Row(at("systemuser", boss.user())));
    let admin = office.fresh_admin().await;
    admin.one(change(sam.user(), under)).await.unwrap();
    assert_eq!(cell(&office.session(&boss_scope).await, "account", id, "name").await, None);
    let admin = office.fresh_admin().await;
    let on =
        Entry::of("organization").with("hierarchicalsecuritymodelenabled", Value::Boolean(true));
    admin.one(change(admin.organization(), on)).await.unwrap();
    let boss = office.session(&boss_scope).await;
    assert!(cell(&boss, "account", id, "name").await.is_some());
    boss.one(rename(id, "Seen from above")).await.unwrap();
    assert!(!names(&office.session(sam.scope()).await).await.is_empty());
}

#[tokio::test]
async fn the_owner_before_keeps_a_share_where_the_organisation_wants_it() {
    let office = Office::open().await;
    let (sam_scope, sam) = office.seller("sam", "Basic User").await;
    let (_, bea) = office.seller("bea", "Basic User").await;
    let id = create(&sam, account("Handed over")).await;
    let admin = office.fresh_admin().await;
    let on = Entry::of("organization").with("sharetopreviousowneronassign", Value::Boolean(true));
    let key = RowKey::Id(admin.organization());
    let update = Update { key, entry: on, condition: Condition::None };
    admin.one(Operation::Update(update)).await.unwrap();
    let to_bea = Entry::of("account").link("ownerid", LinkTo::Row(at("systemuser", bea.user())));
    let update = Update { key: RowKey::Id(id), entry: to_bea, condition: Condition::None };
    office.fresh_admin().await.one(Operation::Update(update)).await.unwrap();
    let sam = office.session(&sam_scope).await;
    assert!(cell(&sam, "account", id, "name").await.is_some());
    assert!(cell(&office.session(bea.scope()).await, "account", id, "name").await.is_some());
}
