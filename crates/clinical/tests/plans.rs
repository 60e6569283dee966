//! The plans of movement and food: nobody breaks them, everybody gets stop signs and sources, and what must be refused is.

use clinical::plans::{
    Equipment, Field, Goal, Level, Person, Plan, RefusalReason, SessionKind, Topic, movement, nutrition,
};
use clinical::profile::Condition;
use proptest::prelude::*;

const CONDITIONS: [Condition; 34] = [
    Condition::Pregnancy,
    Condition::Breastfeeding,
    Condition::AfterBirth,
    Condition::HeartDisease,
    Condition::HeartFailure,
    Condition::Stroke,
    Condition::LungDisease,
    Condition::Asthma,
    Condition::Hypertension,
    Condition::HighCholesterol,
    Condition::Diabetes,
    Condition::LowSugarMedicine,
    Condition::KidneyDisease,
    Condition::LiverDisease,
    Condition::CoeliacDisease,
    Condition::Gout,
    Condition::IrritableBowel,
    Condition::Osteoporosis,
    Condition::JointDisease,
    Condition::BackPain,
    Condition::EatingDisorder,
    Condition::Underweight,
    Condition::WorseAfterEffort,
    Condition::RecentSurgeryOrInjury,
    Condition::BowelSurgery,
    Condition::SwallowingTrouble,
    Condition::Psychosis,
    Condition::Mania,
    Condition::TraumaMemories,
    Condition::Falls,
    Condition::Epilepsy,
    Condition::Warfarin,
    Condition::Lithium,
    Condition::PotassiumRaisingMedicine,
];
const QUESTIONS: [&str; 10] = [
    "",
    "what should I eat",
    "how many calories to lose weight",
    "how much protein do I need",
    "salt and sugar?",
    "how much water should I drink",
    "can I drink alcohol and coffee",
    "is fat bad, and what about fibre and fruit",
    "vitamin d",
    "¿qué como? \u{200b}😀",
];

fn number() -> impl Strategy<Value = Option<f64>> {
    proptest::option::of(prop_oneof![0.0..130.0_f64, 40.0..250.0_f64, proptest::num::f64::ANY])
}

fn anybody() -> impl Strategy<Value = Person> {
    let goal = prop_oneof![Just(Goal::Weight), Just(Goal::Strength), Just(Goal::FiveKm), Just(Goal::Health)];
    let level = prop_oneof![Just(Level::New), Just(Level::Some), Just(Level::Used)];
    let equipment = prop_oneof![Just(Equipment::Gym), Just(Equipment::Bands), Just(Equipment::None)];
    let conditions = proptest::collection::vec(proptest::sample::select(CONDITIONS.to_vec()), 0..4);
    (
        number(),
        proptest::option::of(any::<bool>()),
        proptest::option::of(conditions),
        proptest::option::of(goal),
        proptest::option::of(level),
        proptest::option::of(equipment),
        number(),
        number(),
    )
        .prop_map(|(age_years, pregnant, conditions, goal, level, equipment, height_cm, weight_kg)| Person {
            age_years,
            pregnant,
            conditions,
            goal,
            level,
            equipment,
            height_cm,
            weight_kg,
        })
}

/// Every statement points into the list of sources, and every source is pointed to.
fn sources_hold<'a>(statements: impl Iterator<Item = &'a clinical::plans::Statement>, sources: &[String]) {
    let mut used = vec![false; sources.len()];
    for statement in statements {
        assert!(!statement.sources.is_empty(), "{}", statement.text);
        for &number in &statement.sources {
            used[number - 1] = true;
        }
    }
    assert!(used.iter().all(|used| *used), "{sources:?}");
}

fn all_of(plan: &Plan) -> impl Iterator<Item = &clinical::plans::Statement> {
    let parts = [&plan.aim, &plan.effort, &plan.strength_how, &plan.progress, &plan.notes];
    parts.into_iter().chain([&plan.ask_first, &plan.stop_now, &plan.stop_today]).flatten()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_plan_has_stop_signs_and_sources_and_grows_no_faster_than_the_rule(person in anybody()) {
        let plan = movement(&person);
        prop_assert!(plan.stop_now.len() >= 4 && !plan.stop_today.is_empty() && !plan.ask_first.is_empty());
        prop_assert!(!plan.aim.is_empty() || !plan.notes.is_empty());
        sources_hold(all_of(&plan), &plan.sources);
        let mut most = plan.weeks.first().map_or(0, |week| week.minutes);
        for week in &plan.weeks {
            prop_assert!(week.minutes <= most + 10, "week {}: {} after {most}", week.number, week.minutes);
            prop_assert!(!week.is_light || week.minutes < most, "week {}", week.number);
            most = most.max(week.minutes);
            prop_assert_eq!(week.days.len(), 7);
            let moved: u32 = week.days.iter().filter(|day| day.session.kind != SessionKind::Strength).map(|day| day.session.minutes).sum();
            prop_assert_eq!(moved, week.minutes);
        }
        for pair in plan.weeks.windows(2) {
            let running = |at: usize| pair[at].days.iter().map(|day| day.session.running_minutes).max().unwrap_or(0);
            prop_assert!(running(1) <= running(0) + 4);
        }
        let text = plan.to_markdown();
        prop_assert!(text.contains("call the emergency number") && text.contains("**Sources**"));
    }

    #[test]
    fn nothing_vigorous_for_anyone_of_whom_something_is_unknown_or_speaks_against_it(person in anybody()) {
        let plan = movement(&person);
        let hard = [SessionKind::Vigorous, SessionKind::Run, SessionKind::RunWalk];
        let is_hard = plan.weeks.iter().any(|week| week.days.iter().any(|day| hard.contains(&day.session.kind)));
        let conditions = person.conditions.clone().unwrap_or_default();
        let speaks_against = [Condition::Pregnancy, Condition::HeartDisease, Condition::Stroke, Condition::EatingDisorder];
        if is_hard {
            prop_assert!(person.age_years.is_some_and(|age| age >= 18.0));
            prop_assert!(person.conditions.is_some() && person.pregnant != Some(true));
            prop_assert!(!conditions.iter().any(|condition| speaks_against.contains(condition)));
            prop_assert!(person.level.is_some());
        }
    }

    #[test]
    fn numbers_for_losing_weight_only_for_adults_of_whom_it_is_known_that_they_may(
        person in anybody(),
        question in proptest::sample::select(QUESTIONS.to_vec()),
    ) {
        let advice = nutrition(&person, question);
        sources_hold(advice.points.iter().chain(&advice.for_you).chain(&advice.ask_first), &advice.sources);
        prop_assert!(!advice.ask_first.is_empty() && !advice.sources.is_empty());
        let text = advice.to_markdown();
        if advice.points.iter().any(|point| point.text.contains("less than you use")) {
            prop_assert!(advice.refusal.is_none() && advice.unknown.is_empty());
            prop_assert!(person.age_years.is_some_and(|age| age >= 18.0) && person.pregnant != Some(true));
            let bmi = person.weight_kg.unwrap() / (person.height_cm.unwrap() / 100.0).powi(2);
            prop_assert!(bmi >= 25.0, "{bmi}");
        } else {
            prop_assert!(!text.contains("kcal"), "{}", text);
        }
        let conditions = person.conditions.clone().unwrap_or_default();
        if conditions.contains(&Condition::EatingDisorder) {
            prop_assert!(!text.contains(" g a day") && !text.contains(" %"), "{}", text);
        }
        if advice.topics.contains(&Topic::Weight) && person.age_years.is_some_and(|age| (0.0..18.0).contains(&age)) {
            prop_assert!(advice.refusal.is_some());
        }
    }
}

proptest! {
    #[test]
    fn no_text_breaks_the_readers(text in ".*", words in "((i|my|not|cant|sleep|sad|hate|myself|mum|,|but|and|used to|so|salt|fat) ){0,30}") {
        for text in [text, words] {
            let tags = clinical::exercises::tags(&text);
            prop_assert!(clinical::exercises::fits(&tags).is_empty() == tags.is_empty());
            Condition::read(&text);
            Goal::read(&text);
            Topic::read(&text);
        }
    }
}

#[test]
fn every_condition_is_in_the_list_of_these_tests() {
    let mut all = CONDITIONS.to_vec();
    all.dedup();
    assert_eq!(all.len(), Condition::PotassiumRaisingMedicine as usize + 1);
}

fn healthy(age: f64) -> Person {
    Person {
        age_years: Some(age),
        pregnant: Some(false),
        conditions: Some(Vec::new()),
        goal: Some(Goal::Health),
        level: Some(Level::New),
        equipment: Some(Equipment::Bands),
        height_cm: Some(175.0),
        weight_kg: Some(90.0),
    }
}

#[test]
fn a_new_adult_begins_with_an_hour_and_comes_to_150_minutes() {
    let plan = movement(&healthy(40.0));
    let minutes: Vec<u32> = plan.weeks.iter().map(|week| week.minutes).collect();
    assert_eq!(minutes, [60, 70, 80, 60, 90, 100, 110, 85, 120, 130, 140, 110]);
    assert!(plan.unknown.is_empty());
    assert!(plan.strength.iter().any(|row| row.contains("band")));
    let text = plan.to_markdown();
    assert!(text.contains("- Monday: 15 minutes at moderate effort") && text.contains("150 to 300 minutes"), "{text}");
    assert!(text.contains("a lighter week"));
}

#[test]
fn what_is_unknown_is_named_and_taken_as_it_is_safest() {
    let plan = movement(&Person { goal: Some(Goal::FiveKm), ..Person::default() });
    let fields = [Field::Age, Field::Pregnancy, Field::Conditions, Field::Level, Field::Equipment];
    assert_eq!(plan.unknown, fields);
    assert_eq!((plan.goal, plan.level), (Goal::Health, Level::New));
    assert!(plan.notes[0].text.contains("must be known first"));
    assert!(fields.iter().all(|field| field.question().ends_with('?') || field.question().contains('?')));
    let weight = nutrition(&Person::default(), "how do I lose weight");
    assert!(weight.to_markdown().contains("These are amounts for healthy adults"));
    assert!(!nutrition(&healthy(40.0), "salt").to_markdown().contains("These are amounts for healthy adults"));
    assert!(plan.to_markdown().contains("How old are you?"));
    assert_eq!(weight.refusal.unwrap().reason, RefusalReason::Unknown);
    assert_eq!(weight.unknown, [Field::Age, Field::Pregnancy, Field::Conditions, Field::HeightAndWeight]);
}

#[test]
fn running_begins_where_the_level_is_and_ends_with_half_an_hour() {
    let new = movement(&Person { goal: Some(Goal::FiveKm), ..healthy(30.0) });
    let some = movement(&Person { goal: Some(Goal::FiveKm), level: Some(Level::Some), ..healthy(30.0) });
    assert_eq!((new.weeks.len(), some.weeks.len()), (10, 6));
    assert_eq!(new.weeks[9].days[0].session.running_minutes, 28);
    assert_eq!(some.weeks[0].days[0].session, new.weeks[4].days[0].session);
    assert!(new.to_markdown().contains("8 times 1 minute of running"));
    let used = movement(&Person { goal: Some(Goal::FiveKm), level: Some(Level::Used), ..healthy(30.0) });
    assert!(used.to_markdown().contains("- Saturday: 30 minutes of easy running"));
}

#[test]
fn what_is_planned_with_those_who_treat_gets_no_schedule() {
    for condition in [
        Condition::WorseAfterEffort,
        Condition::EatingDisorder,
        Condition::Underweight,
        Condition::RecentSurgeryOrInjury,
    ] {
        let plan = movement(&Person { conditions: Some(vec![condition]), ..healthy(30.0) });
        assert!(plan.weeks.is_empty() && plan.strength.is_empty(), "{condition:?}");
        assert!(!plan.notes.is_empty() && !plan.stop_now.is_empty(), "{condition:?}");
    }
    let small = movement(&healthy(3.0));
    assert!(small.weeks.is_empty() && small.progress.is_empty() && small.aim[0].text.contains("under 5"));
    let sick = movement(&Person { conditions: Some(vec![Condition::WorseAfterEffort]), ..healthy(30.0) });
    assert!(!sick.to_markdown().contains("150"));
}

#[test]
fn age_pregnancy_and_conditions_change_the_plan() {
    assert!(movement(&healthy(70.0)).to_markdown().contains("balance"));
    let child = movement(&Person { goal: Some(Goal::Weight), ..healthy(12.0) });
    assert!(child.goal == Goal::Health && child.to_markdown().contains("60 minutes a day"));
    assert!(!child.to_markdown().contains("150 to 300"));
    let pregnant = Person { pregnant: Some(true), goal: Some(Goal::Weight), level: Some(Level::Used), ..healthy(30.0) };
    let pregnant = movement(&pregnant);
    assert_eq!(pregnant.goal, Goal::Health);
    assert!(pregnant.to_markdown().contains("Pelvic floor") && pregnant.to_markdown().contains("bleeding"));
    let insulin = Person { conditions: Some(vec![Condition::LowSugarMedicine]), ..healthy(50.0) };
    assert!(movement(&insulin).to_markdown().contains("90 mg/dl"));
}

#[test]
fn weight_loss_numbers_are_refused_for_those_they_harm() {
    let question = "How many calories should I eat to lose weight fast?";
    let reason = |person: &Person| nutrition(person, question).refusal.map(|refusal| refusal.reason);
    assert_eq!(reason(&healthy(40.0)), None);
    assert!(nutrition(&healthy(40.0), question).to_markdown().contains("500 to 750 kcal"));
    let with = |condition| Person { conditions: Some(vec![condition]), ..healthy(40.0) };
    assert_eq!(reason(&healthy(17.9)), Some(RefusalReason::Under18));
    assert_eq!(reason(&Person { pregnant: Some(true), ..healthy(30.0) }), Some(RefusalReason::Pregnant));
    assert_eq!(reason(&with(Condition::EatingDisorder)), Some(RefusalReason::EatingDisorder));
    assert_eq!(reason(&with(Condition::Breastfeeding)), Some(RefusalReason::Breastfeeding));
    assert_eq!(reason(&with(Condition::Underweight)), Some(RefusalReason::Underweight));
    assert_eq!(reason(&Person { weight_kg: Some(50.0), ..healthy(40.0) }), Some(RefusalReason::Underweight));
    assert_eq!(reason(&Person { weight_kg: Some(70.0), ..healthy(40.0) }), Some(RefusalReason::NotOverweight));
    assert_eq!(reason(&Person { weight_kg: None, ..healthy(40.0) }), Some(RefusalReason::Unknown));
    for person in [healthy(15.0), with(Condition::EatingDisorder), Person { pregnant: Some(true), ..healthy(30.0) }] {
        let advice = nutrition(&person, question);
        assert!(!advice.refusal.as_ref().unwrap().text.is_empty());
        assert!(!advice.to_markdown().contains("kcal"), "{}", advice.to_markdown());
    }
}

#[test]
fn conditions_change_the_amounts() {
    let text = |conditions: &[Condition], question: &str, age: f64| {
        nutrition(&Person { conditions: Some(conditions.to_vec()), weight_kg: Some(70.0), ..healthy(age) }, question)
            .to_markdown()
    };
    assert!(text(&[], "how much protein a day", 40.0).contains("At 70 kg: 56 g."));
    assert!(text(&[], "how much protein a day", 70.0).contains("At 70 kg: 70 to 84 g."));
    let kidney = text(&[Condition::KidneyDisease], "how much protein a day", 70.0);
    assert!(kidney.contains("not above 1.3 g") && !kidney.contains("1.0 to 1.2"), "{kidney}");
    assert!(text(&[Condition::HeartFailure], "how much water", 50.0).contains("set by your doctor"));
    assert!(!text(&[Condition::HeartFailure], "how much water", 50.0).contains("1.5 to 2 litres"));
    assert!(text(&[Condition::Hypertension], "what should I eat", 50.0).contains("DASH"));
    assert!(text(&[Condition::CoeliacDisease], "what should I eat", 50.0).contains("gluten"));
    assert!(text(&[Condition::Gout], "can I drink beer", 50.0).contains("purines"));
    assert!(text(&[Condition::IrritableBowel], "how much fibre", 50.0).contains("linseed"));
    assert!(!text(&[Condition::IrritableBowel], "how much fibre", 50.0).contains("25 to 30 g"));
    assert!(text(&[Condition::Pregnancy], "can I drink wine and coffee", 30.0).contains("No alcohol in pregnancy"));
    assert!(text(&[Condition::Pregnancy], "can I drink wine and coffee", 30.0).contains("200 mg"));
    assert!(
        text(&[Condition::Lithium, Condition::Hypertension], "how much salt", 50.0)
            .contains("keep salt and drinks even")
    );
    assert!(!text(&[], "how much salt", 12.0).contains("5 to 6 g"));
}

#[test]
fn a_person_a_plan_and_an_advice_can_be_stored() {
    let person = healthy(40.0);
    let stored = serde_json::to_string(&person).unwrap();
    assert_eq!(serde_json::from_str::<Person>(&stored).unwrap(), person);
    assert_eq!(serde_json::from_str::<Person>("{}").unwrap(), Person::default());
    assert!(serde_json::from_str::<Person>(r#"{"shoe_size": 44}"#).is_err());
    let plan = movement(&person);
    assert_eq!(serde_json::from_str::<Plan>(&serde_json::to_string(&plan).unwrap()).unwrap(), plan);
    let advice = nutrition(&person, "salt");
    let stored = serde_json::to_string(&advice).unwrap();
    assert_eq!(serde_json::from_str::<clinical::plans::Advice>(&stored).unwrap(), advice);
}
