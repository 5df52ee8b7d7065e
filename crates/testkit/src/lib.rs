//! What tests stand on. Never part of the product.

pub mod cluster;
pub mod world;

pub use world::{Answer, Client, MARKER, Side, World};
