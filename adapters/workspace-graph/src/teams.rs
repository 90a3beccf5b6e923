//! Teams. A new one, and one that is archived, takes Graph a while: the operation is asked how far it is.

use http::Method;
use serde_json::{Map, Value, json};
use workspace_port::{
    Creation, Error, NewTeam, Pending, Result, Team, TeamChange, TeamId, Visibility,
};

use crate::{
    Seat, names, paths,
    seat::{address, text, words},
};

impl Seat {
    pub(crate) async fn joined_teams(&self) -> Result<Vec<Team>> {
        self.person_only()?;
        self.list("/me/joinedTeams").await?.iter().map(team).collect()
    }

    pub(crate) async fn one_team(&self, id: &TeamId) -> Result<Team> {
        team(&self.read(&paths::team(id)).await?)
    }

    pub(crate) async fn new_team(&self, new: &NewTeam) -> Result<Creation> {
        // An application would have to name an owner; the port's caller is the owner.
        self.person_only()?;
        let name = new.name.trim();
        if name.is_empty() || name.chars().count() > 256 {
            return Err(Error::invalid(
                "/name",
                "name.length",
                "A team has a name of 1 to 256 characters",
            ));
        }
        let visibility = match new.visibility {
            Visibility::Public => "Public",
            Visibility::Private => "Private",
        };
        let template = self.graph().bound("teamsTemplates('standard')");
        let body = json!({
            "template@odata.bind": template,
            "displayName": name,
            "description": new.description,
            "visibility": visibility,
        });
        if let Some(label) = &new.label {
            names::label(label)?;
        }
        let answer = self.send(Method::POST, "/teams".to_owned(), Some(body)).await;
        let answer = answer.map_err(names::policy)?;
        let place = answer.location.ok_or(Error::Answer { reason: "a creation has no place" })?;
        // Only what is shaped as documented is ever asked again.
        let (team, operation) =
            operation(&place).ok_or(Error::Answer { reason: "a creation has no place" })?;
        // the label is the group's, which is there when the operation is over
        let label = new.label.as_deref().unwrap_or_default();
        Ok(Creation::Pending(Pending(format!("{team}/{operation}/{label}"))))
    }

    pub(crate) async fn operation(&self, pending: &Pending) -> Result<Creation> {
        let mut parts = pending.0.splitn(3, '/');
        let (Some(team), Some(operation)) = (parts.next(), parts.next()) else {
            return Err(Error::NotFound);
        };
        let label = parts.next().filter(|label| !label.is_empty());
        let id = TeamId(team.to_owned());
        let path = format!("{}/operations/{}", paths::team(&id), paths::segment(operation));
        let row = self.read(&path).await?;
        match row.get("status").and_then(Value::as_str) {
            Some("succeeded") => {
                if let Some(label) = label {
                    self.label(&id, label).await?;
                }
                Ok(Creation::Done(id))
            }
            Some("failed") => {
                let said = row.get("error").map(|error| words(error, "message"));
                Err(names::policy_of(&said.unwrap_or_default()).unwrap_or(Error::Failed))
            }
            _ => Ok(Creation::Pending(pending.clone())),
        }
    }

    /// A label stands on the group behind a team (`assignedLabels`).
    pub(crate) async fn label(&self, id: &TeamId, label: &str) -> Result<()> {
        let label = names::label(label)?;
        let body = json!({"assignedLabels": [{"labelId": label}]});
        let path = format!("/groups/{}", paths::segment(&id.0));
        self.change(id, (Method::PATCH, path), Some(body)).await.map(drop)
    }

    pub(crate) async fn patch_team(&self, id: &TeamId, to: &TeamChange) -> Result<()> {
        // Graph changes archived teams too, which Teams itself does not let anybody do.
        if self.one_team(id).await?.is_archived == Some(true) {
            return Err(Error::Archived);
        }
        let body = changes(to.name.as_deref(), to.description.as_deref());
        let changed = self.change(id, (Method::PATCH, paths::team(id)), Some(body)).await;
        changed.map(drop).map_err(names::policy)
    }

    pub(crate) async fn freeze_team(&self, id: &TeamId, archived: bool) -> Result<()> {
        let act = if archived { "archive" } else { "unarchive" };
        let path = format!("{}/{act}", paths::team(id));
        match self.change(id, (Method::POST, path), None).await {
            // an owner of an archived team is told so; everybody else may not do this
            Err(Error::Archived) => Err(Error::NotAllowed),
            other => other.map(drop),
        }
    }

    pub(crate) async fn drop_team(&self, id: &TeamId) -> Result<()> {
        let path = format!("/groups/{}", paths::segment(&id.0));
        self.change(id, (Method::DELETE, path), None).await.map(drop)
    }

    pub(crate) async fn undelete_team(&self, id: &TeamId) -> Result<()> {
        let path = format!("/directory/deletedItems/{}/restore", paths::segment(&id.0));
        self.send(Method::POST, path, None).await.map(drop)
    }
}

/// `/teams('{id}')/operations('{id}')`, with either spelling of keys.
fn operation(place: &str) -> Option<(String, String)> {
    let (_, tail) = place.split_once("/teams")?;
    let (team, operation) = tail.split_once("/operations")?;
    let key = |text: &str| {
        let text = text.trim_matches(['/', '(', ')', '\'']);
        let plain = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        plain.then(|| text.to_owned())
    };
    Some((key(team)?, key(operation)?))
}

/// What is to change of a team or channel.
pub(crate) fn changes(name: Option<&str>, description: Option<&str>) -> Value {
    let mut body = Map::new();
    for (field, text) in [("displayName", name), ("description", description)] {
        if let Some(text) = text {
            body.insert(field.to_owned(), text.into());
        }
    }
    body.into()
}

fn team(row: &Value) -> Result<Team> {
    let visibility = match words(row, "visibility").to_ascii_lowercase().as_str() {
        "public" => Some(Visibility::Public),
        "private" | "hiddenmembership" => Some(Visibility::Private),
        _ => None,
    };
    Ok(Team {
        id: TeamId(text(row, "id")?.to_owned()),
        name: words(row, "displayName"),
        description: words(row, "description"),
        visibility,
        is_archived: row.get("isArchived").and_then(Value::as_bool),
        address: address(row),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_is_one_of_a_team() {
        let found = |place: &str| operation(place);
        let both = Some(("a-1".to_owned(), "b-2".to_owned()));
        assert_eq!(found("/teams('a-1')/operations('b-2')"), both);
        assert_eq!(found("https://graph.microsoft.com/v1.0/teams/a-1/operations/b-2"), both);
        for other in
            ["", "/teams('a-1')", "/teams('')/operations('b')", "/teams('a')/operations('../me')"]
        {
            assert_eq!(found(other), None, "{other}");
        }
    }
}
