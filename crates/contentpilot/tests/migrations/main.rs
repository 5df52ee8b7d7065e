//! Migrations and the doctor on a real PostgreSQL: `CONTENTPILOT_TEST_DATABASE_URL` names a superuser of a throw-away
//! cluster (`cargo run -p testkit --bin with-postgres -- cargo test …` provides one).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use contentpilot::doctor;

mod behaviour;
mod database;
mod fingerprint;
mod interrupted;
mod owner;
mod plans;
mod runs;
mod sabotage;
