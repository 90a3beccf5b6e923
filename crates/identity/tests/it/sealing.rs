//! A new sealing key, with the hub at work.

use std::{path::PathBuf, sync::Arc};

use kernel::{Language, Secret};
use liaison_identity::{
    AuditFilter, Identity, Parts, ProviderInput, ProviderRules, SEALED, Settings, SystemScopes,
    tenants::NewTenant,
};
use seal::{KeyFile, Sealer};

use crate::house::{House, code};

/// Another process on the same data, with the keys of a file.
fn with_keys(house: &House, sealer: &Sealer) -> (Arc<Identity>, SystemScopes) {
    Identity::open(Parts {
        db: house.store.db(),
        clock: Arc::clone(&house.clock) as Arc<dyn kernel::Clock>,
        ids: house.ids.clone(),
        sealer: sealer.clone(),
        outbound: testkit::outbound(),
        public_url: "https://hub.example.org".parse().unwrap(),
        settings: Settings::default(),
    })
}

struct Keys {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

impl Keys {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { path: folder.path().join("seal.key"), _folder: folder }
    }

    fn sealer(&self) -> Sealer {
        Sealer::from_file(&self.path, &kernel::Ids::system()).unwrap()
    }
}

fn a_provider(n: u32) -> ProviderInput {
    ProviderInput {
        name: format!("Provider {n}"),
        issuer: format!("https://id{n}.example.org"),
        client_id: "liaison".to_owned(),
        client_secret: Some(Secret::new(format!("secret {n}"))),
        rules: ProviderRules::default(),
        enabled: true,
    }
}

#[tokio::test]
async fn every_value_of_every_tenant_moves_to_the_new_key_while_the_hub_works() {
    let (house, keys) = (House::new().await, Keys::new());
    // The house's own first tenant is sealed with a key of no file: this hub has two others.
    let running = keys.sealer();
    let (hub, system) = with_keys(&house, &running);
    let mut tenants = Vec::new();
    for name in ["One", "Two"] {
        let new = NewTenant { name: name.to_owned(), language: Language::En, host: None };
        tenants.push(system.create_tenant(new).await.unwrap().id);
    }
    for tenant in &tenants {
        let scope = system.scope(*tenant, "test");
        for n in 0..120 {
            hub.create_provider(&scope, a_provider(n)).await.unwrap();
        }
    }
    let old = running.key_id();
    let new = KeyFile::read(&keys.path).unwrap().rotate(&kernel::Ids::system()).unwrap();
    let (_, tool) = with_keys(&house, &keys.sealer());
    // The first tenant cannot be opened by these keys: the walk says which key it needs, and where it stops
    // nothing is half done.
    let refused = tool.rewrap(SEALED).await;
    assert!(matches!(refused, Err(liaison_identity::Error::Seal(seal::Error::WrongKey { .. }))));
    drop_first_tenant(&house).await;
    let per_tenant = 1 + 120;
    assert_eq!(tool.sealed_by(SEALED).await.unwrap(), [(old, 2 * per_tenant)].into());
    // The hub that has not read its keys again makes one more with the old key, in the middle of it all.
    let scope = system.scope(tenants[0], "test");
    assert_eq!(tool.rewrap(SEALED).await.unwrap(), 2 * per_tenant);
    hub.create_provider(&scope, a_provider(500)).await.unwrap();
    let by_key = tool.sealed_by(SEALED).await.unwrap();
    assert_eq!(by_key, [(old, 1), (new, 2 * per_tenant)].into());
    assert_eq!(tool.rewrap(SEALED).await.unwrap(), 1, "a walk that is begun again finds the rest");
    assert_eq!(tool.rewrap(SEALED).await.unwrap(), 0);
    // The running hub opens what it did not wrap, and after the old key is gone everything opens.
    system.check_seal().await.unwrap();
    assert_eq!(KeyFile::read(&keys.path).unwrap().retire(true).unwrap(), [old]);
    let (_, later) = with_keys(&house, &keys.sealer());
    later.check_seal().await.unwrap();
    assert_eq!(later.sealed_by(SEALED).await.unwrap(), [(new, 2 * per_tenant + 1)].into());
    let filter =
        AuditFilter { action: Some("sealing_key.rotate".to_owned()), ..AuditFilter::default() };
    let rows = hub.audit(&scope, filter, kernel::Limit::default(), None).await.unwrap().items;
    let counts: Vec<_> =
        rows.iter().rev().map(|row| row.after.as_ref().unwrap()["values"].clone()).collect();
    assert_eq!(counts, [per_tenant, 1, 0]);
    assert_eq!(rows[0].after.as_ref().unwrap()["key"], new.to_string());
}

/// Takes the tenant that the house itself made out of the way.
async fn drop_first_tenant(house: &House) {
    let root = house.root();
    let gone = house.store.write(&root, |tx| {
        tx.execute("DELETE FROM tenants WHERE tenant_id = $1", &[tx.tenant().into()])
    });
    assert_eq!(gone.await.unwrap(), 1);
}

#[tokio::test]
async fn a_value_that_changes_under_the_walk_is_left_alone() {
    let (house, keys) = (House::new().await, Keys::new());
    let (hub, system) = with_keys(&house, &keys.sealer());
    let new = NewTenant { name: "One".to_owned(), language: Language::En, host: None };
    let tenant = system.create_tenant(new).await.unwrap().id;
    let scope = system.scope(tenant, "test");
    let id = hub.create_provider(&scope, a_provider(1)).await.unwrap().id;
    // What the walk writes counts only where the old value still stands.
    let column = SEALED.iter().find(|c| c.name == "sign_in_providers.client_secret").unwrap();
    let sql = column.write;
    let stale = house.store.write(&scope, move |tx| {
        let (fresh, old): (db::Value<'_>, db::Value<'_>) =
            ([1_u8].as_slice().into(), [2_u8].as_slice().into());
        tx.execute(sql, &[tx.tenant().into(), id.into(), fresh, old])
    });
    assert_eq!(stale.await.unwrap(), 0);
    assert_eq!(code(hub.remove_provider_secret(&scope, id).await), "done");
}
