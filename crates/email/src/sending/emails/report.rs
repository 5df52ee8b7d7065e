//! Figures of a sent email: rates with what they mean, links, and answers of mail servers.

use kernel::Result;
use kernel::db::{Statements, Tenant};

use super::model::Counts;

/// Links and answers shown at most.
const SHOWN_MOST: i64 = 50;

/// One rate.
#[derive(Debug, Clone, PartialEq)]
pub struct Rate {
    pub name: &'static str,
    pub count: i32,
    /// Of what it is a part; none when there is nothing to divide by.
    pub percent: Option<f64>,
    /// What is divided by what.
    pub meaning: &'static str,
}

impl Rate {
    /// `12.5 %`, or a dash.
    pub fn shown(&self) -> String {
        self.percent.map_or_else(|| "–".to_owned(), |percent| format!("{percent:.1} %"))
    }
}

/// The rates of an email.
pub fn rates(counts: &Counts) -> Vec<Rate> {
    let rate = |name, count: i32, of: i32, meaning| Rate {
        name,
        count,
        percent: (of > 0).then(|| f64::from(count) * 100.0 / f64::from(of)),
        meaning,
    };
    vec![
        rate("Delivered", counts.delivered, counts.sent, "taken by a mail server, of those that were answered for"),
        rate(
            "Opened",
            counts.opened,
            counts.delivered,
            "people who loaded its pictures or followed a link, of the delivered",
        ),
        rate("Clicked", counts.clicked, counts.delivered, "people who followed a link, of the delivered"),
        rate("Click to open", counts.clicked, counts.opened, "people who followed a link, of those who opened it"),
        rate(
            "Bounced",
            counts.bounced,
            counts.sent,
            "addresses that were refused for good, of those that were answered for",
        ),
        rate(
            "Unsubscribed",
            counts.unsubscribed,
            counts.delivered,
            "people who left the list through it, of the delivered",
        ),
        rate("Complained", counts.complained, counts.delivered, "people who reported it as spam, of the delivered"),
    ]
}

/// A link with who followed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkCount {
    pub url: String,
    pub people: i64,
    pub programs: i64,
}

/// The links of an email in the order of the text.
pub async fn links(tx: &Tenant, email_id: &str) -> Result<Vec<LinkCount>> {
    let sql = "SELECT l.url, count(DISTINCT e.recipient_id) FILTER (WHERE NOT e.is_machine) AS people,
                      count(DISTINCT e.recipient_id) FILTER (WHERE e.is_machine) AS programs
               FROM app.email_links l
               LEFT JOIN app.email_events e ON e.organization_id = $1 AND e.email_id = $2 AND e.kind = 'click' AND e.link_id = l.id
               WHERE l.organization_id = $1 AND l.email_id = $2 GROUP BY l.id, l.url, l.position ORDER BY l.position LIMIT $3";
    let rows = tx.rows(sql, &[&tx.organization().as_str(), &email_id, &SHOWN_MOST]).await?;
    let link = |row: &kernel::db::Row| LinkCount {
        url: row.get("url"),
        people: row.get("people"),
        programs: row.get("programs"),
    };
    Ok(rows.iter().map(link).collect())
}

/// What mail servers answered to those who did not get it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub state: String,
    pub reply: String,
    pub count: i64,
}

/// The most frequent answers that are no success.
pub async fn answers(tx: &Tenant, email_id: &str) -> Result<Vec<Answer>> {
    let sql = "SELECT state, coalesce(left(reply, 200), '') AS reply, count(*) AS count FROM app.email_recipients
               WHERE organization_id = $1 AND email_id = $2
                 AND (state IN ('bounced', 'failed', 'uncertain', 'skipped') OR state = 'queued' AND reply IS NOT NULL)
               GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT $3";
    let rows = tx.rows(sql, &[&tx.organization().as_str(), &email_id, &SHOWN_MOST]).await?;
    let answer =
        |row: &kernel::db::Row| Answer { state: row.get("state"), reply: row.get("reply"), count: row.get("count") };
    Ok(rows.iter().map(answer).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_say_of_what_they_are_a_part() {
        let counts = Counts { sent: 100, delivered: 80, opened: 40, clicked: 10, bounced: 20, ..Counts::default() };
        let shown: Vec<(&str, String)> = rates(&counts).iter().map(|rate| (rate.name, rate.shown())).collect();
        assert_eq!(shown[0], ("Delivered", "80.0 %".to_owned()));
        assert_eq!(shown[3], ("Click to open", "25.0 %".to_owned()));
        assert_eq!(rates(&Counts::default())[1].shown(), "–");
    }
}
