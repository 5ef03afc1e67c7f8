//! Orders over HTTP, kept in memory.
//!
//! A request passes, from the outside in: [`http`]'s measurement (one histogram sample and, for a
//! failure, one log line), the concurrency limit, the time limit, the handler. The handler turns
//! what came over the wire into values of [`orders`], which knows nothing of HTTP.
//!
//! | module | what it is for |
//! |---|---|
//! | [`config`] | the environment, validated as a whole before anything starts |
//! | [`app`] | what every request shares |
//! | [`http`] | routes, limits, error bodies |
//! | [`orders`] | the domain: what an order is, and where orders are kept |
//! | [`metrics`] | what Prometheus reads; the names are a contract with the alerts |
//! | [`server`] | connections, and the order in which things stop |
//! | [`logging`] | one JSON object a line on standard output |

pub mod app;
pub mod config;
#[cfg(feature = "drill")]
pub mod drill;
pub mod http;
pub mod logging;
pub mod metrics;
pub mod orders;
pub mod server;
