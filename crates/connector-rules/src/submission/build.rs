//! Making the archive.

use openapi::Package;

use super::{ASSETS, Bundle, CUSTOMIZATIONS, SOLUTION, TYPES, xml::escape};

/// What an archive is made of.
#[derive(Debug, Clone, Copy)]
pub struct Material<'a> {
    /// The package, for its title and publisher.
    pub package: &'a Package<'a>,
    /// The API description, as it is.
    pub definition: &'a [u8],
    /// `apiProperties.json`, as it is.
    pub properties: &'a [u8],
    /// The icon.
    pub icon: Option<&'a [u8]>,
    /// The script.
    pub script: Option<&'a [u8]>,
    /// The readme, which is the introduction.
    pub readme: &'a [u8],
    /// A solution with a flow that shows the connector at work; a plain one is made unless given.
    pub flow: Option<&'a [u8]>,
}

/// The archive for submission; the same material gives the same bytes.
pub fn build(material: &Material<'_>, bundle: Bundle) -> Vec<u8> {
    let title = material.package.definition.title().unwrap_or("Connector");
    let name = unique_name(title);
    let publisher = material.package.properties.publisher().unwrap_or("Publisher");
    let about = About { title, name: &name, publisher };
    let connector = about.solution(material, bundle, None);
    let plain = match material.flow {
        Some(_) => Vec::new(),
        None => about.solution(material, bundle, Some(flow(material, &name).as_bytes())),
    };
    let flow = material.flow.unwrap_or(&plain);
    let package = bundle(&[
        (&format!("{ASSETS}/{name}Connector.zip"), connector.as_slice()),
        (&format!("{ASSETS}/{name}Flow.zip"), flow),
    ]);
    bundle(&[("intro.md", material.readme), ("package.zip", package.as_slice())])
}

/// What a connector is called.
struct About<'a> {
    title: &'a str,
    name: &'a str,
    publisher: &'a str,
}

impl About<'_> {
    /// A solution with the connector, and with a flow where there is one.
    fn solution(&self, material: &Material<'_>, bundle: Bundle, flow: Option<&[u8]>) -> Vec<u8> {
        let customizations = self.customizations(flow.is_some());
        let solution = self.manifest(flow.is_some());
        let prefix = format!("Connector/new_{}", self.name.to_lowercase());
        let definition = format!("{prefix}_openapidefinition.json");
        let properties = format!("{prefix}_properties.json");
        let icon = format!("{prefix}_iconblob.png");
        let script = format!("{prefix}_customcode.csx");
        let flow_name = format!("Workflows/{}.json", self.name);
        let mut files: Vec<(&str, &[u8])> = vec![
            (TYPES, CONTENT_TYPES.as_bytes()),
            (CUSTOMIZATIONS, customizations.as_bytes()),
            (SOLUTION, solution.as_bytes()),
            (&definition, material.definition),
            (&properties, material.properties),
        ];
        files.extend(material.icon.map(|bytes| (icon.as_str(), bytes)));
        files.extend(material.script.map(|bytes| (script.as_str(), bytes)));
        files.extend(flow.map(|bytes| (flow_name.as_str(), bytes)));
        bundle(&files)
    }

    fn customizations(&self, has_flow: bool) -> String {
        let (title, name) = (escape(self.title), self.name.to_lowercase());
        let workflows = if has_flow {
            format!(
                "  <Workflows>\n    <Workflow Name=\"{title}\">\n      \
                 <JsonFileName>/Workflows/{}.json</JsonFileName>\n    </Workflow>\n  </Workflows>\n",
                self.name
            )
        } else {
            "  <Workflows />\n".to_owned()
        };
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<ImportExportXml>\n  <Connector>\n    \
             <name>new_{name}</name>\n    <displayname>{title}</displayname>\n    \
             <openapidefinition>/Connector/new_{name}_openapidefinition.json</openapidefinition>\n  \
             </Connector>\n{workflows}</ImportExportXml>\n"
        )
    }

    fn manifest(&self, has_flow: bool) -> String {
        let (title, publisher) = (escape(self.title), escape(self.publisher));
        let kind = if has_flow { "Flow" } else { "Connector" };
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<ImportExportXml>\n  <SolutionManifest>\n    \
             <UniqueName>{}{kind}</UniqueName>\n    <LocalizedNames>\n      \
             <LocalizedName description=\"{title}\" languagecode=\"1033\" />\n    </LocalizedNames>\n    \
             <Version>1.0.0.0</Version>\n    <Managed>0</Managed>\n    <Publisher>\n      \
             <UniqueName>{publisher}</UniqueName>\n    </Publisher>\n  </SolutionManifest>\n\
             </ImportExportXml>\n",
            self.name
        )
    }
}

/// A flow that a button starts and that calls the first operation that is no trigger.
fn flow(material: &Material<'_>, name: &str) -> String {
    let operations = material.package.operations();
    let first = operations.iter().find(|it| it.trigger().is_none());
    let id = first.map_or("", |it| it.id.as_ref()).replace(['"', '\\'], "");
    format!(
        r#"{{"properties": {{"definition": {{"$schema": "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#", "contentVersion": "1.0.0.0", "triggers": {{"manual": {{"type": "Request", "kind": "Button", "inputs": {{"schema": {{"type": "object", "properties": {{}}}}}}}}}}, "actions": {{"Call": {{"type": "OpenApiConnection", "inputs": {{"host": {{"connectionName": "new_{}", "operationId": "{id}"}}, "parameters": {{}}}}, "runAfter": {{}}}}}}}}}}, "schemaVersion": "1.0.0.0"}}
"#,
        name.to_lowercase()
    )
}

/// Letters and digits of a title; a name has at least one.
fn unique_name(title: &str) -> String {
    let name: String = title.chars().filter(char::is_ascii_alphanumeric).take(40).collect();
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        name
    } else {
        format!("Connector{name}")
    }
}

const CONTENT_TYPES: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
    <Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
    <Default Extension=\"xml\" ContentType=\"application/octet-stream\" />\
    <Default Extension=\"json\" ContentType=\"application/octet-stream\" />\
    <Default Extension=\"png\" ContentType=\"application/octet-stream\" />\
    <Default Extension=\"csx\" ContentType=\"application/octet-stream\" />\
    </Types>\n";
