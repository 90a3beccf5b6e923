//! What to write into the settings of tools.

use web_frame::Frame;

use super::Address;

/// How one tool is set up.
#[derive(Debug)]
pub(super) struct Tool {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    /// What to do, in order.
    pub(super) steps: Vec<String>,
    /// What to paste.
    pub(super) blocks: Vec<String>,
    /// What is worth knowing.
    pub(super) note: Option<String>,
}

/// The tools, those that most organisations have first.
pub(super) fn all(frame: &Frame, address: &Address) -> Vec<Tool> {
    let url = &address.connector;
    let tool = |id: &'static str, name, steps: usize, blocks: Vec<String>| {
        let say = |part: String| frame.say(&format!("guide.{id}-{part}"));
        let note = NOTED.contains(&id).then(|| say("note".to_owned()));
        Tool { id, name, steps: (1..=steps).map(|n| say(n.to_string())).collect(), blocks, note }
    };
    vec![
        tool("grafana", "Grafana", 3, vec![
            url.clone(),
            format!(
                "apiVersion: 1\ncontactPoints:\n  - orgId: 1\n    name: Liaison\n    receivers:\n      \
                 - uid: liaison\n        type: teams\n        settings:\n          url: '{url}'"
            ),
        ]),
        tool("alertmanager", "Alertmanager", 2, vec![
            format!(
                "receivers:\n  - name: liaison\n    msteams_configs:\n      - send_resolved: true\n        \
                 webhook_url: '{url}'"
            ),
            format!(
                "receivers:\n  - name: liaison\n    msteamsv2_configs:\n      - send_resolved: true\n        \
                 webhook_url: '{}'",
                address.workflow
            ),
        ]),
        tool("jenkins", "Jenkins", 3, vec![format!(
            "pipeline {{\n  agent any\n  stages {{ stage('Build') {{ steps {{ sh 'make' }} }} }}\n  post {{\n    always {{\n      \
             office365ConnectorSend webhookUrl: '{url}',\n        message: \"${{env.JOB_NAME}} ${{env.BUILD_DISPLAY_NAME}}\",\n        \
             status: currentBuild.currentResult\n    }}\n  }}\n}}"
        )]),
        tool("gitlab", "GitLab", 3, vec![
            url.clone(),
            format!(
                "curl --request PUT --header \"PRIVATE-TOKEN: $TOKEN\" \\\n  \
                 --data-urlencode 'webhook={url}' \\\n  \
                 'https://gitlab.example.org/api/v4/projects/42/integrations/microsoft-teams'"
            ),
        ]),
        tool("azure", "Azure DevOps", 3, vec![
            url.clone(),
            "steps:\n  - task: Bash@3\n    displayName: Tell the channel\n    condition: always()\n    env:\n      \
             LIAISON_URL: $(liaisonUrl)\n    inputs:\n      targetType: inline\n      script: |\n        \
             curl -fsS -H 'Content-Type: application/json' \"$LIAISON_URL\" -d @- <<'CARD'\n        \
             {\"title\": \"$(Build.DefinitionName): $(Agent.JobStatus)\",\n         \
             \"text\": \"[$(Build.BuildNumber)]($(System.CollectionUri)$(System.TeamProject)/_build/results?buildId=$(Build.BuildId))\"}\n        \
             CARD"
                .to_owned(),
        ]),
        tool("script", "curl, PowerShell", 1, vec![
            format!("curl -fsS -H 'Content-Type: application/json' -d '{{\"text\": \"Hello\"}}' '{url}'"),
            format!(
                "Invoke-RestMethod -Method Post -ContentType 'application/json' -Body '{{\"text\": \"Hello\"}}' -Uri '{url}'"
            ),
        ]),
    ]
}

/// Tools with something more to know.
const NOTED: &[&str] = &["alertmanager", "jenkins", "azure"];
