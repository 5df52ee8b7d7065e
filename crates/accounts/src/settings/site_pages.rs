//! `/admin/{org}/settings/site`: how the organization's site looks, where it leads and whom it lets in.

use axum::response::Response;
use http::HeaderMap;
use kernel::Result;
use kernel::access::Permission;
use kernel::api::Patch;
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use ui::{FieldErrors, Flash, Section, SelectOption};

use super::link_rows::{self, Press};
use super::model::{Changes, Settings};
use super::{actions, store};
use crate::refusal;
use crate::views::{SiteForm, SiteSettingsPage};

/// The colour that the field shows while none was chosen: the theme's own.
pub const THEME_COLOR: &str = "#2463eb";

/// The fields of the form by name; lists have one for each row.
type Fields = Vec<(String, String)>;

fn typed(fields: &Fields) -> SiteForm {
    let text = |name: &str| fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone());
    let text_or_empty = |name: &str| text(name).unwrap_or_default();
    SiteForm {
        site_title: text_or_empty("site_title"),
        site_description: text_or_empty("site_description"),
        accent_color: text_or_empty("accent_color"),
        logo_url: text_or_empty("logo_url"),
        typeface: text_or_empty("typeface"),
        color_scheme: text_or_empty("color_scheme"),
        search_engines: text("search_engines").is_some(),
        ai_crawlers: text("ai_crawlers").is_some(),
        comments_open: text("comments_open").is_some(),
        navigation: link_rows::read(fields, "navigation"),
        footer_links: link_rows::read(fields, "footer_links"),
        social_links: link_rows::read(fields, "social_links"),
        version: text_or_empty("version"),
    }
}

fn stored(settings: &Settings) -> SiteForm {
    SiteForm {
        site_title: settings.title.clone().unwrap_or_default(),
        site_description: settings.description.clone().unwrap_or_default(),
        accent_color: settings.accent_color.clone().unwrap_or_else(|| THEME_COLOR.to_owned()),
        logo_url: settings.logo_url.clone().unwrap_or_default(),
        typeface: settings.typeface.clone(),
        color_scheme: settings.color_scheme.clone(),
        search_engines: settings.search_engines,
        ai_crawlers: settings.ai_crawlers,
        comments_open: settings.comments_open,
        navigation: link_rows::of_navigation(&settings.navigation),
        footer_links: link_rows::of_links(&settings.footer_links),
        social_links: link_rows::of_links(&settings.social_links),
        version: settings.version.to_string(),
    }
}

fn changes(form: &SiteForm) -> Changes {
    // A colour field always sends one; the theme's own stays unchosen.
    let accent_color = match form.accent_color.trim() {
        THEME_COLOR => Patch::Clear,
        color => Patch::Set(color.to_owned()),
    };
    // A form without the field changes nothing.
    let chosen = |text: &String| (!text.is_empty()).then(|| text.clone());
    Changes {
        title: Patch::Set(form.site_title.clone()),
        description: Patch::Set(form.site_description.clone()),
        accent_color,
        logo_url: Patch::Set(form.logo_url.clone()),
        navigation: Some(link_rows::to_navigation(&form.navigation)),
        footer_links: Some(link_rows::to_links(&form.footer_links)),
        social_links: Some(link_rows::to_links(&form.social_links)),
        search_engines: Some(form.search_engines),
        ai_crawlers: Some(form.ai_crawlers),
        comments_open: Some(form.comments_open),
        typeface: chosen(&form.typeface),
        color_scheme: chosen(&form.color_scheme),
        ..Changes::default()
    }
}

pub async fn page(page: PageCaller, headers: HeaderMap) -> Result<Response> {
    page.caller.must(Permission::SettingsManage)?;
    let form = stored(&store::find(&page.caller.tx).await?);
    Ok(ui::html(&show(&page, &headers, form, FieldErrors::none())))
}

fn show(page: &PageCaller, headers: &HeaderMap, form: SiteForm, errors: FieldErrors) -> SiteSettingsPage {
    let option = |(value, label): (&str, &str)| SelectOption::new(value, label);
    SiteSettingsPage {
        frame: ui::frame_for(page, headers, "Site", Section::Settings),
        slug: page.caller.organization.slug.clone(),
        typefaces: [("serif", "Serif, as in books"), ("sans", "Sans serif, as on signs")].map(option).into(),
        color_schemes: [
            ("system", "As each reader's device is set"),
            ("light", "Always light"),
            ("dark", "Always dark"),
        ]
        .map(option)
        .into(),
        form: SiteForm {
            navigation: link_rows::with_spare(form.navigation),
            footer_links: link_rows::with_spare(form.footer_links),
            social_links: link_rows::with_spare(form.social_links),
            ..form
        },
        errors,
    }
}

/// Saves the form; a button beside a row moves that row instead and saves nothing.
pub async fn save(page: PageCaller, headers: HeaderMap, Form(fields): Form<Fields>) -> Result<Response> {
    let mut form = typed(&fields);
    let pressed = fields.iter().find(|(name, _)| name == "do").and_then(|(_, value)| Press::parse(value));
    if let Some(press) = pressed {
        page.caller.must(Permission::SettingsManage)?;
        match press.list {
            "navigation" => press.apply(&mut form.navigation),
            "footer_links" => press.apply(&mut form.footer_links),
            "social_links" => press.apply(&mut form.social_links),
            _ => {}
        }
        return Ok(ui::html(&show(&page, &headers, form, FieldErrors::none())));
    }
    let version = form.version.trim().parse().ok();
    match actions::change(&page.caller, changes(&form), Problems::new(), version).await {
        Ok(_) => {
            let app = page.caller.app.clone();
            let address = format!("/admin/{}/settings/site", page.caller.organization.slug);
            page.caller.commit().await?;
            app.forget();
            Ok(Flash::success("The site was saved. Its pages show it from now on.").redirect(&address))
        }
        Err(error) => {
            let (status, errors) = refusal::read(error)?;
            // The page calls the site's title and description by longer names, beside the organization's own.
            let named = |(field, words): (&str, &str)| match field {
                "title" | "description" => (format!("site_{field}"), words.to_owned()),
                field => (field.to_owned(), words.to_owned()),
            };
            let errors = errors.iter().map(named).collect();
            Ok(ui::html_with(status, &show(&page, &headers, form, errors)))
        }
    }
}
