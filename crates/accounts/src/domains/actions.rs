use kernel::access::{ActorKind, Caller, Permission};
use kernel::db::violated_constraint;
use kernel::error::FieldError;
use kernel::validate::Problems;
use kernel::{Error, Result, audit, secret};
use serde_json::json;

use super::model::{self, CLAIMS_AT_MOST, Domain, RawDomain};
use super::store;

/// Claims a domain. The site answers there once [`check`] has seen the proof.
pub async fn claim(caller: &Caller, raw: &RawDomain, mut problems: Problems) -> Result<Domain> {
    caller.must(Permission::SettingsManage)?;
    let domain = model::check(&caller.app, &mut problems, &raw.domain);
    problems.finish(())?;
    if store::count(&caller.tx).await? >= CLAIMS_AT_MOST {
        let words = format!("There are {CLAIMS_AT_MOST} domains already, the most there can be. Remove one first.");
        return Err(Error::Conflict(words));
    }
    let id = caller.new_id();
    let created_by = (caller.actor.kind != ActorKind::System).then_some(caller.actor.user_id.as_str());
    let inserted = store::insert(&caller.tx, (&id, &domain, &secret::hex_digits(16)), (created_by, caller.now)).await;
    if let Err(error) = inserted {
        return Err(match violated_constraint(&error) {
            Some("domain_claims_once") => {
                Error::Taken(FieldError::new("domain", "taken", format!("{domain} is in the list already.")))
            }
            _ => error,
        });
    }
    audit::record(caller, "domain.claim", ("domain", &id), json!({ "name": domain })).await?;
    read(caller, &id).await
}

pub async fn read(caller: &Caller, id: &str) -> Result<Domain> {
    caller.must(Permission::SettingsManage)?;
    Ok(store::find(&caller.tx, id).await?.ok_or(Error::NotFound)?.shown(&caller.app))
}

/// Looks for the proof in the domain's DNS and gives the domain to the organization when it is there.
///
/// A domain that is proven already stays so when its record cannot be found: it is lost only to somebody who removes it.
/// Commits on the way, for no transaction waits for somebody else's server; the caller commits the rest.
pub async fn check(caller: &mut Caller, id: &str) -> Result<Domain> {
    caller.must(Permission::SettingsManage)?;
    let claim = store::find(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    if claim.proven_at.is_some() {
        return Ok(claim.shown(&caller.app));
    }
    caller.commit_and_continue().await?;
    let name = model::proof_name(&claim.domain);
    let expected = model::proof_value(&claim.token);
    let found = caller.app.dns.texts(&name).await;
    // Removed meanwhile by somebody else.
    let claim = store::find(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    let problem = match found {
        Ok(texts) if texts.iter().any(|text| text.trim() == expected) => {
            let is_ours = store::take(&caller.tx, &claim.domain).await?;
            (!is_ours).then(|| {
                "The record is right, but another organization's site answers at this domain. It has to remove the \
                 domain first."
                    .to_owned()
            })
        }
        Ok(texts) if texts.is_empty() => {
            Some(format!("There is no TXT record at {name} yet. New records can take an hour to be seen."))
        }
        Ok(_) => Some(format!("The TXT record at {name} holds something else than the value below.")),
        Err(failure) => Some(failure.to_string()),
    };
    store::note(&caller.tx, id, problem.as_deref(), caller.now).await?;
    if problem.is_none() {
        audit::record(caller, "domain.prove", ("domain", id), json!({ "name": claim.domain })).await?;
    }
    read(caller, id).await
}

/// Gives a domain up: the site no longer answers there.
pub async fn remove(caller: &Caller, id: &str) -> Result<String> {
    caller.must(Permission::SettingsManage)?;
    let claim = store::find(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    store::give_up(&caller.tx, &claim.domain).await?;
    store::delete(&caller.tx, id).await?;
    audit::record(caller, "domain.remove", ("domain", id), json!({ "name": claim.domain })).await?;
    Ok(claim.domain)
}
