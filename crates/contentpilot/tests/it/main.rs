//! Stories told through the whole program, and the tests that keep the house in order.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends where something is wrong")]

mod accounts_entry;
mod accounts_guessing;
mod accounts_members;
mod accounts_organizations;
mod archive;
mod arrows;
mod audience_contacts;
mod audience_forms;
mod audience_imports;
mod audience_pages;
mod audience_segments;
mod bad_input;
mod calendar;
mod calls;
mod campaigns;
mod campaigns_figures;
mod campaigns_pages;
mod campaigns_parts;
mod categories;
mod changes;
mod comments_members;
mod comments_moderation;
mod comments_visitors;
mod content_addresses;
mod content_answers;
mod content_attacks;
mod content_bin;
mod content_forms;
mod content_life;
mod content_limits;
mod content_lists;
mod content_pages;
mod content_preview;
mod content_undo;
mod dashboard;
mod domains;
mod doors;
mod email_composer;
mod email_emails;
mod email_killed;
mod email_providers;
mod email_report;
mod email_returns;
mod email_sending;
mod email_signed;
mod email_tracking;
mod email_trials;
mod files;
mod find;
mod ghost;
mod ghost_posts;
mod ghost_site;
mod harmless;
mod icons;
mod idempotency;
mod import_files;
mod import_ghost;
mod import_legacy;
mod import_markdown;
mod import_wordpress;
mod jobs;
mod kept_answers;
mod library;
mod locks;
mod mail;
mod media_changes;
mod media_library;
mod media_pages;
mod media_pictures;
mod media_resumable;
mod media_samples;
mod media_serving;
mod media_upload;
mod operations;
mod pgbouncer;
mod presence;
mod previews;
mod program;
mod readme;
mod releases;
mod retention;
mod reviews;
mod revisions;
mod schedules;
mod schemas;
mod seo;
mod site_cache;
mod site_large;
mod site_lists;
mod site_pages;
mod site_settings;
mod smtp_server;
mod standards;
mod statements;
mod tag_counts;
mod tags;
mod webhooks;

use testkit::World;

/// The whole program in a world of its own.
pub async fn world() -> World {
    World::new(|app| (contentpilot::router(app), contentpilot::jobs())).await
}
