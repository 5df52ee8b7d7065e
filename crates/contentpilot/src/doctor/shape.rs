//! Tables, types, keys and indexes.

use super::catalogue::{Table, oids, problems};
use super::expected::{ENUMS, NAMED_INDEXES, ORGANIZATION_RELATIONS, REFERENCES, TABLES, USER_RELATIONS};
use super::report::{Check, Report};
use tokio_postgres::{Error, Transaction};

/// Compares the shape of the schema with what is expected.
pub(super) async fn examine(transaction: &Transaction<'_>, tables: &[Table], report: &mut Report) -> Result<(), Error> {
    let missing =
        TABLES.iter().filter(|name| !tables.iter().any(|table| table.schema == "public" && table.name == **name));
    report.add(Check::of("tables", "the 11 tables", missing.map(|name| format!("{name} is missing")).collect()));
    report.add(enums(transaction).await?);
    report.add(primary_keys(transaction, tables).await?);
    report.add(foreign_keys(transaction, tables).await?);
    report.add(references(transaction).await?);
    report.add(named_indexes(transaction).await?);
    report.add(valid_indexes(transaction, tables).await?);
    report.add(indexed_foreign_keys(transaction, tables).await?);
    Ok(())
}

async fn enums(transaction: &Transaction<'_>) -> Result<Check, Error> {
    let sql = "SELECT enumlabel::text FROM pg_enum WHERE enumtypid = to_regtype(format('public.%I', $1::text))";
    let mut found = Vec::new();
    for (name, values) in ENUMS {
        let labels: Vec<String> = transaction.query(sql, &[name]).await?.iter().map(|row| row.get(0)).collect();
        let missing = values.split_whitespace().filter(|value| !labels.iter().any(|label| label == value));
        found.extend(missing.map(|value| format!("\"{name}\" lacks {value}")));
    }
    Ok(Check::of("enums", "8 types of content and 4 of the host with all their values", found))
}

async fn primary_keys(transaction: &Transaction<'_>, tables: &[Table]) -> Result<Check, Error> {
    // Where a row has an id the key is exactly (organization_id, id); elsewhere it begins with the organization.
    let sql = "
        SELECT format('%s has %s', t.oid::regclass, coalesce(pg_get_constraintdef(key.oid), 'no primary key'))
        FROM pg_class AS t
        LEFT JOIN pg_constraint AS key ON key.conrelid = t.oid AND key.contype = 'p'
        LEFT JOIN LATERAL (
            SELECT array_agg(a.attname::text ORDER BY k.place) AS names
            FROM unnest(key.conkey) WITH ORDINALITY AS k (number, place)
            JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = k.number
        ) AS columns ON true
        WHERE t.oid = ANY ($1) AND (
            columns.names[1] IS DISTINCT FROM 'organization_id'
            OR EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = t.oid AND a.attname = 'id')
               AND columns.names <> ARRAY['organization_id', 'id'])";
    let found = problems(transaction, sql, &[&oids(tables)]).await?;
    Ok(Check::of("primary keys", "(organization_id, …) on every tenant table", found))
}

async fn foreign_keys(transaction: &Transaction<'_>, tables: &[Table]) -> Result<Check, Error> {
    let sql = "
        SELECT CASE WHEN NOT key.convalidated
            THEN format('%s on %s is not validated', key.conname, key.conrelid::regclass)
            ELSE format('%s on %s allows another organization''s row: %s', key.conname, key.conrelid::regclass,
                        pg_get_constraintdef(key.oid)) END
        FROM pg_constraint AS key
        WHERE key.contype = 'f' AND key.conrelid = ANY ($1) AND (
            NOT key.convalidated
            OR key.confrelid = ANY ($1) AND NOT EXISTS (
                SELECT FROM unnest(key.conkey, key.confkey) AS pair (here, there)
                JOIN pg_attribute AS a
                    ON a.attrelid = key.conrelid AND a.attnum = pair.here AND a.attname = 'organization_id'
                JOIN pg_attribute AS b
                    ON b.attrelid = key.confrelid AND b.attnum = pair.there AND b.attname = 'organization_id'))";
    let found = problems(transaction, sql, &[&oids(tables)]).await?;
    Ok(Check::of("foreign keys", "every reference between tenant tables carries the organization", found))
}

/// Looks for the references that must exist: one that was dropped leaves a column anybody's id fits into.
async fn references(transaction: &Transaction<'_>) -> Result<Check, Error> {
    let mut found = Vec::new();
    for (table, column, target) in REFERENCES {
        if !has_reference(transaction, table, &["organization_id", column], target).await? {
            found.push(format!("{table}.{column} has no composite reference to {target}"));
        }
    }
    for (table, column) in USER_RELATIONS {
        if !has_reference(transaction, table, &[column], "users").await? {
            found.push(format!("{table}.{column} does not refer to users"));
        }
    }
    for table in ORGANIZATION_RELATIONS {
        if !has_reference(transaction, table, &["organization_id"], "organizations").await? {
            found.push(format!("{table} does not go with its organization"));
        }
    }
    Ok(Check::of("relations", "11 between the tables, 9 of a user, 9 of an organization (cascading)", found))
}

async fn has_reference(
    transaction: &Transaction<'_>,
    table: &str,
    columns: &[&str],
    target: &str,
) -> Result<bool, Error> {
    let sql = "
        SELECT FROM pg_constraint AS key
        WHERE key.contype = 'f'
          AND key.conrelid = to_regclass(format('public.%I', $1::text))
          AND key.confrelid = to_regclass(format('public.%I', $3::text))
          AND ($3 <> 'organizations' OR key.confdeltype = 'c')
          AND $2::text[] = (SELECT array_agg(a.attname::text ORDER BY k.place)
                            FROM unnest(key.conkey) WITH ORDINALITY AS k (number, place)
                            JOIN pg_attribute AS a ON a.attrelid = key.conrelid AND a.attnum = k.number)";
    Ok(transaction.query_opt(sql, &[&table, &columns, &target]).await?.is_some())
}

async fn named_indexes(transaction: &Transaction<'_>) -> Result<Check, Error> {
    let sql = "SELECT pg_get_indexdef(to_regclass(format('public.%I', $1::text)))";
    let mut found = Vec::new();
    for (name, definition) in NAMED_INDEXES {
        match transaction.query_one(sql, &[name]).await?.get::<_, Option<String>>(0) {
            None => found.push(format!("{name} is missing")),
            Some(other) if other != *definition => found.push(format!("{name} is {other}")),
            Some(_) => {}
        }
    }
    Ok(Check::of("named indexes", "the 4 named indexes as agreed", found))
}

async fn valid_indexes(transaction: &Transaction<'_>, tables: &[Table]) -> Result<Check, Error> {
    let sql = "SELECT format('%s is invalid: drop it and build it again', indexrelid::regclass) FROM pg_index
               WHERE indrelid = ANY ($1) AND NOT (indisvalid AND indisready AND indislive)";
    let found = problems(transaction, sql, &[&oids(tables)]).await?;
    Ok(Check::of("index validity", "every index of a tenant table is valid", found))
}

async fn indexed_foreign_keys(transaction: &Transaction<'_>, tables: &[Table]) -> Result<Check, Error> {
    // The key's columns, in whatever order, are the first columns of some whole index.
    let sql = "
        SELECT format('%s on %s has no index', key.conname, key.conrelid::regclass)
        FROM pg_constraint AS key
        WHERE key.contype = 'f' AND key.conrelid = ANY ($1) AND NOT EXISTS (
            SELECT FROM pg_index AS i
            WHERE i.indrelid = key.conrelid AND i.indpred IS NULL
              AND (i.indkey::smallint[])[0:cardinality(key.conkey) - 1] @> key.conkey
              AND (i.indkey::smallint[])[0:cardinality(key.conkey) - 1] <@ key.conkey)";
    let found = problems(transaction, sql, &[&oids(tables)]).await?;
    Ok(Check::of("foreign key indexes", "every foreign key has an index", found))
}
