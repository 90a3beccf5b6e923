//! Actions as REST writes them.

use std::collections::BTreeMap;

use ::actions::{
    Acknowledgement, Action, Audience, Enabling, Offered, Operation, OperationAccess, Override,
    Request, Selected,
};
use edge::Problem;
use identity::Role;
use jiff::Timestamp;
use kernel::{FieldError, Kind};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// An action.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ActionItem {
    #[schema(format = Uuid)]
    id: String,
    #[schema(format = Uuid)]
    environment_id: String,
    #[schema(format = Uuid)]
    connector_id: String,
    /// The version of the connector that it was published with.
    connector_version: Option<i64>,
    name: String,
    /// For people.
    description: String,
    /// For models.
    instructions: String,
    /// `draft`, `waiting`, `enabled` or `disabled`.
    state: &'static str,
    /// Whether the caller may use it now.
    usable: bool,
    audience: AudienceShape,
    /// The licence that a caller must hold.
    #[schema(format = Uuid)]
    licence_id: Option<String>,
    operations: Vec<OperationItem>,
    #[schema(format = Uuid)]
    acknowledged_by: Option<String>,
    #[schema(format = DateTime)]
    acknowledged_at: Option<String>,
    /// What an administrator wrote when deciding last.
    decision: String,
    #[schema(format = Uuid)]
    created_by: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
    #[schema(format = DateTime)]
    published_at: Option<String>,
}

/// An operation of an action.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ActionOperation)]
pub(super) struct OperationItem {
    /// The operationId.
    id: String,
    /// The name of the tool; never changes.
    tool: String,
    title: Option<String>,
    description: Option<String>,
    instructions: Option<String>,
    #[schema(value_type = Object)]
    overrides: BTreeMap<String, Override>,
    /// Whether an administrator lets it be used.
    active: bool,
    /// Who may use it among those who may use the action.
    audience: Option<AudienceShape>,
    /// What it takes, as JSON Schema; once the action was published.
    #[schema(value_type = Option<Object>)]
    input_schema: Option<Value>,
    /// What it answers, as JSON Schema, where that is known.
    #[schema(value_type = Option<Object>)]
    output_schema: Option<Value>,
}

impl From<Offered> for ActionItem {
    fn from(offered: Offered) -> Self {
        let usable = offered.usable;
        Self { usable, ..Self::from(offered.action) }
    }
}

impl From<Action> for ActionItem {
    fn from(action: Action) -> Self {
        let acknowledged = action.acknowledged;
        Self {
            id: action.id.to_string(),
            environment_id: action.environment.to_string(),
            connector_id: action.connector.to_string(),
            connector_version: action.version,
            name: action.name,
            description: action.description,
            instructions: action.instructions,
            state: action.state.as_str(),
            usable: false,
            audience: action.audience.into(),
            licence_id: action.licence.map(|id| id.to_string()),
            operations: action.operations.into_iter().map(OperationItem::from).collect(),
            acknowledged_by: acknowledged.and_then(|(by, _)| by).map(|id| id.to_string()),
            acknowledged_at: acknowledged.map(|(_, at)| at.to_string()),
            decision: action.decision,
            created_by: action.created_by.map(|id| id.to_string()),
            created_at: action.created_at.to_string(),
            updated_at: action.updated_at.to_string(),
            published_at: action.published_at.map(|at| at.to_string()),
        }
    }
}

impl From<Operation> for OperationItem {
    fn from(operation: Operation) -> Self {
        let (input_schema, output_schema) =
            operation.prepared.map_or((None, None), |made| (Some(made.input), made.output));
        Self {
            id: operation.id,
            tool: operation.tool,
            title: operation.title,
            description: operation.description,
            instructions: operation.instructions,
            overrides: operation.overrides,
            active: operation.active,
            audience: operation.audience.map(AudienceShape::from),
            input_schema,
            output_schema,
        }
    }
}

/// Who may use something.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum AudienceShape {
    /// Everybody in the organisation.
    Everybody {},
    /// Whoever is in one of the groups or has one of the roles.
    Only {
        /// Identifiers of groups.
        #[serde(default)]
        groups: Vec<String>,
        /// Names of roles, such as `seller`.
        #[serde(default)]
        roles: Vec<String>,
    },
}

impl From<Audience> for AudienceShape {
    fn from(audience: Audience) -> Self {
        match audience {
            Audience::Everybody => Self::Everybody {},
            Audience::Only { groups, roles } => Self::Only {
                groups: groups.iter().map(ToString::to_string).collect(),
                roles: roles.iter().map(ToString::to_string).collect(),
            },
        }
    }
}

impl AudienceShape {
    /// The audience; what names no group or role is a fault at its place.
    fn read(&self, pointer: &str, faults: &mut Vec<FieldError>) -> Audience {
        let Self::Only { groups, roles } = self else { return Audience::Everybody };
        let mut read = (Vec::new(), Vec::<Role>::new());
        for (index, id) in groups.iter().enumerate() {
            match id.parse() {
                Ok(id) => read.0.push(id),
                Err(_not_an_id) => faults.push(FieldError::new(
                    format!("{pointer}/groups/{index}"),
                    "api_action.group_unknown",
                    "there is no such group",
                )),
            }
        }
        for (index, role) in roles.iter().enumerate() {
            match role.parse() {
                Ok(role) => read.1.push(role),
                Err(()) => faults.push(FieldError::new(
                    format!("{pointer}/roles/{index}"),
                    "field.invalid",
                    "there is no such role",
                )),
            }
        }
        Audience::Only { groups: read.0, roles: read.1 }
    }
}

/// An operation to select.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SelectedShape {
    /// The operationId.
    id: String,
    title: Option<String>,
    /// For people.
    description: Option<String>,
    /// For models.
    instructions: Option<String>,
    /// By name of the input (`body` for the body): `fixed` is always sent and not shown, `default` is sent when
    /// a caller gives nothing, `description`, `required`.
    #[serde(default)]
    #[schema(value_type = Object)]
    overrides: BTreeMap<String, Override>,
}

impl From<SelectedShape> for Selected {
    fn from(shape: SelectedShape) -> Self {
        let SelectedShape { id, title, description, instructions, overrides } = shape;
        Self { id, title, description, instructions, overrides }
    }
}

/// How an action is enabled.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EnablingShape {
    /// Everybody unless given.
    audience: Option<AudienceShape>,
    /// The licence that a caller must hold.
    #[schema(format = Uuid)]
    licence_id: Option<String>,
    /// For single operations, by operationId; others stay as they are.
    #[serde(default)]
    operations: BTreeMap<String, AccessShape>,
    /// Both notices must be acknowledged.
    acknowledge: AcknowledgeShape,
    #[serde(default)]
    note: String,
    /// `updated_at` of the action that was read: refused when it has changed since then.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    updated_at: Option<Timestamp>,
}

/// Who may use one operation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AccessShape {
    active: bool,
    audience: Option<AudienceShape>,
}

/// What an administrator must have read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[derive(Default)]
struct AcknowledgeShape {
    /// Data and insights come from third parties, whose terms and privacy policies may hold.
    third_party_terms: bool,
    /// Data may move to outside sources, even where the same action is barred for direct use.
    data_may_leave: bool,
}

impl EnablingShape {
    pub(super) fn read(self) -> Result<Enabling, Problem> {
        let mut faults = Vec::new();
        let audience = self.audience.map(|audience| audience.read("/audience", &mut faults));
        let mut operations = BTreeMap::new();
        for (id, access) in self.operations {
            let pointer =
                format!("/operations/{}/audience", id.replace('~', "~0").replace('/', "~1"));
            let audience = access.audience.map(|audience| audience.read(&pointer, &mut faults));
            operations.insert(id, OperationAccess { active: access.active, audience });
        }
        let licence = match self.licence_id.map(|id| id.parse()) {
            None => None,
            Some(Ok(id)) => Some(id),
            Some(Err(_not_an_id)) => {
                let said = "there is no such licence";
                faults.push(FieldError::new("/licence_id", "api_action.licence_unknown", said));
                None
            }
        };
        if !faults.is_empty() {
            let problem =
                Problem::new("api_action.invalid", Kind::Invalid, "some details are not valid");
            return Err(problem.with_fields(faults));
        }
        let AcknowledgeShape { third_party_terms, data_may_leave } = self.acknowledge;
        let acknowledged = Acknowledgement { third_party_terms, data_may_leave };
        let audience = audience.unwrap_or_default();
        let (note, seen) = (self.note, self.updated_at);
        Ok(Enabling { audience, licence, operations, acknowledged, note, seen })
    }
}

/// The wish of somebody that an action be enabled.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ActionRequest)]
pub(super) struct RequestItem {
    #[schema(format = Uuid)]
    id: String,
    #[schema(format = Uuid)]
    action_id: String,
    /// The name of the action.
    action: String,
    #[schema(format = Uuid)]
    user_id: String,
    note: String,
    /// `open`, `granted` or `declined`.
    state: &'static str,
    /// What the administrator answered.
    answer: String,
    #[schema(format = Uuid)]
    decided_by: Option<String>,
    #[schema(format = DateTime)]
    decided_at: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
}

impl From<Request> for RequestItem {
    fn from(request: Request) -> Self {
        Self {
            id: request.id.to_string(),
            action_id: request.action.to_string(),
            action: request.name,
            user_id: request.user.to_string(),
            note: request.note,
            state: request.state.as_str(),
            answer: request.answer,
            decided_by: request.decided.and_then(|(by, _)| by).map(|id| id.to_string()),
            decided_at: request.decided.map(|(_, at)| at.to_string()),
            created_at: request.created_at.to_string(),
        }
    }
}
