//! Why a database could not be migrated, in words for the operator.

use super::role::APP_ROLE;

/// Why a migration or a check of the role failed; every message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("PostgreSQL {found} is too old: ContentPilot needs version 15 or newer")]
    ServerTooOld { found: String },

    #[error(
        "this database is written in {found}: ContentPilot needs one in UTF8, which `createdb --encoding UTF8` makes"
    )]
    NotUnicode { found: String },

    #[error(
        "the host platform's Prisma migration \"{name}\" is unfinished: repair it with `prisma migrate resolve` and \
         run this again"
    )]
    PrismaUnfinished { name: String },

    #[error(
        "migration {name} was changed after it had been applied to this database: use the program it was applied \
         with, and put the change into a new migration"
    )]
    Edited { name: String },

    #[error(
        "this database has migration {name}, which this program does not know: it was migrated by a newer \
         ContentPilot; run that version"
    )]
    FromTheFuture { name: String },

    #[error(
        "another process has been migrating this database for {seconds} seconds: see what it waits for, then run this again"
    )]
    AnotherIsMigrating { seconds: u64 },

    #[error(
        "migration {name} could not get its locks within {attempts} attempts: some transaction holds the tables for \
         long; end it (see pg_stat_activity) and run this again; nothing is half done"
    )]
    Busy { name: String, attempts: u32 },

    #[error("migration {name} failed: {message}; it was rolled back, and the next run begins with it again")]
    Failed { name: String, message: String },

    #[error("the role {APP_ROLE} is missing and {login} may not create roles: let an administrator run\n{sql}")]
    RoleMissing { login: String, sql: String },

    #[error("{login} may not act as {APP_ROLE}: let an administrator run\n{sql}")]
    RoleNotGranted { login: String, sql: String },

    #[error(
        "the role {role} could get around the tenants' isolation: {reason}. Take that away from it, or use another role"
    )]
    UnsafeRole { role: String, reason: String },

    #[error("the database said: {0}")]
    Database(String),
}

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Database(describe(&error))
    }
}

/// The server's own words with its code, or the connection's trouble with its causes.
pub(super) fn describe(error: &tokio_postgres::Error) -> String {
    if let Some(database) = error.as_db_error() {
        let detail = database.detail().map(|text| format!(" ({text})")).unwrap_or_default();
        return format!("{}{detail} [{}]", database.message(), database.code().code());
    }
    let mut words = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        words.push_str(": ");
        words.push_str(&inner.to_string());
        cause = inner.source();
    }
    words
}
