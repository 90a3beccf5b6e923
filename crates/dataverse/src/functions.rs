//! Functions that stand alone: `GET WhoAmI()`, `GET RetrieveTotalRecordCount(EntityNames=@p1)?@p1=["account"]`.

use http::StatusCode;
use odata::tree::expr::{Arguments, Segment};
use records::{Principal, Reference};
use serde_json::{Map, Value, json};

use crate::{call::Call, definitions, fault::Fault, keys, literal, reply::Reply, sharing};

/// Answers an unbound function.
pub(crate) async fn answer(call: &Call<'_>, name: &str, segment: &Segment) -> Result<Reply, Fault> {
    let parameters = Parameters::of(call, segment)?;
    match name {
        "WhoAmI" => Ok(who_am_i(call)),
        "RetrieveVersion" => {
            Ok(complex(call, "RetrieveVersionResponse", json!({ "Version": VERSION })))
        }
        "RetrieveTotalRecordCount" => total(call, &parameters).await,
        "RetrieveCurrentOrganization" => Ok(organization(call)),
        "RetrieveSharedPrincipalsAndAccess" => {
            let target = parameters.row(call, "Target")?;
            sharing::principals(call, &target).await
        }
        "RetrieveMetadataChanges" => {
            let text = |name: &str| parameters.optional(name).and_then(Value::as_str);
            let since = definitions::Since {
                stamp: text("ClientVersionStamp"),
                deleted: text("DeletedMetadataFilters"),
            };
            definitions::changes(call, parameters.required("Query")?, since).await
        }
        "RetrieveProvisionedLanguages" => {
            let body = json!({ "RetrieveProvisionedLanguages": [tables::ENGLISH, tables::FRENCH] });
            Ok(complex(call, "RetrieveProvisionedLanguagesResponse", body))
        }
        "RetrieveAvailableLanguages" => {
            let body = json!({ "LocaleIds": [tables::ENGLISH, tables::FRENCH] });
            Ok(complex(call, "RetrieveAvailableLanguagesResponse", body))
        }
        "RetrieveTimestamp" => {
            let body = json!({ "Timestamp": call.model().version().to_string() });
            Ok(complex(call, "RetrieveTimestampResponse", body))
        }
        _ => Err(Fault::segment(name)),
    }
}

/// Values of parameters by name.
#[derive(Debug, Default)]
pub(crate) struct Parameters(Map<String, Value>);

impl Parameters {
    /// Those in the parentheses of a segment; those that stand in the query alone are taken too.
    pub(crate) fn of(call: &Call<'_>, segment: &Segment) -> Result<Self, Fault> {
        let arguments =
            if let Segment::Call(_, arguments) = segment { Some(arguments) } else { None };
        Self::read(call, arguments)
    }

    pub(crate) fn read(call: &Call<'_>, arguments: Option<&Arguments>) -> Result<Self, Fault> {
        let mut found = Map::new();
        match arguments {
            Some(Arguments::Named(list)) => {
                for (name, value) in list {
                    found.insert(name.clone(), literal::value(value, &call.options)?);
                }
            }
            Some(Arguments::Value(_)) => {
                return Err(Fault::malformed("Parameters of functions have names."));
            }
            None => {}
        }
        Ok(Self(found))
    }

    /// A value, if it is there.
    pub(crate) fn optional(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// A value that must be there.
    pub(crate) fn required(&self, name: &str) -> Result<&Value, Fault> {
        let value = self.0.get(name).filter(|value| !value.is_null());
        value.ok_or_else(|| Fault::argument(format!("The parameter '{name}' is missing.")))
    }

    /// The row of a parameter: `{"@odata.id":"accounts(guid)"}`.
    pub(crate) fn row(&self, call: &Call<'_>, name: &str) -> Result<Reference, Fault> {
        let value = self.required(name)?;
        let address = value.get("@odata.id").or_else(|| value.get("@id")).and_then(Value::as_str);
        let address = address.or_else(|| value.as_str());
        let address = address.ok_or_else(|| {
            Fault::argument(format!("The parameter '{name}' must be a reference to a row."))
        })?;
        keys::reference(call.model(), call.root, &[], address)
    }
}

/// A reply of a complex type.
pub(crate) fn complex(call: &Call<'_>, name: &str, body: Value) -> Reply {
    let mut whole = Map::new();
    let context = format!("{}$metadata#Microsoft.Dynamics.CRM.{name}", call.root.url);
    whole.insert("@odata.context".into(), context.into());
    if let Value::Object(members) = body {
        whole.extend(members);
    }
    Reply::json(StatusCode::OK, Value::Object(whole).to_string())
}

fn who_am_i(call: &Call<'_>) -> Reply {
    let session = call.session;
    let body = json!({
        "BusinessUnitId": session.business_unit(),
        "UserId": session.user(),
        "OrganizationId": session.organization(),
    });
    complex(call, "WhoAmIResponse", body)
}

async fn total(call: &Call<'_>, parameters: &Parameters) -> Result<Reply, Fault> {
    let names = parameters.required("EntityNames")?;
    let names = names
        .as_array()
        .ok_or_else(|| Fault::argument("EntityNames must be a list of logical names."))?;
    if names.len() > TABLES {
        return Err(Fault::argument(format!("EntityNames has more than {TABLES} names.")));
    }
    let (mut keys, mut values) = (Vec::new(), Vec::new());
    for name in names {
        let name = name.as_str().unwrap_or_default();
        let table = call.model().table(name);
        let table =
            table.ok_or_else(|| Fault::argument(format!("The entity '{name}' does not exist.")))?;
        values.push(call.session.total(&table.logical).await?);
        keys.push(name);
    }
    let counts = json!({
        "@odata.type": "#Microsoft.Dynamics.CRM.EntityRecordCountCollection",
        "Count": keys.len(), "IsReadOnly": false, "Keys": keys, "Values": values,
    });
    let body = json!({ "EntityRecordCountCollection": counts });
    Ok(complex(call, "RetrieveTotalRecordCountResponse", body))
}

fn organization(call: &Call<'_>) -> Reply {
    let environment = call.session.environment();
    let service = call.root.url.split("/api/data/").next().unwrap_or_default();
    let detail = json!({
        "OrganizationId": call.session.organization(),
        "FriendlyName": environment.name,
        "OrganizationVersion": VERSION,
        "EnvironmentId": environment.id.to_string(),
        "UrlName": environment.name,
        "UniqueName": environment.name,
        "State": "Enabled",
        "Endpoints": {
            "Count": 2, "IsReadOnly": false,
            "Keys": ["WebApplication", "OrganizationDataService"],
            "Values": [format!("{service}/"), call.root.url],
        },
    });
    complex(call, "RetrieveCurrentOrganizationResponse", json!({ "Detail": detail }))
}

/// A principal by the row that names it.
pub(crate) fn principal(row: &Reference) -> Result<Principal, Fault> {
    let records::RowKey::Id(id) = row.key else {
        return Err(Fault::argument("A principal is named by its id."));
    };
    match row.table.as_str() {
        "systemuser" => Ok(Principal::User(id)),
        "team" => Ok(Principal::Team(id)),
        other => Err(Fault::argument(format!(
            "A row of '{other}' is no principal: name a systemuser or a team."
        ))),
    }
}

/// What `RetrieveVersion` says: four numbers of the generation that is spoken.
const VERSION: &str = "9.2.0.0";

/// Names of one `RetrieveTotalRecordCount`; our own choice.
const TABLES: usize = 100;
