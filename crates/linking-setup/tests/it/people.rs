//! What a person needs: licences, and a device that is managed where the policy asks for one.

use identity::Role;
use kernel::Coded as _;
use liaison_linking_setup::{
    Answer, CountsAs, DeviceRule, Devices, Error, Feature, Library, Obstacle, Turn,
};

use crate::house::{House, from};

async fn on(house: &House) {
    house.setup.turn(&house.admin, house.environment, Turn::Basic(true)).await.unwrap();
}

async fn may(house: &House, scope: &kernel::Scope) -> Answer {
    house.setup.may(scope, house.environment, None, Feature::Basic).await.unwrap()
}

#[tokio::test]
async fn a_person_needs_both_licences_and_hears_which_is_missing() {
    let house = House::new().await;
    on(&house).await;
    let seller = house.person("sue", &[Role::Seller]).await;
    assert_eq!(may(&house, &seller).await, Answer::Closed(Obstacle::LicencesMissing));
    house.license(&seller, &["Dynamics 365 Team Members"]).await;
    assert_eq!(may(&house, &seller).await, Answer::Closed(Obstacle::TeamsLicenceMissing));
    house.license(&seller, &["Office 365 E3"]).await;
    assert!(may(&house, &seller).await.is_open());
    let other = house.person("tom", &[Role::Seller]).await;
    house.license(&other, &["Microsoft Teams"]).await;
    assert_eq!(may(&house, &other).await, Answer::Closed(Obstacle::EngagementLicenceMissing));
    let refused =
        house.setup.require(&other, house.environment, None, Feature::Basic).await.unwrap_err();
    assert_eq!(refused.code().name(), "linking.engagement_licence_missing");
    // the hub's own jobs need none
    assert!(may(&house, &house.root()).await.is_open());
}

#[tokio::test]
async fn an_administrator_says_what_a_licence_counts_as() {
    let house = House::new().await;
    on(&house).await;
    let seller = house.person("sue", &[Role::Seller]).await;
    house.license(&seller, &["Contoso workplace"]).await;
    assert_eq!(may(&house, &seller).await, Answer::Closed(Obstacle::LicencesMissing));
    let licences = house.setup.licences(&house.admin).await.unwrap();
    let own = licences.all.iter().find(|one| one.licence.name == "Contoso workplace").unwrap();
    assert_eq!((own.counts, own.is_said), (CountsAs::Nothing, false));
    let id = own.licence.id;
    let refused = house.setup.count_licence(&seller, id, CountsAs::Both).await;
    assert!(matches!(refused, Err(Error::Denied(_))));
    house.setup.count_licence(&house.admin, id, CountsAs::Both).await.unwrap();
    assert!(may(&house, &seller).await.is_open());
    let unknown = house.setup.count_licence(&house.admin, house.ids.fresh(), CountsAs::Both).await;
    assert!(matches!(unknown, Err(Error::Identity(_))));
}

#[tokio::test]
async fn names_of_products_are_known() {
    for (name, counts) in [
        ("Dynamics 365 Sales Premium", CountsAs::Engagement),
        ("Dynamics 365 Customer Service Enterprise", CountsAs::Engagement),
        ("Dynamics 365 Field Service", CountsAs::Engagement),
        ("Microsoft Teams Enterprise", CountsAs::Teams),
        ("Microsoft 365 E5", CountsAs::Teams),
        ("Dynamics 365 Sales with Microsoft Teams", CountsAs::Both),
        ("Visio", CountsAs::Nothing),
    ] {
        assert_eq!(CountsAs::of_name(name), counts, "{name}");
    }
}

async fn policy(house: &House, rule: DeviceRule, networks: &str) {
    let networks = Devices::read_networks(networks).unwrap();
    let turn = Turn::Devices(Devices { rule, networks });
    house.setup.turn(&house.admin, house.environment, turn).await.unwrap();
}

#[tokio::test]
async fn a_device_that_nobody_manages_does_not_see_the_library() {
    let house = House::new().await;
    on(&house).await;
    let (inside, outside) = (from(&house.admin, "10.1.2.3"), from(&house.admin, "203.0.113.7"));
    let library = async |scope| house.setup.library(scope, house.environment).await.unwrap();
    let documents = async |scope| {
        let table = Some("opportunity");
        house.setup.may(scope, house.environment, table, Feature::Documents).await.unwrap()
    };
    policy(&house, DeviceRule::Full, "").await;
    assert_eq!(library(&outside).await, Library::Full);
    policy(&house, DeviceRule::Limited, "10.0.0.0/8, 192.0.2.1").await;
    assert_eq!(library(&outside).await, Library::Limited);
    assert!(documents(&outside).await.is_open(), "names are shown");
    policy(&house, DeviceRule::Block, "10.0.0.0/8 192.0.2.1").await;
    assert_eq!((library(&inside).await, library(&outside).await), (Library::Full, Library::Closed));
    let mapped = from(&house.admin, "::ffff:10.9.9.9");
    assert_eq!(library(&mapped).await, Library::Full);
    assert_eq!(documents(&outside).await, Answer::Closed(Obstacle::DeviceUnmanaged));
    assert!(documents(&inside).await.is_open());
    // a session that does not say where it comes from is not managed, a job has no device
    assert_eq!(library(&house.admin).await, Library::Closed);
    assert_eq!(library(&house.root()).await, Library::Full);
}

#[tokio::test]
async fn networks_are_read_strictly() {
    let read = |text| Devices::read_networks(text).map(|all| all.len());
    assert_eq!(read("10.0.0.0/8\n10.2.3.4/8,2001:db8::/32").unwrap(), 2);
    assert_eq!(read("").unwrap(), 0);
    for text in ["10.0.0.0/33", "example.org", "10.0.0", "::/0x"] {
        assert_eq!(read(text).unwrap_err().code().name(), "linking.invalid", "{text}");
    }
    let many: Vec<String> = (0..=255).map(|n| format!("10.0.{n}.0/24")).collect();
    assert!(read(&many.join(" ")).is_err());
}
