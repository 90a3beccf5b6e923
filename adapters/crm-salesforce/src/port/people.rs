//! Who works on a record, and what became of one that was merged.

use crm::{
    Colleague, Colleagues, Comparison, Error, Fate, MAX_PEOPLE, Part, Query, RecordRef, Result,
    Value,
};
use serde_json::Value as Json;

use super::{SellersOrganisation, id};
use crate::{ApiName, FieldPath, Filter, RecordId, Select, Work, client::Call, soql};

/// Objects with teams, the object of the team's rows and the field that leads back (Object Reference: Account Team
/// Member, Opportunity Team Member). An organisation that has not switched teams on has none of them.
const TEAMS: [(&str, &str, &str); 2] = [
    ("Account", "AccountTeamMember", "AccountId"),
    ("Opportunity", "OpportunityTeamMember", "OpportunityId"),
];

/// Users with one mail address that are asked about (our own choice; user names tell them apart, addresses do not).
const MAX_NAMESAKES: u32 = 5;

/// The field that leads to a record's winner (Object Reference: Account, Contact, Lead).
const MASTER: &str = "MasterRecordId";

impl SellersOrganisation {
    pub(super) async fn people(&self, record: &RecordRef) -> Result<Colleagues> {
        let object = self.object(&record.table).await?;
        let mut parts: Vec<(String, Part)> = Vec::new();
        if object.field("OwnerId").is_some() {
            let found = self.one(record, &["OwnerId".to_owned()]).await?;
            if let Some(Value::Row(owner)) = found.values.get("OwnerId") {
                parts.push((owner.id.0.clone(), Part::Owner));
            }
        }
        let team = TEAMS.iter().find(|(of, ..)| object.name.as_str() == *of);
        let mut told = false;
        if let Some((_, members, back)) = team {
            match self.team(record, (members, back)).await {
                Ok(found) => {
                    told = true;
                    parts.extend(found);
                }
                Err(Error::ObjectHidden { .. } | Error::FieldHidden { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let mut all = Colleagues { people: Vec::new(), told };
        let ids: Vec<crm::RecordId> =
            parts.iter().map(|(id, _)| crm::RecordId(id.clone())).collect();
        // a queue is no user, and so is somebody whom the seller may not see
        let users = match self.several("User", &ids, &["Name".to_owned(), "Email".to_owned()]).await
        {
            Ok(users) => users,
            Err(Error::ObjectHidden { .. } | Error::FieldHidden { .. }) => {
                return Ok(Colleagues { told: false, ..all });
            }
            Err(error) => return Err(error),
        };
        for ((_, part), user) in parts.into_iter().zip(users) {
            let Some(user) = user else { continue };
            let text = |name: &str| match user.values.get(name) {
                Some(Value::Text(text)) if !text.is_empty() => Some(text.clone()),
                _ => None,
            };
            let (name, mail) = (text("Name").unwrap_or_default(), text("Email"));
            all.add(Colleague { id: user.at.id.clone(), name, mail, part });
        }
        Ok(all)
    }

    async fn team(
        &self,
        record: &RecordRef,
        (members, back): (&str, &str),
    ) -> Result<Vec<(String, Part)>> {
        let most = u32::try_from(MAX_PEOPLE).unwrap_or(crm::MAX_PAGE);
        let of = crm::Filter::compare(back, Comparison::Equal, Value::Row(record.clone()));
        let query = Query::of(members, &["UserId", "TeamMemberRole"]).filter(of).size(most);
        let page = self.page(&query).await?;
        let one = |row: crm::Record| {
            let user = match row.values.get("UserId") {
                Some(Value::Row(user)) => user.id.0.clone(),
                _ => return None,
            };
            let role = row.texts.get("TeamMemberRole").cloned().or_else(|| {
                match row.values.get("TeamMemberRole") {
                    Some(Value::Text(role) | Value::Choice(role)) => Some(role.clone()),
                    _ => None,
                }
            });
            Some((user, Part::Team(role.unwrap_or_default())))
        };
        Ok(page.records.into_iter().filter_map(one).collect())
    }

    /// `UserRecordAccess` of the users with an address who may sign in. Records that the seller may not see are left out of
    /// the answer, whoever is asked about.
    pub(super) async fn reader(&self, record: &RecordRef, mail: &str) -> Result<Option<bool>> {
        let own = Value::Text(mail.to_owned());
        let active = crm::Filter::compare("IsActive", Comparison::Equal, Value::Boolean(true));
        let has = crm::Filter::compare("Email", Comparison::Equal, own);
        let query = Query::of("User", &["Email"])
            .filter(crm::Filter::All(vec![has, active]))
            .size(MAX_NAMESAKES);
        let users = match self.page(&query).await {
            Ok(page) => page.records,
            Err(Error::ObjectHidden { .. } | Error::FieldHidden { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        for user in users {
            let user = RecordId::parse(&user.at.id.0).ok_or(Error::Answer { reason: "an id" })?;
            if self.rights_of(user, id(record)?).await?.is_some_and(|[read, ..]| read) {
                return Ok(Some(true));
            }
        }
        Ok(Some(false))
    }

    /// Deleted rows are there for `queryAll` alone (REST reference, Query All); what was swept up is not even there.
    pub(super) async fn became(&self, record: &RecordRef) -> Result<Fate> {
        let object = self.object(&record.table).await?;
        let name = |text: &str| {
            ApiName::parse(text).ok_or(Error::Answer { reason: "a name that is none" })
        };
        let own = FieldPath::from(name("Id")?);
        let mut fields = vec![own.clone()];
        for column in ["IsDeleted", MASTER] {
            if object.field(column).is_some() {
                fields.push(FieldPath::from(name(column)?));
            }
        }
        let select = Select::new(object.name.clone(), fields)
            .where_(Filter::equal(own, soql::Value::Id(id(record)?)))
            .limit(1);
        let text = select.to_text();
        let query = [("q", text.as_str())];
        let call = Call { query: &query, ..Call::get(&["queryAll"], Work::Background) };
        let body = match self.salesforce.send(&self.seller, call).await {
            Ok(body) => body,
            Err(failed) => {
                let of = (&select.object, select.fields.as_slice());
                return Err(self.salesforce.explain(&self.seller, of, failed).await);
            }
        };
        let row = body.get("records").and_then(Json::as_array).and_then(|rows| rows.first());
        let Some(row) = row else { return Ok(Fate::Untold) };
        if row.get("IsDeleted").and_then(Json::as_bool) != Some(true) {
            return Ok(Fate::Untold);
        }
        let to = row.get(MASTER).and_then(Json::as_str).and_then(RecordId::parse);
        Ok(to.map_or(Fate::Deleted, |to| Fate::Merged(crm::RecordId(to.to_string()))))
    }
}
