//! A day of the calendar: exceptions and rotations begin and end with one.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::repo::{Environment, Error};

/// A day, as the number of days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(i64);

const REPRODUCIBLE: &str = "SOURCE_DATE_EPOCH";

impl Day {
    /// Today in UTC: what `SOURCE_DATE_EPOCH` says, so that a check can be repeated, or else the clock.
    ///
    /// # Errors
    /// `SOURCE_DATE_EPOCH` is no number of seconds.
    pub fn today(environment: &Environment) -> Result<Self, Error> {
        let seconds = match environment.text(REPRODUCIBLE) {
            Some(value) => {
                let digits = value.bytes().all(|byte| byte.is_ascii_digit());
                digits
                    .then(|| value.parse::<u64>().ok())
                    .flatten()
                    .ok_or_else(|| Error::InvalidDate { variable: REPRODUCIBLE, value: value.to_owned() })?
            }
            None => SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()),
        };
        Ok(Self(i64::try_from(seconds / 86_400).unwrap_or_default()))
    }

    /// `2026-11-23`; nothing for what is no day.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let mut number = |length: usize| {
            let part = parts.next().filter(|part| part.len() == length)?;
            part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<i64>().ok())?
        };
        let (year, month, day) = (number(4)?, number(2)?, number(2)?);
        let found = Self::of(year, month, day);
        // What the calendar does not have comes back as another day.
        (parts.next().is_none() && found.to_string() == text).then_some(found)
    }

    /// How many days later `other` is.
    #[must_use]
    pub fn until(self, other: Self) -> i64 {
        other.0 - self.0
    }

    /// Years of the algorithm begin in March, so that a leap day is the last one of its year.
    fn of(year: i64, month: i64, day: i64) -> Self {
        let year = if month > 2 { year } else { year - 1 };
        let (era, month) = (year.div_euclid(400), (month + 9) % 12);
        let of_era = year.rem_euclid(400);
        let of_year = (153 * month + 2) / 5 + day - 1;
        Self(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = self.0 + 719_468;
        let of_era = days.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year_of_era + days.div_euclid(146_097) * 400 + i64::from(month <= 2);
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_four_centuries_reads_back_and_follows_the_one_before() {
        let mut day = Day::parse("1970-01-01").unwrap();
        assert_eq!(day, Day(0));
        for _ in 0..146_097 {
            day = Day(day.0 + 1);
            assert_eq!(Day::parse(&day.to_string()), Some(day));
        }
        assert_eq!(day.to_string(), "2370-01-01");
        assert_eq!(Day::parse("2023-11-14").unwrap().until(Day::parse("2024-02-29").unwrap()), 107);
    }

    #[test]
    fn what_the_calendar_does_not_have_is_no_day() {
        for text in ["2023-02-29", "2023-13-01", "2023-00-10", "2023-1-1", "tomorrow", "2023-01-01-01", ""] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
    }
}
