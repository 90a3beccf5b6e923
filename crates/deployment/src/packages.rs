//! The packages to roll out: the add-in of Outlook as XML and as unified JSON, and the app of Teams, all for the hub's own
//! address. Every one holds what its published schema wants and what stores want beyond it.

mod teams;

use std::fmt::Write as _;

use i18n::Texts;
use kernel::{Scope, TenantId};
use serde_json::{Value as Json, json};
use teams_app::TeamsApp;
use url::Url;
use uuid::Uuid;

use crate::{
    Deployment, Error, Result,
    service::{JOB, derived, may_look},
};

/// A package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Package {
    /// The add-in of Outlook, as an XML manifest (add-in only).
    OutlookXml,
    /// The add-in of Outlook, as a package with a unified manifest.
    OutlookJson,
    /// The app of Teams, as a package.
    Teams,
}

impl Package {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::OutlookXml, Self::OutlookJson, Self::Teams];

    /// As addresses name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OutlookXml => "outlook",
            Self::OutlookJson => "outlook-unified",
            Self::Teams => "teams",
        }
    }

    /// The package of a word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|package| package.as_str() == text)
    }

    /// The name of its file.
    pub const fn file(self) -> &'static str {
        match self {
            Self::OutlookXml => "liaison-outlook.xml",
            Self::OutlookJson => "liaison-outlook.zip",
            Self::Teams => "liaison-teams.zip",
        }
    }

    /// What it is on the wire.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::OutlookXml => "application/xml; charset=utf-8",
            Self::OutlookJson | Self::Teams => "application/zip",
        }
    }
}

/// The colour of the icons: that of the pages.
pub const ACCENT: [u8; 3] = [0x0f, 0x6c, 0xbd];
/// Sides of the icons that manifests name.
pub const ICON_SIDES: [u32; 5] = [16, 32, 64, 80, 128];
/// The version of what is rolled out: three numbers, which go up when manifests change.
pub const VERSION: &str = "1.2.0";
/// The version of the unified manifest: add-ins of Outlook need 1.17 or newer.
const MANIFEST: &str = "1.17";

/// The icon of an add-in; nothing for sides that no manifest names.
pub fn icon(side: u32) -> Option<Vec<u8>> {
    ICON_SIDES.contains(&side).then(|| app_packages::plain_icon(side, ACCENT))
}

impl Deployment {
    /// The app inside Teams.
    pub fn teams(&self) -> &TeamsApp {
        &self.0.teams
    }

    /// A package for the hub's own address.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`]; [`Error::Invalid`] when the hub's address is none that the hosts take: `https` with a name.
    pub async fn package(&self, scope: &Scope, package: Package) -> Result<Vec<u8>> {
        may_look(scope)?;
        let place = Place::of(&self.0.public_url, scope.tenant())?;
        match package {
            Package::OutlookXml => Ok(outlook_xml(&place).into_bytes()),
            Package::OutlookJson => bundle(&outlook_json(&place)),
            Package::Teams => {
                let root = self.0.scopes.scope(scope.tenant(), JOB);
                let bot = self.0.teams.bot(&root).await?;
                let bot = match bot {
                    Some(bot) => Some(teams::Behind {
                        application: bot.application,
                        hosts: self.linked_hosts(&root).await?,
                        speaks: bot.secret.is_some(),
                    }),
                    None => None,
                };
                bundle(&teams::manifest(&place, bot.as_ref()))
            }
        }
    }

    /// The hosts of CRMs whose addresses unfold in messages.
    async fn linked_hosts(&self, root: &Scope) -> Result<Vec<String>> {
        let all = self.0.crm.systems(root).await?;
        let hosts = all.iter().filter(|one| one.enabled).filter_map(|one| one.address.as_ref());
        let mut hosts: Vec<String> =
            hosts.filter_map(|url| url.host_str().map(str::to_owned)).collect();
        kernel::sort(&mut hosts);
        hosts.dedup();
        Ok(hosts)
    }
}

/// Where the hub is, as manifests write it.
struct Place {
    /// Without a slash at its end.
    base: String,
    host: String,
    outlook: Uuid,
    teams: Uuid,
}

impl Place {
    fn of(url: &Url, tenant: TenantId) -> Result<Self> {
        let refused = || {
            let detail = "packages need an address with https and a name, and nothing behind it; set public_url";
            Error::invalid("/public_url", "deployment.address", detail)
        };
        // hosts take no numbers, and pages begin at the root
        let host = url.domain().filter(|_| url.scheme() == "https").ok_or_else(refused)?;
        if url.path() != "/" || url.query().is_some() || !url.username().is_empty() {
            return Err(refused());
        }
        let host = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        Ok(Self {
            base: format!("https://{host}"),
            host,
            outlook: derived("outlook", tenant),
            teams: derived("teams", tenant),
        })
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }
}

fn bundle(manifest: &Json) -> Result<Vec<u8>> {
    let (color, outline) = app_packages::plain_icons(ACCENT);
    let french = pretty(&french(manifest));
    let files: [(&str, &[u8]); 3] =
        [("color.png", &color), ("outline.png", &outline), ("fr.json", french.as_bytes())];
    app_packages::write(manifest, &files).map_err(|findings| {
        let detail = findings.first().map(|one| one.detail.clone()).unwrap_or_default();
        Error::invalid("/manifest", "deployment.address", detail)
    })
}

fn pretty(document: &Json) -> String {
    serde_json::to_string_pretty(document).unwrap_or_default()
}

/// A text of manifests, in a language.
fn say(language: &str, name: &str) -> String {
    Texts::global().text(language, &format!("deployment.package-{name}"), &[])
}

/// What every unified manifest has.
fn common(place: &Place, id: Uuid, name: &str) -> Json {
    json!({
        "$schema": format!(
            "https://developer.microsoft.com/en-us/json-schemas/teams/v{MANIFEST}/MicrosoftTeams.schema.json"
        ),
        "manifestVersion": MANIFEST,
        "version": VERSION,
        "id": id.to_string(),
        "developer": {
            "name": "Liaison",
            "websiteUrl": place.at("/"),
            "privacyUrl": place.at("/help/privacy"),
            "termsOfUseUrl": place.at("/help/terms"),
        },
        "name": { "short": "Liaison", "full": say("en", name) },
        "description": { "short": say("en", "short"), "full": say("en", "full") },
        "icons": { "color": "color.png", "outline": "outline.png" },
        "accentColor": format!("#{:02X}{:02X}{:02X}", ACCENT[0], ACCENT[1], ACCENT[2]),
        "localizationInfo": {
            "defaultLanguageTag": "en",
            "additionalLanguages": [{ "languageTag": "fr", "file": "fr.json" }],
        },
        "validDomains": [place.host],
    })
}

/// The French texts of a unified manifest (localization schema).
fn french(manifest: &Json) -> Json {
    let outlook = manifest.get("extensions").is_some();
    let mut texts = json!({
        "$schema": format!(
            "https://developer.microsoft.com/en-us/json-schemas/teams/v{MANIFEST}/MicrosoftTeams.Localization.schema.json"
        ),
        "name.short": "Liaison",
        "name.full": say("fr", if outlook { "outlook" } else { "teams" }),
        "description.short": say("fr", "short"),
        "description.full": say("fr", "full"),
    });
    if let (false, Some(texts)) = (outlook, texts.as_object_mut()) {
        teams::french(texts, manifest);
    }
    texts
}

fn outlook_json(place: &Place) -> Json {
    let mut manifest = common(place, place.outlook, "outlook");
    let icons = |sides: [u32; 3]| {
        let one = |side: u32| json!({ "size": side, "url": place.at(&format!("/outlook/icons/{side}.png")) });
        sides.map(one).to_vec()
    };
    let pane = |id: &str| {
        json!({
            "id": id, "label": say("en", "open"), "icons": icons([16, 32, 80]), "type": "button",
            "supertip": { "title": say("en", "open"), "description": say("en", "short") },
            "actionId": "showPane",
        })
    };
    let tab = |id: &str| {
        json!({
            "builtInTabId": "TabDefault",
            "groups": [{ "id": format!("{id}Group"), "label": "Liaison", "icons": icons([16, 32, 80]),
                "controls": [pane(&format!("{id}Button"))] }],
        })
    };
    let ribbon = |context: &[&str], id: &str| json!({ "contexts": context, "tabs": [tab(id)] });
    if let Some(members) = manifest.as_object_mut() {
        members.insert(
            "authorization".to_owned(),
            json!({ "permissions": { "resourceSpecific": [
                { "name": "MailboxItem.ReadWrite.User", "type": "Delegated" },
            ] } }),
        );
        members.insert(
            "extensions".to_owned(),
            json!([{
                "requirements": {
                    "scopes": ["mail"],
                    "capabilities": [{ "name": "Mailbox", "minVersion": "1.5" }],
                },
                "runtimes": [{
                    "id": "PaneRuntime", "type": "general",
                    "code": { "page": place.at("/outlook/pane") }, "lifetime": "short",
                    "requirements": { "capabilities": [{ "name": "Mailbox", "minVersion": "1.5" }] },
                    "actions": [{
                        "id": "showPane", "type": "openPage", "view": "pane", "pinnable": true,
                    }],
                }],
                "ribbons": [
                    ribbon(&["mailRead"], "read"),
                    ribbon(&["mailCompose"], "compose"),
                    ribbon(&["meetingDetailsAttendee"], "attendee"),
                    ribbon(&["meetingDetailsOrganizer"], "organizer"),
                ],
            }]),
        );
    }
    manifest
}

/// XML 1.0 §2.4: what texts and attributes may not hold.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

/// A text in both languages.
fn both(element: &str, name: &str) -> String {
    format!(
        "<{element} DefaultValue=\"{}\"><Override Locale=\"fr-FR\" Value=\"{}\"/></{element}>",
        escaped(&say("en", name)),
        escaped(&say("fr", name))
    )
}

/// The order of elements is that of the schema; another one is an error to it.
fn outlook_xml(place: &Place) -> String {
    let at = |path: &str| escaped(&place.at(path));
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let pane = at("/outlook/pane");
    let settings = |tag: &str| {
        format!(
            "<{tag}><SourceLocation DefaultValue=\"{pane}\"/><RequestedHeight>450</RequestedHeight></{tag}>"
        )
    };
    let compose = |tag: &str| format!("<{tag}><SourceLocation DefaultValue=\"{pane}\"/></{tag}>");
    // writing to a text does not fail
    let _ = write!(
        out,
        "<OfficeApp xmlns=\"http://schemas.microsoft.com/office/appforoffice/1.1\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xmlns:bt=\"http://schemas.microsoft.com/office/officeappbasictypes/1.0\" \
         xmlns:mailappor=\"http://schemas.microsoft.com/office/mailappversionoverrides/1.0\" \
         xsi:type=\"MailApp\">\n\
         <Id>{id}</Id>\n<Version>{VERSION}.0</Version>\n<ProviderName>Liaison</ProviderName>\n\
         <DefaultLocale>en-US</DefaultLocale>\n<DisplayName DefaultValue=\"Liaison\"/>\n{description}\n\
         <IconUrl DefaultValue=\"{icon64}\"/>\n<HighResolutionIconUrl DefaultValue=\"{icon128}\"/>\n\
         <SupportUrl DefaultValue=\"{support}\"/>\n\
         <AppDomains><AppDomain>{origin}</AppDomain></AppDomains>\n\
         <Hosts><Host Name=\"Mailbox\"/></Hosts>\n\
         <Requirements><Sets><Set Name=\"Mailbox\" MinVersion=\"1.3\"/></Sets></Requirements>\n\
         <FormSettings>\
         <Form xsi:type=\"ItemRead\">{read}</Form>\
         <Form xsi:type=\"ItemEdit\">{edit}</Form></FormSettings>\n\
         <Permissions>ReadWriteItem</Permissions>\n\
         <Rule xsi:type=\"RuleCollection\" Mode=\"Or\">\
         <Rule xsi:type=\"ItemIs\" ItemType=\"Message\" FormType=\"ReadOrEdit\"/>\
         <Rule xsi:type=\"ItemIs\" ItemType=\"Appointment\" FormType=\"ReadOrEdit\"/></Rule>\n\
         <DisableEntityHighlighting>false</DisableEntityHighlighting>\n",
        id = place.outlook,
        description = both("Description", "short"),
        icon64 = at("/outlook/icons/64.png"),
        icon128 = at("/outlook/icons/128.png"),
        support = at("/admin/deployment/troubleshooting"),
        origin = escaped(&format!("https://{}", place.host)),
        read = settings("DesktopSettings"),
        edit = compose("DesktopSettings"),
    );
    out.push_str(&overrides(
        "VersionOverridesV1_0",
        "1.0",
        place,
        &overrides("VersionOverridesV1_1", "1.1", place, ""),
    ));
    out.push_str("</OfficeApp>\n");
    out
}

/// The commands in the ribbon. Those of 1.1 stand inside those of 1.0, for clients that know them.
fn overrides(kind: &str, version: &str, place: &Place, inside: &str) -> String {
    let at = |path: &str| escaped(&place.at(path));
    let icons = "<bt:Image size=\"16\" resid=\"icon16\"/><bt:Image size=\"32\" resid=\"icon32\"/>\
                 <bt:Image size=\"80\" resid=\"icon80\"/>";
    let point = |point: &str, id: &str| {
        format!(
            "<ExtensionPoint xsi:type=\"{point}\"><OfficeTab id=\"TabDefault\">\
             <Group id=\"{id}Group\"><Label resid=\"groupLabel\"/>\
             <Control xsi:type=\"Button\" id=\"{id}Button\"><Label resid=\"openLabel\"/>\
             <Supertip><Title resid=\"openLabel\"/><Description resid=\"openTip\"/></Supertip>\
             <Icon>{icons}</Icon>\
             <Action xsi:type=\"ShowTaskpane\"><SourceLocation resid=\"pane\"/></Action>\
             </Control></Group></OfficeTab></ExtensionPoint>"
        )
    };
    let points = [
        ("MessageReadCommandSurface", "read"),
        ("MessageComposeCommandSurface", "compose"),
        ("AppointmentOrganizerCommandSurface", "organizer"),
        ("AppointmentAttendeeCommandSurface", "attendee"),
    ]
    .map(|(name, id)| point(name, id))
    .concat();
    let image = |side: u32| {
        let url = at(&format!("/outlook/icons/{side}.png"));
        format!("<bt:Image id=\"icon{side}\" DefaultValue=\"{url}\"/>")
    };
    let text = |element: &str, id: &str, name: &str| {
        format!(
            "<bt:{element} id=\"{id}\" DefaultValue=\"{}\"><bt:Override Locale=\"fr-FR\" Value=\"{}\"/></bt:{element}>",
            escaped(&say("en", name)),
            escaped(&say("fr", name))
        )
    };
    let (namespace, sets) = match version {
        "1.1" => ("http://schemas.microsoft.com/office/mailappversionoverrides/1.1", "1.5"),
        _ => ("http://schemas.microsoft.com/office/mailappversionoverrides", "1.3"),
    };
    format!(
        "<VersionOverrides xmlns=\"{namespace}\" xsi:type=\"{kind}\">\n\
         <Requirements><bt:Sets DefaultMinVersion=\"{sets}\"><bt:Set Name=\"Mailbox\"/></bt:Sets></Requirements>\n\
         <Hosts><Host xsi:type=\"MailHost\"><DesktopFormFactor>\
         <FunctionFile resid=\"pane\"/>{points}</DesktopFormFactor></Host></Hosts>\n\
         <Resources><bt:Images>{images}</bt:Images>\
         <bt:Urls><bt:Url id=\"pane\" DefaultValue=\"{pane}\"/></bt:Urls>\
         <bt:ShortStrings><bt:String id=\"groupLabel\" DefaultValue=\"Liaison\"/>{open}</bt:ShortStrings>\
         <bt:LongStrings>{tip}</bt:LongStrings></Resources>\n{inside}</VersionOverrides>\n",
        images = [16, 32, 80].map(image).concat(),
        pane = at("/outlook/pane"),
        open = text("String", "openLabel", "open"),
        tip = text("String", "openTip", "short"),
    )
}
