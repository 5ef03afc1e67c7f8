//! `make budget` and the gate of `make deploy` of a generated repository, against a Prometheus that says what a test wants.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;

use crate::cluster::{deploy, released, runs, with_cluster};
use crate::env::TestEnv;

/// The address of a Prometheus: what is left of each budget, and how many requests there were.
fn prometheus(left: &'static str, requests: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut asked = String::new();
            BufReader::new(&stream).read_line(&mut asked).unwrap();
            let said = if asked.contains("remaining_ratio") { left } else { requests };
            let result = if said.is_empty() { String::new() } else { format!(r#"{{"value":[0,"{said}"]}}"#) };
            let body = format!(r#"{{"status":"success","data":{{"result":[{result}]}}}}"#);
            write!(stream, "HTTP/1.0 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        }
    });
    address
}

#[test]
fn a_spent_budget_stops_a_release_from_as_many_requests_on_as_its_alert() {
    let env = TestEnv::new();
    env.goldpath(["new", "orders", "--preset", "enterprise", "-yq", "--set", "owner=acme/orders-team"])
        .succeeds();
    let rules = env.read("orders/ops/slo/rules.yml");
    let policy = env.read("orders/ops/slo/error-budget-policy.toml");
    for floor in ["2995", "299"] {
        assert!(rules.contains(&format!(">= {floor}\n")), "{rules}");
        assert!(policy.contains(&format!("requests_at_least = {floor}\n")), "{policy}");
    }
    let budget = |left, requests| {
        let mut command = env.command("make", "orders");
        command.args(["--silent", "budget", &format!("PROMETHEUS_URL={}", prometheus(left, requests))]);
        env.run(&mut command)
    };
    let few = budget("-8.1", "100").succeeds();
    assert_eq!(
        few.stdout(),
        "availability: -810.0 % of the budget left after 100 requests. No rule applies before 2995: one error may be chance.\n\
         latency: -810.0 % of the budget left after 100 requests. No rule applies before 299: one error may be chance.\n"
    );
    let some = budget("-8.1", "1000.4").fails(2, []);
    assert!(some.stdout().contains("after 1000 requests. No rule applies before 2995"), "{}", some.said());
    assert!(
        some.stdout().contains("latency: -810.0 % of the budget left. Feature releases stop"),
        "{}",
        some.said()
    );
    budget("-8.1", "5000").fails(2, []);
    let enough = budget("0.5", "5000").succeeds();
    assert!(
        enough.stdout().contains("availability: 50.0 % of the budget left. Release as usual."),
        "{}",
        enough.said()
    );
    let none = budget("", "").succeeds();
    assert!(none.stdout().contains("no requests recorded in the last 30 days"), "{}", none.said());
    let told = "has 5000000 requests and no slo:error_budget:remaining_ratio{service=\"orders\",slo=\"availability\"}: does it load ops/slo/rules.yml?";
    budget("", "5000000").fails(2, [told]);
}

#[test]
fn a_budget_that_cannot_be_read_is_not_told_as_a_spent_one() {
    let env = released(with_cluster("enterprise"), &["v1.0.0"]);
    let refused = |address: &str, told: &str| {
        let mut command = deploy(&env, "v1.1.0");
        env.run(command.env("BUDGET_OVERRIDE", "").env("PROMETHEUS_URL", address)).fails(2, [told]);
        assert_eq!(runs(&env), "v1.0.0 a Healthy");
    };
    refused(&prometheus("-8.1", "5000"), "error: the error budget policy stops this release");
    refused(
        "http://127.0.0.1:1",
        "error: the error budget can't be read, and nothing is released without knowing it",
    );
    refused(
        &prometheus("", "5000000"),
        "error: the error budget can't be read, and nothing is released without knowing it",
    );
}
