//! What the operator does on the command line. Nothing here prints.

use kernel::access::{Actor, ActorKind, Caller, Role};
use kernel::organization::{self, Organization};
use kernel::validate::{self, Problems};
use kernel::{App, Error, Result, audit};
use serde_json::json;

use crate::api_keys::model::{Kind, NewApiKey};
use crate::organizations::model::{Fields, NewOrganization};
use crate::people::{self, NAME_LONGEST, NewPerson};
use crate::visit::Visit;
use crate::{api_keys, members, organizations, password};

/// A user to be made by the operator.
#[derive(Debug, Clone, Default)]
pub struct NewUser<'a> {
    pub email: &'a str,
    pub name: &'a str,
    /// Without one the user sets it by way of "Forgot your password?".
    pub password: Option<&'a str>,
    /// The slug of an organization to join, and the role there.
    pub membership: Option<(&'a str, Role)>,
}

fn operator() -> Actor {
    Actor { kind: ActorKind::System, id: "command".into(), name: "Command line".into(), user_id: String::new() }
}

/// The operator in one organization, with the rights of an owner.
async fn caller(app: &App, slug: &str) -> Result<Caller> {
    let found = organization::by_slug(&app.database.global().await?, slug).await?.ok_or_else(|| {
        Error::invalid("org", "unknown", format!("There is no organization with the address {slug}."))
    })?;
    let tx = app.database.tenant(&found.id).await?;
    Ok(Visit::of_operator(app).caller(app, tx, found, operator(), Role::Owner))
}

/// Makes an organization with nobody in it; without a slug one is made from the name.
pub async fn create_organization(app: &App, name: &str, slug: Option<&str>) -> Result<Organization> {
    let mut problems = Problems::new();
    let fields = Fields { name: "name", slug: "slug" };
    let new = NewOrganization::check(&mut problems, fields, name, slug.unwrap_or_default());
    let new = problems.finish(new)?;
    let visit = Visit::of_operator(app);
    let tx = organizations::actions::begin(app, &visit).await?;
    let caller = organizations::actions::found_without_owner(app, tx, operator(), &new, &visit).await?;
    let made = caller.organization.clone();
    caller.commit().await?;
    app.forget();
    Ok(made)
}

/// Makes a user, and a member if an organization is named; gives the user's id. Who has an account already joins the
/// organization with it, unless a password is given, which would be another than theirs.
pub async fn create_user(app: &App, new: &NewUser<'_>) -> Result<String> {
    let mut problems = Problems::new();
    let email = validate::email(&mut problems, "email", new.email);
    let name = problems.required("name", "The name", new.name, NAME_LONGEST);
    if let Some(text) = new.password {
        password::check(&mut problems, "password", text, &email);
    }
    let person = problems.finish(NewPerson { email, name })?;
    let hash = match new.password {
        Some(text) => Some(password::hash(text).await?),
        None => None,
    };
    let now = app.clock.now();
    let Some((slug, role)) = new.membership else {
        let tx = app.database.global_transaction().await?;
        let id = people::create(&tx, &person, hash.as_deref(), now).await?.id;
        tx.commit().await?;
        return Ok(id);
    };
    let caller = caller(app, slug).await?;
    let known = if hash.is_none() { people::by_email(&caller.tx, &person.email).await? } else { None };
    let id = match known {
        Some(known) => known.id,
        None => people::create(&caller.tx, &person, hash.as_deref(), now).await?.id,
    };
    if !organizations::store::insert_member(&caller.tx, &id, role, now).await? {
        let words = format!("{} is a member of this organization already.", person.email);
        return Err(Error::invalid("email", "taken", words));
    }
    audit::record(&caller, "member.add", ("user", &id), json!({ "email": person.email, "role": role })).await?;
    caller.commit().await?;
    Ok(id)
}

/// Sets somebody's password and ends their sessions.
pub async fn set_password(app: &App, email: &str, text: &str) -> Result<()> {
    let mut problems = Problems::new();
    let email = validate::email(&mut problems, "email", email);
    password::check(&mut problems, "password", text, &email);
    problems.finish(())?;
    let global = app.database.global().await?;
    let person = people::by_email(&global, &email).await?.ok_or_else(|| {
        Error::invalid("email", "unknown", format!("Nobody has an account with the address {email}."))
    })?;
    drop(global);
    let hash = password::hash(text).await?;
    let tx = app.database.global_transaction().await?;
    people::set_password_hash(&tx, &person.id, &hash, app.clock.now()).await?;
    people::end_sessions(&tx, &person.id, None).await?;
    tx.commit().await
}

/// Makes a key to an organization's API and gives it, this once; with `ghost_content` one for Ghost's Content API.
pub async fn create_api_key(app: &App, slug: &str, role: Role, name: &str, ghost_content: bool) -> Result<String> {
    let caller = caller(app, slug).await?;
    let mut problems = Problems::new();
    let new = NewApiKey::check(&mut problems, name, role.as_str(), None, caller.now);
    let kind = if ghost_content { Kind::GhostContent } else { Kind::Api };
    // A key that only reads what is published acts for nobody.
    if kind == Kind::Api && !members::store::anybody_is_active(&caller.tx).await? {
        return Err(Error::Conflict(format!(
            "Nobody who can sign in belongs to {slug} yet, and a key acts in a member's name. Make an owner first: \
             contentpilot user create --org {slug} --role OWNER --email ADDRESS --name NAME"
        )));
    }
    let new = problems.finish(NewApiKey { kind, ..new })?;
    let made = api_keys::actions::create(&caller, &new).await?;
    caller.commit().await?;
    Ok(made.key)
}
