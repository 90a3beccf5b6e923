use kernel::{Language, Limit, Permission, Scope};
use liaison_identity::{
    Holder, NewGroup, NewToken, Role, TokenOwner, Tokens,
    tenants::{NewTenant, TenantPatch},
    users::{UserFilter, UserPatch, UserState},
};

use crate::house::{House, a_user, code};

fn a_tenant(name: &str, host: Option<&str>) -> NewTenant {
    NewTenant { name: name.to_owned(), language: Language::Fr, host: host.map(str::to_owned) }
}

/// An administrator of a second tenant.
async fn stranger(house: &House) -> Scope {
    let there = house.system.create_tenant(a_tenant("Fabrikam", None)).await.unwrap();
    let root = house.system.scope(there.id, "test");
    house.identity.create_user(&root, a_user("eve", &[Role::GlobalAdministrator])).await.unwrap();
    let who = liaison_identity::SignIn {
        name: "eve".to_owned(),
        password: kernel::Secret::new(crate::house::PASSWORD.to_owned()),
    };
    let signed = house.identity.sign_in(&house.caller(), there.id, who).await.unwrap();
    let liaison_identity::SignedIn::Done(session) = signed else { panic!("a second factor") };
    house.enter(&session).await.unwrap()
}

#[tokio::test]
async fn a_host_name_leads_to_its_tenant_and_any_other_to_the_first() {
    let house = House::new().await;
    house.pass(1);
    let new = a_tenant("Fabrikam", Some("Fabrikam.example.org"));
    let second = house.system.create_tenant(new).await.unwrap();
    let home = async |host: &str| house.identity.home(host).await.unwrap().id;
    assert_eq!(home("fabrikam.EXAMPLE.org").await, second.id);
    assert_eq!(home("hub.example.org").await, house.tenant.id);
    let again = a_tenant("Other", Some("fabrikam.example.org"));
    assert_eq!(code(house.system.create_tenant(again).await), "tenant.taken");
    assert_eq!(house.system.tenants().await.unwrap().len(), 2);
    let first = house.system.ensure_first_tenant("Third", Language::En).await.unwrap();
    assert_eq!(first.id, house.tenant.id);
}

#[tokio::test]
async fn what_belongs_to_another_tenant_is_not_found() {
    let house = House::new().await;
    let (ada, admin) = house.admin().await;
    let session = house.session("ada").await;
    let group = NewGroup { name: "Sales".to_owned(), description: String::new() };
    let group = house.identity.create_group(&admin, group).await.unwrap();
    let licence = house.identity.create_licence(&admin, "Sales", None).await.unwrap();
    let token = NewToken {
        owner: TokenOwner::Service,
        label: "ci".to_owned(),
        permissions: [Permission::AuditRead].into_iter().collect(),
        expires_at: None,
    };
    let token = house.identity.create_token(&admin, token).await.unwrap();
    let eve = stranger(&house).await;
    assert!(eve.may(Permission::UserManage));
    let i = &house.identity;
    let patch = UserPatch::default();
    assert_eq!(code(i.user(&eve, ada.id).await), "user.not_found");
    assert_eq!(code(i.update_user(&eve, ada.id, patch).await), "user.not_found");
    assert_eq!(code(i.delete_user(&eve, ada.id).await), "user.not_found");
    assert_eq!(code(i.set_user_state(&eve, ada.id, UserState::Locked).await), "user.not_found");
    assert_eq!(code(i.unlock_user(&eve, ada.id).await), "user.not_found");
    assert_eq!(code(i.assign_role(&eve, ada.id, Role::Seller).await), "user.not_found");
    assert_eq!(code(i.password_link(&eve, ada.id).await), "user.not_found");
    assert_eq!(code(i.reset_factors(&eve, ada.id).await), "user.not_found");
    assert_eq!(code(i.factors(&eve, ada.id).await), "user.not_found");
    assert_eq!(code(i.sign_out_everywhere(&eve, ada.id).await), "user.not_found");
    assert_eq!(code(i.end_session(&eve, session.id).await), "session.not_found");
    assert_eq!(code(i.revoke_token(&eve, token.token.id).await), "token.not_found");
    assert_eq!(code(i.group(&eve, group.id).await), "group.not_found");
    assert_eq!(code(i.delete_group(&eve, group.id).await), "group.not_found");
    assert_eq!(code(i.members(&eve, group.id, Limit::default(), None).await), "group.not_found");
    assert_eq!(code(i.holders(&eve, licence.id).await), "licence.not_found");
    let holder = Holder::User(eve.user().unwrap());
    assert_eq!(code(i.assign_licence(&eve, licence.id, holder).await), "licence.not_found");
    assert_eq!(code(i.sessions(&eve, ada.id).await), "user.not_found");
    assert_eq!(code(i.groups_of(&eve, ada.id).await), "user.not_found");
    assert_eq!(code(i.licences_of(&eve, ada.id).await), "user.not_found");
    assert_eq!(code(i.assign_group_role(&eve, group.id, Role::Seller).await), "group.not_found");
    assert_eq!(code(i.delete_licence(&eve, licence.id).await), "licence.not_found");
    assert!(i.people(&eve, &[ada.id]).await.unwrap().is_empty());
    assert!(i.licences(&eve).await.unwrap().is_empty());
    let users = i.users(&eve, UserFilter::default(), Limit::default(), None).await.unwrap();
    assert_eq!(users.items.iter().map(|u| &*u.user_name).collect::<Vec<_>>(), ["eve"]);
    let tokens = i.tokens(&eve, Tokens::All, Limit::default(), None).await.unwrap();
    assert!(tokens.items.is_empty());
    // Names are free in each tenant, and nobody signs in next door.
    assert!(i.create_user(&eve, a_user("ada", &[])).await.is_ok());
    assert_eq!(code(house.try_sign_in("eve", crate::house::PASSWORD).await), "sign_in.refused");
    house.enter(&session).await.unwrap();
    house.bearer(&token.secret).await.unwrap();
}

#[tokio::test]
async fn the_settings_of_a_tenant_are_its_administrators() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    let (_, seller) = house.person("zoe", &[Role::Seller]).await;
    let patch = || TenantPatch {
        name: Some("Contoso SA".to_owned()),
        language: Some(Language::Fr),
        ..TenantPatch::default()
    };
    let refused = house.identity.update_tenant(&seller, patch()).await;
    assert_eq!(code(refused), "permission.missing");
    house.identity.update_tenant(&admin, patch()).await.unwrap();
    let read = house.identity.tenant(&seller).await.unwrap();
    assert_eq!((read.name.as_str(), read.language), ("Contoso SA", Language::Fr));
}

#[tokio::test]
async fn a_key_that_does_not_open_the_data_is_named() {
    let house = House::new().await;
    house.system.check_seal().await.unwrap();
    let other = seal::Key::generate(&house.ids);
    let parts = liaison_identity::Parts {
        db: house.store.db(),
        clock: testkit::FixedClock::new(),
        ids: house.ids.clone(),
        sealer: seal::Sealer::new(vec![other], house.ids.clone()).unwrap(),
        outbound: testkit::outbound(),
        public_url: "https://hub.example.org".parse().unwrap(),
        settings: liaison_identity::Settings::default(),
    };
    let (_, system) = liaison_identity::Identity::open(parts);
    let refused = system.check_seal().await.unwrap_err();
    assert!(matches!(refused, liaison_identity::Error::Seal(seal::Error::WrongKey { .. })));
}

#[tokio::test]
async fn old_credentials_go_and_live_ones_stay() {
    let house = House::new().await;
    let (ada, _) = house.admin().await;
    house.pass(200 * 24 * 3600);
    let session = house.session("ada").await;
    assert!(house.identity.prune().await.unwrap() >= 1);
    let left = house.identity.sessions(&house.root(), ada.id).await.unwrap();
    assert_eq!(left.iter().map(|s| s.id).collect::<Vec<_>>(), [session.id]);
    house.enter(&session).await.unwrap();
}

#[tokio::test]
async fn a_tenant_moves_to_another_host_name() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    house.pass(1);
    let eve = stranger(&house).await;
    let to = |host: Option<&str>| TenantPatch {
        host: Some(host.map(str::to_owned)),
        ..TenantPatch::default()
    };
    let identity = &house.identity;
    let moved = identity.update_tenant(&eve, to(Some("Fabrikam.example.org"))).await.unwrap();
    assert_eq!(moved.host.as_deref(), Some("fabrikam.example.org"));
    let home = async |host: &str| identity.home(host).await.unwrap().id;
    assert_eq!(home("fabrikam.example.org:8443").await, eve.tenant(), "a port is no part of it");
    identity.update_tenant(&eve, to(Some("new.example.org"))).await.unwrap();
    assert_eq!(home("new.example.org").await, eve.tenant());
    assert_eq!(home("fabrikam.example.org").await, house.tenant.id);
    let taken = identity.update_tenant(&admin, to(Some("NEW.example.org"))).await;
    assert_eq!(code(taken), "tenant.taken");
    for bad in ["", "a b", "https://x", "x:80", "-a", "x/y"] {
        let refused = identity.update_tenant(&admin, to(Some(bad))).await;
        assert_eq!(code(refused), "input.invalid", "{bad:?}");
    }
    // The first tenant answers for every other name; a second one without a name is nowhere.
    assert_eq!(code(identity.update_tenant(&eve, to(None)).await), "input.invalid");
    identity.update_tenant(&admin, to(Some("hub.example.org"))).await.unwrap();
    assert_eq!(identity.update_tenant(&admin, to(None)).await.unwrap().host, None);
    let filter = liaison_identity::AuditFilter {
        action: Some("tenant.update".to_owned()),
        ..liaison_identity::AuditFilter::default()
    };
    let rows = identity.audit(&admin, filter, Limit::default(), None).await.unwrap().items;
    let hosts: Vec<_> =
        rows.iter().rev().map(|row| row.after.as_ref().unwrap()["host"].clone()).collect();
    assert_eq!(hosts, [serde_json::json!("hub.example.org"), serde_json::Value::Null]);
}

#[tokio::test]
async fn the_audit_goes_when_it_is_old_enough_and_not_before() {
    let years = |days| liaison_identity::Settings {
        audit_retention_days: days,
        ..liaison_identity::Settings::default()
    };
    for (kept, left) in [(400, 1), (0, 3)] {
        let house = House::with(years(kept)).await;
        for name in ["first", "second"] {
            house.identity.create_licence(&house.root(), name, None).await.unwrap();
            house.pass(200 * 24 * 3600);
        }
        house.identity.prune().await.unwrap();
        let read = async || {
            let filter = liaison_identity::AuditFilter::default();
            house.identity.audit(&house.root(), filter, Limit::default(), None).await.unwrap().items
        };
        assert_eq!(read().await.len(), 3, "400 days are not over 400 days");
        house.pass(1);
        house.identity.prune().await.unwrap();
        assert_eq!(read().await.len(), left, "kept {kept} days");
    }
}
