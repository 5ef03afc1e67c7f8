//! The environment: read once, checked as a whole, and refused with a sentence for every wrong variable.

use super::checks::{Checks, Outcome, Wrong, holds, same};
use super::http::Connection;
use super::port::{free_port, taken_port};
use super::service::{Ended, SECRET, Subject};

/// Each variable, the rule for its value, and the smallest and the largest number that keep it.
const NUMBERS: [(&str, u32, u32); 6] = [
    ("PORT", 1, 65_535),
    ("DRAIN_MS", 0, 300_000),
    ("SHUTDOWN_MS", 1, 300_000),
    ("REQUEST_TIMEOUT_MS", 1, 300_000),
    ("BODY_LIMIT_BYTES", 1, 104_857_600),
    ("CONCURRENCY_LIMIT", 1, 100_000),
];
const LOG_LEVEL: &str = "one of error, warn, info, debug, trace";
const VERSION: &str = "1 to 64 letters, digits, dots, dashes, underscores or plus signs";

pub(super) fn look(subject: &Subject, checks: &Checks) {
    valid(subject, checks);
    invalid(subject, checks);
    starts(subject, checks);
}

fn valid(subject: &Subject, checks: &Checks) {
    checks.check("--check-config of an empty environment ends with 0", || accepted(subject, &[]));
    checks.check("--check-config of the smallest and of the largest values ends with 0", || {
        let smallest = NUMBERS.map(|(variable, from, _)| (variable, from.to_string()));
        let largest = NUMBERS.map(|(variable, _, to)| (variable, to.to_string()));
        for (numbers, level, version) in [(smallest, "error", "v"), (largest, "trace", "1.2.3-rc.1_b+c")] {
            let mut variables: Vec<_> = numbers.iter().map(|(name, value)| (*name, value.as_str())).collect();
            variables.extend([("LOG_LEVEL", level), ("SERVICE_VERSION", version)]);
            accepted(subject, &variables)?;
        }
        let longest = "v".repeat(64);
        accepted(subject, &[("SERVICE_VERSION", &longest), ("LOG_LEVEL", "warn")])
    });
    checks.check("--check-config needs no port", || {
        let (_listener, port) = taken_port();
        accepted(subject, &[("PORT", &port)])
    });
}

fn invalid(subject: &Subject, checks: &Checks) {
    checks.check("--check-config of a wrong value ends with 78", || {
        let ended = checked(subject, &[("PORT", "0")])?;
        same("the exit code", ended.code, Some(78))
    });
    let mut levels_and_versions = Vec::new();
    let longer = "v".repeat(65);
    for (level, version) in [("INFO", "a b"), ("loud", "1/2"), ("info ", longer.as_str()), ("2", "ü")] {
        levels_and_versions.push([("LOG_LEVEL", level), ("SERVICE_VERSION", version)]);
    }
    checks.check("a number that is too small or too large is told, with its variable and its rule", || {
        let below = NUMBERS.map(|(variable, from, _)| (variable, (i64::from(from) - 1).to_string()));
        let above = NUMBERS.map(|(variable, _, to)| (variable, (i64::from(to) + 1).to_string()));
        for numbers in [below, above] {
            told(subject, &numbers.each_ref().map(|(name, value)| (*name, value.as_str())))?;
        }
        Ok(())
    });
    checks.check("what is no plain whole number is told, with its variable and its rule", || {
        let forms = [
            "+80",
            "1_000",
            "1e3",
            "٣",
            "1024.0",
            " 16",
            "0x50",
            "16 ",
            "99999999999999999999999",
            "5s",
            "-1",
            "x",
        ];
        let (first, second) = forms.split_at(6);
        for forms in [first, second] {
            let variables: Vec<_> =
                NUMBERS.iter().zip(forms).map(|((name, ..), form)| (*name, *form)).collect();
            told(subject, &variables)?;
        }
        Ok(())
    });
    checks.check("a wrong LOG_LEVEL or SERVICE_VERSION is told, with its rule", || {
        levels_and_versions.iter().try_for_each(|variables| told(subject, variables))
    });
    checks.check("a variable that is set but empty is wrong", || {
        let mut variables: Vec<_> = NUMBERS.iter().map(|(name, ..)| (*name, "")).collect();
        variables.extend([("LOG_LEVEL", ""), ("SERVICE_VERSION", "")]);
        told(subject, &variables)
    });
    checks.check("all wrong variables are told at once", || {
        told(subject, &[("PORT", "x"), ("LOG_LEVEL", "loud"), ("DRAIN_MS", "y"), ("SERVICE_VERSION", "a b")])
    });
    checks.check(
        "a request may not take longer than a stop: REQUEST_TIMEOUT_MS is at most SHUTDOWN_MS",
        || {
            let ended = checked(subject, &[("REQUEST_TIMEOUT_MS", "3000"), ("SHUTDOWN_MS", "2999")])?;
            same("the exit code", ended.code, Some(78))?;
            sentence(&ended, "REQUEST_TIMEOUT_MS=\"3000\" must be at most SHUTDOWN_MS (2999)")?;
            accepted(subject, &[("REQUEST_TIMEOUT_MS", "3000"), ("SHUTDOWN_MS", "3000")])
        },
    );
}

fn starts(subject: &Subject, checks: &Checks) {
    checks.check("a start with a wrong configuration ends as its check does, and serves nothing", || {
        let port = free_port();
        let ended = subject.run(&[], &[("PORT", &port.to_string()), ("DRAIN_MS", "x")])?;
        same("the exit code", ended.code, Some(78))?;
        sentence(&ended, &violation("DRAIN_MS", "x"))?;
        holds(ended.log.event("serving").is_err(), || format!("it served: {:?}", ended.log))
    });
    checks.check("a port that is taken is an error that names it, and is not 78", || {
        let (_listener, port) = taken_port();
        let ended = subject.run(&[], &[("PORT", &port)])?;
        let code = ended.code;
        holds(!matches!(code, None | Some(0 | 78)), || format!("the exit code is {code:?}"))?;
        let errors = ended.log.errors();
        holds(errors.iter().any(|error| error.contains(&port)), || {
            format!("no error names port {port}: {errors:?}, {:?}", ended.log)
        })
    });
    checks.check(
        "an unknown argument is refused, before anything is served and not as a configuration",
        || {
            let port = free_port();
            let ended = subject.run(&["--chekc-config"], &[("PORT", &port.to_string())])?;
            let code = ended.code;
            holds(!matches!(code, None | Some(0 | 78)), || format!("the exit code is {code:?}"))?;
            holds(Connection::open(([127, 0, 0, 1], port)).is_err(), || "it still serves".to_owned())
        },
    );
    checks.check("a secret beside a wrong variable is not told", || {
        let ended = checked(subject, &[("PORT", "x"), ("DATABASE_PASSWORD", SECRET), ("API_KEY", SECRET)])?;
        let told = format!("{:?}", ended.log);
        holds(!told.contains(SECRET), || told)
    });
}

fn checked(subject: &Subject, variables: &[(&str, &str)]) -> Result<Ended, Wrong> {
    subject.run(&["--check-config"], variables)
}

fn accepted(subject: &Subject, variables: &[(&str, &str)]) -> Outcome {
    let ended = checked(subject, variables)?;
    holds(ended.code == Some(0), || format!("{variables:?} ended with {:?}: {:?}", ended.code, ended.log))
}

/// Each of these values is wrong, and is told.
fn told(subject: &Subject, variables: &[(&str, &str)]) -> Outcome {
    let ended = checked(subject, variables)?;
    for (variable, value) in variables {
        sentence(&ended, &violation(variable, value))?;
    }
    let errors = ended.log.errors();
    holds(errors.len() == variables.len(), || format!("{} wrong variables, and {errors:?}", variables.len()))
}

/// The sentence for a value.
fn violation(variable: &str, value: &str) -> String {
    let rule = match variable {
        "LOG_LEVEL" => LOG_LEVEL.to_owned(),
        "SERVICE_VERSION" => VERSION.to_owned(),
        number => {
            let (_, from, to) = NUMBERS.into_iter().find(|(name, ..)| *name == number).unwrap();
            format!("a whole number from {from} to {to}")
        }
    };
    format!("{variable}=\"{value}\" must be {rule}")
}

fn sentence(ended: &Ended, wanted: &str) -> Outcome {
    let errors = ended.log.errors();
    holds(errors.iter().any(|error| error.contains(wanted)), || {
        format!("no error says `{wanted}`: {errors:?}, exit code {:?}, {:?}", ended.code, ended.log)
    })
}
