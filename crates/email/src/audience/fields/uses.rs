//! Where a field is asked for: rules, triggers and texts that would find nothing without it.

use kernel::Result;
use kernel::db::{Statements, Tenant};

/// How many uses are named.
const NAMED: i64 = 5;

/// Segments, automations, and emails that are still to be sent.
///
/// A rule names a field as `{"field": "fields.KEY", …}`, a date trigger as `{"field": "KEY"}`, a text as `{{fields.KEY}}`.
const USES: &str = "WITH uses AS (
      SELECT 1 AS kind, name FROM app.segments
      WHERE jsonb_path_exists(rule, '$.** ? (@.field == $field)', jsonb_build_object('field', $1::text))
    UNION ALL
      SELECT 2, name FROM app.automations
      WHERE jsonb_path_exists(jsonb_build_array(trigger, steps), '$.** ? (@.field == $field)', jsonb_build_object('field', $1))
         OR trigger ->> 'kind' = 'date' AND trigger ->> 'field' = $2
    UNION ALL
      SELECT 3, subject FROM email_campaigns
      WHERE (status IN ('DRAFT', 'SCHEDULED', 'FAILED') OR automation_id IS NOT NULL AND status = 'SENDING')
        AND (jsonb_path_exists(audience_segment, '$.** ? (@.field == $field)', jsonb_build_object('field', $1))
             OR concat_ws(' ', subject, preheader, content, plain_text, trial ->> 'subject') ~ $3))
    SELECT kind, name, count(*) OVER () AS total FROM uses ORDER BY kind, name LIMIT $4";

/// What uses the field of a key, in words, the first few of them; and how many there are.
pub async fn of(tx: &Tenant, key: &str) -> Result<(Vec<String>, usize)> {
    // A key has letters, digits and underscores alone, so it means itself in a pattern.
    let tag = format!(r"\{{\{{\s*fields\.{key}\s*(\||\}}\}})");
    let rows = tx.rows(USES, &[&format!("fields.{key}"), &key, &tag, &NAMED]).await?;
    let total = rows.first().map_or(0, |row| row.get::<_, i64>("total"));
    let words = rows.iter().map(|row| {
        let kind = match row.get::<_, i32>("kind") {
            1 => "the segment",
            2 => "the automation",
            _ => "the email",
        };
        format!("{kind} “{}”", row.get::<_, String>("name"))
    });
    Ok((words.collect(), usize::try_from(total).unwrap_or_default()))
}
