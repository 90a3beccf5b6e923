//! Tabs. They belong to an app that is installed in the team: ours where the organisation's catalogue has it, else the
//! one for web pages that Teams comes with, which keeps no entity: it stands in the address then.

use http::Method;
use serde_json::{Value, json};
use url::Url;
use workspace_port::{ChannelId, Error, NewTab, Result, Tab, TabId, TeamId};

use crate::{
    Seat, paths,
    seat::{address, text, words},
};

/// The app for web pages, documented as built in.
const WEBSITE: &str = "com.microsoft.teamspace.tab.web";

/// The longest name of a tab, in characters.
const MOST: usize = 128;

/// What marks the entity in the address of a website's tab: our choice.
const MARK: &str = "liaison=";

impl Seat {
    pub(crate) async fn our_tabs(&self, channel: &ChannelId) -> Result<Vec<Tab>> {
        let rows = self.list(&format!("{}/tabs?$expand=teamsApp", paths::channel(channel))).await?;
        Ok(rows.iter().filter_map(|row| self.tab(row)).collect())
    }

    pub(crate) async fn pin(&self, channel: &ChannelId, new: &NewTab) -> Result<Tab> {
        let name = title(&new.name)?;
        let before = self.our_tabs(channel).await?;
        let app = self.catalogued().await?;
        let body = configured(name, new, app.is_some());
        let path = format!("{}/tabs", paths::channel(channel));
        if let Some(own) = before.into_iter().find(|own| own.entity == new.entity) {
            let path = format!("{path}/{}", paths::segment(&own.id.0));
            self.change(&channel.team, (Method::PATCH, path), Some(body)).await?;
            return Ok(Tab { name: name.to_owned(), content: new.content.clone(), ..own });
        }
        if let Some(app) = &app {
            self.install(&channel.team, app).await?;
        }
        let app = app.as_deref().unwrap_or(WEBSITE);
        let app = self.graph().bound(&format!("appCatalogs/teamsApps/{}", paths::segment(app)));
        let mut body = body;
        if let Value::Object(fields) = &mut body {
            fields.insert("teamsApp@odata.bind".to_owned(), app.into());
        }
        let answer = self.change(&channel.team, (Method::POST, path), Some(body)).await?;
        Ok(Tab {
            id: TabId(text(&answer.body, "id")?.to_owned()),
            name: name.to_owned(),
            entity: new.entity.clone(),
            content: new.content.clone(),
            address: address(&answer.body),
        })
    }

    pub(crate) async fn retitle(&self, channel: &ChannelId, tab: &TabId, name: &str) -> Result<()> {
        let body = json!({"displayName": title(name)?});
        let path = format!("{}/tabs/{}", paths::channel(channel), paths::segment(&tab.0));
        self.change(&channel.team, (Method::PATCH, path), Some(body)).await.map(drop)
    }

    pub(crate) async fn unpin(&self, channel: &ChannelId, tab: &TabId) -> Result<()> {
        let path = format!("{}/tabs/{}", paths::channel(channel), paths::segment(&tab.0));
        match self.change(&channel.team, (Method::DELETE, path), None).await {
            // gone is gone, unless the channel is not there for the caller at all
            Err(Error::NotFound) => self.one_channel(channel).await.map(drop),
            other => other.map(drop),
        }
    }

    /// Our app in the organisation's catalogue; none where it is not there, or the catalogue is closed to the caller.
    async fn catalogued(&self) -> Result<Option<String>> {
        let path = format!(
            "/appCatalogs/teamsApps?$filter=externalId%20eq%20{}",
            paths::quoted(self.app())
        );
        match self.list(&path).await {
            Ok(rows) => rows.first().map(|row| text(row, "id").map(str::to_owned)).transpose(),
            Err(Error::PermissionMissing { .. } | Error::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn install(&self, team: &TeamId, app: &str) -> Result<()> {
        let bound = self.graph().bound(&format!("appCatalogs/teamsApps/{}", paths::segment(app)));
        let body = json!({"teamsApp@odata.bind": bound});
        let path = format!("{}/installedApps", paths::team(team));
        match self.change(team, (Method::POST, path), Some(body)).await {
            // it is there already
            Err(Error::NameTaken) => Ok(()),
            other => other.map(drop),
        }
    }

    /// A tab, if it is one of ours.
    fn tab(&self, row: &Value) -> Option<Tab> {
        let app = row.get("teamsApp")?;
        let settings = row.get("configuration")?;
        let own = app.get("externalId").and_then(Value::as_str) == Some(self.app());
        let mut content: Url = settings.get("contentUrl").and_then(Value::as_str)?.parse().ok()?;
        let entity = if own {
            words(settings, "entityId")
        } else if app.get("id").and_then(Value::as_str) == Some(WEBSITE) {
            let entity = content.fragment()?.strip_prefix(MARK)?.to_owned();
            content.set_fragment(None);
            percent_encoding::percent_decode_str(&entity).decode_utf8().ok()?.into_owned()
        } else {
            return None;
        };
        Some(Tab {
            id: TabId(words(row, "id")),
            name: words(row, "displayName"),
            entity,
            content,
            address: address(row),
        })
    }
}

fn title(name: &str) -> Result<&str> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > MOST {
        return Err(Error::invalid(
            "/name",
            "name.length",
            "A tab has a name of 1 to 128 characters",
        ));
    }
    Ok(name)
}

fn configured(name: &str, new: &NewTab, own: bool) -> Value {
    let website = new.website.as_ref().unwrap_or(&new.content);
    if own {
        return json!({"displayName": name, "configuration": {
            "entityId": new.entity,
            "contentUrl": new.content.as_str(),
            "websiteUrl": website.as_str(),
            "removeUrl": null,
        }});
    }
    let mut content = new.content.clone();
    content.set_fragment(Some(&format!("{MARK}{}", paths::segment(&new.entity))));
    json!({"displayName": name, "configuration": {
        "entityId": null,
        "contentUrl": content.as_str(),
        "websiteUrl": website.as_str(),
        "removeUrl": null,
    }})
}
