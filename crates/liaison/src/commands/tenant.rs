//! `tenant …`: organisations of one hub. They are made where the data are, never over the network.

use identity::{
    NewToken, Role, TokenOwner,
    tenants::{NewTenant, Tenant, TenantPatch},
    users::NewUser,
};
use kernel::{Permission, Scope};
use serde_json::{Value, json};

use crate::{
    cli::{self, Place},
    exit::{Exit, Failure, Result},
    hub::Hub,
    out,
};

const COLUMNS: [&str; 4] = ["id", "name", "host", "language"];

pub(crate) fn run(place: &Place, command: &cli::Tenant) -> Result {
    super::local::with_hub(place, async |hub| act(hub, command).await)
}

async fn act(hub: &Hub, command: &cli::Tenant) -> Result {
    match command {
        cli::Tenant::List(output) => {
            let rows: Vec<Value> = hub.tenants().await?.iter().map(shape).collect();
            super::list(&rows, &COLUMNS, *output);
        }
        cli::Tenant::Update { tenant, name, host, no_host, output } => {
            let known = find(hub, tenant).await?;
            let host = if *no_host { Some(None) } else { host.clone().map(Some) };
            let patch = TenantPatch { name: name.clone(), host, ..TenantPatch::default() };
            let system = hub.scopes.scope(known.id, "command-line");
            let changed = hub.identity.update_tenant(&system, patch).await?;
            super::one(&shape(&changed), &COLUMNS, *output);
        }
        cli::Tenant::Add { name, host, administrator, language, output } => {
            let new =
                NewTenant { name: name.clone(), language: language.language(), host: host.clone() };
            let tenant = hub.scopes.create_tenant(new).await?;
            let system = hub.scopes.scope(tenant.id, "command-line");
            let made = administrator_of(hub, &tenant, &system, administrator).await?;
            if output.json {
                out::json(&made);
            } else {
                super::one(made.get("tenant").unwrap_or(&Value::Null), &COLUMNS, *output);
                let text = |key| super::text(&made, key);
                out::say(format!(
                    "\nadministrator  {}\nAPI token      {}\nset the password with this link; it works once:\n\n  {}\n",
                    text("user"),
                    text("token"),
                    text("link")
                ));
            }
        }
    }
    Ok(())
}

/// The tenant with this identifier, host name or name; a name that several have is nobody's.
async fn find(hub: &Hub, named: &str) -> Result<Tenant> {
    let is = |tenant: &&Tenant| {
        let host = tenant.host.as_deref().is_some_and(|host| host.eq_ignore_ascii_case(named));
        host || tenant.id.to_string() == named || tenant.name == named
    };
    let all = hub.tenants().await?;
    let mut found = all.iter().filter(is);
    match (found.next(), found.next()) {
        (Some(tenant), None) => Ok(tenant.clone()),
        (None, _) => {
            let text = format!("there is no tenant {:?}", out::printable(named));
            Err(Failure::new(Exit::NotFound, text))
        }
        (Some(_), Some(_)) => {
            let text = format!("several tenants are called {:?}", out::printable(named));
            Err(Failure::new(Exit::Refused, format!("{text}: give the identifier")))
        }
    }
}

/// Makes the tenant's first administrator with an API token and a link to set the password.
async fn administrator_of(hub: &Hub, tenant: &Tenant, system: &Scope, name: &str) -> Result<Value> {
    let new = NewUser {
        user_name: name.to_owned(),
        display_name: name.to_owned(),
        addresses: Vec::new(),
        language: None,
        time_zone: None,
        password: None,
        roles: vec![Role::GlobalAdministrator],
    };
    let user = hub.identity.create_user(system, new).await?;
    let all = Permission::ALL.iter().copied();
    let usable = all.filter(|right| !matches!(right, Permission::System | Permission::CardPost));
    let token = NewToken {
        owner: TokenOwner::Person(user.id),
        label: "First token".to_owned(),
        permissions: usable.collect(),
        expires_at: None,
    };
    let token = hub.identity.create_token(system, token).await?;
    let link = hub.identity.password_link(system, user.id).await?;
    let base = hub.public_url.as_str().trim_end_matches('/');
    Ok(json!({
        "tenant": shape(tenant),
        "user": user.user_name,
        "user_id": user.id.to_string(),
        "token": token.secret.expose(),
        "link": format!("{base}/password-link?link={}", link.secret.expose()),
    }))
}

fn shape(tenant: &Tenant) -> Value {
    json!({
        "id": tenant.id.to_string(),
        "name": tenant.name,
        "host": tenant.host,
        "language": tenant.language.tag(),
    })
}
