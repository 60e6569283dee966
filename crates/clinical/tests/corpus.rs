//! Thousands of real health questions are no emergencies. The corpus is not part of the project: where it is absent the
//! test says so and passes.

use std::io::Read as _;
use std::path::Path;

use clinical::crisis::{Speaker, Utterance, assess};

#[test]
fn questions_people_ask_health_agencies_are_not_taken_for_a_crisis() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/clinical/corpus/medquad_open_collections.jsonl.gz");
    let Ok(file) = std::fs::File::open(&path) else {
        println!("skipped: no ../shared/clinical/corpus");
        return;
    };
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
    let mut asked = 0;
    let mut alarmed = Vec::new();
    for line in text.lines() {
        let entry: serde_json::Value = serde_json::from_str(line).unwrap();
        let Some(question) = entry["question"].as_str() else { continue };
        asked += 1;
        if assess(&[Utterance { speaker: Speaker::Person, text: question }]).is_crisis() {
            alarmed.push(question.to_owned());
        }
    }
    assert!(asked > 10_000, "{asked}");
    assert!(alarmed.is_empty(), "{} of {asked}: {alarmed:?}", alarmed.len());
}
