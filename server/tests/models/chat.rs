//! Over the real `/ws/chat`: who answered, what is kept, and who sees what.

use std::path::Path;

use serde_json::{Value, json};

use super::IN_ITS_PLACE;
use super::provider::{Act, EVENTS, Provider, Step, openai, openai_answer, refusal};
use super::support::{Account, Socket, TestServer};

const LIVE: &str = "typing=1&stream=1";

async fn server(url: &str, pairs: &[(&str, &str)]) -> TestServer {
    let mut all = vec![
        ("model", "openai:test-model"),
        ("model_url", url),
        ("model_connect", "1s"),
        ("model_first_token", "1s"),
        ("model_idle", "3s"),
    ];
    all.extend(pairs);
    TestServer::with(&all).await
}

async fn turn(socket: &mut Socket, text: &str) -> Value {
    let frames = socket.turn(text, None).await;
    frames.into_iter().find(|frame| frame["role"] == "assistant").expect("an answer")
}

fn text(message: &Value) -> &str {
    message["content"]["text"].as_str().expect("text")
}

#[tokio::test]
async fn an_answer_names_its_model_and_sources_and_keeps_what_came_sealed() {
    // The last passage is when to get help.
    const FEVER: &str = "A fever with a rash or confusion needs help at once";
    let provider = Provider::start(vec![openai_answer(&[&format!("{FEVER} [6]. Take 777"), " mg."])]).await;
    let server = server(&provider.url, &[]).await;
    let ada = Account::sign_up(&server, "ada").await;
    let mut socket = ada.chat(&server, LIVE).await;
    let message = turn(&mut socket, "What is a fever?").await;
    // The guide's question may stand behind it.
    let checked = format!("{FEVER} [1]. Take 777 mg (not in the sources).");
    assert!(text(&message).starts_with(&checked), "{message}");
    let metadata = &message["metadata"];
    assert_eq!((&metadata["model"], &metadata["finish_reason"]), (&json!("openai:test-model"), &json!("complete")));
    assert_eq!(metadata["usage"], json!({"prompt_tokens": 812, "completion_tokens": 41}));
    assert_eq!(metadata["sources"].as_array().map(Vec::len), Some(1), "{metadata}");
    assert!(!message.to_string().contains("raw_events") && !message.to_string().contains("test-model-2026"));

    // In the database, only within the sealed body.
    let id = message["id"].as_str().expect("an id");
    let session = message["session_id"].as_str().expect("an id");
    let key = server.app.keys.get(&server.app.db, session).await.expect("a key");
    let (sealed,) = server.rows::<(Vec<u8>,)>("SELECT body FROM messages WHERE role = 'assistant'").await.remove(0);
    assert!(!String::from_utf8_lossy(&sealed).contains("777"));
    let body = key.open(vault::Place { table: "messages", column: "body", row: id }, &sealed).expect("its body");
    let raw = serde_json::from_slice::<Value>(&body).expect("JSON")["raw_events"].clone();
    assert_eq!(raw["model_version"], "test-model-2026-10-01");
    assert_eq!(raw["content"]["parts"][0]["text"], format!("{FEVER} [6]. Take 777 mg."));
}

#[tokio::test]
async fn the_guide_takes_over_in_plain_sight() {
    let provider = Provider::start(vec![refusal(500)]).await;
    let server = server(&provider.url, &[]).await;
    let ada = Account::sign_up(&server, "ada").await;
    let mut socket = ada.chat(&server, LIVE).await;
    let message = turn(&mut socket, "How can I bring down a fever?").await;
    assert!(text(&message).starts_with(IN_ITS_PLACE), "{message}");
    let metadata = &message["metadata"];
    assert_eq!((&metadata["model"], &metadata["finish_reason"]), (&json!("builtin"), &json!("complete")));
    assert!(metadata["sources"].as_array().is_some_and(|sources| !sources.is_empty()));
    assert_eq!(provider.asked().len(), 2, "asked, and once again");
}

#[tokio::test]
async fn stop_hangs_up_on_the_model_within_a_second() {
    let steps = vec![openai("Rest and drink enough water and "), Step::Stall];
    let provider = Provider::start(vec![Act::Stream(EVENTS, steps)]).await;
    let server = server(&provider.url, &[("model_idle", "1min"), ("model_tied", "0")]).await;
    let ada = Account::sign_up(&server, "ada").await;
    let mut socket = ada.chat(&server, LIVE).await;
    socket.ask("How can I bring down a fever?", None).await;
    let chunk = socket.next_of("stream_chunk").await;
    socket.send(&json!({"type": "stop", "session_id": chunk["session_id"]})).await;
    assert!(provider.closes(1).await);
    let message = socket.next_message("assistant").await;
    assert_eq!(message["metadata"]["finish_reason"], "stopped", "{message}");
    assert!(text(&message).starts_with("Rest and drink"), "{message}");
}

#[tokio::test]
async fn an_answer_without_end_is_cut_and_hung_up_on() {
    let Step::Say(frame) = openai("on and on and ") else { unreachable!("words are said") };
    let provider = Provider::start(vec![Act::Stream(EVENTS, vec![Step::Forever(frame)])]).await;
    let server = server(&provider.url, &[("answer_bytes", "300"), ("model_tied", "0")]).await;
    let ada = Account::sign_up(&server, "ada").await;
    let mut socket = ada.chat(&server, LIVE).await;
    let message = turn(&mut socket, "How can I bring down a fever?").await;
    assert_eq!(message["metadata"]["finish_reason"], "failed");
    assert!(text(&message).len() < 500 && text(&message).contains("became too long"), "{message}");
    assert!(provider.closes(1).await);
}

#[tokio::test]
async fn an_answer_that_goes_round_in_circles_is_cut() {
    let Step::Say(frame) = openai("Un vaso de agua y descansar, nada más. ") else { unreachable!("words are said") };
    let provider = Provider::start(vec![Act::Stream(EVENTS, vec![Step::Forever(frame)])]).await;
    let server = server(&provider.url, &[("model_tied", "0")]).await;
    let ada = Account::sign_up(&server, "ada").await;
    let mut socket = ada.chat(&server, LIVE).await;
    let message = turn(&mut socket, "How can I bring down a fever?").await;
    assert_eq!(message["metadata"]["finish_reason"], "failed");
    assert!(text(&message).len() < 700 && text(&message).contains("only repeated itself"), "{message}");
    assert!(provider.closes(1).await);
}

#[tokio::test]
async fn a_model_never_sees_what_another_person_said() {
    let provider = Provider::start(vec![openai_answer(&["A fever needs rest [1]."])]).await;
    let server = server(&provider.url, &[]).await;
    let people = ["ada", "ben", "cleo"];
    let talk = |name: &'static str| {
        let server = &server;
        async move {
            let account = Account::sign_up(server, name).await;
            let mut socket = account.chat(server, LIVE).await;
            for round in 0..3 {
                turn(&mut socket, &format!("I am {name}-of-round-{round} and have a fever")).await;
            }
        }
    };
    futures_util::future::join_all(people.map(talk)).await;
    let asked = provider.asked();
    assert_eq!(asked.len(), 9);
    for request in &asked {
        let messages = request.body["messages"].as_array().expect("messages");
        let sent = request.body.to_string();
        let named = people.iter().filter(|name| sent.contains(&format!("{name}-of-round"))).count();
        assert_eq!(named, 1, "{sent}");
        let rounds = (0..3).filter(|round| sent.contains(&format!("-of-round-{round}"))).count();
        assert_eq!(messages.len(), 2 * rounds, "the rules, and the rounds so far by turns");
        assert!(!sent.contains("people.example"), "no address of anybody");
    }
}

/// The real binary, with all of the log on: neither what was asked, nor what was answered, nor the key is in it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_has_nothing_of_what_is_said_and_no_key() {
    let provider = Provider::start(vec![refusal(500), refusal(500), openai_answer(&["Sunflower [1]."])]).await;
    let folder = tempfile::tempdir().expect("a folder");
    let key = folder.path().join("key");
    std::fs::write(&key, "sk-never-to-be-seen").expect("a key");
    let data = folder.path().join("data");
    let setup = loadgen::Setup::new(Path::new(env!("CARGO_BIN_EXE_anamnesis")), &data)
        .with("ANAMNESIS_MODEL", "openai:test-model")
        .with("ANAMNESIS_MODEL_URL", provider.url.as_str())
        .with("ANAMNESIS_MODEL_KEY_FILE", key.to_str().expect("a path"))
        .with("ANAMNESIS_LOG", "trace");
    let server = setup.start().await.expect("it starts");
    let account = loadgen::Account::create(&server).await.expect("an account");
    let request = |addr| {
        use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
        let mut request = format!("ws://{addr}/ws/chat?typing=1").into_client_request().expect("an address");
        let bearer = format!("Bearer {}", account.token).parse().expect("a header");
        request.headers_mut().insert("authorization", bearer);
        request
    };
    let (mut socket, _) = tokio_tungstenite::connect_async(request(server.addr())).await.expect("a socket");
    for _ in 0..2 {
        use futures_util::{SinkExt as _, StreamExt as _};
        let ask = json!({"type": "user_message", "content": {"text": "Marigold: how do I cool a fever?"}});
        socket.send(ask.to_string().into()).await.expect("sent");
        while let Some(Ok(frame)) = socket.next().await {
            if frame.to_text().is_ok_and(|text| text.contains("\"stop\"")) {
                break;
            }
        }
    }
    assert_eq!(provider.asked().len(), 3);
    server.kill().await.expect("it runs");
    let log = std::fs::read_to_string(data.with_extension("log")).expect("a log");
    assert!(log.contains("the language model gave no answer"), "{log}");
    for secret in ["Marigold", "Sunflower", "secret rash", "sk-never-to-be-seen"] {
        assert!(!log.contains(secret), "`{secret}` is in the log");
    }
}

/// Many words that no passage has, with a mark that is worth nothing.
const BABBLE: &str = "The moon governs the tides of every mind and will surely carry this away by the next morning [1]. A \
                      spoonful of powdered amber under the pillow has always been praised by the old fishermen of the coast.";

#[tokio::test]
async fn what_does_not_rest_on_its_sources_is_replaced_by_the_guide_in_plain_sight() {
    let provider = Provider::start(vec![openai_answer(&[BABBLE]), openai_answer(&[BABBLE])]).await;
    let server = server(&provider.url, &[]).await;
    let ada = Account::sign_up(&server, "ada").await;
    let mut socket = ada.chat(&server, LIVE).await;
    let frames = socket.turn("How can I bring down a fever?", None).await;
    let message = frames.iter().find(|frame| frame["role"] == "assistant").expect("an answer");
    assert!(
        text(message).starts_with("*What the language model said did not rest on its sources; this is the built-in"),
        "{message}"
    );
    assert!(!text(message).contains("amber"), "{message}");
    assert_eq!(message["metadata"]["model"], "builtin", "{message}");
    assert!(!message["metadata"]["sources"].as_array().expect("sources").is_empty(), "{message}");
    // It was never shown.
    let told = |frame: &Value| frame["content_delta"].as_str().is_some_and(|text| text.contains("moon"));
    assert!(!frames.iter().any(told), "{frames:?}");
}

#[tokio::test]
async fn babble_without_end_is_hung_up_on_and_the_guide_answers() {
    let Step::Say(frame) = openai("The old fishermen of the coast have always praised it. ") else {
        unreachable!("words")
    };
    let provider = Provider::start(vec![Act::Stream(EVENTS, vec![Step::Forever(frame)])]).await;
    let server = server(&provider.url, &[]).await;
    let ada = Account::sign_up(&server, "ada").await;
    let mut socket = ada.chat(&server, LIVE).await;
    let message = turn(&mut socket, "How can I bring down a fever?").await;
    assert!(text(&message).starts_with("*What the language model said did not rest"), "{message}");
    assert_eq!(message["metadata"]["finish_reason"], "complete", "{message}");
    assert!(provider.closes(1).await);
}

#[tokio::test]
async fn an_answer_waits_only_until_it_rests_on_something() {
    const FIRST: &str = "A fever is a body temperature of 38 °C or above, mostly with an infection [1].";
    let provider = Provider::start(vec![Act::Stream(
        EVENTS,
        vec![openai("A fever is "), openai(&FIRST["A fever is ".len()..]), openai(" Then"), Step::Stall],
    )])
    .await;
    let server = server(&provider.url, &[]).await;
    let ada = Account::sign_up(&server, "ada").await;
    let mut socket = ada.chat(&server, LIVE).await;
    socket.ask("What is a fever?", None).await;
    let chunk = socket.next_of("stream_chunk").await;
    assert!(chunk["content_delta"].as_str().expect("text").starts_with("A fever is a body temperature"), "{chunk}");
}

#[tokio::test]
async fn a_short_answer_is_measured_too_and_what_states_nothing_stays() {
    const ENGLISH: &str = "How can I bring down a fever?";
    for (asked, said, stays) in [
        (ENGLISH, "The patient can be a good candidate for the procedure.", false),
        (ENGLISH, "How long has the fever lasted, and how high is it now?", true),
        (ENGLISH, "Yes.", false),
        (ENGLISH, "\"Fever – What it is\"", false),
        (ENGLISH, "I'm sorry that you have had such a bad fever. How high is it?", true),
        (
            ENGLISH,
            "I'm sorry to hear that. Since when do you have this fever? Do you have a cough, or any blood in what you \
             cough up? And how old are you?",
            true,
        ),
        (ENGLISH, "The library has nothing on that, so please ask a pharmacist or a nurse.", true),
        (ENGLISH, "I can't look at the picture that you sent, so tell me what it shows.", true),
        ("Wie kann ich das Fieber senken?", "Bei Fieber hilft es oft, viel zu trinken und sich gut auszuruhen.", true),
        (
            "How can I bring down a fever? Please answer in German, for my mother.",
            "Bei Fieber hilft es oft, viel zu trinken und sich gut auszuruhen.",
            true,
        ),
        (ENGLISH, "Bei Fieber hilft es oft, viel zu trinken und sich gut auszuruhen.", false),
        ("¿Cómo puedo bajar la fiebre?", "Beba mucha agua, descanse y tome paracetamol si lo necesita.", true),
    ] {
        let provider = Provider::start(vec![openai_answer(&[said])]).await;
        let server = server(&provider.url, &[]).await;
        let ada = Account::sign_up(&server, "ada").await;
        let mut socket = ada.chat(&server, LIVE).await;
        let message = turn(&mut socket, asked).await;
        assert_eq!(text(&message).contains(said), stays, "{message}");
        assert!(!text(&message).contains("No statement of this answer"), "{message}");
        assert_eq!(message["metadata"]["model"] == "openai:test-model", stays, "{message}");
    }
}

#[tokio::test]
async fn an_operator_may_keep_every_answer_and_another_language_is_not_measured() {
    const FIEBER: &str = "Bei Fieber hilft es oft, viel zu trinken, sich auszuruhen und leichte Kleidung zu tragen. Wenn das \
                          Fieber nach drei Tagen nicht sinkt, sollte eine Praxis aufgesucht werden, damit die Ursache gefunden wird.";
    for (said, tied) in [(BABBLE, "0"), (FIEBER, "1")] {
        let provider = Provider::start(vec![openai_answer(&[said])]).await;
        let server = server(&provider.url, &[("model_tied", tied)]).await;
        let ada = Account::sign_up(&server, "ada").await;
        let mut socket = ada.chat(&server, LIVE).await;
        let asked = if tied == "0" { "How can I bring down a fever?" } else { "Wie kann ich das Fieber senken?" };
        let message = turn(&mut socket, asked).await;
        assert!(text(&message).starts_with(&said[..40]), "{message}");
        assert_eq!(message["metadata"]["model"], "openai:test-model", "{message}");
    }
}
