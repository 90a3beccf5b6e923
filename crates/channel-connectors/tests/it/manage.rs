//! Making, changing, rotating, handing over and removing webhooks, and who may.

use std::time::Duration;

use channel_connectors::{
    Error, Listed, LogFilter, NewWebhook, Rate, State, Switch, TeamSwitches, TenantSwitches,
    WebhookChange,
};
use kernel::{Coded as _, Limit, Permission};
use workspace::Role;

use crate::house::{HOUR, House, MEMBER, SECOND, nobody, text};

#[tokio::test]
async fn a_rotated_address_works_until_the_overlap_is_over() {
    let house = House::new().await;
    let (webhook, old) = house.webhook().await;
    let before = house.sender_of(&old).await;
    let new = house.connectors.rotate(&house.owner(), webhook.id, Some(HOUR)).await.unwrap();
    let after = house.sender_of(&new).await;
    for sender in [&before, &after] {
        house.connectors.receive(sender, text("overlap")).await.unwrap();
    }
    assert_eq!(house.connectors.addresses(&house.owner(), webhook.id).await.unwrap().len(), 2);
    house.clock.advance(HOUR);
    let refused = house.connectors.receive(&before, text("late")).await.unwrap_err();
    assert!(matches!(refused, Error::Replaced { .. }));
    assert_eq!(refused.code().kind(), kernel::Kind::Gone);
    house.connectors.receive(&after, text("new")).await.unwrap();
    let shown = house.connectors.addresses(&house.owner(), webhook.id).await.unwrap();
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0].connector.expose(), new.connector.expose());
    assert_eq!(shown[0].workflow.expose(), new.workflow.expose());
}

#[tokio::test]
async fn a_rotation_without_overlap_ends_the_old_address_now() {
    let house = House::new().await;
    let (webhook, old) = house.webhook().await;
    let before = house.sender_of(&old).await;
    house.connectors.rotate(&house.owner(), webhook.id, Some(Duration::ZERO)).await.unwrap();
    let refused = house.connectors.receive(&before, text("late")).await.unwrap_err();
    assert!(matches!(refused, Error::Replaced { .. }));
    // A second rotation never gives an ended address more time.
    house.connectors.rotate(&house.owner(), webhook.id, Some(HOUR)).await.unwrap();
    let refused = house.connectors.receive(&before, text("late")).await.unwrap_err();
    assert!(matches!(refused, Error::Replaced { .. }));
}

#[tokio::test]
async fn a_removed_webhook_is_gone_for_ever_and_its_messages_stay() {
    let house = House::new().await;
    let (webhook, addresses) = house.webhook().await;
    let sender = house.sender_of(&addresses).await;
    house.connectors.receive(&sender, text("stays")).await.unwrap();
    house.connectors.delete(&house.owner(), webhook.id).await.unwrap();
    let refused = house.connectors.receive(&sender, text("late")).await.unwrap_err();
    assert_eq!(refused.code().kind(), kernel::Kind::Gone);
    let again = house.connectors.delete(&house.owner(), webhook.id).await.unwrap_err();
    assert!(matches!(again, Error::Removed { .. }));
    assert_eq!(house.texts().await, ["stays"]);
    let listed = house
        .connectors
        .list(&house.owner(), Listed::Channel(house.channel), Limit::default(), None)
        .await;
    assert_eq!(listed.unwrap().items, []);
}

#[tokio::test]
async fn a_removal_is_taken_back_for_a_while_with_addresses_and_state() {
    let house = House::new().await;
    let (webhook, addresses) = house.webhook().await;
    let sender = house.sender_of(&addresses).await;
    let owner = house.owner();
    house.connectors.delete(&owner, webhook.id).await.unwrap();
    assert!(house.connectors.receive(&sender, text("lost")).await.is_err());
    house.connectors.restore(&owner, webhook.id).await.unwrap();
    house.connectors.receive(&sender, text("there again")).await.unwrap();
    assert_eq!(house.texts().await, ["there again"]);
    // one that was switched off stays so; twice is once
    house.connectors.set_enabled(&owner, webhook.id, false).await.unwrap();
    house.connectors.delete(&owner, webhook.id).await.unwrap();
    let may = [Permission::MessageRead, Permission::WebhookManage];
    let stranger = house.scope_of(house.person("eve").await, &may);
    let refused = house.connectors.restore(&stranger, webhook.id).await.unwrap_err();
    assert!(matches!(refused, Error::Unknown { .. } | Error::NotOwner), "{refused}");
    let back = house.connectors.restore(&owner, webhook.id).await.unwrap();
    assert_eq!(back.state, State::Disabled);
    assert_eq!(house.connectors.restore(&owner, webhook.id).await.unwrap().state, State::Disabled);
    house.connectors.delete(&owner, webhook.id).await.unwrap();
    house.clock.advance(601 * SECOND);
    let late = house.connectors.restore(&owner, webhook.id).await.unwrap_err();
    assert!(matches!(late, Error::Removed { .. }), "{late}");
    let read =
        |tx: &db::Tx<'_>| event_log::audit_page(tx, &event_log::AuditFilter::default(), None, 100);
    let audit = house.store.read::<_, db::Error, _>(&owner, read).await.unwrap();
    assert_eq!(audit.iter().filter(|entry| entry.action == "webhook.restore").count(), 2);
}

#[tokio::test]
async fn a_webhook_ends_at_its_time_and_can_be_given_more() {
    let house = House::new().await;
    let (webhook, addresses) = house.webhook().await;
    let sender = house.sender_of(&addresses).await;
    let end = |by| {
        let at = kernel::Clock::now(&*house.clock).checked_add(jiff::SignedDuration::from_secs(by));
        WebhookChange { expires_at: Some(Some(at.unwrap())), ..WebhookChange::default() }
    };
    house.connectors.update(&house.owner(), webhook.id, end(60)).await.unwrap();
    house.connectors.receive(&sender, text("in time")).await.unwrap();
    house.clock.advance(60 * SECOND);
    let refused = house.connectors.receive(&sender, text("late")).await.unwrap_err();
    assert!(matches!(refused, Error::Expired { .. }));
    let seen = house.connectors.lookup(&house.owner(), webhook.id).await.unwrap();
    assert_eq!(seen.state, State::Expired);
    let past = house.connectors.update(&house.owner(), webhook.id, end(0)).await.unwrap_err();
    assert_eq!(past.fields()[0].code, "webhook.expiry_past");
    let more = house.connectors.update(&house.owner(), webhook.id, end(60)).await.unwrap();
    assert_eq!(more.state, State::Enabled);
    house.connectors.receive(&sender, text("again")).await.unwrap();
}

#[tokio::test]
async fn a_disabled_webhook_accepts_nothing_and_wakes_up_with_the_same_address() {
    let house = House::new().await;
    let (webhook, addresses) = house.webhook().await;
    let sender = house.sender_of(&addresses).await;
    house.connectors.set_enabled(&house.owner(), webhook.id, false).await.unwrap();
    let refused = house.connectors.receive(&sender, text("x")).await.unwrap_err();
    assert!(matches!(refused, Error::Disabled { .. }));
    house.connectors.set_enabled(&house.owner(), webhook.id, true).await.unwrap();
    house.connectors.receive(&sender, text("x")).await.unwrap();
}

#[tokio::test]
async fn everything_of_a_person_who_leaves_is_handed_over() {
    let house = House::new().await;
    let (grace, joan) = (house.person("grace").await, house.person("joan").await);
    let (first, addresses) = house.webhook().await;
    let (second, _) = house.webhook().await;
    let change = WebhookChange { second_owner: Some(Some(grace)), ..WebhookChange::default() };
    house.connectors.update(&house.owner(), first.id, change).await.unwrap();
    let moved = house.connectors.hand_over_all(&house.admin(), house.owner, joan).await.unwrap();
    assert_eq!(moved, 2);
    for webhook in [&first, &second] {
        let now = house.connectors.lookup(&house.admin(), webhook.id).await.unwrap();
        assert_eq!(now.owner, joan);
    }
    let moved = house.connectors.hand_over_all(&house.admin(), grace, joan).await.unwrap();
    assert_eq!(moved, 1);
    let now = house.connectors.lookup(&house.admin(), first.id).await.unwrap();
    assert_eq!((now.owner, now.second_owner), (joan, None));
    // The address is not the owner's: it stays.
    let sender = house.sender_of(&addresses).await;
    house.connectors.receive(&sender, text("still")).await.unwrap();
    let nobody = uuid::Uuid::from_u128(7).into();
    let refused = house.connectors.hand_over(&house.admin(), first.id, nobody).await.unwrap_err();
    assert!(matches!(refused, Error::UnknownOwner { .. }));
}

#[tokio::test]
async fn only_owners_and_administrators_see_the_address_and_the_requests() {
    let house = House::new().await;
    let member = house.person("grace").await;
    house.workspace.set_member(&house.owner(), house.team, member, Role::Member).await.unwrap();
    let stranger = house.scope_of(house.person("joan").await, MEMBER);
    let member = house.scope_of(member, MEMBER);
    let (webhook, _) = house.webhook().await;
    let connectors = &house.connectors;
    for scope in [house.owner(), house.admin()] {
        assert!(connectors.addresses(&scope, webhook.id).await.is_ok());
        assert!(
            connectors
                .log(&scope, webhook.id, LogFilter::default(), Limit::default(), None)
                .await
                .is_ok()
        );
    }
    // A member of the channel knows that it is there, and no more.
    assert!(connectors.lookup(&member, webhook.id).await.is_ok());
    let refused = connectors.addresses(&member, webhook.id).await.unwrap_err();
    assert!(matches!(refused, Error::NotOwner));
    let refused =
        connectors.log(&member, webhook.id, LogFilter::default(), Limit::default(), None).await;
    assert!(matches!(refused, Err(Error::NotOwner)));
    let refused = connectors.set_enabled(&member, webhook.id, false).await;
    assert!(matches!(refused, Err(Error::NotOwner)));
    let refused = connectors.rotate(&member, webhook.id, None).await;
    assert!(matches!(refused, Err(Error::NotOwner)));
    // Whoever is not in the team does not even learn that it is there.
    for outcome in [
        connectors.lookup(&stranger, webhook.id).await.map(drop),
        connectors.addresses(&stranger, webhook.id).await.map(drop),
        connectors.delete(&stranger, webhook.id).await,
        connectors.lookup(&stranger, nobody()).await.map(drop),
    ] {
        assert!(matches!(outcome, Err(Error::Unknown { .. })), "{outcome:?}");
    }
}

#[tokio::test]
async fn another_tenant_sees_and_reaches_nothing() {
    let house = House::new().await;
    let (webhook, addresses) = house.webhook().await;
    let sender = house.sender_of(&addresses).await;
    house.connectors.receive(&sender, text("ours")).await.unwrap();
    let other =
        testkit::scope(house.ids.fresh(), kernel::Actor::User(house.owner), crate::house::ADMIN);
    let connectors = &house.connectors;
    assert!(connectors.lookup(&other, webhook.id).await.is_err());
    assert!(connectors.addresses(&other, webhook.id).await.is_err());
    assert!(connectors.rotate(&other, webhook.id, None).await.is_err());
    assert!(connectors.delete(&other, webhook.id).await.is_err());
    assert!(
        connectors
            .log(&other, webhook.id, LogFilter::default(), Limit::default(), None)
            .await
            .is_err()
    );
    assert_eq!(
        connectors.list(&other, Listed::All, Limit::default(), None).await.unwrap().items,
        []
    );
    let forged = testkit::scope(
        house.ids.fresh(),
        kernel::Actor::Webhook(webhook.id),
        &[Permission::CardPost],
    );
    assert!(matches!(connectors.receive(&forged, text("x")).await, Err(Error::Unknown { .. })));
    let person = house.scope_of(house.owner, &[Permission::CardPost]);
    assert!(matches!(connectors.receive(&person, text("x")).await, Err(Error::Denied(_))));
    assert_eq!(house.texts().await, ["ours"]);
}

#[tokio::test]
async fn members_set_up_connectors_unless_the_team_says_otherwise() {
    let house = House::new().await;
    let member = house.person("grace").await;
    house.workspace.set_member(&house.owner(), house.team, member, Role::Member).await.unwrap();
    let member = house.scope_of(member, MEMBER);
    let new = || NewWebhook { name: "Mine".to_owned(), ..NewWebhook::default() };
    house.connectors.create(&member, house.channel, new()).await.unwrap();
    let owners_only = TeamSwitches { members_may_manage: false, ..TeamSwitches::default() };
    house.connectors.set_team_switches(&house.owner(), house.team, owners_only).await.unwrap();
    let refused = house.connectors.create(&member, house.channel, new()).await.unwrap_err();
    assert!(matches!(refused, Error::OwnersOnly));
    house.connectors.create(&house.owner(), house.channel, new()).await.unwrap();
    let off = TeamSwitches { connectors_enabled: false, members_may_manage: false };
    let refused = house.connectors.set_team_switches(&house.owner(), house.team, off).await;
    assert!(matches!(refused, Err(Error::Denied(_))));
    house.connectors.set_tenant_switches(&house.admin(), TenantSwitches::GOVERNMENT).await.unwrap();
    let refused = house.connectors.create(&house.admin(), house.channel, new()).await.unwrap_err();
    assert!(matches!(refused, Error::SwitchedOff { switch: Switch::Tenant }));
}

#[tokio::test]
async fn an_adopted_address_keeps_working_under_our_name_and_belongs_to_one() {
    let house = House::new().await;
    let path = "/webhookb2/4f2a7c52-5a0e-4d6e-9c5e-0b8a1d2e3f40@9e7b80c7-d1eb-4b52-8582-76f921e416d9\
                /JenkinsCI/3fdd6767bae44ac58e5995547d66a4e4/f332c8d9-3397-4ac5-957b-b8e3fc465a8c";
    let new = || NewWebhook {
        name: "Jenkins".to_owned(),
        adopt: Some(format!("https://contoso.webhook.office.com{path}")),
        ..NewWebhook::default()
    };
    house.connectors.create(&house.owner(), house.channel, new()).await.unwrap();
    let sender = house.sender(path).await.unwrap();
    house.connectors.receive(&sender, text("moved")).await.unwrap();
    let taken = house.connectors.create(&house.owner(), house.channel, new()).await.unwrap_err();
    assert!(matches!(taken, Error::AddressTaken), "{taken:?}");
    let wrong = NewWebhook { adopt: Some("https://example.org/x".to_owned()), ..new() };
    let wrong = house.connectors.create(&house.owner(), house.channel, wrong).await.unwrap_err();
    assert_eq!(wrong.fields()[0].code, "webhook.adopt_malformed");
}

#[tokio::test]
async fn what_is_wrong_with_a_webhook_is_said_by_its_place() {
    let house = House::new().await;
    let field = async |new: NewWebhook| {
        let error = house.connectors.create(&house.owner(), house.channel, new).await.unwrap_err();
        (error.fields()[0].pointer.clone().into_owned(), error.fields()[0].code)
    };
    let named = |name: &str| NewWebhook { name: name.to_owned(), ..NewWebhook::default() };
    assert_eq!(field(named(" ")).await, ("/name".to_owned(), "webhook.name_missing"));
    assert_eq!(field(named(&"x".repeat(81))).await.1, "webhook.name_too_long");
    assert_eq!(field(named("a\u{7}b")).await.1, "webhook.name_invalid");
    let svg = NewWebhook { icon: Some(b"<svg/>".to_vec()), ..named("x") };
    assert_eq!(field(svg).await, ("/icon".to_owned(), "webhook.icon_unreadable"));
    let zero = Rate::Custom { per_second: 0, per_hour: 1 };
    assert_eq!(field(NewWebhook { rate: zero, ..named("x") }).await.1, "webhook.rate_zero");
    let big = NewWebhook { max_body_bytes: Some(u32::MAX), ..named("x") };
    assert_eq!(field(big).await.1, "webhook.limit_out_of_range");
    let unlimited = NewWebhook { rate: Rate::Unlimited, ..named("x") };
    let denied = house.connectors.create(&house.owner(), house.channel, unlimited).await;
    assert!(matches!(denied, Err(Error::Denied(_))));
}

#[tokio::test]
async fn lists_page_by_cursor_and_show_each_once() {
    let house = House::new().await;
    let mut made = Vec::new();
    for _webhook in 0..5 {
        made.push(house.webhook().await.0.id);
    }
    made.sort_unstable();
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let limit = Limit::new(2).unwrap();
        let page = house
            .connectors
            .list(&house.owner(), Listed::Mine, limit, after.as_ref())
            .await
            .unwrap();
        seen.extend(page.items.iter().map(|webhook| webhook.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, made);
    let all = house.connectors.list(&house.owner(), Listed::All, Limit::default(), None).await;
    assert!(matches!(all, Err(Error::Denied(_))));
}

#[tokio::test]
async fn an_icon_is_kept_and_taken_away() {
    let house = House::new().await;
    let (webhook, _) = house.webhook().await;
    let png = [
        b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x10\0\0\0\x10\x08\x06\0\0\0CRC0".as_slice(),
        b"\0\0\0\0IDATCRC0",
    ]
    .concat();
    let change = WebhookChange { icon: Some(Some(png.clone())), ..WebhookChange::default() };
    house.connectors.update(&house.owner(), webhook.id, change).await.unwrap();
    let icon = house.connectors.icon(&house.owner(), webhook.id).await.unwrap().unwrap();
    assert_eq!((icon.kind.media_type(), icon.bytes), ("image/png", png));
    let change = WebhookChange { icon: Some(None), ..WebhookChange::default() };
    house.connectors.update(&house.owner(), webhook.id, change).await.unwrap();
    assert_eq!(house.connectors.icon(&house.owner(), webhook.id).await.unwrap(), None);
}

#[tokio::test]
async fn every_change_is_in_the_audit_and_no_address_is() {
    let house = House::new().await;
    let (webhook, addresses) = house.webhook().await;
    house.connectors.set_enabled(&house.owner(), webhook.id, false).await.unwrap();
    house.connectors.rotate(&house.owner(), webhook.id, None).await.unwrap();
    house.connectors.delete(&house.owner(), webhook.id).await.unwrap();
    let filter = event_log::AuditFilter {
        subject: Some(webhook.id.to_string()),
        ..event_log::AuditFilter::default()
    };
    let read = move |tx: &db::Tx<'_>| event_log::audit_page(tx, &filter, None, 50);
    let entries = house.store.read(&house.admin(), read).await.unwrap();
    let actions: Vec<_> = entries.iter().rev().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["webhook.create", "webhook.disable", "webhook.rotate", "webhook.delete"]);
    let secret = addresses.connector.expose().split('/').nth(4).unwrap().to_owned();
    assert!(!format!("{entries:?}").contains(&secret));
}
