//! The reader of clinical free text, phrase by phrase, and the vocabulary behind it.

use std::collections::HashSet;

use clinical::findings::{self, FindingId, Reading, Sex, State, Subject, read, suggest};
use proptest::prelude::*;

fn has(reading: &Reading, id: &str, state: State) -> bool {
    let wanted = FindingId::of(id).unwrap_or_else(|| panic!("`{id}` is a finding"));
    reading.mentions.iter().any(|m| {
        let is_it = m.finding == wanted || (state == State::Present && m.finding.ancestors().contains(&wanted));
        is_it && m.state == state && m.is_current()
    })
}

/// (text, what must be there, what must be denied, what must not be found as there)
type Phrase = (&'static str, &'static [&'static str], &'static [&'static str], &'static [&'static str]);

const PHRASES: &[Phrase] = &[
    // denial and how far it reaches
    ("no sore throat", &[], &["sore_throat"], &["sore_throat"]),
    ("No fever or chills but cough", &["cough"], &["fever", "chills"], &["fever"]),
    (
        "denies chest pain, palpitations and dizziness",
        &[],
        &["chest_pain", "palpitations", "dizziness"],
        &["chest_pain"],
    ),
    ("headache without photophobia", &["headache"], &["photophobia"], &["photophobia"]),
    ("no fever, chills, or cough", &[], &["fever", "chills", "cough"], &["cough"]),
    ("no fever, cough for 3 days", &["cough"], &["fever"], &[]),
    ("not vomiting and no diarrhoea", &[], &["vomiting", "diarrhoea"], &["vomiting", "diarrhoea"]),
    ("fever: no. cough: yes", &["cough"], &["fever"], &["fever"]),
    ("afebrile, chest clear", &[], &["fever", "wheeze", "crackles_focal"], &["fever"]),
    ("never had a rash", &[], &["rash"], &["rash"]),
    ("neither nausea nor vomiting", &[], &["nausea", "vomiting"], &["nausea"]),
    ("nil haemoptysis, wheeze", &[], &["coughing_blood", "wheeze"], &["wheeze"]),
    ("doesn't have a headache", &[], &["headache"], &["headache"]),
    ("no energy", &["fatigue"], &[], &[]),
    ("can't sleep", &["insomnia"], &[], &[]),
    ("no appetite, losing weight", &["loss_of_appetite", "weight_loss"], &[], &[]),
    ("cough is not getting better", &["cough"], &[], &[]),
    ("no relief from the headache", &["headache"], &[], &[]),
    ("No neck stiffness. Vomiting twice.", &["vomiting"], &["neck_stiffness"], &["neck_stiffness"]),
    ("no rash however itchy all over", &["pruritus"], &["rash"], &["rash"]),
    ("D-dimer negative", &[], &["d_dimer_raised"], &["d_dimer_raised"]),
    ("pregnancy test negative", &[], &["pregnancy_test_positive"], &["pregnancy_current"]),
    ("denies fever and now has cough", &["cough"], &["fever"], &[]),
    ("abdomen soft, no guarding", &[], &["guarding"], &["guarding"]),
    ("able to weight bear", &[], &["unable_to_bear_weight"], &["unable_to_bear_weight"]),
    ("rash blanches with pressure", &["rash"], &["rash_non_blanching"], &["rash_non_blanching"]),
    // doubt
    ("possible fever", &["fever"], &[], &[]),
    // relatives
    ("mother had MI at 45", &["family_history_heart_early"], &[], &["coronary_disease_history"]),
    ("family history of breast cancer", &["family_history_cancer"], &[], &["cancer_active_or_past"]),
    ("mother says he has a fever", &["fever"], &[], &[]),
    ("mum reports cough and runny nose", &["cough", "runny_nose"], &[], &[]),
    // past and now
    ("last year had headache", &[], &[], &["headache"]),
    ("history of headaches for 3 days", &["headache"], &[], &[]),
    ("3 day history of cough", &["cough"], &[], &[]),
    ("presents with a 2 week history of abdominal pain", &["abdominal_pain"], &[], &[]),
    ("PMH asthma, T2DM, hypertension", &["asthma_history", "diabetes", "hypertension_history"], &[], &[]),
    ("history of DVT", &["dvt_pe_history"], &[], &[]),
    ("had seizures as a child", &[], &[], &["seizure"]),
    ("known COPD", &["copd_history"], &[], &[]),
    // clinical abbreviations
    ("SOB on exertion", &["breathless_on_exertion"], &[], &[]),
    ("c/o RIF pain", &["pain_right_lower_abdomen"], &[], &[]),
    ("RUQ pain and N+V", &["pain_right_upper_abdomen", "nausea", "vomiting"], &[], &[]),
    ("D&V since yesterday", &["diarrhoea", "vomiting"], &[], &[]),
    ("PND and orthopnoea", &["breathless_lying_flat"], &[], &[]),
    ("bilateral pitting oedema", &["leg_swelling_both"], &[], &[]),
    ("raised JVP, bibasal creps", &["neck_veins_raised", "crackles_both_bases"], &[], &[]),
    ("PR bleeding", &["rectal_bleeding"], &[], &[]),
    ("LBP after lifting", &["low_back_pain", "after_lifting_or_bending"], &[], &[]),
    ("purpuric rash", &["rash_non_blanching"], &[], &[]),
    ("known AF on apixaban", &["atrial_fibrillation_history", "on_anticoagulant"], &[], &[]),
    ("urine dip nitrites positive", &["urine_nitrite_leucocytes"], &[], &[]),
    ("Murphy's positive", &["murphy_sign"], &[], &[]),
    ("smoker, ETOH excess", &["smoking", "alcohol_heavy"], &[], &[]),
    ("fell on outstretched hand", &["after_trauma"], &[], &[]),
    // UK and US, lay words
    ("diarrhea", &["diarrhoea"], &[], &[]),
    ("diarrhoea", &["diarrhoea"], &[], &[]),
    ("hemoptysis", &["coughing_blood"], &[], &[]),
    ("haematuria", &["visible_haematuria"], &[], &[]),
    ("dyspnea at rest", &["shortness_of_breath"], &[], &[]),
    ("ankle edema both", &["leg_swelling_both"], &[], &[]),
    ("my tummy hurts", &["abdominal_pain"], &[], &[]),
    ("throwing up all night", &["vomiting"], &[], &[]),
    ("my head hurts", &["headache"], &[], &[]),
    ("it burns when I pee", &["dysuria"], &[], &[]),
    ("I can't catch my breath", &["shortness_of_breath"], &[], &[]),
    ("pain in my chest", &["chest_pain"], &[], &[]),
    ("my heart is racing", &["palpitations"], &[], &[]),
    ("pins and needles in my feet", &["numbness_tingling"], &[], &[]),
    ("the room is spinning", &["vertigo"], &[], &[]),
    ("passed out at work", &["fainted"], &[], &[]),
    ("my knee is swollen", &["joint_swelling"], &[], &[]),
    ("swelling of the left knee", &["joint_swelling"], &[], &[]),
    ("my throat is sore", &["sore_throat"], &[], &[]),
    ("blood in my poo", &["rectal_bleeding"], &[], &[]),
    ("black tarry stools", &["melaena"], &[], &[]),
    ("coughing up blood", &["coughing_blood"], &[], &[]),
    ("lump in my breast", &["breast_lump"], &[], &[]),
    ("I feel like killing myself", &["suicidal_ideation"], &[], &[]),
    ("worst headache of my life", &["thunderclap_headache"], &[], &[]),
    ("crushing chest pain into left arm", &["chest_pain_pressure", "pain_spreads_to_arm_jaw"], &[], &[]),
    ("green phlegm", &["sputum_coloured"], &[], &[]),
    ("calf is swollen and painful", &["leg_swelling_one_sided", "calf_pain_tender"], &[], &[]),
    ("skin and eyes are yellow", &["jaundice"], &[], &[]),
    ("always thirsty and peeing a lot", &["polydipsia"], &[], &[]),
    ("ringing in my ears", &["tinnitus"], &[], &[]),
    ("stiff neck", &["neck_stiffness"], &[], &[]),
    ("face is drooping on one side", &["facial_droop"], &[], &[]),
    ("red eye with sticky discharge", &["eye_red", "eye_discharge_sticky"], &[], &[]),
    ("hearing voices", &["hallucinations_hearing"], &[], &[]),
    ("itchy rash", &["pruritus", "rash"], &[], &[]),
    ("heavy periods", &["heavy_periods"], &[], &[]),
    ("barking cough and stridor", &["barking_cough", "stridor"], &[], &[]),
    ("baby not feeding", &["poor_feeding_infant"], &[], &[]),
    ("floaters and flashing lights in the eye", &["flashes_floaters"], &[], &[]),
    ("numb between the legs", &["saddle_numbness"], &[], &[]),
    // typing errors
    ("hedache", &["headache"], &[], &[]),
    ("vomitting", &["vomiting"], &[], &[]),
    ("diarhoea", &["diarrhoea"], &[], &[]),
    ("palpitatons", &["palpitations"], &[], &[]),
    ("dizzyness", &["dizziness"], &[], &[]),
    // words that look like findings and are none
    ("fit and well", &[], &[], &["seizure"]),
    ("shoes no longer fit", &[], &[], &["seizure"]),
    ("wife brought him to surgery today", &[], &[], &["recent_surgery"]),
    ("works in a school kitchen", &[], &[], &["sick_contact", "rash"]),
    ("temperature 36.8", &[], &[], &["fever"]),
    ("blood pressure 120/80", &[], &[], &["rectal_bleeding", "blood_pressure_raised"]),
    ("lives at home with husband", &[], &[], &["low_mood"]),
    ("aches and pains", &["muscle_aches"], &[], &[]),
    ("painful knee", &["knee_pain"], &[], &["muscle_aches", "flank_pain"]),
    // results
    ("WCC 17.2, CRP 88", &["white_cells_raised", "crp_raised"], &[], &[]),
    ("Hb 71, MCV 68", &["anaemia", "anaemia_microcytic"], &[], &[]),
    ("Hb 7.1 g/dL", &["anaemia"], &[], &[]),
    ("platelets 22", &["platelets_low"], &[], &[]),
    ("CRP 2", &[], &["crp_raised"], &["crp_raised"]),
    ("TSH 24", &["tsh_high"], &[], &["tsh_low"]),
    ("ketones 5.8", &["ketones_raised"], &[], &[]),
    ("BMI 36", &["obesity"], &[], &[]),
    ("troponin 900", &["troponin_raised"], &[], &[]),
    ("BNP 4,100", &["bnp_raised"], &[], &[]),
    // medicines
    ("takes ramipril and bisoprolol", &["on_ace_inhibitor_or_arb", "on_rate_limiting_drug"], &[], &[]),
    ("on the pill", &["on_oestrogen"], &[], &[]),
    ("on warfarin", &["on_anticoagulant"], &[], &[]),
];

#[test]
fn phrases_are_read_as_meant() {
    assert!(PHRASES.len() >= 120, "{}", PHRASES.len());
    let mut wrong = Vec::new();
    for (text, present, absent, never) in PHRASES {
        let reading = read(text);
        let missing =
            present.iter().filter(|id| !has(&reading, id, State::Present)).map(|id| format!("{id} is not found"));
        let undenied =
            absent.iter().filter(|id| !has(&reading, id, State::Absent)).map(|id| format!("{id} is not denied"));
        let invented = never.iter().filter(|id| has(&reading, id, State::Present)).map(|id| format!("{id} is found"));
        wrong.extend(missing.chain(undenied).chain(invented).map(|what| format!("«{text}»: {what}")));
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn age_and_sex_are_read() {
    let wanted: &[(&str, f64, Option<Sex>)] = &[
        ("45M chest pain", 45.0, Some(Sex::Male)),
        ("72yo woman with cough", 72.0, Some(Sex::Female)),
        ("a 3-week-old girl", 3.0 / 52.18, Some(Sex::Female)),
        ("68 year old man", 68.0, Some(Sex::Male)),
        ("5/12 boy with cough", 5.0 / 12.0, Some(Sex::Male)),
        ("Girl, 4. Fever.", 4.0, Some(Sex::Female)),
        ("18-month-old boy", 1.5, Some(Sex::Male)),
        ("My husband is 70 and confused", 70.0, Some(Sex::Male)),
        ("I'm 34, my periods are heavy", 34.0, Some(Sex::Female)),
        ("aged 50, headache", 50.0, None),
        ("27F G2P1", 27.0, Some(Sex::Female)),
        ("Two year old with fever", 2.0, None),
    ];
    for (text, age, sex) in wanted {
        let patient = read(text).patient;
        assert!(patient.age_years.is_some_and(|years| (years - age).abs() < 0.01), "«{text}»: {patient:?}");
        assert_eq!(patient.sex, *sex, "«{text}»");
    }
}

#[test]
fn weeks_of_pregnancy_are_read() {
    for (text, weeks) in
        [("27F 32/40 headache", 32.0), ("I am 12 weeks pregnant", 12.0), ("pregnant, 30 weeks gestation", 30.0)]
    {
        let patient = read(text).patient;
        assert_eq!((patient.pregnant, patient.pregnancy_weeks), (Some(true), Some(weeks)), "«{text}»");
    }
    assert_eq!(read("not pregnant").patient.pregnant, Some(false));
    assert_eq!(read("cough for 32 weeks").patient.pregnant, None);
}

#[test]
fn vitals_and_their_units_are_read() {
    let v = read("T 38.5, BP 90/60, HR 120, RR 24, sats 91% RA, GCS 14, BM 3.1").vitals;
    assert_eq!((v.temperature_c, v.systolic, v.diastolic), (Some(38.5), Some(90.0), Some(60.0)));
    assert_eq!((v.heart_rate, v.respiratory_rate, v.oxygen_saturation), (Some(120.0), Some(24.0), Some(91.0)));
    assert_eq!((v.gcs, v.glucose_mmol_l, v.on_oxygen), (Some(14.0), Some(3.1), Some(false)));
    assert_eq!(read("temp 101.3F").vitals.temperature_c, Some(38.5));
    assert_eq!(read("T38.5C").vitals.temperature_c, Some(38.5));
    assert_eq!(read("SpO2 94%").vitals.oxygen_saturation, Some(94.0));
    assert_eq!(read("pulse 88 regular").vitals.heart_rate, Some(88.0));
    assert_eq!(read("glucose 180 mg/dL").vitals.glucose_mmol_l, Some(10.0));
    assert_eq!(read("glucose 29 mmol/L").vitals.glucose_mmol_l, Some(29.0));
}

#[test]
fn glucose_between_the_units_is_asked_about() {
    let reading = read("glucose 32");
    assert_eq!(reading.vitals.glucose_mmol_l, None);
    assert!(reading.problems.iter().any(|p| p.code == "unit_unclear"));
}

#[test]
fn durations_are_read() {
    let wanted: &[(&str, f64)] = &[
        ("cough 3/7", 3.0),
        ("cough x 3 days", 3.0),
        ("cough for 2 weeks", 14.0),
        ("pain 2/52", 14.0),
        ("pain for 6/12", 182.4),
        ("a few days of cough", 3.0),
        ("headache since Tuesday", 3.5),
        ("sore throat since yesterday", 1.0),
        ("pain for 4 hours", 4.0 / 24.0),
        ("tired for 3 months", 91.2),
        ("unwell for 3-5 days", 4.0),
    ];
    for (text, days) in wanted {
        let read = read(text).complaint_days;
        assert!(read.is_some_and(|d| (d - days).abs() < 0.3), "«{text}»: {read:?}");
    }
    assert_eq!(read("headaches twice a month").complaint_days, None);
    assert_eq!(findings::days_of("3 days"), Some(3.0));
    assert_eq!(findings::days_of("ages"), None);
}

#[test]
fn ranges_are_those_of_the_words() {
    let text = "Ünwell: no fever, but a dry cough.";
    let reading = read(text);
    let words: Vec<&str> = reading.mentions.iter().map(|m| &text[m.start..m.end]).collect();
    assert!(words.contains(&"fever") && words.contains(&"dry cough"), "{words:?}");
}

#[test]
fn doubt_and_relatives_are_marked() {
    let reading = read("?fever");
    assert!(reading.mentions.iter().any(|m| m.is_possible && m.finding.id() == "fever"));
    let reading = read("father has asthma");
    assert!(reading.mentions.iter().any(|m| m.subject == Subject::Family && m.finding.id() == "asthma_history"));
}

#[test]
fn what_no_finding_covers_is_handed_back() {
    let text = "cough and xylofrantic zorbles";
    let words: Vec<&str> = read(text).not_understood.iter().map(|s| &text[s.start..s.end]).collect();
    assert_eq!(words, ["xylofrantic", "zorbles"]);
}

#[test]
fn medicines_and_allergies_are_listed() {
    let text = "Cough. Meds: ramipril, metformin. Allergies: penicillin";
    let reading = read(text);
    let of = |spans: &[findings::Span]| spans.iter().map(|s| text[s.start..s.end].to_owned()).collect::<Vec<_>>();
    assert_eq!(of(&reading.medicines), ["ramipril", "metformin"]);
    assert_eq!(of(&reading.allergies), ["penicillin"]);
}

#[test]
fn type_ahead_finds_prefixes_words_and_near_misses() {
    assert_eq!(suggest("head", 5)[0].term, "Headache");
    assert!(suggest("dyspn", 5).iter().any(|s| s.finding.id() == "shortness_of_breath"));
    assert!(suggest("hedache", 5).iter().any(|s| s.finding.id() == "headache"));
    assert!(suggest("", 5).is_empty());
    assert_eq!(suggest("pain", 7).len(), 7);
}

#[test]
fn names_are_found_in_any_case_and_spelling() {
    for name in ["diarrhoea", "Diarrhea", "LOOSE STOOLS"] {
        assert_eq!(findings::find(name).map(FindingId::id), Some("diarrhoea"), "{name}");
    }
    assert_eq!(findings::find("no such thing"), None);
}

#[test]
fn every_finding_is_sound() {
    let mut ids = HashSet::new();
    let mut phrases = HashSet::new();
    for f in findings::all() {
        assert!(ids.insert(&f.id), "{} twice", f.id);
        assert!(f.id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'), "{}", f.id);
        assert!((0.0001..=0.35).contains(&f.base), "{}: base {}", f.id, f.base);
        assert!(
            f.code.is_empty() || f.code.starts_with("SNOMED:") || f.code.starts_with("HP:"),
            "{}: {}",
            f.id,
            f.code
        );
        assert!(!f.term.is_empty() && f.lay.len() + f.clinical.len() >= 1, "{}", f.id);
        for parent in &f.is_a {
            let parent = FindingId::of(parent).unwrap_or_else(|| panic!("{}: {parent}", f.id)).get();
            assert!(parent.base >= f.base, "{} is commoner than {}", f.id, parent.id);
        }
        assert!(!FindingId::of(&f.id).unwrap().ancestors().iter().any(|a| a.id() == f.id), "{} implies itself", f.id);
        for phrase in f.lay.iter().chain(&f.clinical) {
            assert!(phrases.insert(phrase.to_lowercase()), "«{phrase}» stands under two findings, one is {}", f.id);
        }
    }
    assert!(ids.len() >= 400);
}

#[test]
fn page_is_read_in_little_time() {
    let page = "72F with COPD, 3/7 productive cough, green sputum, fever 38.4 and rigors. No chest pain, no haemoptysis, denies leg swelling. \
                PMH hypertension, T2DM. Meds: ramipril, metformin. BP 118/70, HR 104, RR 24, sats 93% RA. Crackles right base. "
        .repeat(8);
    read(&page);
    let runs = 20u32;
    let start = std::time::Instant::now();
    for _ in 0..runs {
        std::hint::black_box(read(&page));
    }
    let each = start.elapsed() / runs;
    println!("a page of {} bytes: {each:?}", page.len());
    assert!(each.as_millis() < 40, "{each:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_text_is_read_and_ranges_are_characters(text in "\\PC{0,300}") {
        for m in &read(&text).mentions {
            prop_assert!(text.get(m.start..m.end).is_some());
        }
    }

    #[test]
    fn case_changes_nothing(which in prop::collection::vec(0usize..40, 1..6)) {
        let text = which.iter().map(|i| PHRASES[55 + i].0).collect::<Vec<_>>().join(". ");
        let of = |text: &str| read(text).mentions.iter().map(|m| (m.finding, m.state)).collect::<HashSet<_>>();
        prop_assert_eq!(of(&text.to_lowercase()), of(&text.to_uppercase()));
    }

    #[test]
    fn medical_word_salad_is_read(words in prop::collection::vec("(no|not|,|\\.|\\?|fever|3/7|32/40|T|38\\.5|mother|had|pain|left|BP|90/60|-|\n|½|aged|x)", 0..60)) {
        let text = words.join(" ");
        for m in &read(&text).mentions {
            prop_assert!(text.get(m.start..m.end).is_some());
        }
    }
}

/// The findings that are there by a text, without those that follow from figures.
fn there(text: &str) -> Vec<&'static str> {
    let reading = read(text);
    reading.mentions.iter().filter(|m| m.state == State::Present && m.is_current()).map(|m| m.finding.id()).collect()
}

#[test]
fn ordinary_words_tell_of_no_finding() {
    for (text, finding) in [
        ("She lost her voice.", "hallucinations_hearing"),
        ("I climb two flights of stairs.", "recent_flight_or_long_journey"),
        ("A trip to the lake.", "fall_recent"),
        ("It takes me hours to fall asleep.", "fall_recent"),
        ("The blood test showed pain in numbers.", "testicular_pain"),
        ("My throat is sore and I have swollen glands.", "tongue_or_throat_swelling"),
        ("I took paracetamol and it helped.", "overdose_taken"),
        ("Neurological exam is unremarkable.", "stress_life_event"),
        ("I have back pain.", "flank_pain"),
        ("The chest pain is sharp.", "chest_pain_pressure"),
        ("He has a fast heart rate.", "tachycardia_severe"),
    ] {
        assert!(!there(text).contains(&finding), "{text}: {:?}", there(text));
    }
}

#[test]
fn what_someone_noted_is_there() {
    assert!(there("His mother noted a rash.").contains(&"rash"));
    assert!(there("Calf tenderness was noted.").contains(&"calf_pain_tender"));
}

#[test]
fn ages_are_read_as_people_tell_them() {
    for (text, years) in [
        ("My husband is 59.", Some(59.0)),
        ("My friend, 30, was running a race.", Some(30.0)),
        ("My wife (33) has a cough.", Some(33.0)),
        ("My mum's 77 and fell.", Some(77.0)),
        ("A woman in her late 20s with cough.", Some(28.0)),
        ("A man aged 45 presents with cough.", Some(45.0)),
        ("A woman presents with cough.", None),
        ("I had my baby three weeks ago.", None),
    ] {
        assert_eq!(read(text).patient.age_years, years, "{text}");
    }
}

#[test]
fn weeks_of_pregnancy_are_not_the_age() {
    let patient = read("I'm 33 and nine weeks pregnant.").patient;
    assert_eq!((patient.age_years, patient.pregnancy_weeks), (Some(33.0), Some(9.0)));
}

#[test]
fn medicines_in_running_text_are_read_where_they_are_taken() {
    for (text, medicines) in [
        ("Takes atorvastatin 20 mg nightly and warfarin, no aspirin.", &["atorvastatin 20 mg nightly", "warfarin"][..]),
        ("Started amoxicillin yesterday.", &["amoxicillin"]),
        ("On metformin for diabetes and ramipril with cough.", &["metformin", "ramipril"]),
        ("Penicillin allergy, on metformin.", &["metformin"]),
        ("Her mother takes digoxin.", &[]),
        ("Took an overdose of paracetamol.", &[]),
        ("Potassium 5.2, ate grapefruit, drinks alcohol.", &[]),
    ] {
        let reading = read(text);
        let found: Vec<&str> = reading.medicines.iter().map(|span| &text[span.start..span.end]).collect();
        assert_eq!(found, medicines, "{text}");
    }
    let text = "Penicillin allergy, on metformin.";
    let allergies: Vec<&str> = read(text).allergies.iter().map(|span| &text[span.start..span.end]).collect();
    assert_eq!(allergies, ["Penicillin"]);
}

#[test]
fn words_for_being_well_that_are_denied_do_not_say_that_all_is_well() {
    for (text, id) in [
        ("She is not drinking well", "dehydration_signs"),
        ("She is not drinking well", "vomiting_persistent"),
        ("He is not keeping fluids down", "vomiting_persistent"),
        ("He can't keep fluids down", "vomiting_persistent"),
        ("She is hardly drinking well", "dehydration_signs"),
        ("He is barely drinking well", "dehydration_signs"),
        ("doesn't feel fine", "looks_very_ill"),
        ("He is not feeding well", "poor_feeding_infant"),
        ("No thoughts of harming the baby", "suicidal_ideation"),
        ("No thoughts of harming others", "suicidal_ideation"),
    ] {
        assert!(!has(&read(text), id, State::Absent), "{text}: {id}");
    }
    for (text, id) in [
        ("She is drinking well", "dehydration_signs"),
        ("No fever. He is keeping fluids down", "vomiting_persistent"),
        ("I feel fine", "looks_very_ill"),
        ("No thoughts of harming myself", "suicidal_ideation"),
        ("denies suicidal thoughts", "suicidal_ideation"),
    ] {
        assert!(has(&read(text), id, State::Absent), "{text}: {id}");
    }
}

#[test]
fn stridor_at_rest_is_told_from_stridor_only_when_upset() {
    assert!(has(&read("stridor at rest and when crying"), "stridor_at_rest", State::Present));
    assert!(!has(&read("stridor at rest and when crying"), "stridor_only_upset", State::Present));
    assert!(!has(&read("stridor not only when crying, also at rest"), "stridor_only_upset", State::Present));
    assert!(has(&read("stridor only when crying"), "stridor_only_upset", State::Present));
    let normal = read("Chest clear, no stridor at rest");
    assert!(!has(&normal, "stridor", State::Present));
    assert!(has(&normal, "stridor_at_rest", State::Absent));
}

#[test]
fn ages_and_weeks_in_words_are_read_whole() {
    for (text, years) in [
        ("thirty-five years old with a cough", 35.0),
        ("I am thirty five years old", 35.0),
        ("a seventeen year old girl with a rash", 17.0),
        ("an eleven-year-old boy with a limp", 11.0),
        ("a sixty year old man with a cough", 60.0),
        ("a five year old boy", 5.0),
    ] {
        assert_eq!(read(text).patient.age_years, Some(years), "{text}");
    }
    for (text, weeks) in [
        ("I am twenty-eight weeks pregnant", 28.0),
        ("She is thirteen weeks pregnant", 13.0),
        ("I am eight weeks pregnant", 8.0),
        ("forty weeks pregnant", 40.0),
    ] {
        assert_eq!(read(text).patient.pregnancy_weeks, Some(weeks), "{text}");
    }
}

#[test]
fn the_age_is_that_of_whom_the_note_is_about() {
    for (text, years) in [
        ("My father, 60, died of a heart attack. I'm 32 and have chest pain", Some(32.0)),
        ("My mum is 80. I am 51 and have a cough", Some(51.0)),
        ("My father, 60, died of a heart attack. I have chest pain", None),
        ("My brother is 40 and had a stroke. I have a headache", None),
        ("My mum is 80 and has a cough", Some(80.0)),
        ("My mum is 80 and has a cough. I have noticed that she is confused", Some(80.0)),
        ("I'm worried about my son, 4, he has a fever", Some(4.0)),
        ("My husband (59) has chest pain", Some(59.0)),
        ("My son is 4 and has a fever. I'm 34", Some(4.0)),
        ("I'm 34. My son is 4 and has a fever", Some(4.0)),
        ("My mum is 80 and confused. I'm 50 and live with her", Some(80.0)),
    ] {
        assert_eq!(read(text).patient.age_years, years, "{text}");
    }
}

#[test]
fn a_baby_that_was_born_is_not_the_patient_and_one_that_is_ill_is() {
    for text in ["Since yesterday my baby is floppy", "Two days after a cold my baby has a cough", "My baby had a fit"]
    {
        assert_eq!(read(text).patient.age_years, Some(0.5), "{text}");
    }
    for text in [
        "I had my first baby in May and feel low",
        "I feel low since my baby was born",
        "no thoughts of harming the baby",
    ] {
        assert_eq!(read(text).patient.age_years, None, "{text}");
    }
}

#[test]
fn what_a_relative_did_is_not_the_patients() {
    for text in ["Her brother took an overdose last year", "My cough is bad and my brother took an overdose"] {
        assert!(!has(&read(text), "overdose_taken", State::Present), "{text}");
    }
    assert!(!has(&read("My father died of a heart attack"), "coronary_disease_history", State::Present));
    assert!(has(&read("Her mother heard her wheeze"), "wheeze", State::Present));
}
