//! Accounts: organizations, members, invitations, signing in, API keys, settings and the audit log.

mod account;
mod api_keys;
mod attempts;
mod audit_log;
pub mod authors;
pub mod commands;
pub mod demo;
mod domains;
mod entry;
mod invitations;
mod members;
mod notifications;
mod organizations;
mod outbox;
mod own_machine;
mod paging;
mod password;
mod people;
mod refusal;
mod settings;
pub mod views;
mod visit;
mod webhooks;

use kernel::App;
use kernel::access::Permission;
use kernel::doors::{Access, Pages};
use kernel::jobs::Registry;
pub use people::Residents;
use utoipa_axum::router::OpenApiRouter;

/// Who is there to sign in, for the first words of the program.
pub async fn residents(app: &App) -> kernel::Result<Residents> {
    people::residents(&app.database.global().await?).await
}

/// Adds the kinds of jobs that accounts queue.
pub fn jobs(registry: Registry) -> Registry {
    registry.with::<entry::reset::SendResetLink>().with::<webhooks::jobs::DeliverDue>()
}

/// The application's pages about accounts, with who may pass their doors.
pub fn pages() -> Pages {
    entry_pages().merge(person_pages()).merge(member_pages()).merge(organization_pages()).merge(webhook_pages())
}

/// The part of the JSON API that is about accounts, relative to `/api/v1`.
pub fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(settings::api::routes())
        .merge(domains::api::routes())
        .merge(members::api::routes())
        .merge(invitations::api::routes())
        .merge(api_keys::api::routes())
        .merge(audit_log::api::routes())
        .merge(webhooks::api::routes())
}

fn entry_pages() -> Pages {
    use entry::{reset, setup, sign_in};
    Pages::new()
        .get("/admin", Access::Public, sign_in::start)
        .get("/admin/setup", Access::Public, setup::page)
        .post("/admin/setup", Access::Public, setup::submit)
        .get("/admin/sign-in", Access::Public, sign_in::page)
        .post("/admin/sign-in", Access::Public, sign_in::submit)
        .post("/admin/sign-out", Access::Public, sign_in::sign_out)
        .get("/admin/forgot-password", Access::Public, reset::ask_page)
        .post("/admin/forgot-password", Access::Public, reset::ask)
        .get("/admin/reset-password/{token}", Access::Public, reset::choose_page)
        .post("/admin/reset-password/{token}", Access::Public, reset::choose)
        .get("/admin/invitations/{token}", Access::Public, invitations::pages::page)
        .post("/admin/invitations/{token}", Access::Public, invitations::pages::accept)
}

fn person_pages() -> Pages {
    use account::pages as account;
    use organizations::pages as organizations;
    Pages::new()
        .get("/admin/organizations", Access::SignedIn, organizations::list)
        .post("/admin/organizations", Access::SignedIn, organizations::create)
        .get("/admin/account", Access::SignedIn, account::page)
        .post("/admin/account", Access::SignedIn, account::rename)
        .post("/admin/account/mails", Access::SignedIn, notifications::pages::choose_mails)
        .post("/admin/account/password", Access::SignedIn, account::change_password)
        .post("/admin/account/sessions/revoke-others", Access::SignedIn, account::end_other_sessions)
        .post("/admin/account/sessions/{id}/revoke", Access::SignedIn, account::end_session)
}

fn member_pages() -> Pages {
    use members::pages as members;
    let managers = Access::Member(Permission::MembersManage);
    Pages::new()
        .get("/admin/{org}/members", managers, members::list)
        .post("/admin/{org}/members", managers, members::invite)
        .post("/admin/{org}/members/{id}/role", managers, members::change_role)
        .post("/admin/{org}/members/{id}/remove", managers, members::remove)
        .post("/admin/{org}/invitations/{id}/revoke", managers, invitations::pages::revoke)
}

fn organization_pages() -> Pages {
    use crate::domains::pages as domain;
    use crate::settings::site_pages as site;
    use notifications::pages as notifications;
    use {api_keys::pages as api_keys, outbox::pages as outbox, settings::pages as settings};
    let readers = Access::Member(Permission::ContentRead);
    let keepers = Access::Member(Permission::ApiKeysManage);
    let settlers = Access::Member(Permission::SettingsManage);
    let owners = Access::Member(Permission::OrganizationOwn);
    Pages::new()
        .get("/admin/{org}/notifications", readers, notifications::list)
        .get("/admin/{org}/notifications/unread", readers, notifications::unread)
        .post("/admin/{org}/notifications/read", readers, notifications::read_all)
        .post("/admin/{org}/notifications/{id}/open", readers, notifications::open)
        .get("/admin/{org}/api-keys", keepers, api_keys::list)
        .post("/admin/{org}/api-keys", keepers, api_keys::create)
        .post("/admin/{org}/api-keys/{id}/revoke", keepers, api_keys::revoke)
        .get("/admin/{org}/audit-log", Access::Member(Permission::AuditLogRead), audit_log::pages::list)
        .get("/admin/{org}/settings", settlers, settings::page)
        .post("/admin/{org}/settings", settlers, settings::save)
        .get("/admin/{org}/settings/site", settlers, site::page)
        .post("/admin/{org}/settings/site", settlers, site::save)
        .get("/admin/{org}/settings/domain", settlers, domain::list)
        .post("/admin/{org}/settings/domain", settlers, domain::claim)
        .post("/admin/{org}/settings/domain/{id}/check", settlers, domain::check)
        .post("/admin/{org}/settings/domain/{id}/remove", settlers, domain::remove)
        .post("/admin/{org}/settings/delete", owners, settings::delete)
        .get("/admin/{org}/outbox", owners, outbox::list)
        .get("/admin/{org}/outbox/{id}", owners, outbox::read)
}

fn webhook_pages() -> Pages {
    use webhooks::pages as webhooks;
    let managers = Access::Member(Permission::WebhooksManage);
    Pages::new()
        .get("/admin/{org}/webhooks", managers, webhooks::list)
        .post("/admin/{org}/webhooks", managers, webhooks::create)
        .get("/admin/{org}/webhooks/{id}", managers, webhooks::one)
        .post("/admin/{org}/webhooks/{id}", managers, webhooks::save)
        .post("/admin/{org}/webhooks/{id}/ping", managers, webhooks::ping)
        .post("/admin/{org}/webhooks/{id}/rotate", managers, webhooks::rotate)
        .post("/admin/{org}/webhooks/{id}/delete", managers, webhooks::delete)
        .get("/admin/{org}/webhook-deliveries/{id}", managers, webhooks::delivery)
        .post("/admin/{org}/webhook-deliveries/{id}/replay", managers, webhooks::replay)
}
