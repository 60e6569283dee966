//! What an entry tells of its subject (symptoms, treatment …), read off its title, and what of it a question is after.

use super::terms::Terms;

/// What an entry tells of its subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Kind {
    /// Not told.
    Other,
    /// What it is.
    Information,
    /// What it feels and looks like.
    Symptoms,
    /// What is done about it.
    Treatment,
    /// Where it comes from.
    Causes,
    /// Whether it runs in families.
    Inheritance,
    /// Which genes.
    Genes,
    /// How many have it.
    Frequency,
    /// How it is found.
    Tests,
    /// What becomes of it.
    Outlook,
    /// How not to get it.
    Prevention,
    /// Who gets it.
    Risk,
    /// What is being found out.
    Research,
    /// How to live with it.
    Living,
    /// How far it has gone.
    Stages,
    /// What else it leads to.
    Complications,
}

use Kind::{
    Causes, Complications, Frequency, Genes, Information, Inheritance, Living, Other, Outlook, Prevention, Research,
    Risk, Stages, Symptoms, Tests, Treatment,
};

impl Kind {
    const ALL: [Self; 16] = [
        Other,
        Information,
        Symptoms,
        Treatment,
        Causes,
        Inheritance,
        Genes,
        Frequency,
        Tests,
        Outlook,
        Prevention,
        Risk,
        Research,
        Living,
        Stages,
        Complications,
    ];

    /// As it is stored.
    pub fn code(self) -> u64 {
        self as u64
    }

    /// As it was stored.
    pub fn from_code(code: u64) -> Self {
        usize::try_from(code).ok().and_then(|code| Self::ALL.get(code).copied()).unwrap_or(Other)
    }
}

/// How titles frame a subject: what stands before, what stands behind, and what the entry tells then. The longest that
/// fits wins.
const FRAMES: &[(&str, &str, Kind)] = &[
    ("what is (are) ", "", Information),
    ("what is ", "", Information),
    ("what are ", "", Information),
    ("do you have information about ", "", Information),
    ("information about ", "", Information),
    ("about ", "", Information),
    ("facts about ", "", Information),
    ("what i need to know about ", "", Information),
    ("understanding ", "", Information),
    ("overview of ", "", Information),
    ("introduction to ", "", Information),
    ("", " overview", Information),
    ("what are the symptoms of ", "", Symptoms),
    ("what are the signs and symptoms of ", "", Symptoms),
    ("what are symptoms of ", "", Symptoms),
    ("symptoms of ", "", Symptoms),
    ("signs and symptoms of ", "", Symptoms),
    ("signs of ", "", Symptoms),
    ("", " symptoms", Symptoms),
    ("what are the treatments for ", "", Treatment),
    ("what is the treatment for ", "", Treatment),
    ("what are the treatments of ", "", Treatment),
    ("treatment of ", "", Treatment),
    ("treatment for ", "", Treatment),
    ("treatments for ", "", Treatment),
    ("treating ", "", Treatment),
    ("how to treat ", "", Treatment),
    ("how is ", " treated", Treatment),
    ("how are ", " treated", Treatment),
    ("how can ", " be treated", Treatment),
    ("", " treatment", Treatment),
    ("what causes ", "", Causes),
    ("what are the causes of ", "", Causes),
    ("causes of ", "", Causes),
    ("", " causes", Causes),
    ("is ", " inherited", Inheritance),
    ("are ", " inherited", Inheritance),
    ("how is ", " inherited", Inheritance),
    ("inheritance of ", "", Inheritance),
    ("what are the genetic changes related to ", "", Genes),
    ("what genes are related to ", "", Genes),
    ("genetics of ", "", Genes),
    ("how many people are affected by ", "", Frequency),
    ("how common is ", "", Frequency),
    ("how common are ", "", Frequency),
    ("how to diagnose ", "", Tests),
    ("how is ", " diagnosed", Tests),
    ("how are ", " diagnosed", Tests),
    ("diagnosis of ", "", Tests),
    ("tests for ", "", Tests),
    ("", " diagnosis", Tests),
    ("", " tests", Tests),
    ("what is the outlook for ", "", Outlook),
    ("what is the prognosis for ", "", Outlook),
    ("prognosis of ", "", Outlook),
    ("outlook for ", "", Outlook),
    ("", " prognosis", Outlook),
    ("", " outlook", Outlook),
    ("how to prevent ", "", Prevention),
    ("how can ", " be prevented", Prevention),
    ("preventing ", "", Prevention),
    ("prevention of ", "", Prevention),
    ("", " prevention", Prevention),
    ("who is at risk for ", "", Risk),
    ("who gets ", "", Risk),
    ("risk factors for ", "", Risk),
    ("", " risk factors", Risk),
    ("what research (or clinical trials) is being done for ", "", Research),
    ("what research is being done for ", "", Research),
    ("clinical trials for ", "", Research),
    ("what to do for ", "", Living),
    ("living with ", "", Living),
    ("coping with ", "", Living),
    ("where to find support for people with ", "", Living),
    ("what are the stages of ", "", Stages),
    ("stages of ", "", Stages),
    ("what are the complications of ", "", Complications),
    ("complications of ", "", Complications),
    ("", " complications", Complications),
];

/// Subject and kind of a title: "What are the symptoms of Gout ?" tells the symptoms of gout.
pub fn of_title(title: &str) -> (String, Kind) {
    let clean = title.trim().trim_end_matches(|mark: char| mark == '?' || mark == '.' || mark.is_whitespace());
    let lower = clean.to_lowercase();
    if lower.len() != clean.len() {
        return (clean.to_owned(), Other);
    }
    let fits = FRAMES.iter().filter(|(before, behind, _)| {
        lower.len() > before.len() + behind.len() && lower.starts_with(before) && lower.ends_with(behind)
    });
    match fits.max_by_key(|(before, behind, _)| before.len() + behind.len()) {
        Some((before, behind, kind)) => {
            let subject = clean[before.len()..clean.len() - behind.len()].trim_matches([' ', '?', ':', '–', '-', ',']);
            let subject = ["the ", "a ", "an "].iter().find_map(|word| subject.strip_prefix(word)).unwrap_or(subject);
            (subject.to_owned(), *kind)
        }
        None => (clean.to_owned(), Other),
    }
}

/// The kind of a field that names it ("symptoms", "exams and tests").
pub fn of_label(label: &str) -> Kind {
    match label.trim().to_lowercase().as_str() {
        "information" | "overview" | "definition" | "description" => Information,
        "symptoms" | "signs and symptoms" => Symptoms,
        "treatment" | "treatments" | "management" => Treatment,
        "causes" | "cause" => Causes,
        "inheritance" => Inheritance,
        "genetic changes" | "genes" | "genetics" => Genes,
        "frequency" | "epidemiology" => Frequency,
        "exams and tests" | "diagnosis" | "tests" => Tests,
        "outlook" | "prognosis" => Outlook,
        "prevention" => Prevention,
        "susceptibility" | "risk factors" | "risk" => Risk,
        "research" => Research,
        "considerations" | "living with" | "support groups" => Living,
        "stages" => Stages,
        "complications" => Complications,
        _ => Other,
    }
}

/// What people say when they are after a kind, and how surely. Phrases are compared by terms.
const SAID: &[(Kind, f64, &str)] = &[
    (
        Treatment,
        1.0,
        "treat|treatment|cure|medicine|medication|drug|therapy|remedy|get rid of|relief|relieve|ease|surgery|operation|manage|fix|heal|options|what can be done|what can i do|help with|pill|antibiotic|transplant|can be done|can anything be done|lower my|reduce",
    ),
    (
        Symptoms,
        1.0,
        "symptom|sign|what does it feel|what does it look|early warning|warning sign|how do i know if|how can you tell|how can i tell|feel like|look like|experience",
    ),
    (
        Causes,
        1.0,
        "cause|why|reason|come from|due to|result of|related to|linked to|link between|brought on|triggered|trigger|how do you get|how did|caught|contagious|spread",
    ),
    (
        Inheritance,
        1.0,
        "inherit|hereditary|genetic|run in family|runs in the family|runs in my family|passed on|passed down|pass it|pass this|carrier|my children|our children|have children|my kids get|family history|chances of my|siblings|dominant|recessive|next baby|another child|get it too|have a baby",
    ),
    (Genes, 0.7, "gene|mutation|chromosome|dna|genetic|variant|deletion"),
    (Frequency, 1.0, "how common|how rare|how many people|statistics|prevalence|incidence|how often does"),
    (
        Tests,
        1.0,
        "test|diagnose|diagnosis|diagnosed|screening|screen|find out if|blood test|scan|mri|biopsy|detect|check for|rule out|specialist|genetic testing|tested",
    ),
    (
        Outlook,
        1.0,
        "prognosis|outlook|life expectancy|survive|survival|how long|lifespan|live|die|fatal|terminal|recover|recovery|go away|long term|future|chance of|get worse|curable|expect|deadly",
    ),
    (
        Prevention,
        1.0,
        "prevent|avoid|protect|vaccine|vaccination|immunization|keep from getting|lower the risk|reduce the risk|safe to be around|come back",
    ),
    (Risk, 0.8, "risk|at risk|who gets|more likely|susceptible|chances|prone"),
    (
        Research,
        1.0,
        "research|clinical trial|trials|study|studies|experimental|new treatment|latest|breakthrough|stem cell",
    ),
    (
        Living,
        0.9,
        "diet|eat|food|foods|exercise|cope|coping|support group|live with|living with|care for|caring for|lifestyle|nutrition|support|weight|school|work with",
    ),
    (Stages, 1.0, "stage|stages|grade|spread|metastasized"),
    (Complications, 1.0, "complication|lead to|long term effects|later problems|side effect|damage|affect"),
    (
        Information,
        0.6,
        "what is|what are|information|info|tell me about|explain|learn about|know about|know more|more about|meaning|definition|mean|literature|article|anything about|data on",
    ),
];

/// What a question is after: how surely each kind, from its sentences; those that ask count in full.
#[derive(Debug)]
pub struct Wanted {
    phrases: Vec<(Kind, f64, Vec<String>)>,
}

impl Wanted {
    /// Prepares the table.
    pub fn prepare() -> Self {
        let mut terms = Terms::default();
        let phrases = SAID.iter().flat_map(|(kind, sure, said)| said.split('|').map(move |said| (*kind, *sure, said)));
        Self { phrases: phrases.map(|(kind, sure, said)| (kind, sure, terms.of(said))).collect() }
    }

    /// The kinds that a text of these terms asks for, with how surely (0 to 1).
    pub fn of(&self, terms: &[String]) -> Vec<(Kind, f64)> {
        let mut wanted: Vec<(Kind, f64)> = Vec::new();
        for (kind, sure, phrase) in &self.phrases {
            if terms.windows(phrase.len()).any(|window| window == phrase.as_slice()) {
                match wanted.iter_mut().find(|(known, _)| known == kind) {
                    Some((_, before)) => *before = before.max(*sure),
                    None => wanted.push((*kind, *sure)),
                }
            }
        }
        wanted
    }
}

/// How near a kind is to the one that is wanted: 1 for itself, less for what often answers it, too.
pub fn nearness(wanted: Kind, kind: Kind) -> f64 {
    if wanted == kind {
        return 1.0;
    }
    match (wanted, kind) {
        (Treatment, Living) | (Living, Treatment) | (Inheritance, Genes) | (Genes, Inheritance | Causes) => 0.6,
        (Causes, Genes | Risk) | (Risk, Causes) | (Prevention, Risk | Living) | (Outlook, Treatment | Stages) => 0.5,
        (Outlook, Symptoms | Complications) | (Symptoms, Tests) | (Tests, Symptoms) | (Research, Treatment) => 0.35,
        (Inheritance, Causes | Risk)
        | (Causes, Inheritance)
        | (Living, Prevention)
        | (Complications, Symptoms)
        | (_, Information | Other) => 0.4,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_tells_its_subject_and_kind() {
        for (title, subject, kind) in [
            ("What are the symptoms of Gout ?", "Gout", Symptoms),
            ("What is (are) Gout ?", "Gout", Information),
            ("Is Hemophilia inherited ?", "Hemophilia", Inheritance),
            ("How can measles be prevented?", "measles", Prevention),
            ("Asthma treatment", "Asthma", Treatment),
            ("Gout", "Gout", Other),
        ] {
            assert_eq!(of_title(title), (subject.to_owned(), kind), "{title}");
        }
    }

    #[test]
    fn kinds_survive_storing() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_code(kind.code()), kind);
        }
    }
}
