//! Authors of imported texts: names that articles carry, never a way in.

use kernel::Result;
use kernel::access::{Caller, Permission, Role};
use kernel::db::Statements;
use kernel::{secret, validate};

use crate::members::store::is_member;
use crate::organizations::store::insert_member;
use crate::people::{self, NAME_LONGEST};

/// The domain of addresses that are made up; names under `.invalid` never reach anybody (RFC 2606).
const MADE_UP_DOMAIN: &str = "import.invalid";
/// How much of a login stands in a made-up address.
const LOGIN_SHOWN: usize = 30;

/// An author as the imported site knew them.
#[derive(Debug, Clone, Copy)]
pub struct ImportedAuthor<'a> {
    pub login: &'a str,
    pub name: &'a str,
    pub email: &'a str,
    /// Where the texts come from, so that the `admin` of one site is not the `admin` of another.
    pub source: &'a str,
}

/// The user who stands for an imported author, and whether this call made them.
///
/// A file must not let anybody in, nor keep anybody out. So only somebody who is a member already is known by the
/// address in the file. Everybody else becomes an inactive user under a made-up address: with the weakest role, unable
/// to sign in or to have a password reset, and leaving the real address free for the person to be invited with.
pub async fn find_or_add(caller: &Caller, author: ImportedAuthor<'_>) -> Result<(String, bool)> {
    caller.must(Permission::MembersManage)?;
    let email = author.email.trim().to_lowercase();
    if !email.is_empty()
        && let Some(person) = people::by_email(&caller.tx, &email).await?
        && is_member(&caller.tx, &person.id, &caller.organization.id).await?
    {
        return Ok((person.id, false));
    }
    let address = made_up_address(caller.organization_id(), author);
    if let Some(person) = people::by_email(&caller.tx, &address).await? {
        insert_member(&caller.tx, &person.id, Role::Viewer, caller.now).await?;
        return Ok((person.id, false));
    }
    let id = caller.new_id();
    let sql = "INSERT INTO users (id, email, name, is_active, created_at, updated_at)
               VALUES ($1, $2, $3, false, $4::timestamptz AT TIME ZONE 'UTC', $4::timestamptz AT TIME ZONE 'UTC')";
    caller.tx.execute(sql, &[&id, &address, &name_of(author), &caller.now]).await?;
    insert_member(&caller.tx, &id, Role::Viewer, caller.now).await?;
    Ok((id, true))
}

/// Gives an author whom an import made the name they have now; the names of real members are their own.
pub async fn rename(caller: &Caller, user_id: &str, author: ImportedAuthor<'_>) -> Result<bool> {
    caller.must(Permission::MembersManage)?;
    let made = match people::by_id(&caller.tx, user_id).await? {
        Some(person) => person.email == made_up_address(caller.organization_id(), author),
        None => false,
    };
    if made {
        people::rename(&caller.tx, user_id, &name_of(author), caller.now).await?;
    }
    Ok(made)
}

fn name_of(author: ImportedAuthor<'_>) -> String {
    let name = [author.name, author.login, "Unknown"].into_iter().find(|name| !name.trim().is_empty());
    let plain = name.unwrap_or_default().chars().filter(|character| !character.is_control());
    plain.take(NAME_LONGEST).collect::<String>().trim().to_owned()
}

/// The same for the same author of the same site in the same organization, and for nobody else.
fn made_up_address(organization_id: &str, author: ImportedAuthor<'_>) -> String {
    let digest = secret::digest_hex([organization_id, author.source, author.login].join("\n").as_bytes());
    let digits: String = digest.chars().take(16).collect();
    let login: String = validate::slug_from(author.login).chars().take(LOGIN_SHOWN).collect();
    let login = if login.is_empty() { "author".to_owned() } else { login };
    format!("{login}-{digits}@{MADE_UP_DOMAIN}")
}
