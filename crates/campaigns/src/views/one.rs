use askama::Template;
use ui::{FieldErrors, Frame, Moment, SelectOption, StatusPill};

use super::{Bar, Card};
use crate::attached::Role;

/// An item of a campaign.
#[derive(Clone, Debug)]
pub struct ContentRow {
    pub id: String,
    pub title: String,
    pub status: StatusPill,
    pub type_word: String,
    pub role: &'static str,
    pub is_first: bool,
    pub is_last: bool,
}

/// Money that was spent.
#[derive(Clone, Debug)]
pub struct SpendRow {
    pub id: String,
    pub day: String,
    pub purpose: String,
    pub by: String,
    pub amount: String,
}

/// What was typed about money that was spent.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct SpendForm {
    pub amount: String,
    pub spent_on: String,
    pub purpose: String,
}

/// One step of the funnel.
#[derive(Clone, Debug)]
pub struct Step {
    pub name: &'static str,
    /// Empty where nothing measures it.
    pub number: String,
    pub bar: Bar,
    /// What it counts, or why it is not counted.
    pub note: &'static str,
}

/// A figure with its name.
#[derive(Clone, Debug)]
pub struct Figure {
    pub name: &'static str,
    pub value: String,
    pub note: String,
}

/// `/admin/{org}/campaigns/{id}`.
#[derive(Template)]
#[template(path = "campaign.html")]
pub struct CampaignPage {
    pub frame: Frame,
    pub card: Card,
    pub description: String,
    pub starts: Moment,
    pub ends: Moment,
    pub zone: String,
    pub made_by: String,
    /// How far its time has come.
    pub time: Option<Bar>,
    pub funnel: Vec<Step>,
    pub figures: Vec<Figure>,
    pub content: Vec<ContentRow>,
    pub spend: Vec<SpendRow>,
    pub spend_more: i64,
    pub spent: String,
    pub spend_form: SpendForm,
    pub errors: FieldErrors,
}

impl CampaignPage {
    fn address(&self) -> String {
        format!("{}/campaigns/{}", self.frame.base(), self.card.id)
    }

    fn roles(&self) -> [Role; 3] {
        Role::ALL
    }
}

/// An item that may be put into a campaign.
#[derive(Clone, Debug)]
pub struct ChoiceRow {
    pub id: String,
    pub title: String,
    pub status: StatusPill,
    pub type_word: String,
    pub is_in: bool,
}

/// `/admin/{org}/campaigns/{id}/content`: content to put into it.
#[derive(Template)]
#[template(path = "campaign-content.html")]
pub struct ChoosePage {
    pub frame: Frame,
    pub id: String,
    pub name: String,
    pub search: String,
    pub rows: Vec<ChoiceRow>,
}

impl ChoosePage {
    fn roles(&self) -> [Role; 3] {
        Role::ALL
    }
}

/// `/admin/{org}/content/{id}/campaigns`: the campaigns of an item, on its own page as a part of it.
#[derive(Template)]
#[template(path = "campaigns-of-content.html")]
pub struct OfContentPage {
    pub frame: Frame,
    pub content_id: String,
    pub title: String,
    /// Each with the item's role in it.
    pub campaigns: Vec<(Card, &'static str)>,
    /// Campaigns that it may be put into.
    pub choices: Vec<SelectOption>,
    pub errors: FieldErrors,
}

impl OfContentPage {
    fn roles(&self) -> [Role; 3] {
        Role::ALL
    }
}
