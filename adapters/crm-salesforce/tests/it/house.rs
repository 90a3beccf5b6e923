//! A stand-in with its sellers.

use std::sync::Arc;

use doubles_salesforce::{Config, Double};
use kernel::Secret;
use liaison_crm_salesforce::{ApiName, FieldPath, Record, RecordId, Salesforce, Seller, Settings};
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::FixedClock;

/// An organisation and the hub's way to it.
pub(crate) struct House {
    pub(crate) double: Double,
    pub(crate) salesforce: Salesforce,
    pub(crate) clock: Arc<FixedClock>,
    _folder: TempDir,
}

impl House {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let double = Double::start(Config::local(folder.path().to_owned())).unwrap();
        let clock = FixedClock::new();
        let salesforce = Salesforce::new(
            testkit::outbound(),
            Arc::<FixedClock>::clone(&clock),
            Settings::default(),
        );
        Self { double, salesforce, clock, _folder: folder }
    }

    /// The seller behind a token of the announcement.
    pub(crate) fn seller(&self, token: &str) -> Seller {
        let said = self.double.announcement();
        let token = said[token].as_str().unwrap().to_owned();
        Seller {
            instance: self.double.url().parse().unwrap(),
            user: token.chars().rev().take(12).collect(),
            token: Secret::new(token),
        }
    }

    pub(crate) fn control(&self, order: &Value) {
        self.double.control(order).unwrap();
    }

    /// A new account of the administrator.
    pub(crate) async fn account(&self, name: &str) -> RecordId {
        let record = record(&json!({ "Name": name }));
        self.salesforce
            .create(&self.seller("token"), &self::name("Account"), &record)
            .await
            .unwrap()
    }
}

pub(crate) fn name(text: &str) -> ApiName {
    ApiName::parse(text).unwrap()
}

pub(crate) fn paths(texts: &[&str]) -> Vec<FieldPath> {
    texts.iter().map(|text| FieldPath::parse(text).unwrap()).collect()
}

pub(crate) fn record(value: &Value) -> Record {
    value.as_object().cloned().unwrap()
}
