//! Who works on a record, and what became of one that was merged.

use crm::{
    Colleague, Colleagues, Comparison, Error, Fate, Filter, MAX_PAGE, MAX_PEOPLE, Part, Query,
    RecordId, RecordRef, Result, Value,
};
use http::StatusCode;
use odata::{
    tree::{
        expr::{Arguments, Expr, Path, Root, Segment},
        options::QueryOptions,
    },
    value::Guid,
};
use serde_json::{Value as Json, json};

use crate::{
    address,
    client::{Call, Failed},
    port::SellersEnvironment,
    refusal::Doing,
};

/// Teams of one record whose members are told (our own choice).
const MAX_TEAMS: usize = 10;

/// Users with one mail address that are asked about (our own choice).
const MAX_NAMESAKES: u32 = 5;

/// `ObjectDoesNotExist` (Web service error codes).
const DOES_NOT_EXIST: &str = "0x80040217";

impl SellersEnvironment {
    /// The owner, and those with whom the record is shared; of teams, their members.
    pub(crate) async fn people(&self, record: &RecordRef) -> Result<Colleagues> {
        let asked = self.asked(&record.table, &[]).await?;
        let mut parts: Vec<(String, Part)> = Vec::new();
        let mut teams: Vec<String> = Vec::new();
        if asked.about.field("ownerid").is_some() {
            let found = self.one(record, &["ownerid".to_owned()]).await?;
            match found.values.get("ownerid") {
                Some(Value::Row(owner)) if owner.table == "team" => teams.push(owner.id.0.clone()),
                Some(Value::Row(owner)) => parts.push((owner.id.0.clone(), Part::Owner)),
                _ => {}
            }
        }
        let told = match self.shared(&asked, record).await {
            Ok((users, shared)) => {
                parts.extend(users.into_iter().map(|user| (user, Part::Shared)));
                teams.extend(shared);
                true
            }
            // who may not see who else has it sees the owner
            Err(Error::NotAllowed) => false,
            Err(error) => return Err(error),
        };
        for team in teams.into_iter().take(MAX_TEAMS) {
            match self.team(&team).await {
                Ok((name, members)) => {
                    parts.extend(members.into_iter().map(|user| (user, Part::Team(name.clone()))));
                }
                Err(Error::NotFound | Error::ObjectHidden { .. } | Error::NotAllowed) => {}
                Err(error) => return Err(error),
            }
        }
        parts.truncate(MAX_PEOPLE);
        let mut all = Colleagues { people: Vec::new(), told };
        let fields = ["fullname".to_owned(), "internalemailaddress".to_owned()];
        for parts in parts.chunks(usize::try_from(MAX_PAGE).unwrap_or(200)) {
            let ids: Vec<RecordId> = parts.iter().map(|(id, _)| RecordId(id.clone())).collect();
            let users = match self.several("systemuser", &ids, &fields).await {
                Ok(users) => users,
                Err(Error::ObjectHidden { .. } | Error::FieldHidden { .. }) => {
                    return Ok(Colleagues { told: false, ..all });
                }
                Err(error) => return Err(error),
            };
            for ((_, part), user) in parts.iter().zip(users) {
                let Some(user) = user else { continue };
                let text = |name: &str| match user.values.get(name) {
                    Some(Value::Text(text)) if !text.is_empty() => Some(text.clone()),
                    _ => None,
                };
                let name = text("fullname").unwrap_or_default();
                let (mail, part) = (text("internalemailaddress"), part.clone());
                all.add(Colleague { id: user.at.id.clone(), name, mail, part });
            }
        }
        Ok(all)
    }

    /// `RetrievePrincipalAccess` of the users with an address who may sign in.
    pub(crate) async fn reader(&self, record: &RecordRef, mail: &str) -> Result<Option<bool>> {
        let own = Value::Text(mail.to_owned());
        let has = Filter::compare("internalemailaddress", Comparison::Equal, own);
        let active = Filter::compare("isdisabled", Comparison::Equal, Value::Boolean(false));
        let query = Query::of("systemuser", &["internalemailaddress"])
            .filter(Filter::All(vec![has, active]))
            .size(MAX_NAMESAKES);
        let users = match self.page(&query).await {
            Ok(page) => page.records,
            Err(Error::ObjectHidden { .. } | Error::FieldHidden { .. } | Error::NotAllowed) => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        for user in users {
            let said = match self.access_of(address::guid(&user.at.id)?, record).await {
                Ok(said) => said,
                // who may not ask about others is told nothing
                Err(Error::NotAllowed) => return Ok(None),
                Err(error) => return Err(error),
            };
            if said.split(',').any(|one| one.trim() == "ReadAccess") {
                return Ok(Some(true));
            }
        }
        Ok(Some(false))
    }

    /// `RetrieveSharedPrincipalsAndAccess`: users and teams that may read the record because it is shared with them.
    async fn shared(
        &self,
        asked: &crate::ask::Asked,
        record: &RecordRef,
    ) -> Result<(Vec<String>, Vec<String>)> {
        let id = address::guid(&record.id)?;
        let alias = Expr::Path(Path { root: Root::Alias("p".to_owned()), segments: Vec::new() });
        let target = Arguments::Named(vec![("Target".to_owned(), alias)]);
        let path = vec![Segment::Call("RetrieveSharedPrincipalsAndAccess".to_owned(), target)];
        let mut options = QueryOptions::default();
        let at = json!({ "@odata.id": format!("{}({id})", asked.about.set) });
        options.custom.push(("@p".to_owned(), Some(at.to_string())));
        let url = address::to(&self.seller, path, options)?;
        let body = match self.dataverse.send(&self.seller, Call::get(url)).await {
            Ok(got) => got.body,
            Err(Failed::Refused(refused)) => {
                return Err(self.explain(asked, &refused, &Doing::Reading(&record.table)).await);
            }
            Err(Failed::Other(error)) => return Err(error),
        };
        let list = body.get("PrincipalAccesses").and_then(Json::as_array);
        let list = list.ok_or(Error::Answer { reason: "the shares cannot be read" })?;
        let (mut users, mut teams) = (Vec::new(), Vec::new());
        for one in list.iter().take(MAX_PEOPLE) {
            let mask = one.get("AccessMask").and_then(Json::as_str).unwrap_or_default();
            if !mask.split(',').any(|right| right.trim() == "ReadAccess") {
                continue;
            }
            let Some(who) = one.get("Principal") else { continue };
            let key = |name: &str| {
                let id: Option<Guid> = who.get(name).and_then(Json::as_str)?.parse().ok();
                id.map(|id| id.to_string())
            };
            let kind = who.get("@odata.type").and_then(Json::as_str).unwrap_or_default();
            if kind.rsplit('.').next() == Some("team") {
                teams.extend(key("teamid").or_else(|| key("ownerid")));
            } else {
                users.extend(key("systemuserid").or_else(|| key("ownerid")));
            }
        }
        Ok((users, teams))
    }

    /// The name of a team, and its members.
    async fn team(&self, team: &str) -> Result<(String, Vec<String>)> {
        let id = address::guid(&RecordId(team.to_owned()))?;
        let asked = self.asked("team", &["name".to_owned()]).await?;
        let at = RecordRef::new("team", team);
        let found = self.one(&at, &asked.fields).await?;
        let name = match found.values.get("name") {
            Some(Value::Text(name)) => name.clone(),
            _ => String::new(),
        };
        let mut path = address::row(&asked.about.set, id);
        path.push(Segment::Name("teammembership_association".to_owned()));
        let select = Some(address::select(["systemuserid"]));
        let options = QueryOptions { select, ..QueryOptions::default() };
        let url = address::to(&self.seller, path, options)?;
        let body = match self.dataverse.send(&self.seller, Call::get(url)).await {
            Ok(got) => got.body,
            Err(Failed::Refused(refused)) => return Err(refused.error(&Doing::Reading("team"))),
            Err(Failed::Other(error)) => return Err(error),
        };
        let rows = body.get("value").and_then(Json::as_array);
        let rows = rows.ok_or(Error::Answer { reason: "the members cannot be read" })?;
        let user = |row: &Json| {
            let id: Guid = row.get("systemuserid").and_then(Json::as_str)?.parse().ok()?;
            Some(id.to_string())
        };
        Ok((name, rows.iter().filter_map(user).take(MAX_PEOPLE).collect()))
    }

    /// A row that was merged stays, inactive, and leads to the other one by `masterid`. One that was deleted does not
    /// exist (404, `ObjectDoesNotExist`); one that the seller may not see is refused otherwise (403).
    pub(crate) async fn became(&self, record: &RecordRef) -> Result<Fate> {
        let asked = self.asked(&record.table, &[]).await?;
        let path = address::row(&asked.about.set, address::guid(&record.id)?);
        let url = address::to(&self.seller, path, asked.options())?;
        match self.dataverse.send(&self.seller, Call::get(url)).await {
            Ok(_) => {}
            Err(Failed::Refused(refused)) if refused.status == StatusCode::NOT_FOUND => {
                let gone = refused.code == DOES_NOT_EXIST;
                return Ok(if gone { Fate::Deleted } else { Fate::Untold });
            }
            Err(Failed::Refused(refused)) if refused.status == StatusCode::FORBIDDEN => {
                return Ok(Fate::Untold);
            }
            Err(Failed::Refused(refused)) => {
                return Err(self.explain(&asked, &refused, &Doing::Reading(&record.table)).await);
            }
            Err(Failed::Other(error)) => return Err(error),
        }
        let fields = ["merged".to_owned(), "masterid".to_owned()];
        if !asked.about.missing(&fields).is_empty() {
            return Ok(Fate::Untold);
        }
        let found = self.one(record, &fields).await?;
        Ok(match (found.values.get("merged"), found.values.get("masterid")) {
            (Some(Value::Boolean(true)), Some(Value::Row(to))) => Fate::Merged(to.id.clone()),
            _ => Fate::Untold,
        })
    }
}
