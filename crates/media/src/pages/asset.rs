//! One file: what is said about it, where it is used, its address, and its deletion.

use axum::response::Response;
use http::{HeaderMap, StatusCode};
use jiff::SignedDuration;
use kernel::access::{Caller, Permission};
use kernel::api::{Id, Patch};
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use kernel::{Error, Result, organization};
use serde::Deserialize;
use ui::{Breadcrumb, FieldErrors, Flash, Section};

use super::{address, library, refusal, shown};
use crate::assets::draft::RawAsset;
use crate::assets::list::{self, ListParams};
use crate::assets::{Asset, actions, store};
use crate::changes;
use crate::changes::edit::format_of;
use crate::serving::signed;
use crate::uses::{self, User};
use crate::views::{AssetDeletePage, AssetForm, AssetPage, EditForm, UseRow};

/// How long a signed address made on the page is good.
const SIGNED_FOR: SignedDuration = SignedDuration::from_hours(24);

/// Pictures that look the same and are shown on a page.
const ALIKE_SHOWN: i64 = 6;

/// What the form sends: every field a text.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct AssetInput {
    name: String,
    alt: String,
    is_decorative: String,
    caption: String,
    tags: String,
    folder_id: String,
    focal_x: String,
    focal_y: String,
    is_private: String,
    version: String,
}

impl AssetInput {
    fn to_raw(&self, problems: &mut Problems) -> RawAsset {
        let text = |text: &String| Patch::Set(text.clone());
        RawAsset {
            name: Some(self.name.clone()),
            alt: self.alt(problems),
            caption: text(&self.caption),
            folder_id: if self.folder_id.is_empty() { Patch::Clear } else { text(&self.folder_id) },
            tags: Some(self.tags.split(',').map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty()).collect()),
            focal_x: percent(problems, "focal_x", &self.focal_x),
            focal_y: percent(problems, "focal_y", &self.focal_y),
            is_private: Some(self.is_private == "true"),
        }
    }

    fn alt(&self, problems: &mut Problems) -> Patch<String> {
        match (self.is_decorative == "true", self.alt.trim().is_empty()) {
            (false, true) => Patch::Clear,
            (true, false) => {
                let words =
                    "A picture that only decorates has no alternative text. Clear this field, or untick “Decorative”.";
                problems.add("alt", "contradiction", words);
                Patch::Keep
            }
            _ => Patch::Set(self.alt.clone()),
        }
    }

    fn into_form(self) -> AssetForm {
        AssetForm {
            is_decorative: self.is_decorative == "true",
            is_private: self.is_private == "true",
            name: self.name,
            alt: self.alt,
            caption: self.caption,
            tags: self.tags,
            folder_id: self.folder_id,
            focal_x: self.focal_x,
            focal_y: self.focal_y,
            version: self.version,
        }
    }
}

/// A side of the focal point as people type it, from 0 to 100.
fn percent(problems: &mut Problems, field: &'static str, text: &str) -> Patch<f32> {
    let text = text.trim().trim_end_matches('%').trim();
    if text.is_empty() {
        return Patch::Clear;
    }
    match text.replace(',', ".").parse::<f32>() {
        Ok(number) if (0.0..=100.0).contains(&number) => Patch::Set(number / 100.0),
        _ => {
            problems.add(field, "out_of_range", "Enter a number from 0 to 100, or nothing for the middle.");
            Patch::Keep
        }
    }
}

fn form_of(asset: &Asset) -> AssetForm {
    let side = |side: Option<f32>| side.map(|side| format!("{:.0}", side * 100.0)).unwrap_or_default();
    AssetForm {
        name: asset.name.clone(),
        is_decorative: asset.alt.as_deref() == Some(""),
        alt: asset.alt.clone().unwrap_or_default(),
        caption: asset.caption.clone().unwrap_or_default(),
        tags: asset.tags.join(", "),
        folder_id: asset.folder_id.clone().unwrap_or_default(),
        focal_x: side(asset.focal_x),
        focal_y: side(asset.focal_y),
        is_private: asset.is_private,
        version: asset.version.to_string(),
    }
}

/// `/admin/{org}/media/{id}`: what is said about a file, and where it is used.
pub async fn show(page: PageCaller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    page.caller.must(Permission::ContentRead)?;
    let asset = store::find(&page.caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let form = form_of(&asset);
    Ok(ui::html(&view(&page, &headers, &asset, form).await?))
}

/// The page of an asset as it is.
pub async fn view_of(page: &PageCaller, headers: &HeaderMap, id: &str) -> Result<AssetPage> {
    let asset = store::find(&page.caller.tx, id).await?.ok_or(Error::NotFound)?;
    let form = form_of(&asset);
    view(page, headers, &asset, form).await
}

async fn view(page: &PageCaller, headers: &HeaderMap, asset: &Asset, form: AssetForm) -> Result<AssetPage> {
    let caller = &page.caller;
    let zone = organization::site_settings(&caller.tx).await?.zone();
    let uses = uses::of_asset(&caller.tx, &asset.id).await?;
    let base = format!("/admin/{}", caller.organization.slug);
    let origin = caller.app.settings.public_url.as_str().trim_end_matches('/').to_owned();
    Ok(AssetPage {
        frame: frame(page, headers, &asset.name),
        card: shown::card(&caller.app, asset, &zone),
        original_name: asset.original_name.clone(),
        mime_type: asset.mime_type.clone(),
        address: format!("{origin}{}", asset.file_url),
        uses: uses.iter().map(|one| use_row(&base, one)).collect(),
        alike: alike(caller, asset).await?.iter().map(|asset| shown::card(&caller.app, asset, &zone)).collect(),
        folders: library::choices(page, "At the top").await?,
        may_edit: caller.may(Permission::ContentEdit),
        may_delete: caller.may(Permission::ContentPublish),
        signed: None,
        errors: FieldErrors::none(),
        may_change: caller.may(if asset.usage_count > 0 {
            Permission::ContentPublish
        } else {
            Permission::ContentEdit
        }),
        may_crop: format_of(&asset.mime_type).is_some() && !asset.is_animated && asset.width.is_some(),
        last_change: changes::store::last_change(&caller.tx, &asset.id).await?.map(|change| words_of(&change)),
        edit: EditForm::default(),
        edit_errors: FieldErrors::none(),
        form,
    })
}

/// A few pictures that look like this one.
async fn alike(caller: &Caller, asset: &Asset) -> Result<Vec<Asset>> {
    if !asset.is_image() {
        return Ok(Vec::new());
    }
    let params = ListParams { similar_to: Some(asset.id.clone()), limit: Some(ALIKE_SHOWN), ..ListParams::default() };
    Ok(list::read(&caller.tx, &params).await?.data)
}

/// What was done to the file last, for people.
fn words_of(change: &str) -> &'static str {
    match change {
        "replace" => "This file took another's place.",
        _ => "This picture was cropped or turned.",
    }
}

/// One use with the address of its page.
pub fn use_row(base: &str, one: &uses::Use) -> UseRow {
    let page = match one.kind.as_str() {
        "email" => format!("emails/{}", one.id),
        "social_post" => format!("social/{}", one.id),
        "campaign" => format!("campaigns/{}", one.id),
        "site" => "settings/site".to_owned(),
        _ => format!("content/{}", one.id),
    };
    let title = if one.title.trim().is_empty() { "Without a title".to_owned() } else { one.title.clone() };
    UseRow { href: format!("{base}/{page}"), noun: User::noun(&one.kind), title }
}

fn frame(page: &PageCaller, headers: &HeaderMap, title: &str) -> ui::Frame {
    let mut frame = ui::frame_for(page, headers, title, Section::Media);
    frame.breadcrumbs = vec![Breadcrumb::link("Media", address(page, None)), Breadcrumb::here(title)];
    frame
}

/// A POST to the page of a file; what was typed stays when it is refused.
pub async fn save(
    mut page: PageCaller,
    Id(id): Id,
    headers: HeaderMap,
    Form(input): Form<AssetInput>,
) -> Result<Response> {
    page.caller.must(Permission::ContentEdit)?;
    let mut problems = Problems::new();
    let raw = input.to_raw(&mut problems);
    match actions::edit(&page.caller, &id, raw, problems, input.version.parse().ok()).await {
        Ok(asset) => {
            let address = format!("{}/{}", address(&page, None), asset.id);
            page.caller.commit().await?;
            Ok(Flash::success("Saved.").redirect(&address))
        }
        Err(error) => {
            let (status, errors) = refusal(error)?;
            page.caller.start_over().await?;
            let asset = store::find(&page.caller.tx, &id).await?.ok_or(Error::NotFound)?;
            let form = AssetForm { version: asset.version.to_string(), ..input.into_form() };
            let view = view(&page, &headers, &asset, form).await?;
            Ok(ui::html_with(status, &AssetPage { errors, ..view }))
        }
    }
}

/// Shows the page with an address at which a private file can be had for a day.
pub async fn sign(page: PageCaller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    page.caller.must(Permission::ContentRead)?;
    let asset = store::find(&page.caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let origin = page.caller.app.settings.public_url.as_str().trim_end_matches('/').to_owned();
    let address = signed::address(&page.caller.app, &asset, page.caller.now + SIGNED_FOR);
    let form = form_of(&asset);
    let view = view(&page, &headers, &asset, form).await?;
    Ok(ui::html_with(StatusCode::OK, &AssetPage { signed: Some(format!("{origin}{address}")), ..view }))
}

/// `/admin/{org}/media/{id}/delete`: names the uses before a file is deleted.
pub async fn confirm_deletion(page: PageCaller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    let caller = &page.caller;
    caller.must(Permission::ContentPublish)?;
    let asset = store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let base = format!("/admin/{}", caller.organization.slug);
    let uses = uses::of_asset(&caller.tx, &id).await?;
    let view = AssetDeletePage {
        frame: frame(&page, &headers, &asset.name),
        uses: uses.iter().map(|one| use_row(&base, one)).collect(),
        name: asset.name.clone(),
        version: asset.version.to_string(),
        id,
    };
    Ok(ui::html(&view))
}

/// The hidden field of the page that asks.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct DeletionInput {
    version: String,
}

/// A POST to that page.
pub async fn delete(page: PageCaller, Id(id): Id, Form(input): Form<DeletionInput>) -> Result<Response> {
    // The page before has named what uses it.
    actions::delete(&page.caller, &id, true, input.version.parse().ok()).await?;
    let bin = format!("{}?show=bin", address(&page, None));
    page.caller.commit().await?;
    Ok(Flash::success("In the bin, where it stays for a week. You can bring it back here.").redirect(&bin))
}

/// `POST /admin/{org}/media/{id}/restore`: out of the bin.
pub async fn restore(page: PageCaller, Id(id): Id) -> Result<Response> {
    let asset = actions::restore(&page.caller, &id).await?;
    let address = format!("{}/{}", address(&page, None), asset.id);
    page.caller.commit().await?;
    Ok(Flash::success("Brought back.").redirect(&address))
}
