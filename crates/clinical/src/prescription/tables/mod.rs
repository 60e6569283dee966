//! The rule tables of `data/`, read once and indexed by drug.

pub(crate) mod allergies;
#[cfg(test)]
mod check;
pub(crate) mod conditions;
pub(crate) mod disease;
pub(crate) mod interactions;
pub(crate) mod selector;
pub(crate) mod treatments;
