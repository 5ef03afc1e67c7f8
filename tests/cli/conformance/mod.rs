//! The contract that the service of every stack keeps, looked at from outside: HTTP, signals, exit codes and logs.
//!
//! It knows a stack by the command that serves alone. What one framework happens to do is not asked for; where stacks
//! may differ, the name of a check says what they have in common.

mod checks;
mod configuration;
mod drill_switch;
mod errors;
mod exposition;
mod health;
mod http;
mod limits;
mod log;
mod logs;
mod metrics;
mod names;
mod orders;
mod planted;
mod port;
mod service;
mod stopping;

use std::sync::Mutex;
use std::thread;

pub(crate) use checks::Checks;
pub(crate) use service::Subject;

type Group = fn(&Subject, &Checks);

/// Groups that run beside each other: most of their time is waiting. The longest come first.
const SERVED: [Group; 8] = [
    stopping::drained,
    configuration::look,
    limits::time,
    stopping::outlasted,
    logs::look,
    metrics::look,
    stopping::interrupted,
    limits::sizes_and_numbers,
];

/// What can be asked of the build for drills alone.
const IN_A_DRILL: [Group; 2] = [drill_switch::present, limits::slowness];

/// More at a time would be processes that wait for a processor, and be late for what they should measure.
const AT_A_TIME: usize = 4;

/// Looks at the build that runs in production.
pub(crate) fn look(subject: &Subject) -> Checks {
    run(subject, SERVED.into_iter().chain([answers as Group]))
}

/// Looks at the build for drills.
pub(crate) fn look_at_drill(subject: &Subject) -> Checks {
    run(subject, IN_A_DRILL)
}

/// What does not change the service it is asked of, and shares one.
fn answers(subject: &Subject, checks: &Checks) {
    let Some(service) = checks.given("it starts, and becomes ready", subject.start(&[])) else { return };
    orders::look(&service, checks);
    errors::look(&service, checks);
    health::look(&service, checks);
    drill_switch::absent(&service, checks);
}

fn run(subject: &Subject, groups: impl IntoIterator<Item = Group>) -> Checks {
    let checks = Checks::default();
    let waiting = Mutex::new(groups.into_iter().collect::<Vec<_>>().into_iter());
    thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                loop {
                    let next = waiting.lock().unwrap().next();
                    let Some(group) = next else { break };
                    group(subject, &checks);
                }
            });
        }
    });
    logs::of_all_runs(subject, &checks);
    checks
}
