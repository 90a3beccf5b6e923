//! What the organisation subscribes to, and which of it people hold.

use serde_json::{Value, json};

use crate::{
    caller::Area,
    clock,
    graph::Ctx,
    query::Rules,
    store::{Kind, Store},
    value::Fields as _,
    wire::{Answer, Refusal, Reply},
};

const READ: &str = "LicenseAssignment.Read.All LicenseAssignment.ReadWrite.All Organization.Read.All Directory.Read.All";
const WRITE: &str = "LicenseAssignment.ReadWrite.All User.ReadWrite.All";

/// What the organisation subscribes to: part number, plans, units.
const PRODUCTS: &[(&str, &[&str], u64)] = &[
    ("EXCHANGESTANDARD", &["EXCHANGE_S_STANDARD"], 50),
    ("TEAMS_ESSENTIALS_AAD", &["TEAMS1", "SHAREPOINTSTANDARD"], 50),
    ("SPE_E3", &["EXCHANGE_S_ENTERPRISE", "TEAMS1", "SHAREPOINTENTERPRISE"], 2),
    ("FLOW_FREE", &["FLOW_P2_VIRAL"], 10_000),
];

/// Subscribes to everything.
pub(crate) fn subscribe(store: &mut Store) {
    for (name, plans, units) in PRODUCTS {
        let sku = clock::guid();
        let plans: Vec<Value> = plans
            .iter()
            .map(|plan| json!({"servicePlanId": clock::guid(), "servicePlanName": plan, "provisioningStatus": "Success", "appliesTo": "User"}))
            .collect();
        store.put(Kind::Sku, json!({
            "id": format!("{}_{sku}", crate::seeds::TENANT), "accountId": crate::seeds::TENANT, "accountName": "Northwind", "appliesTo": "User",
            "capabilityStatus": "Enabled", "skuId": sku, "skuPartNumber": name, "servicePlans": plans, "subscriptionIds": [clock::guid()],
            "prepaidUnits": {"enabled": units, "suspended": 0, "warning": 0, "lockedOut": 0},
        }));
    }
}

/// A licence as people hold it, by the product's part number.
pub(crate) fn held(store: &Store, product: &str) -> Option<Value> {
    let sku = store.list(Kind::Sku).find(|sku| sku.text("skuPartNumber") == product)?;
    Some(json!({
        "id": clock::guid(), "skuId": sku.field("skuId"), "skuPartNumber": product, "servicePlans": sku.field("servicePlans"),
    }))
}

fn consumed(store: &Store, sku: &str) -> usize {
    let holds = |user: &&Value| user.list("_licences").iter().any(|own| own.text("skuId") == sku);
    store.list(Kind::User).filter(holds).count()
}

/// `subscribedSkus`; the list takes no options but `$select`.
pub(crate) fn products(ctx: &Ctx<'_>) -> Answer {
    ctx.need(Area::Directory, READ, READ)?;
    let rows = ctx.store.list(Kind::Sku).map(|sku| {
        let mut row = sku.clone();
        row.put("consumedUnits", consumed(ctx.store, sku.text("skuId")));
        row
    });
    ctx.query.page(rows.collect(), &Rules::new("subscribedSkus", ""))
}

/// `users/{id}/licenseDetails`.
pub(crate) fn of_user(ctx: &Ctx<'_>, user: &Value) -> Answer {
    ctx.need(
        Area::Directory,
        "User.Read User.Read.All LicenseAssignment.Read.All Directory.Read.All",
        "User.Read.All LicenseAssignment.Read.All Directory.Read.All",
    )?;
    ctx.query.page(user.list("_licences").to_vec(), &Rules::new("users/licenseDetails", ""))
}

/// `users/{id}/assignLicense`: all of it or nothing; not more than there are, and not to people without a place.
pub(crate) fn assign(ctx: &mut Ctx<'_>, user: &Value) -> Answer {
    ctx.need(Area::Directory, WRITE, WRITE)?;
    let body = ctx.call.json()?;
    let bad = |says: String| Refusal::new(400, "Request_BadRequest", says);
    let mut licences = user.list("_licences").to_vec();
    for gone in body.list("removeLicenses").iter().filter_map(Value::as_str) {
        let before = licences.len();
        licences.retain(|own| own.text("skuId") != gone);
        if licences.len() == before {
            return Err(bad(format!("User does not have a corresponding license {gone}.")));
        }
    }
    for wanted in body.list("addLicenses") {
        let sku = wanted.text("skuId");
        let product = ctx.store.list(Kind::Sku).find(|own| own.text("skuId") == sku);
        let product = product.ok_or_else(|| {
            bad(format!("License {sku} does not correspond to a valid company License."))
        })?;
        if user.text("usageLocation").is_empty() {
            return Err(bad(
                "License assignment cannot be done for user with invalid usage location."
                    .to_owned(),
            ));
        }
        if licences.iter().any(|own| own.text("skuId") == sku) {
            continue;
        }
        let units = product.field("prepaidUnits").number("enabled");
        if u64::try_from(consumed(ctx.store, sku)).unwrap_or(u64::MAX) >= units {
            return Err(bad(format!(
                "Subscription with SKU {sku} does not have any available licenses."
            )));
        }
        licences.extend(held(ctx.store, product.text("skuPartNumber")));
    }
    let id = user.text("id").to_owned();
    ctx.store.edit(Kind::User, &id, |row| row.put("_licences", licences));
    Ok(Reply::json(200, &crate::value::shown(ctx.store.at(Kind::User, &id))))
}
