//! The session locks that let one process migrate at a time.

use super::Error;
use std::time::{Duration, Instant};
use tokio_postgres::Client;

/// Ours; any fixed number that nobody else takes. It reads "ContPilo" in ASCII.
const OUR_KEY: i64 = 0x436f_6e74_5069_6c6f;
/// The key Prisma Migrate locks while it deploys.
const PRISMA_KEY: i64 = 72_707_369;
const LONGEST_WAIT: Duration = Duration::from_secs(300);
const POLL: Duration = Duration::from_millis(100);

/// Takes both locks and sets the session up for migrating, or gives up after five minutes.
///
/// It asks again and again instead of waiting inside the server: a waiting statement holds a snapshot, and the other
/// process's `CREATE INDEX CONCURRENTLY` would wait for that snapshot in turn.
pub(super) async fn acquire(client: &Client) -> Result<(), Error> {
    let began = Instant::now();
    for key in [OUR_KEY, PRISMA_KEY] {
        while !client.query_one("SELECT pg_try_advisory_lock($1)", &[&key]).await?.get::<_, bool>(0) {
            if began.elapsed() > LONGEST_WAIT {
                release(client).await?;
                return Err(Error::AnotherIsMigrating { seconds: began.elapsed().as_secs() });
            }
            tokio::time::sleep(POLL).await;
        }
    }
    client
        .batch_execute(
            "SET search_path = public; SET lock_timeout = '1500ms'; SET statement_timeout = 0;
             SET idle_in_transaction_session_timeout = '60s'; SET client_min_messages = warning",
        )
        .await?;
    Ok(())
}

/// Gives the locks back and the session its own settings.
pub(super) async fn release(client: &Client) -> Result<(), Error> {
    client
        .batch_execute(
            "SELECT pg_advisory_unlock_all(); RESET search_path; RESET lock_timeout; RESET statement_timeout;
             RESET idle_in_transaction_session_timeout; RESET client_min_messages",
        )
        .await?;
    Ok(())
}
