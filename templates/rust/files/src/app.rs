//! What every request shares.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Semaphore;

use crate::config::Config;
use crate::metrics::Metrics;
use crate::orders::Orders;

/// The state of one process.
#[derive(Debug)]
pub struct App {
    /// The configuration it was started with.
    pub config: Config,
    /// The orders it keeps.
    pub orders: Orders,
    /// What it has measured.
    pub metrics: Metrics,
    /// One permit for each request that may be served now.
    pub slots: Arc<Semaphore>,
    /// The faults that a drill has asked for.
    #[cfg(feature = "drill")]
    pub faults: crate::drill::Faults,
    ready: AtomicBool,
}

impl App {
    /// A process that is ready for requests.
    #[must_use]
    pub fn new(config: Config) -> Arc<Self> {
        let slots = Arc::new(Semaphore::new(config.concurrency_limit));
        Arc::new(Self {
            orders: Orders::default(),
            metrics: Metrics::new(&config, &slots),
            slots,
            #[cfg(feature = "drill")]
            faults: crate::drill::Faults::default(),
            ready: AtomicBool::new(true),
            config,
        })
    }

    /// Whether new requests should be sent here.
    pub fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Relaxed)
    }

    /// Asks for no more requests; those that come are still served.
    pub fn withdraw(&self) {
        self.ready.store(false, Ordering::Relaxed);
    }

    /// The requests that are being served now.
    pub fn active_requests(&self) -> usize {
        self.config
            .concurrency_limit
            .saturating_sub(self.slots.available_permits())
    }
}
