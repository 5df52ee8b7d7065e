//! What the pages of campaigns show.

mod form;
mod listing;
mod one;

use ui::{SelectOption, StatusPill};

use crate::campaign::CampaignType;

pub use form::{CampaignForm, CampaignFormPage, TemplateRow, TemplatesPage};
pub use listing::{CampaignsPage, Column};
pub use one::{CampaignPage, ChoiceRow, ChoosePage, ContentRow, Figure, OfContentPage, SpendForm, SpendRow, Step};

/// How much of something there is, as a bar with words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bar {
    /// `420 of 1,000 clicks`.
    pub words: String,
    /// `42 %`; empty where nothing measures it.
    pub percent: String,
    /// How much of the bar is filled, from `0` to `100`.
    pub filled: String,
    /// Whether it is more than there should be.
    pub is_over: bool,
}

impl Bar {
    pub fn new(words: String, percent: Option<f64>) -> Self {
        let Some(percent) = percent else { return Self { words, ..Self::default() } };
        Self {
            words,
            percent: format!("{percent:.0} %"),
            filled: format!("{:.1}", percent.clamp(0.0, 100.0)),
            is_over: percent > 100.0,
        }
    }

    /// Whether there is something to fill it with.
    pub fn is_measured(&self) -> bool {
        !self.filled.is_empty()
    }
}

/// A move that somebody may make.
#[derive(Clone, Copy, Debug)]
pub struct MoveView {
    /// Where it leads, as the form sends it.
    pub to: &'static str,
    pub label: &'static str,
    pub icon: &'static str,
}

/// A campaign on the board, as a card or as a row.
#[derive(Clone, Debug)]
pub struct Card {
    pub id: String,
    pub name: String,
    pub status: StatusPill,
    pub type_word: &'static str,
    /// From when to when.
    pub span: String,
    /// `Ends in 12 days`; may be empty.
    pub time_note: String,
    pub is_late: bool,
    pub goal: Option<Bar>,
    pub budget: Option<Bar>,
    /// `3 items`.
    pub content: String,
    pub moves: Vec<MoveView>,
}

impl Card {
    /// The statuses it may be dragged to.
    fn targets(&self) -> String {
        self.moves.iter().map(|step| step.to).collect::<Vec<_>>().join(" ")
    }
}

fn types() -> impl Iterator<Item = SelectOption> {
    CampaignType::ALL.into_iter().map(|kind| SelectOption::new(kind.as_str(), kind.word()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_never_fuller_than_full() {
        let bar = Bar::new("6 of 4".into(), Some(150.0));
        assert_eq!((bar.percent.as_str(), bar.filled.as_str(), bar.is_over), ("150 %", "100.0", true));
        let unknown = Bar::new("leads".into(), None);
        assert!(!unknown.is_measured() && unknown.percent.is_empty());
    }
}
