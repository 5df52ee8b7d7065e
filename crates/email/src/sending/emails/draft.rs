//! From raw input about an email to what may be stored.

use kernel::Result;
use kernel::api::Patch;
use kernel::error::FieldError;
use kernel::validate::{Lines, Problems};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::Email;
use crate::audience::address::Address;
use crate::audience::rule;
use crate::composer::blocks::Composition;
use crate::composer::check;
use crate::sending::trial::Trial;

pub const SUBJECT_LONGEST: usize = 200;
pub const PREHEADER_LONGEST: usize = 150;
const NAME_LONGEST: usize = 200;
/// The longest HTML or plain text, in characters: five times what mail programs show without cutting.
pub const TEXT_LONGEST: usize = 500_000;

/// What somebody sent about an email: for a new one, or as changes to one that exists.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawEmail {
    #[schema(min_length = 1, max_length = 200)]
    pub subject: Option<String>,
    /// What mail programs show beside the subject.
    #[schema(value_type = Option<String>, max_length = 150)]
    pub preheader: Patch<String>,
    /// HTML, with merge tags such as `{{first_name|there}}`. Given for an email in blocks, it takes their place.
    pub content: Option<String>,
    /// The email in blocks, which the HTML and a plain text are made of. Null leaves the HTML, to be changed by hand.
    #[schema(value_type = Option<Composition>)]
    pub composition: Patch<Value>,
    /// The same in plain text; made of the HTML when there is none.
    #[schema(value_type = Option<String>)]
    pub plain_text: Patch<String>,
    /// The organization's name when left out.
    #[schema(min_length = 1, max_length = 200)]
    pub from_name: Option<String>,
    /// The server's own address when left out.
    #[schema(max_length = 254)]
    pub from_email: Option<String>,
    #[schema(value_type = Option<String>, max_length = 254)]
    pub reply_to: Patch<String>,
    /// Whom it is sent to: a rule, such as `{"tag": "vip"}`, or `{"all": true}`.
    #[schema(value_type = Option<Object>)]
    pub audience_segment: Patch<Value>,
    #[schema(value_type = Option<String>)]
    pub campaign_id: Patch<String>,
    /// A second subject line to try on a part of the recipients.
    #[schema(value_type = Option<Trial>)]
    pub trial: Patch<Trial>,
}

/// Checked values of everything of an email that can be edited.
#[derive(Debug, Clone, PartialEq)]
pub struct EmailDraft {
    pub subject: String,
    pub preheader: Option<String>,
    pub content: String,
    pub plain_text: Option<String>,
    pub composition: Option<Composition>,
    pub composed_text: Option<String>,
    pub from_name: String,
    pub from_email: String,
    pub reply_to: Option<String>,
    pub audience_segment: Option<Value>,
    pub campaign_id: Option<String>,
    pub trial: Option<Trial>,
}

/// What a new email begins with where nothing else is said.
pub struct Defaults {
    pub from_name: String,
    pub from_email: String,
}

impl EmailDraft {
    pub fn new(raw: &RawEmail, defaults: Defaults, problems: Problems) -> Result<Self> {
        let empty = Self {
            subject: String::new(),
            preheader: None,
            content: String::new(),
            plain_text: None,
            composition: None,
            composed_text: None,
            from_name: defaults.from_name,
            from_email: defaults.from_email,
            reply_to: None,
            audience_segment: None,
            campaign_id: None,
            trial: None,
        };
        let raw = RawEmail { subject: Some(raw.subject.clone().unwrap_or_default()), ..raw.clone() };
        empty.changed_by(&raw, problems)
    }

    pub fn of(email: &Email, raw: &RawEmail, problems: Problems) -> Result<Self> {
        Self::stored(email).changed_by(raw, problems)
    }

    pub fn stored(email: &Email) -> Self {
        Self {
            subject: email.subject.clone(),
            preheader: email.preheader.clone(),
            content: email.content.clone(),
            plain_text: email.plain_text.clone(),
            composition: email.composition.clone(),
            composed_text: email.composed_text.clone(),
            from_name: email.from_name.clone(),
            from_email: email.from_email.clone(),
            reply_to: email.reply_to.clone(),
            audience_segment: email.audience_segment.clone(),
            campaign_id: email.campaign_id.clone(),
            trial: email.trial.clone(),
        }
    }

    fn changed_by(mut self, raw: &RawEmail, mut problems: Problems) -> Result<Self> {
        if let Some(subject) = &raw.subject {
            self.subject = problems.required("subject", "The subject", subject, SUBJECT_LONGEST);
        }
        match &raw.preheader {
            Patch::Keep => {}
            Patch::Clear => self.preheader = None,
            Patch::Set(text) => {
                self.preheader = problems.optional("preheader", "The preheader", Some(text), PREHEADER_LONGEST);
            }
        }
        self.take_content(raw, &mut problems);
        match &raw.plain_text {
            Patch::Keep => {}
            Patch::Clear => self.plain_text = None,
            Patch::Set(text) => {
                let text = problems.text("plain_text", "The plain text", text, TEXT_LONGEST, Lines::Many);
                self.plain_text = (!text.is_empty()).then_some(text);
            }
        }
        if let Some(name) = &raw.from_name {
            self.from_name = problems.required("from_name", "The sender's name", name, NAME_LONGEST);
        }
        // The operator's own address is offered as it is, also where it is one of this machine alone.
        if let Some(address) = raw.from_email.as_ref().filter(|address| address.trim() != self.from_email)
            && let Some(address) = address_of(&mut problems, "from_email", address)
        {
            self.from_email = address;
        }
        match &raw.reply_to {
            Patch::Keep => {}
            Patch::Clear => self.reply_to = None,
            Patch::Set(text) if text.trim().is_empty() => self.reply_to = None,
            Patch::Set(text) => self.reply_to = address_of(&mut problems, "reply_to", text),
        }
        match &raw.trial {
            Patch::Keep => {}
            Patch::Clear => self.trial = None,
            Patch::Set(trial) => self.trial = Some(trial.checked(&mut problems)),
        }
        self.take_audience(raw, &mut problems);
        problems.finish(self)
    }

    /// Blocks or HTML: what comes last is what holds.
    fn take_content(&mut self, raw: &RawEmail, problems: &mut Problems) {
        match &raw.composition {
            Patch::Set(_) if raw.content.is_some() => {
                let words = "Send blocks or HTML, not both: the HTML of an email in blocks is made of them.";
                problems.add("content", "with_composition", words);
            }
            Patch::Set(value) => self.composition = check::parse("composition", value, problems),
            Patch::Clear => (self.composition, self.composed_text) = (None, None),
            Patch::Keep => {}
        }
        if let Some(content) = &raw.content {
            let content = problems.text("content", "The content", content, TEXT_LONGEST, Lines::Many);
            if content != self.content {
                (self.composition, self.composed_text) = (None, None);
            }
            self.content = content;
        }
    }

    fn take_audience(&mut self, raw: &RawEmail, problems: &mut Problems) {
        match &raw.audience_segment {
            Patch::Keep => {}
            Patch::Clear => self.audience_segment = None,
            Patch::Set(value) => {
                if let Err(kernel::Error::Invalid(errors)) = rule::parse("audience_segment", value) {
                    errors
                        .into_iter()
                        .for_each(|FieldError { field, code, message }| problems.add(&field, code, message));
                }
                self.audience_segment = Some(value.clone());
            }
        }
        match &raw.campaign_id {
            Patch::Keep => {}
            Patch::Clear => self.campaign_id = None,
            Patch::Set(id) => self.campaign_id = (!id.trim().is_empty()).then(|| id.trim().to_owned()),
        }
    }
}

fn address_of(problems: &mut Problems, field: &str, text: &str) -> Option<String> {
    let address = Address::parse(text);
    if address.is_none() {
        problems.add(field, "not_an_email", "That is no e-mail address. Enter one like news@example.org.");
    }
    address.map(|address| address.email)
}
