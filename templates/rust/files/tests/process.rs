//! The process contract, against the real binary: configuration, limits, and how it stops.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

const ORDER: &str = r#"{"customer":"c-1","items":[{"sku":"TEA-1","quantity":2}]}"#;
const PATIENCE: Duration = Duration::from_secs(20);

/// What holds where a test says nothing, whatever the defaults of this service are.
const ORDINARY: [(&str, &str); 4] = [
    ("CONCURRENCY_LIMIT", "16"),
    ("DRAIN_MS", "0"),
    ("REQUEST_TIMEOUT_MS", "5000"),
    ("SHUTDOWN_MS", "10000"),
];

fn command(variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
    command
        .env_clear()
        .envs(ORDINARY)
        .envs(variables.iter().copied());
    command
}

/// A running service, killed when the test is over.
struct Service {
    child: Child,
    port: u16,
}

impl Service {
    fn start(variables: &[(&str, &str)]) -> Self {
        // Another process may take the port between the two binds: then the next one is tried.
        (0..10)
            .find_map(|_| Self::try_start(variables))
            .expect("the service starts")
    }

    fn try_start(variables: &[(&str, &str)]) -> Option<Self> {
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let mut command = command(variables);
        let child = command
            .env("PORT", port.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut service = Self { child, port };
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some(service);
            }
            if service.child.try_wait().unwrap().is_some() {
                return None;
            }
            sleep(Duration::from_millis(5));
        }
        None
    }

    fn terminate(&self) {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &pid])
                .status()
                .unwrap()
                .success()
        );
    }

    /// Waits for the end: the exit code and the log.
    fn finish(mut self) -> (Option<i32>, Vec<Value>) {
        let started = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(started.elapsed() < PATIENCE, "the process does not end");
            sleep(Duration::from_millis(5));
        }
        let code = self.child.wait().unwrap().code();
        let mut text = String::new();
        self.child
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        (code, events(&text))
    }

    fn get(&self, path: &str) -> u16 {
        let mut exchange = Exchange::open(self.port);
        exchange.send(&format!(
            "GET {path} HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n"
        ));
        exchange.status()
    }

    fn wait_until_unready(&self) {
        let started = Instant::now();
        while self.get("/readyz") != 503 {
            assert!(started.elapsed() < PATIENCE, "readiness is not withdrawn");
            sleep(Duration::from_millis(5));
        }
    }

    /// A request whose body has not been sent yet: in flight until `finish_order`.
    fn begin_order(&self) -> Exchange {
        let mut exchange = Exchange::open(self.port);
        exchange.send(&format!(
            "POST /v1/orders HTTP/1.1\r\nhost: t\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{}",
            ORDER.len(),
            &ORDER[..10]
        ));
        let started = Instant::now();
        while !self
            .metrics()
            .contains("\nhttp_server_active_requests 1.0\n")
        {
            assert!(started.elapsed() < PATIENCE, "the request is not taken up");
        }
        exchange
    }

    fn metrics(&self) -> String {
        let mut exchange = Exchange::open(self.port);
        exchange.send("GET /metrics HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n");
        let mut text = String::new();
        exchange.0.read_to_string(&mut text).unwrap();
        text
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _already_ended = self.child.kill();
        let _status = self.child.wait();
    }
}

/// One connection.
struct Exchange(BufReader<TcpStream>);

impl Exchange {
    fn open(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Self(BufReader::new(stream))
    }

    fn send(&mut self, text: &str) {
        self.0.get_mut().write_all(text.as_bytes()).unwrap();
    }

    fn finish_order(mut self) -> u16 {
        self.send(&ORDER[10..]);
        self.status()
    }

    fn status(&mut self) -> u16 {
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        line.split(' ')
            .nth(1)
            .unwrap_or_else(|| panic!("no status in {line:?}"))
            .parse()
            .unwrap()
    }
}

/// The log, which must be one JSON object a line and nothing else.
fn events(text: &str) -> Vec<Value> {
    let events: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for event in &events {
        for key in ["timestamp", "level", "message"] {
            assert!(event[key].is_string(), "{key} in {event}");
        }
    }
    events
}

fn check_config(variables: &[(&str, &str)]) -> (Option<i32>, Vec<Value>) {
    let Output { status, stdout, .. } = command(variables).arg("--check-config").output().unwrap();
    (status.code(), events(&String::from_utf8(stdout).unwrap()))
}

#[test]
fn a_valid_configuration_passes_its_check() {
    let defaults = Command::new(env!("CARGO_BIN_EXE_server"))
        .arg("--check-config")
        .env_clear()
        .output();
    assert_eq!(defaults.unwrap().status.code(), Some(0));
    assert_eq!(check_config(&[]).0, Some(0));
}

#[test]
fn an_invalid_configuration_ends_with_78_and_every_reason() {
    let variables = [("PORT", "99999"), ("LOG_LEVEL", "loud")];
    let (code, events) = check_config(&variables);
    assert_eq!(code, Some(78));
    assert_eq!(events.len(), 2);
    assert_eq!(events[0]["variable"], "PORT");
    assert_eq!(events[0]["value"], "99999");
    assert_eq!(events[0]["rule"], "a whole number from 1 to 65535");

    let served = command(&variables).output().unwrap();
    assert_eq!(
        served.status.code(),
        Some(78),
        "a start ends as the check does"
    );
}

#[test]
fn an_unknown_argument_is_refused() {
    assert_eq!(
        command(&[])
            .arg("--chekc-config")
            .output()
            .unwrap()
            .status
            .code(),
        Some(64)
    );
}

#[test]
fn a_port_in_use_is_an_error_that_names_it() {
    let taken = TcpListener::bind("0.0.0.0:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = command(&[("PORT", &port)]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .contains(&format!("port {port} can't be served"))
    );
}

#[test]
fn it_listens_on_ipv6_and_on_ipv4() {
    if TcpListener::bind("[::1]:0").is_err() {
        return; // There is no IPv6 here.
    }
    let service = Service::start(&[]);
    for host in ["::1", "127.0.0.1"] {
        TcpStream::connect((host, service.port)).unwrap();
    }
}

#[test]
fn a_stop_drops_readiness_first_and_serves_while_it_drains() {
    let service = Service::start(&[("DRAIN_MS", "2000")]);
    assert_eq!(service.get("/readyz"), 204);

    let stopped = Instant::now();
    service.terminate();
    service.wait_until_unready();
    assert_eq!(service.get("/v1/orders/17"), 400);
    assert_eq!(service.get("/livez"), 204);

    let (code, events) = service.finish();
    assert_eq!(code, Some(0));
    assert!(
        stopped.elapsed() >= Duration::from_secs(2),
        "the drain is as long as configured"
    );
    let messages: Vec<_> = events
        .iter()
        .map(|event| event["message"].as_str().unwrap())
        .collect();
    let last = &messages[messages.len() - 2..];
    assert_eq!(last, ["no longer ready, still serving", "stopped"]);
}

#[test]
fn a_request_in_flight_finishes_after_the_port_was_closed() {
    let service = Service::start(&[]);
    let exchange = service.begin_order();
    service.terminate();
    let started = Instant::now();
    while TcpStream::connect(("127.0.0.1", service.port)).is_ok() {
        assert!(started.elapsed() < PATIENCE, "the port stays open");
    }
    assert_eq!(exchange.finish_order(), 201);
    assert_eq!(service.finish().0, Some(0));
}

#[test]
fn an_idle_connection_does_not_delay_a_stop() {
    let service = Service::start(&[]);
    let mut idle = Exchange::open(service.port);
    idle.send("GET /livez HTTP/1.1\r\nhost: t\r\n\r\n");
    assert_eq!(idle.status(), 204);

    let stopped = Instant::now();
    service.terminate();
    assert_eq!(service.finish().0, Some(0));
    assert!(stopped.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_body_that_does_not_arrive_is_answered_and_no_failure() {
    let service = Service::start(&[("REQUEST_TIMEOUT_MS", "200"), ("LOG_LEVEL", "debug")]);
    let mut exchange = service.begin_order();
    assert_eq!(exchange.status(), 408);

    service.terminate();
    let (_, events) = service.finish();
    let late = events.iter().find(|event| event["status"] == 408).unwrap();
    assert_eq!(late["level"], "DEBUG");
    assert_eq!(late["route"], "/v1/orders");
}

#[test]
fn a_client_that_goes_away_is_counted_with_the_time_it_waited() {
    let service = Service::start(&[]);
    let exchange = service.begin_order();
    sleep(Duration::from_millis(300));
    drop(exchange);

    let name = "http_server_request_duration_seconds";
    let started = Instant::now();
    let metrics = loop {
        let metrics = service.metrics();
        if metrics.contains(&format!("{name}_count")) {
            break metrics;
        }
        assert!(started.elapsed() < PATIENCE, "the request is not counted");
    };
    let value = |of: &str| {
        let labels = r#"{http_request_method="POST",http_route="/v1/orders",http_response_status_code="499"}"#;
        let series = format!("{name}_{of}{labels} ");
        let mut lines = metrics.lines();
        let value = lines.find_map(|line| line.strip_prefix(&series));
        value
            .unwrap_or_else(|| panic!("{series}in {metrics}"))
            .to_owned()
    };
    assert_eq!(value("count"), "1");
    let waited: f64 = value("sum").parse().unwrap();
    assert!((0.3..5.0).contains(&waited), "{waited}");
}

#[test]
fn one_request_more_than_the_limit_is_turned_away() {
    let service = Service::start(&[("CONCURRENCY_LIMIT", "1")]);
    let exchange = service.begin_order();
    assert_eq!(service.get("/v1/orders/17"), 503);
    assert_eq!(exchange.finish_order(), 201);
    assert_eq!(service.get("/v1/orders/17"), 400);
}
