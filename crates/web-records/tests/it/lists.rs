//! Lists: filters, sums, columns, views of one's own, many rows at once, cells, charts.

use http::StatusCode;

use crate::pages::Place;

/// Opportunities of two stages, an open amount of 1,000 and 250, and their account.
async fn sales() -> Place {
    let place = Place::new().await;
    place.make("Sommet Sports", "10").await;
    for (name, value, stage) in
        [("Winter range", "1000", "0"), ("Tents", "250", "2"), ("Helmets", "50", "2")]
    {
        let new = format!("{}/opportunity/new", place.root);
        let fields = [
            ("name", name),
            ("estimatedvalue", value),
            ("salesstage", stage),
            ("customerid", "Sommet Sports"),
        ];
        let made = place.house.post(&place.admin, &new, &fields).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.html);
    }
    place
}

#[tokio::test]
async fn filters_narrow_on_the_server_and_stand_in_the_address() {
    let place = sales().await;
    let (house, admin) = (&place.house, &place.admin);
    let list = format!("{}/opportunity", place.root);
    let made = house.get(admin, &format!("{list}?fc=estimatedvalue&fo=gt&fv=100")).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER);
    let to = made.location().to_owned();
    assert!(to.contains("f=estimatedvalue%2Egt%2E100"), "{to}");
    let page = house.get(admin, &to).await;
    assert!(page.html.contains("Winter range") && page.html.contains("Tents"), "{}", page.html);
    assert!(!page.html.contains("Helmets"), "{}", page.html);
    assert!(page.html.contains("Est. Revenue is more than"), "{}", page.html);
    assert!(page.html.contains("2 records"));
    // a lookup is filtered by the name of what it refers to
    let made = house.get(admin, &format!("{list}?fc=customerid&fo=eq&fv=sommet+sports")).await;
    let page = house.get(admin, made.location()).await;
    assert!(page.html.contains("Potential Customer is Sommet Sports"), "{}", page.html);
    // what does not fit filters nothing, and breaks nothing
    let odd = "?f=name.drop+table.x&f=estimatedvalue.gt.many&f=nothing.eq.1&sort=versionnumberx";
    assert_eq!(house.get(admin, &format!("{list}{odd}")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn several_columns_sort_and_sums_count_all_rows() {
    let place = sales().await;
    let (house, admin) = (&place.house, &place.admin);
    let list = format!("{}/opportunity", place.root);
    let sorted =
        format!("{list}?sort=-salesstage,estimatedvalue&cols=name,salesstage,estimatedvalue");
    let page = house.get(admin, &sorted).await;
    let at = |name: &str| page.html.find(&format!(">{name}</a>")).unwrap();
    assert!(at("Helmets") < at("Tents") && at("Tents") < at("Winter range"), "{}", page.html);
    assert!(page.html.contains("<tfoot>") && page.html.contains("1,300.00"), "{}", page.html);
}

#[tokio::test]
async fn columns_and_views_are_kept_for_the_one_who_chose_them() {
    let place = sales().await;
    let (house, admin) = (&place.house, &place.admin);
    let list = format!("{}/opportunity", place.root);
    let add = [("state", ""), ("do", "add"), ("column", "need")];
    let kept = house.post(admin, &format!("{list}/columns"), &add).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.html);
    assert!(!kept.location().contains("cols="), "it is kept: {}", kept.location());
    let page = house.get(admin, &list).await;
    assert!(page.html.contains("value=\"remove:need\""), "{}", page.html);
    let reset = [("state", ""), ("do", "reset")];
    house.post(admin, &format!("{list}/columns"), &reset).await;
    assert!(!house.get(admin, &list).await.html.contains("value=\"remove:need\""));

    let view = [("state", "f=name.like.Tents&chart=on"), ("name", "My <tents>")];
    let saved = house.post(admin, &format!("{list}/views"), &view).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.html);
    let page = house.get(admin, saved.location()).await;
    assert!(page.html.contains("My &#60;tents&#62; ★"), "{}", page.html);
    assert!(page.html.contains("Tents") && !page.html.contains(">Helmets</a>"), "{}", page.html);
    assert!(page.html.contains("<svg class=\"chart"), "its chart is kept: {}", page.html);
    let id = page.between("/views/", "/delete").to_owned();
    let gone = house.post(admin, &format!("{list}/views/{id}/delete"), &[]).await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER);
    assert!(!house.get(admin, &list).await.html.contains("My &#60;tents"));
}

#[tokio::test]
async fn a_cell_is_edited_in_place_and_a_late_one_is_told_what_changed() {
    let place = sales().await;
    let (house, admin) = (&place.house, &place.admin);
    let list = format!("{}/opportunity?cols=name,estimatedvalue", place.root);
    let page = house.get(admin, &list).await;
    let cell = page.html.split('"').find(|part| part.contains("/cell/estimatedvalue?"));
    let cell = cell.unwrap().replace("&#38;", "&");
    let form = house.get(admin, &cell).await;
    assert_eq!(form.status, StatusCode::OK, "{}", form.html);
    let version = form.between("name=\"row-version\" value=\"", "\"").to_owned();
    let odd = [("row-version", &*version), ("estimatedvalue", "a lot")];
    let wrong = house.post(admin, &cell, &odd).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.html.contains("aria-invalid=\"true\"") && wrong.html.contains("a lot"));
    let good = [("row-version", &*version), ("estimatedvalue", "1,234.50")];
    let saved = house.post(admin, &cell, &good).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.html);
    assert!(house.get(admin, saved.location()).await.html.contains("1,234.50"));
    let late = [("row-version", &*version), ("estimatedvalue", "7")];
    let late = house.post(admin, &cell, &late).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(late.html.contains("Somebody has changed this record meanwhile"), "{}", late.html);
    assert!(late.html.contains("ada") || late.html.contains("Ada"), "by whom: {}", late.html);
    // what the store keeps is no field
    let fixed = cell.replace("/cell/estimatedvalue", "/cell/createdon");
    assert_eq!(house.get(admin, &fixed).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn many_rows_change_together_after_a_question() {
    let place = sales().await;
    let (house, admin) = (&place.house, &place.admin);
    let list = format!("{}/opportunity", place.root);
    let page = house.get(admin, &list).await;
    let rows: Vec<String> = page
        .html
        .split("name=\"row-")
        .skip(1)
        .map(|part| format!("row-{}", part.split('"').next().unwrap()))
        .collect();
    assert_eq!(rows.len(), 3);
    let mut fields: Vec<(&str, &str)> =
        rows.iter().take(2).map(|row| (row.as_str(), "on")).collect();
    fields.push(("do", "status"));
    let sure = house.post(admin, &format!("{list}/bulk"), &fields).await;
    assert_eq!(sure.status, StatusCode::OK, "{}", sure.html);
    assert!(sure.html.contains("Change the status of 2 records"), "{}", sure.html);
    fields.extend([("sure", "1"), ("status", "4")]);
    let done = house.post(admin, &format!("{list}/bulk"), &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.html);
    let gone = house.get(admin, &format!("{list}?cols=name,statecode&f=statecode.eq.2")).await;
    assert!(gone.html.contains("Lost"), "{}", gone.html);
    fields.retain(|(name, _)| *name != "do" && *name != "status");
    fields.push(("do", "delete"));
    let done = house.post(admin, &format!("{list}/bulk"), &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.html);
    let nothing = house.post(admin, &format!("{list}/bulk"), &[("do", "delete")]).await;
    assert_eq!(nothing.status, StatusCode::SEE_OTHER, "nothing was selected");
}

#[tokio::test]
async fn two_records_are_merged_and_the_reader_says_which_stays() {
    let place = sales().await;
    let (house, admin) = (&place.house, &place.admin);
    let new = format!("{}/account/new", place.root);
    for name in ["Contoso", "Contoso Ltd", "Fabrikam"] {
        let made = house.post(admin, &new, &[("name", name)]).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.html);
    }
    let list = format!("{}/account", place.root);
    let page = house.get(admin, &format!("{list}?q=Contoso")).await;
    let rows: Vec<String> = page
        .html
        .split("name=\"row-")
        .skip(1)
        .map(|part| part.split('"').next().unwrap().to_owned())
        .collect();
    let names: Vec<String> = rows.iter().map(|row| format!("row-{row}")).collect();
    let mut fields: Vec<(&str, &str)> = names.iter().map(|row| (row.as_str(), "on")).collect();
    fields.push(("do", "merge"));
    let sure = house.post(admin, &format!("{list}/bulk"), &fields).await;
    assert_eq!(sure.status, StatusCode::OK, "{}", sure.html);
    assert!(sure.html.contains("The record that stays"), "{}", sure.html);
    // one alone, or without a choice, is told
    fields.push(("sure", "1"));
    let which = house.post(admin, &format!("{list}/bulk"), &fields).await;
    assert_eq!(which.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(which.html.contains("Choose two records"), "{}", which.html);
    fields.push(("keep", &rows[0]));
    let done = house.post(admin, &format!("{list}/bulk"), &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.html);
    // the list shows active accounts: the one that gave way is none of them
    let left = house.get(admin, &format!("{list}?q=Contoso")).await;
    assert!(left.html.contains(&names[0]) && !left.html.contains(&names[1]), "{}", left.html);
    let gone = house.get(admin, &format!("{list}/{}", rows[1])).await;
    assert!(gone.html.contains("Inactive"), "{}", gone.html);
    // what cannot be merged is not offered for it
    let deals = house.get(admin, &format!("{}/opportunity", place.root)).await;
    assert!(!deals.html.contains("value=\"merge\"") && page.html.contains("value=\"merge\""));
}

#[tokio::test]
async fn charts_are_drawn_of_all_rows_and_lead_to_them() {
    let place = sales().await;
    let (house, admin) = (&place.house, &place.admin);
    let list = format!("{}/opportunity", place.root);
    let page = house.get(admin, &format!("{list}?chart=on")).await;
    assert!(page.html.contains("class=\"chart kind-funnel\""), "{}", page.html);
    assert!(page.html.contains("Sum of Est. Revenue by Sales Stage"), "{}", page.html);
    let bar = page.between("<a class=\"chart-point\" href=\"", "\"").replace("&amp;", "&");
    assert!(bar.contains("f=salesstage%2Eeq%2E0"), "{bar}");
    let rows = house.get(admin, &bar).await;
    assert!(rows.html.contains("Winter range") && !rows.html.contains(">Tents</a>"));
    for chart in [
        "bars.customerid.-.count.-",
        "line.createdon.month.count.-",
        "columns.createdon.quarter.sum.estimatedvalue",
        "line.createdon.year.count.-",
        "bars.name.-.avg.closeprobability",
        "bars.statuscode.-.avg.estimatedvalue",
        "funnel.decisionmaker.-.count.-",
        "bars.ownerid.-.count.-",
    ] {
        let page = house.get(admin, &format!("{list}?chart={chart}")).await;
        assert_eq!(page.status, StatusCode::OK, "{chart}");
        assert!(page.html.contains("<a class=\"chart-point\""), "{chart}: {}", page.html);
        let to = page.between("<a class=\"chart-point\" href=\"", "\"").replace("&amp;", "&");
        let rows = house.get(admin, &to).await;
        assert!(rows.html.contains("id=\"record-rows\""), "{chart} leads to rows: {to}");
    }
    let chosen = format!("{list}?ck=bars&cg=customerid&cm=sum:estimatedvalue&view=");
    let made = house.get(admin, &chosen).await;
    assert!(made.location().contains("chart=bars%2Ecustomerid"), "{}", made.location());
    for odd in ["pie.name.-.count.-", "bars.nothing.-.sum.name", "bars", "x.y.z"] {
        assert_eq!(house.get(admin, &format!("{list}?chart={odd}")).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn rows_are_found_while_somebody_types() {
    let place = sales().await;
    let (house, admin) = (&place.house, &place.admin);
    let lookup = format!("{}/lookup?table=opportunity&column=customerid&q=somm", place.root);
    let found = house.get(admin, &lookup).await;
    assert!(found.html.contains("<option value=\"Sommet Sports\""), "{}", found.html);
    let ben = house.browser("ben", &[]).await;
    let hidden = house.get(&ben, &lookup).await;
    assert!(!hidden.html.contains("Sommet"), "{}", hidden.html);
}
