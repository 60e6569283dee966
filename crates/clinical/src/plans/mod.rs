//! Two answers worked out from a profile: [`movement()`], a week's plan and how it grows, and [`nutrition()`], amounts of
//! food with what a condition changes. Everything said names its source; this project's own choices are marked as such.
//!
//! Start reading at `movement.rs` and `nutrition.rs`. The statements and weeks are data, in `data/plans/`.
//!
//! What is not known of a person leads to the cautious variant, and is named, so that it can be asked for. What these
//! must never do: give numbers of weight or energy to someone under 18, pregnant, underweight or with an eating disorder.

mod movement;
mod nutrition;
mod person;
mod said;
mod week;

pub use movement::{Plan, movement};
pub use nutrition::{Advice, Refusal, RefusalReason, Topic, nutrition};
pub use person::{Equipment, Field, Goal, Level, Person};
pub use said::Statement;
pub use week::{Day, Session, SessionKind, Week};
