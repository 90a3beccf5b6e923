//! `policyTemplateInstances`: what happens to requests and answers (connector-format §5).

use crate::{
    definition::{object_or_empty, texts},
    tree::{Node, Object},
};

/// One instance of a policy template.
#[derive(Debug, Clone)]
pub struct Policy<'t> {
    /// `templateId` as written.
    pub template_id: &'t str,
    /// The template, when it is one that is known.
    pub template: Option<Template>,
    /// When it runs.
    pub section: Section<'t>,
    /// The operations it governs; empty for every one.
    pub operations: Vec<&'t str>,
    /// The instance.
    pub node: &'t Object<'t>,
    /// Its parameters.
    pub parameters: &'t Object<'t>,
    /// Its place among the instances.
    pub index: usize,
}

/// When a policy runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Section<'t> {
    /// Before the call; also what says nothing.
    Request,
    /// After an answer.
    Response,
    /// After a call that failed.
    Failure,
    /// A word that is none of these.
    Unknown(&'t str),
}

/// A known policy template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(
    missing_docs,
    reason = "the names are those of the platform; connector-format §5 says more"
)]
pub enum Template {
    DynamicHostUrl,
    SetHeader,
    SetQueryParameter,
    RouteRequestToEndpoint,
    SetProperty,
    ConvertArrayToObject,
    ConvertObjectToArray,
    StringToArray,
    StringReplace,
    EncodePropertyValue,
    SetValueFromUrl,
    UpdateNextLink,
    PollingTrigger,
    DynamicSubdomain,
    MoveProperties,
    SetConnectionStatusToUnauthenticated,
}

impl Template {
    /// Every known template.
    pub const ALL: [Self; 16] = [
        Self::DynamicHostUrl,
        Self::SetHeader,
        Self::SetQueryParameter,
        Self::RouteRequestToEndpoint,
        Self::SetProperty,
        Self::ConvertArrayToObject,
        Self::ConvertObjectToArray,
        Self::StringToArray,
        Self::StringReplace,
        Self::EncodePropertyValue,
        Self::SetValueFromUrl,
        Self::UpdateNextLink,
        Self::PollingTrigger,
        Self::DynamicSubdomain,
        Self::MoveProperties,
        Self::SetConnectionStatusToUnauthenticated,
    ];

    /// Its identifier in lower case.
    pub const fn id(self) -> &'static str {
        match self {
            Self::DynamicHostUrl => "dynamichosturl",
            Self::SetHeader => "setheader",
            Self::SetQueryParameter => "setqueryparameter",
            Self::RouteRequestToEndpoint => "routerequesttoendpoint",
            Self::SetProperty => "setproperty",
            Self::ConvertArrayToObject => "convertarraytoobject",
            Self::ConvertObjectToArray => "convertobjecttoarray",
            Self::StringToArray => "stringtoarray",
            Self::StringReplace => "stringreplace",
            Self::EncodePropertyValue => "encodepropertyvalue",
            Self::SetValueFromUrl => "setvaluefromurl",
            Self::UpdateNextLink => "updatenextlink",
            Self::PollingTrigger => "pollingtrigger",
            Self::DynamicSubdomain => "dynamicsubdomain",
            Self::MoveProperties => "moveproperties",
            Self::SetConnectionStatusToUnauthenticated => "setconnectionstatustounauthenticated",
        }
    }

    /// The parameters that have to be there.
    pub const fn required(self) -> &'static [&'static str] {
        match self {
            Self::DynamicHostUrl => &["urlTemplate"],
            Self::SetHeader | Self::SetQueryParameter => &["name", "value"],
            Self::RouteRequestToEndpoint => &["newPath"],
            Self::SetProperty => &[
                "newPropertyParentPathTemplate",
                "newPropertySubPathTemplate",
                "propertyValuePathTemplate",
            ],
            Self::ConvertArrayToObject => {
                &["propertyParentPath", "keyWithinCollectionPath", "newPropertyPath"]
            }
            Self::ConvertObjectToArray | Self::EncodePropertyValue => {
                &["propertyParentPath", "newPropertyPath"]
            }
            Self::StringToArray => {
                &["propertyParentPath", "delimiterList", "childPropertyName", "newPropertyPath"]
            }
            Self::StringReplace => {
                &["propertyParentPath", "sourceString", "replacementString", "newPropertyPath"]
            }
            Self::SetValueFromUrl => {
                &["parameterTemplate", "parameterValueUrl", "parameterValuePathTemplate"]
            }
            Self::UpdateNextLink => &["nextLinkPropertyName"],
            Self::PollingTrigger => &["triggerConfig", "triggerDataPath"],
            Self::DynamicSubdomain
            | Self::MoveProperties
            | Self::SetConnectionStatusToUnauthenticated => &[],
        }
    }

    /// The template of an identifier in any letter case.
    pub fn of(id: &str) -> Option<Self> {
        let id = id.trim();
        Self::ALL.into_iter().find(|template| template.id().eq_ignore_ascii_case(id))
    }
}

/// What every name of a template parameter begins with.
const PREFIX: &str = "x-ms-apimTemplateParameter.";

impl<'t> Policy<'t> {
    pub(crate) fn new(node: &'t Object<'t>, index: usize) -> Self {
        let parameters = object_or_empty(node.get("parameters"));
        let template_id = node.str("templateId").unwrap_or_default();
        let section = parameters.get_ignoring_case("x-ms-apimTemplate-policySection");
        Self {
            template_id,
            template: Template::of(template_id),
            section: section.and_then(Node::as_str).map_or(Section::Request, Section::of),
            operations: texts(parameters.get_ignoring_case("x-ms-apimTemplate-operationName")),
            node,
            parameters,
            index,
        }
    }

    /// `title`
    pub fn title(&self) -> Option<&'t str> {
        self.node.str("title")
    }

    /// A template parameter by its short name: `urlTemplate`.
    pub fn parameter(&self, name: &str) -> Option<&'t Node<'t>> {
        let full =
            |key: &str| key.get(..PREFIX.len()).is_some_and(|p| p.eq_ignore_ascii_case(PREFIX));
        let mut own = self.parameters.iter().filter(|(key, _)| full(key));
        own.find(|(key, _)| {
            key.get(PREFIX.len()..).is_some_and(|key| key.eq_ignore_ascii_case(name))
        })
        .map(|(_, value)| value)
    }

    /// A template parameter that is text.
    pub fn text(&self, name: &str) -> Option<&'t str> {
        self.parameter(name)?.as_str()
    }

    /// Whether it governs this operation.
    pub fn governs(&self, operation_id: &str) -> bool {
        self.operations.is_empty() || self.operations.contains(&operation_id)
    }

    /// Where it stands in the properties.
    pub fn pointer(&self) -> String {
        format!("/properties/policyTemplateInstances/{}", self.index)
    }
}

impl<'t> Section<'t> {
    fn of(word: &'t str) -> Self {
        match word.trim() {
            "" => Self::Request,
            word if word.eq_ignore_ascii_case("request") => Self::Request,
            word if word.eq_ignore_ascii_case("response") => Self::Response,
            word if word.eq_ignore_ascii_case("failure") => Self::Failure,
            word => Self::Unknown(word),
        }
    }
}
