//! What the tags, the category and the author of an item are called: looked up once for all pages that show them.

use std::sync::Arc;

use content::items::model::Item;
use content::items::names::{self, Id, Named, Unnamed};
use kernel::Result;

use super::context::Visit;

/// The item with its names. What is not remembered is read in one statement.
pub async fn named(visit: &Visit, item: Unnamed) -> Result<Item> {
    let shared = visit.shared.as_ref();
    let mut known: Vec<(Id, Option<Arc<Named>>)> = Vec::new();
    let mut unknown = Vec::new();
    for id in item.ids() {
        match shared.and_then(|shared| shared.names.get(&id)) {
            Some(named) => known.push((id, named)),
            None => unknown.push(id),
        }
    }
    if !unknown.is_empty() {
        let mut read = names::read(&visit.tx, &unknown).await?;
        for id in unknown {
            let named = read.remove(&id).map(Arc::new);
            if let Some(shared) = shared {
                shared.names.keep(id.clone(), named.clone());
            }
            known.push((id, named));
        }
    }
    Ok(item.with_names(|kind, id| {
        let (_, named) = known.iter().find(|((of, known), _)| *of == kind && known == id)?;
        named.as_deref()
    }))
}
