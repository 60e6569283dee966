//! Figures over time, drawn: axes, bands, points joined by a line. Whatever it shows stands in a table beside it, too; the
//! drawing is one image with a description. Widths are shares of the page, so that words keep their size on a phone.

use leptos::prelude::*;

/// How high the drawing is, and where its ground and its top are, in pixels.
const HEIGHT: f64 = 220.0;
const TOP: f64 = 14.0;
const GROUND: f64 = 206.0;
/// Where the first and the last point stand, in percent of the width; the figures of the axis stand before it.
const LEFT: f64 = 11.0;
const RIGHT: f64 = 97.0;

/// A figure at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// When, in milliseconds since 1970.
    pub at_ms: f64,
    /// How much.
    pub value: f64,
    /// What is said of it when it is pointed at.
    pub title: String,
    /// Drawn hollow: it belongs to the one after it.
    pub hollow: bool,
}

/// A stretch of the scale with a name, such as `mild`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band {
    /// Its lowest figure.
    pub from: f64,
    /// Its name.
    pub name: &'static str,
}

/// Where a point stands: percent of the width, pixels from the top.
fn place(point: &Point, (first, last): (f64, f64), max: f64) -> (f64, f64) {
    let share = if last > first { (point.at_ms - first) / (last - first) } else { 0.5 };
    (LEFT + share * (RIGHT - LEFT), height(point.value, max))
}

fn height(value: f64, max: f64) -> f64 {
    GROUND - (value / max).clamp(0.0, 1.0) * (GROUND - TOP)
}

/// The drawing.
#[component]
pub fn Plot(
    /// In order of time.
    points: Vec<Point>,
    /// The highest figure there is; the lowest is 0.
    max: f64,
    /// Figures at the axis.
    ticks: &'static [f64],
    bands: &'static [Band],
    /// What a listener hears instead of the drawing.
    description: String,
) -> impl IntoView {
    let first = points.first().map_or(0.0, |point| point.at_ms);
    let last = points.last().map_or(0.0, |point| point.at_ms);
    let places: Vec<(f64, f64)> = points.iter().map(|point| place(point, (first, last), max)).collect();
    let grounds = bands.iter().enumerate().map(|(n, band)| {
        let end = bands.get(n + 1).map_or(max, |next| next.from);
        let (top, foot) = (height(end, max), height(band.from, max));
        view! {
            <rect
                class="plot-band"
                data-odd=(n % 2 == 1).then_some("true")
                x=percent(LEFT)
                y=top.to_string()
                width=percent(100.0 - LEFT)
                height=(foot - top).to_string()
            ></rect>
        }
    });
    // Above the lines, so that both can be read.
    let names = bands.iter().enumerate().map(|(n, band)| {
        let top = height(bands.get(n + 1).map_or(max, |next| next.from), max);
        view! { <text class="plot-name" x="100%" dx="-4" y=(top + 12.0).to_string() text-anchor="end">{band.name}</text> }
    });
    let lines = ticks.iter().map(|tick| {
        let y = height(*tick, max);
        view! {
            <line class="plot-line" x1=percent(LEFT) x2="100%" y1=y.to_string() y2=y.to_string()></line>
            <text class="plot-tick" x=percent(LEFT) dx="-8" y=y.to_string() dy="4" text-anchor="end">{tick.to_string()}</text>
        }
    });
    let joins = places.windows(2).map(|pair| {
        let ((x1, y1), (x2, y2)) = (pair[0], pair[1]);
        view! {
            <line class="plot-join" x1=percent(x1) y1=y1.to_string() x2=percent(x2) y2=y2.to_string()></line>
        }
    });
    let joins = joins.collect_view();
    let dots = points.into_iter().zip(&places).map(|(point, (x, y))| {
        view! {
            <circle class="plot-dot" data-hollow=point.hollow.then_some("true") cx=percent(*x) cy=y.to_string() r="4.5">
                <title>{point.title}</title>
            </circle>
        }
    });
    let dots = dots.collect_view();
    view! {
        <svg class="plot" role="img" aria-label=description width="100%" height=HEIGHT.to_string() focusable="false">
            {grounds.collect_view()}
            {lines.collect_view()}
            {joins}
            {names.collect_view()}
            {dots}
        </svg>
    }
}

fn percent(value: f64) -> String {
    format!("{value:.2}%")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(at_ms: f64, value: f64) -> Point {
        Point { at_ms, value, title: String::new(), hollow: false }
    }

    #[test]
    fn time_goes_to_the_right_and_more_goes_up() {
        let ends = (1_000.0, 3_000.0);
        assert_eq!(place(&point(1_000.0, 0.0), ends, 10.0), (LEFT, GROUND));
        assert_eq!(place(&point(3_000.0, 10.0), ends, 10.0), (RIGHT, TOP));
        let (x, y) = place(&point(2_000.0, 5.0), ends, 10.0);
        assert!((x - f64::midpoint(LEFT, RIGHT)).abs() < 1e-9 && (y - f64::midpoint(TOP, GROUND)).abs() < 1e-9);
    }

    #[test]
    fn a_single_point_stands_in_the_middle() {
        let (x, _) = place(&point(5.0, 1.0), (5.0, 5.0), 10.0);
        assert!((x - f64::midpoint(LEFT, RIGHT)).abs() < 1e-9);
    }
}
