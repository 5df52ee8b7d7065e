//! What is looked at before an email is sent, with words that explain.

use std::cell::RefCell;

use kernel::access::Caller;
use kernel::error::FieldError;
use kernel::{Error, Result};
use lol_html::{RewriteStrSettings, element, rewrite_str};
use serde::Serialize;
use utoipa::ToSchema;

use super::merge::{Kind, Template};
use super::{freeze, hints, sender};
use crate::audience::{fields, rule, segments};
use crate::composer;
use crate::sending::emails::Email;

/// The code of a finding: nobody would get it.
pub const AUDIENCE_EMPTY: &str = "audience_empty";
/// Gmail cuts off what is longer, in bytes.
const CUT_OFF_AT: usize = 102_400;
const NEARLY_CUT_OFF_AT: usize = 90_000;
/// Characters of a subject that most phones show.
const SUBJECT_SHOWN: usize = 60;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Good,
    /// Worth a look; it can be sent.
    Warning,
    /// It cannot be sent like this.
    Error,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Check {
    /// A stable word for programs.
    pub code: &'static str,
    /// The field it is about.
    pub field: &'static str,
    pub level: Level,
    pub message: String,
}

/// Everything that was looked at.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Checklist {
    /// Whether it can be sent.
    pub is_ready: bool,
    /// Contacts that it would be sent to now.
    pub reachable: i64,
    pub checks: Vec<Check>,
}

impl Checklist {
    /// The findings that forbid sending, as problems of the fields.
    pub fn problems(&self) -> Vec<FieldError> {
        let errors = self.checks.iter().filter(|check| check.level == Level::Error);
        errors.map(|check| FieldError::new(check.field, check.code, check.message.clone())).collect()
    }
}

#[derive(Default)]
pub(crate) struct Findings(Vec<Check>);

impl Findings {
    pub fn add(&mut self, level: Level, code: &'static str, field: &'static str, message: impl Into<String>) {
        self.0.push(Check { code, field, level, message: message.into() });
    }
}

/// Looks at everything of an email.
pub async fn of(caller: &Caller, email: &Email) -> Result<Checklist> {
    let mut findings = Findings::default();
    subject(email, &mut findings);
    tags(email, &mut findings);
    unknown_fields(caller, email, &mut findings).await?;
    content(email, &mut findings);
    composer::findings(caller, email, &mut findings).await?;
    hints::of(email, &mut findings);
    let reachable = audience(caller, email, &mut findings).await?;
    sender::trial(email, reachable, &mut findings);
    sender::sender(caller, email, &mut findings).await?;
    let is_ready = findings.0.iter().all(|check| check.level != Level::Error);
    Ok(Checklist { is_ready, reachable, checks: findings.0 })
}

fn subject(email: &Email, findings: &mut Findings) {
    let length = email.subject.chars().count();
    let letters = || email.subject.chars().filter(|one| one.is_alphabetic());
    if length > SUBJECT_SHOWN {
        let words =
            format!("The subject has {length} characters; phones show about {SUBJECT_SHOWN}. Put what matters first.");
        findings.add(Level::Warning, "subject_long", "subject", words);
    } else if letters().count() > 5 && letters().all(char::is_uppercase) {
        let words = "The subject is in capitals only, which filters and readers take for advertising. Use normal case.";
        findings.add(Level::Warning, "subject_capitals", "subject", words);
    } else {
        findings.add(Level::Good, "subject", "subject", "The subject is short enough to be read whole.");
    }
    match &email.preheader {
        Some(_) => findings.add(Level::Good, "preheader", "preheader", "There is a preheader."),
        None => {
            let words = "There is no preheader, so mail programs show the first words of the text beside the subject.";
            findings.add(Level::Warning, "preheader_missing", "preheader", words);
        }
    }
}

fn tags(email: &Email, findings: &mut Findings) {
    let mistakes = freeze::mistakes(email);
    if mistakes.is_empty() {
        let parts = [(&email.subject, Kind::Line), (&email.content, Kind::Html)];
        let templates = parts.into_iter().filter_map(|(text, kind)| Template::parse(text, kind).ok());
        let mut bare: Vec<String> = templates
            .flat_map(|template| template.tags().cloned().collect::<Vec<_>>())
            .filter(|tag| tag.fallback.is_none() && !tag.name.is_always_there())
            .map(|tag| format!("{{{{{}}}}}", tag.written))
            .collect();
        bare.sort();
        bare.dedup();
        if bare.is_empty() {
            findings.add(
                Level::Good,
                "merge_tags",
                "content",
                "Every merge tag is known and has a value for everybody.",
            );
        } else {
            let words = format!(
                "Contacts without such a value get nothing in place of {}. Add a fallback, as in {{{{first_name|there}}}}.",
                bare.join(", ")
            );
            findings.add(Level::Warning, "merge_tag_fallback", "content", words);
        }
    }
    for mistake in mistakes {
        findings.add(Level::Error, "merge_tag", "content", mistake.words);
    }
}

/// Tags of fields that the organization does not have: nobody would have a value.
async fn unknown_fields(caller: &Caller, email: &Email, findings: &mut Findings) -> Result<()> {
    let asked = freeze::fields(email);
    if asked.is_empty() {
        return Ok(());
    }
    let known = fields::all(&caller.tx).await?;
    for key in asked.into_iter().filter(|key| !known.iter().any(|field| field.key == *key)) {
        let words = format!(
            "There is no field for {{{{fields.{key}}}}}. Write the key of one of your fields, or add it at Audience, Fields."
        );
        findings.add(Level::Error, "merge_tag", "content", words);
    }
    Ok(())
}

/// What the HTML holds that mail programs or readers stumble over.
#[derive(Default)]
struct Found {
    without_alt: usize,
    relative: Vec<String>,
    insecure: usize,
    links: usize,
    /// Links with a merge tag among their parts: each reader has another one.
    personal: usize,
    never_shown: Vec<String>,
}

fn content(email: &Email, findings: &mut Findings) {
    if email.content.trim().is_empty() {
        findings.add(Level::Error, "content_missing", "content", "There is no text yet. Write what you want to say.");
        return;
    }
    let found = look_at(&email.content);
    if found.without_alt > 0 {
        let which = match found.without_alt {
            1 => "A picture has no alternative text. Describe it".to_owned(),
            many => format!("{many} of the pictures have no alternative text. Describe them"),
        };
        let words = format!(
            "{which} (alt=\"…\"), for many people see mails without pictures; alt=\"\" says that one is decoration."
        );
        findings.add(Level::Warning, "alt_missing", "content", words);
    }
    if let Some(first) = found.relative.first() {
        let words =
            format!("The address “{first}” leads nowhere outside your site. Write it whole, beginning with https://.");
        findings.add(Level::Error, "link_relative", "content", words);
    } else {
        let words = match found.links {
            0 => "There is no link.".to_owned(),
            1 => "One link, with its whole address.".to_owned(),
            many => format!("{many} links, all with whole addresses."),
        };
        findings.add(Level::Good, "links", "content", words);
    }
    if found.personal > 0 {
        let words =
            "Clicks on links with a merge tag in their address are not counted, for each reader has another one.";
        findings.add(Level::Warning, "link_personal", "content", words);
    }
    if found.insecure > 0 {
        let which = match found.insecure {
            1 => "An address begins".to_owned(),
            many => format!("{many} addresses begin"),
        };
        let words = format!("{which} with http://. Use https://, which mail programs trust.");
        findings.add(Level::Warning, "link_insecure", "content", words);
    }
    if !found.never_shown.is_empty() {
        let words = format!("Mail programs take out {}. Leave it out.", found.never_shown.join(", "));
        findings.add(Level::Warning, "html_never_shown", "content", words);
    }
    if freeze::has_way_out(email) {
        findings.add(Level::Good, "unsubscribe", "content", "Readers find a link to unsubscribe.");
    } else {
        let words = "There is no link to {{unsubscribe_url}} in the text, so a line with one is added at its end.";
        findings.add(Level::Good, "unsubscribe_added", "content", words);
    }
    match freeze::freeze(email) {
        Ok(frozen) => size(frozen.html.len() + frozen.links.len() * 150, findings),
        Err(Error::Invalid(problems)) if freeze::mistakes(email).is_empty() => {
            problems.into_iter().for_each(|it| findings.add(Level::Error, it.code, "content", it.message));
        }
        Err(_) => {}
    }
}

fn size(bytes: usize, findings: &mut Findings) {
    let kilobytes = bytes.div_ceil(1024);
    if bytes > CUT_OFF_AT {
        let words = format!("The HTML has about {kilobytes} KB; Gmail cuts off what is over 102 KB. Shorten it.");
        findings.add(Level::Warning, "size", "content", words);
    } else if bytes > NEARLY_CUT_OFF_AT {
        let words = format!("The HTML has about {kilobytes} KB, close to the 102 KB at which Gmail cuts off.");
        findings.add(Level::Warning, "size", "content", words);
    } else {
        findings.add(Level::Good, "size", "content", format!("The HTML has about {kilobytes} KB and is shown whole."));
    }
}

fn look_at(html: &str) -> Found {
    let found = RefCell::new(Found::default());
    let settings = RewriteStrSettings::new()
        .append_element_content_handler(element!("img", |image| {
            if !image.has_attribute("alt") {
                found.borrow_mut().without_alt += 1;
            }
            Ok(())
        }))
        .append_element_content_handler(element!("a[href], area[href], img[src]", |element| {
            let is_link = element.tag_name() != "img";
            let address = element.get_attribute(if is_link { "href" } else { "src" }).unwrap_or_default();
            let address = html_escape::decode_html_entities(address.trim()).into_owned();
            let mut found = found.borrow_mut();
            found.links += usize::from(is_link);
            found.insecure += usize::from(address.starts_with("http://"));
            found.personal += usize::from(is_link && address.starts_with("http") && address.contains("{{"));
            let known = ["https://", "http://", "mailto:", "tel:", "sms:", "cid:", "data:", "#", "{{"];
            if !known.iter().any(|start| address.to_ascii_lowercase().starts_with(start)) {
                found.relative.push(address);
            }
            Ok(())
        }))
        .append_element_content_handler(element!("script, form, iframe, object, embed, video, audio", |element| {
            let name = format!("<{}>", element.tag_name());
            let mut found = found.borrow_mut();
            if !found.never_shown.contains(&name) {
                found.never_shown.push(name);
            }
            Ok(())
        }));
    let _ = rewrite_str(html, settings);
    found.into_inner()
}

async fn audience(caller: &Caller, email: &Email, findings: &mut Findings) -> Result<i64> {
    if email.automation_id.is_some() {
        let words = "Whoever comes to its step in the automation gets it.";
        findings.add(Level::Good, "audience_of_automation", "audience_segment", words);
        return Ok(0);
    }
    let rule = match &email.audience_segment {
        None => {
            let words = "Nobody is chosen yet. Choose a segment, or everybody.";
            findings.add(Level::Error, "audience_missing", "audience_segment", words);
            return Ok(0);
        }
        Some(value) => match rule::parse("audience_segment", value) {
            Ok(rule) => rule,
            Err(_) => {
                let words = "The rule that says who gets it cannot be read. Choose the audience again.";
                findings.add(Level::Error, "audience_unreadable", "audience_segment", words);
                return Ok(0);
            }
        },
    };
    let counted = segments::api::counted(caller, rule).await?;
    if counted.reachable == 0 {
        let words = format!(
            "Nobody would get it: {} contacts are meant, and none of them is subscribed and reachable.",
            counted.contacts
        );
        findings.add(Level::Error, AUDIENCE_EMPTY, "audience_segment", words);
    } else {
        let words = format!("{} contacts get it ({}).", counted.reachable, counted.words);
        findings.add(Level::Good, "audience", "audience_segment", words);
    }
    Ok(counted.reachable)
}
