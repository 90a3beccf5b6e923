//! Who works on a record, and what became of one that was merged.

use std::collections::HashSet;

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

/// Objects whose rows are shared by rows of another object, and the field that leads back (Object Reference: Account Share
/// and so on). An organisation where everybody reads the rows of an object has no shares of it.
const SHARES: [(&str, &str, &str); 6] = [
    ("Account", "AccountShare", "AccountId"),
    ("Campaign", "CampaignShare", "CampaignId"),
    ("Case", "CaseShare", "CaseId"),
    ("Contact", "ContactShare", "ContactId"),
    ("Lead", "LeadShare", "LeadId"),
    ("Opportunity", "OpportunityShare", "OpportunityId"),
];
/// Why somebody has a share who works on the record: somebody gave it to them, or they are in its team. Rules and roles
/// let whole departments see a record (our own choice: nobody is invited for that).
const CAUSES: [&str; 2] = ["Manual", "Team"];
/// Groups of one record whose members are told (our own choice).
const MAX_GROUPS: usize = 10;

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
        match self.shared(record, object.name.as_str()).await {
            Ok(found) => {
                told |= found.is_some();
                parts.extend(found.into_iter().flatten());
            }
            Err(Error::ObjectHidden { .. } | Error::FieldHidden { .. }) => {}
            Err(error) => return Err(error),
        }
        let mut seen = HashSet::new();
        parts.retain(|(user, _)| seen.insert(user.clone()));
        parts.truncate(MAX_PEOPLE);
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

    /// Those to whom somebody gave the record, themselves or as members of a group; nothing where there are no shares of it.
    async fn shared(
        &self,
        record: &RecordRef,
        object: &str,
    ) -> Result<Option<Vec<(String, Part)>>> {
        let own = object.strip_suffix("__c").map(|name| format!("{name}__Share"));
        let (shares, back) = match (SHARES.iter().find(|(of, ..)| *of == object), &own) {
            (Some((_, shares, back)), _) => (*shares, *back),
            (None, Some(shares)) => (shares.as_str(), "ParentId"),
            (None, None) => return Ok(None),
        };
        let causes = CAUSES.map(|cause| Value::Choice(cause.to_owned())).to_vec();
        let of = crm::Filter::compare(back, Comparison::Equal, Value::Row(record.clone()));
        let given = crm::Filter::OneOf("RowCause".to_owned(), causes);
        let query = Query::of(shares, &["UserOrGroupId"])
            .filter(crm::Filter::All(vec![of, given]))
            .size(crm::MAX_PAGE);
        let (mut all, mut groups) = (Vec::new(), Vec::new());
        for row in self.page(&query).await?.records {
            let name = row.texts.get("UserOrGroupId").cloned().unwrap_or_default();
            match row.values.get("UserOrGroupId") {
                Some(Value::Row(who)) if who.table == "Group" => {
                    groups.push((who.id.0.clone(), name));
                }
                Some(Value::Row(who)) => all.push((who.id.0.clone(), Part::Shared)),
                _ => {}
            }
        }
        groups.truncate(MAX_GROUPS);
        match self.members(&groups).await {
            Ok(members) => all.extend(members),
            Err(Error::ObjectHidden { .. } | Error::FieldHidden { .. }) => {}
            Err(error) => return Err(error),
        }
        Ok(Some(all))
    }

    /// The users in some groups, each with the name of the group. Groups in groups are not taken apart, and roles have no
    /// members that are told.
    async fn members(&self, groups: &[(String, String)]) -> Result<Vec<(String, Part)>> {
        if groups.is_empty() {
            return Ok(Vec::new());
        }
        let ids = groups.iter().map(|(id, _)| Value::Row(RecordRef::new("Group", id))).collect();
        let query = Query::of("GroupMember", &["GroupId", "UserOrGroupId"])
            .filter(crm::Filter::OneOf("GroupId".to_owned(), ids))
            .size(crm::MAX_PAGE);
        let one = |row: crm::Record| {
            let at = |name: &str| match row.values.get(name) {
                Some(Value::Row(at)) => Some(at.clone()),
                _ => None,
            };
            let (group, user) = (at("GroupId")?, at("UserOrGroupId")?);
            let name =
                groups.iter().find(|(id, _)| *id == group.id.0).map(|(_, name)| name.clone());
            (user.table == "User").then(|| (user.id.0, Part::Team(name.unwrap_or_default())))
        };
        Ok(self.page(&query).await?.records.into_iter().filter_map(one).collect())
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
