//! What `goldpath new` leaves behind works: for each preset its own checks pass, and the service runs.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::env::TestEnv;

#[test]
#[ignore = "builds a service: minutes"]
fn a_quick_start_repository_passes_its_own_checks_and_serves() {
    generate_check_and_run("quick-start");
}

#[test]
#[ignore = "builds a service: minutes"]
fn a_balanced_repository_passes_its_own_checks_and_serves() {
    generate_check_and_run("balanced");
}

#[test]
#[ignore = "builds a service: minutes"]
fn an_enterprise_repository_passes_its_own_checks_and_serves() {
    generate_check_and_run("enterprise");
}

fn generate_check_and_run(preset: &str) {
    let env = TestEnv::new();
    env.goldpath(["new", "orders", "--preset", preset, "--stack", "rust", "--yes"]).succeeds();
    let repository = env.path("orders");

    let check = make(&repository).arg("check").output().unwrap();
    let text = String::from_utf8_lossy(&check.stdout) + String::from_utf8_lossy(&check.stderr);
    assert!(check.status.success(), "`make check` failed:\n{text}");

    let port = free_port();
    let service = make(&repository)
        .arg("run")
        .env("PORT", port.to_string())
        .stdout(Stdio::null())
        .process_group(0)
        .spawn();
    let mut service = Running(service.unwrap());
    wait_until_ready(port, &mut service);
    for (path, status) in [("/healthz", "204"), ("/readyz", "204"), ("/metrics", "200")] {
        let answer = get(port, path).unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{path} answered:\n{answer}");
    }
    get(port, "/v1/orders/unknown").unwrap();
    assert!(get(port, "/metrics").unwrap().contains("http_server_request_duration_seconds_count{"));
    drop(service);

    assert_eq!(env.git("orders", ["status", "--porcelain"]), "", "building or running left something behind");
}

/// `make` in a generated repository, with the machine's own toolchain and one build folder for all presets.
pub(crate) fn make(repository: &Path) -> Command {
    let mut command = Command::new("make");
    command.current_dir(repository).env("CARGO_TARGET_DIR", shared_build_folder()).stdin(Stdio::null());
    // Cargo tells the programs it starts about the package that is being tested, which is another one.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_PKG_")
            || name == "CARGO_MANIFEST_DIR"
            || name == "MAKEFLAGS"
        {
            command.env_remove(name);
        }
    }
    command
}

fn shared_build_folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("generated")
}

/// A running `make run`, ended with everything it started.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // The service is a grandchild of make: the whole process group is told.
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill").args(["-TERM", "--", &group]).status();
        let _ = self.0.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn wait_until_ready(port: u16, service: &mut Running) {
    let patience = Instant::now() + Duration::from_mins(2);
    while !get(port, "/readyz").is_ok_and(|answer| answer.starts_with("HTTP/1.1 204")) {
        let ended = service.0.try_wait().unwrap();
        assert!(ended.is_none(), "`make run` ended with {ended:?}");
        assert!(Instant::now() < patience, "the service was not ready in time");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn get(port: u16, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
