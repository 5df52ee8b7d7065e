//! What the schema is meant to be. Names are fixed: other software speaks them.

/// The eleven tables in schema public.
pub const TABLES: &[&str] = &[
    "campaign_content",
    "campaigns",
    "content_categories",
    "content_comments",
    "content_items",
    "content_revisions",
    "content_tags",
    "email_campaigns",
    "media_assets",
    "media_folders",
    "social_media_posts",
];

/// Locked otherwise: row security on but not forced, and no right for anybody but its owner, whose two functions
/// filter by organization themselves.
pub const OWNER_ONLY: &[&str] = &["search_documents", "search_words"];

/// The functions that run as the owner; any other is a way around the policies.
pub const DEFINER_FUNCTIONS: &[&str] = &["index_content", "search_content"];

/// Types and the values each must have; a host may have more of its own.
pub const ENUMS: &[(&str, &str)] = &[
    (
        "ContentType",
        "PAGE BLOG_POST DOCUMENTATION TEMPLATE ARTICLE LANDING_PAGE EMAIL_TEMPLATE SOCIAL_POST PRESS_RELEASE \
         NEWSLETTER CASE_STUDY WHITEPAPER",
    ),
    ("ContentStatus", "DRAFT PUBLISHED ARCHIVED REVIEW APPROVED SCHEDULED"),
    (
        "CampaignType",
        "CONTENT_MARKETING EMAIL_MARKETING SOCIAL_MEDIA PAID_ADVERTISING SEO_CAMPAIGN LEAD_GENERATION \
         BRAND_AWARENESS PRODUCT_LAUNCH",
    ),
    ("CampaignStatus", "DRAFT PLANNING ACTIVE PAUSED COMPLETED CANCELLED"),
    ("EmailStatus", "DRAFT SCHEDULED SENDING SENT FAILED"),
    ("PostStatus", "DRAFT SCHEDULED PUBLISHED FAILED"),
    ("CommentStatus", "PENDING APPROVED REJECTED SPAM"),
    ("SocialPlatform", "FACEBOOK TWITTER INSTAGRAM LINKEDIN YOUTUBE TIKTOK PINTEREST"),
    ("UserRole", "SUPER_ADMIN ADMIN MODERATOR USER"),
    ("OrgRole", "OWNER ADMIN MEMBER VIEWER"),
    ("SubscriptionTier", "FREE CUSTOM STARTER GROWTH ELITE ENTERPRISE"),
    ("SubscriptionStatus", "ACTIVE INACTIVE TRIAL CANCELLED"),
];

/// The named indexes as `pg_get_indexdef` writes them.
pub const NAMED_INDEXES: &[(&str, &str)] = &[
    (
        "idx_content_org_status_published",
        "CREATE INDEX idx_content_org_status_published ON public.content_items USING btree (organization_id, status, published_at DESC)",
    ),
    ("idx_content_search", "CREATE INDEX idx_content_search ON public.content_items USING gin (search_vector)"),
    (
        "idx_media_org_folder",
        "CREATE INDEX idx_media_org_folder ON public.media_assets USING btree (organization_id, folder_id, uploaded_at DESC)",
    ),
    (
        "idx_campaigns_org_dates",
        "CREATE INDEX idx_campaigns_org_dates ON public.campaigns USING btree (organization_id, status, start_date, end_date)",
    ),
];

/// The policy's condition as `pg_get_expr` writes it.
pub const CONDITION: &str = "(organization_id = ( SELECT app.current_org() AS current_org))";

/// The body of `app.current_org()` as `pg_get_function_sqlbody` writes it.
pub const CURRENT_ORG: &str = "RETURN NULLIF(current_setting('app.current_org_id'::text, true), ''::text)";

/// Table, column and target of every reference between the eleven tables.
pub const REFERENCES: &[(&str, &str, &str)] = &[
    ("campaign_content", "campaign_id", "campaigns"),
    ("campaign_content", "content_id", "content_items"),
    ("content_categories", "parent_id", "content_categories"),
    ("content_comments", "content_id", "content_items"),
    ("content_comments", "parent_id", "content_comments"),
    ("content_items", "category_id", "content_categories"),
    ("content_revisions", "content_id", "content_items"),
    ("email_campaigns", "campaign_id", "campaigns"),
    ("media_assets", "folder_id", "media_folders"),
    ("media_folders", "parent_id", "media_folders"),
    ("social_media_posts", "campaign_id", "campaigns"),
];

/// Table and column of the nine relations of a user.
pub const USER_RELATIONS: &[(&str, &str)] = &[
    ("campaigns", "created_by"),
    ("content_categories", "created_by"),
    ("content_comments", "author_id"),
    ("content_items", "author_id"),
    ("content_revisions", "created_by"),
    ("email_campaigns", "created_by"),
    ("media_assets", "uploaded_by"),
    ("media_folders", "created_by"),
    ("social_media_posts", "created_by"),
];

/// The nine tables that go with their organization directly; the other two go with what they belong to.
pub const ORGANIZATION_RELATIONS: &[&str] = &[
    "campaigns",
    "content_categories",
    "content_comments",
    "content_items",
    "content_tags",
    "email_campaigns",
    "media_assets",
    "media_folders",
    "social_media_posts",
];
