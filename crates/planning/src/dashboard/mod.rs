//! The dashboard: how things stand, what waits for whoever looks, and what comes next.

mod cards;
pub mod numbers;
pub mod pages;
mod steps;
mod waiting;
