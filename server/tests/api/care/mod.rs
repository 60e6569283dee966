//! Exercises, progress, questionnaires and the safety plan: by REST and on door 1, and what is refused.

mod lines;
mod manner;
mod passages;
mod record;

use serde_json::{Value, json};

use crate::support::{Account, Socket, TestServer};

const DAY: i64 = 86_400_000;

async fn signed_in() -> (TestServer, Account) {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    (server, account)
}

async fn put(server: &TestServer, path: &str, body: &Value, account: &Account) -> (u16, Value) {
    let request = server.http.put(server.url(path)).json(body).bearer_auth(&account.token);
    let response = request.send().await.expect("an answer");
    (response.status().as_u16(), response.json().await.expect("a body"))
}

async fn delete(server: &TestServer, path: &str, account: &Account) -> u16 {
    let request = server.http.delete(server.url(path)).bearer_auth(&account.token);
    request.send().await.expect("an answer").status().as_u16()
}

async fn post(server: &TestServer, path: &str, body: Value, account: &Account) -> (u16, Value) {
    server.post(path, &body, Some(&account.token)).await
}

async fn get(server: &TestServer, path: &str, account: &Account) -> Value {
    let (status, body) = server.get(path, Some(&account.token)).await;
    assert_eq!(status, 200, "{body}");
    body
}

async fn press(socket: &mut Socket, id: &str, data: Value) -> Value {
    socket.send(&json!({"type": "interaction", "content": {"action": "button_click", "id": id, "data": data}})).await;
    loop {
        let frame = socket.next().await;
        if frame["type"] == "error" || (frame["type"] == "message" && frame["role"] == "interactive") {
            return frame;
        }
    }
}

fn ids<'a>(content: &'a Value, kind: &str) -> Vec<&'a str> {
    let elements = content["elements"].as_array().expect("elements").iter();
    elements.filter(|element| element["type"] == kind).map(|element| element["id"].as_str().expect("an id")).collect()
}

#[tokio::test]
async fn what_fits_is_offered_and_never_in_a_crisis() {
    let server = TestServer::with(&[("model", "scripted:text=MODEL TEXT")]).await;
    let account = Account::sign_up(&server, "ada").await;
    let mut socket = account.chat(&server, "").await;
    let mut offered = async |words: &str| {
        socket.ask(words, None).await;
        let answer = socket.next_message("assistant").await;
        ids(&answer["content"], "button").into_iter().map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    let low = offered("I feel so low and have no energy for anything").await;
    assert!(!low.is_empty() && low.iter().all(|id| id.starts_with("ex_")), "{low:?}");
    assert!(!low.contains(&"ex_breathing_478".to_owned()) || low.len() > 1, "{low:?}");
    assert_eq!(offered("I'm having a panic attack").await, ["ex_breathing", "ex_grounding"]);
    assert_eq!(offered("How much water should I drink?").await, Vec::<String>::new());
    assert_eq!(offered("Is there a depression test? I want to do the GAD-7, too").await, ["q_phq9", "q_gad7"]);
    // All that can be tapped is the country whose help lines are needed.
    let tapped = offered("I feel so low that I want to kill myself").await;
    assert!(tapped.iter().all(|id| id.starts_with("choice_country_")), "{tapped:?}");
}

#[tokio::test]
async fn an_exercise_keeps_its_moods_and_shows_what_it_did() {
    let (server, account) = signed_in().await;
    let mut socket = account.chat(&server, "").await;
    let done = json!({"mood_before": 3, "mood_after": 6, "rating": 4});
    let said = press(&mut socket, "ex_breathing_complete", done).await;
    assert_eq!(ids(&said["content"], "progress").len(), 1, "{said}");
    let progress = get(&server, "/api/progress", &account).await;
    assert_eq!(progress["markers"][0]["marker_type"], "SKILL_ACQUIRED");
    assert_eq!(progress["markers"][0]["marker_id"], ids(&said["content"], "progress")[0]);
    assert_eq!(progress["days"], json!({"of_last_7": 1, "of_last_28": 1, "in_a_row": 1, "longest_row": 1}));
    let effect = &progress["exercises"][0];
    assert_eq!(
        (&effect["id"], &effect["times"], &effect["mood_change"]),
        (&json!("ex_breathing"), &json!(1), &json!(3.0))
    );
    let scores: Vec<_> = progress["moods"].as_array().unwrap().iter().map(|mood| mood["score"].clone()).collect();
    assert_eq!(scores, [3, 6]);
    let listed = get(&server, "/api/exercises", &account).await;
    let exercises = listed["exercises"].as_array().unwrap();
    assert!(exercises.len() >= 12);
    let times = |id: &str| exercises.iter().find(|exercise| exercise["id"] == id).unwrap()["times_done"].clone();
    assert_eq!((times("ex_breathing"), times("ex_grounding")), (json!(1), json!(0)));
}

#[tokio::test]
async fn what_can_not_come_with_a_finished_exercise_is_named_and_nothing_is_kept() {
    let (server, account) = signed_in().await;
    let mut socket = account.chat(&server, "").await;
    for (data, named) in [
        (json!({"mood_before": 11}), "mood_before"),
        (json!({"rating": 0}), "rating"),
        (json!({"rating": "good"}), "rating"),
        (json!([1]), "data"),
        (json!({"answers": {"nothing": {"kind": "scale", "value": 1}}}), "answer"),
    ] {
        let refused = press(&mut socket, "ex_breathing_complete", data.clone()).await;
        assert_eq!(refused["code"], "bad_field", "{data}: {refused}");
        assert!(refused["error"].as_str().unwrap().contains(named), "{data}: {refused}");
        if data.is_object() {
            let (status, problem) = post(&server, "/api/exercises/ex_breathing/complete", data, &account).await;
            assert_eq!(status, 422, "{problem}");
        }
    }
    assert_eq!(get(&server, "/api/progress", &account).await["markers"], json!([]));
    assert_eq!(post(&server, "/api/exercises/ex_nothing/complete", json!({}), &account).await.0, 404);
}

fn text(words: &str) -> Value {
    json!({"kind": "text", "value": words})
}

#[tokio::test]
async fn a_thought_record_branches_and_is_read_again() {
    let (server, account) = signed_in().await;
    let path = "/api/exercises/ex_thought_record/next";
    let mut answers = json!({});
    let mut asked = Vec::new();
    let stage = loop {
        let (status, stage) = post(&server, path, json!({"answers": answers}), &account).await;
        assert_eq!(status, 200, "{stage}");
        if stage["next"] == "done" {
            break stage;
        }
        let id = stage["prompt"]["id"].as_str().unwrap().to_owned();
        assert_eq!(stage.get("lead").is_some(), asked.is_empty(), "{stage}");
        answers[&id] = match stage["prompt"]["kind"].as_str().unwrap() {
            "scale" if id == "belief_before" => json!({"kind": "scale", "value": 1}),
            "scale" => json!({"kind": "scale", "value": 5}),
            "choice" => json!({"kind": "choice", "value": stage["prompt"]["choices"][0]}),
            _ => text("a fair word"),
        };
        asked.push(id);
    };
    assert!(asked.contains(&"other_thought".to_owned()) && !asked.contains(&"still_strong".to_owned()), "{asked:?}");
    assert_eq!(stage["answered"].as_array().unwrap().len(), asked.len());
    let mut socket = account.chat(&server, "").await;
    let said = press(&mut socket, "ex_thought_record_complete", json!({"answers": answers})).await;
    assert!(said["content"]["text"].as_str().unwrap().contains("> a fair word"), "{said}");
    assert_eq!(said["metadata"]["safety"]["crisis"], false);
    // What was typed is nowhere in the clear.
    let bodies: Vec<(Vec<u8>,)> = server.rows("SELECT body FROM care_entries").await;
    assert_eq!(bodies.len(), 1);
    assert!(!String::from_utf8_lossy(&bodies[0].0).contains("fair"));

    let wrong = json!({"answers": {"belief_before": {"kind": "scale", "value": 11}}});
    let (status, problem) = post(&server, path, wrong, &account).await;
    assert_eq!((status, problem["status"].clone()), (422, json!(422)), "{problem}");
    assert_eq!(post(&server, "/api/exercises/ex_breathing/next", json!({}), &account).await.0, 404);
}

#[tokio::test]
async fn danger_that_is_typed_into_an_exercise_is_answered_first() {
    let (server, account) = signed_in().await;
    let answers = json!({"thought": text("I want to kill myself tonight")});
    let done = json!({"answers": answers});
    let (status, said) = post(&server, "/api/exercises/ex_thought_record/complete", done.clone(), &account).await;
    assert_eq!((status, &said["safety"]["crisis"]), (200, &json!(true)), "{said}");
    assert!(!ids(&said["content"], "resource").is_empty(), "{said}");
    let mut socket = account.chat(&server, "").await;
    let said = press(&mut socket, "ex_thought_record_complete", done).await;
    assert_eq!(said["metadata"]["safety"]["crisis"], true);
    assert!(
        !ids(&said["content"], "resource").is_empty()
            && !said["content"]["text"].as_str().unwrap().starts_with("Well done")
    );
    let trail: Vec<(String,)> = server.rows("SELECT subject FROM audit WHERE action = 'care.crisis'").await;
    assert_eq!(trail, [(account.id.clone(),), (account.id,)]);
}

#[tokio::test]
async fn what_helped_is_learned_for_everybody_together() {
    let server = TestServer::with(&[("model", "scripted:text=MODEL TEXT")]).await;
    let account = Account::sign_up(&server, "ada").await;
    let mut socket = account.chat(&server, "").await;
    socket.ask("I can't sleep", None).await;
    socket.next_message("assistant").await;
    press(&mut socket, "ex_wind_down_complete", json!({"mood_before": 2, "mood_after": 8, "rating": 5})).await;
    press(&mut socket, "ex_wind_down_complete", json!({"mood_before": 5, "mood_after": 5, "rating": 1})).await;
    let learned: Vec<(String, String, f64, f64)> = server.rows("SELECT context, arm, helped, tried FROM learned").await;
    assert_eq!(learned.len(), 1, "{learned:?}");
    let (context, arm, helped, tried) = &learned[0];
    assert_eq!((context.as_str(), arm.as_str(), *tried), ("sleep", "ex_wind_down", 2.0));
    assert!(*helped > 1.0 && *helped < 2.0, "{helped}");
}

#[tokio::test]
async fn a_questionnaire_is_scored_kept_and_compared() {
    let (server, account) = signed_in().await;
    let form = get(&server, "/api/questionnaires/phq9", &account).await;
    assert_eq!((form["items"].as_array().unwrap().len(), form["options"].as_array().unwrap().len()), (9, 4));
    let fill = |answers: [u8; 9]| json!({"answers": answers, "difficulty": 1});
    let (status, first) = post(&server, "/api/questionnaires/phq9", fill([2, 2, 2, 2, 2, 1, 1, 1, 0]), &account).await;
    assert_eq!((status, &first["score"], &first["max"]), (200, &json!(13), &json!(27)), "{first}");
    assert_eq!((&first["care"], &first["change"]), (&Value::Null, &Value::Null));
    assert!(first["band"].as_str().unwrap().to_lowercase().contains("moderate"), "{first}");
    let (_, second) = post(&server, "/api/questionnaires/phq9", fill([1, 1, 1, 1, 1, 1, 1, 0, 0]), &account).await;
    assert!(second["change"].as_str().unwrap().contains("6 points better"), "{second}");
    let progress = get(&server, "/api/progress", &account).await;
    let scores: Vec<_> =
        progress["questionnaires"].as_array().unwrap().iter().map(|one| one["score"].clone()).collect();
    assert_eq!(scores, [13, 7]);

    let id = first["id"].as_str().unwrap();
    assert_eq!(delete(&server, &format!("/api/progress/entries/{id}"), &account).await, 200);
    assert_eq!(delete(&server, &format!("/api/progress/entries/{id}"), &account).await, 404);
    assert_eq!(get(&server, "/api/progress", &account).await["questionnaires"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_questionnaire_that_is_not_whole_is_refused() {
    let (server, account) = signed_in().await;
    for (path, body, status) in [
        ("/api/questionnaires/phq9", json!({"answers": [1, 2]}), 422),
        ("/api/questionnaires/gad7", json!({"answers": [0, 0, 0, 0, 0, 0, 4]}), 422),
        ("/api/questionnaires/gad7", json!({"answers": [0, 0, 0, 0, 0, 0, 1], "difficulty": 9}), 422),
        ("/api/questionnaires/gad7", json!({"answers": "many"}), 422),
        ("/api/questionnaires/mmpi", json!({"answers": []}), 404),
    ] {
        let (told, problem) = post(&server, path, body, &account).await;
        assert_eq!(told, status, "{path}: {problem}");
    }
    assert_eq!(get(&server, "/api/progress", &account).await["questionnaires"], json!([]));
}

#[tokio::test]
async fn the_item_about_death_is_answered_with_help_whatever_the_sum() {
    let (server, account) = signed_in().await;
    let body = json!({"answers": [0, 0, 0, 0, 0, 0, 0, 0, 1]});
    let (_, result) = post(&server, "/api/questionnaires/phq9", body, &account).await;
    assert_eq!(result["score"], 1);
    assert!(!ids(&result["care"], "resource").is_empty(), "{result}");
    let trail: Vec<(String,)> = server.rows("SELECT subject FROM audit WHERE action = 'care.crisis'").await;
    assert_eq!(trail, [(account.id,)]);
}

#[tokio::test]
async fn a_questionnaire_is_asked_item_by_item_in_the_chat() {
    let (server, account) = signed_in().await;
    let mut socket = account.chat(&server, "").await;
    let mut button = "q_phq9".to_owned();
    for n in 1..=9 {
        let said = press(&mut socket, &button, Value::Null).await;
        assert!(said["content"]["text"].as_str().unwrap().contains(&format!("{n} of 9")), "{said}");
        let answers = ids(&said["content"], "button");
        assert_eq!(answers.len(), 4);
        answers[usize::from(n == 9)].clone_into(&mut button);
    }
    let said = press(&mut socket, &button, Value::Null).await;
    assert_eq!(said["metadata"]["safety"]["crisis"], true, "{said}");
    assert!(!ids(&said["content"], "resource").is_empty());
    let progress = get(&server, "/api/progress", &account).await;
    assert_eq!(progress["questionnaires"][0]["score"], 1);
    for wrong in ["q_phq9_9", "q_phq9_0000000000", "q_phq9_x", "q_mmpi", "q_"] {
        let refused = press(&mut socket, wrong, Value::Null).await;
        assert_eq!(refused["code"], "not_found", "{wrong}: {refused}");
    }
}

#[tokio::test]
async fn a_safety_plan_is_kept_changed_and_deleted() {
    let (server, account) = signed_in().await;
    let empty = get(&server, "/api/safety-plan", &account).await;
    assert_eq!((empty["steps"].as_array().unwrap().len(), &empty["updated_at"]), (7, &Value::Null));
    let plan = json!({"steps": {"signs": ["I stop answering the phone ", ""], "closing": ["My dog"]}});
    let (status, kept) = put(&server, "/api/safety-plan", &plan, &account).await;
    assert_eq!((status, &kept["steps"][0]["lines"]), (200, &json!(["I stop answering the phone"])), "{kept}");
    assert_eq!(get(&server, "/api/safety-plan", &account).await, kept);
    let sealed: Vec<(Vec<u8>,)> = server.rows("SELECT body FROM safety_plans").await;
    assert!(!String::from_utf8_lossy(&sealed[0].0).contains("phone"));

    for wrong in [json!({"steps": {"nothing": ["x"]}}), json!({"steps": {"signs": ["x".repeat(301)]}})] {
        assert_eq!(put(&server, "/api/safety-plan", &wrong, &account).await.0, 422);
    }
    let other = Account::sign_up(&server, "bob").await;
    assert_eq!(get(&server, "/api/safety-plan", &other).await["updated_at"], Value::Null);
    assert_eq!(delete(&server, "/api/safety-plan", &account).await, 200);
    assert_eq!(get(&server, "/api/safety-plan", &account).await["updated_at"], Value::Null);
}

#[tokio::test]
async fn moods_are_noted_over_days_and_belong_to_one_person() {
    let server = TestServer::with_clock(&[("access_token_life", "30d")]).await;
    let account = Account::sign_up(&server, "ada").await;
    for score in [3, 5] {
        assert_eq!(post(&server, "/api/progress/mood", json!({"score": score}), &account).await.0, 200);
        server.pass(DAY);
    }
    let progress = get(&server, "/api/progress", &account).await;
    assert_eq!(progress["days"]["in_a_row"], 2, "{progress}");
    let (status, problem) = post(&server, "/api/progress/mood", json!({"score": 11}), &account).await;
    assert_eq!(status, 422, "{problem}");
    let other = Account::sign_up(&server, "bob").await;
    assert_eq!(get(&server, "/api/progress", &other).await["moods"], json!([]));
    let entries: Vec<(String,)> = server.rows("SELECT id FROM care_entries").await;
    assert_eq!(delete(&server, &format!("/api/progress/entries/{}", entries[0].0), &other).await, 404);
}

#[tokio::test]
async fn an_answer_is_rated_by_rest() {
    let (server, account) = signed_in().await;
    let mut socket = account.chat(&server, "").await;
    socket.ask("Hello", None).await;
    let answer = socket.next_message("assistant").await;
    let rated =
        |rating: u8| json!({"conversation_id": answer["session_id"], "message_id": answer["id"], "rating": rating});
    let (status, thanks) = post(&server, "/api/feedback", rated(2), &account).await;
    assert_eq!(status, 200, "{thanks}");
    assert!(thanks["message"].as_str().unwrap().starts_with("Feedback processed."));
    assert!(!thanks["recommendations"].as_array().unwrap().is_empty());
    assert_eq!(post(&server, "/api/feedback", rated(6), &account).await.0, 422);
    let other = Account::sign_up(&server, "bob").await;
    assert_eq!(post(&server, "/api/feedback", rated(5), &other).await.0, 404);
}

/// The answer to a question of this kind.
async fn requested(socket: &mut Socket, kind: &str, words: &str) -> Value {
    let metadata = json!({"message_type": kind, "character_id": "guide", "world_id": "home"});
    socket.send(&json!({"type": "user_message", "content": {"text": words}, "metadata": metadata})).await;
    socket.next_message("assistant").await
}

#[tokio::test]
async fn plans_advice_and_assessments_are_computed_whatever_the_model() {
    let server = TestServer::with(&[("model", "scripted:text=MODEL TEXT")]).await;
    let account = Account::sign_up(&server, "ada").await;
    let profile = json!({"age": 44, "fitness_level": "beginner", "conditions": ["type 2 diabetes"]});
    let patched = server.http.patch(server.url("/auth/me")).json(&profile).bearer_auth(&account.token).send().await;
    assert_eq!(patched.expect("an answer").status(), 200);
    let mut socket = account.chat(&server, "").await;
    let plan = requested(&mut socket, "fitness_plan", "I want to get fitter, I have no equipment").await;
    let text = plan["content"]["text"].as_str().unwrap();
    assert!(text.contains("Your first week") && text.contains("Stop at once"), "{text}");
    assert_eq!(plan["metadata"]["model"], "builtin");
    assert!(!plan["metadata"]["sources"].as_array().unwrap().is_empty());
    let food = requested(&mut socket, "nutrition_advice", "How much sugar is too much?").await;
    assert!(food["content"]["text"].as_str().unwrap().contains("For you"), "{food}");
    let told =
        requested(&mut socket, "health_assessment", "Fever and a cough for three days, it hurts to breathe").await;
    assert!(told["content"]["text"].as_str().unwrap().contains("What I understood"), "{told}");
    // Without a complaint, and in a crisis, it is answered like anything else.
    let thanks = requested(&mut socket, "health_assessment", "Thank you").await;
    assert!(thanks["content"]["text"].as_str().unwrap().len() > 4, "{thanks}");
    let danger = requested(&mut socket, "fitness_plan", "I want to kill myself tonight").await;
    assert_eq!((&danger["metadata"]["safety"]["crisis"], &danger["metadata"]["model"]), (&json!(true), &json!("care")));
}

#[tokio::test]
async fn a_mood_is_deleted_by_its_id_and_by_nobody_else() {
    let (server, account) = signed_in().await;
    for score in [4, 7] {
        assert_eq!(post(&server, "/api/progress/mood", json!({"score": score}), &account).await.0, 200);
    }
    let progress = get(&server, "/api/progress", &account).await;
    let id = progress["moods"][0]["id"].as_str().expect("an id");
    let path = format!("/api/progress/entries/{id}");
    let other = Account::sign_up(&server, "bob").await;
    assert_eq!(delete(&server, &path, &other).await, 404);
    assert_eq!(delete(&server, &path, &account).await, 200);
    let left = get(&server, "/api/progress", &account).await;
    let scores: Vec<_> = left["moods"].as_array().unwrap().iter().map(|mood| mood["score"].clone()).collect();
    assert_eq!(scores, [7]);
    assert_eq!(delete(&server, &path, &account).await, 404, "once is enough");
}
