//! When an item may end: after it began, and not before now.

use jiff::Timestamp;
use kernel::{Error, Result};

/// Refuses an end that has passed already, or that comes before the item is on the site at `begins`.
///
/// Asked wherever an end is set or a beginning is: an item that ended before it began would be published and gone at once.
pub(crate) fn check(expires_at: Option<Timestamp>, begins: Option<Timestamp>, now: Timestamp) -> Result<()> {
    let Some(end) = expires_at else { return Ok(()) };
    if end <= now {
        let words = "It has expired at this time already. Choose an end that is still to come, or none.";
        return Err(Error::invalid("expires_at", "in_the_past", words));
    }
    if begins.is_some_and(|begins| end <= begins) {
        let words = "It would expire before it is published. Choose a later end, or none.";
        return Err(Error::invalid("expires_at", "before_publication", words));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_comes_after_now_and_after_the_beginning() {
        let at = |second: i64| Timestamp::from_second(second).unwrap();
        let code = |end, begins| match check(Some(at(end)), begins, at(100)) {
            Err(Error::Invalid(errors)) => errors[0].code,
            _ => "",
        };
        assert_eq!((code(100, None), code(101, None)), ("in_the_past", ""));
        assert_eq!((code(150, Some(at(150))), code(151, Some(at(150)))), ("before_publication", ""));
        assert!(check(None, Some(at(1)), at(100)).is_ok());
    }
}
