//! What a condition may say.

macro_rules! operators {
    ($($variant:ident $text:literal $least:literal $most:expr,)*) => {
        /// What is said of a column.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[expect(missing_docs, reason = "they are called as FetchXML calls them")]
        pub enum Operator { $($variant,)* }

        impl Operator {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// As it is written.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// Fewest and most values.
            pub const fn arity(self) -> (usize, usize) {
                match self { $(Self::$variant => ($least, $most),)* }
            }
        }
    };
}

const MANY: usize = usize::MAX;

operators! {
    Eq "eq" 1 1,
    Ne "ne" 1 1,
    Gt "gt" 1 1,
    Ge "ge" 1 1,
    Lt "lt" 1 1,
    Le "le" 1 1,
    Like "like" 1 1,
    NotLike "not-like" 1 1,
    In "in" 0 MANY,
    NotIn "not-in" 0 MANY,
    Between "between" 2 2,
    NotBetween "not-between" 2 2,
    Null "null" 0 0,
    NotNull "not-null" 0 0,
    BeginsWith "begins-with" 1 1,
    NotBeginWith "not-begin-with" 1 1,
    EndsWith "ends-with" 1 1,
    NotEndWith "not-end-with" 1 1,
    On "on" 1 1,
    OnOrBefore "on-or-before" 1 1,
    OnOrAfter "on-or-after" 1 1,
    Yesterday "yesterday" 0 0,
    Today "today" 0 0,
    Tomorrow "tomorrow" 0 0,
    Last7Days "last-seven-days" 0 0,
    Next7Days "next-seven-days" 0 0,
    LastWeek "last-week" 0 0,
    ThisWeek "this-week" 0 0,
    NextWeek "next-week" 0 0,
    LastMonth "last-month" 0 0,
    ThisMonth "this-month" 0 0,
    NextMonth "next-month" 0 0,
    LastYear "last-year" 0 0,
    ThisYear "this-year" 0 0,
    NextYear "next-year" 0 0,
    LastXHours "last-x-hours" 1 1,
    NextXHours "next-x-hours" 1 1,
    LastXDays "last-x-days" 1 1,
    NextXDays "next-x-days" 1 1,
    LastXWeeks "last-x-weeks" 1 1,
    NextXWeeks "next-x-weeks" 1 1,
    LastXMonths "last-x-months" 1 1,
    NextXMonths "next-x-months" 1 1,
    LastXYears "last-x-years" 1 1,
    NextXYears "next-x-years" 1 1,
    OlderThanXMinutes "olderthan-x-minutes" 1 1,
    OlderThanXHours "olderthan-x-hours" 1 1,
    OlderThanXDays "olderthan-x-days" 1 1,
    OlderThanXWeeks "olderthan-x-weeks" 1 1,
    OlderThanXMonths "olderthan-x-months" 1 1,
    OlderThanXYears "olderthan-x-years" 1 1,
    ThisFiscalYear "this-fiscal-year" 0 0,
    ThisFiscalPeriod "this-fiscal-period" 0 0,
    LastFiscalYear "last-fiscal-year" 0 0,
    LastFiscalPeriod "last-fiscal-period" 0 0,
    NextFiscalYear "next-fiscal-year" 0 0,
    NextFiscalPeriod "next-fiscal-period" 0 0,
    LastXFiscalYears "last-x-fiscal-years" 1 1,
    LastXFiscalPeriods "last-x-fiscal-periods" 1 1,
    NextXFiscalYears "next-x-fiscal-years" 1 1,
    NextXFiscalPeriods "next-x-fiscal-periods" 1 1,
    InFiscalYear "in-fiscal-year" 1 1,
    InFiscalPeriod "in-fiscal-period" 1 1,
    InFiscalPeriodAndYear "in-fiscal-period-and-year" 2 2,
    InOrBeforeFiscalPeriodAndYear "in-or-before-fiscal-period-and-year" 2 2,
    InOrAfterFiscalPeriodAndYear "in-or-after-fiscal-period-and-year" 2 2,
    EqUserId "eq-userid" 0 0,
    NeUserId "ne-userid" 0 0,
    EqBusinessId "eq-businessid" 0 0,
    NeBusinessId "ne-businessid" 0 0,
    EqUserTeams "eq-userteams" 0 0,
    EqUserOrUserTeams "eq-useroruserteams" 0 0,
    EqUserOrUserHierarchy "eq-useroruserhierarchy" 0 0,
    EqUserOrUserHierarchyAndTeams "eq-useroruserhierarchyandteams" 0 0,
    EqUserLanguage "eq-userlanguage" 0 0,
    Above "above" 1 1,
    EqOrAbove "eq-or-above" 1 1,
    Under "under" 1 1,
    EqOrUnder "eq-or-under" 1 1,
    NotUnder "not-under" 1 1,
    ContainValues "contain-values" 1 MANY,
    NotContainValues "not-contain-values" 1 MANY,
}

impl Operator {
    /// The operator of this name; `neq` is another name of `ne`.
    pub fn from_name(name: &str) -> Option<Self> {
        if name == "neq" {
            return Some(Self::Ne);
        }
        Self::ALL.iter().copied().find(|operator| operator.as_str() == name)
    }
}
