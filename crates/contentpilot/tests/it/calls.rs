//! Every call of the JSON API as the served document tells it, so that a new one cannot be forgotten.

use axum::body::Body;
use http::{Method, Request};
use kernel::access::Role;
use kernel::db::Statements;
use serde_json::{Value, json};
use testkit::World;
use testkit::world::{Answer, Client};

/// One operation of the document.
pub struct Call {
    pub method: Method,
    pub path: String,
    /// `None` for a call that anybody may make.
    pub least_role: Option<Role>,
    pub query: Vec<String>,
    pub takes_json: bool,
    /// A body that is no JSON.
    pub takes_file: bool,
    /// The fields of the body.
    pub fields: Vec<String>,
}

impl Call {
    /// The address with the ids of Harbor's own rows in it.
    pub fn address(&self) -> String {
        with_ids(&self.path)
    }

    pub fn has_id(&self) -> bool {
        self.path.contains('{')
    }

    /// Makes the call with this body, `{}` where one is taken and none is given.
    pub async fn send(&self, client: &Client<'_>, address: &str, body: Value) -> Answer {
        match self.method {
            Method::GET => client.get(address).await,
            Method::DELETE => client.delete(address).await,
            Method::PATCH => client.patch(address, body).await,
            Method::POST => client.post(address, body).await,
            Method::HEAD | Method::OPTIONS => {
                let request = Request::builder().method(self.method.clone()).uri(address);
                client.raw(request.body(Body::empty()).unwrap()).await
            }
            ref other => panic!("calls.rs does not know the method {other}"),
        }
    }
}

/// Every operation of the document.
pub fn all() -> Vec<Call> {
    let document = serde_json::to_value(contentpilot::openapi()).unwrap();
    let mut calls = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Ok(method) = method.to_uppercase().parse::<Method>() else { continue };
            if operation.is_object() {
                calls.push(read(&document, method, path, operation));
            }
        }
    }
    assert!(calls.len() > 10, "the document is not complete");
    calls
}

fn read(document: &Value, method: Method, path: &str, operation: &Value) -> Call {
    let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    let query = parameters.iter().filter(|one| one["in"] == "query");
    let is_public = operation["security"] == json!([]);
    let least_role = operation["x-least-role"].as_str();
    assert!(is_public || least_role.is_some(), "{method} {path} does not say who may call it (x-least-role)");
    Call {
        path: path.to_owned(),
        least_role: least_role.map(|role| role.parse().unwrap()),
        query: query.map(|one| one["name"].as_str().unwrap().to_owned()).collect(),
        takes_json: operation["requestBody"]["content"]["application/json"].is_object(),
        takes_file: operation["requestBody"]["content"]
            .as_object()
            .is_some_and(|kinds| !kinds.contains_key("application/json")),
        fields: fields(document, &operation["requestBody"]["content"]["application/json"]["schema"]),
        method,
    }
}

fn fields(document: &Value, schema: &Value) -> Vec<String> {
    let name = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
    let schema = name.map_or(schema, |name| &document["components"]["schemas"][name]);
    schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

/// Puts the ids of Harbor's rows (see [`settle`]) into a path of the API or of a page.
pub fn with_ids(path: &str) -> String {
    let mut before = "";
    let parts = path.split('/').map(|part| {
        let id = match (before, part) {
            (_, part) if !part.starts_with('{') => part,
            (_, "{org}") => "harbor",
            ("content", _) => "harbor-item",
            ("bin", _) => "harbor-binned",
            ("bulk", _) => "harbor-change",
            ("releases", _) => "harbor-release",
            ("items", _) => "harbor-item",
            ("views", _) => "harbor-view",
            ("categories", _) => "harbor-category",
            ("tags", _) => "harbor-tag",
            ("comments", _) => "harbor-comment",
            ("media", _) => "harbor-asset",
            ("folders", _) => "harbor-folder",
            ("uploads", _) => "harbor-upload",
            ("members", _) => "membership-harbor-viewer",
            ("api-keys", _) => "key-harbor-viewer",
            ("invitations", _) => "harbor-invitation",
            ("outbox", _) => "harbor-mail",
            ("domains" | "domain", _) => "harbor-claim",
            ("exports", _) => "harbor-export",
            ("revisions", _) => "1",
            ("previews", _) => "harbor-preview",
            ("campaigns", _) => "harbor-campaign",
            ("spend", _) => "harbor-spend",
            ("campaign-templates" | "email-templates" | "templates", _) => "harbor-template",
            ("emails", _) => "harbor-email",
            ("posts", _) => "harbor-post",
            ("sending-domains", _) => "harbor-sending-domain",
            ("email-providers", _) => "harbor-provider",
            ("contacts", _) => "harbor-contact",
            ("segments", _) => "harbor-segment",
            ("automations", _) => "harbor-automation",
            ("steps", _) => "harbor-step",
            ("fields" | "contact-fields", _) => "harbor-field",
            ("imports" | "contact-imports", _) => "harbor-import",
            ("forms" | "subscribe-forms", _) => "harbor-form",
            ("suppressions", _) => "aa",
            ("webhooks", _) => "harbor-webhook",
            ("webhook-deliveries", _) => "harbor-delivery",
            _ => "harbor-thing",
        };
        before = part;
        id
    });
    parts.collect::<Vec<_>>().join("/")
}

/// Gives Harbor a row of everything that a path can name.
pub async fn settle(world: &World) {
    let statements = [
        "INSERT INTO content_categories (organization_id, id, name, slug, created_by)
         VALUES ('org-harbor', 'harbor-category', 'Boats', 'boats', 'user-harbor-owner')",
        "INSERT INTO content_tags (organization_id, id, name, slug) VALUES ('org-harbor', 'harbor-tag', 'Tide', 'tide')",
        "INSERT INTO content_items (organization_id, id, title, slug, content, type, author_id)
         VALUES ('org-harbor', 'harbor-item', 'The tide', 'the-tide', '<p>It comes.</p>', 'ARTICLE', 'user-harbor-owner')",
        "INSERT INTO app.content_bin (organization_id, id, title, slug, item)
         SELECT organization_id, 'harbor-binned', title, 'gone', to_jsonb(i) || '{\"id\": \"harbor-binned\", \"slug\": \"gone\"}'
         FROM content_items i WHERE id = 'harbor-item'",
        "INSERT INTO app.releases (organization_id, id, name, created_by)
         VALUES ('org-harbor', 'harbor-release', 'Spring', 'user-harbor-owner')",
        "INSERT INTO app.release_items (organization_id, release_id, content_id)
         VALUES ('org-harbor', 'harbor-release', 'harbor-item')",
        "INSERT INTO app.content_views (organization_id, id, owner_id, name, is_shared)
         VALUES ('org-harbor', 'harbor-view', 'user-harbor-viewer', 'All of it', true)",
        "INSERT INTO content_revisions (organization_id, id, content_id, title, content_body, version, created_by)
         VALUES ('org-harbor', 'harbor-revision', 'harbor-item', 'The tide', '<p>It comes.</p>', 1, 'user-harbor-owner')",
        "INSERT INTO app.content_previews (organization_id, id, content_id, token_hash, created_by, expires_at)
         VALUES ('org-harbor', 'harbor-preview', 'harbor-item', '\\x01', 'user-harbor-owner', '2027-01-01')",
        "INSERT INTO app.content_changes (organization_id, content_id, fields, created_by, updated_by)
         VALUES ('org-harbor', 'harbor-item', '{\"title\": \"The ebb\"}', 'user-harbor-owner', 'user-harbor-owner')",
        "INSERT INTO content_comments (organization_id, id, content_id, comment)
         VALUES ('org-harbor', 'harbor-comment', 'harbor-item', 'And goes.')",
        "INSERT INTO media_folders (organization_id, id, name, path, created_by)
         VALUES ('org-harbor', 'harbor-folder', 'Boats', '/Boats', 'user-harbor-owner')",
        "INSERT INTO media_assets (organization_id, id, name, original_name, file_name, file_url, mime_type, file_size, uploaded_by)
         VALUES ('org-harbor', 'harbor-asset', 'Tide', 'tide.png', 'org-harbor/tide/tide.png', '/media/org-harbor/tide/tide.png',
                 'image/png', 1, 'user-harbor-owner')",
        "INSERT INTO app.media_uploads (organization_id, id, token, file_name, length, created_by, expires_at)
         VALUES ('org-harbor', 'harbor-upload', 'harbor-token', 'tide.png', 10, 'user-harbor-owner', '2027-01-01')",
        "INSERT INTO app.contacts (organization_id, id, email, email_key, email_hash)
         VALUES ('org-harbor', 'harbor-contact', 'tide@harbor.test', 'tide@harbor.test', '\\x01')",
        "INSERT INTO campaigns (organization_id, id, name, type, status, created_by)
         VALUES ('org-harbor', 'harbor-campaign', 'Harvest', 'CONTENT_MARKETING', 'ACTIVE', 'user-harbor-owner')",
        "INSERT INTO campaign_content (organization_id, id, campaign_id, content_id)
         VALUES ('org-harbor', 'harbor-attached', 'harbor-campaign', 'harbor-item')",
        "INSERT INTO app.campaign_spend (organization_id, id, campaign_id, amount, spent_on, purpose, created_by)
         VALUES ('org-harbor', 'harbor-spend', 'harbor-campaign', 12.50, '2026-02-01', 'Posters', 'user-harbor-owner')",
        "INSERT INTO app.campaign_templates (organization_id, id, name, type, created_by)
         VALUES ('org-harbor', 'harbor-template', 'Every harvest', 'CONTENT_MARKETING', 'user-harbor-owner')",
        "INSERT INTO email_campaigns (organization_id, id, campaign_id, subject, content, composition, from_name, from_email, audience_segment, created_by)
         VALUES ('org-harbor', 'harbor-email', 'harbor-campaign', 'The tide', '<p>It comes.</p>',
                 '{\"blocks\": [{\"type\": \"article\", \"content_id\": \"harbor-item\"}]}',
                 'Harbor', 'news@harbor.test', '{\"all\": true}', 'user-harbor-owner')",
        "INSERT INTO app.email_templates (organization_id, id, name, composition, created_by)
         VALUES ('org-harbor', 'harbor-template', 'Tides', '{\"style\": {}, \"blocks\": [{\"type\": \"article\", \"content_id\": \"harbor-item\"}]}',
                 'user-harbor-owner')",
        "INSERT INTO social_media_posts (organization_id, id, content, status, scheduled_for, created_by)
         VALUES ('org-harbor', 'harbor-post', 'The tide comes', 'SCHEDULED', '2026-03-20', 'user-harbor-owner')",
        "INSERT INTO app.sending_domains (organization_id, id, domain, selector, public_key, private_key, created_by)
         VALUES ('org-harbor', 'harbor-sending-domain', 'harbor.test', 'cp1', 'x', '\\x00', 'user-harbor-owner')",
        "INSERT INTO app.email_providers (organization_id, id, provider, created_by)
         VALUES ('org-harbor', 'harbor-provider', 'ses', 'user-harbor-owner')",
        "INSERT INTO app.segments (organization_id, id, name, rule, created_by)
         VALUES ('org-harbor', 'harbor-segment', 'All', '{\"all\": true}', 'user-harbor-owner')",
        "INSERT INTO app.automations (organization_id, id, name, trigger, steps, created_by)
         VALUES ('org-harbor', 'harbor-automation', 'Welcome', '{\"kind\": \"sign_up\", \"form_id\": null, \"counts_added\": false}',
                 '[{\"id\": \"harbor-step\", \"kind\": \"wait\", \"amount\": 1, \"unit\": \"days\"}]', 'user-harbor-owner')",
        "INSERT INTO app.automation_runs (organization_id, id, automation_id, contact_id, entry, step, wake_at, entered_at)
         VALUES ('org-harbor', 'harbor-run', 'harbor-automation', 'harbor-contact', 'sign-up', 'harbor-step', '2027-01-01', '2026-02-01')",
        "INSERT INTO app.contact_fields (organization_id, id, key, label)
         VALUES ('org-harbor', 'harbor-field', 'boat', 'Boat')",
        "INSERT INTO app.contact_imports (organization_id, id, file_key, file_name, created_by)
         VALUES ('org-harbor', 'harbor-import', 'org-harbor/imports/harbor/contacts.csv', 'tide.csv', 'user-harbor-owner')",
        "INSERT INTO app.subscribe_forms (organization_id, id, slug, title, consent_wording, created_by)
         VALUES ('org-harbor', 'harbor-form', 'tide-news', 'Tide news', 'Write me.', 'user-harbor-owner')",
        "INSERT INTO app.suppressions (organization_id, email_hash, reason) VALUES ('org-harbor', '\\xaa', 'manual')",
        "INSERT INTO app.invitations (id, organization_id, email, role, token_hash, expires_at)
         VALUES ('harbor-invitation', 'org-harbor', 'new@harbor.test', 'MEMBER', '\\x01', '2027-01-01')",
        "INSERT INTO app.webhook_endpoints (organization_id, id, url, secret)
         VALUES ('org-harbor', 'harbor-webhook', 'https://example.org/hook', '\\x00')",
        "INSERT INTO app.webhook_messages (organization_id, id, kind, payload)
         VALUES ('org-harbor', 'harbor-message', 'tag.created', '{}')",
        "INSERT INTO app.webhook_deliveries (organization_id, id, endpoint_id, message_id)
         VALUES ('org-harbor', 'harbor-delivery', 'harbor-webhook', 'harbor-message')",
        "INSERT INTO app.domain_claims (organization_id, id, domain, token)
         VALUES ('org-harbor', 'harbor-claim', 'harbor.example', 'token')",
        "INSERT INTO app.exports (organization_id, id, failure, finished_at)
         VALUES ('org-harbor', 'harbor-export', 'No room.', '2026-03-01')",
        "INSERT INTO app.mails (id, organization_id, recipient, subject, body_text)
         VALUES ('harbor-mail', 'org-harbor', 'new@harbor.test', 'Welcome', 'Come in.')",
    ];
    let tx = world.tenant().await;
    for sql in statements {
        tx.execute(sql, &[]).await.unwrap();
    }
    tx.commit().await.unwrap();
}
