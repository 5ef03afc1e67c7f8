//! What Prometheus reads: the names, labels and buckets that rules, dashboards and runbooks are written for.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::checks::{Checks, Outcome, Wrong, holds, same};
use super::errors::UNKNOWN;
use super::exposition::{Exposition, Sample};
use super::http::Request;
use super::service::{ORDER, SECRET, SOON, Service, Subject, within};

/// The histogram of all requests.
const DURATION: &str = "http_server_request_duration_seconds";
const LABELS: [&str; 3] = ["http_request_method", "http_response_status_code", "http_route"];
/// The boundaries of OpenTelemetry's semantic conventions for HTTP servers.
const BOUNDS: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// All that generated rules, dashboards, analyses and runbooks may read; what is not here is in no contract.
pub(super) const NAMES: [&str; 7] = [
    DURATION,
    // What runs: releases in dashboards, and which version a canary is.
    "build_info",
    // Saturation: the share of the slots that are taken.
    "http_server_active_requests",
    "http_server_active_requests_limit",
    // The cost of a change, and what the performance gate compares.
    "process_cpu_seconds_total",
    "process_resident_memory_bytes",
    // Restarts.
    "process_start_time_seconds",
];

const VERSION: &str = "1.2.3-rc.1+abc";

pub(super) fn look(subject: &Subject, checks: &Checks) {
    let variables = [("SERVICE_VERSION", VERSION), ("CONCURRENCY_LIMIT", "7")];
    let Some(service) = checks.given("it starts, and is measured", subject.start(&variables)) else { return };
    checks.check("requests for health and metrics are not counted", || {
        for path in ["/livez", "/healthz", "/readyz", "/metrics"] {
            service.get(path)?;
            service.ask(&Request::post(path, "{}"))?;
        }
        same("series", counts(&service.scrape()?), BTreeMap::new())
    });
    let started = Instant::now();
    checks.check("a request is counted once, by method, route template and status", || {
        known_requests(&service)
    });
    let elapsed = started.elapsed();
    let Some(scrape) = checks.given("what it has measured can be scraped", service.scrape()) else { return };
    histogram(&scrape, elapsed, checks);
    itself(&service, &scrape, checks);
    checks.check("the scrape that Prometheus itself asks for tells the same names", || {
        let accept =
            "application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
        let text = service.ask(&Request::get("/metrics").header("Accept", accept))?.text();
        same("names", contract_names(&Exposition::read(&text)?), contract_names(&scrape))
    });
    invented(&service, checks);
    checks.check("no secret is in the metrics", || {
        let text = service.get("/metrics")?.text();
        holds(!text.contains(SECRET), || "the value of a secret is in /metrics".to_owned())
    });
}

fn known_requests(service: &Service<'_>) -> Outcome {
    let before = counts(&service.scrape()?);
    let place = service.post(ORDER)?;
    let location = place.header("Location").unwrap_or_default().to_owned();
    let mut requests = vec![Request::post("/v1/orders", ORDER); 2];
    requests.extend(vec![Request::get(&location); 4]);
    requests.extend(vec![Request::get(&format!("/v1/orders/{UNKNOWN}?a=b")); 2]);
    requests.push(Request::get("/v1/orders/17"));
    requests.push(Request::post("/v1/orders", "{"));
    requests.push(Request::post("/v1/orders", "{}"));
    requests.push(Request::new("POST", "/v1/orders").body("x"));
    requests.push(Request::get("/nothing"));
    for request in &requests {
        service.ask(request)?;
    }
    let wanted = [
        ("GET /v1/orders/{id} 200", 4),
        ("GET /v1/orders/{id} 400", 1),
        ("GET /v1/orders/{id} 404", 2),
        ("GET unmatched 404", 1),
        ("POST /v1/orders 201", 3),
        ("POST /v1/orders 400", 1),
        ("POST /v1/orders 415", 1),
        ("POST /v1/orders 422", 1),
    ];
    let mut wanted: BTreeMap<String, u64> = wanted.map(|(series, count)| (series.to_owned(), count)).into();
    for (series, count) in before {
        *wanted.entry(series).or_default() += count;
    }
    settled(service, |counts| *counts == wanted)?;
    same("counts", counts(&service.scrape()?), wanted)
}

/// Waits until the counts are such: an answer may be with the client a moment before it is counted.
fn settled(service: &Service<'_>, are: impl Fn(&BTreeMap<String, u64>) -> bool) -> Result<bool, Wrong> {
    within(Duration::from_millis(1500), || Ok(are(&counts(&service.scrape()?))))
}

/// `METHOD ROUTE STATUS` and how often.
pub(super) fn counts(scrape: &Exposition) -> BTreeMap<String, u64> {
    let name = format!("{DURATION}_count");
    let counts = scrape.series(&name).map(|sample| {
        let of = ["http_request_method", "http_route", "http_response_status_code"]
            .map(|label| sample.label(label));
        (of.join(" "), sample.value)
    });
    // A counter is a whole number of requests, far below what a float holds.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "counts are small and positive"
    )]
    counts.map(|(series, value)| (series, value as u64)).collect()
}

fn histogram(scrape: &Exposition, elapsed: Duration, checks: &Checks) {
    checks.check("the duration histogram has exactly the three labels", || {
        for part in ["bucket", "count", "sum"] {
            let mut wanted: BTreeSet<&str> = LABELS.into();
            if part == "bucket" {
                wanted.insert("le");
            }
            let series = part_of(scrape, part)?;
            for sample in series {
                let labels: BTreeSet<&str> = sample.labels.keys().map(String::as_str).collect();
                same(&sample.name, &labels, &wanted)?;
            }
        }
        Ok(())
    });
    checks.check("the duration histogram has exactly the 14 buckets, whether 1 or 1.0, and +Inf", || {
        let wanted: Vec<f64> = BOUNDS.into_iter().chain([f64::INFINITY]).collect();
        for (of, buckets) in by_series(part_of(scrape, "bucket")?)? {
            let bounds: Vec<f64> = buckets.iter().map(|(bound, _)| *bound).collect();
            same(&of, &bounds, &wanted)?;
        }
        Ok(())
    });
    checks.check("buckets add up, the last one is the count, and the sum is in seconds", || {
        let counts = counts(scrape);
        for (of, buckets) in by_series(part_of(scrape, "bucket")?)? {
            holds(buckets.is_sorted_by(|a, b| a.1 <= b.1), || {
                format!("{of}: {buckets:?} is not cumulative")
            })?;
            let last = buckets.last().map_or(0.0, |(_, value)| *value);
            #[expect(clippy::cast_precision_loss, reason = "counts are small")]
            same(&of, Some(last), counts.get(&of).map(|&count| count as f64))?;
        }
        let sum: f64 = part_of(scrape, "sum")?.iter().map(|sample| sample.value).sum();
        let elapsed = elapsed.as_secs_f64();
        holds(sum > 0.0 && sum <= elapsed, || format!("requests that took {elapsed} s sum up to {sum}"))
    });
    checks.check("the histogram and the counter say so in their TYPE", || {
        same(DURATION, scrape.types.get(DURATION).map(String::as_str), Some("histogram"))?;
        let cpu = scrape.types.get("process_cpu_seconds_total").map(String::as_str);
        same("process_cpu_seconds_total", cpu, Some("counter"))
    });
}

fn part_of<'s>(scrape: &'s Exposition, part: &str) -> Result<Vec<&'s Sample>, Wrong> {
    let name = format!("{DURATION}_{part}");
    let series: Vec<_> = scrape.samples.iter().filter(|sample| sample.name == name).collect();
    holds(!series.is_empty(), || format!("no series {name}"))?;
    Ok(series)
}

/// The buckets of each series, the smallest first.
fn by_series(buckets: Vec<&Sample>) -> Result<BTreeMap<String, Vec<(f64, f64)>>, Wrong> {
    let mut series: BTreeMap<String, Vec<(f64, f64)>> = BTreeMap::new();
    for sample in buckets {
        let of = ["http_request_method", "http_route", "http_response_status_code"]
            .map(|label| sample.label(label));
        let bound = match sample.label("le") {
            "+Inf" => f64::INFINITY,
            number => number.parse().map_err(|_| format!("le={number:?} is no number"))?,
        };
        series.entry(of.join(" ")).or_default().push((bound, sample.value));
    }
    for buckets in series.values_mut() {
        buckets.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
    Ok(series)
}

fn itself(service: &Service<'_>, scrape: &Exposition, checks: &Checks) {
    checks.check("every metric that rules, dashboards and runbooks read is exported", || {
        same("names", contract_names(scrape), NAMES.map(str::to_owned).into())
    });
    checks.check("build_info says the version of the environment", || {
        let versions: Vec<_> =
            scrape.series("build_info").map(|sample| (sample.label("version"), sample.value)).collect();
        same("build_info", versions, vec![(VERSION, 1.0)])
    });
    checks.check("the limit and the number of requests being served are told", || {
        same("limit", scrape.value("http_server_active_requests_limit"), Some(7.0))?;
        same("nothing is asked", scrape.value("http_server_active_requests"), Some(0.0))?;
        let pending = service.begin_order(1)?;
        let answer = pending.finish()?;
        same("the order", answer.status, 201)?;
        service.wait_for_active(0)
    });
    checks.check("start, memory and processor time of the process are plausible", || {
        let value = |name: &str| scrape.value(name).ok_or_else(|| format!("no single {name}"));
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs_f64();
        let started = value("process_start_time_seconds")?;
        holds((now - 120.0..=now + 2.0).contains(&started), || {
            format!("it started at {started}, and now is {now}")
        })?;
        let memory = value("process_resident_memory_bytes")?;
        holds((1e6..4e9).contains(&memory), || format!("it occupies {memory} bytes"))?;
        let cpu = value("process_cpu_seconds_total")?;
        holds((0.0..120.0).contains(&cpu), || format!("it has used {cpu} s"))
    });
}

/// Those of the contract's names that a scrape has.
fn contract_names(scrape: &Exposition) -> BTreeSet<String> {
    let parts = ["_bucket", "_count", "_sum"];
    let names = scrape.samples.iter().map(|sample| {
        let part = parts.iter().find_map(|part| sample.name.strip_suffix(part));
        part.unwrap_or(&sample.name).to_owned()
    });
    names.filter(|name| NAMES.contains(&name.as_str())).collect()
}

fn invented(service: &Service<'_>, checks: &Checks) {
    checks.check("unknown paths are one route, `unmatched`, however many are tried", || {
        let before = counts(&service.scrape()?);
        for number in 0..40 {
            service.get(&format!("/wp-admin/{number}?page={number}"))?;
        }
        service.get("/v1/orders/")?;
        let one = "GET unmatched 404";
        let wanted = before.get(one).copied().unwrap_or_default() + 41;
        settled(service, |counts| counts.get(one) == Some(&wanted))?;
        let after = counts(&service.scrape()?);
        same(one, after.get(one), Some(&wanted))?;
        let new: Vec<_> =
            after.keys().filter(|series| !before.contains_key(*series) && *series != one).collect();
        holds(new.is_empty(), || format!("new series: {new:?}"))
    });
    checks.check("ids are one route, `/v1/orders/{id}`, however many are tried", || {
        let before = counts(&service.scrape()?);
        for number in 0..20 {
            service.get(&format!("/v1/orders/6f1c1c1e-8a0b-4c57-9d0e-2f4f1f8f3b{number:02}"))?;
            service.get(&format!("/v1/orders/{number}"))?;
        }
        let series = ["GET /v1/orders/{id} 400", "GET /v1/orders/{id} 404"];
        let wanted = series.map(|series| before.get(series).copied().unwrap_or_default() + 20);
        let found = |counts: &BTreeMap<String, u64>| {
            series.map(|series| counts.get(series).copied().unwrap_or_default())
        };
        settled(service, |counts| found(counts) == wanted)?;
        let after = counts(&service.scrape()?);
        same("counts", found(&after), wanted)?;
        let new: Vec<_> =
            after.keys().filter(|of| !before.contains_key(*of) && !series.contains(&of.as_str())).collect();
        holds(new.is_empty(), || format!("new series: {new:?}"))
    });
    // Some servers refuse an unknown method before anything could count it: then there is no series at all.
    checks.check("methods that clients invent are refused, and counted as `_OTHER` or not at all", || {
        let before = counts(&service.scrape()?);
        for number in 0..20 {
            let answer = service.ask(&Request::new(&format!("BREW{number}"), "/v1/orders"))?;
            holds([400, 405, 501].contains(&answer.status), || {
                format!("BREW{number} is answered {}", answer.status)
            })?;
        }
        std::thread::sleep(Duration::from_millis(50));
        let after = counts(&service.scrape()?);
        let new: Vec<_> = after.keys().filter(|series| !before.contains_key(*series)).collect();
        let bounded = new.len() <= 1 && new.iter().all(|series| series.starts_with("_OTHER "));
        holds(bounded, || format!("new series: {new:?}"))
    });
    checks.check(
        "a path for health that is written in escapes is answered, and is no request for orders",
        || {
            let mut wanted = counts(&service.scrape()?);
            let answer = service.get("/%6civez")?;
            holds([204, 404].contains(&answer.status), || format!("/%6civez is answered {}", answer.status))?;
            if answer.status == 404 {
                *wanted.entry("GET unmatched 404".to_owned()).or_default() += 1;
            }
            settled(service, |counts| *counts == wanted)?;
            same("counts", counts(&service.scrape()?), wanted)
        },
    );
    checks.check("a request that is still being served is not counted yet", || {
        let before: u64 = counts(&service.scrape()?).values().sum();
        let pending = service.begin_order(1)?;
        same("while it is served", counts(&service.scrape()?).values().sum::<u64>(), before)?;
        pending.finish()?;
        let counted = within(SOON, || Ok(counts(&service.scrape()?).values().sum::<u64>() == before + 1))?;
        holds(counted, || "it is not counted afterwards either".to_owned())
    });
}
