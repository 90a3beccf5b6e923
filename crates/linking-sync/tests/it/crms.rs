//! A tenant with an organisation of Salesforce and an environment of Dynamics 365, where the administrator is signed in.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use crm::RecordRef;
pub(crate) use crm_proof::At;
use crm_proof::{Elsewhere, Ground};
use kernel::{Clock as _, Scope};
use linking::Subject;

use crate::house::House;

pub(crate) struct Crms {
    pub(crate) house: House,
    /// Calls that were made at Salesforce.
    pub(crate) calls: Arc<AtomicUsize>,
    pub(crate) there: Elsewhere,
}

impl Crms {
    /// With linking switched on for both, and the administrator signed in as an administrator there.
    pub(crate) async fn new() -> Self {
        let house = House::new().await;
        // what a CRM tells of its changes goes by its clock
        house.clock.set(kernel::SystemClock.now());
        let ground = Ground { public_url: "http://hub.test/".parse().unwrap(), ..house.ground() };
        let connectors = crm_proof::connectors(&ground);
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&calls);
        let watch: crm_proof::Watch = Arc::new(move |_| {
            counted.fetch_add(1, Ordering::SeqCst);
        });
        let settings = (Some(watch), crm_connections::Settings::default());
        let crm = crm_proof::connections(&ground, &connectors, settings);
        assert!(house.linking.connect(crm.clone()));
        let there = Elsewhere::start(crm, &house.admin, "http://hub.test/crm/sign-in").await;
        for system in &there.systems {
            house.linking.link_crm(&house.admin, system.id, true).await.unwrap();
        }
        let crms = Self { house, calls, there };
        for at in At::BOTH {
            crms.sign_in(&crms.house.admin, at).await;
        }
        crms
    }

    /// Lets time go by everywhere, and works.
    pub(crate) async fn after(&self, seconds: u64) {
        let order = serde_json::json!({ "advance_seconds": seconds });
        self.there.salesforce.control(&order).unwrap();
        self.house.after(seconds).await;
    }

    pub(crate) async fn sign_in(&self, scope: &Scope, at: At) {
        self.there.sign_in(scope, at, &self.there.said(at, "username")).await;
    }

    /// An opportunity of somebody.
    pub(crate) async fn opportunity(&self, scope: &Scope, at: At, name: &str) -> Subject {
        let made = self.there.opportunity(scope, at, name).await;
        Subject::crm(self.there.system(at).id, &made.table, &made.id.0)
    }

    pub(crate) async fn rename(&self, scope: &Scope, (at, of): (At, &Subject), name: &str) {
        let record = RecordRef::new(of.table(), of.key());
        self.there.rename(scope, (at, &record), name).await;
    }
}
