//! Sharing, and what is in roles.

use liaison_records as records;
use queries::Verb;
use records::{Error, Principal, rights_text};
use tables::baseline::{Depth, privilege_id};

use crate::{
    house::{account, at, cell, create},
    rights::Office,
};

#[tokio::test]
async fn a_share_gives_rights_on_one_row_until_it_is_taken_back() {
    let office = Office::open().await;
    let (_, sam) = office.seller("sam", "Basic User").await;
    let admin = office.fresh_admin().await;
    let row = at("account", create(&admin, account("Shared")).await);
    let records::RowKey::Id(id) = row.key else { panic!("an id") };
    assert_eq!(cell(&sam, "account", id, "name").await, None);
    let to = Principal::User(sam.user());
    admin.grant(&row, to, Verb::Read.mask()).await.unwrap();
    assert!(cell(&sam, "account", id, "name").await.is_some());
    let access = admin.principal_access(to, &row).await.unwrap();
    assert!(rights_text(access).contains("ReadAccess") && !rights_text(access).contains("Write"));
    assert_eq!(admin.shared_principals(&row).await.unwrap(), [(to, Verb::Read.mask())]);
    let error = sam.grant(&row, to, Verb::Write.mask()).await.unwrap_err();
    assert!(matches!(error, Error::Right { .. } | Error::Privilege { .. }), "{error}");
    admin.revoke(&row, to).await.unwrap();
    assert_eq!(cell(&sam, "account", id, "name").await, None);
    assert!(admin.shared_principals(&row).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_share_gives_nothing_to_who_has_no_right_on_the_table() {
    let office = Office::open().await;
    let nobody = office.house.person("nora", &[identity::Role::Seller]).await;
    let nobody = office.session(&nobody).await;
    let admin = office.fresh_admin().await;
    let row = at("account", create(&admin, account("Shared")).await);
    let to = Principal::User(nobody.user());
    admin.grant(&row, to, Verb::Read.mask()).await.unwrap();
    assert_eq!(admin.principal_access(to, &row).await.unwrap(), 0);
}

#[tokio::test]
async fn what_is_put_into_a_role_counts_at_once_and_shows() {
    let office = Office::open().await;
    let (scope, sam) = office.seller("sam", "Basic User").await;
    let role = office.role("Basic User").await;
    let admin = office.fresh_admin().await;
    let read = privilege_id("prvReadAccount");
    admin.add_privileges(role, vec![(read, Depth::Organisation)]).await.unwrap();
    let has = |all: &[records::RolePrivilege]| {
        all.iter().any(|one| one.privilege == read && one.depth == Depth::Organisation)
    };
    assert!(has(&admin.role_privileges(role).await.unwrap()));
    assert!(has(&admin.user_privileges(sam.user()).await.unwrap()));
    create(&office.fresh_admin().await, account("Seen")).await;
    assert_eq!(crate::house::names(&office.session(&scope).await).await, ["Seen"]);
    office.fresh_admin().await.replace_privileges(role, vec![(read, Depth::User)]).await.unwrap();
    let left = office.fresh_admin().await.role_privileges(role).await.unwrap();
    assert_eq!((left.len(), left[0].depth), (1, Depth::User));
    let mine = office.session(&scope).await;
    assert!(crate::house::names(&mine).await.is_empty());
    let error = mine.add_privileges(role, vec![(read, Depth::Organisation)]).await.unwrap_err();
    assert!(
        matches!(error, Error::Privilege { .. } | Error::RowMissing { .. } | Error::Right { .. }),
        "{error}"
    );
}
