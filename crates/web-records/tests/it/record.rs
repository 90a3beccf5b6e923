//! One record: conflicts, actions, its timeline, related rows, sharing, files.

use axum::body::Body;
use http::{StatusCode, header};

use crate::pages::Place;

#[tokio::test]
async fn a_late_form_shows_what_changed_and_by_whom_and_may_be_sent_again() {
    let place = Place::new().await;
    let (house, admin) = (&place.house, &place.admin);
    let record = place.make("Sommet Sports", "5").await;
    let page = house.get(admin, &record).await;
    let version = page.between("name=\"row-version\" value=\"", "\"").to_owned();
    let first = [("row-version", &*version), ("name", "Sommet Sports SA")];
    assert_eq!(house.post(admin, &record, &first).await.status, StatusCode::SEE_OTHER);
    let second = [("row-version", &*version), ("name", "Sommet")];
    let late = house.post(admin, &record, &second).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(late.html.contains("Somebody has changed this record meanwhile"), "{}", late.html);
    assert!(late.html.contains("Sommet Sports SA</ins>"), "what it became: {}", late.html);
    assert!(late.html.contains("value=\"Sommet\""), "what was typed stays: {}", late.html);
    let version = late.between("name=\"row-version\" value=\"", "\"").to_owned();
    let again = [("row-version", &*version), ("name", "Sommet")];
    assert_eq!(house.post(admin, &record, &again).await.status, StatusCode::SEE_OTHER);
    let history = house.get(admin, &format!("{record}?tab=history")).await;
    assert!(history.html.contains("Sommet Sports SA"), "{}", history.html);
}

#[tokio::test]
async fn who_belongs_to_a_record_stands_beside_its_form() {
    let place = Place::new().await;
    let (house, admin) = (&place.house, &place.admin);
    let record = place.make("Sommet Sports", "5").await;
    let page = house.get(admin, &record).await;
    assert!(!page.html.contains("id=\"related-title\""), "nobody yet: {}", page.html);
    let id = record.rsplit('/').next().unwrap();
    let key = format!("account:{id}");
    let fields = [
        ("firstname", "Ada"),
        ("lastname", "Martin"),
        ("jobtitle", "Purchasing"),
        ("parentcustomerid", "Sommet Sports"),
        ("parentcustomerid--row", &*key),
    ];
    let made = house.post(admin, &format!("{}/contact/new", place.root), &fields).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.html);
    let page = house.get(admin, &record).await;
    let beside = page.between("id=\"related-title\"", "</section>");
    assert!(beside.contains("Ada Martin") && beside.contains(made.location()), "{beside}");
    assert!(!beside.contains("Sommet Sports"), "not what the page is about: {beside}");
    assert!(beside.contains(&format!("/contact/new?by=parentcustomerid&#38;of={id}")), "{beside}");
}

#[tokio::test]
async fn a_press_on_a_stage_moves_a_sale_there() {
    let place = Place::new().await;
    let (house, admin) = (&place.house, &place.admin);
    let new = format!("{}/opportunity/new", place.root);
    let made = house.post(admin, &new, &[("name", "Tents"), ("salesstage", "0")]).await;
    let record = made.location().to_owned();
    let page = house.get(admin, &record).await;
    let stages = page.between("class=\"stages\"", "</ol>");
    assert!(stages.contains("<button name=\"salesstage\" value=\"1\""), "{stages}");
    let version = page.between("name=\"row-version\" value=\"", "\"").to_owned();
    let press = [("row-version", &*version), ("salesstage", "1")];
    assert_eq!(house.post(admin, &record, &press).await.location(), record);
    let page = house.get(admin, &record).await;
    let stages = page.between("class=\"stages\"", "</ol>");
    assert!(stages.contains("<button name=\"salesstage\" value=\"0\""), "{stages}");
    assert!(!stages.contains("value=\"1\""), "it is there: {stages}");
    assert!(page.html.contains("<h1>Tents</h1>"), "nothing else changed");
}

#[tokio::test]
async fn a_lookup_takes_a_name_and_asks_when_several_have_it() {
    let place = Place::new().await;
    let (house, admin) = (&place.house, &place.admin);
    place.make("Twin", "1").await;
    place.make("Twin", "2").await;
    let new = format!("{}/contact/new", place.root);
    let fields = [("lastname", "Martin"), ("parentcustomerid", "Nobody")];
    let nobody = house.post(admin, &new, &fields).await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nobody.html.contains("Nothing of this name was found."), "{}", nobody.html);
    let fields = [("lastname", "Martin"), ("parentcustomerid", "twin")];
    let several = house.post(admin, &new, &fields).await;
    assert!(several.html.contains("Several have this name"), "{}", several.html);
    let key = several.between("<option value=\"account:", "\"").to_owned();
    let key = format!("account:{key}");
    let fields =
        [("lastname", "Martin"), ("parentcustomerid", "Twin"), ("parentcustomerid--row", &*key)];
    let made = house.post(admin, &new, &fields).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.html);
    let page = house.get(admin, made.location()).await;
    assert!(page.html.contains(&key), "{}", page.html);
}

#[tokio::test]
async fn a_lead_becomes_an_account_a_contact_and_a_sale_that_is_won() {
    let place = Place::new().await;
    let (house, admin) = (&place.house, &place.admin);
    let new = format!("{}/lead/new", place.root);
    let fields = [
        ("subject", "Three huts"),
        ("firstname", "Margaux"),
        ("lastname", "Lefèvre"),
        ("companyname", "Refuge du Lac"),
        ("emailaddress1", "m@lac.example"),
    ];
    let lead = house.post(admin, &new, &fields).await.location().to_owned();
    let page = house.get(admin, &lead).await;
    assert!(page.html.contains("Qualify"), "{}", page.html);
    let ticks = [("account", "on"), ("contact", "on"), ("opportunity", "on")];
    let done = house.post(admin, &format!("{lead}/qualify"), &ticks).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.html);
    let sale = done.location().to_owned();
    assert!(sale.contains("/opportunity/"), "{sale}");
    let page = house.get(admin, &sale).await;
    assert!(page.html.contains("<h1>Three huts</h1>"), "{}", page.html);
    assert!(page.html.contains("Refuge du Lac") && page.html.contains("Margaux Lefèvre"));
    assert!(house.get(admin, &lead).await.html.contains("Qualified"));
    let won = [("status", "3"), ("actualvalue", "900"), ("actualclosedate", "2026-11-20")];
    let won = house.post(admin, &format!("{sale}/status"), &won).await;
    assert_eq!(won.status, StatusCode::SEE_OTHER, "{}", won.html);
    let page = house.get(admin, &sale).await;
    assert!(page.html.contains("Won") && page.html.contains("Reopen"), "{}", page.html);
    assert!(page.html.contains("value=\"900"), "{}", page.html);
}

#[tokio::test]
async fn what_happens_around_a_record_is_added_in_place() {
    let place = Place::new().await;
    let (house, admin) = (&place.house, &place.admin);
    let record = place.make("Sommet Sports", "5").await;
    let task =
        [("kind", "task"), ("subject", "Send the offer"), ("scheduledend", "2026-12-01T09:00")];
    let made = house.post(admin, &format!("{record}/activities"), &task).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.html);
    let call = [("kind", "phonecall"), ("subject", "Call <them>"), ("phonenumber", "+41 44")];
    house.post(admin, &format!("{record}/activities"), &call).await;
    let body = "--x\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\n".to_owned()
        + &admin.csrf
        + "\r\n--x\r\ncontent-disposition: form-data; name=\"text\"\r\n\r\nThey want gloves.\r\n\
           --x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a\u{e9}.html\"\r\n\
           content-type: text/html\r\n\r\n<script>\r\n--x--\r\n";
    let request = house
        .request(admin, "POST", &format!("{record}/notes"))
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
        .body(Body::from(body))
        .unwrap();
    let made = house.send(request).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.html);
    let page = house.get(admin, &record).await;
    for words in ["Send the offer", "Call &#60;them&#62;", "They want gloves.", "Mark complete"] {
        assert!(page.html.contains(words), "{words}: {}", page.html);
    }
    let file = page.between("<a class=\"row\" href=\"", "\"").to_owned();
    let file = house.get(admin, &file).await;
    assert_eq!(file.headers[header::CONTENT_TYPE], "application/octet-stream");
    assert_eq!(file.html, "<script>");
    let calls = house.get(admin, &format!("{record}?kind=phonecall")).await;
    assert!(calls.html.contains("Call &#60;them") && !calls.html.contains("They want gloves."));
    let actions = page.html.split("action=\"").skip(1);
    let task = actions
        .map(|part| part.split('"').next().unwrap())
        .find(|action| action.contains("/task/"))
        .unwrap()
        .to_owned();
    let done = [("status", "5"), ("back", &*record)];
    let done = house.post(admin, &task, &done).await;
    assert_eq!(done.location(), record);
    let page = house.get(admin, &record).await;
    assert!(page.html.contains("Completed"), "{}", page.html);
}

#[tokio::test]
async fn related_rows_stand_in_a_tab_and_new_ones_are_tied_already() {
    let place = Place::new().await;
    let (house, admin) = (&place.house, &place.admin);
    let record = place.make("Sommet Sports", "5").await;
    let tab = house.get(admin, &format!("{record}?tab=related&of=opportunity.customerid")).await;
    let new = tab.between("<a class=\"button primary\" href=\"", "\"").replace("&#38;", "&");
    let form = house.get(admin, &new).await;
    assert!(form.html.contains("value=\"Sommet Sports\""), "{}", form.html);
    let key = form.between("name=\"customerid--row\" value=\"", "\"").to_owned();
    let fields =
        [("name", "Winter range"), ("customerid", "Sommet Sports"), ("customerid--row", &*key)];
    house.post(admin, &format!("{}/opportunity/new", place.root), &fields).await;
    let tab = house.get(admin, &format!("{record}?tab=related&of=opportunity.customerid")).await;
    assert!(tab.html.contains("Winter range"), "{}", tab.html);
}

#[tokio::test]
async fn a_record_is_shared_taken_back_and_given_away() {
    let place = Place::new().await;
    let (house, admin) = (&place.house, &place.admin);
    let record = place.make("Sommet Sports", "5").await;
    let ben = house.browser("ben", &[]).await;
    // the first visit makes the row of the person
    house.get(&ben, &place.root).await;
    let share = [("ownerid", "ben"), ("right-Read", "on")];
    let shared = house.post(admin, &format!("{record}/share"), &share).await;
    assert_eq!(shared.status, StatusCode::SEE_OTHER, "{}", shared.html);
    let tab = house.get(admin, &format!("{record}?tab=access&who=ben")).await;
    assert!(tab.html.contains("Take back"), "{}", tab.html);
    let from = tab.between("name=\"from\" value=\"", "\"").to_owned();
    let back = house.post(admin, &format!("{record}/revoke"), &[("from", &from)]).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.html);
    let tab = house.get(admin, &format!("{record}?tab=access")).await;
    assert!(!tab.html.contains("Take back"), "{}", tab.html);
    let nobody = house.post(admin, &format!("{record}/assign"), &[("ownerid", "nobody")]).await;
    assert_eq!(nobody.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_picture_is_taken_shown_and_removed() {
    let place = Place::new().await;
    let (house, admin) = (&place.house, &place.admin);
    let record = place.make("Sommet Sports", "5").await;
    let photograph = include_bytes!("../../../pictures/samples/plain.jpg");
    let mut body = format!(
        "--x\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\n{}\r\n--x\r\n\
         content-disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\
         content-type: image/jpeg\r\n\r\n",
        admin.csrf
    )
    .into_bytes();
    body.extend_from_slice(photograph);
    body.extend_from_slice(b"\r\n--x--\r\n");
    let address = format!("{record}/files/entityimage");
    let request = house
        .request(admin, "POST", &address)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
        .body(Body::from(body))
        .unwrap();
    let kept = house.send(request).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.html);
    assert!(house.get(admin, &record).await.html.contains("/files/entityimage\" alt=\"\""));
    let shown = house.get(admin, &address).await;
    assert_eq!(shown.headers[header::CONTENT_TYPE], "image/png");
    // the list shows it too, under an address of its own for each picture
    place.make("Without one", "6").await;
    let list = house.get(admin, &format!("{}/account", place.root)).await;
    assert_eq!(list.html.matches("/files/entityimage?at=").count(), 1, "{}", list.html);
    assert!(list.html.contains("avatar small square kind"), "{}", list.html);
    let at = format!("{address}?at={}", list.between("/files/entityimage?at=", "\""));
    let kept = house.get(admin, &at).await.headers[header::CACHE_CONTROL].clone();
    assert_eq!(kept, "private, max-age=604800, immutable");
    let gone = house.post(admin, &format!("{address}/delete"), &[]).await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER);
    assert_eq!(house.get(admin, &address).await.status, StatusCode::NOT_FOUND);
}
