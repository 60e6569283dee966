//! The answer to a crisis: which sentences, which help, in which order.

use super::first_aid::first_aid;
use super::languages::{self, Sentences};
use super::resources::{Help, Purpose, Resource};
use super::{Assessment, Danger, Level, Question, wording};

/// What a person is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Markdown, short.
    pub text: String,
    /// Whom to turn to, the most urgent first.
    pub resources: Vec<Resource>,
}

/// The circumstances of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asked {
    /// ISO 3166 alpha-2 code of where the person is, if known.
    pub country: Option<String>,
    /// How many crisis answers this conversation already has: the wording changes. Where the assessment has heard none of
    /// their questions, the next one is asked.
    pub times_before: usize,
}

/// Words an answer to what was noticed.
///
/// A bodily emergency comes first, then danger to the person's own life, to others, from others, and self-harm. Worry
/// about someone else gets advice on helping them. Where nothing was noticed the answer is empty.
pub fn reply(assessment: &Assessment, asked: &Asked) -> Reply {
    let help = Help::of(asked.country.as_deref());
    let writer = Writer { help, turn: asked.times_before, language: languages::of(assessment) };
    let has = |wanted: &dyn Fn(Danger) -> bool| assessment.dangers.iter().any(|&danger| wanted(danger));
    if assessment.level == Level::None {
        Reply { text: String::new(), resources: Vec::new() }
    } else if has(&Danger::is_bodily) {
        writer.bodily(assessment)
    } else if has(&Danger::is_suicidal) {
        if assessment.level == Level::Imminent { writer.imminent() } else { writer.suicidal(assessment) }
    } else if has(&|danger| danger == Danger::HarmToOthers) {
        writer.harm_to_others()
    } else if has(&|danger| danger == Danger::Abuse) {
        writer.abuse(assessment.level)
    } else if has(&|danger| danger == Danger::SelfHarm) {
        writer.self_harm()
    } else {
        writer.third_party()
    }
}

struct Writer {
    help: Help,
    turn: usize,
    language: Option<&'static Sentences>,
}

impl Writer {
    fn suicidal(&self, assessment: &Assessment) -> Reply {
        let acts = |danger: &Danger| *danger != Danger::SuicidalIdeation && danger.is_suicidal();
        let mut parts = self.own_language(|language| &language.crisis, Purpose::Crisis);
        parts.push(self.pick(&wording::SUICIDAL_OPENINGS));
        parts.push(self.fill(&wording::SUICIDAL_SUPPORT, Purpose::Crisis));
        if assessment.dangers.iter().any(acts) || (assessment.level >= Level::High && self.turn > 0) {
            parts.push(self.pick(&wording::DISTANCE));
        }
        parts.push(self.next_question(assessment));
        self.finish(&parts, Purpose::Crisis, false)
    }

    fn imminent(&self) -> Reply {
        let mut parts = self.own_language(|language| &language.imminent, Purpose::Crisis);
        parts.push(self.fill(&wording::IMMINENT_OPENINGS, Purpose::Crisis));
        parts.push(self.fill(&wording::IMMINENT_STEPS, Purpose::Crisis));
        parts.push(self.pick(&wording::IMMINENT_QUESTIONS));
        self.finish(&parts, Purpose::Crisis, true)
    }

    fn self_harm(&self) -> Reply {
        let mut parts = self.own_language(|language| &language.crisis, Purpose::Crisis);
        parts.push(self.pick(&wording::SELF_HARM_OPENINGS));
        parts.push(self.fill(&wording::SELF_HARM_SUPPORT, Purpose::Crisis));
        parts.push(self.question(if self.turn == 0 { THOUGHTS } else { HELPFUL - 1 }));
        self.finish(&parts, Purpose::Crisis, false)
    }

    fn harm_to_others(&self) -> Reply {
        let parts = [
            self.pick(&wording::HARM_OPENINGS),
            self.fill(&wording::HARM_SUPPORT, Purpose::Crisis),
            self.pick_late(&wording::HARM_QUESTIONS),
        ];
        self.finish(&parts, Purpose::Crisis, true)
    }

    fn abuse(&self, level: Level) -> Reply {
        let line = match self.help.line_words(Purpose::Abuse) {
            Some(line) => format!("**{line}** is there day and night."),
            None => "Lines for your country are listed at **findahelpline.com**.".to_owned(),
        };
        let support = turned(&wording::ABUSE_SUPPORT, self.turn)
            .replace("{line}", &line)
            .replace("{emergency}", &self.help.emergency_words());
        let parts = [self.pick(&wording::ABUSE_OPENINGS), support, self.pick_late(&wording::ABUSE_QUESTIONS)];
        self.finish(&parts, Purpose::Abuse, level == Level::Imminent)
    }

    fn bodily(&self, assessment: &Assessment) -> Reply {
        let aid = first_aid(|code| assessment.evidence.iter().any(|evidence| evidence.rule == code));
        let mut parts = self.own_language(|language| &language.body, Purpose::Poison);
        parts.push(self.fill(&wording::BODILY_OPENINGS, Purpose::Poison));
        if let Some(aid) = aid {
            let steps: Vec<_> = aid.steps.iter().zip(1..).map(|(step, number)| format!("{number}. {step}")).collect();
            parts.push(aid.headline.clone());
            parts.push(steps.join("\n"));
        }
        parts.push(self.pick(&wording::BODILY_LIMITS));
        // A child that swallowed a battery is read as poisoned, too; an opioid or a wish to be hurt has no place there.
        let thing = assessment.evidence.iter().any(|evidence| evidence.rule == "medical.swallowed");
        let overdose = assessment.dangers.contains(&Danger::Overdose) && !thing;
        let suicidal = assessment.dangers.iter().copied().any(Danger::is_suicidal);
        if suicidal || overdose {
            parts.push(if suicidal {
                "Whatever led to this: your life matters. Please let someone be with you until help is there."
                    .to_owned()
            } else {
                "If any of this was meant to hurt yourself, you can tell them that too; they will help, not blame you."
                    .to_owned()
            });
        }
        let mut reply = self.finish(&parts, if overdose { Purpose::Poison } else { Purpose::Crisis }, true);
        if !suicidal && !overdose {
            // For a bodily emergency there is one number to call; a helpline beside it would only distract.
            reply.resources.truncate(1);
        } else {
            // Whether it was meant or not is not known: someone to talk to belongs beside it.
            let lines = self.help.lines(Purpose::Crisis).into_iter().take(2);
            let known: Vec<_> = reply.resources.iter().map(|resource| resource.id.clone()).collect();
            reply.resources.extend(lines.filter(|line| !known.contains(&line.id)));
        }
        reply
    }

    fn third_party(&self) -> Reply {
        let help = self.fill(&[wording::THIRD_PARTY_HELP], Purpose::Crisis);
        self.finish(&[self.pick(&wording::THIRD_PARTY), help], Purpose::Crisis, false)
    }

    /// What comes first in the person's own language, once.
    fn own_language(&self, which: impl Fn(&Sentences) -> &String, purpose: Purpose) -> Vec<String> {
        let Some(language) = self.language.filter(|_| self.turn == 0) else { return Vec::new() };
        let line = self.help.line_name(purpose).unwrap_or_else(|| "findahelpline.com".to_owned());
        vec![which(language).replace("{line}", &line).replace("{emergency}", &self.help.emergency_number())]
    }

    /// The screener's next question, where its earlier ones were heard; else counted by the answers given before.
    fn next_question(&self, assessment: &Assessment) -> String {
        if !assessment.screener.is_begun() {
            return self.question(first_question(assessment));
        }
        let question = match assessment.screener.next(&assessment.evidence) {
            Some(question) => wording::QUESTIONS[question as usize],
            None => wording::QUESTIONS[HELPFUL + self.turn % (wording::QUESTIONS.len() - HELPFUL)],
        };
        format!("{question} {}", turned(&wording::SKIP, self.turn))
    }

    /// One question of the screener, as many further as there were answers before.
    fn question(&self, first: usize) -> String {
        let last = wording::QUESTIONS.len();
        let at = first + self.turn;
        // Past the end only the last ones go round: they ask what may help, and may be asked again.
        let at = if at < last { at } else { HELPFUL + (at - last) % (last - HELPFUL) };
        format!("{} {}", wording::QUESTIONS[at], turned(&wording::SKIP, self.turn))
    }

    fn pick(&self, sentences: &[&str]) -> String {
        turned(sentences, self.turn).to_owned()
    }

    /// Like `pick`, a step further each time the openings have gone round, so that the whole doesn't repeat with them.
    fn pick_late(&self, sentences: &[&str]) -> String {
        turned(sentences, self.turn + self.turn / sentences.len()).to_owned()
    }

    fn fill(&self, sentences: &[&str], purpose: Purpose) -> String {
        let line = self.help.line_words(purpose).unwrap_or_default();
        let in_list = if self.help.has_writing(purpose) { ", in writing too" } else { "" };
        let sentence = turned(sentences, self.turn);
        // Where `{writing}` stands between sentences it is a sentence; inside one it is a few words.
        let writing = match (sentence.contains(". {writing}"), self.help.has_writing(purpose)) {
            (true, true) => wording::WRITING,
            (true, false) => "",
            (false, _) => in_list,
        };
        sentence
            .replace("{line}", &line)
            .replace("{emergency}", &self.help.emergency_words())
            .replace("{writing}", writing)
            .replace(". a helpline", ". A helpline")
    }

    /// All the help the first time; later the nearest of it, since the rest is already on the screen.
    fn finish(&self, parts: &[String], purpose: Purpose, emergency_first: bool) -> Reply {
        let mut lines = self.help.lines(purpose);
        lines.truncate(if self.turn > 0 { 1 } else { 4 });
        let emergency = self.help.emergency();
        if emergency_first {
            lines.insert(0, emergency);
        } else {
            lines.push(emergency);
        }
        Reply { text: parts.join("\n\n"), resources: lines }
    }
}

/// In `wording::QUESTIONS`: thoughts of suicide, and where the questions begin that ask what may help.
const THOUGHTS: usize = Question::Thoughts as usize;
const HELPFUL: usize = Question::ALL.len();

/// The question that what was said leaves open. What was a "yes" to one of them has been counted by its turn.
fn first_question(assessment: &Assessment) -> usize {
    let said = |wanted: &dyn Fn(Danger) -> bool| {
        assessment.evidence.iter().any(|evidence| {
            evidence.level >= Level::Elevated
                && !evidence.rule.starts_with("answer.")
                && assessment.dangers.contains(&evidence.danger)
                && wanted(evidence.danger)
        })
    };
    if said(&|danger| danger != Danger::SuicidalIdeation && danger.is_suicidal()) {
        Question::Intent as usize
    } else if assessment.level >= Level::High && said(&Danger::is_suicidal) {
        Question::Method as usize
    } else if said(&Danger::is_suicidal) {
        Question::Thoughts as usize
    } else {
        Question::Wish as usize
    }
}

fn turned<'a>(sentences: &[&'a str], turn: usize) -> &'a str {
    sentences[turn % sentences.len()]
}
