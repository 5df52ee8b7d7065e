//! What the database says of a table: its columns, its key, and which columns name users.

use kernel::Result;
use kernel::db::{Statements, Tenant};

/// A table as the database knows it.
pub struct Shape {
    /// Columns that can be written.
    pub columns: Vec<String>,
    pub key: Vec<String>,
    /// Columns that refer to users.
    pub users: Vec<String>,
}

/// The shape of a table of ours; one that is not there has no columns.
pub async fn shape(tx: &Tenant, table: &str) -> Result<Shape> {
    let sql = "SELECT a.attname::text AS name,
                      EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY (i.indkey)) AS is_key,
                      EXISTS (SELECT FROM pg_constraint c WHERE c.conrelid = a.attrelid AND c.contype = 'f'
                              AND c.confrelid = 'public.users'::regclass AND a.attnum = ANY (c.conkey)) AS is_user
               FROM pg_attribute a
               WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
               ORDER BY a.attnum";
    let rows = tx.rows(sql, &[&table]).await?;
    let names = |of: Option<&str>| {
        let rows = rows.iter().filter(|row| of.is_none_or(|of| row.get::<_, bool>(of)));
        rows.map(|row| row.get::<_, String>("name")).collect::<Vec<_>>()
    };
    Ok(Shape { columns: names(None), key: names(Some("is_key")), users: names(Some("is_user")) })
}
