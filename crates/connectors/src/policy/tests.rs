use kernel::Ids;

use super::*;

struct Desk {
    ids: Ids,
    here: EnvironmentId,
    there: EnvironmentId,
    a: ApiConnectorId,
    b: ApiConnectorId,
}

impl Desk {
    fn new() -> Self {
        let ids = Ids::seeded(1);
        let (here, there, a, b) = (ids.fresh(), ids.fresh(), ids.fresh(), ids.fresh());
        Self { ids, here, there, a, b }
    }

    fn policy(&self, reach: Reach, rules: Rules) -> DataPolicy {
        DataPolicy {
            id: self.ids.fresh(),
            name: reach.as_str().to_owned(),
            reach,
            rules,
            created_by: None,
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn one(&self) -> Subject<'static> {
        Subject { connector: self.a, address: "https://api.contoso.com/v1" }
    }

    fn two(&self) -> Subject<'static> {
        Subject { connector: self.b, address: "https://api.fabrikam.com" }
    }
}

fn group(connector: ApiConnectorId, group: Group) -> Rules {
    let rule = ConnectorRule { connector: Some(connector), pattern: None, group };
    Rules { connectors: vec![rule], ..Rules::default() }
}

fn operations(connector: ApiConnectorId, default: Verdict, named: &str, verdict: Verdict) -> Rules {
    let rules = vec![OperationRule { operation: named.to_owned(), verdict }];
    let rules = OperationRules { connector, default, rules };
    Rules { operations: vec![rules], ..Rules::default() }
}

#[test]
fn a_star_stands_for_any_text_without_regard_to_case() {
    for (pattern, text) in [
        ("*", ""),
        ("*", "x"),
        ("a*c", "abbbc"),
        ("a*c", "AC"),
        ("*.contoso.com", "api.CONTOSO.com"),
        ("a*b*c", "a-b-b-c"),
    ] {
        assert!(glob(pattern, text), "{pattern} {text}");
    }
    for (pattern, text) in
        [("", "x"), ("a*c", "ab"), ("*.contoso.com", "contoso.com"), ("a", "ab"), ("a*b*c", "acb")]
    {
        assert!(!glob(pattern, text), "{pattern} {text}");
    }
}

#[test]
fn a_pattern_of_stars_is_no_way_to_keep_a_thread_busy() {
    let (pattern, text) = ("*a".repeat(150), "a".repeat(20_000) + "b");
    assert!(!glob(&pattern, &text));
}

#[test]
fn what_any_policy_blocks_is_blocked_whatever_others_allow() {
    let desk = Desk::new();
    let open = desk.policy(Reach::Only(vec![desk.here]), group(desk.a, Group::Business));
    let closed = desk.policy(Reach::All, group(desk.a, Group::Blocked));
    let all = Policies::new(vec![open, closed.clone()]);
    let found = all.judge(desk.here, desk.one(), None).unwrap();
    assert_eq!((found.policy, found.ground), (closed.id, Ground::Connector));
    assert_eq!(all.judge(desk.here, desk.two(), None), None);
}

#[test]
fn the_policy_of_the_whole_organisation_is_named_first() {
    let desk = Desk::new();
    let narrow = desk.policy(Reach::Only(vec![desk.here]), group(desk.a, Group::Blocked));
    let wide = desk.policy(Reach::Except(vec![desk.there]), group(desk.a, Group::Blocked));
    let all = Policies::new(vec![narrow, wide.clone()]);
    assert_eq!(all.judge(desk.here, desk.one(), None).unwrap().policy, wide.id);
    assert_eq!(all.judge(desk.there, desk.one(), None), None);
    assert!(all.is_free(desk.there) && !all.is_free(desk.here));
}

#[test]
fn a_named_connector_comes_before_a_pattern_and_both_before_the_default() {
    let desk = Desk::new();
    let by_pattern = |pattern: &str, group| ConnectorRule {
        connector: None,
        pattern: Some(pattern.to_owned()),
        group,
    };
    let mut rules = group(desk.a, Group::Business);
    rules.connectors.insert(0, by_pattern("https://api.*", Group::Blocked));
    rules.connectors.push(by_pattern("https://api.fabrikam.com*", Group::Business));
    let policy = desk.policy(Reach::All, rules);
    assert_eq!(policy.group_of(desk.one()), Group::Business);
    assert_eq!(policy.group_of(desk.two()), Group::Blocked, "the first pattern that fits");
    let other = Subject { address: "https://else.example", ..desk.two() };
    assert_eq!(policy.group_of(other), Group::NonBusiness);
}

#[test]
fn operations_are_blocked_by_name_or_by_default() {
    let desk = Desk::new();
    let one = Policies::new(vec![
        desk.policy(Reach::All, operations(desk.a, Verdict::Allow, "Delete", Verdict::Block)),
    ]);
    assert_eq!(one.judge(desk.here, desk.one(), Some("Delete")).unwrap().ground, Ground::Operation);
    assert_eq!(one.judge(desk.here, desk.one(), Some("Get")), None);
    assert_eq!(one.judge(desk.here, desk.two(), Some("Delete")), None);
    let rest = Policies::new(vec![
        desk.policy(Reach::All, operations(desk.a, Verdict::Block, "Get", Verdict::Allow)),
    ]);
    assert_eq!(rest.judge(desk.here, desk.one(), Some("Get")), None);
    assert!(rest.judge(desk.here, desk.one(), Some("New")).is_some());
}

#[test]
fn the_first_endpoint_rule_that_fits_counts() {
    let desk = Desk::new();
    let rule = |pattern: &str, verdict| EndpointRule { pattern: pattern.to_owned(), verdict };
    let rules = vec![
        rule("api.contoso.com/v1", Verdict::Allow),
        rule("https://*.contoso.com:8443", Verdict::Allow),
        rule("*.contoso.com", Verdict::Block),
    ];
    let endpoints = vec![EndpointRules { connector: None, rules }];
    let policy = desk.policy(Reach::All, Rules { endpoints, ..Rules::default() });
    let all = Policies::new(vec![policy]);
    let judged = |url: &str| all.judge_address(desk.here, desk.a, &url.parse().unwrap()).is_some();
    assert!(!judged("https://api.contoso.com/v1/things?x=1"));
    assert!(judged("https://api.contoso.com/v2"));
    assert!(judged("https://api.contoso.com/v11"));
    assert!(judged("https://user-content.contoso.com:9000/a"));
    assert!(!judged("https://user-content.contoso.com:8443/a"));
    assert!(!judged("https://contoso.com.evil.example/"));
}

#[test]
fn groups_are_not_mixed_in_one_action() {
    let desk = Desk::new();
    let all = Policies::new(vec![desk.policy(Reach::All, group(desk.a, Group::Business))]);
    let mixed = all.judge_together(desk.here, &[desk.one(), desk.two()]).unwrap();
    assert_eq!(mixed.ground, Ground::Mixed);
    assert_eq!(all.judge_together(desk.here, &[desk.one()]), None);
    assert_eq!(all.judge_together(desk.here, &[desk.two(), desk.two()]), None);
    assert_eq!(all.judge_together(desk.here, &[]), None);
}
