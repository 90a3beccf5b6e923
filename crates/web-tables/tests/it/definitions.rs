//! Tables, columns, relationships, keys, choices and views by forms.

use http::StatusCode;
use queries::Query;
use records::{Delete, Entry, Operation, Reference};
use tables::{ColumnKind, Value};

use crate::place::Place;

async fn with_visits() -> Place {
    let place = Place::new().await;
    let to = place
        .taken(
            "/tables/new",
            &[
                ("label-en", "Visit"),
                ("label-fr", "Visite"),
                ("plural-fr", "Visites"),
                ("ownership", "user"),
                ("audited", "on"),
            ],
        )
        .await;
    assert!(to.ends_with("/tables/new_visit"), "{to}");
    place
}

#[tokio::test]
async fn a_table_made_by_page_is_worked_with_as_its_role_says() {
    let place = with_visits().await;
    let rating = [
        ("type", "choice"),
        ("label-en", "Rating"),
        ("label-fr", "Note"),
        ("e0-en", "Good"),
        ("e0-fr", "Bon"),
        ("e0-colour", "#107c10"),
        ("e1-en", "Bad"),
        ("e1-order", "5"),
    ];
    place.taken("/tables/new_visit/columns/new", &rating).await;
    let account = [
        ("type", "lookup"),
        ("label-en", "Account"),
        ("target", "account"),
        ("on-delete", "restrict"),
    ];
    place.taken("/tables/new_visit/columns/new", &account).await;
    let page = place.get("/tables/new_visit").await;
    assert!(page.html.contains("Rating") && page.html.contains("new_Account"), "{}", page.html);

    let role = place
        .role("Visitors", &[("d.new_visit.0", "1"), ("d.new_visit.1", "4"), ("d.new_visit.2", "1")])
        .await;
    let (_, scope, ben) = place.person("ben").await;
    place.gives(&ben, &[&role]).await;
    let session = place.session(&scope).await;
    let table = std::sync::Arc::clone(session.model().table("new_visit").unwrap());
    let ColumnKind::Choice { options, .. } = &table.column("new_rating").unwrap().kind else {
        panic!("{table:?}")
    };
    let tables::Options::Local(entries) = options else { panic!("{options:?}") };
    assert_eq!(entries[0].labels.text(tables::ENGLISH), "Bad", "in the order of the form");
    assert_eq!(entries[1].colour.as_deref(), Some("#107c10"));

    let entry = Entry::of("new_visit")
        .text("new_name", "First")
        .with("new_rating", Value::Whole(i64::from(entries[0].value)));
    let made = session.run(vec![Operation::Create(entry)]).await.unwrap();
    let rows = session.query(&Query::of(&table).select_all(), &queries::Paging::first(5)).await;
    assert_eq!(rows.unwrap().rows.len(), 1);
    let row = Reference::id("new_visit", made[0].id);
    let delete = Delete { row, condition: records::Condition::None };
    let refused = session.run(vec![Operation::Delete(delete)]).await.unwrap_err();
    assert!(matches!(refused.error, records::Error::Privilege { .. }), "{refused:?}");

    let why = place.get(&format!("/people/{ben}/why?table=new_visit&row={}", made[0].id)).await;
    assert!(why.html.contains("A role gives it on every record."), "{}", why.html);
    assert!(why.html.contains("No role gives this right on the table."), "{}", why.html);
    assert!(why.html.contains("Visitors"), "{}", why.html);
}

#[tokio::test]
async fn what_is_wrong_stands_at_its_field_and_nothing_is_made() {
    let place = with_visits().await;
    let bad = [("label-en", "Visit"), ("schema", "new_véto")];
    place.refused("/tables/new", &bad, "schema-problem").await;
    place
        .refused("/tables/new", &[("label-en", ""), ("schema", "new_x")], "label-en-problem")
        .await;
    place.refused("/tables/new", &[("label-en", "Visit")], "there already").await;
    let new = "/tables/new_visit/columns/new";
    let text = [("type", "text"), ("label-en", "Code"), ("max", "9999")];
    place.refused(new, &text, "max-problem").await;
    place
        .refused(new, &[("type", "text"), ("label-en", "Code"), ("max", "x")], "max-problem")
        .await;
    place.refused(new, &[("type", "lookup"), ("label-en", "X")], "target-problem").await;
    let twice = [
        ("type", "choice"),
        ("label-en", "X"),
        ("e0-en", "A"),
        ("e0-value", "1"),
        ("e1-en", "B"),
        ("e1-value", "1"),
    ];
    place.refused(new, &twice, "entries-problem").await;
    let colour = [("type", "choice"), ("label-en", "X"), ("e0-en", "A"), ("e0-colour", "url(x)")];
    place.refused(new, &colour, "entries-problem").await;
    let page = place.get("/tables/new_visit").await;
    assert!(!page.html.contains("new_Code") && !page.html.contains("new_X"), "{}", page.html);
    for path in ["/tables/nothing", "/tables/new_visit/columns/nothing", "/choices/nothing"] {
        assert_eq!(place.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_column_of_every_type_is_made_and_opened() {
    let place = with_visits().await;
    for kind in [
        "text", "memo", "whole", "decimal", "double", "big", "money", "choice", "choices",
        "boolean", "date", "customer", "file", "image", "guid",
    ] {
        let label = format!("Of {kind}");
        let fields = [
            ("type", kind),
            ("label-en", &label),
            ("yes-en", "Yes"),
            ("no-en", "No"),
            ("e0-en", "One"),
        ];
        place.taken("/tables/new_visit/columns/new", &fields).await;
        let page = place.get(&format!("/tables/new_visit/columns/new_of{kind}")).await;
        assert_eq!(page.status, StatusCode::OK, "{kind}");
        let again = [
            ("label-en", label.as_str()),
            ("label-fr", "Autre"),
            ("yes-en", "Yes"),
            ("no-en", "No"),
            ("e0-en", "One"),
            ("e0-value", "100000000"),
        ];
        place.taken(&format!("/tables/new_visit/columns/new_of{kind}"), &again).await;
    }
    let auto = [("type", "autonumber"), ("label-en", "Number"), ("auto", "V-{SEQNUM:4}")];
    place.taken("/tables/new_visit/columns/new", &auto).await;
    place.taken("/tables/new_visit/columns/new_oftext/delete", &[]).await;
    let gone = place.get("/tables/new_visit/columns/new_oftext").await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn keys_relationships_and_choices_are_made_and_taken_away() {
    let place = with_visits().await;
    let key = [("label-en", "By name"), ("column-1", "new_name")];
    place.taken("/tables/new_visit/keys/new", &key).await;
    let keys = place.get("/tables/new_visit/keys").await;
    assert!(keys.html.contains("By name") && keys.html.contains("Active"), "{}", keys.html);
    place.refused("/tables/new_visit/keys/new", &key, "there already").await;
    place.taken("/tables/new_visit/keys/new_byname/delete", &[]).await;

    let many = [("kind", "many-to-many"), ("other", "contact")];
    place.taken("/tables/new_visit/relationships/new", &many).await;
    let one =
        [("kind", "one-to-many"), ("other", "task"), ("label-en", "Visit"), ("on-delete", "all")];
    place.taken("/tables/new_visit/relationships/new", &one).await;
    let list = place.get("/tables/new_visit/relationships").await;
    assert!(list.html.contains("new_new_visit_contact"), "{}", list.html);
    let schema = "new_new_visit_task_Visit";
    assert!(list.html.contains(schema), "{}", list.html);
    let to = format!("/tables/new_visit/relationships/{schema}");
    place.taken(&to, &[("on-delete", "unlink")]).await;
    // deleting the table names what goes with it
    let ask = place.get("/tables/new_visit/delete").await;
    assert!(ask.html.contains("task.new_visit") && ask.html.contains("No record"), "{}", ask.html);
    place.taken(&format!("{to}/delete"), &[]).await;

    let colours = [("label-en", "Colour"), ("e0-en", "Red"), ("e1-en", "Blue")];
    let choice = place.taken("/choices/new", &colours).await;
    assert!(choice.ends_with("/choices/new_colour"), "{choice}");
    let column = [("type", "choice"), ("label-en", "Colour"), ("shared", "new_colour")];
    place.taken("/tables/new_visit/columns/new", &column).await;
    place.refused("/choices/new_colour/delete", &[], "in use").await;
    place.taken("/tables/new_visit/columns/new_colour/delete", &[]).await;
    place.taken("/choices/new_colour/delete", &[]).await;
    place.taken("/tables/new_visit/delete", &[]).await;
    assert_eq!(place.get("/tables/new_visit").await.status, StatusCode::NOT_FOUND);
    let account = place.get("/tables/account/delete").await;
    assert!(account.html.contains("cannot be deleted"), "{}", account.html);
}

#[tokio::test]
async fn a_view_is_made_with_a_form_and_changed_as_text() {
    let place = with_visits().await;
    let view = [
        ("as", "form"),
        ("label-en", "Recent"),
        ("column-1", "new_name"),
        ("column-2", "createdon"),
        ("sort-1", "createdon"),
        ("sort-1-down", "on"),
        ("f1-column", "createdon"),
        ("f1-operator", "last-x-days"),
        ("f1-value", "7"),
        ("default", "on"),
    ];
    place.taken("/tables/new_visit/views/new", &view).await;
    let list = place.get("/tables/new_visit/views").await;
    assert!(list.html.contains("Recent"), "{}", list.html);
    assert_eq!(list.html.matches("Opens first").count(), 1, "{}", list.html);
    let scope = place.house.system.scope(place.house.tenant, "test");
    let id = {
        let session = place.session(&scope).await;
        let mut views = session.model().views_of("new_visit");
        views.find(|view| view.labels.text(tables::ENGLISH) == "Recent").unwrap().id
    };
    let to = format!("/tables/new_visit/views/{id}");
    let page = place.get(&to).await;
    assert!(page.html.contains("last-x-days\" selected"), "{}", page.html);
    let text = |fetch: &'static str| [("as", "text"), ("label-en", "Recent"), ("fetch", fetch)];
    place.refused(&to, &text("<fetch>\n<entity name=\"new_visit\""), "Line 2, column").await;
    place
        .refused(&to, &text("<fetch><entity name=\"account\"/></fetch>"), "must be on new_visit")
        .await;
    let unknown =
        "<fetch><entity name=\"new_visit\"><attribute name=\"new_nothing\"/></entity></fetch>";
    place.refused(&to, &text(unknown), "cannot be run").await;
    let linked = "<fetch><entity name=\"new_visit\"><attribute name=\"new_name\"/>\
        <link-entity name=\"systemuser\" from=\"systemuserid\" to=\"createdby\" alias=\"who\">\
        <attribute name=\"fullname\"/></link-entity></entity></fetch>";
    place.taken(&to, &text(linked)).await;
    let page = place.get(&to).await;
    assert!(
        page.html.contains("Only as text") && page.html.contains("link-entity"),
        "{}",
        page.html
    );
    // what somebody else has made of it meanwhile is not deleted unseen
    let gone = format!("{to}/delete");
    place.refused(&gone, &[("seen", "1")], "Somebody changed this definition").await;
    let seen = page.html.split("name=\"seen\" value=\"").nth(1).unwrap();
    let seen = seen.split('"').next().unwrap().to_owned();
    place.taken(&gone, &[("seen", seen.as_str())]).await;
}
