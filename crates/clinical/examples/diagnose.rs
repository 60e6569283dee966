//! Runs the engine on a note and prints the result as JSON: `cargo run -p clinical --example diagnose -- "45M, RIF pain 3/7"`.

use clinical::diagnosis::{Request, intake, stages};

fn main() {
    let text = std::env::args().skip(1).collect::<Vec<_>>().join(" ");
    let request = Request { narrative: Some(text), ..Request::default() };
    let result = stages(&intake(&request)).result(Vec::<u8>::new());
    println!("{}", serde_json::to_string_pretty(&result).expect("a result is plain data"));
}
