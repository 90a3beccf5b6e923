//! Cards.

use serde_json::{Value, json};

use super::{Bench, good, refused};
use crate::Error;

fn card() -> Value {
    json!({
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [{"type": "TextBlock", "text": "Linked with this channel"}],
    })
}

/// Not into a channel that they cannot know of.
pub(super) async fn a_person_posts_a_card(bench: &Bench) {
    let team = bench.team("Cards").await;
    let channel = bench.channel(&team, "Deal").await;
    let first = good("a card", bench.owner.post_card(&channel, &card()).await);
    let second = good("a card", bench.member.post_card(&channel, &card()).await);
    assert_ne!(first, second);
    let found = good("a look", bench.owner.find_card(&channel, "with this channel").await);
    assert!(found.is_some_and(|found| found == first || found == second), "what arrived is found");
    assert_eq!(good("a look", bench.owner.find_card(&channel, "never posted").await), None);
    refused!("a stranger", bench.stranger.post_card(&channel, &card()).await, Error::NotFound);
}

/// Elsewhere they say that a person is needed.
pub(super) async fn jobs_post_where_the_workspace_lets_them(bench: &Bench) {
    let team = bench.team("Cards of jobs").await;
    let channel = bench.channel(&team, "Deal").await;
    let posted = bench.jobs.post_card(&channel, &card()).await;
    if bench.jobs.capabilities().jobs_post {
        good("a card", posted);
    } else {
        refused!("a card", posted, Error::PersonNeeded);
    }
}
