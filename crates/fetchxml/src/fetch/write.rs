//! From the tree to XML.

use std::fmt;

use super::{
    Aggregate, Attribute, Condition, DateGrouping, Entity, Fetch, Filter, Link, LinkKind, Order,
};
use crate::xml::escape;

impl Aggregate {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::Count, Self::CountColumn, Self::Sum, Self::Avg, Self::Min, Self::Max];

    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::CountColumn => "countcolumn",
            Self::Sum => "sum",
            Self::Avg => "avg",
            Self::Min => "min",
            Self::Max => "max",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|other| other.as_str() == name)
    }
}

impl DateGrouping {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Day,
        Self::Week,
        Self::Month,
        Self::Quarter,
        Self::Year,
        Self::FiscalPeriod,
        Self::FiscalYear,
    ];

    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
            Self::FiscalPeriod => "fiscal-period",
            Self::FiscalYear => "fiscal-year",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|other| other.as_str() == name)
    }
}

impl fmt::Display for Fetch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = Writer(String::from("<fetch"));
        for (name, number) in [("top", self.top), ("count", self.count), ("page", self.page)] {
            out.optional(name, number.map(|number| number.to_string()).as_deref());
        }
        out.optional("paging-cookie", self.paging_cookie.as_deref());
        out.flag("distinct", self.distinct);
        out.flag("aggregate", self.aggregate);
        let limit = self.aggregate_limit.map(|limit| limit.to_string());
        out.optional("aggregatelimit", limit.as_deref());
        out.flag("returntotalrecordcount", self.total_record_count);
        out.0.push_str("><entity");
        out.attribute("name", &self.entity.name);
        out.0.push('>');
        out.content(&self.entity);
        out.0.push_str("</entity></fetch>");
        f.write_str(&out.0)
    }
}

struct Writer(String);

impl Writer {
    fn attribute(&mut self, name: &str, value: &str) {
        self.0.push(' ');
        self.0.push_str(name);
        self.0.push_str("=\"");
        escape(value, &mut self.0);
        self.0.push('"');
    }

    fn optional(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.attribute(name, value);
        }
    }

    fn flag(&mut self, name: &str, on: bool) {
        if on {
            self.attribute(name, "true");
        }
    }

    fn content(&mut self, entity: &Entity) {
        if entity.all_attributes {
            self.0.push_str("<all-attributes/>");
        }
        for attribute in &entity.attributes {
            self.column(attribute);
        }
        for order in &entity.orders {
            self.order(order);
        }
        for filter in &entity.filters {
            self.filter(filter);
        }
        for link in &entity.links {
            self.link(link);
        }
    }

    fn column(&mut self, attribute: &Attribute) {
        self.0.push_str("<attribute");
        self.attribute("name", &attribute.name);
        self.optional("alias", attribute.alias.as_deref());
        self.optional("aggregate", attribute.aggregate.map(Aggregate::as_str));
        self.flag("groupby", attribute.group_by);
        self.optional("dategrouping", attribute.date_grouping.map(DateGrouping::as_str));
        self.flag("distinct", attribute.distinct);
        self.0.push_str("/>");
    }

    fn order(&mut self, order: &Order) {
        self.0.push_str("<order");
        self.optional("attribute", order.attribute.as_deref());
        self.optional("alias", order.alias.as_deref());
        self.optional("entityname", order.entity_name.as_deref());
        self.flag("descending", order.descending);
        self.0.push_str("/>");
    }

    fn filter(&mut self, filter: &Filter) {
        self.0.push_str("<filter");
        if filter.or {
            self.attribute("type", "or");
        }
        self.0.push('>');
        for condition in &filter.conditions {
            self.condition(condition);
        }
        for inner in &filter.filters {
            self.filter(inner);
        }
        for link in &filter.links {
            self.link(link);
        }
        self.0.push_str("</filter>");
    }

    fn condition(&mut self, condition: &Condition) {
        self.0.push_str("<condition");
        self.optional("entityname", condition.entity_name.as_deref());
        self.attribute("attribute", &condition.attribute);
        self.attribute("operator", condition.operator.as_str());
        self.optional("valueof", condition.value_of.as_deref());
        match condition.values.as_slice() {
            [] => self.0.push_str("/>"),
            [only] if condition.operator.arity().1 == 1 => {
                self.attribute("value", only);
                self.0.push_str("/>");
            }
            values => {
                self.0.push('>');
                for value in values {
                    self.0.push_str("<value>");
                    escape(value, &mut self.0);
                    self.0.push_str("</value>");
                }
                self.0.push_str("</condition>");
            }
        }
    }

    fn link(&mut self, link: &Link) {
        self.0.push_str("<link-entity");
        self.attribute("name", &link.entity.name);
        self.attribute("from", &link.from);
        self.attribute("to", &link.to);
        self.optional("alias", link.alias.as_deref());
        if link.kind != LinkKind::Inner {
            self.attribute("link-type", link.kind.as_str());
        }
        self.flag("intersect", link.intersect);
        self.0.push('>');
        self.content(&link.entity);
        self.0.push_str("</link-entity>");
    }
}
