//! A model that keeps failing is left alone, and tried again after a while.

use std::time::Duration;

use super::provider::{Provider, openai_answer, refusal};
use super::{ask, model, question};

#[tokio::test]
async fn failures_let_it_rest_and_an_answer_brings_it_back() {
    let acts = vec![refusal(401), refusal(401), openai_answer(&["A fever needs rest [1]."])];
    let provider = Provider::start(acts).await;
    let models = model(&provider.url, &[("model_failures", "2"), ("model_rest", "2s")]);
    for _ in 0..4 {
        let outcome = ask(&models, question("What is a fever?")).await;
        assert!(outcome.is_of_the_guide(), "{outcome:?}");
    }
    assert_eq!(provider.asked().len(), 2, "it is not asked while it rests");
    tokio::time::sleep(Duration::from_secs(2)).await;
    for asked in [3, 4] {
        let outcome = ask(&models, question("What is a fever?")).await;
        assert_eq!((outcome.text.as_str(), &outcome.by), ("A fever needs rest [1].", &None));
        assert_eq!(provider.asked().len(), asked);
    }
}

#[tokio::test]
async fn what_says_nothing_of_the_model_does_not_count() {
    let provider = Provider::start(vec![refusal(400)]).await;
    let models = model(&provider.url, &[("model_failures", "1"), ("model_rest", "1h")]);
    for asked in 1..=3 {
        ask(&models, question("What is a fever?")).await;
        assert_eq!(provider.asked().len(), asked);
    }
}
