//! Channels.

use http::Method;
use serde_json::{Value, json};
use url::Url;
use workspace_port::{
    Channel, ChannelChange, ChannelId, ChannelKind, Error, NewChannel, PersonId, Result, TeamId,
};

use crate::{
    Seat, names, paths,
    seat::{address, text, words},
    teams::changes,
};

impl Seat {
    pub(crate) async fn all_channels(&self, team: &TeamId) -> Result<Vec<Channel>> {
        let general = self.general(team).await?;
        let rows = self.list(&format!("{}/channels", paths::team(team))).await?;
        let mut all: Vec<Channel> =
            rows.iter().map(|row| self.read_channel(team, row, &general)).collect::<Result<_>>()?;
        kernel::sort_by_key(&mut all, |channel| (!channel.is_general, channel.name.to_lowercase()));
        Ok(all)
    }

    pub(crate) async fn one_channel(&self, id: &ChannelId) -> Result<Channel> {
        let row = self.read(&paths::channel(id)).await?;
        self.read_channel(&id.team, &row, &self.general(&id.team).await?)
    }

    pub(crate) async fn new_channel(&self, team: &TeamId, new: &NewChannel) -> Result<ChannelId> {
        let name = names::channel(&new.name)?;
        let body = match new.kind {
            ChannelKind::Standard => json!({
                "displayName": name,
                "description": new.description,
                "membershipType": "standard",
            }),
            ChannelKind::Private => {
                let me = PersonId(self.me().await?.to_owned());
                json!({
                    "@odata.type": "#Microsoft.Graph.channel",
                    "displayName": name,
                    "description": new.description,
                    "membershipType": "private",
                    "members": [{
                        "@odata.type": "#microsoft.graph.aadUserConversationMember",
                        "roles": ["owner"],
                        "user@odata.bind": self.user(&me)?,
                    }],
                })
            }
            // Those are made by an operation, and seen by other organisations: nothing of ours makes one.
            ChannelKind::Shared => return Err(Error::Unsupported),
        };
        let path = format!("{}/channels", paths::team(team));
        let made = self.change(team, (Method::POST, path), Some(body)).await;
        let id = match made {
            Err(error) => return Err(self.taken(team, name, error).await),
            Ok(answer) => text(&answer.body, "id")?.to_owned(),
        };
        Ok(ChannelId { team: team.clone(), id })
    }

    pub(crate) async fn patch_channel(&self, id: &ChannelId, to: &ChannelChange) -> Result<()> {
        let name = to.name.as_deref().map(names::channel).transpose()?;
        if name.is_some() {
            self.not_general(id).await?;
        }
        let body = changes(name, to.description.as_deref());
        match self.change(&id.team, (Method::PATCH, paths::channel(id)), Some(body)).await {
            Err(error) => Err(self.taken(&id.team, name.unwrap_or_default(), error).await),
            Ok(_) => Ok(()),
        }
    }

    pub(crate) async fn freeze_channel(&self, id: &ChannelId, archived: bool) -> Result<()> {
        let act = if archived { "archive" } else { "unarchive" };
        let path = format!("{}/{act}", paths::channel(id));
        self.change(&id.team, (Method::POST, path), None).await.map(drop)
    }

    pub(crate) async fn drop_channel(&self, id: &ChannelId) -> Result<()> {
        self.not_general(id).await?;
        self.change(&id.team, (Method::DELETE, paths::channel(id)), None).await.map(drop)
    }

    /// The channel that every team has.
    async fn general(&self, team: &TeamId) -> Result<String> {
        let row = self.read(&format!("{}/primaryChannel?$select=id", paths::team(team))).await?;
        text(&row, "id").map(str::to_owned)
    }

    async fn not_general(&self, id: &ChannelId) -> Result<()> {
        if self.general(&id.team).await? == id.id {
            return Err(Error::invalid(
                "",
                "channel.general",
                "The channel General stays as it is",
            ));
        }
        Ok(())
    }

    /// Why a name was refused: Graph answers the same to one that is taken as to any other fault.
    async fn taken(&self, team: &TeamId, name: &str, error: Error) -> Error {
        let Error::Invalid { findings } = &error else { return error };
        let low = name.to_lowercase();
        let here = self.all_channels(team).await.unwrap_or_default();
        // the name of a channel that was deleted stays taken for 30 days and is in no list
        let said = |text: &str| text.to_lowercase().contains("already exist");
        if here.iter().any(|own| own.name.to_lowercase() == low)
            || findings.iter().any(|finding| said(&finding.detail))
        {
            return Error::NameTaken;
        }
        error
    }
}

impl Seat {
    fn read_channel(&self, team: &TeamId, row: &Value, general: &str) -> Result<Channel> {
        let id = text(row, "id")?;
        let kind = match row.get("membershipType").and_then(Value::as_str) {
            Some("private") => ChannelKind::Private,
            Some("shared") => ChannelKind::Shared,
            _ => ChannelKind::Standard,
        };
        let (id, name) =
            (ChannelId { team: team.clone(), id: id.to_owned() }, words(row, "displayName"));
        Ok(Channel {
            address: deep_link(self.graph().directory(), (&id, &name), address(row)),
            id,
            name,
            description: words(row, "description"),
            kind,
            is_general: text(row, "id")? == general,
            is_archived: row.get("isArchived").and_then(Value::as_bool) == Some(true),
        })
    }
}

/// Where people open a channel, as Teams publishes it:
/// `https://teams.microsoft.com/l/channel/{channelId}/{channelName}?groupId={groupId}&tenantId={tenantId}`, each part
/// encoded. The host is that of the organisation's cloud.
fn deep_link(directory: &str, (id, name): (&ChannelId, &str), seen: Option<Url>) -> Option<Url> {
    let host = seen.filter(|url| url.scheme() == "https").map(|url| url.origin());
    let host = host.map_or_else(|| TEAMS.to_owned(), |origin| origin.ascii_serialization());
    let part = paths::segment;
    let text = format!(
        "{host}/l/channel/{}/{}?groupId={}&tenantId={}",
        part(&id.id),
        part(if name.is_empty() { "General" } else { name }),
        part(&id.team.0),
        part(directory),
    );
    Url::parse(&text).ok()
}

/// Where Teams is on the web.
const TEAMS: &str = "https://teams.microsoft.com";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_opens_where_teams_says() {
        let id =
            ChannelId { team: TeamId("0a1b".to_owned()), id: "19:abc@thread.tacv2".to_owned() };
        let link = |name: &str, seen: Option<&str>| {
            let seen = seen.map(|text| Url::parse(text).unwrap());
            deep_link("7b6d", (&id, name), seen).unwrap().to_string()
        };
        assert_eq!(
            link("Café & Co", None),
            "https://teams.microsoft.com/l/channel/19%3Aabc%40thread.tacv2/Caf%C3%A9%20%26%20Co\
             ?groupId=0a1b&tenantId=7b6d"
        );
        let gov = link("Deal", Some("https://gov.teams.microsoft.us/l/channel/x/y?groupId=z"));
        assert!(gov.starts_with("https://gov.teams.microsoft.us/l/channel/19%3A"), "{gov}");
        assert!(link("Deal", Some("http://evil.test/")).starts_with(TEAMS));
    }
}
