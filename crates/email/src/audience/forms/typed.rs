//! What was typed for a form.

use kernel::api::Patch;
use serde::Deserialize;

use super::SubscribeForm;
use super::actions::RawForm;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct TypedForm {
    pub title: String,
    /// Left empty, it is made of the title.
    pub slug: String,
    pub intro: String,
    pub asks_name: String,
    pub asks_company: String,
    /// With commas.
    pub tags: String,
    pub consent_wording: String,
    pub double_opt_in: String,
    pub thanks: String,
    pub redirect_url: String,
    /// Whether the pages of the site show it.
    pub on_site: String,
    /// The version that was seen.
    pub version: String,
}

impl TypedForm {
    /// What stands in the form of one that exists.
    pub fn of(form: &SubscribeForm, is_on_site: bool) -> Self {
        let ticked = |is_so: bool| if is_so { "true".to_owned() } else { String::new() };
        Self {
            title: form.title.clone(),
            slug: form.slug.clone(),
            intro: form.intro.clone().unwrap_or_default(),
            asks_name: ticked(form.asks_name),
            asks_company: ticked(form.asks_company),
            tags: form.tags.join(", "),
            consent_wording: form.consent_wording.clone(),
            double_opt_in: ticked(form.double_opt_in),
            thanks: form.thanks.clone().unwrap_or_default(),
            redirect_url: form.redirect_url.clone().unwrap_or_default(),
            on_site: ticked(is_on_site),
            version: form.version.to_string(),
        }
    }

    /// All of it: what is empty is meant to be.
    pub fn raw(&self) -> RawForm {
        let ticked = |text: &str| Some(!text.is_empty());
        RawForm {
            title: Some(self.title.clone()),
            slug: Some(self.slug.clone()),
            intro: Patch::Set(self.intro.clone()),
            asks_name: ticked(&self.asks_name),
            asks_company: ticked(&self.asks_company),
            tags: Some(self.tags.split(',').map(str::to_owned).collect()),
            consent_wording: Some(self.consent_wording.clone()),
            double_opt_in: ticked(&self.double_opt_in),
            thanks: Patch::Set(self.thanks.clone()),
            redirect_url: Patch::Set(self.redirect_url.clone()),
            on_site: ticked(&self.on_site),
        }
    }
}
