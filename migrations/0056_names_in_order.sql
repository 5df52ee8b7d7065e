-- Lists are sorted by the names of status and type, as people read them, and an index has to know that order.
--
-- A cast of an enum to text may not stand in an index, for values can be renamed; these two never are.

CREATE FUNCTION app.name_of(named "ContentStatus") RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE named
        WHEN 'DRAFT' THEN 'DRAFT' WHEN 'REVIEW' THEN 'REVIEW' WHEN 'APPROVED' THEN 'APPROVED'
        WHEN 'SCHEDULED' THEN 'SCHEDULED' WHEN 'PUBLISHED' THEN 'PUBLISHED' WHEN 'ARCHIVED' THEN 'ARCHIVED' ELSE '' END;

CREATE FUNCTION app.name_of(named "ContentType") RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE named
        WHEN 'ARTICLE' THEN 'ARTICLE' WHEN 'BLOG_POST' THEN 'BLOG_POST' WHEN 'CASE_STUDY' THEN 'CASE_STUDY'
        WHEN 'DOCUMENTATION' THEN 'DOCUMENTATION' WHEN 'EMAIL_TEMPLATE' THEN 'EMAIL_TEMPLATE'
        WHEN 'LANDING_PAGE' THEN 'LANDING_PAGE' WHEN 'NEWSLETTER' THEN 'NEWSLETTER' WHEN 'PAGE' THEN 'PAGE'
        WHEN 'PRESS_RELEASE' THEN 'PRESS_RELEASE' WHEN 'SOCIAL_POST' THEN 'SOCIAL_POST' WHEN 'TEMPLATE' THEN 'TEMPLATE'
        WHEN 'WHITEPAPER' THEN 'WHITEPAPER' ELSE '' END;

-- The domain of a site stands on its pages, wherever they are read.
CREATE TRIGGER announce_change AFTER INSERT OR DELETE OR UPDATE ON app.domains
    FOR EACH ROW EXECUTE FUNCTION app.announce_site_change();
