//! What tests stand on. Never part of the product.

pub mod cluster;
