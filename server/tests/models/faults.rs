//! Every fault of a model: before its first words the guide takes over, behind them what was said is kept.

use std::time::{Duration, Instant};

use server::models::ModelError;

use super::provider::{Act, EVENTS, Provider, Step, openai, openai_answer, openai_end, refusal};
use super::{Outcome, ask, model, question};

const QUESTION: &str = "How can I bring down a fever?";

fn stream(steps: Vec<Step>) -> Act {
    Act::Stream(EVENTS, steps)
}

/// A whole answer: what came of it, and how often the provider was asked.
async fn with(acts: Vec<Act>) -> (Outcome, usize) {
    let provider = Provider::start(acts).await;
    let outcome = ask(&model(&provider.url, &[]), question(QUESTION)).await;
    if let Some(error) = &outcome.error {
        assert!(!error.to_string().contains("secret"), "{error}");
    }
    assert!(!outcome.text.contains("secret"), "{outcome:?}");
    (outcome, provider.asked().len())
}

#[tokio::test]
async fn the_guide_takes_over_where_there_are_no_words() {
    let page = Act::Status(200, vec![("content-type", "text/html")], "<html>Sign in</html>".to_owned());
    let long_wait = Act::Status(429, vec![("retry-after", "60")], "my secret rash".to_owned());
    let elsewhere = Act::Status(307, vec![("location", "http://127.0.0.1:9/")], String::new());
    let reported = Step::Say("data: {\"error\":{\"message\":\"my secret rash\"}}\n\n".to_owned());
    for (name, act, times) in [
        ("no word in time", stream(vec![Step::Stall]), 2),
        ("only signs of life", stream(vec![Step::Forever(": ping\n\n".to_owned())]), 2),
        ("reset", stream(vec![Step::Reset]), 2),
        ("no key", refusal(401), 1),
        ("no permission", refusal(403), 1),
        ("no such model", refusal(404), 1),
        ("too much", refusal(413), 1),
        ("busy", refusal(429), 2),
        ("busy for long", long_wait, 1),
        ("error", refusal(500), 2),
        ("overloaded", refusal(503), 2),
        ("redirect", elsewhere, 1),
        ("no events", page, 2),
        ("not JSON", stream(vec![Step::Say("data: {\"choices\": [\n\n".to_owned())]), 2),
        ("not text", stream(vec![Step::Say("\u{0}\u{1}\u{2}".to_owned())]), 2),
        ("an error as an event", stream(vec![reported]), 2),
        ("nothing", stream(openai_end("stop")), 2),
        ("blanks", stream([openai(" \n")].into_iter().chain(openai_end("stop")).collect()), 2),
        ("withheld", stream(openai_end("content_filter")), 1),
    ] {
        let (outcome, asked) = with(vec![act]).await;
        assert!(outcome.is_of_the_guide(), "{name}: {outcome:?}");
        assert!(!outcome.sources.is_empty(), "{name}: the guide names its sources");
        assert_eq!((asked, &outcome.error), (times, &None), "{name}");
    }
}

#[tokio::test]
async fn a_provider_that_is_not_there_is_answered_for_by_the_guide() {
    let provider = Provider::start(vec![refusal(500)]).await;
    let url = provider.url.clone();
    drop(provider);
    tokio::task::yield_now().await;
    // Opened before the time is taken: the library is read for it. A refused connection is not waited for.
    let models = model(&url, &[("model_connect", "20s"), ("model_first_token", "20s"), ("model_idle", "60s")]);
    let asked = Instant::now();
    let outcome = ask(&models, question(QUESTION)).await;
    assert!(outcome.is_of_the_guide(), "{outcome:?}");
    assert!(asked.elapsed() < Duration::from_secs(10), "{:?}", asked.elapsed());
}

#[tokio::test]
async fn one_failure_before_the_first_words_is_not_seen() {
    for first in [stream(vec![Step::Stall]), stream(vec![Step::Reset]), refusal(429), refusal(502)] {
        let (outcome, asked) = with(vec![first, openai_answer(&["A fever needs rest [1]."])]).await;
        assert_eq!((outcome.own(), &outcome.by, &outcome.error, asked), ("A fever needs rest [1].", &None, &None, 2));
    }
}

#[tokio::test]
async fn what_was_said_is_kept_where_it_breaks_off() {
    let half = || vec![openai("A fever needs rest and dri"), openai("nk [1]. At 45 ")];
    let broken = Step::Say("data: {\"choices\":\n\n".to_owned());
    for (name, last, error) in [
        ("silence", vec![Step::Stall], ModelError::TimedOut),
        ("reset", vec![Step::Reset], ModelError::Broke("the connection broke".into())),
        ("end without an end", vec![], ModelError::Broke("the connection broke".into())),
        ("not JSON", vec![broken, Step::Stall], ModelError::Broke("its answer can't be read".into())),
    ] {
        let steps = half().into_iter().chain([Step::Wait(Duration::from_millis(50))]).chain(last).collect();
        let (outcome, asked) = with(vec![stream(steps)]).await;
        assert_eq!(outcome.text, "A fever needs rest and drink [1]. At 45 (not in the sources) ", "{name}");
        assert_eq!((outcome.error, &outcome.by, asked), (Some(error), &None, 1), "{name}");
        assert_eq!(outcome.raw["content"]["parts"][0]["text"], "A fever needs rest and drink [1]. At 45 ", "{name}");
    }
}

#[tokio::test]
async fn an_answer_that_the_provider_cuts_says_so() {
    for (reason, said) in [("length", "became too long"), ("content_filter", "withheld the rest")] {
        let steps = [openai("A fever needs rest [1] and")].into_iter().chain(openai_end(reason)).collect();
        let (outcome, _) = with(vec![stream(steps)]).await;
        assert!(
            outcome.text.starts_with("A fever needs rest [1] and\n\n*") && outcome.text.contains(said),
            "{outcome:?}"
        );
        assert!(matches!(outcome.error, Some(ModelError::Broke(_))), "{outcome:?}");
        assert_eq!(outcome.usage.completion_tokens, 41);
    }
}

#[tokio::test]
async fn thinking_counts_as_a_sign_of_life_and_is_not_shown() {
    let think =
        Step::Say("data: {\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"Hm 900 mg\"}}]}\n\n".into());
    // Each is shorter than the times of `model`, all of them together longer than either.
    let pause = || Step::Wait(Duration::from_millis(400));
    let steps = vec![think.clone(), pause(), think.clone(), pause(), think, pause(), openai("A fever needs rest [1].")];
    let steps = steps.into_iter().chain(openai_end("stop")).collect();
    let (outcome, asked) = with(vec![stream(steps)]).await;
    assert_eq!((outcome.own(), asked), ("A fever needs rest [1].", 1));
}

#[tokio::test]
async fn an_answer_that_nobody_takes_any_more_closes_the_connection() {
    use futures_util::StreamExt as _;
    let provider = Provider::start(vec![stream(vec![openai("Rest and drink enough water "), Step::Stall])]).await;
    let models = model(&provider.url, &[("model_idle", "60s"), ("model_tied", "0")]);
    let mut pieces = models.current().answer(question(QUESTION));
    while let Some(Ok(piece)) = pieces.next().await {
        if matches!(piece, server::models::Piece::Text(_)) {
            break;
        }
    }
    drop(pieces);
    assert!(provider.closes(1).await, "within a second");
}

#[tokio::test]
async fn an_answer_is_taken_up_again_from_its_beginning() {
    let provider = Provider::start(vec![openai_answer(&["A fever needs rest [1]."])]).await;
    let mut prompt = question(QUESTION);
    prompt.already_said = "Rest and".to_owned();
    let outcome = ask(&model(&provider.url, &[]), prompt.clone()).await;
    assert_eq!((outcome.own(), outcome.restarts), ("A fever needs rest [1].", 1));
    drop(provider);
    let provider = Provider::start(vec![refusal(401)]).await;
    let outcome = ask(&model(&provider.url, &[]), prompt).await;
    assert!(outcome.is_of_the_guide() && outcome.restarts == 1, "{outcome:?}");
}
