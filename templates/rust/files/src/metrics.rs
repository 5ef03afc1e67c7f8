//! What Prometheus reads. Alerts, dashboards and the canary analysis use these names, so that
//! changing one means changing them all.
//!
//! Names and buckets are those of OpenTelemetry's semantic conventions for HTTP servers.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use tokio::sync::Semaphore;

use crate::config::Config;

/// The content type of [`Metrics::exposition`].
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The upper bounds of the duration histogram, in seconds. A latency objective must be one of them.
const BUCKETS: [f64; 14] = [
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
];

/// The metrics of one process.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<Request, Histogram, fn() -> Histogram>,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
#[expect(
    clippy::struct_field_names,
    reason = "the fields are label names, and those are a contract"
)]
struct Request {
    http_request_method: &'static str,
    http_route: String,
    http_response_status_code: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Build {
    version: String,
}

impl Metrics {
    /// Metrics without a sample yet.
    #[must_use]
    pub fn new(config: &Config, slots: &Arc<Semaphore>) -> Self {
        let mut registry = Registry::default();
        let requests: Family<_, _, fn() -> Histogram> =
            Family::new_with_constructor(|| Histogram::new(BUCKETS));
        registry.register(
            "http_server_request_duration_seconds",
            "How long requests took, by method, route template and status",
            requests.clone(),
        );
        let build = Family::<Build, Gauge>::default();
        let version = config.version.clone();
        build.get_or_create(&Build { version }).set(1);
        registry.register("build_info", "The version that is running", build);
        registry.register_collector(Box::new(Process {
            slots: Arc::clone(slots),
            limit: config.concurrency_limit,
            started: SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .unwrap_or_default(),
        }));
        Self { registry, requests }
    }

    /// Counts one request. The route is a template, never a path, so that the number of
    /// series does not depend on what clients ask for.
    pub fn observe(&self, method: &'static str, route: &str, status: u16, took: Duration) {
        let labels = Request {
            http_request_method: method,
            http_route: route.to_owned(),
            http_response_status_code: status,
        };
        self.requests
            .get_or_create(&labels)
            .observe(took.as_secs_f64());
    }

    /// All metrics in Prometheus' text format.
    ///
    /// # Errors
    ///
    /// Where a collector can't write what it collected.
    pub fn exposition(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// What is looked up at the moment of a scrape.
#[derive(Debug)]
struct Process {
    slots: Arc<Semaphore>,
    limit: usize,
    started: Duration,
}

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let active = self.limit.saturating_sub(self.slots.available_permits());
        gauge(
            &mut encoder,
            "http_server_active_requests",
            "Requests that are being served now.",
            count(active),
        )?;
        gauge(
            &mut encoder,
            "http_server_active_requests_limit",
            "Requests that may be served at the same time.",
            count(self.limit),
        )?;
        gauge(
            &mut encoder,
            "process_start_time_seconds",
            "When the process started, since the Unix epoch.",
            self.started.as_secs_f64(),
        )?;
        if let Some(bytes) = resident_memory() {
            let help = "Memory that the process occupies.";
            gauge(&mut encoder, "process_resident_memory_bytes", help, bytes)?;
        }
        if let Some(seconds) = cpu_seconds() {
            let name = "process_cpu_seconds_total";
            let help = "Processor time that the process has used.";
            // The text format wants `_total` in the name of a counter, where OpenMetrics, which the
            // encoder of counters is for, adds it.
            let metric = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
            ConstGauge::new(seconds).encode(metric)?;
        }
        Ok(())
    }
}

fn gauge(encoder: &mut DescriptorEncoder<'_>, name: &str, help: &str, value: f64) -> fmt::Result {
    let gauge = ConstGauge::new(value);
    let metric = encoder.encode_descriptor(name, help, None, gauge.metric_type())?;
    gauge.encode(metric)
}

fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::MAX, f64::from)
}

/// `VmRSS` of proc(5), which is in kibibytes; nothing on systems without /proc.
fn resident_memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes * 1024.0)
}

/// `utime` and `stime` of proc(5), which are in hundredths of a second on every Linux that Rust's
/// standard library supports; nothing on systems without /proc.
fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is the program's name, in parentheses, and may hold spaces.
    let (_, fields) = stat.rsplit_once(')')?;
    let ticks = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .map(|field| field.parse::<f64>().ok());
    ticks.sum::<Option<f64>>().map(|ticks| ticks / 100.0)
}
