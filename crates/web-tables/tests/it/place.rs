//! An environment with somebody who rules it.

use http::StatusCode;
use identity::{
    Role,
    environments::{EnvironmentKind, NewEnvironment},
};
use kernel::{EnvironmentId, Scope};
use records::Session;
use web_proof::{Browser, House, Page};

pub(crate) struct Place {
    pub(crate) house: House,
    pub(crate) admin: Browser,
    pub(crate) environment: EnvironmentId,
}

impl Place {
    pub(crate) async fn new() -> Self {
        let house = House::new(vec![liaison_web_tables::routes()]).await;
        let admin = house.browser("ada", &[Role::GlobalAdministrator]).await;
        let scope = house.system.scope(house.tenant, "test");
        let new = NewEnvironment {
            name: "Sales".to_owned(),
            kind: EnvironmentKind::Production,
            crm_enabled: true,
        };
        let made = house.identity.create_environment(&scope, new).await.unwrap();
        Self { house, admin, environment: made.id }
    }

    pub(crate) fn at(&self, rest: &str) -> String {
        format!("/setup/{}{rest}", self.environment)
    }

    pub(crate) async fn get(&self, rest: &str) -> Page {
        self.house.get(&self.admin, &self.at(rest)).await
    }

    pub(crate) async fn post(&self, rest: &str, fields: &[(&str, &str)]) -> Page {
        self.house.post(&self.admin, &self.at(rest), fields).await
    }

    /// Sends a form that must be taken, and says where it leads.
    pub(crate) async fn taken(&self, rest: &str, fields: &[(&str, &str)]) -> String {
        let page = self.post(rest, fields).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{rest}: {}", page.html);
        page.location().to_owned()
    }

    /// Sends a form that must come back with what is wrong with it.
    pub(crate) async fn refused(&self, rest: &str, fields: &[(&str, &str)], says: &str) {
        let page = self.post(rest, fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{rest}: {}", page.html);
        assert!(page.html.contains(says), "{rest} does not say {says:?}: {}", page.html);
    }

    /// Somebody with an account: their browser, and the scope of their calls.
    pub(crate) async fn person(&self, name: &str) -> (Browser, Scope, String) {
        let browser = self.house.browser(name, &[]).await;
        let system = self.house.system.scope(self.house.tenant, "test");
        let user = self.house.identity.find_user_by_name(&system, name).await.unwrap().unwrap();
        let scope = self.house.scope_of(&user).await;
        // the row of a person is made when they first come
        self.session(&scope).await;
        (browser, scope, user.id.to_string())
    }

    pub(crate) async fn session(&self, scope: &Scope) -> Session {
        self.house.app.records.session_in(scope, self.environment).await.unwrap()
    }

    /// Makes a role with some fields of the matrix and gives it to somebody.
    pub(crate) async fn role(&self, name: &str, cells: &[(&str, &str)]) -> String {
        let to = self.taken("/roles", &[("name", name)]).await;
        let role = to.rsplit('/').next().unwrap().to_owned();
        let page = self.get(&format!("/roles/{role}")).await;
        let seen = page.between("name=\"seen\" value=\"", "\"").to_owned();
        let mut fields = vec![("seen", seen.as_str()), ("confirmed", "yes")];
        fields.extend(cells);
        self.taken(&format!("/roles/{role}"), &fields).await;
        role
    }

    /// Gives somebody exactly these roles.
    pub(crate) async fn gives(&self, person: &str, roles: &[&str]) {
        let fields: Vec<String> = roles.iter().map(|role| format!("role.{role}")).collect();
        let fields: Vec<(&str, &str)> = fields.iter().map(|name| (name.as_str(), "on")).collect();
        self.taken(&format!("/people/{person}"), &fields).await;
    }
}
