-- What campaigns cost, what they are begun from, how many a plan allows, and figures that follow from rows.

-- Money that was spent: when, for what, and who says so. A campaign's spend is their sum.
CREATE TABLE app.campaign_spend (
    organization_id text NOT NULL,
    id              text NOT NULL,
    campaign_id     text NOT NULL,
    amount          numeric(12, 2) NOT NULL CHECK (amount > 0),
    spent_on        date NOT NULL,
    purpose         text NOT NULL CHECK (char_length(purpose) BETWEEN 1 AND 200),
    created_by      text NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE RESTRICT,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, id),
    CONSTRAINT campaign_spend_campaign_fkey FOREIGN KEY (organization_id, campaign_id)
        REFERENCES campaigns (organization_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX idx_campaign_spend_org_campaign ON app.campaign_spend (organization_id, campaign_id, spent_on DESC, id DESC);
CREATE INDEX idx_campaign_spend_created_by ON app.campaign_spend (created_by);

-- What a campaign is begun from again and again.
CREATE TABLE app.campaign_templates (
    organization_id text NOT NULL REFERENCES organizations (id) ON UPDATE CASCADE ON DELETE CASCADE,
    id              text NOT NULL,
    name            text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    description     text CHECK (char_length(description) <= 5000),
    type            "CampaignType" NOT NULL,
    -- From a campaign's beginning to its end.
    days            integer CHECK (days BETWEEN 1 AND 3660),
    timezone        text NOT NULL DEFAULT 'UTC' CHECK (char_length(timezone) BETWEEN 1 AND 64),
    budget          numeric(12, 2) CHECK (budget >= 0),
    goal_type       text CHECK (char_length(goal_type) <= 100),
    goal_value      numeric(12, 2) CHECK (goal_value >= 0),
    created_by      text NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE RESTRICT,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    version         integer NOT NULL DEFAULT 1,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT campaign_templates_name_key UNIQUE (organization_id, name)
);
CREATE INDEX idx_campaign_templates_created_by ON app.campaign_templates (created_by);
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON app.campaign_templates
    FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at();

CALL app.isolate('app.campaign_spend');
CALL app.isolate('app.campaign_templates');
GRANT SELECT, INSERT, UPDATE, DELETE ON app.campaign_spend, app.campaign_templates TO contentpilot_app;

-- How many campaigns may be begun in a month (UTC); none is no limit.
ALTER TABLE app.plan_limits ADD COLUMN campaigns_a_month bigint CHECK (campaigns_a_month >= 0);

-- What a campaign brings and costs follows from other rows, so a change of it is no edit of the campaign.
DROP TRIGGER touch_updated_at ON campaigns;
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON campaigns
    FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at(
        'impressions', 'clicks', 'conversions', 'spend', 'revenue', 'analytics_data');

-- Keeps what a campaign costs equal to its entries, in the transaction that changes those.
CREATE FUNCTION app.count_campaign_spend() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    UPDATE public.campaigns AS campaign SET spend = campaign.spend + change.amount
    FROM (SELECT part.organization_id, part.id, sum(part.amount) AS amount
          FROM (VALUES (OLD.organization_id, OLD.campaign_id, -OLD.amount),
                       (NEW.organization_id, NEW.campaign_id, NEW.amount)) AS part (organization_id, id, amount)
          WHERE part.id IS NOT NULL GROUP BY 1, 2) AS change
    WHERE campaign.organization_id = change.organization_id AND campaign.id = change.id AND change.amount <> 0;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION app.count_campaign_spend() FROM PUBLIC;
CREATE TRIGGER count_spend AFTER INSERT OR DELETE ON app.campaign_spend
    FOR EACH ROW EXECUTE FUNCTION app.count_campaign_spend();
CREATE TRIGGER count_changed_spend AFTER UPDATE ON app.campaign_spend
    FOR EACH ROW WHEN (OLD.amount <> NEW.amount OR OLD.campaign_id <> NEW.campaign_id)
    EXECUTE FUNCTION app.count_campaign_spend();

-- Keeps what a campaign brings equal to what its emails count: people who opened them and people who followed a link,
-- each of them once an email.
CREATE FUNCTION app.count_campaign_emails() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    UPDATE public.campaigns AS campaign
    SET impressions = campaign.impressions + change.opened, clicks = campaign.clicks + change.clicked
    FROM (SELECT part.organization_id, part.id, sum(part.opened)::integer AS opened, sum(part.clicked)::integer AS clicked
          FROM (VALUES (OLD.organization_id, OLD.campaign_id, -OLD.opened, -OLD.clicked),
                       (NEW.organization_id, NEW.campaign_id, NEW.opened, NEW.clicked))
               AS part (organization_id, id, opened, clicked)
          WHERE part.id IS NOT NULL GROUP BY 1, 2) AS change
    WHERE campaign.organization_id = change.organization_id AND campaign.id = change.id
      AND (change.opened, change.clicked) <> (0, 0);
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION app.count_campaign_emails() FROM PUBLIC;
-- At the end of the transaction: whoever holds a campaign then waits for no email any more, so that two who write down
-- what became of emails of one campaign never wait for each other in a circle.
CREATE CONSTRAINT TRIGGER count_for_campaign AFTER INSERT OR DELETE ON email_campaigns
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.count_campaign_emails();
CREATE CONSTRAINT TRIGGER count_changes_for_campaign AFTER UPDATE ON email_campaigns
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN ((OLD.opened, OLD.clicked) <> (NEW.opened, NEW.clicked) OR OLD.campaign_id IS DISTINCT FROM NEW.campaign_id)
    EXECUTE FUNCTION app.count_campaign_emails();

-- Lets go of the emails and posts of a campaign that is about to be deleted, before anybody holds the campaign itself.
CREATE FUNCTION app.leave_campaign(campaign text) RETURNS void
    LANGUAGE sql
    SET search_path = pg_catalog, pg_temp
AS $$
    UPDATE public.email_campaigns SET campaign_id = NULL
    WHERE organization_id = (SELECT app.current_org()) AND campaign_id = campaign;
    UPDATE public.social_media_posts SET campaign_id = NULL
    WHERE organization_id = (SELECT app.current_org()) AND campaign_id = campaign;
$$;
REVOKE ALL ON FUNCTION app.leave_campaign(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.leave_campaign(text) TO contentpilot_app;
