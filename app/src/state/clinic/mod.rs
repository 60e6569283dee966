//! What the clinic's pages remember: [`case`] is a case as its frames make it (pure), [`live`] the same as signals with a
//! connection, [`entry`] what is being entered, [`note`] the places of a note.

pub mod case;
pub mod draft;
pub mod entry;
pub mod live;
pub mod note;
