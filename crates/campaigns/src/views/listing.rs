use askama::Template;
use ui::{Frame, Pager, SelectOption, StatusPill};

use super::{Card, types};
use crate::campaign::Status;

/// The campaigns of one status.
#[derive(Clone, Debug)]
pub struct Column {
    /// The status by its name in the database.
    pub name: &'static str,
    pub pill: StatusPill,
    pub cards: Vec<Card>,
    /// How many there are, also those that are not shown.
    pub count: i64,
}

impl Column {
    fn more(&self) -> i64 {
        self.count - i64::try_from(self.cards.len()).unwrap_or(0)
    }
}

/// `/admin/{org}/campaigns`.
#[derive(Template)]
#[template(path = "campaigns.html")]
pub struct CampaignsPage {
    pub frame: Frame,
    /// `board`, `cards` or `table`.
    pub view: &'static str,
    pub search: String,
    pub status: &'static str,
    pub kind: &'static str,
    pub sort: String,
    /// The board's.
    pub columns: Vec<Column>,
    /// Those of the other views.
    pub cards: Vec<Card>,
    pub pager: Pager,
    pub has_templates: bool,
}

impl CampaignsPage {
    fn is_filtered(&self) -> bool {
        !(self.search.is_empty() && self.status.is_empty() && self.kind.is_empty())
    }

    fn is_empty(&self) -> bool {
        self.cards.is_empty() && self.columns.iter().all(|column| column.cards.is_empty())
    }

    fn statuses(&self) -> Vec<SelectOption> {
        let option = |status: Status| SelectOption::new(status.as_str(), StatusPill::of(status.as_str()).word());
        std::iter::once(SelectOption::new("", "Any status")).chain(Status::ALL.into_iter().map(option)).collect()
    }

    fn types(&self) -> Vec<SelectOption> {
        std::iter::once(SelectOption::new("", "Any type")).chain(types()).collect()
    }

    fn sorts(&self) -> Vec<SelectOption> {
        [
            ("", "Last changed"),
            ("name", "Name"),
            ("start_date", "Start"),
            ("end_date", "End"),
            ("-created_at", "Newest"),
        ]
        .into_iter()
        .map(|(value, label)| SelectOption::new(value, label))
        .collect()
    }

    /// The same list looked at in another way.
    fn address(&self, view: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("view", view);
        let filters = [("q", self.search.as_str()), ("status", self.status), ("type", self.kind)];
        for (name, value) in filters.into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        format!("{}/campaigns?{}", self.frame.base(), query.finish())
    }
}
