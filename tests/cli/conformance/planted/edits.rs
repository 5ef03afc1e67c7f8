//! The faults: each an edit of the reference service, behind a name.

/// Where in the reference service each fault is: a file, what is there, and what takes its place.
pub(super) const EDITS: &[[&str; 3]] = &[
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
        "let mut sample = Sample {",
        "if crate::planted(\"counts-early\") {
        app.metrics.observe(method_name(request.method()), UNMATCHED, 200, std::time::Duration::ZERO);
    }
    let mut sample = Sample {
        path: request.uri().path().to_owned(),",
    ],
    ["src/http/measure.rs", "trace: Option<String>,", "trace: Option<String>,\n    path: String,"],
    [
        "src/http/measure.rs",
        "let route = self.matched.as_ref().map_or(UNMATCHED, MatchedPath::as_str);",
        "let route = match self.matched.as_ref() {
            None if crate::planted(\"raw-unmatched\") => self.path.as_str(),
            None => UNMATCHED,
            Some(_) if crate::planted(\"raw-ids\") => self.path.as_str(),
            Some(matched) => matched.as_str(),
        };",
    ],
    [
        "src/http/measure.rs",
        "self.app.metrics.observe(method, route, status, took);",
        "if !(status == 503 && crate::planted(\"turned-away-uncounted\") || status == 499 && crate::planted(\"gone-uncounted\")) {
            self.app.metrics.observe(method, route, status, took);
        }
        if crate::planted(\"counts-twice\") {
            self.app.metrics.observe(method, route, status, took);
        }",
    ],
    [
        "src/http/measure.rs",
        "sample.status = response.status().as_u16();",
        "sample.status = response.status().as_u16();
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
        "    operations\n        .merge(api)\n",
        "    let mut operations = operations;
    if crate::planted(\"docs\") {
        operations = operations.route(\"/docs\", get(health::alive));
    }
    if crate::planted(\"counts-health\") {
        operations = operations.layer(from_fn_with_state(Arc::clone(app), measure::measure));
    }
    operations
        .merge(api)
",
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
    ["src/http.rs", "if !app.is_ready() {", "if !app.is_ready() && !crate::planted(\"keeps-connections\") {"],
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
        "            problem.status
        };
        Self {
            status,
",
        "            problem.status
        };
        let status = match status {
            400 if crate::planted(\"422-for-400\") => 422,
            415 if crate::planted(\"400-for-415\") => 400,
            422 if crate::planted(\"400-for-422\") => 400,
            400 if crate::planted(\"500-for-400\") => 500,
            other => other,
        };
        let title = StatusCode::from_u16(status).unwrap_or_default().canonical_reason().unwrap_or(\"Error\");
        Self {
            status,
            title,
",
    ],
    [
        "src/http/problem.rs",
        "misfit(&rejection).into_iter()",
        "misfit(&rejection).into_iter().filter(|_| !crate::planted(\"no-places\"))",
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
    [
        "src/http/orders.rs",
        "let content_type = request.headers()",
        "let text = request.headers().get(header::CONTENT_TYPE).is_some_and(|it| it == \"text/csv\");
        if text && crate::planted(\"waits-for-any-body\") {
            tokio::time::sleep(std::time::Duration::from_secs(9)).await;
        }
        let content_type = request.headers()",
    ],
    ["src/orders.rs", ".take(MAX_ITEMS)", ".take(if crate::planted(\"every-mistake\") { usize::MAX } else { MAX_ITEMS })"],
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
    ["src/http/limits.rs", "let limit = app.config.request_timeout;", "let limit = if crate::planted(\"no-timeout\") { std::time::Duration::from_secs(7) } else { app.config.request_timeout };"],
    ["src/http/limits.rs", "StatusCode::REQUEST_TIMEOUT", "if crate::planted(\"504-for-408\") { StatusCode::GATEWAY_TIMEOUT } else { StatusCode::REQUEST_TIMEOUT }"],
    ["src/http/limits.rs", "    Problem::new(StatusCode::GATEWAY_TIMEOUT", "    Problem::new(if crate::planted(\"408-for-504\") { StatusCode::REQUEST_TIMEOUT } else { StatusCode::GATEWAY_TIMEOUT }"],
    ["src/http/limits.rs", "header::CONNECTION, \"close\"", "header::CONNECTION, if crate::planted(\"keeps-late\") { \"keep-alive\" } else { \"close\" }"],
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
            let unread = response.status().as_u16() == 499;
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
    ["src/server.rs", "match TcpListener::bind((Ipv6Addr::UNSPECIFIED, port)).await {", "if crate::planted(\"loopback\") {
        return TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    }
    match TcpListener::bind((Ipv6Addr::UNSPECIFIED, port)).await {"],
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
