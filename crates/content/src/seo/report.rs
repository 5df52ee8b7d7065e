//! What the checks give: findings, and the score they add up to.

use serde::Serialize;
use utoipa::ToSchema;

/// How well a check went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = SeoStatus)]
pub enum Status {
    Good,
    Ok,
    Bad,
}

impl Status {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Ok => "ok",
            Self::Bad => "bad",
        }
    }

    /// Good within the first limit, middling within the second, bad beyond.
    pub(super) fn below(value: f64, good: f64, middling: f64) -> Self {
        if value <= good {
            Self::Good
        } else if value <= middling {
            Self::Ok
        } else {
            Self::Bad
        }
    }

    /// The worse, the higher.
    pub(super) fn rank(self) -> u8 {
        match self {
            Self::Good => 0,
            Self::Ok => 1,
            Self::Bad => 2,
        }
    }

    /// How much of a check's weight counts, in hundredths.
    fn share(self) -> u32 {
        match self {
            Self::Good => 100,
            Self::Ok => 50,
            Self::Bad => 0,
        }
    }
}

/// What a check is about; the panel shows one list for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// What a search engine shows.
    Listing,
    /// The words people look for.
    Keyword,
    /// Headings, links, images, length.
    Structure,
    /// How easily it reads.
    Readability,
}

/// Where there is something to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = SeoPlace)]
pub struct Place {
    /// Name of the item's field.
    pub field: &'static str,
    /// The beginning of the passage, where it is one of several.
    pub quote: Option<String>,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Finding {
    pub id: &'static str,
    pub group: Group,
    pub label: &'static str,
    pub status: Status,
    /// How much it counts for the score.
    pub weight: u32,
    /// What was found and what to do about it.
    pub advice: String,
    pub place: Place,
}

/// A check by name: what it is called, where it belongs and how much it counts.
pub(super) struct Check {
    pub id: &'static str,
    pub group: Group,
    pub label: &'static str,
    pub weight: u32,
}

/// Characters of a passage that are quoted.
const QUOTE_CHARACTERS: usize = 80;

impl Check {
    pub const fn new(id: &'static str, group: Group, label: &'static str, weight: u32) -> Self {
        Self { id, group, label, weight }
    }

    /// A finding about a whole field.
    pub fn found(&self, status: Status, field: &'static str, advice: impl Into<String>) -> Finding {
        Finding {
            id: self.id,
            group: self.group,
            label: self.label,
            status,
            weight: self.weight,
            advice: advice.into(),
            place: Place { field, quote: None },
        }
    }

    /// A finding about a passage of the text.
    pub fn found_at(&self, status: Status, passage: &str, advice: impl Into<String>) -> Finding {
        let mut finding = self.found(status, "content", advice);
        let passage = crate::html::shorten(passage.trim(), QUOTE_CHARACTERS);
        finding.place.quote = Some(passage).filter(|passage| status != Status::Good && !passage.is_empty());
        finding
    }
}

/// All findings about an item, and the score.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Report {
    /// 0 to 100: the weights of the good checks, and half of those of the middling ones, out of all that applied.
    pub score: u32,
    /// `good` from 80, `ok` from 50, else `bad`.
    pub status: Status,
    /// Words in the text.
    pub words: usize,
    /// Flesch reading ease, where there is a rule for the language and enough text.
    pub reading_ease: Option<f64>,
    pub checks: Vec<Finding>,
}

impl Report {
    pub(super) fn of(checks: Vec<Finding>, words: usize, reading_ease: Option<f64>) -> Self {
        let score = score(&checks);
        let status = match score {
            80.. => Status::Good,
            50.. => Status::Ok,
            _ => Status::Bad,
        };
        Self { score, status, words, reading_ease, checks }
    }
}

fn score(checks: &[Finding]) -> u32 {
    let all: u32 = checks.iter().map(|check| check.weight).sum();
    let reached: u32 = checks.iter().map(|check| check.weight * check.status.share()).sum();
    (reached + all / 2).checked_div(all).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_score_weighs_what_applied() {
        const HEAVY: Check = Check::new("heavy", Group::Listing, "Heavy", 3);
        const LIGHT: Check = Check::new("light", Group::Listing, "Light", 1);
        let report =
            |heavy, light| Report::of(vec![HEAVY.found(heavy, "title", ""), LIGHT.found(light, "title", "")], 0, None);
        assert_eq!(report(Status::Good, Status::Good).score, 100);
        assert_eq!(report(Status::Bad, Status::Bad).score, 0);
        assert_eq!((report(Status::Good, Status::Bad).score, report(Status::Bad, Status::Good).score), (75, 25));
        assert_eq!(report(Status::Ok, Status::Ok).score, 50);
        assert_eq!(report(Status::Good, Status::Ok).status, Status::Good);
        assert_eq!(report(Status::Ok, Status::Bad).status, Status::Bad);
        assert_eq!(Report::of(Vec::new(), 0, None).score, 0);
    }
}
