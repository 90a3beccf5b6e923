use kernel::{Limit, Permission};
use liaison_identity::{GroupPatch, Holder, LicencePatch, NewGroup, Role, users::UserFilter};

use crate::house::{House, code};

fn a_group(name: &str) -> NewGroup {
    NewGroup { name: name.to_owned(), description: "for tests".to_owned() }
}

#[tokio::test]
async fn a_group_has_members_until_they_leave() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    let identity = &house.identity;
    let group = identity.create_group(&admin, a_group("Sales")).await.unwrap();
    let (zoe, max) = (house.user("zoe", &[]).await, house.user("max", &[]).await);
    for user in [&zoe, &max, &zoe] {
        identity.add_member(&admin, group.id, user.id).await.unwrap();
    }
    assert_eq!(identity.group(&admin, group.id).await.unwrap().members, 2);
    let limit = Limit::new(1).unwrap();
    let first = identity.members(&admin, group.id, limit, None).await.unwrap();
    let next = first.next.as_ref();
    let second = identity.members(&admin, group.id, limit, next).await.unwrap();
    assert_eq!(second.next, None);
    let mut seen = vec![first.items[0].id, second.items[0].id];
    seen.sort();
    let mut expected = vec![zoe.id, max.id];
    expected.sort();
    assert_eq!(seen, expected);
    identity.remove_member(&admin, group.id, zoe.id).await.unwrap();
    assert_eq!(identity.groups_of(&admin, zoe.id).await.unwrap(), []);
    assert_eq!(identity.groups_of(&admin, max.id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_group_is_renamed_and_deleted() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    let identity = &house.identity;
    let group = identity.create_group(&admin, a_group("Sales")).await.unwrap();
    identity.create_group(&admin, a_group("Support")).await.unwrap();
    assert_eq!(code(identity.create_group(&admin, a_group("SALES")).await), "group.taken");
    let rename = |name: &str| GroupPatch { name: Some(name.to_owned()), description: None };
    let taken = identity.update_group(&admin, group.id, rename("support")).await;
    assert_eq!(code(taken), "group.taken");
    let renamed = identity.update_group(&admin, group.id, rename("Ventes")).await.unwrap();
    assert_eq!((renamed.name.as_str(), renamed.description.as_str()), ("Ventes", "for tests"));
    let names: Vec<_> = identity.groups(&admin, Limit::default(), None).await.unwrap().items;
    assert_eq!(names.iter().map(|g| &*g.name).collect::<Vec<_>>(), ["Support", "Ventes"]);
    identity.delete_group(&admin, group.id).await.unwrap();
    assert_eq!(code(identity.group(&admin, group.id).await), "group.not_found");
    assert_eq!(code(identity.delete_group(&admin, group.id).await), "group.not_found");
}

#[tokio::test]
async fn a_licence_has_seats_and_reaches_the_members_of_a_group() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    let identity = &house.identity;
    let licence = identity.create_licence(&admin, "Sales", Some(2)).await.unwrap();
    let (zoe, max) = (house.user("zoe", &[]).await, house.user("max", &[]).await);
    let group = identity.create_group(&admin, a_group("Sellers")).await.unwrap();
    identity.add_member(&admin, group.id, max.id).await.unwrap();
    let give = async |holder| identity.assign_licence(&admin, licence.id, holder).await;
    give(Holder::User(zoe.id)).await.unwrap();
    give(Holder::User(zoe.id)).await.unwrap();
    give(Holder::Group(group.id)).await.unwrap();
    assert_eq!(code(give(Holder::User(max.id)).await), "licence.seats_taken");
    for user in [zoe.id, max.id] {
        let held = identity.licences_of(&admin, user).await.unwrap();
        assert_eq!(held.iter().map(|l| (l.id, l.taken)).collect::<Vec<_>>(), [(licence.id, 2)]);
    }
    let holders = identity.holders(&admin, licence.id).await.unwrap();
    assert_eq!(holders, [Holder::Group(group.id), Holder::User(zoe.id)]);
    identity.remove_licence(&admin, licence.id, Holder::Group(group.id)).await.unwrap();
    assert_eq!(identity.licences_of(&admin, max.id).await.unwrap(), []);
    give(Holder::User(max.id)).await.unwrap();
    identity.delete_user(&admin, max.id).await.unwrap();
    assert_eq!(identity.licences(&admin).await.unwrap()[0].taken, 1);
}

#[tokio::test]
async fn who_joins_a_group_holds_its_licences_until_they_leave() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    let identity = &house.identity;
    let licence = identity.create_licence(&admin, "Sales", Some(3)).await.unwrap().id;
    identity.create_licence(&admin, "Other", None).await.unwrap();
    let (ann, bob) = (house.user("ann", &[]).await, house.user("bob", &[]).await);
    let (_, cal) = house.person("cal", &[Role::Seller]).await;
    let sellers = identity.create_group(&admin, a_group("Sellers")).await.unwrap().id;
    let partners = identity.create_group(&admin, a_group("Partners")).await.unwrap().id;
    for holder in [Holder::User(ann.id), Holder::Group(sellers), Holder::Group(partners)] {
        identity.assign_licence(&admin, licence, holder).await.unwrap();
    }
    for (group, user) in [(sellers, ann.id), (sellers, bob.id), (partners, bob.id)] {
        identity.add_member(&admin, group, user).await.unwrap();
    }
    let limit = Limit::new(1).unwrap();
    let first = identity.licensed(&admin, licence, limit, None).await.unwrap();
    let second = identity.licensed(&admin, licence, limit, first.next.as_ref()).await.unwrap();
    assert_eq!(second.next, None, "who is in no group that holds it is not among them");
    let shown = |one: &liaison_identity::Licensed| {
        let groups: Vec<_> = one.groups.iter().map(|group| group.name.clone()).collect();
        (one.person.id, one.direct, groups.join(", "))
    };
    assert_eq!(shown(&first.items[0]), (ann.id, true, "Sellers".to_owned()));
    assert_eq!(shown(&second.items[0]), (bob.id, false, "Partners, Sellers".to_owned()));
    let held = identity.held_licences(&admin, bob.id).await.unwrap();
    assert_eq!((held.len(), held[0].licence.id, held[0].direct), (1, licence, false));
    assert_eq!((held[0].groups.len(), held[0].licence.taken, held[0].licence.people), (2, 3, 2));
    let of_group = identity.licences_of_group(&admin, sellers).await.unwrap();
    assert_eq!(of_group.iter().map(|one| one.id).collect::<Vec<_>>(), [licence]);
    // who leaves one group keeps it through the other; who leaves the last holds it no more
    let cal_id = cal.user().unwrap();
    identity.add_member(&admin, sellers, cal_id).await.unwrap();
    assert_eq!(identity.held_licences(&cal, cal_id).await.unwrap().len(), 1);
    identity.remove_member(&admin, sellers, cal_id).await.unwrap();
    assert_eq!(identity.held_licences(&cal, cal_id).await.unwrap(), []);
    identity.remove_member(&admin, sellers, bob.id).await.unwrap();
    assert_eq!(identity.held_licences(&admin, bob.id).await.unwrap()[0].groups[0].name, "Partners");
    identity.delete_group(&admin, partners).await.unwrap();
    assert_eq!(identity.held_licences(&admin, bob.id).await.unwrap(), []);
    let left = identity.licensed(&admin, licence, Limit::default(), None).await.unwrap().items;
    assert_eq!(left.iter().map(shown).collect::<Vec<_>>(), [(ann.id, true, "Sellers".to_owned())]);
    let missing = "permission.missing";
    assert_eq!(code(identity.licensed(&cal, licence, limit, None).await), missing);
    let nothing = house.ids.fresh();
    assert_eq!(code(identity.licensed(&admin, nothing, limit, None).await), "licence.not_found");
    let nothing = house.ids.fresh();
    assert_eq!(code(identity.licences_of_group(&admin, nothing).await), "group.not_found");
}

#[tokio::test]
async fn the_right_role_manages_groups_and_licences() {
    let house = House::new().await;
    let (_, seller) = house.person("zoe", &[Role::Seller]).await;
    let (_, sales) = house.person("max", &[Role::SalesAdministrator]).await;
    let identity = &house.identity;
    let missing = "permission.missing";
    assert_eq!(code(identity.create_group(&seller, a_group("x")).await), missing);
    assert_eq!(code(identity.create_licence(&seller, "x", None).await), missing);
    assert_eq!(code(identity.create_group(&sales, a_group("x")).await), missing);
    assert!(sales.may(Permission::LicenceAssign));
    let licence = identity.create_licence(&sales, "x", None).await.unwrap();
    let nobody = Holder::User(house.ids.fresh());
    assert_eq!(code(identity.assign_licence(&sales, licence.id, nobody).await), "user.not_found");
    assert_eq!(code(identity.create_licence(&sales, "y", Some(0)).await), "input.invalid");
}

#[tokio::test]
async fn a_group_gives_its_roles_to_whoever_is_in_it() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    let identity = &house.identity;
    let (zoe, own) = house.person("zoe", &[Role::Seller]).await;
    let session = house.session("zoe").await;
    let may = async || house.enter(&session).await.unwrap().may(Permission::TeamManageAll);
    assert!(!may().await);
    let group = identity.create_group(&admin, a_group("Teams")).await.unwrap().id;
    identity.add_member(&admin, group, zoe.id).await.unwrap();
    let role = Role::TeamsAdministrator;
    let with = identity.assign_group_role(&admin, group, role).await.unwrap();
    assert_eq!(with.roles, [role]);
    assert!(may().await, "a role of a group counts from the next request on");
    let known = identity.user(&own, zoe.id).await.unwrap();
    assert_eq!((known.roles, known.group_roles), (vec![Role::Seller], vec![role]));
    identity.remove_member(&admin, group, zoe.id).await.unwrap();
    assert!(!may().await);
    identity.add_member(&admin, group, zoe.id).await.unwrap();
    assert!(may().await);
    identity.remove_group_role(&admin, group, role).await.unwrap();
    assert!(!may().await);
    identity.assign_group_role(&admin, group, role).await.unwrap();
    assert!(may().await);
    identity.delete_group(&admin, group).await.unwrap();
    assert!(!may().await);
    let filter = liaison_identity::AuditFilter {
        subject: Some(group.to_string()),
        ..liaison_identity::AuditFilter::default()
    };
    let rows = identity.audit(&admin, filter, Limit::default(), None).await.unwrap().items;
    let actions: Vec<_> = rows.iter().rev().map(|row| row.action.as_str()).collect();
    let expected = [
        "group.create",
        "group.add_member",
        "group.assign_role",
        "group.remove_member",
        "group.add_member",
        "group.remove_role",
        "group.assign_role",
        "group.delete",
    ];
    assert_eq!(actions, expected);
}

#[tokio::test]
async fn nobody_gets_rights_by_managing_groups() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    let identity = &house.identity;
    let (max, manager) = house.person("max", &[Role::TeamsAdministrator]).await;
    assert!(manager.may(Permission::GroupManage) && !manager.may(Permission::RoleAssign));
    let group = identity.create_group(&manager, a_group("Mine")).await.unwrap().id;
    let role = Role::GlobalAdministrator;
    let refused = identity.assign_group_role(&manager, group, role).await;
    assert_eq!(code(refused), "permission.missing");
    identity.assign_group_role(&admin, group, role).await.unwrap();
    let refused = "permission.missing";
    assert_eq!(code(identity.add_member(&manager, group, max.id).await), refused);
    assert_eq!(code(identity.remove_member(&manager, group, max.id).await), refused);
    assert_eq!(code(identity.delete_group(&manager, group).await), refused);
    let token = liaison_identity::NewToken {
        owner: liaison_identity::TokenOwner::Myself,
        label: "roles".to_owned(),
        permissions: Permission::ALL
            .iter()
            .copied()
            .filter(|p| matches!(p, Permission::RoleAssign | Permission::GroupManage))
            .collect(),
        expires_at: None,
    };
    let token = identity.create_token(&admin, token).await.unwrap();
    let narrow = house.bearer(&token.secret).await.unwrap();
    assert_eq!(code(identity.add_member(&narrow, group, max.id).await), "permission.escalation");
}

#[tokio::test]
async fn the_last_administrator_may_be_one_through_a_group() {
    let house = House::new().await;
    let (ada, admin) = house.admin().await;
    let identity = &house.identity;
    let role = Role::GlobalAdministrator;
    let group = identity.create_group(&admin, a_group("Chiefs")).await.unwrap().id;
    identity.assign_group_role(&admin, group, role).await.unwrap();
    identity.add_member(&admin, group, ada.id).await.unwrap();
    // One of the two ways may go, the other may not.
    identity.remove_role(&admin, ada.id, role).await.unwrap();
    let last = "role.last_administrator";
    assert_eq!(code(identity.remove_member(&admin, group, ada.id).await), last);
    assert_eq!(code(identity.remove_group_role(&admin, group, role).await), last);
    assert_eq!(code(identity.delete_group(&admin, group).await), last);
    assert_eq!(code(identity.delete_user(&admin, ada.id).await), last);
    let zoe = house.user("zoe", &[role]).await;
    identity.remove_group_role(&admin, group, role).await.unwrap();
    assert_eq!(identity.user(&house.root(), zoe.id).await.unwrap().roles, [role]);
}

#[tokio::test]
async fn a_second_factor_is_asked_for_a_role_of_a_group_too() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    let identity = &house.identity;
    let role = Role::TeamsAdministrator;
    let group = identity.create_group(&admin, a_group("Teams")).await.unwrap().id;
    identity.assign_group_role(&admin, group, role).await.unwrap();
    let zoe = house.user("zoe", &[]).await;
    identity.add_member(&admin, group, zoe.id).await.unwrap();
    let session = house.session("zoe").await;
    assert!(house.enter(&session).await.unwrap().may(Permission::TeamManageAll));
    let policy = liaison_identity::tenants::Policy { second_factor_roles: vec![role] };
    let patch = liaison_identity::tenants::TenantPatch {
        policy: Some(policy),
        ..liaison_identity::tenants::TenantPatch::default()
    };
    identity.update_tenant(&admin, patch).await.unwrap();
    assert!(!house.enter(&session).await.unwrap().may(Permission::TeamManageAll));
    assert!(identity.factors(&house.root(), zoe.id).await.unwrap().required);
}

#[tokio::test]
async fn people_are_listed_by_role_whichever_way_they_have_it() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    let identity = &house.identity;
    let role = Role::Seller;
    house.user("alone", &[role]).await;
    let grouped = house.user("grouped", &[]).await;
    house.user("neither", &[Role::ConnectorMaker]).await;
    let group = identity.create_group(&admin, a_group("Sales")).await.unwrap().id;
    identity.assign_group_role(&admin, group, role).await.unwrap();
    identity.add_member(&admin, group, grouped.id).await.unwrap();
    let filter = || UserFilter { role: Some(role), ..UserFilter::default() };
    let limit = Limit::new(1).unwrap();
    let first = identity.users(&admin, filter(), limit, None).await.unwrap();
    let next = first.next.as_ref();
    let second = identity.users(&admin, filter(), limit, next).await.unwrap();
    let names = [&first.items[0].user_name, &second.items[0].user_name];
    assert_eq!((names, second.next), ([&"alone".to_owned(), &"grouped".to_owned()], None));
}

#[tokio::test]
async fn a_licence_is_renamed_resized_and_deleted_once_nobody_holds_it() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    let identity = &house.identity;
    let licence = identity.create_licence(&admin, "Sales", Some(3)).await.unwrap().id;
    identity.create_licence(&admin, "Other", None).await.unwrap();
    let zoe = house.user("zoe", &[]).await;
    let max = house.user("max", &[]).await;
    for user in [zoe.id, max.id] {
        identity.assign_licence(&admin, licence, Holder::User(user)).await.unwrap();
    }
    let named = |name: &str| LicencePatch { name: Some(name.to_owned()), seats: None };
    assert_eq!(
        code(identity.update_licence(&admin, licence, named("OTHER")).await),
        "licence.taken"
    );
    assert_eq!(code(identity.update_licence(&admin, licence, named(" ")).await), "input.invalid");
    let seats = |seats| LicencePatch { name: None, seats: Some(seats) };
    for too_few in [Some(0), Some(1)] {
        let refused = identity.update_licence(&admin, licence, seats(too_few)).await;
        assert_eq!(code(refused), "input.invalid", "{too_few:?}");
    }
    let changed = identity.update_licence(&admin, licence, seats(Some(2))).await.unwrap();
    assert_eq!((changed.seats, changed.taken), (Some(2), 2));
    assert_eq!(identity.update_licence(&admin, licence, seats(None)).await.unwrap().seats, None);
    let renamed = identity.update_licence(&admin, licence, named("Ventes")).await.unwrap();
    assert_eq!(renamed.name, "Ventes");
    let refused = identity.delete_licence(&admin, licence).await;
    assert!(matches!(refused, Err(liaison_identity::Error::LicenceHeld { holders: 2 })));
    for user in [zoe.id, max.id] {
        identity.remove_licence(&admin, licence, Holder::User(user)).await.unwrap();
    }
    identity.delete_licence(&admin, licence).await.unwrap();
    assert_eq!(code(identity.delete_licence(&admin, licence).await), "licence.not_found");
    let (_, seller) = house.person("sam", &[]).await;
    assert_eq!(code(identity.delete_licence(&seller, licence).await), "permission.missing");
    let nothing = LicencePatch::default();
    assert_eq!(
        code(identity.update_licence(&seller, licence, nothing).await),
        "permission.missing"
    );
}

#[tokio::test]
async fn what_nobody_is_has_no_groups_licences_or_sessions() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    let nobody = house.ids.fresh();
    assert_eq!(code(house.identity.groups_of(&admin, nobody).await), "user.not_found");
    assert_eq!(code(house.identity.licences_of(&admin, nobody).await), "user.not_found");
    assert_eq!(code(house.identity.sessions(&admin, nobody).await), "user.not_found");
}
