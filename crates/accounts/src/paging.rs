//! Pages of lists that are read one row further than they are shown.

use kernel::Result;
use kernel::api::write_cursor;
use serde::Serialize;

/// Cuts the row that only shows that there are more, and gives the cursor behind the last one left.
pub fn cut<T, P: Serialize>(rows: &mut Vec<T>, limit: i64, position: impl Fn(&T) -> P) -> Result<Option<String>> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    if rows.len() <= limit {
        return Ok(None);
    }
    rows.truncate(limit);
    rows.last().map(|last| write_cursor(&position(last))).transpose()
}
