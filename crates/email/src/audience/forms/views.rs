//! What the pages of forms show.

use askama::Template;
use ui::{FieldErrors, Frame};

use super::SubscribeForm;
use super::typed::TypedForm;
use crate::audience::views::Tabs;

/// `/admin/{org}/audience/forms`: the forms.
#[derive(Template)]
#[template(path = "subscribe-forms.html")]
pub struct FormsPage {
    pub frame: Frame,
    pub tabs: Tabs,
    pub forms: Vec<SubscribeForm>,
    /// The address of the form that the site shows.
    pub on_site: String,
}

/// A form as it is written: a new one, or one that exists.
#[derive(Template)]
#[template(path = "subscribe-form.html")]
pub struct FormPage {
    pub frame: Frame,
    /// None for a new one.
    pub id: Option<String>,
    pub form: TypedForm,
    /// Its address on the site.
    pub address: String,
    /// What to put into a page elsewhere.
    pub snippet: String,
    pub errors: FieldErrors,
}

impl FormPage {
    fn action(&self) -> String {
        match &self.id {
            Some(id) => format!("{}/audience/forms/{id}", self.frame.base()),
            None => format!("{}/audience/forms", self.frame.base()),
        }
    }
}

/// HTML that works on any page: it sends what is typed to the form's own page, which asks for the rest.
pub fn snippet(form: &SubscribeForm, address: &str) -> String {
    let name =
        if form.asks_name { "\n  <p><label>Name <input name=\"name\" autocomplete=\"name\"></label></p>" } else { "" };
    let company = if form.asks_company {
        "\n  <p><label>Company <input name=\"company\" autocomplete=\"organization\"></label></p>"
    } else {
        ""
    };
    format!(
        "<form method=\"post\" action=\"{address}\" accept-charset=\"utf-8\">
  <p><label>Mail address <input type=\"email\" name=\"email\" autocomplete=\"email\" required></label></p>{name}{company}
  <p hidden><label>Leave this empty <input name=\"website\" tabindex=\"-1\" autocomplete=\"off\"></label></p>
  <p><button type=\"submit\">Subscribe</button></p>
</form>"
    )
}

impl FormsPage {
    fn is_on_site(&self, form: &SubscribeForm) -> bool {
        form.slug == self.on_site
    }
}
