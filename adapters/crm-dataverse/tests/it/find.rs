//! Searching with and without the environment's index.

use std::time::Duration;

use crm::{Crm as _, RecordRef};
use serde_json::json;

use crate::house::{House, account, values};

fn tables() -> Vec<String> {
    ["account", "contact"].map(str::to_owned).to_vec()
}

async fn contoso(house: &House) -> [RecordRef; 2] {
    let crm = house.admin();
    let at = account(&crm, "Quillfeather Brothers").await;
    let new = values([("lastname", "Quillfeather".into()), ("firstname", "Ada".into())]);
    [at, crm.create("contact", &new).await.unwrap()]
}

#[tokio::test]
async fn an_index_answers_for_all_tables_at_once() {
    let house = House::new().await;
    let both = contoso(&house).await;
    let found = house.admin().search("quillfeather", &tables()).await.unwrap();
    assert_eq!(found, both);
    assert_eq!(house.calls("/api/search/v1.0/query"), 1);
    assert_eq!(house.calls("/savedqueries"), 0);
}

#[tokio::test]
async fn signs_of_the_search_language_are_no_words() {
    let house = House::new().await;
    contoso(&house).await;
    let crm = house.admin();
    for odd in ["+quillfeather -\"brothers\"", "quill* | (zyx)", "\"", "-", "* OR *", "\\ ~1"] {
        crm.search(odd, &tables()).await.unwrap();
    }
    let found = crm.search("-quillfeather +\"brothers\"", &tables()).await.unwrap();
    assert_eq!(found.len(), 1, "a sign leaves nothing out");
}

#[tokio::test]
async fn without_an_index_the_columns_of_quick_find_are_looked_into() {
    let house = House::new().await;
    let both = contoso(&house).await;
    let crm = house.admin();
    let off = json!({ "status": 404, "path": "/api/search", "count": 100 });
    house.control(&json!({ "fail": off }));
    for _again in 0..3 {
        assert_eq!(crm.search("quillfeather", &tables()).await.unwrap(), both);
    }
    assert_eq!(house.calls("/api/search/v1.0/query"), 1, "it is believed for a while");
    assert_eq!(house.calls("/savedqueries"), 2, "once for each table");
    assert_eq!(crm.search("brothers quill", &tables()).await.unwrap(), both[..1]);
    assert_eq!(crm.search("' or '", &tables()).await.unwrap(), []);
    house.clock.advance(Duration::from_hours(2));
    house.control(&json!({ "calm": true }));
    assert_eq!(crm.search("quillfeather", &tables()).await.unwrap(), both);
    assert_eq!(house.calls("/api/search/v1.0/query"), 2);
}

#[tokio::test]
async fn a_search_that_is_switched_off_is_asked_for_again_the_next_time() {
    let house = House::new().await;
    let both = contoso(&house).await;
    let crm = house.admin();
    let off = json!({ "status": 400, "code": "0x80048d0b", "path": "/api/search" });
    house.control(&json!({ "fail": off }));
    assert_eq!(crm.search("quillfeather", &tables()).await.unwrap(), both);
    assert_eq!(crm.search("quillfeather", &tables()).await.unwrap(), both);
    assert_eq!(house.calls("/api/search/v1.0/query"), 2);
}
