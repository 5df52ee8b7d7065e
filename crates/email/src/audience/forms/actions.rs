//! Every write to forms.

use kernel::access::{Caller, Permission};
use kernel::db::Statements;
use kernel::error::FieldError;
use kernel::organization::{self, Newsletter};
use kernel::validate::{Lines, Problems, SLUG_LONGEST, slug_from};
use kernel::{Error, Result, audit};
use serde_json::json;

use super::{SubscribeForm, find, lock};
use crate::audience::contacts::draft::{WORDING_LONGEST, check_tags};

/// Forms of one organization at most.
pub const FORMS_MOST: i64 = 100;
const TITLE_LONGEST: usize = 200;
const TEXT_LONGEST: usize = 1000;
const URL_LONGEST: usize = 2000;

/// What was typed for a form.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct RawForm {
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

impl RawForm {
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

fn check(id: String, raw: &RawForm) -> Result<SubscribeForm> {
    let mut problems = Problems::new();
    let title = problems.required("title", "The title", &raw.title, TITLE_LONGEST);
    let slug = if raw.slug.trim().is_empty() { slug_from(&title) } else { raw.slug.trim().to_owned() };
    if !title.is_empty() && (slug.is_empty() || slug.len() > SLUG_LONGEST || slug != slug_from(&slug)) {
        problems.add("slug", "not_a_slug", "The address has small letters, digits and hyphens, such as sea-news.");
    }
    let mut many = |field: &str, label: &str, text: &str, longest: usize| {
        let text = problems.text(field, label, &text.replace("\r\n", "\n"), longest, Lines::Many);
        (!text.is_empty()).then_some(text)
    };
    let intro = many("intro", "The introduction", &raw.intro, TEXT_LONGEST);
    let thanks = many("thanks", "The thanks", &raw.thanks, TEXT_LONGEST);
    let wording = many("consent_wording", "The wording", &raw.consent_wording, WORDING_LONGEST);
    if wording.is_none() {
        let words = "Say what people agree to. It is kept with each of them as the record of their consent.";
        problems.add("consent_wording", "required", words);
    }
    let redirect_url = web_address(&mut problems, &raw.redirect_url);
    let typed: Vec<String> = raw.tags.split(',').map(str::to_owned).collect();
    let tags = check_tags(&mut problems, &typed);
    problems.finish(SubscribeForm {
        id,
        slug,
        title,
        intro,
        asks_name: !raw.asks_name.is_empty(),
        asks_company: !raw.asks_company.is_empty(),
        tags,
        consent_wording: wording.unwrap_or_default(),
        double_opt_in: !raw.double_opt_in.is_empty(),
        thanks,
        redirect_url,
        version: 1,
    })
}

/// Adds a form.
pub async fn create(caller: &Caller, raw: &RawForm) -> Result<SubscribeForm> {
    caller.must(Permission::CampaignsManage)?;
    let form = check(caller.new_id(), raw)?;
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
    put_on_site(caller, (&form, None), !raw.on_site.is_empty()).await?;
    audit::record(caller, "subscribe_form.create", ("subscribe_form", &form.id), json!({ "title": form.title }))
        .await?;
    Ok(form)
}

/// Changes a form. With a version, only if nobody changed it since.
pub async fn edit(caller: &Caller, id: &str, raw: &RawForm) -> Result<SubscribeForm> {
    caller.must(Permission::CampaignsManage)?;
    let stored = lock(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    crate::audience::check_version(raw.version.trim().parse().ok(), stored.version)?;
    let form = check(stored.id.clone(), raw)?;
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
    put_on_site(caller, (&form, Some(&stored.slug)), !raw.on_site.is_empty()).await?;
    audit::record(caller, "subscribe_form.change", ("subscribe_form", id), json!({ "title": form.title })).await?;
    find(&caller.tx, id).await?.ok_or_else(|| Error::internal("a form that was just written is gone"))
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
pub async fn delete(caller: &Caller, id: &str) -> Result<()> {
    caller.must(Permission::CampaignsManage)?;
    let form = lock(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    put_on_site(caller, (&form, Some(&form.slug)), false).await?;
    caller.tx.execute("DELETE FROM app.subscribe_forms WHERE id = $1", &[&id]).await?;
    audit::record(caller, "subscribe_form.delete", ("subscribe_form", id), json!({ "title": form.title })).await
}

fn taken() -> Error {
    Error::Taken(FieldError::new("slug", "taken", "Another form has this address already. Choose another one."))
}
