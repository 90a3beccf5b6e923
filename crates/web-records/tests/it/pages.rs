//! A seller reads, makes, changes and deletes records with a browser without script.

use http::StatusCode;
use identity::{
    Role,
    environments::{EnvironmentKind, NewEnvironment},
};
use web_proof::{Browser, House};

pub(crate) struct Place {
    pub(crate) house: House,
    pub(crate) admin: Browser,
    pub(crate) root: String,
}

impl Place {
    /// An environment with the sales tables, and somebody who rules it.
    pub(crate) async fn new() -> Self {
        let house = House::new(vec![liaison_web_records::routes()]).await;
        let admin = house.browser("ada", &[Role::GlobalAdministrator]).await;
        let scope = house.system.scope(house.tenant, "test");
        let new = NewEnvironment {
            name: "Sales".to_owned(),
            kind: EnvironmentKind::Production,
            crm_enabled: true,
        };
        let made = house.identity.create_environment(&scope, new).await.unwrap();
        Self { house, admin, root: format!("/records/{}", made.id) }
    }

    pub(crate) async fn make(&self, name: &str, revenue: &str) -> String {
        let fields = [("name", name), ("revenue", revenue), ("websiteurl", "javascript:alert(1)")];
        let new = format!("{}/account/new", self.root);
        let made = self.house.post(&self.admin, &new, &fields).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.html);
        made.location().to_owned()
    }
}

#[tokio::test]
async fn a_record_is_made_found_changed_and_deleted() {
    let place = Place::new().await;
    let (house, admin, root) = (&place.house, &place.admin, &place.root);
    let start = house.get(admin, "/records").await;
    assert_eq!(start.location(), root);
    let tables = house.get(admin, root).await;
    assert!(tables.html.contains("Accounts") && tables.html.contains("Opportunities"));

    let record = place.make("Sommet <b>Sports</b>", "1234.50").await;
    place.make("Lac et Montagne", "99").await;
    let list = house.get(admin, &format!("{root}/account")).await;
    assert!(list.html.contains("2 records"), "{}", list.html);
    assert!(list.html.contains("Sommet &#60;b&#62;Sports"), "{}", list.html);
    assert!(list.html.contains("1,234.50"), "{}", list.html);
    let found = house.get(admin, &format!("{root}/account?q=montagne")).await;
    assert!(found.html.contains("Lac et Montagne") && !found.html.contains("Sommet"));
    let down = house.get(admin, &format!("{root}/account?sort=-revenue")).await;
    let (first, second) = (down.html.find("Sommet").unwrap(), down.html.find("Lac").unwrap());
    assert!(first < second, "the greater revenue comes first");

    let page = house.get(admin, &record).await;
    assert!(!page.html.contains("href=\"javascript:"), "{}", page.html);
    let french = Browser {
        cookie: format!("{}; liaison-language=fr", admin.cookie),
        csrf: admin.csrf.clone(),
    };
    let page = house.get(&french, &record).await;
    assert!(page.html.contains("value=\"1234,5\""), "{}", page.html);
    let version = page.between("name=\"row-version\" value=\"", "\"").to_owned();
    let change = [("row-version", version.as_str()), ("name", "Sommet Sports"), ("revenue", "x")];
    let wrong = house.post(admin, &record, &change).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.html.contains("aria-invalid=\"true\"") && wrong.html.contains("Not saved"));
    assert!(wrong.html.contains("A number is needed, such as 12.5."), "{}", wrong.html);
    let change = [("row-version", version.as_str()), ("name", "Sommet Sports")];
    assert_eq!(house.post(admin, &record, &change).await.status, StatusCode::SEE_OTHER);
    let late = [("row-version", version.as_str()), ("name", "Too late")];
    let late = house.post(admin, &record, &late).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "somebody changed it meanwhile");
    let page = house.get(admin, &record).await;
    assert!(page.html.contains("<h1>Sommet Sports</h1>"), "{}", page.html);

    let gone = house.post(admin, &format!("{record}/delete"), &[]).await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER);
    assert_eq!(house.get(admin, &record).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_first_page_says_what_waits_and_what_changed_and_completes_it_in_place() {
    let place = Place::new().await;
    let (house, admin, root) = (&place.house, &place.admin, &place.root);
    let record = place.make("Sommet Sports", "1").await;
    let fields = [("kind", "task"), ("subject", "Call them"), ("scheduledend", "2001-02-03T04:05")];
    let added = house.post(admin, &format!("{record}/activities"), &fields).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.html);
    let home = house.get(admin, root).await;
    let due = home.between("id=\"due\"", "</section>");
    assert!(due.contains("Call them") && due.contains("Late"), "{due}");
    assert!(due.contains("Sommet Sports"), "what it is about: {due}");
    let changed = home.between("id=\"changed\"", "</section>");
    assert!(changed.contains("Sommet Sports"), "{changed}");
    let done = due.split("action=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let status = due.split("name=\"status\" value=\"").nth(1).unwrap();
    let status = status.split('"').next().unwrap();
    let fields = [("status", status), ("back", root)];
    let completed = house.post(admin, done, &fields).await;
    assert_eq!(completed.location(), root);
    let home = house.get(admin, root).await;
    assert!(!home.between("id=\"due\"", "</section>").contains("Call them"));
    let found = house.get(admin, &format!("{root}/account?q=sommet")).await;
    assert!(found.html.contains("Holds “sommet”"), "words can be taken away: {}", found.html);
}

#[tokio::test]
async fn what_forms_insist_on_is_asked_for() {
    let place = Place::new().await;
    let new = format!("{}/account/new", place.root);
    let empty = place.house.post(&place.admin, &new, &[("name", "  ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.html.contains("A value is needed here."), "{}", empty.html);
}

#[tokio::test]
async fn who_has_no_security_role_sees_no_record() {
    let place = Place::new().await;
    let record = place.make("Sommet Sports", "1").await;
    let (house, root) = (&place.house, &place.root);
    let ben = house.browser("ben", &[]).await;
    let start = house.get(&ben, root).await;
    assert!(!start.html.contains("Accounts"), "{}", start.html);
    for path in [&format!("{root}/account"), &format!("{root}/account/new"), &record] {
        let page = house.get(&ben, path).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
        assert!(!page.html.contains("Sommet"), "{path}");
    }
    for path in [&format!("{root}/account/new"), &record, &format!("{record}/delete")] {
        let page = house.post(&ben, path, &[("name", "Mine now")]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
    }
    for path in [format!("{root}/nothings"), format!("{root}/systemuserroles")] {
        assert_eq!(house.get(&place.admin, &path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}
