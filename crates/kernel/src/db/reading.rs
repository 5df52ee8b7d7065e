use std::cell::Cell;

use tokio_postgres::types::FromSql;

use super::Row;

/// Reads many columns of a row by name. Whoever asks for them in the order of the statement finds each at once; in any other
/// order each is looked for, as a row itself does every time.
pub struct Reading<'row> {
    row: &'row Row,
    /// Where the next column is expected.
    next: Cell<usize>,
}

impl<'row> Reading<'row> {
    pub fn of(row: &'row Row) -> Self {
        Self { row, next: Cell::new(0) }
    }

    /// The value of this column. Panics, as a row does, where there is none of this name or its type is another.
    pub fn get<Value: FromSql<'row>>(&self, name: &str) -> Value {
        let columns = self.row.columns();
        let expected = self.next.get();
        let is_expected = columns.get(expected).is_some_and(|column| column.name() == name);
        let at = if is_expected { Some(expected) } else { columns.iter().position(|column| column.name() == name) };
        match at {
            Some(at) => {
                self.next.set(at + 1);
                self.row.get(at)
            }
            None => self.row.get(name),
        }
    }
}
