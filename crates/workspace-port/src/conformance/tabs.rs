//! Tabs.

use url::Url;

use super::{Bench, good, refused};
use crate::{Error, NewTab, TabId};

fn tab(name: &str, entity: &str) -> NewTab {
    let page = |path: &str| Url::parse(&format!("https://hub.example/{path}/{entity}"));
    #[expect(clippy::unwrap_used, reason = "a check's own text")]
    let (content, website) = (page("tabs").unwrap(), page("records").unwrap());
    NewTab { name: name.to_owned(), entity: entity.to_owned(), content, website: Some(website) }
}

/// The second call finds the tab of the first, and changes it.
pub(super) async fn a_tab_is_put_once_however_often(bench: &Bench) {
    let team = bench.team("Tabs").await;
    let channel = bench.channel(&team, "Deal").await;
    let first = good("a tab", bench.owner.put_tab(&channel, &tab("Deal", "link-1")).await);
    let again = good("again", bench.owner.put_tab(&channel, &tab("The deal", "link-1")).await);
    assert_eq!(first.id, again.id);
    good("another", bench.member.put_tab(&channel, &tab("Other", "link-2")).await);
    let tabs = good("tabs", bench.member.tabs(&channel).await);
    let seen: Vec<_> = tabs.iter().map(|tab| (tab.name.as_str(), tab.entity.as_str())).collect();
    assert_eq!(seen, [("The deal", "link-1"), ("Other", "link-2")]);
    let pages: Vec<&str> = tabs.iter().map(|tab| tab.content.as_str()).collect();
    assert_eq!(pages, ["https://hub.example/tabs/link-1", "https://hub.example/tabs/link-2"]);
}

/// Taking out twice is a success.
pub(super) async fn a_tab_is_renamed_and_taken_out(bench: &Bench) {
    let team = bench.team("More tabs").await;
    let channel = bench.channel(&team, "Deal").await;
    let put = good("a tab", bench.owner.put_tab(&channel, &tab("Early", "link-3")).await);
    good("renaming", bench.owner.rename_tab(&channel, &put.id, "Late").await);
    let tabs = good("tabs", bench.owner.tabs(&channel).await);
    assert_eq!(tabs.first().map(|tab| tab.name.as_str()), Some("Late"));
    for _ in 0..2 {
        good("taking out", bench.owner.remove_tab(&channel, &put.id).await);
    }
    assert!(good("tabs", bench.owner.tabs(&channel).await).is_empty());
    refused!(
        "one that is gone",
        bench.owner.rename_tab(&channel, &put.id, "No").await,
        Error::NotFound
    );
}

/// Those that are not named follow.
pub(super) async fn tabs_have_an_order_where_the_workspace_has_one(bench: &Bench) {
    let team = bench.team("Ordered tabs").await;
    let channel = bench.channel(&team, "Deal").await;
    let mut ids: Vec<TabId> = Vec::new();
    for name in ["one", "two", "three"] {
        ids.push(good("a tab", bench.owner.put_tab(&channel, &tab(name, name)).await).id);
    }
    ids.reverse();
    let order: Vec<TabId> = ids.iter().take(2).cloned().collect();
    let ordered = bench.owner.order_tabs(&channel, &order).await;
    if bench.owner.capabilities().orders_tabs {
        good("ordering", ordered);
        let tabs = good("tabs", bench.owner.tabs(&channel).await);
        assert_eq!(tabs.into_iter().map(|tab| tab.id).collect::<Vec<_>>(), ids);
    } else {
        refused!("ordering", ordered, Error::Unsupported);
    }
}

/// Nor puts any there.
pub(super) async fn who_is_not_in_the_team_sees_no_tabs(bench: &Bench) {
    let team = bench.team("Private tabs").await;
    let channel = bench.channel(&team, "Deal").await;
    refused!("a stranger", bench.stranger.tabs(&channel).await, Error::NotFound);
    let put = bench.stranger.put_tab(&channel, &tab("Mine", "mine")).await;
    refused!("a stranger", put, Error::NotFound);
}
