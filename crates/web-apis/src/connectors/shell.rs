//! What stands above every page of one connector: picture, name, marks, tabs.

use connectors::Connector;
use edge::Problem;
use kernel::{ApiConnectorId, FieldError, Permission};
use web_frame::{App, Frame, Html, Visit};

use super::{at, path_of, picture, say};

/// The head of a connector's pages; templates write it with `head` of `connectors/parts.html`.
#[derive(Debug)]
pub(crate) struct Shell {
    /// The connector.
    pub(crate) connector: Connector,
    /// The name of its environment.
    pub(crate) environment: String,
    /// Its address.
    pub(crate) path: String,
    tabs: Vec<Tab>,
    /// What data policies refuse of it, for makers: the words, and the operation.
    barred: Vec<(String, String)>,
}

/// One tab.
#[derive(Debug)]
pub(crate) struct Tab {
    pub(crate) href: String,
    pub(crate) name: String,
    pub(crate) is_here: bool,
}

impl Shell {
    /// The head of a connector, with the tab `here`: `overview`, `test`, `connections`, `definition`,
    /// `certification`, `versions`, `usage`, `settings`; only makers see all of them.
    pub(crate) async fn of(
        app: &App,
        visit: &Visit,
        id: ApiConnectorId,
        here: &str,
    ) -> Result<Self, Problem> {
        let connector = app.api_connectors.connector(&visit.scope, id).await?;
        let environment = app.identity.environment(&visit.scope, connector.environment).await?;
        let mut shell = Self::new(&visit.frame, connector, environment.name, here);
        if visit.scope.may(Permission::ConnectorManage) {
            let barred = app.api_connectors.policy_warnings(&visit.scope, id).await?;
            shell.barred = barred.iter().map(|field| bar(&visit.frame, field)).collect();
        }
        Ok(shell)
    }

    pub(crate) fn new(
        frame: &Frame,
        connector: Connector,
        environment: String,
        here: &str,
    ) -> Self {
        let path = path_of(connector.id);
        let maker = frame.may(Permission::ConnectorManage);
        let tabs = TABS.iter().filter(|(_, _, makers)| maker || !makers).map(|(key, end, _)| Tab {
            href: match *end {
                "?" => format!("/connections?connector={}", connector.id),
                end => format!("{path}{end}"),
            },
            name: say(frame, &format!("tab-{key}")),
            is_here: *key == here,
        });
        Self { environment, tabs: tabs.collect(), path, connector, barred: Vec::new() }
    }

    /// The frame around a page of this connector.
    pub(crate) fn frame(&self, frame: Frame) -> Frame {
        at(frame, self.connector.name.clone()).back_to("/apis")
    }

    pub(crate) fn tabs(&self) -> &[Tab] {
        &self.tabs
    }

    /// What data policies refuse, a few of it.
    pub(crate) fn barred(&self) -> &[(String, String)] {
        self.barred.get(..MOST_BARRED).unwrap_or(&self.barred)
    }

    /// How many more operations they refuse.
    pub(crate) fn barred_more(&self) -> usize {
        self.barred.len().saturating_sub(MOST_BARRED)
    }

    pub(crate) fn picture(&self) -> Html {
        picture(&self.connector)
    }

    /// Host and version in one line.
    pub(crate) fn line(&self, frame: &Frame) -> String {
        let version = frame.say1("web-apis.version", "number", self.connector.version.number);
        let host = &self.connector.version.host;
        let host = if host.is_empty() { String::new() } else { format!("{host} · ") };
        format!("{host}{version} · {}", self.environment)
    }

    /// Word and class of each mark.
    pub(crate) fn marks(&self, frame: &Frame) -> Vec<(String, &'static str)> {
        marks(frame, &self.connector)
    }
}

fn bar(frame: &Frame, field: &FieldError) -> (String, String) {
    let operation = field.pointer.strip_prefix("/operations/").unwrap_or_default();
    (frame.t.rule(field.code, field.limit), operation.to_owned())
}

/// What is said about a connector beside its name: word and class.
pub(crate) fn marks(frame: &Frame, connector: &Connector) -> Vec<(String, &'static str)> {
    let mut marks = Vec::new();
    match connector.certified {
        Some(number) if number == connector.version.number => {
            marks.push((say(frame, "certified"), "good"));
        }
        Some(number) => {
            marks.push((frame.say1("web-apis.certified-version", "number", number), "good"));
        }
        None => marks.push((say(frame, "custom"), "")),
    }
    if connector.preview {
        marks.push((say(frame, "preview"), "warning"));
    }
    if connector.version.scripted {
        marks.push((say(frame, "scripted"), "warning"));
    }
    marks
}

/// Operations that the head names; our own choice.
const MOST_BARRED: usize = 5;
/// Key, end of the address, whether it is for makers only.
const TABS: [(&str, &str, bool); 8] = [
    ("overview", "", false),
    ("test", "/test", true),
    ("connections", "?", false),
    ("definition", "/definition", true),
    ("certification", "/certification", true),
    ("versions", "/versions", true),
    ("usage", "/usage", true),
    ("settings", "/settings", true),
];
