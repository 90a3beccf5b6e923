//! What one policy says of one connector: operation by operation, and which addresses it may call.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use connectors::{
    NewPolicy,
    policy::{DataPolicy, EndpointRules, OperationRule, OperationRules, Rules, Verdict},
};
use edge::{Form, Path, Problem};
use kernel::{ApiConnectorId, DataPolicyId, FieldError, Permission};
use serde::Deserialize;
use web_frame::{App, Field, Frame, Visit, answer, parts::mistakes};

use super::{
    Broke,
    form::{Lines, address_lines, address_rules, said, verdict_of, word},
};
use crate::{Admin, at};

/// The page.
#[derive(Debug, Template)]
#[template(path = "data_policy_connector.html")]
pub(super) struct Page {
    frame: Frame,
    policy: DataPolicyId,
    policy_name: String,
    connector: ApiConnectorId,
    name: String,
    default: Field,
    operations: Vec<Row>,
    addresses: Lines,
    problem: Option<String>,
    tried: Option<Vec<Broke>>,
}

/// One operation.
#[derive(Debug)]
struct Row {
    id: String,
    method: String,
    summary: String,
    /// `allow`, `block` or nothing.
    verdict: &'static str,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    default: String,
    operation: Vec<String>,
    verdict: Vec<String>,
    address: Vec<String>,
    address_verdict: Vec<String>,
    act: String,
}

impl Typed {
    fn of(policy: &DataPolicy, connector: ApiConnectorId) -> Self {
        let rules = &policy.rules;
        let own = rules.operations.iter().find(|of| of.connector == connector);
        let operations = own.map(|of| of.rules.as_slice()).unwrap_or_default();
        let endpoints = rules.endpoints.iter().filter(|of| of.connector == Some(connector));
        let (address, address_verdict) = endpoints
            .flat_map(|of| &of.rules)
            .map(|rule| (rule.pattern.clone(), word(rule.verdict).to_owned()))
            .unzip();
        Self {
            default: word(own.map(|of| of.default).unwrap_or_default()).to_owned(),
            operation: operations.iter().map(|rule| rule.operation.clone()).collect(),
            verdict: operations.iter().map(|rule| word(rule.verdict).to_owned()).collect(),
            address,
            address_verdict,
            act: String::new(),
        }
    }

    fn verdict(&self, operation: &str) -> Option<Verdict> {
        let at = self.operation.iter().position(|known| known == operation)?;
        verdict_of(self.verdict.get(at)?)
    }

    /// The policy with these rules for the connector; everything else stays.
    fn policy(&self, policy: &DataPolicy, connector: ApiConnectorId) -> NewPolicy {
        let mut rules: Rules = policy.rules.clone();
        rules.operations.retain(|of| of.connector != connector);
        rules.endpoints.retain(|of| of.connector != Some(connector));
        let default = verdict_of(&self.default).unwrap_or_default();
        let rule = |(operation, verdict): (&String, &String)| {
            Some(OperationRule { operation: operation.clone(), verdict: verdict_of(verdict)? })
        };
        let own: Vec<_> = self.operation.iter().zip(&self.verdict).filter_map(rule).collect();
        if default == Verdict::Block || !own.is_empty() {
            rules.operations.push(OperationRules { connector, default, rules: own });
        }
        let addresses = address_rules(&self.address, &self.address_verdict);
        if !addresses.is_empty() {
            rules.endpoints.push(EndpointRules { connector: Some(connector), rules: addresses });
        }
        NewPolicy { name: policy.name.clone(), reach: policy.reach.clone(), rules }
    }
}

/// What the page stands on.
struct Known {
    policy: DataPolicy,
    connector: connectors::Connector,
    /// Identifier, method and summary.
    operations: Vec<(String, String, String)>,
}

impl Known {
    async fn read(
        app: &App,
        visit: &Visit,
        (policy, connector): (DataPolicyId, ApiConnectorId),
    ) -> Result<Self, Problem> {
        let hub = &app.api_connectors;
        let policy = hub.data_policy(&visit.scope, policy).await?;
        let connector = hub.connector(&visit.scope, connector).await?;
        let compiled = hub.compiled(&visit.scope, connector.id).await?;
        let operations = compiled.package().operations();
        let operations = operations
            .iter()
            .map(|operation| {
                let summary = operation.summary().unwrap_or_default().to_owned();
                (operation.id.to_string(), operation.method.word().to_owned(), summary)
            })
            .collect();
        Ok(Self { policy, connector, operations })
    }
}

pub(super) async fn page(
    State(app): State<App>,
    admin: Admin,
    Path(ids): Path<(DataPolicyId, ApiConnectorId)>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::DataPolicyManage)?;
    let known = Known::read(&app, &visit, ids).await?;
    let typed = Typed::of(&known.policy, known.connector.id);
    Ok(answer::page(&Page::of(&visit.frame, &known, (&typed, &[]))))
}

pub(super) async fn update(
    State(app): State<App>,
    admin: Admin,
    Path(ids): Path<(DataPolicyId, ApiConnectorId)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::DataPolicyManage)?;
    let known = Known::read(&app, &visit, ids).await?;
    let (hub, scope) = (&app.api_connectors, &visit.scope);
    let new = typed.policy(&known.policy, known.connector.id);
    let id = known.policy.id;
    let outcome = if typed.act == "try" {
        hub.try_data_policy(scope, new, Some(id)).await.map(Some)
    } else {
        hub.update_data_policy(scope, id, new).await.map(|_| None)
    };
    match outcome {
        Ok(None) => {
            let to = format!("/admin/data-policies/{id}#operations");
            Ok(answer::back_with(&visit.context, &to, "governance.policy-saved"))
        }
        Ok(Some(broken)) => {
            let environments = app.identity.environments(scope).await?;
            let mut page = Page::of(&visit.frame, &known, (&typed, &[]));
            page.tried = Some(Broke::all(&app, &visit, broken, &environments).await?);
            Ok(answer::page(&page))
        }
        Err(error) => {
            let errors = mistakes(&error, "/name").ok_or_else(|| Problem::of(&error))?;
            let page = Page::of(&visit.frame, &known, (&typed, &errors));
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

impl Page {
    fn of(frame: &Frame, known: &Known, (typed, errors): (&Typed, &[FieldError])) -> Self {
        let Known { policy, connector, operations } = known;
        let verdicts = [Verdict::Allow, Verdict::Block].map(|verdict| {
            let key = format!("governance.verdict-{}", word(verdict));
            (word(verdict), frame.say(&key))
        });
        let row = |(id, method, summary): &(String, String, String)| Row {
            id: id.clone(),
            method: method.clone(),
            summary: summary.clone(),
            verdict: typed.verdict(id).map(word).unwrap_or_default(),
        };
        // the rules of this connector are the last ones
        let place = typed.policy(policy, connector.id).rules.endpoints.len().saturating_sub(1);
        let lines = (typed.address.as_slice(), typed.address_verdict.as_slice());
        let addresses = address_lines(frame, lines, |at| {
            said(frame, errors, &format!("/rules/endpoints/{place}/rules/{at}/pattern"))
        });
        let many = ["/name", "/rules/operations", "/rules/endpoints", "/environments"];
        let back = format!("/admin/data-policies/{}", policy.id);
        Self {
            policy: policy.id,
            policy_name: policy.name.clone(),
            connector: connector.id,
            name: connector.name.clone(),
            default: Field::select("default", frame.say("governance.verdict-default"), verdicts)
                .value(if typed.default.is_empty() { "allow" } else { &typed.default })
                .hint(frame.say("governance.verdict-default-hint")),
            operations: operations.iter().map(row).collect(),
            addresses,
            problem: many.into_iter().find_map(|pointer| said(frame, errors, pointer)),
            tried: None,
            frame: at(frame.clone(), "data-policies", connector.name.clone()).back_to(back),
        }
    }

    fn back(&self) -> String {
        format!("/admin/data-policies/{}", self.policy)
    }

    fn path(&self) -> String {
        format!("/admin/data-policies/{}/connectors/{}", self.policy, self.connector)
    }
}

#[cfg(test)]
pub(super) fn sample(frame: &Frame, policy: DataPolicy, connector: connectors::Connector) -> Page {
    let operations = vec![
        ("GetItems".to_owned(), "GET".to_owned(), "Get items".to_owned()),
        ("DeleteItem".to_owned(), "DELETE".to_owned(), "Delete an <item>".to_owned()),
    ];
    let known = Known { policy, connector, operations };
    let typed = Typed::of(&known.policy, known.connector.id);
    let mut page = Page::of(frame, &known, (&typed, &[]));
    page.tried = Some(Vec::new());
    page
}
