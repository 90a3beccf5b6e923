//! Packages: what their schemas want, and what stores want beyond them.

use app_packages::{Level, check, read};
use kernel::Coded as _;
use liaison_deployment::packages::{ICON_SIDES, Package, icon};
use serde_json::Value;

use crate::house::House;

async fn made(package: Package) -> Vec<u8> {
    let house = House::new().await;
    house.deployment.package(&house.admin().await, package).await.unwrap()
}

#[tokio::test]
async fn unified_packages_pass_the_strict_judge_in_both_languages() {
    for package in [Package::Teams, Package::OutlookJson] {
        let bytes = made(package).await;
        let read = read(&bytes).unwrap();
        for level in Level::ALL {
            let findings = check(&read, level);
            assert!(findings.is_empty(), "{package:?} {level:?}: {findings:?}");
        }
        assert_eq!(read.manifest().valid_domains, ["hub.contoso.example"]);
        assert!(read.color_icon().is_some() && read.outline_icon().is_some());
        let french = read.texts("fr-FR");
        let english = read.texts("en");
        assert_ne!(french.short_description, english.short_description);
    }
}

#[tokio::test]
async fn identifiers_stay_and_differ() {
    let house = House::new().await;
    let admin = house.admin().await;
    let id = async |package| {
        let bytes = house.deployment.package(&admin, package).await.unwrap();
        let document: Value = read(&bytes).unwrap().document().clone();
        document["id"].as_str().unwrap().to_owned()
    };
    assert_eq!(id(Package::Teams).await, id(Package::Teams).await);
    assert_ne!(id(Package::Teams).await, id(Package::OutlookJson).await);
    assert_eq!(id(Package::Teams).await, house.deployment.app_id(house.tenant.id).to_string());
}

#[tokio::test]
async fn the_manifest_of_outlook_names_https_addresses_and_resources_that_are_there() {
    let xml = String::from_utf8(made(Package::OutlookXml).await).unwrap();
    assert!(!xml.contains("<!DOCTYPE") && !xml.contains("http://hub"));
    let ids: Vec<&str> =
        xml.split("resid=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(ids.len() > 20);
    for id in ids {
        assert!(id.len() <= 32 && xml.contains(&format!(" id=\"{id}\"")), "{id}");
    }
    for side in [16, 32, 64, 80, 128] {
        assert!(
            xml.contains(&format!("https://hub.contoso.example/outlook/icons/{side}.png")),
            "{side}"
        );
    }
    for rest in xml.split("DefaultValue=\"http").skip(1) {
        assert!(rest.starts_with("s://hub.contoso.example/"), "{rest}");
    }
}

#[tokio::test]
async fn a_hub_without_an_address_that_hosts_take_makes_no_package() {
    let house = House::at("http://localhost:8080/").await;
    for package in Package::ALL {
        let error = house.deployment.package(&house.admin().await, package).await.unwrap_err();
        assert_eq!(error.fields()[0].code, "deployment.address");
    }
}

#[test]
fn icons_have_the_sides_that_manifests_name() {
    for side in ICON_SIDES {
        let bytes = icon(side).unwrap();
        // PNG, IHDR: width and height stand behind the first sixteen bytes
        assert_eq!(bytes[..8], *b"\x89PNG\r\n\x1a\n");
        assert_eq!(bytes[16..20], side.to_be_bytes());
        assert_eq!(bytes[20..24], side.to_be_bytes());
    }
    assert!(icon(17).is_none());
}

/// Writes the packages where the validators of other makers look for them.
#[tokio::test]
async fn packages_are_written_for_the_validators_of_others() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("deployment-packages");
    std::fs::create_dir_all(&folder).unwrap();
    for package in Package::ALL {
        let bytes = made(package).await;
        assert!(bytes.len() > 500);
        std::fs::write(folder.join(package.file()), bytes).unwrap();
    }
}
