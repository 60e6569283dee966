//! Puts the articles of `server/library/` and what people ask about them into the binary.

mod build_table;

use build_table::table;

fn main() {
    table("../../server/library", "md", "LIBRARY", "library.rs");
    table("../../server/library/questions", "toml", "QUESTIONS", "questions.rs");
}
