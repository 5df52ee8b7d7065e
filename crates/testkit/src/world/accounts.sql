-- Two organizations with one user a role each; every user has an API key of the same role: cp_harbor_owner, cp_rival_viewer, …
INSERT INTO organizations (id, name, slug, subscription_status, created_at, updated_at) VALUES
    ('org-harbor', 'Harbor', 'harbor', 'ACTIVE', '2026-01-01', '2026-01-01'),
    ('org-rival', 'Rival', 'rival', 'ACTIVE', '2026-01-01', '2026-01-01');

INSERT INTO users (id, email, name, created_at, updated_at)
SELECT 'user-' || o.slug || '-' || r.role, r.role || '@' || o.slug || '.test', o.name || ' ' || initcap(r.role),
       '2026-01-01', '2026-01-01'
FROM organizations o, (VALUES ('owner'), ('admin'), ('member'), ('viewer')) AS r (role);

INSERT INTO organization_members (id, user_id, organization_id, role, joined_at, created_at)
SELECT 'membership-' || o.slug || '-' || r.role, 'user-' || o.slug || '-' || r.role, o.id, upper(r.role)::"OrgRole",
       '2026-01-01', '2026-01-01'
FROM organizations o, (VALUES ('owner'), ('admin'), ('member'), ('viewer')) AS r (role);

INSERT INTO app.api_keys (id, organization_id, name, role, kind, token_hash, token_hint, created_by, created_at)
SELECT 'key-' || o.slug || '-' || r.role, o.id, initcap(r.role) || '''s key', upper(r.role)::"OrgRole", 'api',
       sha256(('cp_' || o.slug || '_' || r.role)::bytea), right(r.role, 4), 'user-' || o.slug || '-' || r.role, '2026-01-01'
FROM organizations o, (VALUES ('owner'), ('admin'), ('member'), ('viewer')) AS r (role);
