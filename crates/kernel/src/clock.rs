//! Time comes in as an argument: handlers and jobs ask the application's clock once and hand the moment down.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// Where the present moment comes from: the system in a running program, a hand-set moment in tests.
#[derive(Clone, Default)]
pub enum Clock {
    #[default]
    System,
    Fixed(Arc<Mutex<Timestamp>>),
}

impl Clock {
    /// A clock that stands still at `moment` until it is advanced.
    pub fn fixed(moment: Timestamp) -> Self {
        Self::Fixed(Arc::new(Mutex::new(moment)))
    }

    /// The present moment, cut to microseconds, which is what PostgreSQL keeps.
    pub fn now(&self) -> Timestamp {
        let moment = match self {
            Self::System => Timestamp::now(),
            Self::Fixed(moment) => *moment.lock().unwrap_or_else(PoisonError::into_inner),
        };
        Timestamp::from_microsecond(moment.as_microsecond()).unwrap_or(moment)
    }

    /// Moves a fixed clock on; the system's clock takes no orders.
    pub fn advance(&self, by: SignedDuration) {
        if let Self::Fixed(moment) = self {
            let mut moment = moment.lock().unwrap_or_else(PoisonError::into_inner);
            *moment += by;
        }
    }
}
