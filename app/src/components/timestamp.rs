//! A moment: the server prints it in UTC, the browser in the reader's own way once the page is theirs.

use leptos::prelude::*;

/// How much of it to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Date and time.
    Full,
    /// The time alone; for what stands under a date.
    Time,
    /// The day, as one would say it.
    Day,
    /// The time if it was today, else the day.
    Short,
}

/// A `<time>` element.
#[component]
pub fn Timestamp(
    /// RFC 3339 UTC.
    #[prop(into)]
    at: String,
    shape: Shape,
    #[prop(optional)] class: &'static str,
) -> impl IntoView {
    let text = RwSignal::new(plain(&at, shape));
    #[cfg(feature = "hydrate")]
    Effect::new({
        let at = at.clone();
        move |_| {
            if let Some(local) = local::say(&at, shape) {
                text.set(local);
            }
        }
    });
    view! { <time class=(!class.is_empty()).then_some(class) datetime=at>{text}</time> }
}

/// The same for everyone: cut out of the text, without a clock or a locale.
pub fn plain(at: &str, shape: Shape) -> String {
    let (date, time) = (at.get(..10).unwrap_or(at), at.get(11..16).unwrap_or_default());
    match shape {
        Shape::Full | Shape::Short => format!("{date} {time} UTC"),
        Shape::Time => format!("{time} UTC"),
        Shape::Day => date.to_owned(),
    }
}

#[cfg(feature = "hydrate")]
mod local {
    use js_sys::{Array, Date, Object, Reflect};

    use super::Shape;

    const DAY_MS: f64 = 86_400_000.0;

    /// In the reader's language and time zone.
    pub(super) fn say(at: &str, shape: Shape) -> Option<String> {
        let date = Date::new(&at.into());
        if date.get_time().is_nan() {
            return None;
        }
        let days = days_ago(&date);
        let time = || {
            date.to_locale_time_string_with_options("default", &options(&[("hour", "2-digit"), ("minute", "2-digit")]))
        };
        let day = || -> String {
            if days < 1.0 {
                return "Today".to_owned();
            }
            if days < 2.0 {
                return "Yesterday".to_owned();
            }
            let mut parts = vec![("day", "numeric"), ("month", "short")];
            if days > 300.0 {
                parts.push(("year", "numeric"));
            }
            date.to_locale_date_string("default", &options(&parts)).into()
        };
        Some(match shape {
            Shape::Time => time().into(),
            Shape::Short if days < 1.0 => time().into(),
            Shape::Day | Shape::Short => day(),
            Shape::Full => format!("{}, {}", day(), String::from(time())),
        })
    }

    fn options(parts: &[(&str, &str)]) -> Object {
        let entries = parts.iter().map(|(name, value)| Array::of2(&(*name).into(), &(*value).into()));
        let options = Object::new();
        for entry in entries {
            let _ = Reflect::set(&options, &entry.get(0), &entry.get(1));
        }
        options
    }

    /// How many midnights ago, where the reader is.
    fn days_ago(date: &Date) -> f64 {
        let midnight = |of: &Date| {
            let of = Date::new(&of.get_time().into());
            of.set_hours(0);
            of.set_minutes(0);
            of.set_seconds(0);
            of.set_milliseconds(0)
        };
        // A day of changing clocks has 23 or 25 hours: rounding takes care of it.
        ((midnight(&Date::new_0()) - midnight(date)) / DAY_MS).round()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_prints_utc() {
        let at = "2026-11-21T14:03:59.123Z";
        assert_eq!(plain(at, Shape::Full), "2026-11-21 14:03 UTC");
        assert_eq!(plain(at, Shape::Time), "14:03 UTC");
        assert_eq!(plain(at, Shape::Day), "2026-11-21");
        assert_eq!(plain("", Shape::Time), " UTC");
    }
}
