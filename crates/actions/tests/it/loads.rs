//! When each surface last loaded an action.

use std::time::Duration;

use actions::Surface;
use identity::{Role, environments::default_of};
use kernel::Clock as _;

use crate::house::{House, code};

#[tokio::test]
async fn each_surface_is_known_by_its_last_load_before_and_after_it_is_written_down() {
    let house = House::new().await;
    let (admin, seller) = (house.admin().await, house.seller().await);
    let action = house.enabled(&admin, "Things").await;
    let hidden = house.draft(&admin, "Hidden").await;
    let loads = async |id| {
        let all = house.actions.loads(&admin, id).await.unwrap();
        all.into_iter().map(|load| (load.surface, load.at)).collect::<Vec<_>>()
    };
    let first = house.clock.now();
    house.actions.catalogue_for(&seller, Surface::Mcp).await.unwrap();
    let of = |surface, all: &[(Surface, Option<jiff::Timestamp>)]| {
        all.iter().find(|(known, _)| *known == surface).unwrap().1
    };
    let all = loads(action.id).await;
    assert_eq!((of(Surface::Mcp, &all), of(Surface::Rest, &all)), (Some(first), None));
    house.actions.flush_loads().await.unwrap();
    assert_eq!(of(Surface::Mcp, &loads(action.id).await), Some(first));

    // a look a moment later is the same look
    house.clock.advance(Duration::from_secs(3));
    house.actions.catalogue_for(&seller, Surface::Mcp).await.unwrap();
    assert_eq!(of(Surface::Mcp, &loads(action.id).await), Some(first));
    house.clock.advance(Duration::from_secs(30));
    house.actions.catalogue_for(&seller, Surface::Mcp).await.unwrap();
    let later = house.clock.now();
    assert_eq!(of(Surface::Mcp, &loads(action.id).await), Some(later));
    house.actions.in_use(&seller, default_of(house.tenant.id)).await.unwrap();
    house.actions.flush_loads().await.unwrap();
    let all = loads(action.id).await;
    assert_eq!((of(Surface::Mcp, &all), of(Surface::Sales, &all)), (Some(later), Some(later)));
    // what nobody may use nobody loads
    assert!(loads(hidden.id).await.iter().all(|(_, at)| at.is_none()));

    let other = house.person("lia", &[Role::Seller]).await;
    assert_eq!(code(house.actions.loads(&other, action.id).await), "permission.missing");
}
