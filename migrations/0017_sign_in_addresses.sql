-- Signing in finds an address that the host writes with capitals without reading all of the host's users: an index on
-- lower(email) would have to stand on the host's own table.

-- The user's address in lower case, as it was when the password was set.
ALTER TABLE app.credentials ADD COLUMN email text;
UPDATE app.credentials c SET email = lower(u.email) FROM users u WHERE u.id = c.user_id;
