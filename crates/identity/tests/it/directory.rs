use kernel::{Limit, Permission};
use liaison_identity::{GroupPatch, Holder, NewGroup, Role};

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
