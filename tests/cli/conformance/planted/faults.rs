//! What each fault has to break.

use super::super::{
    Checks, Group, IN_A_DRILL, SERVED, Subject, configuration, drill_switch, errors, health, limits, logs,
    metrics, orders, stopping,
};

/// A fault, or several, what is looked at, and the checks that have to be broken, and they alone.
pub(super) struct Fault(pub(super) &'static str, pub(super) Group, pub(super) &'static [&'static str]);

pub(super) const FAULTS: &[Fault] = &[
    Fault("empty-is-unset", configuration::look, &["a variable that is set but empty is wrong"]),
    Fault(
        "lenient-numbers",
        configuration::look,
        &["what is no plain whole number is told, with its variable and its rule"],
    ),
    Fault(
        "no-ranges",
        configuration::look,
        &[
            "--check-config of a wrong value ends with 78",
            "a number that is too small or too large is told, with its variable and its rule",
        ],
    ),
    Fault(
        "narrow-ranges",
        configuration::look,
        &["--check-config of the smallest and of the largest values ends with 0"],
    ),
    Fault("levels", configuration::look, &["a wrong LOG_LEVEL or SERVICE_VERSION is told, with its rule"]),
    Fault(
        "no-cross-rule",
        configuration::look,
        &["a request may not take longer than a stop: REQUEST_TIMEOUT_MS is at most SHUTDOWN_MS"],
    ),
    Fault(
        "first-only",
        configuration::look,
        &[
            "a number that is too small or too large is told, with its variable and its rule",
            "a variable that is set but empty is wrong",
            "a wrong LOG_LEVEL or SERVICE_VERSION is told, with its rule",
            "all wrong variables are told at once",
            "what is no plain whole number is told, with its variable and its rule",
        ],
    ),
    Fault(
        "config-1",
        configuration::look,
        &[
            "--check-config of a wrong value ends with 78",
            "a request may not take longer than a stop: REQUEST_TIMEOUT_MS is at most SHUTDOWN_MS",
            "a start with a wrong configuration ends as its check does, and serves nothing",
        ],
    ),
    Fault(
        "config-1-at-start",
        configuration::look,
        &["a start with a wrong configuration ends as its check does, and serves nothing"],
    ),
    Fault(
        "check-wants-port",
        configuration::look,
        &[
            "--check-config of an empty environment ends with 0",
            "--check-config of the smallest and of the largest values ends with 0",
            "a request may not take longer than a stop: REQUEST_TIMEOUT_MS is at most SHUTDOWN_MS",
        ],
    ),
    Fault(
        "check-binds",
        configuration::look,
        &[
            "--check-config needs no port",
            "--check-config of an empty environment ends with 0",
            "--check-config of the smallest and of the largest values ends with 0",
            "a request may not take longer than a stop: REQUEST_TIMEOUT_MS is at most SHUTDOWN_MS",
        ],
    ),
    Fault(
        "any-argument",
        configuration::look,
        &["an unknown argument is refused, before anything is served and not as a configuration"],
    ),
    Fault("port-78", configuration::look, &["a port that is taken is an error that names it, and is not 78"]),
    Fault(
        "tells-secrets",
        configuration::look,
        &[
            "a secret beside a wrong variable is not told",
            "no secret is in any log, not even with LOG_LEVEL=trace",
        ],
    ),
    Fault(
        "exit-143",
        stopping::drained,
        &["a stop in order ends with 0 and says so, and no idle connection delays it"],
    ),
    Fault(
        "loud",
        logs::look,
        &[
            "LOG_LEVEL=error silences everything less severe",
            "by default a start and a stop are told, with the port, and no single request",
        ],
    ),
    Fault(
        "plain-line",
        logs::look,
        &["every line on stdout is one JSON object with timestamp, level and message"],
    ),
    Fault(
        "chatty",
        logs::look,
        &["by default a start and a stop are told, with the port, and no single request"],
    ),
    Fault("no-debug", logs::look, &["LOG_LEVEL=debug has a line for every request, with its route"]),
    Fault("any-trace", logs::look, &["what is no trace id is not logged as one"]),
    Fault(
        "no-trace",
        logs::look,
        &["a request that failed is an error with method, route, status, seconds and trace"],
    ),
    Fault(
        "counts-early",
        metrics::look,
        &[
            "a path for health that is written in escapes is answered, and is no request for orders",
            "a request is counted once, by method, route template and status",
            "a request that is still being served is not counted yet",
            "methods that clients invent are refused, and counted as `_OTHER` or not at all",
        ],
    ),
    Fault(
        "raw-unmatched",
        metrics::look,
        &[
            "a path for health that is written in escapes is answered, and is no request for orders",
            "a request is counted once, by method, route template and status",
            "unknown paths are one route, `unmatched`, however many are tried",
        ],
    ),
    Fault(
        "raw-ids",
        metrics::look,
        &[
            "a request is counted once, by method, route template and status",
            "ids are one route, `/v1/orders/{id}`, however many are tried",
        ],
    ),
    Fault(
        "counts-twice",
        metrics::look,
        &[
            "a path for health that is written in escapes is answered, and is no request for orders",
            "a request is counted once, by method, route template and status",
            "a request that is still being served is not counted yet",
            "ids are one route, `/v1/orders/{id}`, however many are tried",
            "unknown paths are one route, `unmatched`, however many are tried",
        ],
    ),
    Fault(
        "any-method",
        metrics::look,
        &["methods that clients invent are refused, and counted as `_OTHER` or not at all"],
    ),
    Fault(
        "label",
        metrics::look,
        &[
            "a path for health that is written in escapes is answered, and is no request for orders",
            "a request is counted once, by method, route template and status",
            "buckets add up, the last one is the count, and the sum is in seconds",
            "ids are one route, `/v1/orders/{id}`, however many are tried",
            "the duration histogram has exactly the 14 buckets, whether 1 or 1.0, and +Inf",
            "the duration histogram has exactly the three labels",
            "unknown paths are one route, `unmatched`, however many are tried",
        ],
    ),
    Fault("extra-label", metrics::look, &["the duration histogram has exactly the three labels"]),
    Fault(
        "renamed",
        metrics::look,
        &[
            "every metric that rules, dashboards and runbooks read is exported",
            "the limit and the number of requests being served are told",
        ],
    ),
    Fault("untyped", metrics::look, &["the histogram and the counter say so in their TYPE"]),
    Fault(
        "bucket",
        metrics::look,
        &["the duration histogram has exactly the 14 buckets, whether 1 or 1.0, and +Inf"],
    ),
    Fault("secret-metric", metrics::look, &["no secret is in the metrics"]),
    Fault(
        "milliseconds",
        metrics::look,
        &["buckets add up, the last one is the count, and the sum is in seconds"],
    ),
    Fault("wrong-limit", metrics::look, &["the limit and the number of requests being served are told"]),
    Fault("start-in-ms", metrics::look, &["start, memory and processor time of the process are plausible"]),
    Fault("no-version", metrics::look, &["build_info says the version of the environment"]),
    Fault("one-format", metrics::look, &["the scrape that Prometheus itself asks for tells the same names"]),
    Fault(
        "counts-health",
        metrics::look,
        &[
            "a path for health that is written in escapes is answered, and is no request for orders",
            "a request is counted once, by method, route template and status",
            "a request that is still being served is not counted yet",
            "requests for health and metrics are not counted",
        ],
    ),
    Fault("unfinished-text", answered, &["/metrics says 200 with Prometheus' text format"]),
    Fault("alive-200", answered, &["/livez and /healthz say 204", "it listens on all interfaces"]),
    Fault("loopback", answered, &["it listens on all interfaces"]),
    Fault("docs", answered, &["what frameworks bring along is not served"]),
    Fault("any-method-for-health", answered, &["only GET is allowed on health and metrics"]),
    Fault(
        "no-404",
        answered,
        &["a path that there is not is a problem with 404", "what frameworks bring along is not served"],
    ),
    Fault(
        "no-405",
        answered,
        &[
            "a wrong method is a problem with 405 and an Allow header",
            "only GET is allowed on health and metrics",
        ],
    ),
    Fault(
        "422-for-400",
        answered,
        &[
            "a body that is not JSON is a problem with 400",
            "a connection serves one request after the other, and ends with none but an error that says so",
        ],
    ),
    Fault("400-for-415", answered, &["a body of another type, or of none, is a problem with 415"]),
    Fault("waits-for-any-body", answered, &["a body of another type is not waited for"]),
    Fault(
        "400-for-422",
        answered,
        &[
            "JSON that has not the shape of an order is a problem with 422",
            "an array is no order and no item, even with the right values in the right places",
        ],
    ),
    Fault(
        "500-for-400",
        answered,
        &[
            "JSON that is hard to read is refused with 400 or 422, and is no failure",
            "a body that is not JSON is a problem with 400",
            "a connection serves one request after the other, and ends with none but an error that says so",
        ],
    ),
    Fault(
        "no-places",
        answered,
        &["JSON that has not the shape of an order is told the place and what belongs there"],
    ),
    Fault(
        "plain-errors",
        answered,
        &[
            "JSON that has not the shape of an order is a problem with 422",
            "JSON that is hard to read is refused with 400 or 422, and is no failure",
            "a body of another type, or of none, is a problem with 415",
            "a body that is not JSON is a problem with 400",
            "a path that there is not is a problem with 404",
            "a wrong method is a problem with 405 and an Allow header",
            "an array is no order and no item, even with the right values in the right places",
            "an id that is no hyphenated UUID is a problem with 400",
            "an order that breaks rules is a problem with 422 that names each field",
            "an order that there is not is a problem with 404",
            "names are ASCII letters, digits and dashes to their very end",
            "only GET is allowed on health and metrics",
        ],
    ),
    Fault(
        "closes-always",
        answered,
        &["a connection serves one request after the other, and ends with none but an error that says so"],
    ),
    Fault(
        "location",
        answered,
        &[
            "a placed order is answered with 201, its Location and itself",
            "an order that was placed can be read where its Location says",
        ],
    ),
    Fault("capitals", answered, &["an order can be read by its id in capitals, and with a query"]),
    Fault("gone", answered, &["an order that there is not is a problem with 404"]),
    Fault("one-id", answered, &["an id is a UUID, and no two orders have the same"]),
    Fault("any-uuid", answered, &["an id that is no hyphenated UUID is a problem with 400"]),
    Fault("few-items", answered, &["the largest order is accepted"]),
    Fault("every-mistake", answered, &["an order with thousands of mistakes is refused in 16 KiB at most"]),
    Fault("pointers", answered, &["an order that breaks rules is a problem with 422 that names each field"]),
    Fault("unicode-names", answered, &["names are ASCII letters, digits and dashes to their very end"]),
    Fault("integers", answered, &["a quantity is a whole number however JSON writes it"]),
    Fault(
        "arrays",
        answered,
        &["an array is no order and no item, even with the right values in the right places"],
    ),
    Fault(
        "no-charset",
        answered,
        &[
            "a body of another type, or of none, is a problem with 415",
            "a charset beside the content type changes nothing",
        ],
    ),
    Fault("no-chunks", answered, &["a body in chunks is read like one with a length"]),
    Fault(
        "no-body-limit",
        limits::sizes_and_numbers,
        &[
            "a body in chunks has the same limit, although nothing tells its length in advance",
            "a body of BODY_LIMIT_BYTES is read, and one byte more is a problem with 413",
        ],
    ),
    Fault("no-limit", limits::sizes_and_numbers, &["slow bodies occupy slots"]),
    Fault(
        "keeps-slots",
        limits::sizes_and_numbers,
        &["a client that goes away in the middle of a request leaves no slot taken"],
    ),
    Fault(
        "loses-slots",
        limits::sizes_and_numbers,
        &[
            "slots are free again when their requests are done",
            "a client that goes away in the middle of a request leaves no slot taken",
        ],
    ),
    Fault(
        "unfinished-text",
        metrics::look,
        &[
            "requests for health and metrics are not counted",
            "a request is counted once, by method, route template and status",
            "what it has measured can be scraped",
        ],
    ),
    Fault(
        "dead",
        everything,
        &[
            "a port that is taken is an error that names it, and is not 78",
            "it starts with LOG_LEVEL=debug",
            "it starts with LOG_LEVEL=error",
            "it starts with LOG_LEVEL=trace",
            "it starts with a time limit",
            "it starts with a time limit, in the build for drills",
            "it starts with limits",
            "it starts without a LOG_LEVEL",
            "it starts, and becomes ready",
            "it starts, and can be held up",
            "it starts, and can be interrupted",
            "it starts, and can be stopped at once",
            "it starts, and is measured",
            "it starts, and keeps connections",
            "it starts, in the build for drills",
        ],
    ),
    Fault(
        "no-retry-after",
        limits::sizes_and_numbers,
        &[
            "a request that was turned away is counted with its route",
            "one request over CONCURRENCY_LIMIT is a problem with 503 and Retry-After",
        ],
    ),
    Fault(
        "limits-health",
        limits::sizes_and_numbers,
        &["health and metrics are answered however many requests there are"],
    ),
    Fault(
        "turned-away-uncounted",
        limits::sizes_and_numbers,
        &["a request that was turned away is counted with its route"],
    ),
    Fault(
        "no-timeout",
        limits::time,
        &["a body that does not arrive within REQUEST_TIMEOUT_MS is a problem with 408"],
    ),
    Fault(
        "504-for-408",
        limits::time,
        &[
            "a body that did not arrive is counted as 408, with the time it took",
            "a body that does not arrive within REQUEST_TIMEOUT_MS is a problem with 408",
        ],
    ),
    Fault(
        "keeps-late",
        limits::time,
        &["a body that does not arrive within REQUEST_TIMEOUT_MS is a problem with 408"],
    ),
    Fault(
        "408-for-504",
        limits::slowness,
        &[
            "a request that takes longer than REQUEST_TIMEOUT_MS is a problem with 504",
            "a request that took too long is counted as 504, with the time it took",
        ],
    ),
    Fault(
        "gone-uncounted",
        limits::sizes_and_numbers,
        &["a client that goes away in the middle of a request is counted as 499, once"],
    ),
    Fault("keeps-connections", stopping::drained, &["every answer while it drains ends its connection"]),
    Fault("connection-limit", limits::time, &["the time limit is for a request, not for its connection"]),
    Fault(
        "refuses-while-draining",
        stopping::drained,
        &["orders are served until DRAIN_MS is over, on old and on new connections, and it is alive"],
    ),
    Fault(
        "stays-ready",
        stopping::drained,
        &[
            "every answer while it drains ends its connection",
            "orders are served until DRAIN_MS is over, on old and on new connections, and it is alive",
            "readiness turns 503 with the signal, as a problem",
        ],
    ),
    Fault(
        "no-drain",
        stopping::drained,
        &[
            "every answer while it drains ends its connection",
            "orders are served until DRAIN_MS is over, on old and on new connections, and it is alive",
            "readiness turns 503 with the signal, as a problem",
            "the port closes when DRAIN_MS is over",
        ],
    ),
    Fault(
        "open-port",
        stopping::drained,
        &["a request in flight finishes after the port was closed", "the port closes when DRAIN_MS is over"],
    ),
    Fault(
        "cuts-at-once",
        stopping::drained,
        &[
            "a request in flight finishes after the port was closed",
            "a stop in order ends with 0 and says so, and no idle connection delays it",
        ],
    ),
    Fault(
        "slow-stop",
        stopping::drained,
        &["a stop in order ends with 0 and says so, and no idle connection delays it"],
    ),
    Fault(
        "slow-stop",
        stopping::interrupted,
        &[
            "SIGINT stops it as SIGTERM does",
            "a connection on which nothing was ever asked does not keep it until SHUTDOWN_MS is over",
        ],
    ),
    Fault("no-sigint", stopping::interrupted, &["SIGINT stops it as SIGTERM does"]),
    Fault(
        "endless",
        stopping::outlasted,
        &["a client that never finishes does not keep it longer than SHUTDOWN_MS"],
    ),
    Fault("no-timeout", stopping::outlasted, &[]),
    Fault(
        "no-timeout,cuts-silently",
        stopping::outlasted,
        &["a request that a stop cuts makes it end with 1 and an error, one that is answered with 0"],
    ),
    Fault(
        "no-errors",
        drill_switch::present,
        &[
            "a drill is over when it is told so",
            "a drill makes exactly a share of the requests fail, as problems that are counted",
        ],
    ),
    Fault(
        "no-latency",
        drill_switch::present,
        &["a drill makes requests slow, and neither health nor metrics"],
    ),
    Fault(
        "no-occupied",
        drill_switch::present,
        &[
            "a drill occupies slots: they are told, and requests are turned away",
            "a fault that there is not, or more slots than there are, is refused",
        ],
    ),
    Fault(
        "500-for-409",
        drill_switch::present,
        &["a fault that there is not, or more slots than there are, is refused"],
    ),
    Fault(
        "for-ever",
        drill_switch::present,
        &[
            "a drill is over when it is told so",
            "a drill makes exactly a share of the requests fail, as problems that are counted",
            "a drill makes requests slow, and neither health nor metrics",
        ],
    ),
    Fault("counts-health", drill_switch::present, &["the switch is not counted as a request"]),
];

/// What is asked of a service that goes on, without the switch for faults: this build has it.
fn answered(subject: &Subject, checks: &Checks) {
    let Some(service) = checks.given("it starts, and becomes ready", subject.start(&[])) else { return };
    orders::look(&service, checks);
    errors::look(&service, checks);
    health::look(&service, checks);
}

/// All groups, one after the other.
fn everything(subject: &Subject, checks: &Checks) {
    for group in SERVED.into_iter().chain(IN_A_DRILL) {
        group(subject, checks);
    }
    answered(subject, checks);
}
