//! What reading costs: the queries that clients send all day.

use divan::{Bencher, black_box};
use liaison_odata::{Reading, parse};

fn main() {
    divan::main();
}

const URLS: [(&str, &str); 6] = [
    (
        "key",
        "accounts(11111111-2222-3333-4444-555555555555)?$select=name,revenue,_primarycontactid_value",
    ),
    (
        "filter",
        "accounts?$select=name,revenue&$filter=startswith(name,'A')%20and%20(revenue%20gt%2010.50%20or%20statecode%20eq%200)&$orderby=name%20desc&$top=50&$count=true",
    ),
    (
        "form",
        "accounts?%24select=name%2Crevenue&%24filter=createdon+ge+2026-01-31T10%3A00%3A00Z+and+contains%28name%2C%27A%27%29",
    ),
    (
        "expand",
        "accounts?$select=name&$expand=primarycontactid($select=fullname;$expand=owninguser($select=fullname)),contact_customer_accounts($filter=statecode%20eq%200;$orderby=fullname;$top=5)",
    ),
    (
        "in",
        "accounts?$filter=Microsoft.Dynamics.CRM.In(PropertyName='accountid',PropertyValues=[%22a%22,%22b%22,%22c%22,%22d%22,%22e%22])",
    ),
    (
        "apply",
        "opportunities?$apply=filter(statecode%20eq%200)/groupby((customerid_account/name),aggregate(estimatedvalue%20with%20sum%20as%20total,$count%20as%20n))",
    ),
];

#[divan::bench(args = URLS.map(|(name, _)| name))]
fn url(bencher: Bencher<'_, '_>, name: &str) {
    let text =
        URLS.iter().find(|(other, _)| *other == name).map(|(_, text)| *text).unwrap_or_default();
    bencher.bench(|| parse::url(black_box(text), Reading::FORM).is_ok_and(|_| true));
}

#[divan::bench(args = [10, 1_000, 10_000])]
fn values(bencher: Bencher<'_, '_>, count: usize) {
    let list = vec!["12345"; count].join(",");
    let text = format!("statuscode in ({list})");
    bencher.bench(|| parse::expression(black_box(&text)).is_ok());
}
