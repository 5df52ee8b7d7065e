use axum::response::Response;
use http::HeaderMap;
use kernel::Result;
use kernel::access::{Permission, Role};
use kernel::api::Id;
use kernel::form::Form;
use kernel::organization::site_settings;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use serde::Deserialize;
use ui::{FieldErrors, Flash, Moment, Section};

use super::model::{self, NewApiKey};
use super::{actions, store};
use crate::members::pages::roles_for;
use crate::refusal;
use crate::views::{ApiKeyForm, ApiKeyRow, ApiKeysPage, CreatedKey};

/// All keys there can be.
const SHOWN_AT_MOST: i64 = 200;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Input {
    name: String,
    role: String,
}

pub async fn list(page: PageCaller, headers: HeaderMap) -> Result<Response> {
    page.caller.must(Permission::ApiKeysManage)?;
    let form = ApiKeyForm { name: String::new(), role: Role::Viewer.to_string() };
    Ok(ui::html(&show(&page, &headers, form, FieldErrors::none()).await?))
}

async fn show(page: &PageCaller, headers: &HeaderMap, form: ApiKeyForm, errors: FieldErrors) -> Result<ApiKeysPage> {
    let caller = &page.caller;
    let zone = site_settings(&caller.tx).await?.zone();
    let keys = store::list(&caller.tx, None, SHOWN_AT_MOST, caller.now).await?;
    let row = |key: model::ApiKey| ApiKeyRow {
        id: key.id,
        name: key.name,
        prefix: key.token_hint,
        role_word: key.role.label().to_owned(),
        created_by: key.creator,
        created: Moment::new(key.created_at, &zone),
        last_used: Moment::maybe(key.last_used_at, &zone),
    };
    Ok(ApiKeysPage {
        frame: ui::frame_for(page, headers, "API keys", Section::ApiKeys),
        keys: keys.into_iter().map(row).collect(),
        created: None,
        roles: roles_for(caller),
        form,
        errors,
    })
}

/// Makes a key and shows it, this once, on the page that answers.
pub async fn create(page: PageCaller, headers: HeaderMap, Form(input): Form<Input>) -> Result<Response> {
    page.caller.must(Permission::ApiKeysManage)?;
    let mut problems = Problems::new();
    let new = NewApiKey::check(&mut problems, &input.name, &input.role, None, page.caller.now);
    let outcome = match problems.finish(new) {
        Ok(new) => actions::create(&page.caller, &new).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(made) => {
            let form = ApiKeyForm { name: String::new(), role: Role::Viewer.to_string() };
            let mut shown = show(&page, &headers, form, FieldErrors::none()).await?;
            shown.created = Some(CreatedKey { name: made.api_key.name, key: made.key });
            page.caller.commit().await?;
            Ok(ui::html(&shown))
        }
        Err(error) => {
            let (status, errors) = refusal::read(error)?;
            let form = ApiKeyForm { name: input.name, role: input.role };
            Ok(ui::html_with(status, &show(&page, &headers, form, errors).await?))
        }
    }
}

pub async fn revoke(page: PageCaller, Id(id): Id) -> Result<Response> {
    let key = actions::revoke(&page.caller, &id).await?;
    let app = page.caller.app.clone();
    let address = format!("/admin/{}/api-keys", page.caller.organization.slug);
    page.caller.commit().await?;
    app.forget();
    Ok(Flash::success(format!("The key “{}” was revoked and no longer works.", key.name)).redirect(&address))
}
