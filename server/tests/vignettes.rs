//! Dialogues with the built-in guide, one a Markdown file of `guide/vignettes/`, and the one check that runs them.
//!
//! A vignette has a title, who it is, and turns: what the person types (`> `), then checks on the reply. A danger is
//! answered by the reviewed text of `clinical`, as in the server, and has the kind `crisis`.

mod guide_vignettes {
    pub(crate) mod checks;
    pub(crate) mod reading;
}

use std::path::Path;
use std::sync::{Arc, LazyLock};

use clinical::crisis::{self, Asked, Danger, Speaker, Utterance, Watch};
use guide_vignettes::checks::{self, Reply};
use guide_vignettes::reading::{self, Vignette};
use knowledge::Library;
use protocol::Role;
use server::models::builtin::Builtin;
use server::models::{Past, Piece, Prompt};

/// As many messages as the server shows a model.
const HISTORY: usize = 20;

static GUIDE: LazyLock<Builtin> =
    LazyLock::new(|| Builtin::new(Arc::new(Library::load().expect("the library in the binary is whole"))));

#[test]
fn dialogues_go_as_they_should() {
    let mut failures = Vec::new();
    let vignettes = reading::all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guide/vignettes"));
    assert!(vignettes.len() >= 150, "{} vignettes", vignettes.len());
    for vignette in &vignettes {
        failures.extend(run(vignette));
    }
    let failed: std::collections::BTreeSet<&str> = failures.iter().map(|(name, _)| name.as_str()).collect();
    let told: Vec<&str> = failures.iter().map(|(_, told)| told.as_str()).collect();
    assert!(failures.is_empty(), "{}\n{} of {} vignettes fail", told.join("\n"), failed.len(), vignettes.len());
}

fn run(vignette: &Vignette) -> Vec<(String, String)> {
    let mut failures = Vec::new();
    let mut watch = Watch::over(60);
    let mut crises = 0;
    let mut history: Vec<Past> = Vec::new();
    let mut earlier: Vec<String> = Vec::new();
    for (at, turn) in vignette.turns.iter().enumerate() {
        watch.hear(Utterance { speaker: Speaker::Person, text: &turn.says });
        let assessment = watch.assess();
        let reply = if assessment.is_crisis() || assessment.dangers.contains(&Danger::ThirdParty) {
            let reply = crisis::reply(&assessment, &Asked { country: None, times_before: crises });
            crises += 1;
            let lines = reply.resources.iter().map(|resource| format!("\n{resource:?}"));
            Reply { text: reply.text + &lines.collect::<String>(), kind: "crisis", ..Reply::default() }
        } else {
            let skip = history.len().saturating_sub(HISTORY);
            let prompt = Prompt { question: turn.says.clone(), history: history[skip..].to_vec(), ..Prompt::default() };
            guide(&prompt)
        };
        watch.hear(Utterance { speaker: Speaker::Guide, text: &reply.text });
        for problem in checks::of(turn, &reply, &earlier) {
            let told = format!(
                "{}, turn {}: {problem}\n    > {}\n    {}\n    {:?}",
                vignette.name,
                at + 1,
                turn.says,
                reply.text.replace('\n', "\n    "),
                reply.choices
            );
            failures.push((vignette.name.clone(), told));
        }
        history.push(Past { role: Role::User, text: turn.says.clone(), choices: Vec::new() });
        history.push(Past { role: Role::Assistant, text: reply.text.clone(), choices: reply.choices.clone() });
        earlier.push(reply.text);
    }
    failures
}

fn guide(prompt: &Prompt) -> Reply {
    let reading = GUIDE.reading(prompt);
    let mut reply = Reply { kind: reading.kind.name(), whom: reading.whom, ..Reply::default() };
    for piece in GUIDE.pieces(prompt) {
        match piece {
            Piece::Text(text) => reply.text += &text,
            Piece::Sources(sources) => reply.sources = sources.into_iter().map(|source| source.id).collect(),
            Piece::Choices(choices) => reply.choices = choices,
            _ => {}
        }
    }
    reply
}
