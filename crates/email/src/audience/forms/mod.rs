//! Forms with which people put themselves on the list.

pub mod actions;
pub mod api;
pub mod pages;
mod typed;
mod views;

use kernel::Result;
use kernel::db::{Row, Statements, Tenant};
use serde::Serialize;
use utoipa::ToSchema;

/// A form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SubscribeForm {
    pub id: String,
    /// Its part of the address: `/s/{org}/subscribe/{slug}`.
    pub slug: String,
    pub title: String,
    pub intro: Option<String>,
    pub asks_name: bool,
    pub asks_company: bool,
    /// Given to who comes by it.
    pub tags: Vec<String>,
    /// What people agree to; kept with each of them as it was.
    pub consent_wording: String,
    /// Whether new people confirm by a mail. Who had left confirms always.
    pub double_opt_in: bool,
    /// What is said at the end.
    pub thanks: Option<String>,
    /// Where people are sent at the end.
    pub redirect_url: Option<String>,
    pub version: i32,
}

const COLUMNS: &str = "id, slug, title, intro, asks_name, asks_company, tags, consent_wording, double_opt_in, thanks, redirect_url, version";

fn from_row(row: &Row) -> SubscribeForm {
    SubscribeForm {
        id: row.get("id"),
        slug: row.get("slug"),
        title: row.get("title"),
        intro: row.get("intro"),
        asks_name: row.get("asks_name"),
        asks_company: row.get("asks_company"),
        tags: row.get("tags"),
        consent_wording: row.get("consent_wording"),
        double_opt_in: row.get("double_opt_in"),
        thanks: row.get("thanks"),
        redirect_url: row.get("redirect_url"),
        version: row.get("version"),
    }
}

pub async fn find(tx: &Tenant, id: &str) -> Result<Option<SubscribeForm>> {
    let sql = format!("SELECT {COLUMNS} FROM app.subscribe_forms WHERE id = $1");
    Ok(tx.row(&sql, &[&id]).await?.as_ref().map(from_row))
}

/// The form of this address.
pub async fn by_slug(tx: &Tenant, slug: &str) -> Result<Option<SubscribeForm>> {
    let sql = format!("SELECT {COLUMNS} FROM app.subscribe_forms WHERE slug = $1");
    Ok(tx.row(&sql, &[&slug]).await?.as_ref().map(from_row))
}

/// The form of this id, kept from changing until the transaction ends.
pub async fn lock(tx: &Tenant, id: &str) -> Result<Option<SubscribeForm>> {
    let sql = format!("SELECT {COLUMNS} FROM app.subscribe_forms WHERE id = $1 FOR UPDATE");
    Ok(tx.row(&sql, &[&id]).await?.as_ref().map(from_row))
}

/// All forms by title; [`actions::FORMS_MOST`] at most.
pub async fn all(tx: &Tenant) -> Result<Vec<SubscribeForm>> {
    let sql = format!("SELECT {COLUMNS} FROM app.subscribe_forms ORDER BY lower(title), id LIMIT $1");
    Ok(tx.rows(&sql, &[&actions::FORMS_MOST]).await?.iter().map(from_row).collect())
}
