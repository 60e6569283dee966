//! Questionnaires (PHQ-9, GAD-7): asked item by item in a conversation or on a page, scored, kept, compared.
//!
//! In a conversation each answer is a button whose id carries the answers so far (`q_phq9_0213`), so that nothing is kept
//! in between and an earlier answer can be given again.

use std::fmt::Write as _;
use std::sync::Arc;

use clinical::crisis::{Speaker, Utterance, Watch};
use clinical::questionnaires::{self as forms, Change, Questionnaire, Scored};
use protocol::care::{CareReply, FillIn, Filled, QuestionnaireResult};
use protocol::engine::ErrorCode;
use protocol::{Content, ConversationId, Element, Safety, UserId};

use super::exercises::{Said, say};
use super::progress;
use super::types::Noted;
use crate::alerts::NewAlert;
use crate::audit::Origin;
use crate::clock::{Millis, rfc3339};
use crate::db::StoreError;
use crate::error::ApiError;
use crate::ids;
use crate::realtime::commands::Refusal;
use crate::realtime::hub::Peer;
use crate::state::App;

/// What the id of every button of a questionnaire begins with.
pub(super) const BUTTON: &str = "q_";

/// What is said in answer to the item about death, for the reviewed answer to danger: it is what was ticked.
const TICKED: &str = "I have had thoughts that I would be better off dead, or of hurting myself.";

/// One that was filled in, as it is shown; `None` where it can't be scored any more.
pub(super) fn filled(id: &str, answers: &[u8], entry: &str, at: Millis) -> Option<Filled> {
    let form = forms::by_id(id)?;
    let scored = forms::score(form, answers).ok()?;
    Some(line(form, &scored, answers, entry, at))
}

fn line(form: &Questionnaire, scored: &Scored, answers: &[u8], entry: &str, at: Millis) -> Filled {
    Filled {
        id: entry.to_owned(),
        questionnaire: form.id.clone(),
        name: form.name.clone(),
        score: scored.total.into(),
        max: scored.out_of.into(),
        band: scored.band.label.clone(),
        completed_at: rfc3339(at),
        answers: answers.to_vec(),
    }
}

/// Keeps one that was filled in on a page, and says what comes of it.
pub(super) async fn fill_in(
    app: &App,
    user: &UserId,
    form: &'static Questionnaire,
    FillIn { answers, difficulty }: FillIn,
    origin: &Origin,
) -> Result<QuestionnaireResult, ApiError> {
    let scored = forms::score(form, &answers)
        .map_err(|wrong| ApiError::unprocessable("answers", format!("This can't be scored: {wrong}.")))?;
    if difficulty.is_some_and(|answer| usize::from(answer) >= forms::difficulty().labels.len()) {
        return Err(ApiError::unprocessable("difficulty", "`difficulty` is 0 to 3."));
    }
    let before = last(app, user, &form.id).await?;
    let noted = Noted::Questionnaire { questionnaire: form.id.clone(), answers: answers.clone(), difficulty };
    let entered = progress::note(app, user, &noted, origin).await?;
    let (care, safety, alert) = care_of(app, user, &scored, origin.region.as_deref()).await;
    if safety.crisis {
        super::count_crisis();
        super::trail_crisis(app, user, alert).await?;
    }
    Ok(QuestionnaireResult {
        filled: line(form, &scored, &answers, &entered.id, entered.at),
        meaning: scored.band.meaning.clone(),
        next: scored.band.next.clone(),
        change: before.map(|before| told_change(form, before, scored.total)),
        source: form.bands_source.clone(),
        care,
    })
}

/// The sum of the last time.
async fn last(app: &App, user: &UserId, id: &str) -> Result<Option<u8>, StoreError> {
    let entered = progress::entries(app, user).await?;
    Ok(entered.iter().rev().find_map(|entry| match &entry.noted {
        Noted::Questionnaire { questionnaire, answers, .. } if questionnaire == id => {
            forms::score(forms::by_id(id)?, answers).ok().map(|scored| scored.total)
        }
        _ => None,
    }))
}

pub(super) fn told_change(form: &Questionnaire, before: u8, after: u8) -> String {
    let points = before.abs_diff(after);
    let (sum, least) = (format!("{before} last time, {after} now"), form.change_points);
    match forms::change(form, before, after) {
        Change::Better => format!("{sum}: {points} points better. That is more than chance is likely to make."),
        Change::Worse => format!("{sum}: {points} points worse. That is more than chance is likely to make."),
        Change::NotClear if points == 0 => format!("{sum}: no change."),
        Change::NotClear => format!("{sum}. A change of fewer than {least} points may be chance."),
    }
}

/// What is said where the item about death and self-harm was ticked.
async fn care_of(
    app: &App,
    user: &UserId,
    scored: &Scored,
    region: Option<&str>,
) -> (Option<CareReply>, Safety, Option<NewAlert>) {
    if !scored.asks_about_safety {
        return (None, Safety::default(), None);
    }
    let (care, mut reply) = care_for_ticked(app, user, region).await;
    let alert = care.tell(app, user, &mut reply).await;
    (Some(CareReply { text: reply.text, elements: reply.elements }), care.safety, alert)
}

/// The reviewed answer to somebody who ticked it.
pub(super) async fn care_for_ticked(app: &App, user: &UserId, region: Option<&str>) -> (super::Care, super::Reply) {
    let mut watch = Watch::over(1);
    watch.hear(Utterance { speaker: Speaker::Person, text: TICKED });
    let care = super::Care::of(&watch, 0);
    let reply = care.reply(super::country(app, user, region).await);
    (care, reply)
}

/// By which words a questionnaire is asked for.
const ASKED_FOR: [(&str, &[&str]); 2] = [
    ("phq9", &["phq", "depression test", "test for depression", "depression questionnaire", "am i depressed"]),
    ("gad7", &["gad-7", "gad7", "gad 7", "anxiety test", "test for anxiety", "anxiety questionnaire"]),
];

/// The buttons that begin the questionnaires that somebody asks for.
pub(super) fn offers(question: &str) -> Vec<Element> {
    let question = question.to_lowercase();
    let asked = ASKED_FOR.iter().filter(|(_, words)| words.iter().any(|words| question.contains(words)));
    asked
        .filter_map(|(id, _)| forms::by_id(id))
        .map(|form| Element::Button { id: format!("{BUTTON}{}", form.id), label: format!("Fill in the {}", form.name) })
        .collect()
}

/// Answers a pressed button of a questionnaire; false where it is none.
pub(super) async fn press(
    app: &App,
    peer: &Arc<Peer>,
    session: &ConversationId,
    button: &str,
    origin: &Origin,
) -> Result<bool, Refusal> {
    let Some(rest) = button.strip_prefix(BUTTON) else { return Ok(false) };
    let (id, digits) = rest.split_once('_').unwrap_or((rest, ""));
    let Some(form) = forms::by_id(id) else { return Ok(false) };
    let answers: Option<Vec<u8>> =
        digits.chars().map(|digit| digit.to_digit(4).and_then(|digit| u8::try_from(digit).ok())).collect();
    let Some(answers) = answers.filter(|answers| answers.len() <= form.items.len()) else {
        return Err(Refusal::new(ErrorCode::NotFound, "There is no such button."));
    };
    let said = if answers.len() < form.items.len() {
        Said { content: item(form, digits, &answers), ..Said::default() }
    } else {
        result(app, &peer.user, form, answers, origin).await?
    };
    say(app, peer, session, said, origin).await?;
    Ok(true)
}

/// The next item, with what was answered to the one before it.
fn item(form: &Questionnaire, digits: &str, answers: &[u8]) -> Content {
    let labels = forms::answer_labels();
    let n = answers.len();
    let mut text = match answers.last() {
        None => format!("{} {}\n\n", form.about, form.lead_in),
        Some(answer) => {
            format!("*{}* — {}\n\n", form.items[n - 1], labels.get(usize::from(*answer)).map_or("", String::as_str))
        }
    };
    // Writing to a string can't fail.
    let _ = write!(text, "**{} of {}.** {}", n + 1, form.items.len(), form.items[n]);
    let elements = labels
        .iter()
        .enumerate()
        .map(|(value, label)| Element::Button {
            id: format!("{BUTTON}{}_{digits}{value}", form.id),
            label: label.clone(),
        })
        .collect();
    Content { text, elements }
}

async fn result(
    app: &App,
    user: &UserId,
    form: &'static Questionnaire,
    answers: Vec<u8>,
    origin: &Origin,
) -> Result<Said, Refusal> {
    let scored =
        forms::score(form, &answers).map_err(|_| Refusal::new(ErrorCode::NotFound, "There is no such button."))?;
    let before = last(app, user, &form.id).await?;
    let now = app.clock.now();
    let key = app.keys.get(&app.db, user.as_str()).await?;
    let (care, safety, alert) = care_of(app, user, &scored, origin.region.as_deref()).await;
    let mut text = format!(
        "**{}: {} of {} — {}.** {} {}",
        form.name, scored.total, scored.out_of, scored.band.label, scored.band.meaning, scored.band.next
    );
    if let Some(before) = before {
        text.push_str("\n\n");
        text.push_str(&told_change(form, before, scored.total));
    }
    // Writing to a string can't fail.
    let _ = write!(text, "\n\nIt is kept with your progress. Source: {}", form.bands_source);
    let mut elements = vec![Element::Progress { id: ids::plain(now), label: format!("{} filled in", form.name) }];
    if let Some(care) = care {
        super::count_crisis();
        text = format!("{}\n\n{text}", care.text);
        elements.extend(care.elements);
    }
    let noted = Noted::Questionnaire { questionnaire: form.id.clone(), answers, difficulty: None };
    let entry = Some(progress::sealed(&key, user, &noted, now)?);
    Ok(Said { content: Content { text, elements }, safety, entry, alert, ..Said::default() })
}
