//! A service under test: how it is started, told to stop, and what it left behind.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use super::checks::{Outcome, Wrong, holds};
use super::exposition::Exposition;
use super::http::{Answer, Connection, Request};
use super::log::Log;
use super::port::free_port;

/// The longest that anything is waited for.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long what needs no waiting may take on a busy machine.
pub(super) const SOON: Duration = Duration::from_secs(8);

/// The value of every secret in the environment of the service, which must be nowhere in what it says.
pub(super) const SECRET: &str = "hunter2-is-nobodys-business";

/// An order that is valid, and whose halves are not.
pub(super) const ORDER: &str = r#"{"customer":"c-1001","items":[{"sku":"TEA-1","quantity":2}]}"#;

/// What holds where a check says nothing, whatever the defaults of the service are.
const ORDINARY: [(&str, &str); 7] = [
    ("CONCURRENCY_LIMIT", "16"),
    ("DRAIN_MS", "0"),
    ("REQUEST_TIMEOUT_MS", "15000"),
    ("SHUTDOWN_MS", "20000"),
    ("DATABASE_PASSWORD", SECRET),
    ("PAYMENT_API_KEY", SECRET),
    ("SESSION_TOKEN", SECRET),
];

/// What is passed on from the machine: a runtime has to find itself.
const OF_THE_MACHINE: [&str; 4] = ["PATH", "HOME", "JAVA_HOME", "TMPDIR"];

/// The command that serves, and what all its runs have said.
#[derive(Debug)]
pub(crate) struct Subject {
    command: Vec<String>,
    folder: PathBuf,
    variables: BTreeMap<String, String>,
    logs: Mutex<Vec<Log>>,
    /// A start is processor time, which the timing of another check would suffer from.
    starting: Mutex<()>,
}

/// How one run ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) code: Option<i32>,
    pub(super) log: Log,
}

/// A running service; killed where a check does not end it.
#[derive(Debug)]
pub(super) struct Service<'s> {
    subject: &'s Subject,
    child: Child,
    pub(super) port: u16,
    stdout: Said,
    stderr: Said,
}

/// What comes out of a pipe, read by a thread, so that the service never waits for a reader.
#[derive(Clone, Debug, Default)]
struct Said {
    bytes: Arc<Mutex<Vec<u8>>>,
    ended: Arc<Mutex<bool>>,
}

/// A request of which the head and half of the body are sent.
#[derive(Debug)]
pub(super) struct Pending {
    connection: Connection,
    rest: Vec<u8>,
}

impl Subject {
    /// The command as `make stack-command` prints it.
    pub(crate) fn new(command: &str, folder: &Path) -> Self {
        Self {
            command: command.split_whitespace().map(str::to_owned).collect(),
            folder: folder.to_owned(),
            variables: BTreeMap::new(),
            logs: Mutex::default(),
            starting: Mutex::default(),
        }
    }

    /// The same with one more variable in every run.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// What is started, without its arguments.
    pub(crate) fn program(&self) -> &str {
        &self.command[0]
    }

    fn command(&self, variables: &[(&str, &str)]) -> Command {
        // A shell without job control has what it starts in the background ignore SIGINT, and that is inherited.
        let mut command = if cfg!(target_os = "linux") {
            let mut command = Command::new("env");
            command.args(["--default-signal=INT", "--", &self.command[0]]);
            command
        } else {
            Command::new(&self.command[0])
        };
        let of_the_machine = OF_THE_MACHINE.iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
        command
            .args(&self.command[1..])
            .current_dir(&self.folder)
            .env_clear()
            .envs(of_the_machine)
            // So that a message can repeat any value.
            .env("LC_ALL", "C.UTF-8")
            .envs(&self.variables)
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Starts it on a free port, and waits until it is ready.
    pub(super) fn start(&self, variables: &[(&str, &str)]) -> Result<Service<'_>, Wrong> {
        let _turn = self.starting.lock().unwrap();
        let mut said = String::new();
        // Another process may take the port in between: then the next one is tried.
        for _ in 0..3 {
            let port = free_port();
            let text = port.to_string();
            let variables = [&ORDINARY[..], variables, &[("PORT", text.as_str())]].concat();
            let mut service = Service::spawn(self, self.command(&variables), port)?;
            if service.becomes_ready()? {
                return Ok(service);
            }
            said = format!("{:?}", service.ended_within(SOON)?);
        }
        Err(format!("it does not start: {said}").into())
    }

    /// Runs it to its end, with nothing in its environment but what is given.
    pub(super) fn run(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Result<Ended, Wrong> {
        let mut command = self.command(variables);
        command.args(arguments);
        Service::spawn(self, command, 0)?.ended_within(PATIENCE)
    }

    /// What all runs that have ended said.
    pub(super) fn logs(&self) -> Vec<Log> {
        self.logs.lock().unwrap().clone()
    }
}

impl<'s> Service<'s> {
    fn spawn(subject: &'s Subject, mut command: Command, port: u16) -> io::Result<Self> {
        let mut child = command.spawn().map_err(|error| io::Error::other(format!("{command:?}: {error}")))?;
        let stdout = Said::by(child.stdout.take());
        let stderr = Said::by(child.stderr.take());
        Ok(Self { subject, child, port, stdout, stderr })
    }

    fn becomes_ready(&mut self) -> Result<bool, Wrong> {
        let patience = Instant::now() + PATIENCE;
        while Instant::now() < patience {
            if self.get("/readyz").is_ok_and(|answer| answer.status == 204) {
                return Ok(true);
            }
            if self.child.try_wait()?.is_some() {
                return Ok(false);
            }
            sleep(Duration::from_millis(10));
        }
        Err(format!("not ready after {PATIENCE:?}: {:?}", self.log()).into())
    }

    /// Asks on a connection of its own.
    pub(super) fn ask(&self, request: &Request) -> io::Result<Answer> {
        self.connect()?.ask(request)
    }

    pub(super) fn get(&self, path: &str) -> io::Result<Answer> {
        self.ask(&Request::get(path))
    }

    pub(super) fn post(&self, body: &str) -> io::Result<Answer> {
        self.ask(&Request::post("/v1/orders", body))
    }

    pub(super) fn connect(&self) -> io::Result<Connection> {
        Connection::open(([127, 0, 0, 1], self.port))
    }

    pub(super) fn scrape(&self) -> Result<Exposition, Wrong> {
        Ok(Exposition::read(&self.get("/metrics")?.text())?)
    }

    /// Sends half an order, and waits until it is the given number of requests that are being served.
    pub(super) fn begin_order(&self, active: u32) -> Result<Pending, Wrong> {
        let mut connection = self.connect()?;
        let rest = connection.begin(&Request::post("/v1/orders", ORDER))?;
        self.wait_for_active(active)?;
        Ok(Pending { connection, rest })
    }

    pub(super) fn wait_for_active(&self, wanted: u32) -> Outcome {
        let mut active = None;
        let reached = within(SOON, || {
            active = self.scrape()?.value("http_server_active_requests");
            Ok(active == Some(f64::from(wanted)))
        })?;
        holds(reached, || format!("http_server_active_requests is {active:?} instead of {wanted}"))
    }

    /// Sends SIGTERM or SIGINT.
    pub(super) fn signal(&self, name: &str) -> Outcome {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status()?;
        holds(sent.success(), || format!("SIG{name} cannot be sent: the service is gone"))
    }

    /// Its end, which must come in this time.
    pub(super) fn ended_within(mut self, time: Duration) -> Result<Ended, Wrong> {
        let patience = Instant::now() + time;
        let mut status: Option<ExitStatus> = None;
        while status.is_none() && Instant::now() < patience {
            status = self.child.try_wait()?;
            sleep(Duration::from_millis(2));
        }
        match status {
            Some(status) => {
                self.stdout.wait();
                self.stderr.wait();
                Ok(Ended { code: status.code(), log: self.log() })
            }
            None => Err(format!("still running after {time:?}: {:?}", self.log()).into()),
        }
    }

    /// Tells it to stop, and waits for its end.
    pub(super) fn stop(self) -> Result<Ended, Wrong> {
        self.signal("TERM")?;
        self.ended_within(PATIENCE)
    }

    pub(super) fn log(&self) -> Log {
        Log { stdout: self.stdout.text(), stderr: self.stderr.text() }
    }
}

impl Drop for Service<'_> {
    fn drop(&mut self) {
        let _already_ended = self.child.kill();
        let _status = self.child.wait();
        self.subject.logs.lock().unwrap().push(self.log());
    }
}

impl Said {
    fn by(pipe: Option<impl Read + Send + 'static>) -> Self {
        let said = Self::default();
        let (bytes, ended) = (Arc::clone(&said.bytes), Arc::clone(&said.ended));
        thread::spawn(move || {
            let mut buffer = [0; 8192];
            if let Some(mut pipe) = pipe {
                while let Ok(read @ 1..) = pipe.read(&mut buffer) {
                    bytes.lock().unwrap().extend(&buffer[..read]);
                }
            }
            *ended.lock().unwrap() = true;
        });
        said
    }

    /// Waits for what is still in the pipe; not for ever, as another process may hold it.
    fn wait(&self) {
        let _in_time = within(SOON, || Ok(*self.ended.lock().unwrap()));
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes.lock().unwrap()).into_owned()
    }
}

impl Pending {
    /// Sends the other half.
    pub(super) fn finish(mut self) -> io::Result<Answer> {
        self.connection.send(&self.rest)?;
        self.connection.read()
    }

    /// Waits for an answer that comes although the other half does not.
    pub(super) fn answer(&mut self) -> io::Result<Answer> {
        self.connection.read()
    }
}

/// Whether something becomes true in time.
pub(super) fn within(time: Duration, mut check: impl FnMut() -> Result<bool, Wrong>) -> Result<bool, Wrong> {
    let patience = Instant::now() + time;
    loop {
        if check()? {
            return Ok(true);
        }
        if Instant::now() > patience {
            return Ok(false);
        }
        sleep(Duration::from_millis(5));
    }
}
