//! What the guide to linked records says on the pages of a record, in both languages.

use axum::http::StatusCode;
use web_proof::Browser;

use crate::collaborate::{Deal, On};

/// The sentences of the guide, in English and French.
const E5: [&str; 2] =
    ["File sharing isn’t set up. Go to", "Le partage de fichiers n’est pas configuré. Allez à"];
const E6: [&str; 2] = [
    "You don’t have permissions to view files in this location. Contact your Microsoft Teams owner \
     or SharePoint administrator for access.",
    "Vous n’avez pas l’autorisation de voir les fichiers de cet emplacement. Contactez le \
     propriétaire de votre équipe Microsoft Teams ou votre administrateur SharePoint pour y accéder.",
];

/// A page in both languages.
async fn twice(desk: &Deal, reader: &Browser, path: &str) -> [web_proof::Page; 2] {
    let cookie = format!("{}; liaison-language=fr", reader.cookie);
    let french = Browser { cookie, csrf: reader.csrf.clone() };
    [desk.house.get(reader, path).await, desk.house.get(&french, path).await]
}

#[tokio::test]
async fn e5_documents_of_a_record_without_a_link_say_where_file_sharing_is_set_up() {
    let desk = Deal::new(On::Enhanced).await;
    let documents = format!("{}/documents", desk.record);
    for (page, sentence) in twice(&desk, &desk.ada, &documents).await.iter().zip(E5) {
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.html.contains(sentence), "{}", page.html);
        assert!(page.html.contains(&format!("href=\"{}/collaborate\"", desk.record)));
    }
}

#[tokio::test]
async fn e6_who_reads_the_record_and_is_not_in_the_team_sees_no_files_and_is_told_whom_to_ask() {
    let desk = Deal::new(On::Enhanced).await;
    let link = desk.connect("Village deal", "Offers").await;
    let location = link.rsplit('/').next().unwrap();
    let documents = format!("{}/documents?location={location}", desk.record);
    let sent = desk.upload(&documents, "offer.txt").await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.html);
    let mara = desk.colleague("mara").await;
    for (page, sentence) in twice(&desk, &mara, &documents).await.iter().zip(E6) {
        assert!(page.html.contains(sentence), "{}", page.html);
        assert!(!page.html.contains("offer.txt"), "{}", page.html);
    }
    // the list of channels is there, and says that one is not in them; no door that does not open is shown
    let list = desk.house.get(&mara, &format!("{}/collaborate", desk.record)).await;
    assert!(list.html.contains("You are not a member"), "{}", list.html);
    for href in list.html.split("href=\"/channels/").skip(1) {
        let path = format!("/channels/{}", href.split('"').next().unwrap());
        let opened = desk.house.get(&mara, &path).await;
        assert_ne!(opened.status, StatusCode::NOT_FOUND, "{path} of {}", list.html);
    }
}
