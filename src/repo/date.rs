//! When a commit is made: `SOURCE_DATE_EPOCH`, git's own variables, or now.

use super::environment::Environment;
use super::error::Error;
use super::signature::Time;

/// The date the environment gives to `variable` (`GIT_AUTHOR_DATE` or `GIT_COMMITTER_DATE`), else `now`.
///
/// `SOURCE_DATE_EPOCH` wins over both, and is always UTC, so that nothing of the machine enters the commit.
pub(super) fn resolve(environment: &Environment, variable: &'static str, now: Time) -> Result<Time, Error> {
    const REPRODUCIBLE: &str = "SOURCE_DATE_EPOCH";
    if let Some(value) = environment.text(REPRODUCIBLE) {
        let seconds = value.bytes().all(|byte| byte.is_ascii_digit()).then(|| value.parse().ok()).flatten();
        let seconds =
            seconds.ok_or_else(|| Error::InvalidDate { variable: REPRODUCIBLE, value: value.to_owned() })?;
        return Ok(Time { seconds, offset_minutes: 0 });
    }
    match environment.text(variable) {
        None => Ok(now),
        Some(value) => raw(value, now)
            .or_else(|| iso(value, now))
            .ok_or_else(|| Error::InvalidDate { variable, value: value.to_owned() }),
    }
}

/// Now, with the offset of this machine.
pub(super) fn now() -> Result<Time, git2::Error> {
    let when = git2::Signature::now("-", "-")?.when();
    Ok(Time { seconds: when.seconds(), offset_minutes: when.offset_minutes() })
}

/// `[@]SECONDS [+-]HHMM`, git's raw form.
fn raw(value: &str, now: Time) -> Option<Time> {
    let (seconds, zone) = value.trim().split_once(' ').unwrap_or((value.trim(), ""));
    let digits = seconds.strip_prefix('@').unwrap_or(seconds);
    // Without the sign, git takes a short number for something else than seconds.
    if digits.len() == seconds.len() && digits.len() < 9 {
        return None;
    }
    let seconds = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()?;
    Some(Time { seconds, offset_minutes: offset(zone.trim(), now)? })
}

/// `2026-11-23T19:43:00+01:00`, with a space for the `T`, with `Z`, or without a zone.
fn iso(value: &str, now: Time) -> Option<Time> {
    let value = value.trim();
    let (date, rest) = value.split_once(['T', ' '])?;
    let (clock, zone) = rest.split_at_checked(8)?;
    let [year, month, day] = numbers(date, '-')?;
    let [hour, minute, second] = numbers(clock, ':')?;
    if !(1970..=9999).contains(&year) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    if !(1..=12).contains(&month) || !(1..=days_in(year, month)).contains(&day) {
        return None;
    }
    let offset_minutes = if zone == "Z" { 0 } else { offset(zone.trim(), now)? };
    let local = (days_since_1970(year, month, day) * 24 + hour) * 3600 + minute * 60 + second;
    Some(Time { seconds: local - i64::from(offset_minutes) * 60, offset_minutes })
}

fn numbers(text: &str, separator: char) -> Option<[i64; 3]> {
    let mut parts = text
        .split(separator)
        .map(|part| part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok()).flatten());
    let numbers = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(numbers)
}

/// `+HHMM` or `+HH:MM` in minutes; nothing means the zone of this machine.
fn offset(zone: &str, now: Time) -> Option<i32> {
    if zone.is_empty() {
        return Some(now.offset_minutes);
    }
    let (sign, digits) = match zone.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let digits = digits.replacen(':', "", 1);
    if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes): (i32, i32) = (digits[..2].parse().ok()?, digits[2..].parse().ok()?);
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(is_leap(year)),
        _ => 31,
    }
}

fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let years: i64 = (1970..year).map(|year| 365 + i64::from(is_leap(year))).sum();
    let months: i64 = (1..month).map(|month| days_in(year, month)).sum();
    years + months + day - 1
}

#[cfg(test)]
mod tests {
    use super::super::testing::environment_of;
    use super::*;

    const NOW: Time = Time { seconds: 1, offset_minutes: 60 };

    fn author_date(variables: &[(&str, &str)]) -> Result<String, String> {
        let resolved = resolve(&environment_of(variables), "GIT_AUTHOR_DATE", NOW);
        resolved.map(|time| time.to_string()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_reproducible_date_is_utc_and_wins() {
        let variables = [("SOURCE_DATE_EPOCH", "1700000000"), ("GIT_AUTHOR_DATE", "@5 +0100")];
        assert_eq!(author_date(&variables).unwrap(), "1700000000 +0000");
        assert_eq!(author_date(&[]).unwrap(), "1 +0100");
    }

    #[test]
    fn git_dates_are_read_raw_and_as_iso_8601() {
        for (given, expected) in [
            ("@5 -0230", "5 -0230"),
            ("1700000000 +0530", "1700000000 +0530"),
            ("1700000000", "1700000000 +0100"),
            ("2023-11-14T22:13:20Z", "1700000000 +0000"),
            ("2023-11-14 23:13:20 +0100", "1700000000 +0100"),
            ("2024-02-29T00:00:00+00:00", "1709164800 +0000"),
        ] {
            assert_eq!(author_date(&[("GIT_AUTHOR_DATE", given)]).unwrap(), expected, "{given}");
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for given in ["yesterday", "12", "@", "@x +0000", "@5 +9900", "2023-02-29T00:00:00Z", "-5"] {
            let error = author_date(&[("GIT_AUTHOR_DATE", given)]).unwrap_err();
            assert_eq!(error, format!("`GIT_AUTHOR_DATE` is `{given}`, which is no date"));
        }
        assert!(author_date(&[("SOURCE_DATE_EPOCH", "+5")]).is_err());
        assert!(author_date(&[("SOURCE_DATE_EPOCH", "99999999999999999999")]).is_err());
    }
}
