//! What the form of a rule shows: `rule-fields.html` is included by the pages that have one as their `rule`.

use ui::SelectOption;

use super::builder::{EMAILS, Row, TAG, VISITS};

/// What a condition can ask about: its name in the form, its words, and which tests it takes.
pub struct Subject {
    pub name: String,
    pub label: String,
    pub kind: &'static str,
}

impl Subject {
    pub fn new(name: &str, label: &str, kind: &'static str) -> Self {
        Self { name: name.to_owned(), label: label.to_owned(), kind }
    }
}

/// Tests that belong together, with the kinds of subjects that take them.
pub struct Tests {
    pub label: &'static str,
    pub kinds: &'static str,
    pub tests: &'static [(&'static str, &'static str)],
}

pub const TESTS: [Tests; 6] = [
    Tests { label: "Same", kinds: "text status own", tests: &[("is", "is"), ("is_not", "is not")] },
    Tests {
        label: "Texts",
        kinds: "text own",
        tests: &[("contains", "contains"), ("begins_with", "begins with"), ("ends_with", "ends with")],
    },
    Tests {
        label: "Anything",
        kinds: "text moment own",
        tests: &[("is_empty", "is empty"), ("is_not_empty", "is not empty")],
    },
    Tests {
        label: "Dates and numbers",
        kinds: "moment own",
        tests: &[
            ("in_last_days", "in the last … days"),
            ("not_in_last_days", "not in the last … days"),
            ("since", "since (date)"),
            ("before", "before (date)"),
        ],
    },
    Tests {
        label: "Numbers",
        kinds: "own",
        tests: &[("greater_than", "is greater than"), ("less_than", "is less than")],
    },
    Tests { label: "Tags", kinds: TAG, tests: &[("has", "is there"), ("has_not", "is not there")] },
];

pub const EMAIL_TESTS: Tests = Tests {
    label: "Emails, in the last … days or ever",
    kinds: EMAILS,
    tests: &[
        ("opened", "opened"),
        ("not_opened", "did not open"),
        ("clicked", "clicked in"),
        ("not_clicked", "did not click in"),
        ("sent", "was sent"),
        ("not_sent", "was not sent"),
    ],
};

pub const VISIT_TESTS: Tests = Tests {
    label: "Pages with this address, from a link in an email",
    kinds: VISITS,
    tests: &[
        ("visited", "visited"),
        ("visited_7", "visited in the last 7 days"),
        ("visited_30", "visited in the last 30 days"),
        ("visited_90", "visited in the last 90 days"),
        ("not_visited", "did not visit"),
        ("not_visited_7", "did not visit in the last 7 days"),
        ("not_visited_30", "did not visit in the last 30 days"),
        ("not_visited_90", "did not visit in the last 90 days"),
    ],
};

/// A row of the form with what is wrong with it.
pub struct RuleRow {
    pub row: Row,
    pub problem: String,
}

/// A rule as it is written.
pub struct RuleFields {
    /// Where its buttons send the form to.
    pub action: String,
    /// The rule in words, where it nests deeper than this form and stays as it is, and what `kept` sends for it.
    pub kept: Option<(String, String)>,
    pub is_any: bool,
    pub rows: Vec<RuleRow>,
    pub subjects: Vec<Subject>,
    /// Emails that conditions can name.
    pub emails: Vec<SelectOption>,
    /// Values to choose from: tags and states.
    pub values: Vec<String>,
    /// Whom it means now, in words; none until it is asked.
    pub count: Option<String>,
}

impl RuleFields {
    pub fn tests(&self) -> impl Iterator<Item = &'static Tests> {
        TESTS.iter().chain([&EMAIL_TESTS, &VISIT_TESTS])
    }
}
