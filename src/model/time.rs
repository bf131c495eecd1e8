//! Times as AWS and its importers write them, read into `jiff::Timestamp` (UTC).
//!
//! In: text or a number. Out: a time, or `None` for what is no time; nothing panics. Text without an offset is UTC:
//! AWS writes no local times, and importers that drop the offset have been seen to write UTC.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

/// Reads any of the forms seen in the wild: RFC 3339 with or without an offset or fraction, a space for the `T`,
/// offsets without a colon, a bare date, RFC 2822, and epoch seconds or milliseconds as text. `None` when it is none
/// of them.
#[must_use]
pub fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Some(at) = as_aws_writes_it(text.as_bytes()) {
        return Some(at);
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    if let Ok(civil) = text.parse::<DateTime>() {
        return Offset::UTC.to_timestamp(civil).ok();
    }
    if let Ok(seconds) = text.parse::<f64>() {
        return from_epoch(seconds);
    }
    if let Ok(date) = text.parse::<Date>() {
        return Offset::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok();
    }
    let named = text.strip_suffix("UTC").or_else(|| text.strip_suffix("GMT"));
    if let Some(Ok(civil)) = named.map(|civil| civil.trim_end().parse::<DateTime>()) {
        return Offset::UTC.to_timestamp(civil).ok();
    }
    jiff::fmt::rfc2822::parse(text).ok().map(|zoned| zoned.timestamp())
}

/// `2026-03-04T05:06:07.891Z`, with up to nine digits of fraction or none: nearly every time there is, read without the
/// general parser, since a record has five of them.
fn as_aws_writes_it(text: &[u8]) -> Option<Timestamp> {
    let (whole, rest) = text.split_at_checked(19)?;
    let digits = |from: usize, to: usize| {
        whole
            .get(from..to)?
            .iter()
            .try_fold(0_i16, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i16::from(byte - b'0')))
    };
    let small = |from: usize| i8::try_from(digits(from, from + 2)?).ok();
    let between = [whole[4], whole[7], whole[10], whole[13], whole[16]];
    if between != *b"--T::" {
        return None;
    }
    let fraction = rest.strip_suffix(b"Z")?;
    let mut nanos = 0_i32;
    if let Some((dot, fraction)) = fraction.split_first() {
        if *dot != b'.' || fraction.is_empty() || fraction.len() > 9 {
            return None;
        }
        for at in 0..9 {
            let digit = fraction.get(at).map_or(0, |byte| byte.wrapping_sub(b'0'));
            nanos = (digit < 10).then(|| nanos * 10 + i32::from(digit))?;
        }
    }
    let civil = DateTime::new(digits(0, 4)?, small(5)?, small(8)?, small(11)?, small(14)?, small(17)?, nanos).ok()?;
    Offset::UTC.to_timestamp(civil).ok()
}

/// A number of seconds, milliseconds, microseconds or nanoseconds since 1970, told by its size: until the year 5138
/// seconds stay below 10^11.
#[must_use]
pub fn from_epoch(number: f64) -> Option<Timestamp> {
    if !number.is_finite() {
        return None;
    }
    let seconds = match number.abs() {
        n if n < 1e11 => number,
        n if n < 1e14 => number / 1e3,
        n if n < 1e17 => number / 1e6,
        _ => number / 1e9,
    };
    #[allow(clippy::cast_possible_truncation, reason = "a float cast saturates, and the constructor checks the range")]
    let micros = (seconds * 1e6).round() as i64;
    Timestamp::from_microsecond(micros).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_seen_in_real_records_is_read() {
        let table = [
            ("2020-06-24T20:06:09Z", "2020-06-24T20:06:09Z"),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
            ("2020-11-11T11:47:26.511Z", "2020-11-11T11:47:26.511Z"),
            ("2019-04-18T14:51:55.000000Z", "2019-04-18T14:51:55Z"),
            ("2021-08-25T12:20:30.000000005Z", "2021-08-25T12:20:30.000000005Z"),
            ("2021-05-01T13:55:09.692022+00:00", "2021-05-01T13:55:09.692022Z"),
            ("2022-02-07T23:51:26.9461-05:00", "2022-02-08T04:51:26.9461Z"),
            ("2021-04-08T20:27:14.689+0000", "2021-04-08T20:27:14.689Z"),
            ("2026-03-06 23:16:01+01:00", "2026-03-06T22:16:01Z"),
            ("2017-12-18 21:28:11.551000+05:30", "2017-12-18T15:58:11.551Z"),
            ("2024-05-24 22:34:07.000000000", "2024-05-24T22:34:07Z"),
            ("2024-05-24T22:34:07", "2024-05-24T22:34:07Z"),
            ("2024-05-24 22:34:07 UTC", "2024-05-24T22:34:07Z"),
            ("2024-05-24", "2024-05-24T00:00:00Z"),
            ("1513612692", "2017-12-18T15:58:12Z"),
            ("1623159807972", "2021-06-08T13:43:27.972Z"),
            ("1555599782.881", "2019-04-18T15:03:02.881Z"),
            ("Mon, 03 Dec 2018 05:16:08 GMT", "2018-12-03T05:16:08Z"),
            ("  2020-06-24T20:06:09Z\n", "2020-06-24T20:06:09Z"),
        ];
        for (text, expected) in table {
            assert_eq!(parse(text).map(|at| at.to_string()).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "never",
            "1977-06-02T122:29:47.694473+00:00",
            "NaN",
            "inf",
            "-1e300",
            "2020-13-40",
            "2020-02-30T00:00:00Z",
            "2020-02-01T00:00:0:Z",
            "10.0.0.1",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
