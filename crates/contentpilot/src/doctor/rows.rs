//! The throw-away tenants' rows, made from what the catalogue says a table needs.

use super::catalogue::{Table, oids};
use super::expected::REFERENCES;
use super::probe::{words, work_for};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio_postgres::{Error, Transaction};

/// A column that an insert must fill, and the value it gets. Every text value of a tenant, ids and organization
/// included, is the tenant's own name, so references within the tenant fit by themselves.
pub(super) struct Column {
    name: String,
    value: Value,
}

enum Value {
    Tenant,
    User,
    Literal(String),
}

/// What the probes need to know about one table.
pub(super) struct Subject<'a> {
    pub table: &'a Table,
    columns: Vec<Column>,
    /// Columns that refer to other tenant tables.
    pub references: BTreeSet<String>,
}

/// The names, and at once the ids, of the two tenants and the user who made their rows.
pub(super) struct Tenants {
    pub one: String,
    pub other: String,
    pub user: String,
}

impl Tenants {
    /// Names that no other row has, not even those of a doctor at work at the same moment.
    pub fn new() -> anyhow::Result<Self> {
        let nonce = SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos();
        Ok(Self {
            one: format!("doctor-a-{nonce}"),
            other: format!("doctor-b-{nonce}"),
            user: format!("doctor-user-{nonce}"),
        })
    }
}

/// Every tenant table with the columns that an insert must fill.
pub(super) async fn subjects<'a>(
    transaction: &Transaction<'_>,
    tables: &'a [Table],
) -> Result<Vec<Subject<'a>>, Error> {
    let sql = r"
        SELECT a.attrelid, a.attname::text, format_type(a.atttypid, NULL),
               coalesce(
                   (SELECT enumlabel::text FROM pg_enum WHERE enumtypid = a.atttypid ORDER BY enumsortorder LIMIT 1),
                   -- The first value of a CHECK (column IN ('one', 'other')).
                   (SELECT substring(pg_get_constraintdef(rule.oid) FROM '= ANY \(ARRAY\[''([^'']+)''::text')
                    FROM pg_constraint AS rule
                    WHERE rule.contype = 'c' AND rule.conrelid = a.attrelid AND rule.conkey = ARRAY[a.attnum]
                    ORDER BY 1 LIMIT 1)),
               a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AS required,
               EXISTS (SELECT FROM pg_constraint AS key WHERE key.contype = 'f' AND key.conrelid = a.attrelid
                       AND a.attnum = ANY (key.conkey) AND key.confrelid = to_regclass('public.users')) AS is_user,
               a.attname <> 'organization_id' AND EXISTS (
                   SELECT FROM pg_constraint AS key WHERE key.contype = 'f' AND key.conrelid = a.attrelid
                   AND a.attnum = ANY (key.conkey) AND key.confrelid = ANY ($1)) AS is_reference
        FROM pg_attribute AS a
        WHERE a.attrelid = ANY ($1) AND a.attnum > 0 AND NOT a.attisdropped
        ORDER BY a.attrelid, a.attnum";
    let rows = transaction.query(sql, &[&oids(tables)]).await?;
    let mut subjects = Vec::new();
    for table in tables {
        let mut subject = Subject { table, columns: Vec::new(), references: BTreeSet::new() };
        for row in rows.iter().filter(|row| row.get::<_, u32>(0) == table.oid) {
            let name: String = row.get(1);
            let listed = REFERENCES.iter().any(|(from, column, _)| *from == table.name && *column == name);
            if row.get(6) || listed {
                subject.references.insert(name.clone());
            }
            if row.get(4) {
                let value = value(&row.get::<_, String>(2), row.get(3), row.get(5));
                subject.columns.push(Column { name, value });
            }
        }
        subjects.push(subject);
    }
    Ok(subjects)
}

fn value(kind: &str, listed: Option<String>, is_user: bool) -> Value {
    match (kind, listed) {
        (_, Some(label)) => Value::Literal(format!("'{label}'")),
        ("text", None) if is_user => Value::User,
        ("text" | "character varying", None) => Value::Tenant,
        ("boolean", None) => Value::Literal("false".to_owned()),
        ("jsonb" | "json", None) => Value::Literal("'{}'".to_owned()),
        ("date" | "timestamp with time zone" | "timestamp without time zone", None) => {
            Value::Literal("now()".to_owned())
        }
        ("bytea" | "tsvector", None) => Value::Literal("''".to_owned()),
        (other, None) if other.ends_with("[]") => Value::Literal("'{}'".to_owned()),
        (_, None) => Value::Literal("1".to_owned()),
    }
}

/// An insert of a tenant's row that says it belongs to `organization`.
pub(super) fn insert_sql(subject: &Subject<'_>, tenants: &Tenants, tenant: &str, organization: &str) -> String {
    let names: Vec<String> = subject.columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
    let values: Vec<String> = subject
        .columns
        .iter()
        .map(|column| match &column.value {
            _ if column.name == "organization_id" => format!("'{organization}'"),
            Value::Tenant => format!("'{tenant}'"),
            Value::User => format!("'{}'", tenants.user),
            Value::Literal(literal) => literal.clone(),
        })
        .collect();
    format!("INSERT INTO {} ({}) VALUES ({})", subject.table.sql(), names.join(", "), values.join(", "))
}

/// Gives both tenants a row in every table, whatever the order in which the tables refer to one another.
pub(super) async fn fill<'a>(
    transaction: &Transaction<'_>,
    subjects: Vec<Subject<'a>>,
    tenants: &Tenants,
    found: &mut BTreeMap<u32, Vec<String>>,
) -> Result<Vec<Subject<'a>>, Error> {
    let (mut filled, mut waiting) = (Vec::new(), subjects);
    loop {
        let before = waiting.len();
        let mut refused = Vec::new();
        for subject in waiting {
            match fill_one(transaction, &subject, tenants).await? {
                None => filled.push(subject),
                Some(problem) => refused.push((subject, problem)),
            }
        }
        if refused.is_empty() {
            return Ok(filled);
        }
        if refused.len() == before {
            for (subject, problem) in refused {
                found
                    .entry(subject.table.oid)
                    .or_default()
                    .push(format!("a tenant could not write its own row: {problem}"));
            }
            return Ok(filled);
        }
        waiting = refused.into_iter().map(|(subject, _)| subject).collect();
    }
}

/// Writes one row for each tenant, or says why it cannot (yet).
async fn fill_one(
    transaction: &Transaction<'_>,
    subject: &Subject<'_>,
    tenants: &Tenants,
) -> Result<Option<String>, Error> {
    transaction.batch_execute("SAVEPOINT fill").await?;
    for tenant in [&tenants.one, &tenants.other] {
        work_for(transaction, tenant).await?;
        let sql = if subject.table.is_owner_only() {
            format!("SELECT app.index_content('{tenant}')")
        } else {
            insert_sql(subject, tenants, tenant, tenant)
        };
        if let Err(error) = transaction.batch_execute(&sql).await {
            transaction.batch_execute("ROLLBACK TO SAVEPOINT fill").await?;
            return Ok(Some(words(&error)));
        }
    }
    transaction.batch_execute("RELEASE SAVEPOINT fill").await?;
    Ok(None)
}
