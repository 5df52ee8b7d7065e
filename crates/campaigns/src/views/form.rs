use askama::Template;
use ui::{FieldErrors, Frame, SelectOption};

use super::types;
use crate::campaign::Goal;

/// What was typed about a campaign.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct CampaignForm {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub description: String,
    pub start_date: String,
    pub end_date: String,
    pub timezone: String,
    pub budget: String,
    pub goal_type: String,
    pub goal_value: String,
    /// The version that was seen.
    pub version: String,
}

/// `/admin/{org}/campaigns/new` and `/admin/{org}/campaigns/{id}/edit`.
#[derive(Template)]
#[template(path = "campaign-form.html")]
pub struct CampaignFormPage {
    pub frame: Frame,
    /// None for a new one.
    pub id: Option<String>,
    pub form: CampaignForm,
    pub errors: FieldErrors,
    pub zones: Vec<SelectOption>,
    /// Templates to begin from: id and name.
    pub templates: Vec<(String, String)>,
}

impl CampaignFormPage {
    fn types(&self) -> Vec<SelectOption> {
        types().collect()
    }

    /// What a goal may count; other words that were set are kept.
    fn goals(&self) -> Vec<SelectOption> {
        let mut options = vec![SelectOption::new("", "No goal")];
        options.extend([
            SelectOption::new(Goal::Impressions.as_str(), "Impressions: people who open its emails"),
            SelectOption::new(Goal::Clicks.as_str(), "Clicks: people who follow a link in its emails"),
            SelectOption::new(Goal::PublishedContent.as_str(), "Published content"),
            SelectOption::new(Goal::Conversions.as_str(), "Conversions (not measured yet)"),
            SelectOption::new(Goal::Revenue.as_str(), "Revenue (not measured yet)"),
        ]);
        if !options.iter().any(|option| option.is(&self.form.goal_type)) {
            options.push(SelectOption::new(&self.form.goal_type, &self.form.goal_type));
        }
        options
    }

    fn action(&self) -> String {
        match &self.id {
            Some(id) => format!("{}/campaigns/{id}", self.frame.base()),
            None => format!("{}/campaigns", self.frame.base()),
        }
    }

    fn title(&self) -> &'static str {
        if self.id.is_some() { "Edit campaign" } else { "New campaign" }
    }
}

/// A template.
#[derive(Clone, Debug)]
pub struct TemplateRow {
    pub id: String,
    pub name: String,
    pub description: String,
    pub type_word: &'static str,
    /// Its days, budget and goal in words.
    pub words: String,
}

/// `/admin/{org}/campaigns/templates`.
#[derive(Template)]
#[template(path = "campaign-templates.html")]
pub struct TemplatesPage {
    pub frame: Frame,
    pub rows: Vec<TemplateRow>,
}
