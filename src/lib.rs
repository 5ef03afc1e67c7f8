//! goldpath: golden-path repositories that are ready to operate, and stay upgradable.

pub mod exit;
pub mod render;
