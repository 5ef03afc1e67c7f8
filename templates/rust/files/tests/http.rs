//! The HTTP contract, against the real router.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use serde_json::{Value, json};
use service::app::App;
use service::config::Config;
use service::http::router;
use tower::ServiceExt;

const UNKNOWN: &str = "6f1c1c1e-8a0b-4c57-9d0e-2f4f1f8f3a10";

struct Service {
    app: Arc<App>,
    router: Router,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Service {
    fn start() -> Self {
        Self::with(&[])
    }

    fn with(variables: &[(&str, &str)]) -> Self {
        let ordinary = [("REQUEST_TIMEOUT_MS", "5000"), ("SHUTDOWN_MS", "5000")];
        let config = Config::read(|name| {
            let mut all = variables.iter().chain(&ordinary);
            all.find(|(key, _)| *key == name)
                .map(|(_, value)| value.into())
        });
        let app = App::new(config.unwrap());
        Self {
            router: router(&app),
            app,
        }
    }

    async fn ask(&self, method: &str, path: &str, body: Body) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/json")
            .body(body)
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, Body::empty()).await
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask("POST", path, Body::from(body.to_string())).await
    }

    /// The series of the duration histogram, one `{labels}` each.
    async fn series(&self) -> BTreeSet<String> {
        let text = self.get("/metrics").await.body;
        let counts = text
            .lines()
            .filter_map(|line| line.strip_prefix("http_server_request_duration_seconds_count"));
        counts
            .map(|line| line.split_once(' ').unwrap().0.to_owned())
            .collect()
    }
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    #[track_caller]
    fn assert_problem(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(
            self.headers[header::CONTENT_TYPE],
            "application/problem+json"
        );
        let problem = self.json();
        assert_eq!(problem["status"], status);
        assert!(
            problem["title"].is_string() && problem["detail"].is_string(),
            "{problem}"
        );
        problem
    }
}

fn an_order() -> Value {
    json!({"customer": "c-1", "items": [{"sku": "TEA-1", "quantity": 2}]})
}

#[tokio::test]
async fn an_order_that_was_placed_can_be_read() {
    let service = Service::start();
    let placed = service.post("/v1/orders", &an_order()).await;
    assert_eq!(placed.status, StatusCode::CREATED);
    assert_eq!(placed.json()["units"], 2);

    let location = placed.headers[header::LOCATION].to_str().unwrap();
    let read = service.get(location).await;
    assert_eq!(read.status, StatusCode::OK);
    assert_eq!(read.headers[header::CONTENT_TYPE], "application/json");
    assert_eq!(read.json(), placed.json());
}

#[tokio::test]
async fn every_error_is_a_problem_document() {
    let service = Service::with(&[("BODY_LIMIT_BYTES", "100")]);
    service.get("/v1/orders/17").await.assert_problem(400);
    service
        .get(&format!("/v1/orders/{UNKNOWN}"))
        .await
        .assert_problem(404);
    service.get("/v1/nothing").await.assert_problem(404);
    service
        .ask("DELETE", "/v1/orders", Body::empty())
        .await
        .assert_problem(405);
    service
        .ask("POST", "/v1/orders", Body::from("{"))
        .await
        .assert_problem(400);
    service
        .ask("POST", "/v1/orders", Body::from("x".repeat(101)))
        .await
        .assert_problem(413);
    for (body, field, rule) in [
        (json!(17), "", "expected an object"),
        (json!({"customer": "c-1"}), "", "missing field `items`"),
        (
            json!({"customer": 17, "items": []}),
            "/customer",
            "expected a string",
        ),
        (
            json!({"customer": "c-1", "items": [{"sku": "TEA-1", "quantity": 2.5}]}),
            "/items/0/quantity",
            "no whole number",
        ),
        (
            json!({"customer": "c-1", "items": [], "a/b": 1}),
            "/a~1b",
            "unknown field `a/b`",
        ),
    ] {
        let problem = service.post("/v1/orders", &body).await.assert_problem(422);
        let [error] = problem["errors"].as_array().unwrap().as_slice() else {
            panic!("one place is named: {problem}");
        };
        assert_eq!(error["field"], field, "{problem}");
        assert!(error["rule"].as_str().unwrap().contains(rule), "{problem}");
    }

    let broken = json!({"customer": "", "items": [{"sku": "TEA-1", "quantity": 0}]});
    let problem = service
        .post("/v1/orders", &broken)
        .await
        .assert_problem(422);
    let fields: Vec<_> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| &e["field"])
        .collect();
    assert_eq!(fields, ["/customer", "/items/0/quantity"]);
}

#[tokio::test]
async fn a_wrong_method_is_told_the_right_ones() {
    let service = Service::start();
    for (path, allowed) in [("/v1/orders", "POST"), ("/livez", "GET,HEAD")] {
        let answer = service.ask("DELETE", path, Body::empty()).await;
        answer.assert_problem(405);
        assert_eq!(answer.headers[header::ALLOW], allowed);
    }
}

#[tokio::test]
async fn a_body_that_is_not_json_is_refused() {
    let service = Service::start();
    for (content_type, status) in [
        (None, 415),
        (Some("text/plain"), 415),
        (Some("application/vnd.orders+json"), 415),
        (Some("Application/JSON; charset=utf-8"), 201),
    ] {
        let mut request = Request::post("/v1/orders");
        if let Some(content_type) = content_type {
            request = request.header(header::CONTENT_TYPE, content_type);
        }
        let request = request.body(Body::from(an_order().to_string())).unwrap();
        let response = service.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), status, "{content_type:?}");
    }
}

#[tokio::test]
async fn health_says_alive_and_ready_until_readiness_is_withdrawn() {
    let service = Service::start();
    for path in ["/livez", "/healthz", "/readyz"] {
        let answer = service.get(path).await;
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (StatusCode::NO_CONTENT, ""),
            "{path}"
        );
    }

    service.app.withdraw();
    service.get("/readyz").await.assert_problem(503);
    assert_eq!(service.get("/livez").await.status, StatusCode::NO_CONTENT);
    assert_eq!(
        service.post("/v1/orders", &an_order()).await.status,
        StatusCode::CREATED
    );
}

#[tokio::test]
async fn every_answer_closes_its_connection_once_readiness_is_withdrawn() {
    let service = Service::start();
    let paths = ["/livez", "/metrics", "/v1/orders/17", "/nothing"];
    for path in paths {
        let headers = service.get(path).await.headers;
        assert!(!headers.contains_key(header::CONNECTION), "{path}");
    }
    service.app.withdraw();
    for path in paths {
        let headers = service.get(path).await.headers;
        assert_eq!(headers[header::CONNECTION], "close", "{path}");
    }
}

#[tokio::test]
async fn a_request_is_counted_by_method_template_and_status() {
    let service = Service::start();
    let placed = service.post("/v1/orders", &an_order()).await;
    service
        .get(placed.headers[header::LOCATION].to_str().unwrap())
        .await;
    service.get(&format!("/v1/orders/{UNKNOWN}")).await;
    service.get("/v1/orders/17").await;

    let template = r#"http_route="/v1/orders/{id}""#;
    let expected = [
        format!(r#"{{http_request_method="GET",{template},http_response_status_code="200"}}"#),
        format!(r#"{{http_request_method="GET",{template},http_response_status_code="400"}}"#),
        format!(r#"{{http_request_method="GET",{template},http_response_status_code="404"}}"#),
        r#"{http_request_method="POST",http_route="/v1/orders",http_response_status_code="201"}"#
            .to_owned(),
    ];
    assert_eq!(service.series().await, expected.into());
}

#[tokio::test]
async fn paths_and_methods_that_clients_invent_are_one_series_each() {
    let service = Service::start();
    for number in 0..50 {
        service.get(&format!("/wp-admin/{number}")).await;
        service
            .ask(&format!("BREW{number}"), "/v1/orders", Body::empty())
            .await;
    }
    let expected = [
        r#"{http_request_method="GET",http_route="unmatched",http_response_status_code="404"}"#,
        r#"{http_request_method="_OTHER",http_route="/v1/orders",http_response_status_code="405"}"#,
    ];
    assert_eq!(service.series().await, expected.map(str::to_owned).into());
}

#[tokio::test]
async fn health_and_metrics_are_not_counted() {
    let service = Service::start();
    for path in ["/livez", "/healthz", "/readyz", "/metrics"] {
        service.get(path).await;
    }
    assert_eq!(service.series().await, BTreeSet::new());
}

#[tokio::test]
async fn the_duration_histogram_has_the_boundaries_of_the_semantic_conventions() {
    let service = Service::start();
    service.get("/v1/orders/17").await;
    let text = service.get("/metrics").await.body;
    let buckets = text
        .lines()
        .filter(|line| line.starts_with("http_server_request_duration_seconds_bucket"));
    let bounds: Vec<_> = buckets
        .map(|line| {
            line.split("le=\"")
                .nth(1)
                .unwrap()
                .split('"')
                .next()
                .unwrap()
        })
        .collect();
    let expected = "0.005 0.01 0.025 0.05 0.075 0.1 0.25 0.5 0.75 1.0 2.5 5.0 7.5 10.0 +Inf";
    assert_eq!(bounds.join(" "), expected);
}

#[tokio::test]
async fn the_process_reports_itself() {
    let service = Service::with(&[("SERVICE_VERSION", "1.2.3"), ("CONCURRENCY_LIMIT", "7")]);
    let answer = service.get("/metrics").await;
    let content_type = &answer.headers[header::CONTENT_TYPE];
    assert_eq!(content_type, "text/plain; version=0.0.4; charset=utf-8");

    for line in [
        "build_info{version=\"1.2.3\"} 1",
        "http_server_active_requests 0.0",
        "http_server_active_requests_limit 7.0",
    ] {
        assert!(
            answer.body.lines().any(|found| found == line),
            "{line} in {}",
            answer.body
        );
    }
    assert!(answer.body.contains("\nprocess_start_time_seconds "));
    if cfg!(target_os = "linux") {
        assert!(
            answer
                .body
                .contains("\n# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total ")
        );
        assert!(answer.body.contains("\nprocess_resident_memory_bytes "));
    }
}

#[tokio::test]
async fn a_full_service_turns_requests_away_and_stays_observable() {
    let service = Service::with(&[("CONCURRENCY_LIMIT", "1")]);
    let busy = service.app.slots.clone().try_acquire_owned().unwrap();

    let answer = service.post("/v1/orders", &an_order()).await;
    answer.assert_problem(503);
    assert_eq!(answer.headers[header::RETRY_AFTER], "1");
    assert_eq!(service.get("/readyz").await.status, StatusCode::NO_CONTENT);
    assert!(
        service
            .get("/metrics")
            .await
            .body
            .contains("\nhttp_server_active_requests 1.0\n")
    );
    let counted =
        r#"{http_request_method="POST",http_route="/v1/orders",http_response_status_code="503"}"#;
    assert!(service.series().await.contains(counted));

    drop(busy);
    assert_eq!(
        service.post("/v1/orders", &an_order()).await.status,
        StatusCode::CREATED
    );
}

#[cfg(feature = "drill")]
#[tokio::test]
async fn a_drill_makes_requests_fail_and_stops_when_told() {
    let service = Service::with(&[("CONCURRENCY_LIMIT", "4"), ("REQUEST_TIMEOUT_MS", "100")]);
    let place = async || {
        service
            .post("/v1/orders", &an_order())
            .await
            .status
            .as_u16()
    };

    service
        .post("/drill/faults", &json!({"error_ratio": 0.5}))
        .await;
    assert_eq!(
        [place().await, place().await, place().await, place().await],
        [201, 500, 201, 500]
    );

    service.post("/drill/faults", &json!({"occupied": 4})).await;
    assert_eq!(place().await, 503);

    service
        .post("/drill/faults", &json!({"latency_ms": 60000}))
        .await;
    assert_eq!(place().await, 504);

    service.post("/drill/faults", &json!({})).await;
    assert_eq!([place().await, place().await], [201, 201]);
}
