//! Which tables are in an archive, and what becomes of them on the way back.

use crate::report::Kind;

/// A table of an organization.
pub struct Table {
    /// As SQL names it.
    pub name: &'static str,
    /// What its rows are for the report of an import.
    pub kind: Kind,
    /// Columns that stay behind: made anew, or nobody's business elsewhere.
    pub omitted: &'static [&'static str],
    /// The column that refers to another row of the same table.
    pub parent: Option<&'static str>,
    /// Rows are kept for the record and not brought back.
    pub is_record: bool,
}

const fn table(name: &'static str, kind: Kind) -> Table {
    Table { name, kind, omitted: &[], parent: None, is_record: false }
}

const fn record(name: &'static str) -> Table {
    Table { is_record: true, ..table(name, Kind::Others) }
}

/// All of them, each after those that it refers to. Counters that triggers keep are counted anew. One that the database
/// does not have is passed over.
pub const TABLES: &[Table] = &[
    table("app.site_settings", Kind::Others),
    Table { parent: Some("parent_id"), ..table("content_categories", Kind::Categories) },
    Table { omitted: &["usage_count"], ..table("content_tags", Kind::Tags) },
    table("app.former_term_slugs", Kind::Others),
    Table { parent: Some("parent_id"), ..table("media_folders", Kind::Others) },
    Table { omitted: &["usage_count", "has_poster"], ..table("media_assets", Kind::Attachments) },
    table("app.media_asset_tags", Kind::Others),
    Table { omitted: &["search_vector", "comment_count"], ..table("content_items", Kind::Items) },
    table("app.content_item_tags", Kind::Others),
    table("app.content_slug_history", Kind::Others),
    table("app.content_translations", Kind::Others),
    table("content_revisions", Kind::Others),
    table("app.content_changes", Kind::Others),
    Table { omitted: &["author_ip"], parent: Some("parent_id"), ..table("content_comments", Kind::Comments) },
    table("app.content_reviews", Kind::Others),
    table("app.releases", Kind::Others),
    table("app.release_items", Kind::Others),
    table("app.content_views", Kind::Others),
    table("app.comment_blocklist", Kind::Others),
    Table { omitted: &["impressions", "clicks", "spend"], ..table("campaigns", Kind::Others) },
    table("app.campaign_spend", Kind::Others),
    table("app.campaign_templates", Kind::Others),
    table("campaign_content", Kind::Others),
    // It is switched on again by who has looked at it.
    Table { omitted: &["status", "checked_until", "next_at"], ..table("app.automations", Kind::Others) },
    table("email_campaigns", Kind::Others),
    table("app.email_templates", Kind::Others),
    table("social_media_posts", Kind::Others),
    table("app.contact_fields", Kind::Others),
    Table { omitted: &["name_key", "email_hash"], ..table("app.contacts", Kind::Others) },
    table("app.contact_tags", Kind::Others),
    table("app.contact_history", Kind::Others),
    table("app.segments", Kind::Others),
    table("app.subscribe_forms", Kind::Others),
    table("app.suppressions", Kind::Others),
    table("app.media_uses", Kind::Others),
    table("app.import_records", Kind::Others),
    table("app.import_attachments", Kind::Others),
    record("app.audit_log"),
    record("app.content_bin"),
    record("app.content_bin_parts"),
];

/// Tables that no archive holds, and why.
pub const LEFT_OUT: &[(&str, &str)] = &[
    ("app.idempotency_keys", "answers kept for a day"),
    ("app.tag_usage_notes", "counted anew"),
    ("app.notifications", "each belongs to one person, here"),
    ("app.dismissals", "each belongs to one person, here"),
    ("app.content_default_views", "each belongs to one person, here"),
    ("app.content_presence", "who is at an item right now"),
    ("app.content_previews", "links of this server"),
    ("app.media_uploads", "files on their way in"),
    ("app.media_former_files", "only good for taking a change back"),
    ("app.plan_limits", "the operator's"),
    ("app.content_bulk_changes", "only good for taking a change back"),
    ("app.webhook_endpoints", "they hold secrets"),
    ("app.webhook_messages", "sent to webhooks"),
    ("app.webhook_deliveries", "sent to webhooks"),
    ("app.webhook_attempts", "sent to webhooks"),
    ("app.subscribe_requests", "sign-ups that wait for a click"),
    ("app.contact_imports", "files on their way in"),
    ("app.contact_import_refusals", "files on their way in"),
    ("app.email_recipients", "what was sent, to whom: bound to links of this server"),
    ("app.email_links", "bound to links of this server"),
    ("app.email_events", "bound to links of this server"),
    ("app.email_bodies", "what was sent, to whom: bound to links of this server"),
    ("app.sending_queue", "work that waits here"),
    ("app.return_paths", "bound to addresses of this server"),
    ("app.automation_runs", "bound to emails that this server sent"),
    ("app.email_providers", "they hold keys"),
    ("app.email_provider_tokens", "signatures that were used"),
    ("app.sending_domains", "they hold keys"),
    ("app.sending_domain_owners", "a domain is proven anew"),
    ("app.search_documents", "made from the content"),
    ("app.search_words", "made from the content"),
    ("app.domain_claims", "a domain is proven anew"),
    ("app.exports", "exports themselves"),
];
