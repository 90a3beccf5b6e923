use kernel::{Coded as _, Language, Limit, Permission, Secret};
use liaison_identity::{
    Error, NewToken, Role, TokenOwner,
    users::{NewUser, Theme, UserFilter, UserPatch, UserState},
};

use crate::house::{House, PASSWORD, a_user, code};

#[tokio::test]
async fn a_person_reads_back_as_made() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    let new = NewUser {
        addresses: vec!["zoe@example.org".to_owned(), "z@example.org".to_owned()],
        language: Some(Language::Fr),
        ..a_user("zoe", &[Role::Seller, Role::ConnectorMaker])
    };
    let made = house.identity.create_user(&admin, new).await.unwrap();
    let read = house.identity.user(&admin, made.id).await.unwrap();
    assert_eq!(read.addresses, ["zoe@example.org", "z@example.org"]);
    assert_eq!(read.roles, [Role::ConnectorMaker, Role::Seller]);
    assert_eq!((read.language, read.has_password), (Some(Language::Fr), true));
    assert_eq!(
        house.identity.find_user_by_name(&admin, "Z@example.org").await.unwrap(),
        Some(read)
    );
}

#[tokio::test]
async fn a_name_and_an_address_are_taken_whatever_their_case() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    house.user("zoe", &[]).await;
    let twice = house.identity.create_user(&admin, a_user("ZOE", &[])).await;
    assert_eq!(code(twice), "user.taken");
    let other = NewUser { addresses: vec!["Zoe@Example.org".to_owned()], ..a_user("other", &[]) };
    assert_eq!(code(house.identity.create_user(&admin, other).await), "user.taken");
}

#[tokio::test]
async fn a_weak_password_is_refused_with_the_reason() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    for (password, reason) in [
        ("short", "password.too_short"),
        ("éééééé", "password.too_short"),
        ("password1234", "password.common"),
        ("aaaaaaaaaaaaaa", "password.common"),
        ("abcdefghijklmnop", "password.common"),
        ("Motdepasse!!", "password.common"),
        ("zoezoezoezoe12", "password.name"),
    ] {
        let new =
            NewUser { password: Some(Secret::new(password.to_owned())), ..a_user("zoe", &[]) };
        let refused = house.identity.create_user(&admin, new).await.unwrap_err();
        let fields: Vec<_> = refused.fields().iter().map(|f| (&*f.pointer, f.code)).collect();
        assert_eq!(fields, [("/password", reason)], "{password}");
    }
}

#[tokio::test]
async fn what_cannot_be_a_name_is_refused_with_its_place() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    let cases = [
        (NewUser { user_name: "a b".to_owned(), ..a_user("a", &[]) }, "/user_name"),
        (NewUser { display_name: "\u{202E}".to_owned(), ..a_user("a", &[]) }, "/display_name"),
        (NewUser { addresses: vec!["@".to_owned()], ..a_user("a", &[]) }, "/addresses"),
        (NewUser { time_zone: Some("Moon".to_owned()), ..a_user("a", &[]) }, "/time_zone"),
    ];
    for (new, pointer) in cases {
        let refused = house.identity.create_user(&admin, new).await.unwrap_err();
        assert_eq!(refused.fields().first().map(|f| &*f.pointer), Some(pointer));
    }
}

#[tokio::test]
async fn everyone_changes_the_own_profile_and_only_administrators_another() {
    let house = House::new().await;
    let (zoe, own) = house.person("zoe", &[]).await;
    let (max, _) = house.person("max", &[]).await;
    let patch = || UserPatch {
        display_name: Some("Zoé".to_owned()),
        language: Some(Some(Language::Fr)),
        theme: Some(Theme::Dark),
        ..UserPatch::default()
    };
    let changed = house.identity.update_user(&own, zoe.id, patch()).await.unwrap();
    assert_eq!((changed.display_name.as_str(), changed.theme), ("Zoé", Theme::Dark));
    assert_eq!(code(house.identity.update_user(&own, max.id, patch()).await), "permission.missing");
    let rename = UserPatch { user_name: Some("root".to_owned()), ..UserPatch::default() };
    assert_eq!(code(house.identity.update_user(&own, zoe.id, rename).await), "permission.missing");
}

#[tokio::test]
async fn the_language_of_the_person_comes_first() {
    let house = House::new().await;
    let zoe = house.user("zoe", &[]).await;
    let session = house.session("zoe").await;
    assert_eq!(house.enter(&session).await.unwrap().language(), Language::En);
    let patch = UserPatch { language: Some(Some(Language::Fr)), ..UserPatch::default() };
    house.identity.update_user(&house.root(), zoe.id, patch).await.unwrap();
    assert_eq!(house.enter(&session).await.unwrap().language(), Language::Fr);
}

#[tokio::test]
async fn a_list_pages_without_gap_and_finds_parts_of_names() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    for n in 0..7 {
        let new = NewUser { password: None, ..a_user(&format!("user{n}"), &[]) };
        house.identity.create_user(&admin, new).await.unwrap();
    }
    let limit = Limit::new(3).unwrap();
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let filter = UserFilter::default();
        let page = house.identity.users(&admin, filter, limit, after.as_ref()).await.unwrap();
        seen.extend(page.items.into_iter().map(|u| u.user_name));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let expected = ["ada", "user0", "user1", "user2", "user3", "user4", "user5", "user6"];
    assert_eq!(seen, expected);
    for (search, found) in
        [("SER3", 1), ("user3@exa", 1), ("3 exam", 1), ("%", 0), ("_", 0), ("!", 0)]
    {
        let filter = UserFilter { search: Some(search.to_owned()), ..UserFilter::default() };
        let page = house.identity.users(&admin, filter, limit, None).await.unwrap();
        assert_eq!(page.items.len(), found, "{search}");
    }
}

#[tokio::test]
async fn the_last_global_administrator_stays() {
    let house = House::new().await;
    let (ada, admin) = house.admin().await;
    let identity = &house.identity;
    let role = Role::GlobalAdministrator;
    let last = "role.last_administrator";
    assert_eq!(code(identity.remove_role(&admin, ada.id, role).await), last);
    assert_eq!(code(identity.delete_user(&admin, ada.id).await), last);
    for state in [UserState::Locked, UserState::Disabled] {
        assert_eq!(code(identity.set_user_state(&admin, ada.id, state).await), last);
    }
    // A second one who may not sign in is none.
    let bob = house.user("bob", &[role]).await;
    identity.set_user_state(&admin, bob.id, UserState::Disabled).await.unwrap();
    assert_eq!(code(identity.remove_role(&admin, ada.id, role).await), last);
    identity.set_user_state(&admin, bob.id, UserState::Active).await.unwrap();
    identity.remove_role(&admin, ada.id, role).await.unwrap();
    assert_eq!(code(identity.remove_role(&house.root(), bob.id, role).await), last);
}

#[tokio::test]
async fn two_administrators_cannot_remove_each_other_at_the_same_moment() {
    let house = House::new().await;
    let (ada, admin) = house.admin().await;
    let bob = house.user("bob", &[Role::GlobalAdministrator]).await;
    let identity = &house.identity;
    let role = Role::GlobalAdministrator;
    let (a, b) = tokio::join!(
        identity.remove_role(&admin, ada.id, role),
        identity.remove_role(&admin, bob.id, role)
    );
    assert_eq!([a.is_ok(), b.is_ok()].into_iter().filter(|done| *done).count(), 1);
}

#[tokio::test]
async fn nobody_manages_somebody_with_more_rights() {
    let house = House::new().await;
    let (ada, admin) = house.admin().await;
    let token = NewToken {
        owner: TokenOwner::Service,
        label: "directory sync".to_owned(),
        permissions: [
            Permission::UserManage,
            Permission::RoleAssign,
            Permission::DirectoryRead,
            Permission::ProfileRead,
        ]
        .into_iter()
        .collect(),
        expires_at: None,
    };
    let issued = house.identity.create_token(&admin, token).await.unwrap();
    let sync = house.bearer(&issued.secret).await.unwrap();
    let identity = &house.identity;
    assert!(matches!(identity.password_link(&sync, ada.id).await, Err(Error::Escalation)));
    assert!(matches!(identity.reset_factors(&sync, ada.id).await, Err(Error::Escalation)));
    let zoe = house.user("zoe", &[]).await;
    let role = Role::GlobalAdministrator;
    assert!(matches!(identity.assign_role(&sync, zoe.id, role).await, Err(Error::Escalation)));
}

#[tokio::test]
async fn a_deleted_person_leaves_the_name_only() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    let zoe = house.user("zoe", &[Role::Seller]).await;
    let session = house.session("zoe").await;
    house.enter(&session).await.unwrap();
    house.identity.delete_user(&admin, zoe.id).await.unwrap();
    assert_eq!(code(house.enter(&session).await), "credential.invalid");
    assert_eq!(code(house.try_sign_in("zoe", PASSWORD).await), "sign_in.refused");
    assert_eq!(code(house.identity.delete_user(&admin, zoe.id).await), "user.not_found");
    let people = house.identity.people(&admin, &[zoe.id, house.ids.fresh()]).await.unwrap();
    assert_eq!(people.len(), 1);
    assert_eq!((people[0].display_name.as_str(), &people[0].address), ("zoe Example", &None));
    let left = house.identity.user(&admin, zoe.id).await.unwrap();
    assert_eq!((left.roles.len(), left.addresses.len(), left.has_password), (0, 0, false));
    house.user("zoe", &[]).await;
}

#[tokio::test]
async fn without_the_right_nothing_is_managed() {
    let house = House::new().await;
    let (zoe, own) = house.person("zoe", &[]).await;
    let identity = &house.identity;
    let missing = "permission.missing";
    assert_eq!(code(identity.create_user(&own, a_user("x", &[])).await), missing);
    assert_eq!(code(identity.delete_user(&own, zoe.id).await), missing);
    assert_eq!(code(identity.set_user_state(&own, zoe.id, UserState::Locked).await), missing);
    assert_eq!(code(identity.assign_role(&own, zoe.id, Role::Seller).await), missing);
    assert_eq!(code(identity.password_link(&own, zoe.id).await), missing);
    assert_eq!(code(identity.unlock_user(&own, zoe.id).await), missing);
    assert_eq!(code(identity.first_run_link(&own).await), missing);
}
