//! Members. A membership has an identifier of its own, which changes: it is looked up by the person each time.

use http::Method;
use serde_json::{Value, json};
use workspace_port::{Error, Member, Person, PersonId, Place, Result, Role};

use crate::{
    Seat, paths,
    seat::{text, words},
};

/// A member with the identifier of the membership.
struct Membership {
    id: String,
    member: Member,
}

impl Seat {
    pub(crate) async fn all_members(&self, place: &Place) -> Result<Vec<Member>> {
        Ok(self.memberships(place).await?.into_iter().map(|own| own.member).collect())
    }

    pub(crate) async fn set_member(
        &self,
        place: &Place,
        person: &PersonId,
        role: Role,
    ) -> Result<()> {
        let all = self.memberships(place).await?;
        let roles = if role == Role::Owner { json!(["owner"]) } else { json!([]) };
        let path = format!("{}/members", paths::place(place));
        let team = paths::team_of(place);
        let Some(own) = all.iter().find(|own| own.member.person == *person) else {
            let body = json!({
                "@odata.type": "#microsoft.graph.aadUserConversationMember",
                "roles": roles,
                "user@odata.bind": self.user(person)?,
            });
            return match self.change(team, (Method::POST, path), Some(body)).await {
                // the place was just read
                Err(Error::NotFound) => Err(Error::NoSuchPerson),
                other => other.map(drop),
            };
        };
        // A guest is one by the directory, whatever is asked for.
        let is_owner = own.member.role == Role::Owner;
        if is_owner == (role == Role::Owner) {
            return Ok(());
        }
        if is_owner {
            keep_an_owner(&all)?;
        }
        let body =
            json!({"@odata.type": "#microsoft.graph.aadUserConversationMember", "roles": roles});
        let path = format!("{path}/{}", paths::segment(&own.id));
        self.change(team, (Method::PATCH, path), Some(body)).await.map(drop)
    }

    pub(crate) async fn take_member(&self, place: &Place, person: &PersonId) -> Result<()> {
        let all = self.memberships(place).await?;
        let Some(own) = all.iter().find(|own| own.member.person == *person) else { return Ok(()) };
        if own.member.role == Role::Owner {
            keep_an_owner(&all)?;
        }
        let path = format!("{}/members/{}", paths::place(place), paths::segment(&own.id));
        match self.change(paths::team_of(place), (Method::DELETE, path), None).await {
            Err(Error::NotFound) => Ok(()),
            other => other.map(drop),
        }
    }

    pub(crate) async fn person_of(&self, mail: &str) -> Result<Person> {
        if mail.is_empty() {
            return Err(Error::NoSuchPerson);
        }
        let mail = paths::quoted(mail);
        let path = format!(
            "/users?$filter=mail%20eq%20{mail}%20or%20userPrincipalName%20eq%20{mail}\
             &$select=id,displayName,mail,userPrincipalName,userType&$top=2"
        );
        let rows = self.list(&path).await?;
        let row = rows.first().ok_or(Error::NoSuchPerson)?;
        let mail = words(row, "mail");
        Ok(Person {
            id: PersonId(text(row, "id")?.to_owned()),
            name: words(row, "displayName"),
            mail: (!mail.is_empty()).then_some(mail),
            is_guest: words(row, "userType") == "Guest",
        })
    }

    async fn memberships(&self, place: &Place) -> Result<Vec<Membership>> {
        let rows = self.list(&format!("{}/members", paths::place(place))).await?;
        rows.iter().map(membership).collect()
    }

    /// A person as bodies name one.
    pub(crate) fn user(&self, person: &PersonId) -> Result<String> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '@' | '#');
        if person.0.is_empty() || !person.0.chars().all(plain) {
            return Err(Error::NoSuchPerson);
        }
        Ok(self.graph().bound(&format!("users('{person}')")))
    }
}

fn keep_an_owner(all: &[Membership]) -> Result<()> {
    let owners = all.iter().filter(|own| own.member.role == Role::Owner).count();
    if owners <= 1 { Err(Error::LastOwner) } else { Ok(()) }
}

fn membership(row: &Value) -> Result<Membership> {
    let has = |role: &str| {
        let roles = row.get("roles").and_then(Value::as_array);
        roles.is_some_and(|roles| roles.iter().any(|own| own == role))
    };
    let role = if has("owner") {
        Role::Owner
    } else if has("guest") {
        Role::Guest
    } else {
        Role::Member
    };
    Ok(Membership {
        id: text(row, "id")?.to_owned(),
        member: Member {
            // who was deleted from the directory has none
            person: PersonId(words(row, "userId")),
            name: words(row, "displayName"),
            role,
        },
    })
}
