//! Statements that a report is made of.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Statements, Tenant};

use super::figures::Sums;
use super::{Device, Domain, HOURS, Hour};

/// Domains shown at most.
const DOMAINS_MOST: i64 = 20;

/// The emails that were sent before this one, all together, and how many they are.
pub async fn before(tx: &Tenant, (id, began): (&str, Timestamp), most: i64) -> Result<(i64, Sums)> {
    let sql = "SELECT count(*) AS count, coalesce(sum(sent), 0)::bigint AS sent, coalesce(sum(delivered), 0)::bigint AS delivered,
                      coalesce(sum(opened), 0)::bigint AS opened, coalesce(sum(clicked), 0)::bigint AS clicked,
                      coalesce(sum(bounced), 0)::bigint AS bounced, coalesce(sum(unsubscribed), 0)::bigint AS unsubscribed,
                      coalesce(sum(complained), 0)::bigint AS complained
               FROM (SELECT * FROM email_campaigns WHERE organization_id = $1 AND id <> $2 AND status = 'SENT' AND sent_at <= $3
                     ORDER BY sent_at DESC, id DESC LIMIT $4) AS before";
    let row = tx.one(sql, &[&tx.organization().as_str(), &id, &began, &most]).await?;
    Ok((row.get("count"), Sums::from_row(&row)))
}

/// First openings and clicks by hours since sending began; those after [`HOURS`] are one.
pub async fn hours(tx: &Tenant, (id, began): (&str, Timestamp)) -> Result<Vec<Hour>> {
    let sql = "SELECT least(greatest(floor(extract(epoch FROM at - $3) / 3600), 0), $4)::int AS hour,
                      count(*) FILTER (WHERE is_open) AS opened, count(*) FILTER (WHERE NOT is_open) AS clicked
               FROM app.email_recipients r
               CROSS JOIN LATERAL (VALUES (r.opened_at, true), (r.clicked_at, false)) AS first (at, is_open)
               WHERE r.organization_id = $1 AND r.email_id = $2 AND first.at IS NOT NULL GROUP BY 1 ORDER BY 1";
    let rows = tx.rows(sql, &[&tx.organization().as_str(), &id, &began, &f64::from(HOURS)]).await?;
    let hour =
        |row: &kernel::db::Row| Hour { hour: row.get("hour"), opened: row.get("opened"), clicked: row.get("clicked") };
    Ok(rows.iter().map(hour).collect())
}

/// What became of messages by the domains they went to. People who were erased have none.
pub async fn domains(tx: &Tenant, id: &str) -> Result<Vec<Domain>> {
    let sql = "SELECT lower(split_part(email, '@', 2)) AS domain, count(*) AS recipients,
                      count(*) FILTER (WHERE state IN ('sent', 'delivered')) AS delivered, count(opened_at) AS opened,
                      count(clicked_at) AS clicked, count(*) FILTER (WHERE state = 'bounced') AS bounced
               FROM app.email_recipients WHERE organization_id = $1 AND email_id = $2 AND email <> ''
               GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT $3";
    let rows = tx.rows(sql, &[&tx.organization().as_str(), &id, &DOMAINS_MOST]).await?;
    let domain = |row: &kernel::db::Row| Domain {
        domain: row.get("domain"),
        recipients: row.get("recipients"),
        delivered: row.get("delivered"),
        opened: row.get("opened"),
        clicked: row.get("clicked"),
        bounced: row.get("bounced"),
    };
    Ok(rows.iter().map(domain).collect())
}

/// On what people opened and clicked. Programs have none.
pub async fn devices(tx: &Tenant, id: &str) -> Result<Vec<Device>> {
    let sql = "SELECT coalesce(device, 'unknown') AS device, count(DISTINCT recipient_id) AS opened,
                      count(DISTINCT recipient_id) FILTER (WHERE kind = 'click') AS clicked
               FROM app.email_events
               WHERE organization_id = $1 AND email_id = $2 AND kind IN ('open', 'click') AND NOT is_machine
               GROUP BY 1 ORDER BY 2 DESC, 1";
    let rows = tx.rows(sql, &[&tx.organization().as_str(), &id]).await?;
    let device = |row: &kernel::db::Row| Device {
        device: row.get("device"),
        opened: row.get("opened"),
        clicked: row.get("clicked"),
    };
    Ok(rows.iter().map(device).collect())
}
