//! How an email will look to somebody: on a wide screen, in the dark, in plain text, with a contact's values.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, header};
use kernel::access::{Caller, Permission};
use kernel::api::{Body, Id};
use kernel::db::Tenant;
use kernel::error::Problem;
use kernel::validate::Problems;
use kernel::{App, Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::blocks::Composition;
use super::render::Rendered;
use super::{check, show_now, text};
use crate::audience::address::Address;
use crate::audience::contacts::{self, Contact};
use crate::sending::compose::freeze;
use crate::sending::compose::merge::{Kind, Name, Template};
use crate::sending::delivery::letter::{Person, Texts, example, templates};
use crate::sending::emails::{Email, store};

pub fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(preview))
}

/// What to show instead of what is saved.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = EmailPreviewRequest)]
struct PreviewRequest {
    /// Blocks that are not saved; those of the email when left out.
    #[schema(value_type = Option<Composition>)]
    composition: Option<Value>,
    /// The contact whose values are merged; made-up ones when left out.
    contact_id: Option<String>,
}

/// An email as one person would get it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EmailPreview)]
pub struct Preview {
    pub subject: String,
    pub html: String,
    pub plain_text: String,
    /// What is wrong with its merge tags. As long as something is, no values are merged.
    pub mistakes: Vec<String>,
}

/// Shows an email as one person would get it, without sending or saving anything.
#[utoipa::path(post, path = "/emails/{id}/preview", tag = "emails", params(("id" = String, Path)), request_body = PreviewRequest,
    operation_id = "preview_email", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Preview), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn preview(caller: Caller, Id(id): Id, body: Body<PreviewRequest>) -> Result<Json<Preview>> {
    caller.must(Permission::CampaignsManage)?;
    let mut email = store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let mut problems: Problems = body.problems;
    if let Some(value) = &body.value.composition {
        email.composition = check::parse("composition", value, &mut problems);
    }
    let contact = match &body.value.contact_id {
        Some(id) => contacts::store::find(&caller.tx, id).await?,
        None => None,
    };
    if body.value.contact_id.is_some() && contact.is_none() {
        problems.add("contact_id", "unknown", "There is no contact of this id.");
    }
    problems.finish(())?;
    Ok(Json(of(&caller, email, contact).await?))
}

/// The contact of an address; none for none, or for an address that nobody here has.
pub async fn contact_of(tx: &Tenant, address: &str) -> Result<Option<Contact>> {
    let Some(address) = Address::parse(address) else { return Ok(None) };
    contacts::store::find_by_key(tx, &address.key).await
}

/// An email as this contact, or somebody made up, would get it.
pub async fn of(caller: &Caller, mut email: Email, contact: Option<Contact>) -> Result<Preview> {
    show_now(&caller.tx, &caller.app, &mut email).await?;
    let mistakes: Vec<String> = freeze::mistakes(&email).into_iter().map(|mistake| mistake.words).collect();
    let frozen = match freeze::freeze(&email) {
        Ok(frozen) => frozen,
        Err(Error::Invalid(problems)) => {
            let words = problems.into_iter().map(|problem| problem.message);
            let mistakes = if mistakes.is_empty() { words.collect() } else { mistakes };
            let plain_text = email.plain_text.or(email.composed_text).unwrap_or_default();
            return Ok(Preview { subject: email.summary.subject, html: email.content, plain_text, mistakes });
        }
        Err(error) => return Err(error),
    };
    let html = freeze::without_open(&frozen.html);
    let (subject, html, plain) = templates(&Texts { subject: &email.subject, html: &html, plain: &frozen.plain_text })?;
    let organization = caller.organization.name.clone();
    let person = contact.map(person_of);
    let value = |name: &Name| match (&person, name) {
        (
            Some(person),
            Name::Email
            | Name::Name
            | Name::FirstName
            | Name::LastName
            | Name::Company
            | Name::Language
            | Name::Field(_),
        ) => person.value(name),
        _ => example(name, &organization, &frozen.links),
    };
    Ok(Preview {
        subject: subject.render(&value),
        html: html.render(&value),
        plain_text: plain.render(&value),
        mistakes,
    })
}

/// What was rendered, with made-up values; as it is while its merge tags cannot be read.
pub fn merged(rendered: &Rendered, organization: &str) -> Preview {
    let value = |name: &Name| example(name, organization, &[]);
    let html = Template::parse(&rendered.html, Kind::Html).map(|template| template.render(&value));
    let plain = Template::parse(&rendered.plain_text, Kind::Plain).map(|template| template.render(&value));
    Preview {
        subject: String::new(),
        html: html.unwrap_or_else(|_| rendered.html.clone()),
        plain_text: plain.unwrap_or_else(|_| rendered.plain_text.clone()),
        mistakes: Vec::new(),
    }
}

fn person_of(contact: Contact) -> Person {
    Person {
        recipient: String::new(),
        email: contact.email,
        email_hash: Vec::new(),
        name: contact.name,
        company: contact.company,
        language: contact.language,
        fields: contact.fields,
        variant: 0,
        begins_at: None,
    }
}

/// Which side of an email is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    Light,
    Dark,
    Plain,
}

impl View {
    pub fn parse(text: &str) -> Self {
        match text {
            "dark" => Self::Dark,
            "plain" => Self::Plain,
            _ => Self::Light,
        }
    }
}

/// What a browser may do with a message that others wrote: show text and pictures, nothing else, in a frame of ours too.
const POLICY: &str = "default-src 'none'; img-src 'self' https: http: data:; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox allow-same-origin";

/// A preview as a document of its own, in which nothing runs.
pub fn document(preview: &Preview, view: View) -> Response {
    let notice = notice(&preview.mistakes);
    let text = match view {
        View::Plain => format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Plain text</title></head>\
             <body style=\"margin:0;background:#ffffff;color:#1b1b1f\">{notice}<pre style=\"margin:0;padding:24px;white-space:pre-wrap;overflow-wrap:anywhere;font:14px/1.5 monospace\">{}</pre></body></html>",
            text::escaped(&preview.plain_text)
        ),
        view => with_notice(&in_light(&preview.html, view), &notice),
    };
    let mut response = crate::sending::emails::pages::mail_document(text);
    let headers = [
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN")),
        (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex")),
    ];
    headers.into_iter().for_each(|(name, value)| {
        response.headers_mut().insert(name, value);
    });
    response.into_response()
}

/// What is wrong, above the message; nothing where all is well.
fn notice(mistakes: &[String]) -> String {
    if mistakes.is_empty() {
        return String::new();
    }
    let words: Vec<String> = mistakes.iter().map(|words| text::escaped(&words.replace("{{", "{\u{200b}{"))).collect();
    format!(
        "<div style=\"padding:12px 16px;background:#fdecea;color:#8a1c12;font:14px/1.5 sans-serif\">{}</div>",
        words.join("<br>")
    )
}

fn with_notice(html: &str, notice: &str) -> String {
    let body =
        html.to_ascii_lowercase().find("<body").and_then(|start| Some(start + html.get(start..)?.find('>')? + 1));
    let (before, after) = html.split_at(body.unwrap_or(0));
    format!("{before}{notice}{after}")
}

/// The message as a program shows it whose screen is light, or dark, whatever screen looks at it here.
fn in_light(html: &str, view: View) -> String {
    let (asked, scheme) = if view == View::Dark { ("(min-width:0px)", "dark") } else { ("(max-width:0px)", "light") };
    let html = html.replace("(prefers-color-scheme:dark)", asked).replace("(prefers-color-scheme: dark)", asked);
    html.replace("content=\"light dark\"", &format!("content=\"{scheme}\""))
        .replace("color-scheme:light dark", &format!("color-scheme:{scheme}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dark_is_shown_on_light_screens_and_light_on_dark_ones() {
        let html = "<meta name=\"color-scheme\" content=\"light dark\"><style>@media (prefers-color-scheme:dark){.a{color:red}}</style>";
        assert!(
            in_light(html, View::Dark).contains("content=\"dark\"")
                && in_light(html, View::Dark).contains("@media (min-width:0px)")
        );
        assert!(in_light(html, View::Light).contains("@media (max-width:0px)"));
    }

    #[test]
    fn what_is_wrong_stands_above_the_message() {
        let shown = with_notice("<html><BODY class=x><p>Hi</p></body></html>", &notice(&["No <b>{{x}}".to_owned()]));
        assert!(shown.contains("<BODY class=x><div") && shown.contains("No &lt;b&gt;{\u{200b}{x}}</div><p>Hi"));
    }
}
