//! What pages are built of; each has a partial of the same name in `style/components`.

pub mod care_nav;
pub mod choices;
pub mod clinic;
pub mod composer;
pub mod confirm;
pub mod connection;
pub mod conversation;
pub mod crisis_card;
pub mod demo;
pub mod exercise;
pub mod feedback;
pub mod field;
pub mod icon;
pub mod markdown;
pub mod message;
pub mod page;
pub mod plot;
pub mod scale;
pub mod sidebar;
pub mod sources_panel;
pub mod step;
pub mod timestamp;
pub mod toast;
pub mod transcript;
