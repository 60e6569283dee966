//! The prescription engine as its users see it: pairs, properties, vignettes, speed.

#[path = "prescription/independent.rs"]
mod independent;
#[path = "prescription/pairs.rs"]
mod pairs;
#[path = "prescription/properties.rs"]
mod properties;
#[path = "prescription/reading.rs"]
mod reading;
#[path = "prescription/vignettes.rs"]
mod vignettes;
