//! Teams, channels, webhooks, messages, cards and files of the demo.

mod cards;

use std::sync::Arc;

use bytes::Bytes;
use channel_connectors::{Addresses, Listed, NewWebhook, Post, Rate, read_address};
use delivery::Pump;
use identity::{Presented, tenants::Tenant};
use kernel::{ChannelId, Limit, Scope, TeamId};
use workspace::{
    ChannelKind, NewChannel, NewTeam, OnConflict, Role, TeamFilter, Visibility, Window,
};

use super::{SignedIn, Webhook, people};
use crate::{
    commands,
    exit::{Exit, Failure, Result},
    hub::Hub,
};

struct Group {
    name: &'static str,
    description: &'static str,
    visibility: Visibility,
    channels: &'static [Room],
}

struct Room {
    name: &'static str,
    description: &'static str,
    /// What posts here.
    webhook: Option<&'static str>,
}

const TEAMS: &[Group] = &[
    Group {
        name: "Engineering",
        description: "Web shop and warehouse software",
        visibility: Visibility::Public,
        channels: &[
            Room {
                name: "Builds",
                description: "What the build server says",
                webhook: Some("Jenkins"),
            },
            Room {
                name: "Releases",
                description: "What goes live, and when",
                webhook: Some("GitLab"),
            },
        ],
    },
    Group {
        name: "Operations",
        description: "Shops, servers and everything that must not stop",
        visibility: Visibility::Public,
        channels: &[
            Room { name: "Alerts", description: "Look here first", webhook: Some("Alertmanager") },
            Room {
                name: "Deployments",
                description: "Who deployed what",
                webhook: Some("Argo CD"),
            },
        ],
    },
    Group {
        name: "Sales",
        description: "Customers, quotes and fairs",
        visibility: Visibility::Public,
        channels: &[
            Room {
                name: "Orders",
                description: "New orders as they come",
                webhook: Some("Order desk"),
            },
            Room { name: "Customers", description: "What customers tell us", webhook: None },
        ],
    },
    Group {
        name: "Direction",
        description: "Plans that are not public yet",
        visibility: Visibility::Private,
        channels: &[Room { name: "Budget", description: "Next year", webhook: None }],
    },
];

/// Makes what is missing; the webhooks as scripts need them.
pub(super) async fn fill(
    hub: &Hub,
    tenant: &Tenant,
    admin: &SignedIn,
    seller: &SignedIn,
    base: &str,
) -> Result<Vec<Webhook>> {
    let system = hub.scopes.scope(tenant.id, "demo");
    let others = people::others(hub, &system).await?;
    let mut members = vec![(seller.scope.user(), Role::Member)];
    members.extend(others.iter().map(|user| (Some(user.id), Role::Member)));
    let mut running = tokio::task::JoinSet::new();
    for (place, group) in TEAMS.iter().enumerate() {
        let (hub, scope, members) = (hub.clone(), admin.scope.clone(), members.clone());
        running.spawn(async move {
            let team = team(&hub, &scope, group).await?;
            if group.visibility == Visibility::Public {
                for (user, role) in members {
                    let Some(user) = user else { continue };
                    hub.workspace.set_member(&scope, team, user, role).await?;
                }
            }
            let mut rooms = Vec::new();
            for room in group.channels {
                let channel = channel(&hub, &scope, team, room).await?;
                let addresses = match room.webhook {
                    Some(name) => Some(webhook(&hub, &scope, channel, name).await?),
                    None => None,
                };
                rooms.push((group, room, channel, addresses));
            }
            Ok::<_, Failure>((place, rooms))
        });
    }
    let mut rooms = all(running).await?;
    kernel::sort_by_key(&mut rooms, |(place, _)| *place);
    let rooms: Vec<_> = rooms.into_iter().flat_map(|(_, rooms)| rooms).collect();
    let mut webhooks = Vec::new();
    let mut posting = tokio::task::JoinSet::new();
    for (group, room, channel, addresses) in rooms {
        if let Some(addresses) = &addresses {
            webhooks.push(Webhook {
                team: group.name.to_owned(),
                channel: room.name.to_owned(),
                channel_id: channel.to_string(),
                url: addresses.connector_url(base).expose().clone(),
                workflows_url: addresses.workflow_url(base).expose().clone(),
            });
        }
        let (hub, admin) = (hub.clone(), admin.scope.clone());
        posting.spawn(async move { cards(&hub, &admin, room, channel, addresses).await });
    }
    // Cards first, as messages: people talk about what they see.
    let fresh = all(posting).await?;
    deliver(hub).await?;
    let mut talking = tokio::task::JoinSet::new();
    for (room, channel) in fresh.into_iter().flatten() {
        let (hub, admin, seller) = (hub.clone(), admin.scope.clone(), seller.scope.clone());
        talking.spawn(async move { talk(&hub, (&admin, &seller), room, channel).await });
    }
    all(talking).await?;
    Ok(webhooks)
}

/// What every task answers, or the first failure.
async fn all<T: 'static>(mut tasks: tokio::task::JoinSet<Result<T>>) -> Result<Vec<T>> {
    let mut answers = Vec::new();
    while let Some(answer) = tasks.join_next().await {
        answers.push(answer.map_err(|error| Failure::plain(&error))??);
    }
    Ok(answers)
}

/// Turns what was posted into messages, as the deliverer does.
async fn deliver(hub: &Hub) -> Result {
    let consumer = hub.connectors.consumer();
    let (db, scopes, clock) = (hub.db.clone(), hub.scopes.clone(), Arc::clone(&hub.clock));
    let pump = Pump::new(db, scopes, clock, consumer, delivery::Settings::default());
    pump.drain().await.map_err(|error| Failure::plain(&error))?;
    Ok(())
}

async fn team(hub: &Hub, scope: &Scope, group: &Group) -> Result<TeamId> {
    let filter = TeamFilter::default();
    let known = hub.workspace.teams(scope, filter, None, Limit::default()).await?;
    if let Some(known) = known.items.iter().find(|known| known.team.name == group.name) {
        return Ok(known.team.id);
    }
    let new = NewTeam {
        name: group.name.to_owned(),
        description: group.description.to_owned(),
        visibility: group.visibility,
    };
    Ok(hub.workspace.create_team(scope, new).await?.team.id)
}

async fn channel(hub: &Hub, scope: &Scope, team: TeamId, room: &Room) -> Result<ChannelId> {
    let known = hub.workspace.channels(scope, team).await?;
    if let Some(known) = known.iter().find(|known| known.channel.name == room.name) {
        return Ok(known.channel.id);
    }
    let new = NewChannel {
        name: room.name.to_owned(),
        description: room.description.to_owned(),
        kind: ChannelKind::Standard,
    };
    Ok(hub.workspace.create_channel(scope, team, new).await?.channel.id)
}

async fn webhook(hub: &Hub, scope: &Scope, channel: ChannelId, name: &str) -> Result<Addresses> {
    let listed = Listed::Channel(channel);
    let known = hub.connectors.list(scope, listed, Limit::default(), None).await?;
    if let Some(known) = known.items.iter().find(|known| known.name == name) {
        let addresses = hub.connectors.addresses(scope, known.id).await?;
        let missing = || Failure::new(Exit::Failure, "a webhook of the demo has no address");
        return addresses.into_iter().next().ok_or_else(missing);
    }
    let new = NewWebhook { name: name.to_owned(), rate: Rate::Unlimited, ..NewWebhook::default() };
    Ok(hub.connectors.create(scope, channel, new).await?.1)
}

/// Posts the cards of a channel where nobody has said anything yet; answers the channel if so.
async fn cards(
    hub: &Hub,
    admin: &Scope,
    room: &'static Room,
    channel: ChannelId,
    addresses: Option<Addresses>,
) -> Result<Option<(&'static Room, ChannelId)>> {
    let one = Limit::new(1).unwrap_or_default();
    let said = hub.workspace.messages(admin, channel, Window::After(None), one).await?;
    if !said.items.is_empty() {
        return Ok(None);
    }
    if let Some(addresses) = &addresses {
        for body in cards::of(room.name) {
            post(hub, addresses, body).await?;
        }
    }
    Ok(Some((room, channel)))
}

/// Lets people talk in a channel, and gives it files.
async fn talk(
    hub: &Hub,
    (admin, seller): (&Scope, &Scope),
    room: &Room,
    channel: ChannelId,
) -> Result {
    for (by, text) in cards::words(room.name) {
        let scope = if *by == cards::By::Admin { admin } else { seller };
        hub.workspace.post(scope, channel, text).await?;
    }
    for (name, text) in cards::files(room.name) {
        let target = (channel, None);
        let upload = hub.workspace.begin_upload(admin, target, name, OnConflict::Version).await;
        let mut upload = upload?;
        upload.write(&Bytes::from_static(text.as_bytes())).await?;
        hub.workspace.finish_upload(admin, upload).await?;
    }
    Ok(())
}

/// Posts a card as its sender would.
async fn post(hub: &Hub, addresses: &Addresses, body: &'static str) -> Result {
    let address = read_address(addresses.connector.expose(), None);
    let address = address.map_err(|error| Failure::plain(&error))?;
    let Some(secret) = address.secrets.first() else { return Ok(()) };
    let presented = Presented::Webhook(secret.expose());
    let who = hub.identity.authenticate(presented, &commands::caller(hub)).await?;
    let post = Post {
        shape: address.shape,
        content_type: Some("application/json".to_owned()),
        headers: Vec::new(),
        body: Bytes::from_static(body.as_bytes()),
        cut: false,
    };
    hub.connectors.receive(&who.scope, post).await?;
    Ok(())
}
