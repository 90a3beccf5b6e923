use kernel::Limit;
use liaison_identity::{AuditFilter, Format, NewGroup, Role, users::UserPatch};
use serde_json::json;

use crate::house::{House, a_user, code};

#[tokio::test]
async fn a_change_says_who_what_before_after_when_and_from_where() {
    let house = House::new().await;
    let (ada, admin) = house.admin().await;
    let zoe = house.identity.create_user(&admin, a_user("zoe", &[])).await.unwrap();
    house.pass(5);
    let patch = UserPatch { display_name: Some("Zoé".to_owned()), ..UserPatch::default() };
    house.identity.update_user(&admin, zoe.id, patch).await.unwrap();
    let filter = AuditFilter { subject: Some(zoe.id.to_string()), ..AuditFilter::default() };
    let page = house.identity.audit(&admin, filter, Limit::default(), None).await.unwrap();
    let [update, create] = page.items.as_slice() else { panic!("two rows") };
    assert_eq!((create.action.as_str(), update.action.as_str()), ("user.create", "user.update"));
    assert_eq!(update.actor, format!("user:{}", ada.id));
    assert_eq!(update.at, house.now());
    assert_eq!(update.request, admin.request());
    assert_eq!(update.origin.as_deref(), Some("192.0.2.7"));
    let name = |json: &Option<serde_json::Value>| json.as_ref().unwrap()["display_name"].clone();
    assert_eq!((name(&update.before), name(&update.after)), (json!("zoe Example"), json!("Zoé")));
    assert_eq!(create.before, None);
}

#[tokio::test]
async fn no_secret_is_in_the_audit() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    let zoe = house.identity.create_user(&admin, a_user("zoe", &[])).await.unwrap();
    let link = house.identity.password_link(&admin, zoe.id).await.unwrap();
    let limit = Limit::new(200).unwrap();
    let page = house.identity.audit(&admin, AuditFilter::default(), limit, None).await.unwrap();
    let all = format!("{:?}", page.items);
    for secret in [crate::house::PASSWORD, link.secret.expose(), "argon2"] {
        assert!(!all.contains(secret));
    }
}

#[tokio::test]
async fn the_audit_pages_and_filters() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    for n in 0..5 {
        let new = NewGroup { name: format!("group {n}"), description: String::new() };
        house.identity.create_group(&admin, new).await.unwrap();
        house.pass(60);
    }
    let groups = || AuditFilter { action: Some("group".to_owned()), ..AuditFilter::default() };
    let limit = Limit::new(2).unwrap();
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = house.identity.audit(&admin, groups(), limit, after.as_ref()).await.unwrap();
        seen.extend(page.items.iter().map(|e| e.after.as_ref().unwrap()["name"].clone()));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, (0..5).rev().map(|n| json!(format!("group {n}"))).collect::<Vec<_>>());
    let recent = AuditFilter { from: Some(house.now()), ..groups() };
    assert!(house.identity.audit(&admin, recent, limit, None).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn an_export_is_whole_and_is_itself_audited() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    for n in 0..250 {
        let new = NewGroup { name: format!("=group {n}"), description: String::new() };
        house.identity.create_group(&admin, new).await.unwrap();
    }
    let filter = || AuditFilter { action: Some("group".to_owned()), ..AuditFilter::default() };
    let identity = &house.identity;
    let mut text = String::new();
    let mut after = None;
    loop {
        let chunk =
            identity.export_audit(&admin, filter(), Format::Csv, after.as_ref()).await.unwrap();
        text.push_str(&chunk.text);
        after = chunk.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(text.lines().count(), 251);
    assert!(text.starts_with("position,at,actor"));
    let exports = AuditFilter { action: Some("audit.export".to_owned()), ..AuditFilter::default() };
    let page = identity.audit(&admin, exports, Limit::default(), None).await.unwrap();
    assert_eq!(page.items.len(), 1);
}

#[tokio::test]
async fn only_who_may_reads_the_audit() {
    let house = House::new().await;
    let (_, seller) = house.person("zoe", &[Role::Seller]).await;
    let (_, platform) = house.person("max", &[Role::PlatformAdministrator]).await;
    let filter = AuditFilter::default;
    let read = async |scope| house.identity.audit(scope, filter(), Limit::default(), None).await;
    assert_eq!(code(read(&seller).await), "permission.missing");
    read(&platform).await.unwrap();
    let export = house.identity.export_audit(&seller, filter(), Format::JsonLines, None).await;
    assert_eq!(code(export), "permission.missing");
}
