use kernel::{Actor, Factor, Permission, Permissions, WebhookId};
use liaison_identity::{
    Presented, Role, Settings,
    credentials::{self, CredentialKind, NewCredential, SecretHash, Subject},
    users::UserState,
};
use testkit::within;

use crate::house::{House, code};

fn a_webhook(house: &House, secret: &str) -> (WebhookId, NewCredential) {
    let id = house.ids.fresh();
    let credential = NewCredential {
        id: house.ids.fresh(),
        kind: CredentialKind::IncomingWebhook,
        secret: SecretHash::of(secret.as_bytes()),
        subject: Subject::Webhook(id),
        permissions: Permissions::of(&[Permission::CardPost, Permission::UserManage]),
        label: "builds".to_owned(),
        factor: Factor::None,
        created_at: house.now(),
        expires_at: None,
    };
    (id, credential)
}

const SECRET: &str = "0123456789abcdef0123456789abcdef";

#[tokio::test]
async fn the_url_of_a_webhook_may_post_cards_and_nothing_else() {
    let house = House::new().await;
    let (id, credential) = a_webhook(&house, SECRET);
    house
        .store
        .write(&house.root(), move |tx| credentials::register(tx, &credential))
        .await
        .unwrap();
    let caller = house.caller();
    let who = house.identity.authenticate(Presented::Webhook(SECRET), &caller).await.unwrap();
    assert_eq!(who.scope.actor(), Actor::Webhook(id));
    assert_eq!(who.scope.tenant(), house.tenant.id);
    assert_eq!(who.scope.request(), caller.request);
    assert_eq!(who.scope.permissions(), Permissions::of(&[Permission::CardPost]));
    for elsewhere in
        [Presented::Workflow(SECRET), Presented::Bearer(SECRET), Presented::Session(SECRET)]
    {
        let refused = house.identity.authenticate(elsewhere, &house.caller()).await;
        assert_eq!(code(refused), "credential.invalid");
    }
}

#[tokio::test]
async fn a_revoked_credential_is_refused_by_the_next_request() {
    let house = House::new().await;
    let (_, credential) = a_webhook(&house, SECRET);
    let id = credential.id;
    house
        .store
        .write(&house.root(), move |tx| credentials::register(tx, &credential))
        .await
        .unwrap();
    let present =
        || async { house.identity.authenticate(Presented::Webhook(SECRET), &house.caller()).await };
    present().await.unwrap();
    let now = house.now();
    // As another room does: in its own transaction, without a word to the service.
    let mut listener = house.store.listen();
    house.store.write(&house.root(), move |tx| credentials::revoke(tx, id, now)).await.unwrap();
    testkit::notice(&mut listener, |n| n.stream == id.uuid()).await;
    assert_eq!(code(present().await), "credential.invalid");
}

#[tokio::test]
async fn an_old_secret_works_until_the_end_of_its_overlap() {
    let house = House::new().await;
    let (_, credential) = a_webhook(&house, SECRET);
    let id = credential.id;
    house
        .store
        .write(&house.root(), move |tx| credentials::register(tx, &credential))
        .await
        .unwrap();
    let end = house.now() + jiff::SignedDuration::from_hours(1);
    let mut listener = house.store.listen();
    house
        .store
        .write(&house.root(), move |tx| credentials::expire_at(tx, id, Some(end)))
        .await
        .unwrap();
    testkit::notice(&mut listener, |n| n.stream == id.uuid()).await;
    let present =
        || async { house.identity.authenticate(Presented::Webhook(SECRET), &house.caller()).await };
    present().await.unwrap();
    house.pass(3599);
    present().await.unwrap();
    house.pass(1);
    assert_eq!(code(present().await), "credential.invalid");
}

#[tokio::test]
async fn what_cannot_be_a_secret_is_refused() {
    let house = House::new().await;
    let long = "x".repeat(100_000);
    for text in ["", "x", "lia_", "\0", "été", "' OR 1=1 --", "../../etc/passwd", long.as_str()] {
        for presented in [
            Presented::Bearer(text),
            Presented::Session(text),
            Presented::Webhook(text),
            Presented::Workflow(text),
        ] {
            let refused = house.identity.authenticate(presented, &house.caller()).await;
            assert_eq!(code(refused), "credential.invalid");
        }
    }
}

#[tokio::test]
async fn a_session_ends_when_it_is_idle_and_when_it_is_old() {
    let settings =
        Settings { session_idle_minutes: 60, session_absolute_hours: 3, ..Settings::default() };
    let house = House::with(settings).await;
    house.user("zoe", &[]).await;
    let idle = house.session("zoe").await;
    house.enter(&idle).await.unwrap();
    house.pass(3601);
    assert_eq!(code(house.enter(&idle).await), "credential.invalid");
    let busy = house.session("zoe").await;
    for _ in 0..5 {
        house.pass(1800);
        house.enter(&busy).await.unwrap();
    }
    house.pass(1800);
    assert_eq!(code(house.enter(&busy).await), "credential.invalid");
}

#[tokio::test]
async fn last_uses_are_written_together_and_later() {
    let house = House::new().await;
    let (_, credential) = a_webhook(&house, SECRET);
    let id = credential.id;
    house
        .store
        .write(&house.root(), move |tx| credentials::register(tx, &credential))
        .await
        .unwrap();
    let stored = || async {
        let read = move |tx: &db::Tx<'_>| credentials::lookup(tx, id);
        house.store.read(&house.root(), read).await.unwrap().unwrap().last_used_at
    };
    for _ in 0..3 {
        house.pass(1);
        house.identity.authenticate(Presented::Webhook(SECRET), &house.caller()).await.unwrap();
    }
    assert_eq!(stored().await, None);
    house.identity.write_last_uses().await.unwrap();
    assert_eq!(stored().await, Some(house.now()));
}

#[tokio::test]
async fn a_hot_credential_needs_no_database() {
    let house = House::new().await;
    let (_, credential) = a_webhook(&house, SECRET);
    house
        .store
        .write(&house.root(), move |tx| credentials::register(tx, &credential))
        .await
        .unwrap();
    house.identity.authenticate(Presented::Webhook(SECRET), &house.caller()).await.unwrap();
    let db = house.store.db();
    tokio::task::spawn_blocking(move || db.close()).await.unwrap();
    house.identity.authenticate(Presented::Webhook(SECRET), &house.caller()).await.unwrap();
    let other = "another secret that was never seen";
    let refused = house.identity.authenticate(Presented::Webhook(other), &house.caller()).await;
    assert_eq!(code(refused), "storage.unavailable");
}

#[tokio::test]
async fn a_role_counts_from_the_next_request_on() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    let zoe = house.user("zoe", &[]).await;
    let session = house.session("zoe").await;
    assert!(!house.enter(&session).await.unwrap().may(Permission::TeamManageAll));
    house.identity.assign_role(&admin, zoe.id, Role::TeamsAdministrator).await.unwrap();
    assert!(house.enter(&session).await.unwrap().may(Permission::TeamManageAll));
    house.identity.remove_role(&admin, zoe.id, Role::TeamsAdministrator).await.unwrap();
    assert!(!house.enter(&session).await.unwrap().may(Permission::TeamManageAll));
}

#[tokio::test]
async fn a_locked_person_is_out_at_once() {
    let house = House::new().await;
    let (_, admin) = house.admin().await;
    let zoe = house.user("zoe", &[]).await;
    let session = house.session("zoe").await;
    house.enter(&session).await.unwrap();
    house.identity.set_user_state(&admin, zoe.id, UserState::Locked).await.unwrap();
    assert_eq!(code(house.enter(&session).await), "credential.invalid");
    assert_eq!(code(house.try_sign_in("zoe", crate::house::PASSWORD).await), "sign_in.refused");
}

#[tokio::test]
async fn another_node_refuses_what_was_revoked_here() {
    let house = House::new().await;
    let Some(node) = house.store.other_node().await else { return };
    let parts = liaison_identity::Parts {
        db: (*node).clone(),
        clock: std::sync::Arc::clone(&house.clock) as std::sync::Arc<dyn kernel::Clock>,
        ids: house.ids.clone(),
        sealer: seal::Sealer::new(vec![seal::Key::generate(&house.ids)], house.ids.clone())
            .unwrap(),
        outbound: testkit::outbound(),
        public_url: "https://hub.example.org".parse().unwrap(),
        settings: Settings::default(),
    };
    let (there, _) = liaison_identity::Identity::open(parts);
    house.user("zoe", &[]).await;
    let session = house.session("zoe").await;
    let presented = Presented::Session(session.secret.expose());
    let scope = there.authenticate(presented, &house.caller()).await.unwrap().scope;
    house.identity.sign_out(&scope).await.unwrap();
    within("the refusal", async {
        while there.authenticate(presented, &house.caller()).await.is_ok() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}
