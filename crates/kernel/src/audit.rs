//! The audit log: who did what to which thing, written in the transaction that did it.

use crate::Result;
use crate::access::Caller;
use crate::db::Statements;

/// Writes one entry, and tells those who asked to hear of such events.
///
/// `details` holds what a reader needs to understand it, never secrets or texts of content.
pub async fn record(caller: &Caller, action: &str, entity: (&str, &str), details: serde_json::Value) -> Result<()> {
    let sql = "INSERT INTO app.audit_log
                 (organization_id, id, at, actor_kind, actor_id, actor_name, action, entity_type, entity_id, details, request_id)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    crate::events::of_action(&caller.tx, action, entity, &details, caller.now).await?;
    let (entity_type, entity_id) = entity;
    let actor = &caller.actor;
    caller
        .tx
        .execute(
            sql,
            &[
                &caller.organization_id(),
                &caller.new_id(),
                &caller.now,
                &actor.kind.as_str(),
                &actor.id,
                &actor.name,
                &action,
                &entity_type,
                &entity_id,
                &details,
                &caller.request_id,
            ],
        )
        .await?;
    Ok(())
}
