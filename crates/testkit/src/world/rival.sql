-- Rows of the rival organization in every tenant table. Their texts carry a marker that nobody else may ever be shown.
SET LOCAL app.current_org_id = 'org-rival';

INSERT INTO content_categories (organization_id, id, name, slug, description, created_by)
VALUES ('org-rival', 'rival-category', 'RIVAL-MARKER-category', 'rival-marker-category', 'RIVAL-MARKER-description', 'user-rival-owner');

INSERT INTO content_tags (organization_id, id, name, slug)
VALUES ('org-rival', 'rival-tag', 'RIVAL-MARKER-tag', 'rival-marker-tag');

INSERT INTO content_items (organization_id, id, title, slug, excerpt, content, type, status, keywords, published_at, author_id, category_id)
VALUES
    ('org-rival', 'rival-item', 'RIVAL-MARKER-item lantern', 'rival-marker-item', 'RIVAL-MARKER-excerpt',
     '<p>RIVAL-MARKER-body lantern</p>', 'ARTICLE', 'PUBLISHED', '{RIVAL-MARKER-keyword}', '2026-02-01', 'user-rival-owner', 'rival-category'),
    ('org-rival', 'rival-draft', 'RIVAL-MARKER-draft lantern', 'rival-marker-draft', 'RIVAL-MARKER-excerpt',
     '<p>RIVAL-MARKER-body lantern</p>', 'ARTICLE', 'DRAFT', '{}', NULL, 'user-rival-owner', NULL);

INSERT INTO content_revisions (organization_id, id, content_id, title, content_body, version, created_by)
VALUES ('org-rival', 'rival-revision', 'rival-item', 'RIVAL-MARKER-revision', '<p>RIVAL-MARKER-revision</p>', 1, 'user-rival-owner');

INSERT INTO content_comments (organization_id, id, content_id, comment, status, author_name, author_email)
VALUES
    ('org-rival', 'rival-comment', 'rival-item', 'RIVAL-MARKER-comment', 'APPROVED', 'RIVAL-MARKER-visitor', 'rival-marker@example.org'),
    ('org-rival', 'rival-pending', 'rival-item', 'RIVAL-MARKER-pending', 'PENDING', 'RIVAL-MARKER-visitor', 'rival-marker@example.org');
INSERT INTO app.comment_blocklist (organization_id, id, kind, value)
VALUES ('org-rival', 'rival-blocked', 'word', 'rival-marker');

INSERT INTO app.content_bin (organization_id, id, title, slug, item)
VALUES ('org-rival', 'rival-binned', 'RIVAL-MARKER-binned', 'rival-marker-binned', '{"title": "RIVAL-MARKER-binned"}');
INSERT INTO app.content_bin_parts (organization_id, content_id, table_name, position, part)
VALUES ('org-rival', 'rival-binned', 'content_revisions', 1, '{"title": "RIVAL-MARKER-binned"}');
INSERT INTO app.content_bulk_changes (organization_id, id, entries, created_by)
VALUES ('org-rival', 'rival-change', '[]', 'user-rival-owner');
INSERT INTO app.content_item_tags (organization_id, content_id, tag_id) VALUES ('org-rival', 'rival-item', 'rival-tag');
INSERT INTO app.tag_usage_notes (organization_id, tag_id, amount) VALUES ('org-rival', 'rival-tag', 0);
INSERT INTO app.content_translations (organization_id, content_id, group_id) VALUES ('org-rival', 'rival-item', 'rival-group');
INSERT INTO app.content_slug_history (organization_id, slug, content_id) VALUES ('org-rival', 'rival-marker-former', 'rival-item');
INSERT INTO app.former_term_slugs (organization_id, kind, slug, tag_id) VALUES ('org-rival', 'tag', 'rival-marker-was', 'rival-tag');

INSERT INTO app.content_reviews (organization_id, id, content_id, kind, note, author_id)
VALUES ('org-rival', 'rival-review', 'rival-item', 'approved', 'RIVAL-MARKER-review', 'user-rival-owner');
INSERT INTO app.content_previews (organization_id, id, content_id, token_hash, created_by, expires_at)
VALUES ('org-rival', 'rival-preview', 'rival-draft', '\x01', 'user-rival-owner', '2027-01-01');
INSERT INTO app.content_changes (organization_id, content_id, fields, created_by, updated_by)
VALUES ('org-rival', 'rival-item', '{"title": "RIVAL-MARKER-changed"}', 'user-rival-owner', 'user-rival-owner');
INSERT INTO app.content_presence (organization_id, content_id, user_id) VALUES ('org-rival', 'rival-item', 'user-rival-owner');
INSERT INTO app.notifications (organization_id, id, user_id, kind, title)
VALUES ('org-rival', 'rival-notification', 'user-rival-owner', 'approved', 'RIVAL-MARKER-notification');

INSERT INTO app.releases (organization_id, id, name, note, status, scheduled_for, created_by)
VALUES ('org-rival', 'rival-release', 'RIVAL-MARKER-release', 'RIVAL-MARKER-note', 'SCHEDULED', '2026-03-05', 'user-rival-owner');
INSERT INTO app.release_items (organization_id, release_id, content_id) VALUES ('org-rival', 'rival-release', 'rival-draft');
INSERT INTO app.dismissals (organization_id, user_id, what) VALUES ('org-rival', 'user-rival-owner', 'first_steps');

INSERT INTO media_folders (organization_id, id, name, path, created_by)
VALUES ('org-rival', 'rival-folder', 'RIVAL-MARKER-folder', '/RIVAL-MARKER-folder', 'user-rival-owner');
INSERT INTO media_assets (organization_id, id, name, original_name, file_name, file_url, mime_type, file_size, folder_id, uploaded_by)
VALUES ('org-rival', 'rival-asset', 'RIVAL-MARKER-asset', 'RIVAL-MARKER.png', 'RIVAL-MARKER.png', '/media/RIVAL-MARKER.png',
        'image/png', 1, 'rival-folder', 'user-rival-owner');
INSERT INTO app.media_asset_tags (organization_id, asset_id, tag) VALUES ('org-rival', 'rival-asset', 'RIVAL-MARKER-tag');
INSERT INTO app.media_uses (organization_id, asset_id, kind, entity_id) VALUES ('org-rival', 'rival-asset', 'content', 'rival-item');
INSERT INTO app.media_uploads (organization_id, id, token, file_name, created_by, expires_at)
VALUES ('org-rival', 'rival-upload', 'RIVAL-MARKER-token', 'RIVAL-MARKER.png', 'user-rival-owner', '2027-01-01');
INSERT INTO app.media_former_files (organization_id, asset_id, revision, file_name, mime_type, file_size, change)
VALUES ('org-rival', 'rival-asset', 1, 'RIVAL-MARKER-former.png', 'image/png', 1, 'RIVAL-MARKER-change');
INSERT INTO app.plan_limits (organization_id) VALUES ('org-rival');

INSERT INTO campaigns (organization_id, id, name, type, created_by)
VALUES ('org-rival', 'rival-campaign', 'RIVAL-MARKER-campaign', 'CONTENT_MARKETING', 'user-rival-owner');
INSERT INTO campaign_content (organization_id, id, campaign_id, content_id)
VALUES ('org-rival', 'rival-campaign-content', 'rival-campaign', 'rival-item');
INSERT INTO app.campaign_spend (organization_id, id, campaign_id, amount, spent_on, purpose, created_by)
VALUES ('org-rival', 'rival-spend', 'rival-campaign', 666.66, '2026-02-01', 'RIVAL-MARKER-purpose', 'user-rival-owner');
INSERT INTO app.campaign_templates (organization_id, id, name, type, created_by)
VALUES ('org-rival', 'rival-template', 'RIVAL-MARKER-template', 'CONTENT_MARKETING', 'user-rival-owner');
INSERT INTO email_campaigns (organization_id, id, subject, from_name, from_email, created_by)
VALUES ('org-rival', 'rival-email', 'RIVAL-MARKER-email', 'RIVAL-MARKER-sender', 'rival-marker@example.org', 'user-rival-owner');
INSERT INTO app.contacts (organization_id, id, email, email_key, email_hash, name)
VALUES ('org-rival', 'rival-contact', 'RIVAL-MARKER@example.org', 'rival-marker@example.org', decode(repeat('01', 32), 'hex'),
        'RIVAL-MARKER-contact');
INSERT INTO app.contact_history (organization_id, id, contact_id, at, kind, words)
VALUES ('org-rival', 'rival-history', 'rival-contact', '2026-02-01', 'added', 'RIVAL-MARKER-history');
INSERT INTO app.contact_fields (organization_id, id, key, label)
VALUES ('org-rival', 'rival-field', 'rival_marker', 'RIVAL-MARKER-field');
INSERT INTO app.subscribe_forms (organization_id, id, slug, title, consent_wording, created_by)
VALUES ('org-rival', 'rival-form', 'rival-form', 'RIVAL-MARKER-form', 'RIVAL-MARKER-wording', 'user-rival-owner');
INSERT INTO app.subscribe_requests (organization_id, id, form_id, token_hash, email_hash, email, consent_wording)
VALUES ('org-rival', 'rival-request', 'rival-form', '\x00', '\x00', 'RIVAL-MARKER@example.org', 'RIVAL-MARKER-wording');
INSERT INTO app.contact_imports (organization_id, id, file_key, file_name, created_by)
VALUES ('org-rival', 'rival-import', 'org-rival/imports/rival', 'RIVAL-MARKER.csv', 'user-rival-owner');
INSERT INTO app.contact_import_refusals (organization_id, import_id, line, email, reason)
VALUES ('org-rival', 'rival-import', 1, 'RIVAL-MARKER@example.org', 'RIVAL-MARKER-reason');
INSERT INTO app.contact_tags (organization_id, contact_id, tag) VALUES ('org-rival', 'rival-contact', 'RIVAL-MARKER-tag');
INSERT INTO app.segments (organization_id, id, name, rule, created_by)
VALUES ('org-rival', 'rival-segment', 'RIVAL-MARKER-segment', '{"all": true}', 'user-rival-owner');
INSERT INTO app.email_templates (organization_id, id, name, composition, created_by)
VALUES ('org-rival', 'rival-template', 'RIVAL-MARKER-template', '{"style": {}, "blocks": [{"type": "heading", "text": "RIVAL-MARKER-heading"}]}',
        'user-rival-owner');
INSERT INTO app.automations (organization_id, id, name, trigger, steps, created_by)
VALUES ('org-rival', 'rival-automation', 'RIVAL-MARKER-automation', '{"kind": "tag", "tag": "RIVAL-MARKER-tag"}',
        '[{"id": "rival-step", "kind": "add_tag", "tag": "RIVAL-MARKER-tag"}]', 'user-rival-owner');
INSERT INTO app.automation_runs (organization_id, id, automation_id, contact_id, entry, state, wake_at, reason, entered_at)
VALUES ('org-rival', 'rival-run', 'rival-automation', 'rival-contact', 'RIVAL-MARKER-entry', 'LEFT', NULL, 'RIVAL-MARKER-reason', '2026-02-01');
INSERT INTO app.suppressions (organization_id, email_hash, email, reason)
VALUES ('org-rival', decode(repeat('00', 32), 'hex'), 'RIVAL-MARKER@example.org', 'manual');
INSERT INTO app.email_recipients (organization_id, id, email_id, contact_id, email)
VALUES ('org-rival', 'rival-recipient', 'rival-email', 'rival-contact', 'RIVAL-MARKER@example.org');
INSERT INTO app.email_bodies (organization_id, id, html, plain_text, frozen_at)
VALUES ('org-rival', 'rival-email', 'RIVAL-MARKER-html', 'RIVAL-MARKER-text', '2026-02-01');
INSERT INTO app.sending_domains (organization_id, id, domain, selector, public_key, private_key, created_by)
VALUES ('org-rival', 'rival-sending-domain', 'rival-marker.example', 'RIVAL-MARKER', 'RIVAL-MARKER-key', '\x00', 'user-rival-owner');
INSERT INTO app.email_providers (organization_id, id, provider, topic, created_by)
VALUES ('org-rival', 'rival-provider', 'ses', 'RIVAL-MARKER-topic', 'user-rival-owner');
INSERT INTO app.email_provider_tokens (organization_id, provider_id, token_hash, at)
VALUES ('org-rival', 'rival-provider', '\x01', '2026-02-01');
INSERT INTO app.email_links (organization_id, id, email_id, url, position)
VALUES ('org-rival', 'rival-link', 'rival-email', 'https://example.org/RIVAL-MARKER', 0);
INSERT INTO app.email_events (organization_id, id, email_id, recipient_id, contact_id, kind, link_id, at)
VALUES ('org-rival', 'rival-event', 'rival-email', 'rival-recipient', 'rival-contact', 'click', 'rival-link', '2026-02-01');
INSERT INTO app.content_views (organization_id, id, owner_id, name, query, is_shared)
VALUES ('org-rival', 'rival-view', 'user-rival-owner', 'RIVAL-MARKER-view', 'q=RIVAL-MARKER', true);
INSERT INTO app.content_default_views (organization_id, user_id, view_id)
VALUES ('org-rival', 'user-rival-owner', 'rival-view');
INSERT INTO social_media_posts (organization_id, id, content, created_by)
VALUES ('org-rival', 'rival-post', 'RIVAL-MARKER-post', 'user-rival-owner');

INSERT INTO app.audit_log (organization_id, id, actor_kind, actor_id, actor_name, action, entity_type, entity_id, details)
VALUES ('org-rival', 'rival-entry', 'user', 'user-rival-owner', 'RIVAL-MARKER-actor', 'content.publish', 'content', 'rival-item',
        '{"title": "RIVAL-MARKER-item"}');
INSERT INTO app.idempotency_keys (organization_id, key, principal, request_hash, status, headers, body)
VALUES ('org-rival', 'rival-marker', 'user:user-rival-owner', '\x00', 201, '{}', 'RIVAL-MARKER-answer');
INSERT INTO app.import_records (organization_id, source, kind, source_id, target_id)
VALUES ('org-rival', 'wordpress', 'post', 'RIVAL-MARKER-post', 'rival-item');
INSERT INTO app.import_attachments (organization_id, id, source, source_id, url, title, content_id)
VALUES ('org-rival', 'rival-attachment', 'wordpress', 'RIVAL-MARKER-attachment', 'https://example.org/RIVAL-MARKER.png',
        'RIVAL-MARKER-attachment', 'rival-item');
INSERT INTO app.site_settings (organization_id, title, description) VALUES ('org-rival', 'RIVAL-MARKER-site', 'RIVAL-MARKER-site');
INSERT INTO app.domain_claims (organization_id, id, domain, token)
VALUES ('org-rival', 'rival-claim', 'rival-marker.example', 'RIVAL-MARKER-token');
INSERT INTO app.exports (organization_id, id, failure) VALUES ('org-rival', 'rival-export', 'RIVAL-MARKER-failure');
INSERT INTO app.invitations (id, organization_id, email, role, token_hash, expires_at)
VALUES ('rival-invitation', 'org-rival', 'rival-marker@example.org', 'MEMBER', '\x00', '2027-01-01');
INSERT INTO app.webhook_endpoints (organization_id, id, url, secret, description)
VALUES ('org-rival', 'rival-webhook', 'https://example.org/RIVAL-MARKER', '\x00', 'RIVAL-MARKER-webhook');
INSERT INTO app.webhook_messages (organization_id, id, kind, payload)
VALUES ('org-rival', 'rival-message', 'tag.created', '{"data":{"name":"RIVAL-MARKER-tag"}}');
INSERT INTO app.webhook_deliveries (organization_id, id, endpoint_id, message_id, status)
VALUES ('org-rival', 'rival-delivery', 'rival-webhook', 'rival-message', 'failed');
INSERT INTO app.webhook_attempts (organization_id, id, delivery_id, response_body)
VALUES ('org-rival', 'rival-attempt', 'rival-delivery', 'RIVAL-MARKER-answer');
INSERT INTO app.mails (id, organization_id, recipient, subject, body_text)
VALUES ('rival-mail', 'org-rival', 'rival-marker@example.org', 'RIVAL-MARKER-mail', 'RIVAL-MARKER-mail');

SELECT app.index_content('rival-item'), app.index_content('rival-draft');
