//! Accounts, people at them, and what is sold.

use super::{Builder, Kind, Object, Sharing};

const INDUSTRIES: &[&str] = &[
    "Agriculture",
    "Apparel",
    "Banking",
    "Biotechnology",
    "Chemicals",
    "Communications",
    "Construction",
    "Consulting",
    "Education",
    "Electronics",
    "Energy",
    "Engineering",
    "Entertainment",
    "Environmental",
    "Finance",
    "Food & Beverage",
    "Government",
    "Healthcare",
    "Hospitality",
    "Insurance",
    "Machinery",
    "Manufacturing",
    "Media",
    "Not For Profit",
    "Recreation",
    "Retail",
    "Shipping",
    "Technology",
    "Telecommunications",
    "Transportation",
    "Utilities",
    "Other",
];
const ACCOUNT_TYPES: &[&str] = &[
    "Prospect",
    "Customer - Direct",
    "Customer - Channel",
    "Channel Partner / Reseller",
    "Installation Partner",
    "Technology Partner",
    "Other",
];
const RATINGS: &[&str] = &["Hot", "Warm", "Cold"];
const SOURCES: &[&str] = &["Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Other"];
const SALUTATIONS: &[&str] = &["Mr.", "Ms.", "Mrs.", "Dr.", "Prof.", "Mx."];
/// The stages in their order.
const STAGES: &[&str] = &[
    "Prospecting",
    "Qualification",
    "Needs Analysis",
    "Value Proposition",
    "Id. Decision Makers",
    "Perception Analysis",
    "Proposal/Price Quote",
    "Negotiation/Review",
    "Closed Won",
    "Closed Lost",
];
const LEAD_STATES: &[&str] = &[
    "Open - Not Contacted",
    "Working - Contacted",
    "Closed - Converted",
    "Closed - Not Converted",
];

pub(crate) fn objects() -> Vec<Object> {
    vec![
        account(),
        contact(),
        lead(),
        opportunity(),
        contact_role(),
        line_item(),
        team_member("AccountTeamMember", "01M", "Account"),
        team_member("OpportunityTeamMember", "00q", "Opportunity"),
        share("AccountShare", "00r", "Account"),
        share("OpportunityShare", "00t", "Opportunity"),
    ]
}

fn account() -> Object {
    Builder::new("Account", "001")
        .called("Account", "Accounts")
        .searchable()
        .reference("MasterRecordId", &["Account"], None)
        .fixed()
        .text("Name", 255)
        .required()
        .name()
        .picklist("Type", ACCOUNT_TYPES)
        .reference("ParentId", &["Account"], Some("ChildAccounts"))
        .address("Billing")
        .address("Shipping")
        .field("Phone", Kind::Phone)
        .field("Fax", Kind::Phone)
        .text("AccountNumber", 40)
        .field("Website", Kind::Url)
        .text("Sic", 20)
        .picklist("Industry", INDUSTRIES)
        .field("AnnualRevenue", Kind::Currency)
        .field("NumberOfEmployees", Kind::Int)
        .picklist("Ownership", &["Public", "Private", "Subsidiary", "Other"])
        .text("TickerSymbol", 20)
        .field("Description", Kind::TextArea)
        .picklist("Rating", RATINGS)
        .text("Site", 80)
        .owned()
        .picklist("AccountSource", SOURCES)
        .field("LastActivityDate", Kind::Date)
        .fixed()
        .field("Regions__c", Kind::MultiPicklist)
        .external("External_Id__c", true)
        .external("Legacy_Id__c", false)
        .build()
}

fn person(builder: Builder) -> Builder {
    builder
        .text("LastName", 80)
        .required()
        .text("FirstName", 40)
        .picklist("Salutation", SALUTATIONS)
        .text("Name", 121)
        .name()
        .fixed()
}

fn contact() -> Object {
    person(Builder::new("Contact", "003").called("Contact", "Contacts").searchable())
        .reference("AccountId", &["Account"], Some("Contacts"))
        .cascades()
        .address("Other")
        .address("Mailing")
        .field("Phone", Kind::Phone)
        .field("Fax", Kind::Phone)
        .field("MobilePhone", Kind::Phone)
        .field("HomePhone", Kind::Phone)
        .field("OtherPhone", Kind::Phone)
        .reference("ReportsToId", &["Contact"], Some("Reports"))
        .field("Email", Kind::Email)
        .text("Title", 128)
        .text("Department", 80)
        .picklist("LeadSource", SOURCES)
        .field("Birthdate", Kind::Date)
        .field("Description", Kind::TextArea)
        .owned()
        .boolean("HasOptedOutOfEmail")
        .boolean("DoNotCall")
        .field("LastActivityDate", Kind::Date)
        .fixed()
        .external("External_Id__c", true)
        .external("Legacy_Id__c", false)
        .build()
}

fn lead() -> Object {
    person(Builder::new("Lead", "00Q").called("Lead", "Leads").searchable().sharing(Sharing::Read))
        .text("Title", 128)
        .text("Company", 255)
        .required()
        .field("Street", Kind::TextArea)
        .length(255)
        .text("City", 40)
        .text("State", 80)
        .text("PostalCode", 20)
        .text("Country", 80)
        .field("Phone", Kind::Phone)
        .field("MobilePhone", Kind::Phone)
        .field("Fax", Kind::Phone)
        .field("Email", Kind::Email)
        .field("Website", Kind::Url)
        .field("Description", Kind::TextArea)
        .picklist("LeadSource", SOURCES)
        .picklist("Status", LEAD_STATES)
        .required()
        .default("Open - Not Contacted")
        .picklist("Industry", INDUSTRIES)
        .picklist("Rating", RATINGS)
        .field("AnnualRevenue", Kind::Currency)
        .field("NumberOfEmployees", Kind::Int)
        .owned()
        .boolean("HasOptedOutOfEmail")
        .boolean("IsConverted")
        .once()
        .field("ConvertedDate", Kind::Date)
        .fixed()
        .reference("ConvertedAccountId", &["Account"], None)
        .fixed()
        .reference("ConvertedContactId", &["Contact"], None)
        .fixed()
        .reference("ConvertedOpportunityId", &["Opportunity"], None)
        .fixed()
        .boolean("IsUnreadByOwner")
        .build()
}

fn opportunity() -> Object {
    Builder::new("Opportunity", "006")
        .called("Opportunity", "Opportunities")
        .searchable()
        .sharing(Sharing::Private)
        .reference("AccountId", &["Account"], Some("Opportunities"))
        .cascades()
        .boolean("IsPrivate")
        .text("Name", 120)
        .required()
        .name()
        .field("Description", Kind::TextArea)
        .strict("StageName", STAGES)
        .required()
        .field("Amount", Kind::Currency)
        .field("Probability", Kind::Percent)
        .field("ExpectedRevenue", Kind::Currency)
        .fixed()
        .field("CloseDate", Kind::Date)
        .required()
        .picklist(
            "Type",
            &[
                "Existing Customer - Upgrade",
                "Existing Customer - Replacement",
                "Existing Customer - Downgrade",
                "New Customer",
            ],
        )
        .text("NextStep", 255)
        .picklist("LeadSource", SOURCES)
        .boolean("IsClosed")
        .fixed()
        .boolean("IsWon")
        .fixed()
        .picklist("ForecastCategoryName", &["Omitted", "Pipeline", "Best Case", "Commit", "Closed"])
        .fixed()
        .owned()
        .boolean("HasOpportunityLineItem")
        .fixed()
        .field("LastActivityDate", Kind::Date)
        .fixed()
        .build()
}

fn contact_role() -> Object {
    Builder::new("OpportunityContactRole", "00K")
        .called("Opportunity Contact Role", "Opportunity Contact Role")
        .reference("OpportunityId", &["Opportunity"], Some("OpportunityContactRoles"))
        .required()
        .once()
        .cascades()
        .reference("ContactId", &["Contact"], Some("OpportunityContactRoles"))
        .required()
        .cascades()
        .picklist(
            "Role",
            &[
                "Business User",
                "Decision Maker",
                "Economic Buyer",
                "Economic Decision Maker",
                "Evaluator",
                "Executive Sponsor",
                "Influencer",
                "Technical Buyer",
                "Other",
            ],
        )
        .boolean("IsPrimary")
        .build()
}

/// A member of the team of an account or opportunity.
fn team_member(name: &'static str, prefix: &'static str, of: &'static str) -> Object {
    Builder::new(name, prefix)
        .called("Team Member", "Team Members")
        .reference(&format!("{of}Id"), &[of], None)
        .required()
        .once()
        .cascades()
        .reference("UserId", &["User"], None)
        .required()
        .once()
        .picklist(
            "TeamMemberRole",
            &[
                "Account Manager",
                "Executive Sponsor",
                "Pre-Sales Consultant",
                "Sales Manager",
                "Sales Rep",
            ],
        )
        .build()
}

/// Who has a row beside its owner: made by hand, by its team, by a rule.
fn share(name: &'static str, prefix: &'static str, of: &'static str) -> Object {
    Builder::new(name, prefix)
        .called("Share", "Shares")
        .reference(&format!("{of}Id"), &[of], None)
        .required()
        .once()
        .cascades()
        .reference("UserOrGroupId", &["User", "Group"], None)
        .required()
        .once()
        .strict(&format!("{of}AccessLevel"), &["Read", "Edit", "All"])
        .required()
        .strict("RowCause", &["Manual", "Owner", "Rule", "Team"])
        .once()
        .default("Manual")
        .build()
}

fn line_item() -> Object {
    Builder::new("OpportunityLineItem", "00k")
        .called("Opportunity Product", "Opportunity Product")
        .reference("OpportunityId", &["Opportunity"], Some("OpportunityLineItems"))
        .required()
        .once()
        .cascades()
        .text("Name", 376)
        .name()
        .field("Quantity", Kind::Double)
        .required()
        .field("UnitPrice", Kind::Currency)
        .required()
        .field("TotalPrice", Kind::Currency)
        .fixed()
        .text("Description", 255)
        .build()
}
