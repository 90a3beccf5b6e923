//! Questions at random, in the words of `OData`.

use uuid::Uuid;

use crate::{
    random::Random,
    world::{World, instant},
};

/// Makes questions.
pub(super) struct Asker<'r> {
    pub(super) random: &'r mut Random,
    pub(super) world: &'r World,
}

const ACCOUNT: [(&str, &str); 12] = [
    ("name", "text"),
    ("nickname", "text"),
    ("secret", "text"),
    ("revenue", "money"),
    ("share", "money"),
    ("employees", "int"),
    ("industry", "int"),
    ("rating", "money"),
    ("hold", "bool"),
    ("createdon", "instant"),
    ("founded", "date"),
    ("tags", "tags"),
];
const CONTACT: [(&str, &str); 3] = [("fullname", "text"), ("salary", "money"), ("birth", "date")];
const TOPIC: [(&str, &str); 2] = [("title", "text"), ("weight", "int")];

impl Asker<'_> {
    fn columns(of: &str) -> &'static [(&'static str, &'static str)] {
        match of {
            "account" => &ACCOUNT,
            "contact" => &CONTACT,
            "topic" => &TOPIC,
            _ => &[("name", "text")],
        }
    }

    fn word(&mut self) -> &'static str {
        const WORDS: [&str; 9] =
            ["Alpha", "beta", "été", "o''Hara", "ÉTÉ", "Straße", "nothing", "zoë", ""];
        WORDS[self.random.below(WORDS.len())]
    }

    fn literal(&mut self, kind: &str) -> String {
        match kind {
            "text" => format!("'{}'", self.word()),
            "money" => (*self
                .random
                .pick(&["0", "1.2345", "2.469", "-2.5", "0.25", "0.755", "1e30", "1", "0.5"]))
            .to_owned(),
            "int" => (*self.random.pick(&["0", "1", "2", "3", "2.5", "-1"])).to_owned(),
            "bool" => (*self.random.pick(&["true", "false"])).to_owned(),
            "instant" => instant(self.random).to_string(),
            "date" => {
                let at = instant(self.random);
                at.to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
            }
            _ => "'1,2'".to_owned(),
        }
    }

    /// A path to a column of a table or behind its lookups.
    fn column(&mut self, of: &str, prefix: &str) -> (String, &'static str) {
        let steps: &[(&str, &str)] = match of {
            "account" => &[
                ("primarycontactid", "contact"),
                ("parentaccountid", "account"),
                ("owningbusinessunit", "businessunit"),
                ("ownerid", "owner"),
            ],
            "contact" => {
                &[("parentcustomerid_account", "account"), ("parentcustomerid_contact", "contact")]
            }
            _ => &[],
        };
        if !steps.is_empty() && self.random.one_in(5) {
            let (step, target) = *self.random.pick(steps);
            return self.column(target, &format!("{prefix}{step}/"));
        }
        let (name, kind) = *self.random.pick(Self::columns(of));
        (format!("{prefix}{name}"), kind)
    }

    fn id(&mut self, of: &str) -> Uuid {
        let ids = self.world.ids(of);
        *self.random.pick(&ids)
    }

    pub(super) fn condition(&mut self, of: &str, prefix: &str, depth: usize) -> String {
        let choice = self.random.below(if depth > 2 { 7 } else { 12 });
        match choice {
            0..=2 => {
                let (name, kind) = self.column(of, prefix);
                let ops: &[&str] = match kind {
                    "bool" | "tags" => &["eq", "ne"],
                    _ => &["eq", "ne", "lt", "le", "gt", "ge"],
                };
                let op = *self.random.pick(ops);
                let null = self.random.one_in(6);
                let value = if null { "null".to_owned() } else { self.literal(kind) };
                if self.random.one_in(8) {
                    format!("{value} {op} {name}")
                } else {
                    format!("{name} {op} {value}")
                }
            }
            3 => {
                let (name, kind) = self.column(of, prefix);
                if kind != "text" {
                    return self.condition(of, prefix, depth + 1);
                }
                let function = *self.random.pick(&["contains", "startswith", "endswith"]);
                let text = *self
                    .random
                    .pick(&["a", "Al", "ÉT", "%25", "_", "b_t", "a%25a", "", "\\", "ß"]);
                format!("{function}({name},'{text}')")
            }
            4 => match of {
                "account" => {
                    let lookup = *self.random.pick(&[
                        ("_parentaccountid_value", "account"),
                        ("_primarycontactid_value", "contact"),
                        ("_ownerid_value", "systemuser"),
                        ("accountid", "account"),
                    ]);
                    let op = *self.random.pick(&["eq", "ne"]);
                    format!("{prefix}{} {op} {}", lookup.0, self.id(lookup.1))
                }
                _ => self.condition(of, prefix, depth + 1),
            },
            5 => self.function(of, prefix, depth),
            6 => match of {
                "account" => {
                    let pair = *self.random.pick(&[
                        ("name", "nickname"),
                        ("employees", "industry"),
                        ("nickname", "secret"),
                        ("_parentaccountid_value", "accountid"),
                    ]);
                    let ops: &[&str] = if pair.1 == "accountid" {
                        &["eq", "ne"]
                    } else {
                        &["eq", "ne", "lt", "ge"]
                    };
                    format!("{prefix}{} {} {prefix}{}", pair.0, self.random.pick(ops), pair.1)
                }
                _ => self.condition(of, prefix, depth + 1),
            },
            7 => format!(
                "({} and {})",
                self.condition(of, prefix, depth + 1),
                self.condition(of, prefix, depth + 1)
            ),
            8 => format!(
                "({} or {})",
                self.condition(of, prefix, depth + 1),
                self.condition(of, prefix, depth + 1)
            ),
            9 => format!("not ({})", self.condition(of, prefix, depth + 1)),
            _ => {
                let collections: &[(&str, &str)] = match of {
                    "account" => &[
                        ("contact_customer_accounts", "contact"),
                        ("account_parent_account", "account"),
                        ("accounttopics_association", "topic"),
                    ],
                    "contact" => &[
                        ("account_primary_contact", "account"),
                        ("contact_customer_contacts", "contact"),
                    ],
                    "topic" => &[("topicaccounts_association", "account")],
                    _ => return self.condition(of, prefix, depth + 1),
                };
                let (name, target) = *self.random.pick(collections);
                let variable = format!("v{depth}");
                match self.random.below(5) {
                    0 => format!("{prefix}{name}/any()"),
                    choice => {
                        let word = if choice == 1 { "all" } else { "any" };
                        let inner = self.condition(target, &format!("{variable}/"), depth + 1);
                        format!("{prefix}{name}/{word}({variable}:{inner})")
                    }
                }
            }
        }
    }

    fn function(&mut self, of: &str, prefix: &str, depth: usize) -> String {
        let call = |name: &str, property: &str, rest: &str| {
            format!("{prefix}Microsoft.Dynamics.CRM.{name}(PropertyName='{property}'{rest})")
        };
        if of != "account" {
            return self.condition(of, prefix, depth + 1);
        }
        match self.random.below(9) {
            0 => {
                let name = *self.random.pick(&["In", "NotIn"]);
                let word = *self.random.pick(&["ALPHA", "nobody"]);
                call(name, "name", &format!(",PropertyValues=[\"{word}\",\"Beta\",\"x\"]"))
            }
            1 => {
                let name = *self.random.pick(&["Between", "NotBetween"]);
                call(name, "employees", ",PropertyValues=[\"1\",\"3\"]")
            }
            2 => {
                let name = *self.random.pick(&["ContainValues", "DoesNotContainValues"]);
                let value = self.random.below(13);
                call(name, "tags", &format!(",PropertyValues=[\"{value}\",\"11\"]"))
            }
            3 => {
                let name = *self.random.pick(&[
                    "ThisYear",
                    "LastYear",
                    "ThisMonth",
                    "LastWeek",
                    "Next7Days",
                    "Today",
                ]);
                let column = *self.random.pick(&["createdon", "founded"]);
                call(name, column, "")
            }
            4 => {
                let name = *self.random.pick(&[
                    "LastXMonths",
                    "NextXDays",
                    "OlderThanXWeeks",
                    "LastXHours",
                    "LastXYears",
                ]);
                let column = *self.random.pick(&["createdon", "founded"]);
                call(name, column, ",PropertyValue=2")
            }
            5 => {
                let name = *self.random.pick(&["On", "OnOrAfter", "OnOrBefore"]);
                let date = self.literal("date");
                call(name, "createdon", &format!(",PropertyValue='{date}'"))
            }
            6 => {
                let name = *self.random.pick(&[
                    "EqualUserId",
                    "NotEqualUserId",
                    "EqualUserTeams",
                    "EqualUserOrUserTeams",
                ]);
                call(name, "ownerid", "").replace("'ownerid'", "'_ownerid_value'")
            }
            7 => {
                let name = *self.random.pick(&["EqualBusinessId", "NotEqualBusinessId"]);
                call(name, "_owningbusinessunit_value", "")
            }
            _ => {
                let name = *self.random.pick(&[
                    "Above",
                    "AboveOrEqual",
                    "Under",
                    "UnderOrEqual",
                    "NotUnder",
                ]);
                let column = *self.random.pick(&["accountid", "_parentaccountid_value"]);
                let id = self.id("account");
                call(name, column, &format!(",PropertyValue='{id}'"))
            }
        }
    }

    fn order(&mut self, of: &str) -> String {
        let mut terms = Vec::new();
        for _ in 0..self.random.below(3) {
            let (name, kind) = self.column(of, "");
            if kind != "tags" {
                terms.push(format!("{name} {}", self.random.pick(&["asc", "desc"])));
            }
        }
        terms.join(",")
    }

    fn expand(&mut self, of: &str, depth: usize) -> String {
        let single: &[(&str, &str)] = match of {
            "account" => &[
                ("primarycontactid", "contact"),
                ("parentaccountid", "account"),
                ("ownerid", "owner"),
            ],
            "contact" => {
                &[("parentcustomerid_account", "account"), ("parentcustomerid_contact", "contact")]
            }
            _ => &[],
        };
        let many: &[(&str, &str)] = match of {
            "account" => &[
                ("contact_customer_accounts", "contact"),
                ("account_parent_account", "account"),
                ("accounttopics_association", "topic"),
            ],
            "contact" => {
                &[("contact_customer_contacts", "contact"), ("account_primary_contact", "account")]
            }
            "topic" => &[("topicaccounts_association", "account")],
            _ => &[],
        };
        let mut all = Vec::new();
        for (name, target) in single {
            if self.random.one_in(3) {
                let inner = if depth < 2 { self.expand(target, depth + 1) } else { String::new() };
                let inner = if inner.is_empty() { inner } else { format!("($expand={inner})") };
                all.push(format!("{name}{inner}"));
            }
        }
        for (name, target) in many {
            if self.random.one_in(4) {
                let mut options = Vec::new();
                if self.random.one_in(2) {
                    options.push(format!("$filter={}", self.condition(target, "", 2)));
                }
                let order = self.order(target);
                if !order.is_empty() {
                    options.push(format!("$orderby={order}"));
                }
                if self.random.one_in(2) {
                    options.push(format!("$top={}", 1 + self.random.below(3)));
                }
                if depth < 1 {
                    let inner = self.expand(target, depth + 1);
                    if !inner.is_empty() {
                        options.push(format!("$expand={inner}"));
                    }
                }
                let options = options.join(";");
                all.push(if options.is_empty() {
                    (*name).to_owned()
                } else {
                    format!("{name}({options})")
                });
            }
        }
        all.join(",")
    }

    pub(super) fn question(&mut self, of: &str) -> String {
        let mut options = vec![format!("$filter={}", self.condition(of, "", 0))];
        let order = self.order(of);
        if !order.is_empty() {
            options.push(format!("$orderby={order}"));
        }
        if self.random.one_in(2) {
            let expand = self.expand(of, 0);
            if !expand.is_empty() {
                options.push(format!("$expand={expand}"));
            }
        }
        if self.random.one_in(3) {
            let select = match of {
                "account" => "$select=name,secret,_ownerid_value,tags",
                "contact" => "$select=fullname,salary,_parentcustomerid_value",
                _ => "$select=title",
            };
            options.push(select.to_owned());
        }
        options.join("&")
    }
}
