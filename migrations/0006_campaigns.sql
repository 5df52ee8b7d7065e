-- Campaigns, what belongs to them, emails and social posts.

CREATE TABLE campaigns (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    id              text NOT NULL,
    name            text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    description     text CHECK (char_length(description) <= 5000),
    type            "CampaignType" NOT NULL,
    status          "CampaignStatus" NOT NULL DEFAULT 'DRAFT',
    start_date      timestamptz,
    end_date        timestamptz,
    timezone        text NOT NULL DEFAULT 'UTC' CHECK (char_length(timezone) BETWEEN 1 AND 64),
    budget          numeric(12, 2) CHECK (budget >= 0),
    goal_type       text CHECK (char_length(goal_type) <= 100),
    goal_value      numeric(12, 2) CHECK (goal_value >= 0),
    impressions     integer NOT NULL DEFAULT 0 CHECK (impressions >= 0),
    clicks          integer NOT NULL DEFAULT 0 CHECK (clicks >= 0),
    conversions     integer NOT NULL DEFAULT 0 CHECK (conversions >= 0),
    spend           numeric(12, 2) NOT NULL DEFAULT 0 CHECK (spend >= 0),
    revenue         numeric(12, 2) NOT NULL DEFAULT 0 CHECK (revenue >= 0),
    analytics_data  jsonb,
    created_by      text NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE RESTRICT,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    version         integer NOT NULL DEFAULT 1,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT campaigns_end_after_start CHECK (end_date >= start_date)
);
CREATE INDEX idx_campaigns_created_by ON campaigns (created_by, organization_id);

CREATE TABLE campaign_content (
    organization_id text NOT NULL,
    id              text NOT NULL,
    campaign_id     text NOT NULL,
    content_id      text NOT NULL,
    role            text NOT NULL DEFAULT 'supporting' CHECK (role IN ('featured', 'supporting', 'landing-page')),
    priority        integer NOT NULL DEFAULT 0,
    added_at        timestamptz NOT NULL DEFAULT now(),
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    version         integer NOT NULL DEFAULT 1,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT campaign_content_campaign_content_key UNIQUE (organization_id, campaign_id, content_id),
    CONSTRAINT campaign_content_campaign_fkey FOREIGN KEY (organization_id, campaign_id)
        REFERENCES campaigns (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE,
    CONSTRAINT campaign_content_content_fkey FOREIGN KEY (organization_id, content_id)
        REFERENCES content_items (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX idx_campaign_content_org_content ON campaign_content (organization_id, content_id);

CREATE TABLE email_campaigns (
    organization_id  text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    id               text NOT NULL,
    campaign_id      text,
    subject          text NOT NULL CHECK (char_length(subject) BETWEEN 1 AND 200),
    preheader        text CHECK (char_length(preheader) <= 150),
    content          text NOT NULL DEFAULT '',
    plain_text       text,
    from_name        text NOT NULL CHECK (char_length(from_name) BETWEEN 1 AND 200),
    from_email       text NOT NULL CHECK (char_length(from_email) BETWEEN 3 AND 320),
    reply_to         text CHECK (char_length(reply_to) <= 320),
    audience_segment jsonb,
    scheduled_for    timestamptz,
    sent_at          timestamptz,
    sent             integer NOT NULL DEFAULT 0 CHECK (sent >= 0),
    delivered        integer NOT NULL DEFAULT 0 CHECK (delivered >= 0),
    opened           integer NOT NULL DEFAULT 0 CHECK (opened >= 0),
    clicked          integer NOT NULL DEFAULT 0 CHECK (clicked >= 0),
    bounced          integer NOT NULL DEFAULT 0 CHECK (bounced >= 0),
    unsubscribed     integer NOT NULL DEFAULT 0 CHECK (unsubscribed >= 0),
    status           "EmailStatus" NOT NULL DEFAULT 'DRAFT',
    created_by       text NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE RESTRICT,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    version          integer NOT NULL DEFAULT 1,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT email_campaigns_campaign_fkey FOREIGN KEY (organization_id, campaign_id)
        REFERENCES campaigns (organization_id, id) ON DELETE SET NULL (campaign_id)
);
CREATE INDEX idx_emails_org_campaign ON email_campaigns (organization_id, campaign_id);
CREATE INDEX idx_emails_created_by ON email_campaigns (created_by, organization_id);

CREATE TABLE social_media_posts (
    organization_id  text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    id               text NOT NULL,
    campaign_id      text,
    content          text NOT NULL DEFAULT '' CHECK (char_length(content) <= 70000),
    media_urls       text[] NOT NULL DEFAULT '{}',
    platforms        "SocialPlatform"[] NOT NULL DEFAULT '{}',
    scheduled_for    timestamptz,
    published_at     timestamptz,
    platform_metrics jsonb,
    status           "PostStatus" NOT NULL DEFAULT 'DRAFT',
    created_by       text NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE RESTRICT,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    version          integer NOT NULL DEFAULT 1,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT social_media_posts_campaign_fkey FOREIGN KEY (organization_id, campaign_id)
        REFERENCES campaigns (organization_id, id) ON DELETE SET NULL (campaign_id)
);
CREATE INDEX idx_posts_org_campaign ON social_media_posts (organization_id, campaign_id);
CREATE INDEX idx_posts_created_by ON social_media_posts (created_by, organization_id);

-- Spend and revenue may be typed in by people, so a change of those is an edit.
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON campaigns
    FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at('impressions', 'clicks', 'conversions', 'analytics_data');
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON campaign_content
    FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at();
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON email_campaigns
    FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at(
        'sent', 'delivered', 'opened', 'clicked', 'bounced', 'unsubscribed');
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON social_media_posts
    FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at('platform_metrics');

CALL app.isolate('campaigns');
CALL app.isolate('campaign_content');
CALL app.isolate('email_campaigns');
CALL app.isolate('social_media_posts');

GRANT SELECT, INSERT, UPDATE, DELETE
    ON campaigns, campaign_content, email_campaigns, social_media_posts TO contentpilot_app;
