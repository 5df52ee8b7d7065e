//! People: the rows of `users` with their passwords and sessions. Global tables, reached before an organization is
//! known.

use jiff::{SignedDuration, Timestamp};
use kernel::access::{Actor, ActorKind};
use kernel::db::{Row, Statements};
use kernel::error::FieldError;
use kernel::validate::{self, Problems};
use kernel::{Error, Result};

/// The longest name of a person or an organization, in characters.
pub const NAME_LONGEST: usize = 200;

/// A person who can or could sign in.
#[derive(Debug, Clone)]
pub struct Person {
    pub id: String,
    pub email: String,
    pub name: String,
    pub is_active: bool,
    /// None for a person of the host platform who has not set a password here.
    pub password_hash: Option<String>,
}

impl Person {
    fn from_row(row: &Row) -> Self {
        Self {
            id: row.get("id"),
            email: row.get("email"),
            name: row.get("name"),
            is_active: row.get("is_active"),
            password_hash: row.get("password_hash"),
        }
    }

    /// The person as somebody who does something.
    pub fn actor(&self) -> Actor {
        let name = if self.name.is_empty() { self.email.clone() } else { self.name.clone() };
        Actor { kind: ActorKind::User, id: self.id.clone(), name, user_id: self.id.clone() }
    }
}

/// A checked new person.
pub struct NewPerson {
    pub email: String,
    pub name: String,
}

impl NewPerson {
    /// Checks the fields `email`, `name` and `password`.
    pub fn check(problems: &mut Problems, email: &str, name: &str, password: &str) -> Self {
        let email = validate::email(problems, "email", email);
        let name = problems.required("name", "The name", name, NAME_LONGEST);
        crate::password::check(problems, "password", password, &email);
        Self { email, name }
    }
}

const COLUMNS: &str = "u.id, u.email, coalesce(u.name, '') AS name, u.is_active, c.password_hash
                       FROM users u LEFT JOIN app.credentials c ON c.user_id = u.id";

/// The person with exactly this address.
pub async fn by_exact_email(tx: &impl Statements, email: &str) -> Result<Option<Person>> {
    let sql = format!("SELECT {COLUMNS} WHERE u.email = $1");
    Ok(tx.row(&sql, &[&email]).await?.as_ref().map(Person::from_row))
}

/// Who may sign in with this address in its lower-case form: like [`by_email`], but for people with a password alone.
///
/// Strangers ask this as often as they like, so it never reads the whole table of users: addresses that the host
/// writes with capitals are kept in lower case beside the password. One that the host changed since is found as it is
/// written now, or once its owner has set a password again.
pub async fn to_sign_in(tx: &impl Statements, email: &str) -> Result<Option<Person>> {
    let sql = format!(
        "SELECT {COLUMNS} WHERE u.id = coalesce((SELECT id FROM users WHERE email = $1),
           (SELECT k.user_id FROM app.credentials k JOIN users o ON o.id = k.user_id AND lower(o.email) = $1
            WHERE k.email = $1 ORDER BY o.created_at, o.id LIMIT 1))"
    );
    Ok(tx.row(&sql, &[&email]).await?.as_ref().map(Person::from_row))
}

/// The person with this address in its lower-case form.
///
/// The host's addresses may be written with capitals; the exact one goes first, so that its index is used. Without it
/// all users are read, for an index on the host's table is not ours to make: only where no stranger waits for it.
pub async fn by_email(tx: &impl Statements, email: &str) -> Result<Option<Person>> {
    let sql = format!(
        "SELECT {COLUMNS} WHERE u.id = coalesce((SELECT id FROM users WHERE email = $1),
           (SELECT id FROM users WHERE lower(email) = $1 ORDER BY created_at, id LIMIT 1))"
    );
    Ok(tx.row(&sql, &[&email]).await?.as_ref().map(Person::from_row))
}

pub async fn by_id(tx: &impl Statements, id: &str) -> Result<Option<Person>> {
    let sql = format!("SELECT {COLUMNS} WHERE u.id = $1");
    Ok(tx.row(&sql, &[&id]).await?.as_ref().map(Person::from_row))
}

/// Who is there to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Residents {
    /// Nobody has an account: the first visitor sets up.
    Nobody,
    /// The host platform has users, and none of them has a password here yet.
    WithoutPasswords,
    Some,
}

/// Who is there to sign in. The one question that decides about the first set-up.
pub async fn residents(tx: &impl Statements) -> Result<Residents> {
    let sql = "SELECT EXISTS (SELECT FROM users) AS accounts, EXISTS (SELECT FROM app.credentials) AS passwords";
    let row = tx.one(sql, &[]).await?;
    Ok(match (row.get("accounts"), row.get("passwords")) {
        (false, _) => Residents::Nobody,
        (true, false) => Residents::WithoutPasswords,
        (true, true) => Residents::Some,
    })
}

/// Whether anybody has an account.
pub async fn exist(tx: &impl Statements) -> Result<bool> {
    Ok(residents(tx).await? != Residents::Nobody)
}

/// Makes an account. Fails with [`Error::Taken`] when the address has one.
///
/// The hash comes ready-made, so that no transaction waits for it.
pub async fn create(
    tx: &impl Statements,
    new: &NewPerson,
    password_hash: Option<&str>,
    now: Timestamp,
) -> Result<Person> {
    let taken = || {
        let words = "This email address already has an account. Sign in with it instead.";
        Error::Taken(FieldError::new("email", "taken", words))
    };
    if by_email(tx, &new.email).await?.is_some() {
        return Err(taken());
    }
    let id = kernel::id::new(now);
    let sql = "INSERT INTO users (id, email, name, created_at, updated_at)
               VALUES ($1, $2, $3, $4::timestamptz AT TIME ZONE 'UTC', $4::timestamptz AT TIME ZONE 'UTC')
               ON CONFLICT DO NOTHING";
    if tx.execute(sql, &[&id, &new.email, &new.name, &now]).await? == 0 {
        return Err(taken());
    }
    if let Some(hash) = password_hash {
        set_password_hash(tx, &id, hash, now).await?;
    }
    let password_hash = password_hash.map(str::to_owned);
    Ok(Person { id, email: new.email.clone(), name: new.name.clone(), is_active: true, password_hash })
}

pub async fn set_password_hash(tx: &impl Statements, user_id: &str, hash: &str, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO app.credentials (user_id, email, password_hash, updated_at)
               SELECT id, lower(email), $2, $3 FROM users WHERE id = $1
               ON CONFLICT (user_id) DO UPDATE SET email = excluded.email, password_hash = $2, updated_at = $3";
    tx.execute(sql, &[&user_id, &hash, &now]).await?;
    Ok(())
}

pub async fn rename(tx: &impl Statements, user_id: &str, name: &str, now: Timestamp) -> Result<()> {
    let sql = "UPDATE users SET name = $2, updated_at = $3::timestamptz AT TIME ZONE 'UTC' WHERE id = $1";
    tx.execute(sql, &[&user_id, &name, &now]).await?;
    Ok(())
}

/// Ends a person's sessions, all but the one with this token's hash.
pub async fn end_sessions(tx: &impl Statements, user_id: &str, but: Option<&[u8]>) -> Result<()> {
    let sql = "DELETE FROM app.sessions WHERE user_id = $1 AND token_hash IS DISTINCT FROM $2";
    let but = but.map(<[u8]>::to_vec);
    tx.execute(sql, &[&user_id, &but]).await?;
    Ok(())
}

/// How long attempts to sign in are kept, well over the spans in which they count.
const ATTEMPTS_KEPT: SignedDuration = SignedDuration::from_hours(24);

/// Drops sessions, links and attempts that can mean nothing any more.
pub async fn forget_what_is_over(tx: &impl Statements, now: Timestamp) -> Result<()> {
    let sql = "WITH sessions AS (DELETE FROM app.sessions WHERE expires_at <= $1),
                    resets AS (DELETE FROM app.password_resets WHERE expires_at <= $1)
               DELETE FROM app.sign_in_attempts WHERE at < $2";
    tx.execute(sql, &[&now, &(now - ATTEMPTS_KEPT)]).await?;
    Ok(())
}
