//! What must hold before anything is touched.

use super::Error;
use tokio_postgres::Client;

const OLDEST_SERVER: i32 = 150_000;

/// Refuses servers older than 15, for composite keys need `ON DELETE SET NULL (column)`, and databases that cannot hold every
/// letter.
pub(super) async fn server(client: &Client) -> Result<(), Error> {
    let sql = "SELECT current_setting('server_version_num')::integer, current_setting('server_version'),
                      current_setting('server_encoding')";
    let row = client.query_one(sql, &[]).await?;
    if row.get::<_, i32>(0) < OLDEST_SERVER {
        return Err(Error::ServerTooOld { found: row.get(1) });
    }
    let encoding: String = row.get(2);
    if encoding != "UTF8" {
        return Err(Error::NotUnicode { found: encoding });
    }
    Ok(())
}

/// Refuses a host platform's database that Prisma left half migrated: what is there is not what its schema says.
pub(super) async fn no_unfinished_prisma_migration(client: &Client) -> Result<(), Error> {
    let exists: bool =
        client.query_one("SELECT to_regclass('public._prisma_migrations') IS NOT NULL", &[]).await?.get(0);
    if !exists {
        return Ok(());
    }
    let sql = "SELECT migration_name::text FROM public._prisma_migrations
               WHERE finished_at IS NULL AND rolled_back_at IS NULL ORDER BY started_at LIMIT 1";
    match client.query_opt(sql, &[]).await? {
        Some(row) => Err(Error::PrismaUnfinished { name: row.get(0) }),
        None => Ok(()),
    }
}
