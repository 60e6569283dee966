//! What the clinic's pages are built of. Entry: [`typeahead`], [`tokens`], [`inputs`], [`symptoms`], [`note`]. A case:
//! [`rail`], [`differential`], [`understood`], [`scores`], [`medicines`], [`alerts`], [`sign_off`], [`sharing`].

pub mod alerts;
pub mod bits;
pub mod differential;
pub mod given;
pub mod inputs;
pub mod medicines;
pub mod nav;
pub mod note;
pub mod rail;
pub mod scores;
pub mod sharing;
pub mod sign_off;
pub mod symptoms;
pub mod tokens;
pub mod typeahead;
pub mod understood;
