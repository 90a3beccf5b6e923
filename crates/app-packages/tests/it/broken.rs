//! One broken package a rule, and its code; the right one beside them.

use app_packages::{
    Finding, Level, Package, Rule, Severity, check, check_manifest, is_accepted, read,
};
use serde_json::{Value, json};

use crate::sample::{self, Files, ID, png};

struct Case {
    name: &'static str,
    /// The rule, and where the finding stands.
    told: (&'static str, &'static str),
    /// Whether a team may upload it all the same.
    loads: bool,
    breaks: fn(&mut Value, &mut Files),
}

fn case(
    name: &'static str,
    told: (&'static str, &'static str),
    breaks: fn(&mut Value, &mut Files),
) -> Case {
    Case { name, told, loads: false, breaks }
}

/// Taken by a team with a warning, refused by the catalogue.
fn mild(
    name: &'static str,
    told: (&'static str, &'static str),
    breaks: fn(&mut Value, &mut Files),
) -> Case {
    Case { loads: true, ..case(name, told, breaks) }
}

fn replace(files: &mut Files, name: &str, bytes: Vec<u8>) {
    files.retain(|(own, _)| own != name);
    files.push((name.to_owned(), bytes));
}

fn cases() -> Vec<Case> {
    vec![
        // Structure, which no level takes.
        case("a member is missing", ("member.required", "manifest.json"), |m, _| {
            m.as_object_mut().unwrap().remove("accentColor");
        }),
        case("a nested member is missing", ("member.required", "/developer"), |m, _| {
            m["developer"].as_object_mut().unwrap().remove("privacyUrl");
        }),
        case("an unknown member inside", ("member.unknown", "/connectors/0/colour"), |m, _| {
            m["connectors"][0]["colour"] = json!("red");
        }),
        mild("an unknown member at the root", ("member.unknown", "/needsIdentity"), |m, _| {
            m["needsIdentity"] = json!("true");
        }),
        case("an id that is no GUID", ("value.pattern", "/id"), |m, _| m["id"] = json!("tasks")),
        case("a colour by name", ("value.pattern", "/accentColor"), |m, _| {
            m["accentColor"] = json!("blue");
        }),
        case("a name that is too long", ("value.too_long", "/name/short"), |m, _| {
            m["name"]["short"] = json!("x".repeat(31));
        }),
        case("a number for a text", ("value.type", "/version"), |m, _| m["version"] = json!(1)),
        case("two connectors", ("items.too_many", "/connectors"), |m, _| {
            let mut other = m["connectors"][0].clone();
            other["connectorId"] = json!("other");
            m["connectors"].as_array_mut().unwrap().push(other);
        }),
        case("no scope", ("items.too_many", "/connectors/0/scopes"), |m, _| {
            m["connectors"][0]["scopes"] = json!(["team", "team"]);
        }),
        case("another scope", ("value.not_allowed", "/connectors/0/scopes/0"), |m, _| {
            m["connectors"][0]["scopes"] = json!(["personal"]);
        }),
        case("an unknown permission", ("value.not_allowed", "/permissions/0"), |m, _| {
            m["permissions"] = json!(["everything"]);
        }),
        case("the same tab twice", ("items.repeated", "/staticTabs"), |m, _| {
            m["staticTabs"][1] = m["staticTabs"][0].clone();
        }),
        case(
            "an unknown version of the form",
            ("manifest_version.unknown", "/manifestVersion"),
            |m, _| {
                m["manifestVersion"] = json!("1.18");
            },
        ),
        case(
            "two versions of the form",
            ("manifest_version.mismatch", "/manifestVersion"),
            |m, _| {
                m["manifestVersion"] = json!("1.4");
            },
        ),
        case("another address of a schema", ("schema.unknown", "/$schema"), |m, _| {
            m["$schema"] = json!("https://contoso.example/schema.json");
            m["manifestVersion"] = json!("1.18");
        }),
        mild("no schema", ("schema.missing", "manifest.json"), |m, _| {
            m.as_object_mut().unwrap().remove("$schema");
        }),
        mild("a preview", ("manifest_version.preview", "/manifestVersion"), |m, _| {
            m["$schema"] = json!(app_packages::schema_address("devPreview"));
            m["manifestVersion"] = json!("devPreview");
        }),
        // What the schema lets pass.
        mild("a version of two parts", ("version.form", "/version"), |m, _| {
            m["version"] = json!("1.0");
        }),
        mild("a version of four parts", ("version.form", "/version"), |m, _| {
            m["version"] = json!("1.0.0.0");
        }),
        mild("a version with a word", ("version.form", "/version"), |m, _| {
            m["version"] = json!("1.0.0-beta");
        }),
        mild("a version with a zero in front", ("version.form", "/version"), |m, _| {
            m["version"] = json!("1.02.0");
        }),
        mild("a developer without TLS", ("address.not_https", "/developer/websiteUrl"), |m, _| {
            m["developer"]["websiteUrl"] = json!("http://contoso.example");
        }),
        mild("a tab without TLS", ("address.not_https", "/staticTabs/0/contentUrl"), |m, _| {
            m["staticTabs"][0]["contentUrl"] = json!("http://tasks.contoso.example/");
        }),
        mild(
            "a connector without TLS",
            ("address.not_https", "/connectors/0/configurationUrl"),
            |m, _| {
                m["connectors"][0]["configurationUrl"] = json!("http://tasks.contoso.example/c");
            },
        ),
        mild("an address without host", ("address.invalid", "/developer/privacyUrl"), |m, _| {
            m["developer"]["privacyUrl"] = json!("https://:80");
        }),
        mild("a domain with a scheme", ("domain.scheme", "/validDomains/1"), |m, _| {
            m["validDomains"][1] = json!("https://*.apps.contoso.example");
        }),
        mild("a domain with a path", ("domain.path", "/validDomains/0"), |m, _| {
            m["validDomains"][0] = json!("tasks.contoso.example/configure");
        }),
        mild("a domain with a port", ("domain.port", "/validDomains/0"), |m, _| {
            m["validDomains"][0] = json!("tasks.contoso.example:443");
        }),
        mild("every domain", ("domain.wildcard", "/validDomains/2"), |m, _| {
            m["validDomains"].as_array_mut().unwrap().push(json!("*"));
        }),
        mild("a wildcard inside", ("domain.wildcard", "/validDomains/2"), |m, _| {
            m["validDomains"].as_array_mut().unwrap().push(json!("a.*.contoso.example"));
        }),
        mild("a shared host", ("domain.shared", "/validDomains/2"), |m, _| {
            m["validDomains"].as_array_mut().unwrap().push(json!("*.azurewebsites.net"));
        }),
        mild("a machine", ("domain.invalid", "/validDomains/2"), |m, _| {
            m["validDomains"].as_array_mut().unwrap().push(json!("localhost"));
        }),
        mild(
            "a connector elsewhere",
            ("domain.not_listed", "/connectors/0/configurationUrl"),
            |m, _| {
                m["connectors"][0]["configurationUrl"] = json!("https://elsewhere.example/c");
            },
        ),
        mild(
            "a tab two labels below",
            ("domain.not_listed", "/staticTabs/1/contentUrl"),
            |m, _| {
                m["staticTabs"][1]["contentUrl"] = json!("https://a.b.apps.contoso.example/");
            },
        ),
        mild(
            "a connector without a page",
            ("connector.no_configuration_url", "/connectors/0"),
            |m, _| {
                m["connectors"][0].as_object_mut().unwrap().remove("configurationUrl");
            },
        ),
        mild(
            "a resource of another form",
            ("resource.form", "/webApplicationInfo/resource"),
            |m, _| {
                m["webApplicationInfo"]["resource"] = json!("https://tasks.contoso.example");
            },
        ),
        mild("two tabs of one name", ("id.repeated", "/staticTabs/1/entityId"), |m, _| {
            m["staticTabs"][1]["entityId"] = json!("home");
        }),
        mild(
            "two commands of one name",
            ("id.repeated", "/composeExtensions/0/commands/1/id"),
            |m, _| {
                m["composeExtensions"][0]["commands"][1]["id"] = json!("FIND");
            },
        ),
        // Icons.
        case("an icon is an address", ("icon.address", "/icons/color"), |m, _| {
            m["icons"]["color"] = json!("https://contoso.example/color.png");
        }),
        case("an icon is missing", ("icon.missing", "/icons/outline"), |_, f| {
            f.retain(|(name, _)| name != "outline.png");
        }),
        case("a JPEG with the name of a PNG", ("icon.not_png", "color.png"), |_, f| {
            replace(f, "color.png", b"\xff\xd8\xff\xe0\0\x10JFIF\0".to_vec());
        }),
        case("a script with the name of a PNG", ("icon.not_png", "outline.png"), |_, f| {
            replace(
                f,
                "outline.png",
                b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec(),
            );
        }),
        case("a PNG that is cut", ("icon.not_png", "color.png"), |_, f| {
            let mut cut = png(192, 192, [1, 2, 3, 255]);
            cut.truncate(cut.len() / 2);
            replace(f, "color.png", cut);
        }),
        case("a colour icon of another size", ("icon.size", "color.png"), |_, f| {
            replace(f, "color.png", png(96, 96, [1, 2, 3, 255]));
        }),
        case("an outline icon of another size", ("icon.size", "outline.png"), |_, f| {
            replace(f, "outline.png", png(32, 20, [255, 255, 255, 128]));
        }),
        mild("a blue outline", ("icon.colours", "outline.png"), |_, f| {
            replace(
                f,
                "outline.png",
                sample::picture(32, 32, |x, _| [0, 0, 255, if x < 9 { 255 } else { 0 }]),
            );
        }),
        mild("an outline without transparency", ("icon.colours", "outline.png"), |_, f| {
            replace(f, "outline.png", png(32, 32, [255; 4]));
        }),
        mild("an empty outline", ("icon.colours", "outline.png"), |_, f| {
            replace(f, "outline.png", png(32, 32, [0; 4]));
        }),
        mild("bytes behind an icon", ("icon.trailing", "color.png"), |_, f| {
            let mut more = png(192, 192, [1, 2, 3, 255]);
            more.extend(b"PK\x03\x04 something else");
            replace(f, "color.png", more);
        }),
        // Both names one file: also of a wrong size, so no team takes it.
        case("one icon for both", ("icon.same_file", "/icons/outline"), |m, f| {
            m["icons"]["outline"] = json!("./color.png");
            f.retain(|(name, _)| name != "outline.png");
        }),
        // Files.
        case(
            "a language file is missing",
            ("language.missing", "/localizationInfo/additionalLanguages/0/file"),
            |_, f| {
                f.retain(|(name, _)| name != "fr.json");
            },
        ),
        case("a language file is no JSON", ("language.not_json", "fr.json"), |_, f| {
            replace(f, "fr.json", b"{name: 'Taches'}".to_vec());
        }),
        mild(
            "a language file breaks its schema",
            ("value.too_long", "fr.json#/name.short"),
            |_, f| {
                let mut french = sample::french();
                french["name.short"] = json!("x".repeat(31));
                replace(f, "fr.json", french.to_string().into_bytes());
            },
        ),
        mild(
            "a language file with a foreign schema",
            ("schema.unknown", "fr.json#/$schema"),
            |_, f| {
                let mut french = sample::french();
                french["$schema"] = json!("https://contoso.example/schema.json");
                replace(f, "fr.json", french.to_string().into_bytes());
            },
        ),
        mild(
            "a language twice",
            ("language.repeated", "/localizationInfo/additionalLanguages/1/languageTag"),
            |m, f| {
                let list = m["localizationInfo"]["additionalLanguages"].as_array_mut().unwrap();
                list.push(json!({ "languageTag": "FR", "file": "fr2.json" }));
                replace(f, "fr2.json", sample::french().to_string().into_bytes());
            },
        ),
        case(
            "a command without a parameter",
            ("items.too_few", "/composeExtensions/0/commands/0/parameters"),
            |m, _| m["composeExtensions"][0]["commands"][0]["parameters"] = json!([]),
        ),
        case(
            "claims of no length",
            ("value.too_short", "/webApplicationInfo/nestedAppAuthInfo/0/claims"),
            |m, _| {
                m["webApplicationInfo"]["nestedAppAuthInfo"] = json!([{
                    "redirectUri": "brk-multihub://tasks.contoso.example",
                    "scopes": ["openid"],
                    "claims": "",
                }]);
            },
        ),
        case(
            "a scene for more than there can be",
            ("value.out_of_range", "/meetingExtensionDefinition/scenes/0/maxAudience"),
            |m, f| {
                m["meetingExtensionDefinition"] = json!({ "scenes": [{
                    "id": ID, "name": "Stage", "file": "scene.zip", "preview": "scene.png",
                    "maxAudience": 51, "seatsReservedForOrganizersOrPresenters": 1,
                }] });
                replace(f, "scene.zip", b"scene".to_vec());
                replace(f, "scene.png", png(192, 192, [9; 4]));
            },
        ),
        case("agents of neither kind", ("members.conflict", "/copilotAgents"), |m, _| {
            m["copilotAgents"] = json!({});
        }),
        mild("a file that nobody names", ("file.unexpected", "notes.txt"), |_, f| {
            replace(f, "notes.txt", b"do not ship".to_vec());
        }),
        mild("a program that nobody names", ("file.unexpected", "__MACOSX/._setup.exe"), |_, f| {
            replace(f, "__MACOSX/._setup.exe", b"MZ".to_vec());
        }),
        mild("icons in a folder", ("file.not_at_root", "images/color.png"), |m, f| {
            m["icons"]["color"] = json!("images/color.png");
            let color = f.iter().find(|(name, _)| name == "color.png").unwrap().1.clone();
            f.retain(|(name, _)| name != "color.png");
            replace(f, "images/color.png", color);
        }),
    ]
}

fn told(findings: &[Finding]) -> Vec<String> {
    let line = |it: &Finding| {
        format!("{} {} {} ({})", it.severity.as_str(), it.rule.code(), it.place, it.detail)
    };
    findings.iter().map(line).collect()
}

fn package(manifest: &Value, files: &Files) -> Package {
    read(&sample::pack(manifest, files)).expect("a readable package")
}

#[test]
fn a_right_package_is_taken_on_every_level_without_a_word() {
    let right = package(&sample::manifest(), &sample::files());
    for level in Level::ALL {
        assert_eq!(told(&check(&right, level)), Vec::<String>::new(), "{level:?}");
    }
}

#[test]
fn every_broken_package_is_refused_with_the_code_of_its_rule() {
    let cases = cases();
    let mut rules = std::collections::BTreeSet::new();
    for case in &cases {
        let (mut manifest, mut files) = (sample::manifest(), sample::files());
        (case.breaks)(&mut manifest, &mut files);
        let broken = package(&manifest, &files);
        let name = case.name;
        let published = check(&broken, Level::Publish);
        let has = |findings: &[Finding], severity| {
            findings.iter().any(|it| {
                (it.rule.code(), it.place.to_string().as_str()) == case.told
                    && it.severity == severity
            })
        };
        assert!(has(&published, Severity::Error), "{name}: {:?}", told(&published));
        let loaded = check(&broken, Level::Load);
        assert_eq!(is_accepted(&loaded), case.loads, "{name}: {:?}", told(&loaded));
        if case.loads && case.told.0 != "manifest_version.preview" {
            assert!(has(&loaded, Severity::Warning), "{name}: {:?}", told(&loaded));
        }
        rules.insert(case.told.0);
    }
    println!("{} broken packages, {} rules", cases.len(), rules.len());
    assert!(rules.len() >= 40);
}

#[test]
fn a_broken_package_is_told_for_its_own_rule_and_no_other() {
    // Each of these breaks one rule, so the catalogue names one rule.
    for case in cases().iter().filter(|case| case.loads) {
        let (mut manifest, mut files) = (sample::manifest(), sample::files());
        (case.breaks)(&mut manifest, &mut files);
        let findings = check(&package(&manifest, &files), Level::Publish);
        let others: Vec<&Finding> = findings
            .iter()
            .filter(|it| it.rule.code() != case.told.0)
            // A domain that is written wrongly covers no page.
            .filter(|it| !(case.told.0.starts_with("domain.") && it.rule == Rule::DomainNotListed))
            // A missing schema says nothing about the rest.
            .collect();
        assert!(others.is_empty(), "{}: {others:?}", case.name);
    }
}

#[test]
fn a_manifest_without_its_version_is_told_so_by_a_team() {
    let mut manifest = sample::manifest();
    manifest.as_object_mut().unwrap().remove("manifestVersion");
    let loaded = check_manifest(&manifest, Level::Load);
    assert!(loaded.iter().any(|it| it.rule == Rule::ManifestVersionMissing), "{:?}", told(&loaded));
    assert!(!is_accepted(&loaded));
}

#[test]
fn a_manifest_alone_is_judged_without_its_files() {
    let manifest = sample::manifest();
    for level in Level::ALL {
        assert_eq!(told(&check_manifest(&manifest, level)), Vec::<String>::new());
    }
    assert!(!is_accepted(&check_manifest(&json!({}), Level::Load)));
    assert!(!is_accepted(&check_manifest(&json!([]), Level::Publish)));
    assert!(!is_accepted(&check_manifest(&Value::Null, Level::Schema)));
    assert_eq!(ID.len(), 36);
}

#[test]
fn an_old_manifest_may_have_icons_of_the_old_sizes_in_a_team() {
    let mut manifest = sample::manifest();
    manifest["manifestVersion"] = json!("1.4");
    manifest["packageName"] = json!("example.contoso.tasks");
    let members = manifest.as_object_mut().unwrap();
    members.retain(|name, _| {
        !["$schema", "localizationInfo", "webApplicationInfo", "composeExtensions"]
            .contains(&name.as_str())
    });
    let mut files = sample::files();
    files.retain(|(name, _)| name != "fr.json");
    replace(&mut files, "color.png", png(96, 96, [1, 2, 3, 255]));
    replace(
        &mut files,
        "outline.png",
        sample::picture(20, 20, |x, _| [255, 255, 255, if x < 9 { 255 } else { 0 }]),
    );
    let old = package(&manifest, &files);
    let loaded = check(&old, Level::Load);
    assert!(is_accepted(&loaded), "{:?}", told(&loaded));
    assert_eq!(loaded.iter().filter(|it| it.rule == Rule::IconSize).count(), 2);
    assert!(!is_accepted(&check(&old, Level::Publish)));
}
