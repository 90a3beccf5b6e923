use kernel::{Factor, Permission, ProviderId, Scope, Secret};
use liaison_identity::{
    ExternalSignIn, GroupRule, NewGroup, NewSession, ProviderInput, ProviderRules, Role, RoleRule,
    users::{UserFilter, UserState},
};
use serde_json::{Value as Json, json};

use crate::house::{House, code};

fn a_provider(rules: ProviderRules) -> ProviderInput {
    ProviderInput {
        name: "Entra".to_owned(),
        issuer: "https://login.example.org/{tenantid}/v2.0".to_owned(),
        client_id: "liaison".to_owned(),
        client_secret: Some(Secret::new("s3cret".to_owned())),
        rules,
        enabled: true,
    }
}

async fn provider(house: &House, admin: &Scope, rules: ProviderRules) -> ProviderId {
    house.identity.create_provider(admin, a_provider(rules)).await.unwrap().id
}

async fn come(
    house: &House,
    provider: ProviderId,
    subject: &str,
    claims: Json,
) -> liaison_identity::Result<NewSession> {
    let who = ExternalSignIn {
        provider,
        issuer: "https://login.example.org/t1/v2.0".to_owned(),
        subject: subject.to_owned(),
        claims: claims.as_object().cloned().unwrap(),
    };
    house.identity.sign_in_external(&house.caller(), house.tenant.id, who).await
}

#[tokio::test]
async fn who_is_not_known_comes_in_only_where_accounts_are_made() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    let closed = provider(&house, &admin, ProviderRules::default()).await;
    let claims = json!({"name": "Zoé", "preferred_username": "zoe@example.org", "amr": ["pwd"]});
    let refused = come(&house, closed, "s1", claims.clone()).await;
    assert_eq!(code(refused), "sign_in.external_unknown");
    let open = ProviderInput {
        name: "Open".to_owned(),
        ..a_provider(ProviderRules { provision: true, ..ProviderRules::default() })
    };
    let open = house.identity.create_provider(&admin, open).await.unwrap().id;
    let first = come(&house, open, "s1", claims.clone()).await.unwrap();
    let again = come(&house, open, "s1", claims.clone()).await.unwrap();
    assert_eq!(first.user, again.user);
    let user = house.identity.user(&house.root(), first.user).await.unwrap();
    assert_eq!((user.user_name.as_str(), user.display_name.as_str()), ("zoe@example.org", "Zoé"));
    assert_eq!((user.has_password, first.factor), (false, Factor::Single));
    // The same name from another subject is another person.
    let other = come(&house, open, "s2", claims).await.unwrap();
    assert_ne!(other.user, first.user);
    let name = house.identity.user(&house.root(), other.user).await.unwrap().user_name;
    assert!(name.starts_with("user-"), "{name}");
}

#[tokio::test]
async fn an_address_links_only_where_the_provider_is_trusted_for_it() {
    let house = House::new().await;
    let (ada, admin) = house.admin().await;
    let rules = ProviderRules {
        trusted_domains: vec!["example.org".to_owned()],
        ..ProviderRules::default()
    };
    let id = provider(&house, &admin, rules).await;
    let claims = |verified: bool| json!({"email": "ada@example.org", "email_verified": verified});
    let refused = come(&house, id, "s1", claims(false)).await;
    assert_eq!(code(refused), "sign_in.external_unknown");
    assert_eq!(come(&house, id, "s1", claims(true)).await.unwrap().user, ada.id);
    // From now on the subject is enough.
    assert_eq!(come(&house, id, "s1", json!({})).await.unwrap().user, ada.id);
}

#[tokio::test]
async fn claims_give_and_take_roles_and_groups() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    let group = NewGroup { name: "Sales".to_owned(), description: String::new() };
    let group = house.identity.create_group(&admin, group).await.unwrap();
    let rules = ProviderRules {
        provision: true,
        roles: vec![RoleRule {
            claim: "roles".to_owned(),
            value: "hub-teams".to_owned(),
            role: Role::TeamsAdministrator,
        }],
        groups: vec![GroupRule {
            claim: "groups".to_owned(),
            value: "g1".to_owned(),
            group: group.id,
        }],
        ..ProviderRules::default()
    };
    let id = provider(&house, &admin, rules).await;
    let with = json!({"roles": ["x", "hub-teams"], "groups": ["g1"], "amr": ["mfa"]});
    let session = come(&house, id, "s1", with).await.unwrap();
    assert_eq!(session.factor, Factor::Provider);
    assert!(house.enter(&session).await.unwrap().may(Permission::TeamManageAll));
    assert_eq!(house.identity.groups_of(&admin, session.user).await.unwrap().len(), 1);
    house.identity.assign_role(&admin, session.user, Role::Seller).await.unwrap();
    let later = come(&house, id, "s1", json!({"roles": []})).await.unwrap();
    for session in [&session, &later] {
        assert!(!house.enter(session).await.unwrap().may(Permission::TeamManageAll));
    }
    assert!(house.identity.groups_of(&admin, session.user).await.unwrap().is_empty());
    // A role that no rule names stays.
    let kept = house.identity.roles_of(&admin, session.user).await.unwrap();
    assert_eq!(kept, [Role::Seller]);
}

#[tokio::test]
async fn a_disabled_account_stays_out_whoever_vouches() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    let rules = ProviderRules { provision: true, ..ProviderRules::default() };
    let id = provider(&house, &admin, rules).await;
    let session = come(&house, id, "s1", json!({})).await.unwrap();
    house.identity.set_user_state(&admin, session.user, UserState::Disabled).await.unwrap();
    assert_eq!(code(come(&house, id, "s1", json!({})).await), "sign_in.refused");
    house.identity.delete_user(&admin, session.user).await.unwrap();
    // The person who comes again after deletion is new.
    let again = come(&house, id, "s1", json!({})).await.unwrap();
    assert_ne!(again.user, session.user);
}

#[tokio::test]
async fn a_provider_that_is_off_lets_nobody_in() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    let rules = ProviderRules { provision: true, ..ProviderRules::default() };
    let id = provider(&house, &admin, rules.clone()).await;
    let offered = house.identity.offered_providers(&house.caller(), house.tenant.id).await.unwrap();
    assert_eq!(offered, [(id, "Entra".to_owned())]);
    let off = ProviderInput { enabled: false, client_secret: None, ..a_provider(rules) };
    let changed = house.identity.update_provider(&admin, id, off).await.unwrap();
    assert!(changed.has_secret);
    assert_eq!(code(come(&house, id, "s1", json!({})).await), "provider.not_found");
    let offered = house.identity.offered_providers(&house.caller(), house.tenant.id).await.unwrap();
    assert!(offered.is_empty());
}

#[tokio::test]
async fn a_stored_secret_is_kept_until_it_is_taken_away() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    let id = provider(&house, &admin, ProviderRules::default()).await;
    assert!(!house.identity.remove_provider_secret(&admin, id).await.unwrap().has_secret);
    house.identity.remove_provider_secret(&admin, id).await.unwrap();
    let read = house.identity.providers(&admin).await.unwrap();
    assert!(!read[0].has_secret);
    let (_, own) = house.person("zoe", &[]).await;
    let refused = house.identity.remove_provider_secret(&own, id).await;
    assert_eq!(code(refused), "permission.missing");
}

#[tokio::test]
async fn claims_do_not_take_the_last_administrator_away() {
    let house = House::new().await;
    let (ada, admin) = house.admin().await;
    let group = NewGroup { name: "Chiefs".to_owned(), description: String::new() };
    let group = house.identity.create_group(&admin, group).await.unwrap().id;
    let role = Role::GlobalAdministrator;
    house.identity.assign_group_role(&admin, group, role).await.unwrap();
    house.identity.add_member(&admin, group, ada.id).await.unwrap();
    house.identity.remove_role(&admin, ada.id, role).await.unwrap();
    let by_claim =
        |value: &str| GroupRule { claim: "groups".to_owned(), value: value.to_owned(), group };
    let rules = ProviderRules {
        trusted_domains: vec!["example.org".to_owned()],
        groups: vec![by_claim("chiefs")],
        ..ProviderRules::default()
    };
    let id = provider(&house, &admin, rules).await;
    let claims = json!({"email": "ada@example.org", "email_verified": true, "groups": []});
    let session = come(&house, id, "s1", claims).await.unwrap();
    assert!(house.enter(&session).await.unwrap().may(Permission::RoleAssign));
    let max = house.user("max", &[role]).await;
    let session = come(&house, id, "s1", json!({"groups": []})).await.unwrap();
    assert!(!house.enter(&session).await.unwrap().may(Permission::RoleAssign));
    assert_ne!(max.id, ada.id);
}

#[tokio::test]
async fn only_administrators_see_and_change_providers() {
    let house = House::new().await;
    let (_, own) = house.person("zoe", &[]).await;
    let new = a_provider(ProviderRules::default());
    assert_eq!(code(house.identity.create_provider(&own, new).await), "permission.missing");
    assert_eq!(code(house.identity.providers(&own).await), "permission.missing");
    let (_, admin) = house.admin().await;
    for issuer in ["", "login", "ftp://x", "javascript:alert(1)"] {
        let new =
            ProviderInput { issuer: issuer.to_owned(), ..a_provider(ProviderRules::default()) };
        assert_eq!(code(house.identity.create_provider(&admin, new).await), "input.invalid");
    }
}

#[tokio::test]
async fn hostile_claims_make_no_hostile_account() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    let rules = ProviderRules { provision: true, ..ProviderRules::default() };
    let id = provider(&house, &admin, rules).await;
    let claims = json!({
        "name": "\u{202E}nimda", "preferred_username": "ada", "zoneinfo": "../../etc/passwd",
        "email": ["x"], "amr": {"mfa": true}, "roles": "global_administrator",
    });
    let session = come(&house, id, "s1", claims).await.unwrap();
    let user = house.identity.user(&admin, session.user).await.unwrap();
    assert!(user.user_name.starts_with("user-"), "{}", user.user_name);
    assert_eq!((user.time_zone.as_str(), user.roles.len()), ("UTC", 0));
    assert!(!user.display_name.contains('\u{202E}'));
    for subject in [String::new(), "x".repeat(5000)] {
        assert_eq!(code(come(&house, id, &subject, json!({})).await), "sign_in.external_unknown");
    }
    let all = UserFilter::default();
    let page = house.identity.users(&admin, all, kernel::Limit::default(), None).await.unwrap();
    assert_eq!(page.items.len(), 2);
}
