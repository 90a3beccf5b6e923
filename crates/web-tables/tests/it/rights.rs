//! Roles, people, teams, units and profiles by forms.

use http::StatusCode;
use tables::baseline::{Baseline, Set};

use crate::place::Place;

fn shipped(name: &str) -> String {
    let roles = &Baseline::of(&Set::ALL).roles;
    roles.iter().find(|role| role.name == name).unwrap().id.to_string()
}

#[tokio::test]
async fn the_matrix_is_one_change_and_asks_before_it_takes_anything() {
    let place = Place::new().await;
    let role = place.role("Visitors", &[("d.account.1", "4"), ("m.prvCreateEntity", "on")]).await;
    let to = format!("/roles/{role}");
    let page = place.get(&to).await;
    let seen = page.between("name=\"seen\" value=\"", "\"").to_owned();
    let narrower = [("seen", seen.as_str()), ("d.account.1", "2"), ("d.contact.1", "2")];
    let asked = place.post(&to, &narrower).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.html);
    assert!(
        asked.html.contains("Look this over") && asked.html.contains("1 taken"),
        "{}",
        asked.html
    );
    let page = place.get(&to).await;
    assert_eq!(page.between("name=\"seen\" value=\"", "\""), seen, "nothing was changed yet");
    let mut sure = narrower.to_vec();
    sure.push(("confirmed", "yes"));
    place.taken(&to, &sure).await;
    // who looked at it before comes too late, and what they chose stands in the form
    let late = place.post(&to, &[("seen", seen.as_str()), ("d.lead.1", "1")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.html.contains("Somebody changed this role"), "{}", late.html);
    // a row as a whole; rows of the organisation know no level between none and all
    let page = place.get(&to).await;
    let seen = page.between("name=\"seen\" value=\"", "\"").to_owned();
    let whole = [
        ("seen", seen.as_str()),
        ("row.lead", "1"),
        ("d.lead.0", "0"),
        ("d.lead.1", "0"),
        ("confirmed", "yes"),
    ];
    place.taken(&to, &whole).await;
    let page = place.get(&format!("{to}?kind=assigned")).await;
    assert!(page.html.contains("d.lead.1") && !page.html.contains("d.quote.1"), "only assigned");
}

#[tokio::test]
async fn the_matrix_of_every_table_is_light() {
    let place = Place::new().await;
    let role = shipped("Salesperson");
    let page = place.get(&format!("/roles/{role}")).await;
    assert!(page.html.matches("scope=\"row\"").count() >= 40, "every table stands in it");
    assert!(page.html.len() < 700_000, "{}", page.html.len());
}

#[tokio::test]
async fn the_administrators_role_stays_whole_and_with_its_holder() {
    let place = Place::new().await;
    let administrator = shipped("System Administrator");
    let page = place.get(&format!("/roles/{administrator}")).await;
    assert!(page.html.contains("This role cannot be changed"), "{}", page.html);
    let empty = [("d.account.1", "0"), ("confirmed", "yes")];
    place.refused(&format!("/roles/{administrator}"), &empty, "alert").await;
    let scope = place.house.system.scope(place.house.tenant, "test");
    let ada = place.house.identity.find_user_by_name(&scope, "ada").await.unwrap().unwrap();
    let to = format!("/people/{}", ada.id);
    place
        .refused(&to, &[("unit", "")], "Nobody takes the System Administrator role from themselves")
        .await;
}

#[tokio::test]
async fn each_comes_as_far_as_their_rights() {
    let place = Place::new().await;
    let (ben, _, id) = place.person("ben").await;
    for path in ["", "/tables", "/roles", "/people", "/teams", "/units", "/choices", "/hierarchy"] {
        let page = place.house.get(&ben, &place.at(path)).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
    }
    place.gives(&id, &[&shipped("System Customizer")]).await;
    for (path, status) in [
        ("", StatusCode::OK),
        ("/tables", StatusCode::OK),
        ("/choices/new", StatusCode::OK),
        ("/roles", StatusCode::FORBIDDEN),
        ("/people", StatusCode::FORBIDDEN),
    ] {
        let page = place.house.get(&ben, &place.at(path)).await;
        assert_eq!(page.status, status, "{path}");
    }
    let overview = place.house.get(&ben, &place.at("")).await;
    assert!(!overview.html.contains("Security roles"), "{}", overview.html);
}

#[tokio::test]
async fn roles_are_copied_renamed_and_deleted() {
    let place = Place::new().await;
    let to =
        place.taken(&format!("/roles/{}/copy", shipped("Salesperson")), &[("name", "Mine")]).await;
    let role = to.rsplit('/').next().unwrap().to_owned();
    let page = place.get(&format!("/roles/{role}?kind=assigned")).await;
    assert!(page.html.contains("d.account.1"), "{}", page.html);
    place
        .taken(&format!("/roles/{role}/settings"), &[("name", "Ours"), ("description", "x")])
        .await;
    assert!(place.get("/roles").await.html.contains("Ours"));
    place.taken(&format!("/roles/{role}/delete"), &[]).await;
    assert_eq!(place.get(&format!("/roles/{role}")).await.status, StatusCode::NOT_FOUND);
    place.refused("/roles", &[("name", " ")], "alert").await;
}

#[tokio::test]
async fn units_teams_and_profiles_are_made_moved_and_deleted() {
    let place = Place::new().await;
    let scope = place.house.system.scope(place.house.tenant, "test");
    let root = place.session(&scope).await.root_unit().to_string();
    place.taken("/units/new", &[("name", "North"), ("parent", &root)]).await;
    let tree = place.get("/units").await;
    let path = format!("{}/", place.at("/units"));
    let units: Vec<&str> =
        tree.html.split(&path).skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let north = units.iter().find(|id| **id != root && **id != "new").unwrap().to_string();
    place.taken("/units/new", &[("name", "Far north"), ("parent", &north)]).await;
    let tree = place.get("/units").await;
    assert!(tree.html.contains("d2"), "it stands two levels down: {}", tree.html);
    // above itself
    let far = tree.html.split(&path).skip(1).map(|rest| rest.split('"').next().unwrap());
    let far = far.filter(|id| *id != root && *id != north && *id != "new").last().unwrap();
    let circle = [("name", "North"), ("parent", far)];
    place.refused(&format!("/units/{north}"), &circle, "alert").await;
    let page = place.get(&format!("/units/{far}")).await;
    assert!(page.html.contains("Far north"), "{}", page.html);

    let to = place.taken("/teams/new", &[("name", "Night shift"), ("unit", &root)]).await;
    let team = to.rsplit('/').next().unwrap().to_owned();
    let (_, _, ben) = place.person("ben").await;
    place.taken(&format!("/teams/{team}/members"), &[("person", &ben)]).await;
    let role = place.role("Readers", &[("d.account.1", "4")]).await;
    let key = format!("role.{role}");
    let fields = [("name", "Night shift"), ("unit", root.as_str()), (key.as_str(), "on")];
    place.taken(&format!("/teams/{team}"), &fields).await;
    let why = place.get(&format!("/people/{ben}/why?table=account")).await;
    assert!(why.html.contains("By the team Night shift"), "{}", why.html);
    place.taken(&format!("/teams/{team}/members/{ben}/remove"), &[]).await;
    place.taken(&format!("/teams/{team}/delete"), &[]).await;

    let secured = [("label-en", "Revenue"), ("secured", "on")];
    place.taken("/tables/account/columns/revenue", &secured).await;
    let to = place.taken("/column-security", &[("name", "Finance")]).await;
    let profile = to.rsplit('/').next().unwrap().to_owned();
    let member = format!("person.{ben}");
    let open = [("name", "Finance"), ("account.revenue.canread", "on"), (member.as_str(), "on")];
    place.taken(&format!("/column-security/{profile}"), &open).await;
    let page = place.get(&format!("/column-security/{profile}")).await;
    assert_eq!(page.html.matches("account.revenue.canread\" value=\"on\" checked").count(), 1);
    place.taken(&format!("/column-security/{profile}"), &[("name", "Finance")]).await;
    place.taken(&format!("/column-security/{profile}/delete"), &[]).await;
    place.taken("/hierarchy", &[("on", "on"), ("depth", "2")]).await;
    assert!(place.get("/hierarchy").await.html.contains("value=\"on\" checked"));
}
