//! Faults in a service that keeps the contract: for each of them the suite says what is broken, and nothing else.
//!
//! One build holds all faults, each behind its name in the variable `PLANTED`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Mutex;
use std::thread;

use super::{
    Checks, Group, Subject, configuration, drill_switch, errors, health, limits, logs, metrics, orders, run,
};
use super::{SERVED, stopping};
use crate::env::TestEnv;
use crate::generated::{serving, turn};

/// Where in the reference service each fault is: a file, what is there, and what takes its place.
const EDITS: &[[&str; 3]] = &[
    [
        "src/lib.rs",
        "pub mod app;",
        r#"/// Whether a fault is planted.
        pub fn planted(fault: &str) -> bool {
            std::env::var("PLANTED").is_ok_and(|all| all.split(',').any(|one| one == fault))
        }

        pub mod app;"#,
    ],
    // The configuration.
    [
        "src/config.rs",
        "let Some(raw) = (self.lookup)(variable) else {",
        "let raw = (self.lookup)(variable);
        let Some(raw) = raw.filter(|raw| !raw.is_empty() || !crate::planted(\"empty-is-unset\")) else {",
    ],
    [
        "src/config.rs",
        "let digits = text.bytes().all(|byte| byte.is_ascii_digit());",
        "let lenient = crate::planted(\"lenient-numbers\");
            let text = if lenient { text.trim() } else { text };
            let digits = lenient || text.bytes().all(|byte| byte.is_ascii_digit());",
    ],
    [
        "src/config.rs",
        "allowed.contains(number))",
        "(allowed.contains(number) || crate::planted(\"no-ranges\"))
                    && !(crate::planted(\"narrow-ranges\") && number == allowed.end()))",
    ],
    ["src/config.rs", "*name == text", "*name == text || crate::planted(\"levels\") && name.eq_ignore_ascii_case(text)"],
    [
        "src/config.rs",
        "config.request_timeout > config.shutdown",
        "config.request_timeout > config.shutdown && !crate::planted(\"no-cross-rule\")",
    ],
    [
        "src/main.rs",
        "for violation in violations {",
        "let most = if service::planted(\"first-only\") { 1 } else { usize::MAX };
            for violation in violations.into_iter().take(most) {",
    ],
    [
        "src/main.rs",
        "return ExitCode::from(EXIT_CONFIG);",
        "let wrong = service::planted(\"config-1\")
                || service::planted(\"config-1-at-start\") && std::env::args_os().len() == 1;
            return ExitCode::from(if wrong { 1 } else { EXIT_CONFIG });",
    ],
    [
        "src/main.rs",
        "info!(\"the configuration is valid\");",
        "info!(\"the configuration is valid\");
            let port = std::env::var(\"PORT\");
            if service::planted(\"check-wants-port\") && port.is_err() {
                return ExitCode::FAILURE;
            }
            let address = format!(\"0.0.0.0:{}\", port.unwrap_or_default());
            if service::planted(\"check-binds\") && std::net::TcpListener::bind(address).is_err() {
                return ExitCode::FAILURE;
            }",
    ],
    [
        "src/main.rs",
        "error!(\"unknown arguments",
        "if service::planted(\"any-argument\") {
                return ExitCode::SUCCESS;
            }
            error!(\"unknown arguments",
    ],
    [
        "src/main.rs",
        "let outcome = tokio",
        "if service::planted(\"dead\") {
        return ExitCode::FAILURE;
    }
    let outcome = tokio",
    ],
    ["src/main.rs", "Ok(()) => ExitCode::SUCCESS", "Ok(()) => ExitCode::from(143 * u8::from(service::planted(\"exit-143\")))"],
    ["src/main.rs", "            ExitCode::FAILURE\n        }\n    }", "            ExitCode::from(if service::planted(\"port-78\") { 78 } else { 1 })\n        }\n    }"],
    // The log.
    [
        "src/logging.rs",
        ".with_max_level(level)",
        ".with_max_level(if crate::planted(\"loud\") { Level::TRACE } else { level })",
    ],
    [
        "src/logging.rs",
        "// Without this a panic",
        "if crate::planted(\"plain-line\") {
        println!(\"hello\");
    }
    if crate::planted(\"tells-secrets\") {
        tracing::info!(\"started with {:?}\", std::env::vars().collect::<Vec<_>>());
    }
    // Without this a panic",
    ],
    ["src/http/measure.rs", "debug!(method,", "if crate::planted(\"chatty\") {
            tracing::info!(method, route, \"request\");
        }
        if !crate::planted(\"no-debug\") {
            debug!(method,"],
    ["src/http/measure.rs", "trace, \"request\");\n", "trace, \"request\");\n        }\n"],
    ["src/http/measure.rs", "let valid = ", "let valid = crate::planted(\"any-trace\") || "],
    ["src/http/measure.rs", "valid.then(", "(valid && !crate::planted(\"no-trace\")).then("],
    // Metrics.
    [
        "src/http/measure.rs",
        "let trace = trace_id(request.headers());",
        "let trace = trace_id(request.headers());
    let path = request.uri().path().to_owned();
    if crate::planted(\"counts-early\") {
        app.metrics.observe(method, UNMATCHED, 200, std::time::Duration::ZERO);
    }",
    ],
    [
        "src/http/measure.rs",
        "let route = matched.as_ref().map_or(UNMATCHED, MatchedPath::as_str);",
        "let route = match matched.as_ref() {
        None if crate::planted(\"raw-unmatched\") => path.as_str(),
        None => UNMATCHED,
        Some(_) if crate::planted(\"raw-ids\") => path.as_str(),
        Some(matched) => matched.as_str(),
    };",
    ],
    [
        "src/http/measure.rs",
        "app.metrics.observe(method, route, status.as_u16(), took);",
        "if !(status.as_u16() == 503 && crate::planted(\"turned-away-uncounted\")) {
        app.metrics.observe(method, route, status.as_u16(), took);
    }
    if crate::planted(\"counts-twice\") {
        app.metrics.observe(method, route, status.as_u16(), took);
    }
    let mut response = response;
    if crate::planted(\"closes-always\") {
        let close = axum::http::HeaderValue::from_static(\"close\");
        response.headers_mut().insert(axum::http::header::CONNECTION, close);
    }",
    ],
    [
        "src/http/measure.rs",
        "_ => \"_OTHER\"",
        "_ if crate::planted(\"any-method\") => Box::leak(method.as_str().to_owned().into_boxed_str()),
        _ => \"_OTHER\"",
    ],
    [
        "src/metrics.rs",
        "Ok(text)",
        "const ROUTE: &str = \"http_route=\";
        const FIRST: &str = \"{http_request_method\";
        const LIMIT: &str = \"http_server_active_requests_limit\";
        const TYPE: &str = \"duration_seconds histogram\";
        for (fault, what, by) in [
            (\"label\", ROUTE, \"route=\"),
            (\"extra-label\", FIRST, \"{server=\\\"a\\\",http_request_method\"),
            (\"renamed\", LIMIT, \"http_server_limit\"),
            (\"untyped\", TYPE, \"duration_seconds gauge\"),
        ] {
            if crate::planted(fault) {
                text = text.replace(what, by);
            }
        }
        if crate::planted(\"bucket\") {
            text = text.lines().filter(|line| !line.contains(\"le=\\\"0.75\\\"\")).map(|line| format!(\"{line}\\n\")).collect();
        }
        if crate::planted(\"secret-metric\") {
            text += &format!(\"# {:?}\\n\", std::env::var(\"DATABASE_PASSWORD\"));
        }
        if crate::planted(\"unfinished-text\") {
            text.pop();
        }
        Ok(text)",
    ],
    [
        "src/metrics.rs",
        ".observe(took.as_secs_f64());",
        ".observe(took.as_secs_f64() * if crate::planted(\"milliseconds\") { 1e6 } else { 1.0 });",
    ],
    ["src/metrics.rs", "count(self.limit)", "count(self.limit + usize::from(crate::planted(\"wrong-limit\")))"],
    ["src/metrics.rs", "self.started.as_secs_f64()", "self.started.as_secs_f64() * if crate::planted(\"start-in-ms\") { 1e3 } else { 1.0 }"],
    ["src/metrics.rs", "config.version.clone()", "if crate::planted(\"no-version\") { \"dev\".to_owned() } else { config.version.clone() }"],
    [
        "src/http/health.rs",
        "metrics(State(app): State<Arc<App>>) -> Response {",
        "metrics(State(app): State<Arc<App>>, headers: axum::http::HeaderMap) -> Response {
    if crate::planted(\"one-format\") && headers.contains_key(header::ACCEPT) {
        return \"# nothing\\n\".into_response();
    }",
    ],
    // Health, routes, errors.
    [
        "src/http/health.rs",
        "    StatusCode::NO_CONTENT\n}",
        "    if crate::planted(\"alive-200\") { StatusCode::OK } else { StatusCode::NO_CONTENT }\n}",
    ],
    [
        "src/http.rs",
        "operations.merge(api).with_state(Arc::clone(app))",
        "let mut operations = operations;
    if crate::planted(\"docs\") {
        operations = operations.route(\"/docs\", get(health::alive));
    }
    if crate::planted(\"counts-health\") {
        operations = operations.layer(from_fn_with_state(Arc::clone(app), measure::measure));
    }
    operations.merge(api).with_state(Arc::clone(app))",
    ],
    [
        "src/http.rs",
        ".route(\"/livez\", get(health::alive))",
        ".route(
            \"/livez\",
            if crate::planted(\"any-method-for-health\") {
                axum::routing::any(health::alive)
            } else if crate::planted(\"limits-health\") {
                get(health::alive).layer(from_fn_with_state(Arc::clone(app), limits::concurrency))
            } else {
                get(health::alive)
            },
        )",
    ],
    [
        "src/http.rs",
        "Problem::new(StatusCode::NOT_FOUND, \"there is nothing under this path\")",
        "Problem::new(if crate::planted(\"no-404\") { StatusCode::BAD_REQUEST } else { StatusCode::NOT_FOUND }, \"there is nothing under this path\")",
    ],
    [
        "src/http.rs",
        "StatusCode::METHOD_NOT_ALLOWED,",
        "if crate::planted(\"no-405\") { StatusCode::NOT_FOUND } else { StatusCode::METHOD_NOT_ALLOWED },",
    ],
    [
        "src/http.rs",
        ".layer(DefaultBodyLimit::max(app.config.body_limit))",
        ".layer(if crate::planted(\"no-body-limit\") { DefaultBodyLimit::disable() } else { DefaultBodyLimit::max(app.config.body_limit) })",
    ],
    [
        "src/http/problem.rs",
        "Self::new(rejection.status(), rejection.body_text())",
        "let wrong = match rejection.status().as_u16() {
            400 if crate::planted(\"422-for-400\") => 422,
            415 if crate::planted(\"400-for-415\") => 400,
            422 if crate::planted(\"400-for-422\") => 400,
            400 if crate::planted(\"500-for-400\") => 500,
            other => other,
        };
        Self::new(StatusCode::from_u16(wrong).unwrap_or_default(), rejection.body_text())",
    ],
    [
        "src/http/problem.rs",
        "HeaderValue::from_static(\"application/problem+json\")",
        "HeaderValue::from_static(if crate::planted(\"plain-errors\") { \"application/json\" } else { \"application/problem+json\" })",
    ],
    // Orders.
    [
        "src/http/orders.rs",
        "let location = format!(\"/v1/orders/{}\", order.id);",
        "let location = format!(\"{}/v1/orders/{}\", if crate::planted(\"location\") { \"/api\" } else { \"\" }, order.id);",
    ],
    [
        "src/http/orders.rs",
        "let id: OrderId = id.parse()?;",
        "if crate::planted(\"capitals\") && id.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(crate::orders::NotAnOrderId.into());
    }
    let id: OrderId = id.parse()?;",
    ],
    ["src/http/orders.rs", "Problem::new(StatusCode::NOT_FOUND, format!(\"no order {id}\"))", "Problem::new(if crate::planted(\"gone\") { StatusCode::GONE } else { StatusCode::NOT_FOUND }, format!(\"no order {id}\"))"],
    ["src/orders.rs", "id: OrderId(Uuid::new_v4())", "id: OrderId(if crate::planted(\"one-id\") { Uuid::nil() } else { Uuid::new_v4() })"],
    ["src/orders.rs", "let hyphenated = ", "let hyphenated = crate::planted(\"any-uuid\") || "],
    ["src/orders.rs", "(1..=MAX_ITEMS)", "(1..=if crate::planted(\"few-items\") { 49 } else { MAX_ITEMS })"],
    ["src/orders.rs", "format!(\"/items/{index}/sku\")", "format!(\"{}/items/{index}/sku\", if crate::planted(\"pointers\") { \"#\" } else { \"\" })"],
    [
        "src/orders.rs",
        "fn is_name(text: &str, longest: usize) -> bool {",
        "fn is_name(text: &str, longest: usize) -> bool {
    if crate::planted(\"unicode-names\") && text.chars().any(char::is_alphabetic) && text.chars().count() == 1 {
        return true;
    }",
    ],
    [
        "src/orders.rs",
        "let number = f64::deserialize(deserializer)?;",
        "if crate::planted(\"integers\") {
        return u32::deserialize(deserializer);
    }
    let number = f64::deserialize(deserializer)?;",
    ],
    [
        "src/orders.rs",
        "deserializer\n            .deserialize_map(",
        "if crate::planted(\"arrays\") {
            return T::deserialize(deserializer).map(Object);
        }
        deserializer\n            .deserialize_map(",
    ],
    // Limits.
    ["src/http/limits.rs", "let limit = app.config.request_timeout;", "let limit = if crate::planted(\"no-timeout\") { std::time::Duration::from_secs(6) } else { app.config.request_timeout };"],
    ["src/http/limits.rs", "StatusCode::GATEWAY_TIMEOUT", "if crate::planted(\"408\") { StatusCode::REQUEST_TIMEOUT } else { StatusCode::GATEWAY_TIMEOUT }"],
    [
        "src/http/limits.rs",
        "let Ok(_slot) = app.slots.try_acquire() else {",
        "let headers = request.headers();
    if crate::planted(\"no-charset\") && headers.get(header::CONTENT_TYPE).is_some_and(|it| it.len() > 20) {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    if crate::planted(\"no-chunks\") && headers.contains_key(header::TRANSFER_ENCODING) {
        return StatusCode::LENGTH_REQUIRED.into_response();
    }
    if crate::planted(\"refuses-while-draining\") && !app.is_ready() {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    if crate::planted(\"no-limit\") {
        return next.run(request).await;
    }
    let losing = crate::planted(\"loses-slots\");
    if losing || crate::planted(\"keeps-slots\") {
        if let Ok(slot) = app.slots.try_acquire() {
            let full = app.slots.available_permits() == 0;
            let response = next.run(request).await;
            let unread = response.status() == StatusCode::BAD_REQUEST;
            if losing && full || !losing && unread {
                std::mem::forget(slot);
            }
            return response;
        }
    }
    let Ok(_slot) = app.slots.try_acquire() else {",
    ],
    ["src/http/limits.rs", ".insert(header::RETRY_AFTER, HeaderValue::from_static(\"1\"));", ".insert(header::RETRY_AFTER, HeaderValue::from_static(if crate::planted(\"no-retry-after\") { \"soon\" } else { \"1\" }));"],
    // Stopping.
    ["src/server.rs", "Ipv4Addr::UNSPECIFIED", "if crate::planted(\"loopback\") { Ipv4Addr::LOCALHOST } else { Ipv4Addr::UNSPECIFIED }"],
    ["src/server.rs", "app.withdraw();", "if !crate::planted(\"stays-ready\") {
            app.withdraw();
        }"],
    ["src/server.rs", "sleep(app.config.drain).await;", "if !crate::planted(\"no-drain\") {
            sleep(app.config.drain).await;
        }"],
    ["src/server.rs", "drop(listener);", "if crate::planted(\"open-port\") {
        std::mem::forget(listener);
    } else {
        drop(listener);
    }"],
    ["src/server.rs", "let limit = app.config.shutdown;", "let mut limit = app.config.shutdown;
    if crate::planted(\"cuts-at-once\") {
        limit = Duration::ZERO;
    }
    if crate::planted(\"endless\") {
        limit = Duration::from_secs(60);
    }"],
    ["src/server.rs", "timeout(limit, connections.shutdown())", "timeout(limit, async {
        if crate::planted(\"keeps-idle\") {
            while app.active_requests() > 0 {
                sleep(Duration::from_millis(5)).await;
            }
        } else {
            connections.shutdown().await;
        }
    })"],
    ["src/server.rs", "if !finished && active > 0 {", "if !finished && active > 0 && !crate::planted(\"cuts-silently\") {"],
    ["src/server.rs", "    info!(\"stopped\");", "    if crate::planted(\"slow-stop\") {
        sleep(limit).await;
    }
    info!(\"stopped\");"],
    ["src/server.rs", "_ = self.interrupt.recv() =>", "_ = self.interrupt.recv(), if !crate::planted(\"no-sigint\") =>"],
    ["src/server.rs", "if let Err(error) = connection.await {", "let limit = Duration::from_secs(if crate::planted(\"connection-limit\") { 1 } else { 600 });
            if let Ok(Err(error)) = timeout(limit, connection).await {"],
    // The switch for faults.
    ["src/drill.rs", "injected.owed >= 1.0", "injected.owed >= 1.0 && !crate::planted(\"no-errors\")"],
    ["src/drill.rs", "sleep(Duration::from_millis(fault.latency_ms)).await;", "if !crate::planted(\"no-latency\") {
        sleep(Duration::from_millis(fault.latency_ms)).await;
    }"],
    ["src/drill.rs", "if fault.occupied > 0 {", "if fault.occupied > 0 && !crate::planted(\"no-occupied\") {"],
    ["src/drill.rs", "StatusCode::CONFLICT", "if crate::planted(\"500-for-409\") { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::CONFLICT }"],
    ["src/drill.rs", "injected.fault = fault;", "if !crate::planted(\"for-ever\") {
        injected.fault = fault;
    }"],
];

/// A fault, or several, what is looked at, and the checks that have to be broken, and they alone.
struct Fault(&'static str, Group, &'static [&'static str]);

/// One build for every fault.
fn build(env: &TestEnv) -> String {
    env.goldpath(["new", "orders", "--preset", "quick-start", "--stack", "rust", "--yes"]).succeeds();
    for [file, what, by] in EDITS {
        let path = format!("orders/{file}");
        let original = env.read(&path);
        assert_eq!(original.matches(what).count(), 1, "`{what}` stands in {file} once");
        env.write(&path, original.replace(what, by));
    }
    let _turn = turn("rust");
    let server = env.path("server");
    serving(&env.path("orders"), true, |subject| {
        // The next build puts another service in this place.
        fs_err::copy(subject.program(), &server).unwrap();
    });
    server.display().to_string()
}

const FAULTS: &[Fault] = &[
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
            "a request is counted once, by method, route template and status",
            "a request that is still being served is not counted yet",
            "methods that clients invent are refused, and counted as `_OTHER` or not at all",
        ],
    ),
    Fault(
        "raw-unmatched",
        metrics::look,
        &[
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
    Fault("no-405", answered, &["a wrong method is a problem with 405 and an Allow header"]),
    Fault(
        "422-for-400",
        answered,
        &[
            "a body that is not JSON is a problem with 400",
            "a connection serves one request after the other, errors included",
        ],
    ),
    Fault("400-for-415", answered, &["a body of another type, or of none, is a problem with 415"]),
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
            "a connection serves one request after the other, errors included",
        ],
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
        ],
    ),
    Fault("closes-always", answered, &["a connection serves one request after the other, errors included"]),
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
        &["a request that takes longer than REQUEST_TIMEOUT_MS is a problem with 504"],
    ),
    Fault(
        "408",
        limits::time,
        &[
            "a request that takes longer than REQUEST_TIMEOUT_MS is a problem with 504",
            "a request that took too long is counted as 504, with the time it took",
        ],
    ),
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
            "orders are served until DRAIN_MS is over, on old and on new connections, and it is alive",
            "readiness turns 503 with the signal, as a problem",
        ],
    ),
    Fault(
        "no-drain",
        stopping::drained,
        &[
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
    Fault("keeps-idle", stopping::drained, &["an idle connection is closed when the drain is over"]),
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

#[test]
#[ignore = "builds a service: minutes"]
fn every_fault_breaks_the_checks_that_are_about_it_and_no_others() {
    let env = TestEnv::new();
    let server = build(&env);
    let subject = |planted: &str| Subject::new(&server, &env.path("")).with("PLANTED", planted);

    let wrong = Mutex::new(String::new());
    let (looked_at, broken) = (Mutex::new(BTreeSet::new()), Mutex::new(BTreeSet::new()));
    let waiting = Mutex::new(FAULTS.iter());
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let next = waiting.lock().unwrap().next();
                    let Some(Fault(planted, group, breaks)) = next else { break };
                    let checks = run(&subject(planted), [*group]);
                    looked_at.lock().unwrap().extend(checks.sentences());
                    broken.lock().unwrap().extend(checks.broken());
                    if checks.broken().into_iter().collect::<BTreeSet<_>>()
                        != breaks.iter().copied().collect()
                    {
                        let (found, told) = (checks.broken(), checks.told());
                        let _ = writeln!(wrong.lock().unwrap(), "{planted} breaks {found:#?}\n{told}");
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    let (looked_at, broken) = (looked_at.into_inner().unwrap(), broken.into_inner().unwrap());
    let never: Vec<_> = looked_at.difference(&broken).collect();
    assert!(wrong.is_empty() && never.is_empty(), "{wrong}\nno fault breaks {never:#?}");
}

/// What is asked of a service that goes on, without the switch for faults: this build has it.
fn answered(subject: &Subject, checks: &Checks) {
    let Some(service) = checks.given("it starts, and becomes ready", subject.start(&[])) else { return };
    orders::look(&service, checks);
    errors::look(&service, checks);
    health::look(&service, checks);
}

/// All groups, one after the other.
fn everything(subject: &Subject, checks: &Checks) {
    for group in SERVED.into_iter().chain([drill_switch::present as Group]) {
        group(subject, checks);
    }
    answered(subject, checks);
}
