//! How often somebody may try: counted in the database, so that all nodes agree.

use std::net::{IpAddr, Ipv6Addr};

use jiff::{SignedDuration, Timestamp};
use kernel::db::{Global, Statements};
use kernel::web::Client;
use kernel::{Error, Result};

/// What is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trying {
    /// Signing in; only failures count.
    SignIn,
    /// Asking for a password reset; each counts, whether or not the address is known.
    Reset,
}

/// How many may be made within a span of time.
struct Limit {
    /// For one address from one network: guesses at one account.
    for_both: i64,
    /// For one address from everywhere. Much higher, or strangers could lock its owner out.
    for_email: i64,
    /// For one network, whatever the address.
    for_network: i64,
    within: SignedDuration,
}

impl Trying {
    fn limit(self) -> Limit {
        match self {
            Self::SignIn => {
                Limit { for_both: 10, for_email: 100, for_network: 50, within: SignedDuration::from_mins(15) }
            }
            Self::Reset => Limit { for_both: 5, for_email: 20, for_network: 20, within: SignedDuration::from_hours(1) },
        }
    }

    /// What the rows are known by. No address holds a space, so the two never meet.
    fn keys(self, email: &str, network: &str) -> (String, String) {
        match self {
            Self::SignIn => (email.to_owned(), network.to_owned()),
            Self::Reset => (format!("reset {email}"), format!("reset {network}")),
        }
    }
}

/// The network of a client, as far as it may count as one place: of IPv6 the first 64 bits, which one customer has all
/// to themselves. Empty for a client without a known address.
fn network(ip: &str) -> String {
    match ip.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V6(address)) => format!("{}/64", Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        Ok(IpAddr::V4(address)) => address.to_string(),
        Err(_) => String::new(),
    }
}

/// An attempt that has been counted as a failure until it [succeeds](Attempt::succeeded).
pub struct Attempt {
    id: i64,
    email: String,
    network: String,
}

impl Attempt {
    /// Counts an attempt before it is made, so that many at once do not slip through together.
    ///
    /// A refused attempt is not counted: trying on does not put off the end of the wait.
    pub async fn begin(global: &Global, trying: Trying, email: &str, client: &Client, now: Timestamp) -> Result<Self> {
        let (email, network) = trying.keys(email, &network(&client.ip));
        let sql = "INSERT INTO app.sign_in_attempts (email, ip, at, succeeded) VALUES ($1, $2, $3, false) RETURNING id";
        let id: i64 = global.one(sql, &[&email, &network, &now]).await?.get("id");
        let attempt = Self { id, email, network };
        let Some(until) = attempt.blocked_until(global, &trying.limit(), now).await? else { return Ok(attempt) };
        global.execute("DELETE FROM app.sign_in_attempts WHERE id = $1", &[&id]).await?;
        let seconds = until.duration_since(now).as_secs().max(1);
        Err(Error::TooManyRequests { retry_after_seconds: u64::try_from(seconds).unwrap_or(1) })
    }

    /// When the oldest of the failures that fill a limit is forgotten.
    async fn blocked_until(&self, global: &Global, limit: &Limit, now: Timestamp) -> Result<Option<Timestamp>> {
        let since = now - limit.within;
        // A client without a known address (a unix socket, say) shares no limit with the others like it.
        let sql = "SELECT greatest(
              (SELECT at FROM app.sign_in_attempts WHERE email = $1 AND ip = $2 AND at > $3 AND NOT succeeded
                 AND id <> $4 ORDER BY at DESC OFFSET $5 LIMIT 1),
              (SELECT at FROM app.sign_in_attempts WHERE email = $1 AND at > $3 AND NOT succeeded AND id <> $4
               ORDER BY at DESC OFFSET $6 LIMIT 1),
              (SELECT at FROM app.sign_in_attempts WHERE ip = $2 AND ip NOT IN ('', 'reset ') AND at > $3
                 AND NOT succeeded AND id <> $4
               ORDER BY at DESC OFFSET $7 LIMIT 1)) AS oldest";
        let [both, email, network] = [limit.for_both, limit.for_email, limit.for_network].map(|most| most - 1);
        let row = global.one(sql, &[&self.email, &self.network, &since, &self.id, &both, &email, &network]).await?;
        Ok(row.get::<_, Option<Timestamp>>("oldest").map(|oldest| oldest + limit.within))
    }

    /// Takes the failure back and notes the success.
    pub async fn succeeded(self, global: &Global, now: Timestamp) -> Result<()> {
        let sql = "WITH taken_back AS (DELETE FROM app.sign_in_attempts WHERE id = $1)
                   INSERT INTO app.sign_in_attempts (email, ip, at, succeeded) VALUES ($2, $3, $4, true)";
        global.execute(sql, &[&self.id, &self.email, &self.network, &now]).await?;
        Ok(())
    }
}

/// The wait in words for people.
pub fn wait_in_words(seconds: u64) -> String {
    let minutes = seconds.div_ceil(60);
    match minutes {
        0 | 1 => "Too many attempts. Try again in a minute.".to_owned(),
        _ => format!("Too many attempts. Try again in {minutes} minutes."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_an_ipv4_address_or_half_an_ipv6_one() {
        for (ip, expected) in [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
            ("", ""),
        ] {
            assert_eq!(network(ip), expected);
        }
    }

    #[test]
    fn a_wait_is_told_in_whole_minutes() {
        assert_eq!(wait_in_words(1), "Too many attempts. Try again in a minute.");
        assert_eq!(wait_in_words(61), "Too many attempts. Try again in 2 minutes.");
    }
}
