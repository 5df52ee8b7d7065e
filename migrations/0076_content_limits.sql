-- How many content items an organization's plan allows; none is no limit.

ALTER TABLE app.plan_limits ADD COLUMN content_items bigint CHECK (content_items >= 0);
