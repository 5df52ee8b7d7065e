//! The score with its checks and the previews, as the editor's side shows them.

use askama::Template;
use askama::filters::HtmlSafe;

use super::preview::{Address, Card, SearchResult};
use super::report::{Finding, Group, Report, Status};
use super::subject::Texts;

/// Everything about an item that changes while it is typed. In a template `{{ results }}` is enough.
#[derive(Template, Clone, Debug)]
#[template(path = "seo-results.html")]
pub struct SeoResults {
    report: Report,
    result: SearchResult,
    card: Card,
}

/// Its template escapes.
impl HtmlSafe for SeoResults {}

impl SeoResults {
    pub fn of(texts: &Texts, address: &Address) -> Self {
        Self { report: super::report(texts), result: SearchResult::of(texts, address), card: Card::of(texts, address) }
    }

    fn word(&self) -> &'static str {
        match self.report.status {
            Status::Good => "Good",
            Status::Ok => "Could be better",
            Status::Bad => "Needs work",
        }
    }

    /// The groups that have findings, the worst finding of each first.
    fn groups(&self) -> Vec<FindingGroup<'_>> {
        let groups = [
            (Group::Listing, "In search results"),
            (Group::Keyword, "Focus keyword"),
            (Group::Structure, "Text, links and images"),
            (Group::Readability, "Readability"),
        ];
        let found = groups.into_iter().map(|(group, label)| {
            let mut findings: Vec<&Finding> = self.report.checks.iter().filter(|check| check.group == group).collect();
            findings.sort_by_key(|finding| std::cmp::Reverse(finding.status.rank()));
            FindingGroup { label, findings }
        });
        found.filter(|group| !group.findings.is_empty()).collect()
    }
}

/// Findings of one kind.
struct FindingGroup<'a> {
    label: &'static str,
    findings: Vec<&'a Finding>,
}

impl FindingGroup<'_> {
    fn open_count(&self) -> usize {
        self.findings.iter().filter(|finding| finding.status != Status::Good).count()
    }

    fn summary(&self) -> String {
        match self.open_count() {
            0 => "all good".to_owned(),
            count => format!("{count} to look at"),
        }
    }
}

impl Finding {
    fn icon(&self) -> &'static str {
        match self.status {
            Status::Good => "circle-check",
            Status::Ok => "triangle-alert",
            Status::Bad => "circle-alert",
        }
    }

    fn status_word(&self) -> &'static str {
        match self.status {
            Status::Good => "Good",
            Status::Ok => "Could be better",
            Status::Bad => "Needs work",
        }
    }

    fn field_word(&self) -> &'static str {
        match self.place.field {
            "title" => "the title",
            "slug" => "the address",
            "meta_title" => "the search title",
            "meta_description" => "the description",
            "keywords" => "the focus keyword",
            _ => "the text",
        }
    }
}
