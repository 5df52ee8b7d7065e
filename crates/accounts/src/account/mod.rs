//! One's own account: name, password and the devices that are signed in.

mod device;
pub mod pages;
mod store;
