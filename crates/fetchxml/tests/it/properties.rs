use liaison_fetchxml::{
    Fetch,
    fetch::{
        self, Aggregate, Attribute, Condition, DateGrouping, Entity, Filter, Link, LinkKind,
        Operator, Order,
    },
    sql,
};
use proptest::{collection::vec, option, prelude::*, sample::select};

/// Text that an attribute may hold, at least a character.
fn text() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9 <>&\"'%é\t\n]{1,8}"
}

fn name() -> impl Strategy<Value = String> {
    "[a-z_]{1,8}"
}

fn condition() -> impl Strategy<Value = Condition> {
    (name(), select(Operator::ALL), vec(text(), 3), option::of(name())).prop_map(
        |(attribute, operator, mut values, entity_name)| {
            let (least, most) = operator.arity();
            values.truncate(most.min(least.max(1)));
            Condition { attribute, operator, values, value_of: None, entity_name }
        },
    )
}

fn filter() -> impl Strategy<Value = Filter> {
    let leaf = (any::<bool>(), vec(condition(), 0..3)).prop_map(|(or, conditions)| Filter {
        or,
        conditions,
        filters: Vec::new(),
        links: Vec::new(),
    });
    leaf.prop_recursive(4, 12, 3, |inner| {
        (any::<bool>(), vec(condition(), 0..3), vec(inner, 0..3)).prop_map(
            |(or, conditions, filters)| Filter { or, conditions, filters, links: Vec::new() },
        )
    })
}

fn attribute() -> impl Strategy<Value = Attribute> {
    let grouping = (any::<bool>(), option::of(select(DateGrouping::ALL)), any::<bool>());
    (name(), option::of(text()), option::of(select(Aggregate::ALL)), grouping).prop_map(
        |(name, alias, aggregate, (group_by, date_grouping, distinct))| Attribute {
            name,
            alias,
            aggregate,
            group_by,
            date_grouping,
            distinct,
        },
    )
}

fn entity() -> impl Strategy<Value = Entity> {
    let order = (name(), option::of(name()), any::<bool>()).prop_map(
        |(attribute, entity_name, descending)| Order {
            attribute: Some(attribute),
            alias: None,
            entity_name,
            descending,
        },
    );
    let leaf =
        (name(), vec(attribute(), 0..3), any::<bool>(), vec(order, 0..2), vec(filter(), 0..2))
            .prop_map(|(name, attributes, all_attributes, orders, filters)| Entity {
                name,
                attributes,
                all_attributes,
                orders,
                filters,
                links: Vec::new(),
            });
    leaf.prop_recursive(3, 8, 2, |inner| {
        let link = (inner.clone(), name(), name(), option::of(text()), any::<bool>()).prop_map(
            |(entity, from, to, alias, outer)| Link {
                entity,
                from,
                to,
                alias,
                kind: if outer { LinkKind::Outer } else { LinkKind::Exists },
                intersect: !outer,
            },
        );
        (inner, vec(link, 0..2)).prop_map(|(mut entity, links)| {
            entity.links.extend(links);
            entity
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn queries_are_written_and_read_again(entity in entity(), top in option::of(1..9_u32), cookie in option::of(text()), distinct: bool) {
        let query = Fetch { top, paging_cookie: cookie, distinct, entity, ..Fetch::default() };
        prop_assert_eq!(fetch::parse(&query.to_string()), Ok(query));
    }

    #[test]
    fn any_text_is_read_or_refused_at_its_place(text in "(<|</|/>|>|fetch|entity| name='a'|condition|filter|&amp;|&|<!--|-->|x){0,20}") {
        if let Err(error) = fetch::parse(&text) {
            prop_assert!(error.at <= text.len());
        }
    }

    #[test]
    fn any_statement_is_read_or_refused_at_its_place(text in "(SELECT|FROM|WHERE|AND|NOT|IN|LIKE|'a|'|a|\\.|,|\\(|\\)|=|[*]|1|-|/[*]|\\[|é| ){0,30}") {
        if let Err(error) = sql::parse(&text) {
            prop_assert!(error.at <= text.len());
        }
    }
}
