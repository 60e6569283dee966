//! Moments as figures, without a clock or a locale: the first render is the same on both sides.

/// Milliseconds since 1970 of an RFC 3339 moment in UTC, such as `2026-11-21T09:30:00.250Z`.
pub(super) fn millis(at: &str) -> Option<f64> {
    let number = |from: usize, to: usize| at.get(from..to)?.parse::<u32>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hours, minutes, seconds) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let fraction = at.get(19..)?.strip_prefix('.').map(|rest| rest.trim_end_matches('Z'));
    let fraction = fraction.and_then(|digits| format!("0.{digits}").parse::<f64>().ok()).unwrap_or(0.0);
    let of_day = f64::from(hours * 3_600 + minutes * 60 + seconds) + fraction;
    Some((days(i64::from(year), i64::from(month), i64::from(day)) * 86_400.0 + of_day) * 1_000.0)
}

/// Days since 1970: Howard Hinnant, chrono-Compatible Low-Level Date Algorithms, `days_from_civil`.
fn days(year: i64, month: i64, day: i64) -> f64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    let days = i32::try_from(era * 146_097 + day_of_era - 719_468).unwrap_or(i32::MAX);
    f64::from(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_counted_from_1970() {
        let cases = [
            ("1970-01-01T00:00:00Z", 0.0),
            ("2000-02-29T12:00:00Z", 951_825_600_000.0),
            ("2026-11-21T09:30:00.250Z", 1_795_253_400_250.0),
        ];
        for (at, expected) in cases {
            assert_eq!(millis(at), Some(expected), "{at}");
        }
        assert_eq!([millis(""), millis("yesterday"), millis("2026-13-01T00:00:00Z")], [None; 3]);
    }
}
