//! Statements about the bin.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Statements, Tenant};
use serde_json::Value;

use super::{Deleted, Position};

/// A table whose rows go with their item, and the column that names it.
struct Belonging {
    table: String,
    column: String,
}

/// Every table that loses rows with an item, as the database itself knows it: a new one cannot be forgotten. What the
/// program may not write, such as the search index, is made anew instead of brought back.
async fn belongings(tx: &Tenant) -> Result<Vec<Belonging>> {
    let sql = "SELECT reference.conrelid::regclass::text AS name, quote_ident(attribute.attname) AS attribute
               FROM pg_constraint AS reference
               JOIN pg_attribute AS attribute
                 ON attribute.attrelid = reference.conrelid AND attribute.attnum = reference.conkey[2]
               WHERE reference.contype = 'f' AND reference.confrelid = 'public.content_items'::regclass
                 AND reference.confdeltype = 'c' AND has_table_privilege(reference.conrelid, 'INSERT')
               ORDER BY 1";
    let rows = tx.rows(sql, &[]).await?;
    Ok(rows.iter().map(|row| Belonging { table: row.get("name"), column: row.get("attribute") }).collect())
}

/// Moves an item that is there into the bin, with all that belongs to it.
///
/// Each belonging is a row of its own, for a value holds 256 MB at most and a long history may be more. From where
/// visitors wrote is forgotten at once.
pub async fn put(tx: &Tenant, id: &str, who: &str, now: Timestamp) -> Result<()> {
    // An item that is deleted again after it was brought back lies here once.
    forget(tx, id).await?;
    let sql = "INSERT INTO app.content_bin (organization_id, id, title, slug, item, deleted_by_name, deleted_at)
               SELECT item.organization_id, item.id, item.title, item.slug, to_jsonb(item) - 'search_vector', $2, $3
               FROM content_items AS item WHERE item.id = $1";
    tx.execute(sql, &[&id, &who, &now]).await?;
    for Belonging { table, column } in belongings(tx).await? {
        let sql = format!(
            "INSERT INTO app.content_bin_parts (organization_id, content_id, table_name, position, part)
             SELECT part.organization_id, $1, '{table}', row_number() OVER (), to_jsonb(part) - 'author_ip'
             FROM {table} AS part WHERE part.{column} = $1"
        );
        tx.execute(&sql, &[&id]).await?;
    }
    tx.execute("DELETE FROM content_items WHERE id = $1", &[&id]).await?;
    Ok(())
}

/// What lies in the bin under this id: the item's row, locked until the transaction ends.
pub async fn lock(tx: &Tenant, id: &str) -> Result<Option<Value>> {
    let sql = "SELECT item FROM app.content_bin WHERE id = $1 FOR UPDATE";
    Ok(tx.row(sql, &[&id]).await?.map(|row| row.get("item")))
}

/// Writes an item and its belongings back as they were, under this slug, and takes them out of the bin.
///
/// Counters are left to the triggers that keep them. What a belonging refers to may be gone by now (a tag, a campaign);
/// such a row stays behind, and so does a category.
pub async fn take_back(tx: &Tenant, id: &str, slug: &str) -> Result<()> {
    // A release that goes out meanwhile goes out without it, and takes it off its list first.
    let sql = "SELECT FROM app.releases WHERE id IN (
                   SELECT part ->> 'release_id' FROM app.content_bin_parts
                   WHERE content_id = $1 AND table_name = 'app.release_items')
               ORDER BY id COLLATE \"C\" FOR KEY SHARE";
    tx.rows(sql, &[&id]).await?;
    let sql = "INSERT INTO content_items SELECT back.* FROM app.content_bin AS bin,
                   jsonb_populate_record(NULL::content_items, bin.item || jsonb_build_object(
                       'slug', $2, 'comment_count', 0, 'version', (bin.item ->> 'version')::integer + 1,
                       'category_id', (SELECT category.id FROM content_categories AS category
                                       WHERE category.id = bin.item ->> 'category_id'))) AS back
               WHERE bin.id = $1";
    tx.execute(sql, &[&id, &slug]).await?;
    for Belonging { table, .. } in belongings(tx).await? {
        let conditions = surviving(tx, &table).await?;
        // What was deleted by an earlier version of the program lies with its item in one value.
        let sql = format!(
            "INSERT INTO {table} SELECT part.* FROM (
                 SELECT kept.part FROM app.content_bin_parts AS kept
                 WHERE kept.content_id = $1 AND kept.table_name = '{table}'
                 UNION ALL
                 SELECT jsonb_array_elements(coalesce(bin.belongings -> '{table}', '[]')) FROM app.content_bin AS bin
                 WHERE bin.id = $1
             ) AS kept, jsonb_populate_record(NULL::{table}, kept.part) AS part
             WHERE true{conditions} ON CONFLICT DO NOTHING"
        );
        tx.execute(&sql, &[&id]).await?;
    }
    forget(tx, id).await?;
    Ok(())
}

/// Conditions under which a row of this table still refers to rows that are there. References to the item itself and
/// to other rows of the same table come back together with it.
async fn surviving(tx: &Tenant, table: &str) -> Result<String> {
    let sql = "SELECT format(' AND (part.%1$I IS NULL OR EXISTS (SELECT FROM %2$s AS other WHERE other.id = part.%1$I))',
                   attribute.attname, reference.confrelid::regclass) AS condition
               FROM pg_constraint AS reference
               JOIN pg_attribute AS attribute
                 ON attribute.attrelid = reference.conrelid AND attribute.attnum = reference.conkey[2]
               WHERE reference.contype = 'f' AND reference.conrelid = $1::text::regclass
                 AND cardinality(reference.conkey) = 2 AND reference.confrelid <> reference.conrelid
                 AND reference.confrelid <> 'public.content_items'::regclass
                 AND EXISTS (SELECT FROM pg_attribute AS id WHERE id.attrelid = reference.confrelid AND id.attname = 'id')
               ORDER BY 1";
    let rows = tx.rows(sql, &[&table]).await?;
    Ok(rows.iter().map(|row| row.get::<_, String>("condition")).collect())
}

/// What lies in the bin does not go out with a release that is published now, and is not in it when it comes back.
pub async fn leave_release(tx: &Tenant, release_id: &str) -> Result<()> {
    let sql = "DELETE FROM app.content_bin_parts
               WHERE table_name = 'app.release_items' AND part ->> 'release_id' = $1";
    tx.execute(sql, &[&release_id]).await?;
    Ok(())
}

/// Takes an item out of the bin for good; says whether it lay there.
pub async fn forget(tx: &Tenant, id: &str) -> Result<bool> {
    Ok(tx.execute("DELETE FROM app.content_bin WHERE id = $1", &[&id]).await? > 0)
}

/// Empties the bin of what was put there up to this moment.
pub async fn purge(tx: &Tenant, until: Timestamp) -> Result<()> {
    tx.execute("DELETE FROM app.content_bin WHERE deleted_at <= $1", &[&until]).await?;
    Ok(())
}

/// One page of the bin, what was deleted last first.
pub async fn list(tx: &Tenant, after: Option<&Position>, limit: i64) -> Result<Vec<Deleted>> {
    let (at, id) = after.map_or((Timestamp::MAX, ""), |position| (position.deleted_at, position.id.as_str()));
    let at = after.map(|_| at);
    let sql = "SELECT id, title, slug, deleted_by_name, deleted_at FROM app.content_bin
               WHERE $1::timestamptz IS NULL OR (deleted_at, id) < ($1, $2)
               ORDER BY deleted_at DESC, id DESC LIMIT $3";
    Ok(tx.rows(sql, &[&at, &id, &limit]).await?.iter().map(Deleted::from_row).collect())
}

pub async fn count(tx: &Tenant) -> Result<i64> {
    Ok(tx.one("SELECT count(*) AS count FROM app.content_bin", &[]).await?.get("count"))
}
