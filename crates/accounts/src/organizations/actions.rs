use kernel::access::{Actor, Caller, Role};
use kernel::db::{OrganizationId, Tenant};
use kernel::error::FieldError;
use kernel::organization::Organization;
use kernel::{App, Error, Result, audit};
use serde_json::json;

use super::model::{NewOrganization, is_reserved};
use super::store;
use crate::visit::Visit;

/// The most organizations that one user may own.
const OWNED_AT_MOST: i64 = 100;
/// How many numbers are tried behind a slug before a random ending takes their place.
const NUMBERS_TRIED: usize = 20;

/// The transaction of an organization that does not exist yet.
pub async fn begin(app: &App, visit: &Visit) -> Result<Tenant> {
    app.database.tenant(&OrganizationId::parse(&kernel::id::new(visit.now))?).await
}

/// Makes the organization of the transaction, with this user as its owner.
pub async fn found(app: &App, tx: Tenant, owner: Actor, new: &NewOrganization, visit: &Visit) -> Result<Caller> {
    if store::owned_by(&tx, &owner.user_id).await? >= OWNED_AT_MOST {
        let words = format!("You own {OWNED_AT_MOST} organizations, the most there can be. Delete one of them first.");
        return Err(Error::Conflict(words));
    }
    let caller = found_without_owner(app, tx, owner, new, visit).await?;
    store::insert_member(&caller.tx, &caller.actor.user_id, Role::Owner, visit.now).await?;
    Ok(caller)
}

/// Makes the organization of the transaction with nobody in it, as the operator does on the command line.
pub async fn found_without_owner(
    app: &App,
    tx: Tenant,
    actor: Actor,
    new: &NewOrganization,
    visit: &Visit,
) -> Result<Caller> {
    let slug = insert(&tx, new, visit).await?;
    store::insert_settings(&tx, visit.now).await?;
    let organization = Organization { id: tx.organization().clone(), slug, name: new.name.clone() };
    let caller = visit.caller(app, tx, organization, actor, Role::Owner);
    let details = json!({ "name": caller.organization.name, "slug": caller.organization.slug });
    audit::record(&caller, "organization.create", ("organization", caller.organization_id()), details).await?;
    Ok(caller)
}

async fn insert(tx: &Tenant, new: &NewOrganization, visit: &Visit) -> Result<String> {
    if let Some(slug) = &new.slug {
        if store::insert(tx, &new.name, slug, visit.now).await? {
            return Ok(slug.clone());
        }
        let words = "Another organization has this address. Choose another.";
        return Err(Error::Taken(FieldError::new(new.slug_field, "taken", words)));
    }
    let base = new.base_slug();
    let numbered = (2..NUMBERS_TRIED).map(|number| format!("{base}-{number}"));
    let random = format!("{base}-{}", kernel::secret::hex_digits(4));
    for slug in std::iter::once(base.clone()).chain(numbered).chain([random]) {
        if !is_reserved(&slug) && store::insert(tx, &new.name, &slug, visit.now).await? {
            return Ok(slug);
        }
    }
    Err(Error::Conflict("No free address could be made from this name. Enter one yourself.".into()))
}
