//! Faults in a service that keeps the contract: for each of them the suite says what is broken, and nothing else.
//!
//! One build holds all faults, each behind its name in the variable `PLANTED`.

mod edits;
mod faults;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Mutex;
use std::thread;

use edits::EDITS;
use faults::{FAULTS, Fault};

use super::{Subject, run};
use crate::env::TestEnv;
use crate::generated::{serving, turn};

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
