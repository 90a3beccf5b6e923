//! Many links: what one record or channel costs does not grow with them.

use std::time::{Duration, Instant};

use db::{Tx, Value};
use liaison_linking::Subject;
use uuid::Uuid;

use crate::house::{House, to_channel};

const SQL: &str = "INSERT INTO links (tenant_id, id, environment_id, subject_kind, table_name, \
                   subject_id, subject_name, workspace, place, team_id, team_name, channel_id, \
                   channel_name, channel_kind, state, step, work, created_by, created_at, \
                   changed_at, tries) VALUES ($1, $2, $3, 'record', 'account', $4, 'Other', \
                   'embedded', $5, $6, 'Team', $7, 'Channel', 'standard', 'connected', \
                   'connected', $8, $9, $10, $10, 0)";

/// Links of other records, in so many channels.
async fn fill(house: &House, many: usize, channels: usize) {
    let now = kernel::Clock::now(&*house.clock);
    let user = house.admin.user().unwrap();
    for slice in (0..many).collect::<Vec<_>>().chunks(5_000) {
        let ids: Vec<(usize, Uuid, Uuid)> =
            slice.iter().map(|at| (*at, house.ids.fresh(), house.ids.fresh())).collect();
        let (tenant, environment) = (house.tenant, house.sales);
        let write = move |tx: &Tx<'_>| {
            let rows: Vec<Vec<Value<'_>>> = ids
                .iter()
                .map(|(at, id, record)| {
                    let channel = format!("channel {}", at % channels);
                    vec![
                        tenant.into(),
                        (*id).into(),
                        environment.into(),
                        (*record).into(),
                        channel.clone().into(),
                        format!("team {}", at % 100).into(),
                        channel.into(),
                        Value::Json("{}".into()),
                        user.into(),
                        now.into(),
                    ]
                })
                .collect();
            tx.execute_many(SQL, &rows).map(drop)
        };
        house.store.db().write(&house.root(), write).await.unwrap();
    }
}

#[tokio::test]
async fn a_record_or_channel_costs_the_same_among_many_links() {
    let house = House::new().await;
    let account = house.account(&house.admin, "Contoso").await;
    let channel = house.place(&house.admin, "Sales").await;
    house.linking.link(&house.admin, to_channel(&account, &channel)).await.unwrap();
    let ask = async || {
        let mut best = [Duration::MAX; 3];
        for _ in 0..20 {
            let begun = Instant::now();
            let links = house.linking.links_of(&house.admin, &account).await.unwrap();
            best[0] = best[0].min(begun.elapsed());
            assert_eq!(links.len(), 1);
            let begun = Instant::now();
            let links = house.linking.links_in(&house.admin, &channel).await.unwrap();
            best[1] = best[1].min(begun.elapsed());
            assert_eq!(links.len(), 1);
            let begun = Instant::now();
            house.linking.drain().await.unwrap();
            best[2] = best[2].min(begun.elapsed());
        }
        best
    };
    fill(&house, 1_000, 50).await;
    let few = ask().await;
    fill(&house, 99_000, 5_000).await;
    let many = ask().await;
    eprintln!(
        "of a record, of a channel, the worker's look: {few:?} of 1,000, {many:?} of 100,000"
    );
    for (few, many) in few.into_iter().zip(many) {
        assert!(many < few * 4 + Duration::from_millis(3), "{few:?} {many:?}");
    }
    let nobody = Subject::record(house.sales, "account", house.ids.fresh());
    assert!(house.linking.links_of(&house.admin, &nobody).await.is_err());
}
