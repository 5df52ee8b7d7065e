//! Figures of a sent email: rates with what they mean, links, and answers of mail servers.

use kernel::Result;
use kernel::db::{Row, Statements, Tenant};
use serde::Serialize;
use utoipa::ToSchema;

use crate::sending::emails::model::Counts;

/// Links and answers shown at most.
const SHOWN_MOST: i64 = 50;

/// One rate. Recipients are counted, never occurrences, and people alone.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Rate {
    /// A stable word for programs.
    pub code: &'static str,
    pub name: &'static str,
    pub count: i64,
    /// Of how many it is a part.
    pub of: i64,
    /// None when there is nothing to divide by.
    pub percent: Option<f64>,
    /// What is divided by what.
    pub meaning: &'static str,
    /// The same of the emails before, all together.
    pub usual_percent: Option<f64>,
}

impl Rate {
    /// `12.5 %`, or a dash.
    pub fn shown(&self) -> String {
        shown(self.percent)
    }

    /// The same for the emails before.
    pub fn usual(&self) -> String {
        shown(self.usual_percent)
    }

    /// How it differs from the emails before, in points of percent: `+1.5`; empty where one of them is not known.
    pub fn difference(&self) -> String {
        match (self.percent, self.usual_percent) {
            (Some(percent), Some(usual)) => format!("{:+.1}", percent - usual),
            _ => String::new(),
        }
    }
}

fn shown(percent: Option<f64>) -> String {
    percent.map_or_else(|| "–".to_owned(), |percent| format!("{percent:.1} %"))
}

/// Numbers that rates are made of: those of one email, or of several together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums {
    pub sent: i64,
    pub delivered: i64,
    pub opened: i64,
    pub clicked: i64,
    pub bounced: i64,
    pub unsubscribed: i64,
    pub complained: i64,
}

impl From<&Counts> for Sums {
    fn from(counts: &Counts) -> Self {
        Self {
            sent: counts.sent.into(),
            delivered: counts.delivered.into(),
            opened: counts.opened.into(),
            clicked: counts.clicked.into(),
            bounced: counts.bounced.into(),
            unsubscribed: counts.unsubscribed.into(),
            complained: counts.complained.into(),
        }
    }
}

impl Sums {
    /// Reads columns of these names.
    pub fn from_row(row: &Row) -> Self {
        Self {
            sent: row.get("sent"),
            delivered: row.get("delivered"),
            opened: row.get("opened"),
            clicked: row.get("clicked"),
            bounced: row.get("bounced"),
            unsubscribed: row.get("unsubscribed"),
            complained: row.get("complained"),
        }
    }

    /// Code, name, meaning, and what is divided by what.
    fn parts(&self) -> [(&'static str, &'static str, &'static str, i64, i64); 7] {
        let (sent, delivered) = (self.sent, self.delivered);
        [
            (
                "delivered",
                "Delivered",
                "taken by a mail server and not come back, of those that were answered for",
                delivered,
                sent,
            ),
            (
                "opened",
                "Opened",
                "people who loaded its pictures or followed a link, of the delivered",
                self.opened,
                delivered,
            ),
            ("clicked", "Clicked", "people who followed a link, of the delivered", self.clicked, delivered),
            (
                "click_to_open",
                "Click to open",
                "people who followed a link, of those who opened it",
                self.clicked,
                self.opened,
            ),
            (
                "bounced",
                "Bounced",
                "addresses that could not be reached, of those that were answered for",
                self.bounced,
                sent,
            ),
            (
                "unsubscribed",
                "Unsubscribed",
                "people who left the list through it, of the delivered",
                self.unsubscribed,
                delivered,
            ),
            (
                "complained",
                "Complained",
                "people who reported it as spam, of the delivered",
                self.complained,
                delivered,
            ),
        ]
    }
}

/// The rates of an email, beside those of the emails before it.
pub fn rates(sums: &Sums, before: &Sums) -> Vec<Rate> {
    let both = sums.parts().into_iter().zip(before.parts());
    both.map(|((code, name, meaning, count, of), (_, _, _, usual, usual_of))| Rate {
        code,
        name,
        count,
        of,
        percent: percent(count, of),
        meaning,
        usual_percent: percent(usual, usual_of),
    })
    .collect()
}

/// A part of a whole in percent.
#[allow(clippy::cast_precision_loss, reason = "a report shows one digit behind the point")]
pub fn percent(count: i64, of: i64) -> Option<f64> {
    (of > 0).then(|| count as f64 * 100.0 / of as f64)
}

/// A link with who followed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LinkCount {
    /// Where it stands among the links of the text, counted from 0.
    pub position: i32,
    pub url: String,
    pub people: i64,
    pub programs: i64,
}

/// The links of an email in the order of the text.
pub async fn links(tx: &Tenant, email_id: &str) -> Result<Vec<LinkCount>> {
    let sql = "SELECT l.position, l.url, count(DISTINCT e.recipient_id) FILTER (WHERE NOT e.is_machine) AS people,
                      count(DISTINCT e.recipient_id) FILTER (WHERE e.is_machine) AS programs
               FROM app.email_links l
               LEFT JOIN app.email_events e ON e.organization_id = $1 AND e.email_id = $2 AND e.kind = 'click' AND e.link_id = l.id
               WHERE l.organization_id = $1 AND l.email_id = $2 GROUP BY l.id, l.url, l.position ORDER BY l.position LIMIT $3";
    let rows = tx.rows(sql, &[&tx.organization().as_str(), &email_id, &SHOWN_MOST]).await?;
    let link = |row: &Row| LinkCount {
        position: row.get("position"),
        url: row.get("url"),
        people: row.get("people"),
        programs: row.get("programs"),
    };
    Ok(rows.iter().map(link).collect())
}

/// What mail servers answered to those who did not get it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
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
    let answer = |row: &Row| Answer { state: row.get("state"), reply: row.get("reply"), count: row.get("count") };
    Ok(rows.iter().map(answer).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_say_of_what_they_are_a_part() {
        let counts = Counts { sent: 100, delivered: 80, opened: 40, clicked: 10, bounced: 20, ..Counts::default() };
        let before = Sums { sent: 50, delivered: 50, ..Sums::default() };
        let rates = rates(&Sums::from(&counts), &before);
        assert_eq!(
            (rates[0].name, rates[0].shown(), rates[0].usual(), rates[0].difference()),
            ("Delivered", "80.0 %".to_owned(), "100.0 %".to_owned(), "-20.0".to_owned())
        );
        assert_eq!(
            (rates[3].shown(), rates[3].usual(), rates[3].difference()),
            ("25.0 %".to_owned(), "–".to_owned(), String::new())
        );
        assert_eq!(super::rates(&Sums::default(), &Sums::default())[1].shown(), "–");
    }
}
