//! Every write to forms.

use kernel::access::{Caller, Permission};
use kernel::api::Patch;
use kernel::db::Statements;
use kernel::error::FieldError;
use kernel::organization::{self, Newsletter};
use kernel::validate::{Lines, Problems, SLUG_LONGEST, slug_from};
use kernel::{Error, Result, audit};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{SubscribeForm, find, lock};
use crate::audience::check_version;
use crate::audience::contacts::draft::{WORDING_LONGEST, check_tags};

/// Forms of one organization at most.
pub const FORMS_MOST: i64 = 100;
const TITLE_LONGEST: usize = 200;
const TEXT_LONGEST: usize = 1000;
const URL_LONGEST: usize = 2000;

/// What somebody sent about a form: for a new one, or as changes to one that exists.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = RawSubscribeForm)]
pub struct RawForm {
    #[schema(min_length = 1, max_length = 200)]
    pub title: Option<String>,
    /// Left out or empty, it is made of the title.
    pub slug: Option<String>,
    /// What people get, and how often.
    #[schema(value_type = Option<String>, max_length = 1000)]
    pub intro: Patch<String>,
    pub asks_name: Option<bool>,
    pub asks_company: Option<bool>,
    /// Given to who comes by it.
    pub tags: Option<Vec<String>>,
    /// What people agree to, kept with each of them as the record of their consent.
    #[schema(min_length = 1, max_length = 2000)]
    pub consent_wording: Option<String>,
    /// Whether new people confirm by a mail: true when left out.
    pub double_opt_in: Option<bool>,
    /// Said when they have confirmed.
    #[schema(value_type = Option<String>, max_length = 1000)]
    pub thanks: Patch<String>,
    /// Where people go when they have confirmed.
    #[schema(value_type = Option<String>, max_length = 2000)]
    pub redirect_url: Patch<String>,
    /// Whether the pages of the site show it, in the place of any other.
    pub on_site: Option<bool>,
}

fn web_address(problems: &mut Problems, text: &str) -> Option<String> {
    let address = problems.optional("redirect_url", "The address", Some(text), URL_LONGEST)?;
    let is_web = url::Url::parse(&address).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    if !is_web {
        let words = "Give a whole address of the web, such as https://example.org/thanks.";
        problems.add("redirect_url", "not_an_address", words);
    }
    Some(address)
}

/// A form as a new one begins.
fn blank(id: String) -> SubscribeForm {
    SubscribeForm {
        id,
        slug: String::new(),
        title: String::new(),
        intro: None,
        asks_name: false,
        asks_company: false,
        tags: Vec::new(),
        consent_wording: String::new(),
        double_opt_in: true,
        thanks: None,
        redirect_url: None,
        version: 1,
    }
}

fn check(now: SubscribeForm, raw: &RawForm, mut problems: Problems) -> Result<SubscribeForm> {
    let title = problems.required("title", "The title", raw.title.as_deref().unwrap_or(&now.title), TITLE_LONGEST);
    let slug = raw.slug.as_deref().unwrap_or(&now.slug).trim();
    let slug = if slug.is_empty() { slug_from(&title) } else { slug.to_owned() };
    if !title.is_empty() && (slug.is_empty() || slug.len() > SLUG_LONGEST || slug != slug_from(&slug)) {
        problems.add("slug", "not_a_slug", "The address has small letters, digits and hyphens, such as sea-news.");
    }
    let mut many = |field: &str, label: &str, text: Option<String>, longest: usize| {
        let text = text.unwrap_or_default().replace("\r\n", "\n");
        let text = problems.text(field, label, &text, longest, Lines::Many);
        (!text.is_empty()).then_some(text)
    };
    let intro = many("intro", "The introduction", raw.intro.clone().over(now.intro), TEXT_LONGEST);
    let thanks = many("thanks", "The thanks", raw.thanks.clone().over(now.thanks), TEXT_LONGEST);
    let wording = raw.consent_wording.clone().unwrap_or(now.consent_wording);
    let wording = many("consent_wording", "The wording", Some(wording), WORDING_LONGEST);
    if wording.is_none() {
        let words = "Say what people agree to. It is kept with each of them as the record of their consent.";
        problems.add("consent_wording", "required", words);
    }
    let redirect_url = raw.redirect_url.clone().over(now.redirect_url);
    let redirect_url = web_address(&mut problems, redirect_url.as_deref().unwrap_or_default());
    let tags = check_tags(&mut problems, raw.tags.as_deref().unwrap_or(&now.tags));
    problems.finish(SubscribeForm {
        slug,
        title,
        intro,
        asks_name: raw.asks_name.unwrap_or(now.asks_name),
        asks_company: raw.asks_company.unwrap_or(now.asks_company),
        tags,
        consent_wording: wording.unwrap_or_default(),
        double_opt_in: raw.double_opt_in.unwrap_or(now.double_opt_in),
        thanks,
        redirect_url,
        ..now
    })
}

/// Adds a form.
pub async fn create(caller: &Caller, raw: &RawForm, problems: Problems) -> Result<SubscribeForm> {
    caller.must(Permission::CampaignsManage)?;
    let form = check(blank(caller.new_id()), raw, problems)?;
    let count: i64 = caller.tx.one("SELECT count(*) AS count FROM app.subscribe_forms", &[]).await?.get("count");
    if count >= FORMS_MOST {
        return Err(Error::Conflict(format!("There are {FORMS_MOST} forms already. Delete one that is not used.")));
    }
    let sql = "INSERT INTO app.subscribe_forms (organization_id, id, slug, title, intro, asks_name, asks_company, tags,
                 consent_wording, double_opt_in, thanks, redirect_url, created_by, created_at, updated_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)
               ON CONFLICT (organization_id, slug) DO NOTHING";
    let params: &[&dyn kernel::db::Param] = &[
        &caller.organization_id(),
        &form.id,
        &form.slug,
        &form.title,
        &form.intro,
        &form.asks_name,
        &form.asks_company,
        &form.tags,
        &form.consent_wording,
        &form.double_opt_in,
        &form.thanks,
        &form.redirect_url,
        &caller.actor.user_id,
        &caller.now,
    ];
    if caller.tx.execute(sql, params).await? == 0 {
        return Err(taken());
    }
    put_on_site(caller, (&form, None), raw.on_site.unwrap_or(false)).await?;
    audit::record(caller, "subscribe_form.create", ("subscribe_form", &form.id), json!({ "title": form.title }))
        .await?;
    Ok(form)
}

/// Changes a form. With `expected_version` set, only if nobody changed it since.
pub async fn edit(
    caller: &Caller,
    id: &str,
    raw: &RawForm,
    problems: Problems,
    expected_version: Option<i32>,
) -> Result<SubscribeForm> {
    caller.must(Permission::CampaignsManage)?;
    let stored = lock(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    check_version(expected_version, stored.version)?;
    let form = check(stored.clone(), raw, problems)?;
    let sql = "UPDATE app.subscribe_forms SET slug = $2, title = $3, intro = $4, asks_name = $5, asks_company = $6, tags = $7,
                 consent_wording = $8, double_opt_in = $9, thanks = $10, redirect_url = $11, version = version + 1
               WHERE id = $1";
    let params: &[&dyn kernel::db::Param] = &[
        &id,
        &form.slug,
        &form.title,
        &form.intro,
        &form.asks_name,
        &form.asks_company,
        &form.tags,
        &form.consent_wording,
        &form.double_opt_in,
        &form.thanks,
        &form.redirect_url,
    ];
    caller.tx.execute(sql, params).await.map_err(|error| {
        if kernel::db::violated_constraint(&error) == Some("subscribe_forms_slug_key") { taken() } else { error }
    })?;
    let is_shown = is_on_site(caller, &stored).await?;
    put_on_site(caller, (&form, Some(&stored.slug)), raw.on_site.unwrap_or(is_shown)).await?;
    audit::record(caller, "subscribe_form.change", ("subscribe_form", id), json!({ "title": form.title })).await?;
    find(&caller.tx, id).await?.ok_or_else(|| Error::internal("a form that was just written is gone"))
}

/// Whether the pages of the site show a form.
pub async fn is_on_site(caller: &Caller, form: &SubscribeForm) -> Result<bool> {
    let shown = organization::site_settings(&caller.tx).await?.newsletter;
    Ok(shown.is_some_and(|shown| shown.form == form.slug))
}

/// Shows a form on the pages of the site in the place of any other, or takes it away.
async fn put_on_site(caller: &Caller, (form, old_slug): (&SubscribeForm, Option<&str>), is_wanted: bool) -> Result<()> {
    let shown = organization::site_settings(&caller.tx).await?.newsletter;
    if is_wanted {
        let intro = form.intro.clone().unwrap_or_default();
        let newsletter = Newsletter { form: form.slug.clone(), title: form.title.clone(), intro };
        if shown.as_ref() != Some(&newsletter) {
            organization::set_newsletter(&caller.tx, Some(&newsletter)).await?;
        }
    } else if shown.is_some_and(|shown| Some(shown.form.as_str()) == old_slug) {
        organization::set_newsletter(&caller.tx, None).await?;
    }
    Ok(())
}

/// Deletes a form with the sign-ups that wait for a click. Who came by it stays.
pub async fn delete(caller: &Caller, id: &str, expected_version: Option<i32>) -> Result<()> {
    caller.must(Permission::CampaignsManage)?;
    let form = lock(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    check_version(expected_version, form.version)?;
    put_on_site(caller, (&form, Some(&form.slug)), false).await?;
    caller.tx.execute("DELETE FROM app.subscribe_forms WHERE id = $1", &[&id]).await?;
    audit::record(caller, "subscribe_form.delete", ("subscribe_form", id), json!({ "title": form.title })).await
}

fn taken() -> Error {
    Error::Taken(FieldError::new("slug", "taken", "Another form has this address already. Choose another one."))
}
