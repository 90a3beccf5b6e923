//! The people of the demo.

use identity::{
    Holder, NewToken, Presented, Role, TokenOwner,
    tenants::Tenant,
    users::{NewUser, User},
};
use kernel::{Permission, Permissions, Scope, Secret};

use super::{Account, SignedIn};
use crate::{
    commands,
    exit::{Failure, Result},
    hub::Hub,
};

/// Somebody invented.
struct Figure {
    user_name: &'static str,
    display_name: &'static str,
    time_zone: &'static str,
    roles: &'static [Role],
}

const ADMIN: Figure = Figure {
    user_name: "camille@alpenglow.example",
    display_name: "Camille Laurent",
    time_zone: "Europe/Paris",
    roles: &[Role::GlobalAdministrator],
};

const SELLER: Figure = Figure {
    user_name: "jonas@alpenglow.example",
    display_name: "Jonas Weber",
    time_zone: "Europe/Berlin",
    roles: &[Role::Seller],
};

/// May read accounts that are hers or shared with her, and nothing more.
const LIMITED: Figure = Figure {
    user_name: "noor@alpenglow.example",
    display_name: "Noor Haddad",
    time_zone: "Europe/Amsterdam",
    roles: &[],
};

/// They are in lists and teams; nobody signs in as them.
const OTHERS: &[Figure] = &[
    Figure {
        user_name: "amina@alpenglow.example",
        display_name: "Amina Diallo",
        time_zone: "Europe/Paris",
        roles: &[Role::TeamsAdministrator],
    },
    Figure {
        user_name: "mateo@alpenglow.example",
        display_name: "Mateo García",
        time_zone: "Europe/Madrid",
        roles: &[Role::Seller],
    },
    Figure {
        user_name: "sofia@alpenglow.example",
        display_name: "Sofia Lindqvist",
        time_zone: "Europe/Stockholm",
        roles: &[],
    },
    Figure {
        user_name: "hugo@alpenglow.example",
        display_name: "Hugo Bernard",
        time_zone: "Europe/Brussels",
        roles: &[],
    },
    Figure {
        user_name: "yuki@alpenglow.example",
        display_name: "Yuki Tanaka",
        time_zone: "Asia/Tokyo",
        roles: &[Role::ConnectorMaker],
    },
];

/// Makes everyone, and signs in those that scripts use.
pub(super) async fn accounts(hub: &Hub, tenant: &Tenant) -> Result<(SignedIn, SignedIn, SignedIn)> {
    let system = hub.scopes.scope(tenant.id, "demo");
    let (admin, seller, limited, _others) = tokio::try_join!(
        account(hub, &system, &ADMIN),
        account(hub, &system, &SELLER),
        account(hub, &system, &LIMITED),
        others(hub, &system),
    )?;
    licences(hub, &system, &[&admin, &seller]).await?;
    Ok((admin, seller, limited))
}

/// What working with records in channels takes, for those who sign in to sell.
async fn licences(hub: &Hub, system: &Scope, holders: &[&SignedIn]) -> Result {
    let known = hub.identity.licences(system).await?;
    for name in LICENCES {
        let licence = match known.iter().find(|licence| licence.name == name) {
            Some(licence) => licence.id,
            None => hub.identity.create_licence(system, name, None).await?.id,
        };
        for holder in holders.iter().filter_map(|holder| holder.scope.user()) {
            hub.identity.assign_licence(system, licence, Holder::User(holder)).await?;
        }
    }
    Ok(())
}

const LICENCES: [&str; 2] = ["Dynamics 365 Sales Enterprise", "Microsoft Teams"];

/// Whether a start before this one had begun to make the demo.
pub(super) async fn began(hub: &Hub, tenant: &Tenant) -> Result<bool> {
    let system = hub.scopes.scope(tenant.id, "demo");
    Ok(hub.identity.find_user_by_name(&system, ADMIN.user_name).await?.is_some())
}

/// Everyone of the demo but the two accounts, in the order of the list.
pub(super) async fn others(hub: &Hub, system: &Scope) -> Result<Vec<User>> {
    let mut all = tokio::task::JoinSet::new();
    for (place, figure) in OTHERS.iter().enumerate() {
        let (hub, system) = (hub.clone(), system.clone());
        all.spawn(
            async move { Ok::<_, Failure>((place, ensure(&hub, &system, figure, None).await?)) },
        );
    }
    let mut users = Vec::new();
    while let Some(made) = all.join_next().await {
        users.push(made.map_err(|error| Failure::plain(&error))??);
    }
    kernel::sort_by_key(&mut users, |(place, _)| *place);
    Ok(users.into_iter().map(|(_, user)| user).collect())
}

async fn account(hub: &Hub, system: &Scope, figure: &'static Figure) -> Result<SignedIn> {
    let password = Secret::new(password(hub));
    let user = ensure(hub, system, figure, Some(&password)).await?;
    let rights: Permissions = Permission::ALL
        .iter()
        .copied()
        .filter(|right| !matches!(right, Permission::System | Permission::CardPost))
        .collect();
    let token = NewToken {
        owner: TokenOwner::Person(user.id),
        label: "Demo".to_owned(),
        permissions: rights,
        expires_at: None,
    };
    let token = hub.identity.create_token(system, token).await?;
    let presented = Presented::Bearer(token.secret.expose());
    let scope = hub.identity.authenticate(presented, &commands::caller(hub)).await?.scope;
    let account = Account {
        user: figure.user_name.to_owned(),
        password: password.expose().clone(),
        token: token.secret.expose().clone(),
    };
    Ok(SignedIn { account, scope })
}

/// Finds a person or makes one. One that was left without `demo.json` gets the new password.
async fn ensure(
    hub: &Hub,
    system: &Scope,
    figure: &'static Figure,
    password: Option<&Secret<String>>,
) -> Result<User> {
    if let Some(user) = hub.identity.find_user_by_name(system, figure.user_name).await? {
        if let Some(password) = password {
            let link = hub.identity.password_link(system, user.id).await?;
            let tenant = system.tenant();
            let link = link.secret.expose();
            let caller = commands::caller(hub);
            hub.identity.redeem_password_link(&caller, tenant, link, password.clone()).await?;
        }
        return Ok(user);
    }
    let new = NewUser {
        user_name: figure.user_name.to_owned(),
        display_name: figure.display_name.to_owned(),
        addresses: vec![figure.user_name.to_owned()],
        // nobody chose one yet: the browser decides
        language: None,
        time_zone: Some(figure.time_zone.to_owned()),
        password: password.cloned(),
        roles: figure.roles.to_vec(),
    };
    Ok(hub.identity.create_user(system, new).await?)
}

/// Four groups of five letters and digits that are not mistaken for each other: 99 bits.
fn password(hub: &Hub) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567890";
    let letters = hub.ids.secret_bytes::<20>();
    let mut text = String::with_capacity(24);
    for (place, byte) in letters.iter().enumerate() {
        if place > 0 && place % 5 == 0 {
            text.push('-');
        }
        let letter = LETTERS.get(usize::from(byte % 32)).copied().unwrap_or(b'x');
        text.push(char::from(letter));
    }
    text
}
