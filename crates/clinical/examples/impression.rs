//! Fits `data/crisis/impression.tsv` to the conversations in `tests/crisis/authors/fitting` and prints how well it judges
//! authors that it has not seen: `cargo run --release -p clinical --example impression [-- --write]`.
//!
//! Each author of the fitting ones is judged by weights from all the others; only those numbers fit the last step, so that
//! it knows how good the first two are with new people. Authors in `tests/crisis/authors/held` are never fitted to.

#[path = "../tests/crisis/authors.rs"]
mod authors;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use authors::{Author, Conversation, Label};
use clinical::crisis::impression::{ALSO, Message, POOLED, WINDOW, pooled, read, share};

/// How much a phrase before the message counts at first, and a mark, of what one in it does.
const BEFORE: f32 = 0.3;
const MARK: f32 = 0.3;
/// How little the weights are held back.
const FREEDOM: f64 = 20.0;
/// How much more a message of a calm conversation counts than another, and how much less a letter without risk: there are
/// many more of them.
const CALM: f64 = 2.0;
const LETTER: f64 = 0.5;
/// Weights below this are left out: the file stays readable.
const SMALLEST: f64 = 0.1;
/// Where the last step says yes, and below which it speaks against danger: chosen on the authors left out in turn.
const DANGER_FROM: f64 = 0.7;
/// How much more a single message must say: it may be all that is ever said, and most questions are single.
const SINGLE_MORE: f64 = 0.0;
const CLOSE_FROM: f64 = 0.3;
const DOUBT_BELOW: f64 = -0.75;

/// A message with what is right for it.
struct Row {
    author: usize,
    conversation: usize,
    message: Message,
    before: BTreeSet<String>,
    danger: bool,
    close: bool,
    weight: f64,
}

/// Which column a feature has.
type Columns = HashMap<String, usize>;
/// A sparse row.
type Sparse = Vec<(usize, f64)>;

fn main() {
    let write = std::env::args().any(|argument| argument == "--write");
    let mut fitting = authors::all("fitting");
    fitting.push(single_statements());
    fitting.push(health_questions());
    let held = authors::all("held");
    let names: Vec<&str> = fitting.iter().map(|author| author.name.as_str()).collect();
    println!("fitted to {names:?}");
    let conversations: Vec<(usize, &Conversation)> = fitting
        .iter()
        .enumerate()
        .flat_map(|(at, author)| author.conversations.iter().map(move |one| (at, one)))
        .collect();
    let rows = rows(&conversations);
    let columns = columns(&rows);
    println!("{} messages, {} features", rows.len(), columns.len());
    let sparse: Vec<Sparse> = rows.iter().map(|row| features(row, &columns)).collect();

    // Each author by the others.
    let mut numbers = vec![[0.0_f32; 2]; rows.len()];
    for author in 0..fitting.len() {
        let others: Vec<usize> = (0..rows.len()).filter(|at| rows[*at].author != author).collect();
        let fits = [0, 1].map(|which| fit_rows(&rows, &sparse, &others, columns.len(), which));
        for at in (0..rows.len()).filter(|at| rows[*at].author == author) {
            numbers[at] = fits.each_ref().map(|fit| number(value(fit, &sparse[at])));
        }
    }
    let together = together(&conversations, &rows, &numbers);
    report("authors left out in turn", &together, &conversations);

    let every: Vec<usize> = (0..rows.len()).collect();
    let fits = [0, 1].map(|which| fit_rows(&rows, &sparse, &every, columns.len(), which));
    let last = Last::fit(&together, &conversations);
    let text = table(&columns, &fits, &last);
    println!("{} bytes", text.len());
    if write {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/crisis/impression.tsv");
        std::fs::write(path, text).expect("the table can be written");
    }
    let held: Vec<(usize, &Conversation)> = held
        .iter()
        .enumerate()
        .flat_map(|(at, author)| author.conversations.iter().map(move |one| (at, one)))
        .collect();
    if !held.is_empty() {
        let rows = self::rows(&held);
        let numbers: Vec<[f32; 2]> =
            rows.iter().map(|row| fits.each_ref().map(|fit| number(value(fit, &features(row, &columns))))).collect();
        let mut judged = self::together(&held, &rows, &numbers);
        last.judge(&mut judged);
        print("held authors", &judged, &held);
    }
}

/// The single statements and the ordinary questions that the rules were learnt from.
fn single_statements() -> Author {
    const OWN_LIFE: [&str; 5] = ["suicidal_ideation", "suicide_plan", "suicide_intent", "suicide_attempt", "self_harm"];
    let letter = |label, text: &str| Conversation {
        label,
        letter: true,
        messages: vec![(text.to_owned(), label != Label::None)],
    };
    let lines = |text: &'static str| text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let cases = lines(include_str!("../tests/crisis/cases.tsv")).filter_map(|line| {
        let mut fields = line.splitn(3, '\t');
        let (crisis, danger, text) = (fields.next()?, fields.next()?, fields.next()?);
        (crisis == "no" || OWN_LIFE.contains(&danger))
            .then(|| letter(if crisis == "no" { Label::None } else { Label::Elevated }, text))
    });
    let typical = lines(include_str!("../tests/crisis/typical.tsv")).filter_map(|line| {
        let (label, text) = line.split_once('\t')?;
        Some(letter(if label == "none" { Label::None } else { Label::Elevated }, text))
    });
    let questions = lines(include_str!("../tests/crisis/harmless_questions.txt")).map(|text| letter(Label::None, text));
    Author { name: "single statements".to_owned(), conversations: cases.chain(typical).chain(questions).collect() }
}

/// What people ask about their health, from the library that the guide answers from: without what the rules hear danger in.
fn health_questions() -> Author {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../server/library/questions");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("the library's questions")
        .map(|entry| entry.expect("a file").path())
        .collect();
    paths.sort();
    let text: String = paths.iter().map(|path| std::fs::read_to_string(path).expect("text")).collect();
    // Each stands on a line of its own in `asked`.
    let wordings = text.lines().filter_map(|line| line.strip_prefix("  \"")?.strip_suffix("\","));
    let harmless = wordings.filter(|wording| read(wording).marks.is_empty());
    let conversations = harmless
        .map(|text| Conversation { label: Label::None, letter: true, messages: vec![(text.to_owned(), false)] })
        .collect();
    Author { name: "health questions".to_owned(), conversations }
}

fn rows(conversations: &[(usize, &Conversation)]) -> Vec<Row> {
    let mut rows = Vec::new();
    for (number, (author, conversation)) in conversations.iter().enumerate() {
        let mut before: Vec<Message> = Vec::new();
        let own = conversation.label.is_at_risk();
        let close = matches!(conversation.label, Label::High | Label::Imminent);
        let weight = match (own, conversation.letter) {
            (true, _) => 1.0,
            (false, true) => LETTER,
            (false, false) => CALM,
        };
        for (text, marked) in &conversation.messages {
            let message = read(text);
            let last = before.len().saturating_sub(WINDOW);
            rows.push(Row {
                author: *author,
                conversation: number,
                message: message.clone(),
                before: before[last..].iter().flat_map(|message| message.phrases.iter().cloned()).collect(),
                danger: own && *marked,
                close: close && *marked,
                weight,
            });
            before.push(message);
        }
    }
    rows
}

/// A phrase that only one message has tells nothing.
fn columns(rows: &[Row]) -> Columns {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut marks: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows {
        row.message.phrases.iter().for_each(|phrase| *counts.entry(phrase).or_default() += 1);
        row.message.marks.iter().for_each(|mark| *marks.entry(mark).or_default() += 1);
    }
    let often = |counts: BTreeMap<&str, usize>| -> Vec<String> {
        counts.into_iter().filter(|(_, count)| *count > 1).map(|(name, _)| name.to_owned()).collect()
    };
    let (phrases, marks) = (often(counts), often(marks));
    let now = phrases.iter().map(|phrase| format!("now\t{phrase}"));
    let before = phrases.iter().map(|phrase| format!("before\t{phrase}"));
    let marks = marks.iter().map(|mark| format!("mark\t{mark}"));
    now.chain(before).chain(marks).zip(0..).collect()
}

fn features(row: &Row, columns: &Columns) -> Sparse {
    let of = |kind: &str, phrases: &mut dyn Iterator<Item = &String>| -> Vec<usize> {
        phrases.filter_map(|phrase| columns.get(&format!("{kind}\t{phrase}")).copied()).collect()
    };
    let now = of("now", &mut row.message.phrases.iter());
    let before = of("before", &mut row.before.iter());
    let marks = of("mark", &mut row.message.marks.iter());
    let scaled = |columns: Vec<usize>, scale: f32| columns.into_iter().map(move |column| (column, f64::from(scale)));
    let (shared_now, shared_before) = (share(now.len()), BEFORE * share(before.len()));
    scaled(now, shared_now).chain(scaled(before, shared_before)).chain(scaled(marks, MARK)).collect()
}

/// Weights, the last of them what is added.
fn fit_rows(rows: &[Row], sparse: &[Sparse], of: &[usize], columns: usize, which: usize) -> Vec<f64> {
    let data: Vec<(&Sparse, bool, f64)> = of
        .iter()
        .map(|at| (&sparse[*at], if which == 0 { rows[*at].danger } else { rows[*at].close }, rows[*at].weight))
        .collect();
    fit(&data, columns, FREEDOM)
}

fn value(weights: &[f64], row: &[(usize, f64)]) -> f64 {
    weights[weights.len() - 1] + row.iter().map(|(column, value)| weights[*column] * value).sum::<f64>()
}

/// As the detector reckons.
#[expect(clippy::cast_possible_truncation, reason = "seven digits are enough")]
fn number(value: f64) -> f32 {
    value as f32
}

/// Logistic regression held back by the squares of its weights, by L-BFGS (Nocedal and Wright, Numerical Optimization,
/// 2006, algorithm 7.4) with halved steps.
fn fit(data: &[(&Sparse, bool, f64)], columns: usize, freedom: f64) -> Vec<f64> {
    const STEPS: usize = 150;
    const KEPT: usize = 10;
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let loss = |weights: &[f64]| {
        let mut gradient: Vec<f64> = weights.to_vec();
        let mut loss = 0.5 * dot(weights, weights);
        for (row, yes, weight) in data {
            let sign = if *yes { 1.0 } else { -1.0 };
            let margin = sign * value(weights, row);
            loss += freedom * weight * if margin > 30.0 { 0.0 } else { (-margin).exp().ln_1p() };
            let push = -sign * freedom * weight / (1.0 + margin.exp());
            row.iter().for_each(|(column, value)| gradient[*column] += push * value);
            gradient[columns] += push;
        }
        (loss, gradient)
    };
    let mut weights = vec![0.0; columns + 1];
    let (mut now, mut gradient) = loss(&weights);
    let mut kept: Vec<(Vec<f64>, Vec<f64>)> = Vec::new();
    for _ in 0..STEPS {
        let mut direction: Vec<f64> = gradient.iter().map(|value| -value).collect();
        let mut alphas = Vec::new();
        for (moved, turned) in kept.iter().rev() {
            let alpha = dot(moved, &direction) / dot(moved, turned);
            direction.iter_mut().zip(turned).for_each(|(value, turned)| *value -= alpha * turned);
            alphas.push(alpha);
        }
        if let Some((moved, turned)) = kept.last() {
            let scale = dot(moved, turned) / dot(turned, turned);
            for value in &mut direction {
                *value *= scale;
            }
        }
        for ((moved, turned), alpha) in kept.iter().zip(alphas.into_iter().rev()) {
            let beta = dot(turned, &direction) / dot(moved, turned);
            direction.iter_mut().zip(moved).for_each(|(value, moved)| *value += (alpha - beta) * moved);
        }
        let slope = dot(&gradient, &direction);
        let mut step = if kept.is_empty() { 1.0 / dot(&gradient, &gradient).sqrt() } else { 1.0 };
        let (next, next_loss, next_gradient) = loop {
            let next: Vec<f64> = weights.iter().zip(&direction).map(|(weight, by)| weight + step * by).collect();
            let (loss, gradient) = loss(&next);
            if loss <= now + 1e-4 * step * slope || step < 1e-9 {
                break (next, loss, gradient);
            }
            step *= 0.5;
        };
        let moved: Vec<f64> = next.iter().zip(&weights).map(|(next, before)| next - before).collect();
        let turned: Vec<f64> = next_gradient.iter().zip(&gradient).map(|(next, before)| next - before).collect();
        let is_done = (now - next_loss) < 1e-6 * now;
        (weights, now, gradient) = (next, next_loss, next_gradient);
        if dot(&moved, &turned) > 1e-12 {
            kept.push((moved, turned));
            if kept.len() > KEPT {
                kept.remove(0);
            }
        }
        if is_done {
            break;
        }
    }
    weights
}

/// A conversation's rows for the last step, one for each of its messages, and what was made of them.
struct Together {
    author: usize,
    rows: Vec<(Vec<f64>, f32)>,
    danger: f64,
    close: f64,
}

fn together(conversations: &[(usize, &Conversation)], rows: &[Row], numbers: &[[f32; 2]]) -> Vec<Together> {
    let mut all: Vec<Together> = conversations
        .iter()
        .map(|(author, _)| Together { author: *author, rows: Vec::new(), danger: f64::MIN, close: f64::MIN })
        .collect();
    let mut from = 0;
    for (at, row) in rows.iter().enumerate() {
        if at > 0 && rows[at - 1].conversation != row.conversation {
            from = at;
        }
        let last = from.max((at + 1).saturating_sub(WINDOW));
        let (others, own) = rows[last..=at]
            .iter()
            .fold((0, 0), |(others, own), row| (others + row.message.others, own + row.message.own));
        let pool = |which: usize| {
            let numbers: Vec<f32> = numbers[last..=at].iter().map(|pair| pair[which]).collect();
            pooled(&numbers, others, own)
        };
        let both = pool(0).into_iter().chain(pool(1).into_iter().take(ALSO));
        all[row.conversation].rows.push((both.map(f64::from).collect(), numbers[at][0]));
    }
    all
}

/// The last step.
struct Last {
    danger: Vec<f64>,
    close: Vec<f64>,
}

impl Last {
    fn fit(together: &[Together], conversations: &[(usize, &Conversation)]) -> Self {
        Self::fit_but(together, conversations, usize::MAX)
    }

    fn fit_but(together: &[Together], conversations: &[(usize, &Conversation)], author: usize) -> Self {
        let mut data: Vec<(Sparse, bool, bool, f64)> = Vec::new();
        for (one, (_, conversation)) in together.iter().zip(conversations).filter(|(one, _)| one.author != author) {
            let is_close = matches!(conversation.label, Label::High | Label::Imminent);
            // As it goes on: before anything was said of danger nobody can hear it.
            let said = conversation.messages.iter().position(|message| message.1).unwrap_or(0);
            let rows = if conversation.label.is_at_risk() { &one.rows[said..] } else { &one.rows };
            #[expect(clippy::cast_precision_loss, reason = "a handful of messages")]
            let weight = 1.0 / rows.len() as f64;
            data.extend(rows.iter().map(|(row, _)| {
                (row.iter().copied().enumerate().collect(), conversation.label.is_at_risk(), is_close, weight)
            }));
        }
        let of = |columns: usize, which: fn(&(Sparse, bool, bool, f64)) -> bool| {
            let cut: Vec<(Sparse, bool, f64)> = data
                .iter()
                .map(|row| (row.0.iter().copied().filter(|(column, _)| *column < columns).collect(), which(row), row.3))
                .collect();
            let data: Vec<(&Sparse, bool, f64)> = cut.iter().map(|(row, yes, weight)| (row, *yes, *weight)).collect();
            fit(&data, columns, 1.0)
        };
        let mut danger = of(POOLED, |row| row.1);
        danger[POOLED - 1] -= SINGLE_MORE;
        Self { danger, close: of(POOLED + ALSO, |row| row.2) }
    }

    fn judge(&self, together: &mut [Together]) {
        for one in together {
            for (row, own) in &one.rows {
                let row: Sparse = row.iter().copied().enumerate().collect();
                let danger = value(&self.danger, &row[..POOLED]);
                if *own > -2.0 || one.rows.len() == 1 {
                    one.danger = one.danger.max(danger);
                    if danger > DANGER_FROM {
                        one.close = one.close.max(value(&self.close, &row));
                    }
                }
            }
        }
    }
}

fn report(title: &str, together: &[Together], conversations: &[(usize, &Conversation)]) {
    let authors = together.iter().map(|one| one.author).max().unwrap_or(0);
    let mut judged: Vec<Together> = together
        .iter()
        .map(|one| Together { author: one.author, rows: one.rows.clone(), danger: f64::MIN, close: f64::MIN })
        .collect();
    for author in 0..=authors {
        let last = Last::fit_but(together, conversations, author);
        judged.iter_mut().filter(|one| one.author == author).for_each(|one| last.judge(std::slice::from_mut(one)));
    }
    print(title, &judged, conversations);
}

fn print(title: &str, judged: &[Together], conversations: &[(usize, &Conversation)]) {
    println!("\n== {title}: share taken for danger (and close) by the impression alone, from several bounds");
    let mut groups: BTreeMap<&str, Vec<&Together>> = BTreeMap::new();
    for (one, (_, conversation)) in judged.iter().zip(conversations) {
        let group = match (conversation.label, conversation.letter) {
            (Label::None, true) => "letters, no risk",
            (_, true) => "letters, risk",
            (Label::None, false) => "calm",
            (Label::ThirdParty, false) => "about another",
            (label, false) => label.name(),
        };
        groups.entry(group).or_default().push(one);
    }
    let bounds = [-1.0, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 1.0];
    for (group, set) in groups {
        #[expect(clippy::cast_precision_loss, reason = "some hundred conversations")]
        let share = |of: &dyn Fn(&Together) -> bool| {
            format!("{:5.1}", 100.0 * set.iter().filter(|one| of(one)).count() as f64 / set.len() as f64)
        };
        let danger: Vec<String> = bounds.iter().map(|bound| share(&|one| one.danger > *bound)).collect();
        let close: Vec<String> = bounds.iter().map(|bound| share(&|one| one.close > *bound)).collect();
        println!("{group:17} {:4}  {}   close {}", set.len(), danger.join(" "), close.join(" "));
    }
    println!("bounds                 {bounds:?}");
}

fn table(columns: &Columns, fits: &[Vec<f64>; 2], last: &Last) -> String {
    let mut text = String::from(
        "# What each phrase counts for \"this speaks of the writer's own death or harm\" and \"and it is close\", in the message\n\
         # and in those before it. Fitted to tests/crisis/authors/fitting by examples/impression.rs; not edited by hand.\n",
    );
    let of =
        |fit: usize, column: &str, scale: f32| columns.get(column).map_or(0.0, |at| fits[fit][*at] * f64::from(scale));
    let bias = [0, 1].map(|which| fits[which][columns.len()]);
    let join = |values: &[f64]| values.iter().map(|value| format!("{value:.4}")).collect::<Vec<_>>().join("\t");
    let mut danger = last.danger.clone();
    danger[POOLED] -= DANGER_FROM;
    let mut close = last.close.clone();
    close[POOLED + ALSO] -= CLOSE_FROM;
    writeln!(text, "bias\t-\t{}\ntogether\tdanger\t{}\ntogether\tclose\t{}", join(&bias), join(&danger), join(&close))
        .expect("text");
    writeln!(text, "doubt\t-\t{:.4}", DOUBT_BELOW - DANGER_FROM).expect("text");
    let names: BTreeSet<(&str, &str)> = columns
        .keys()
        .map(|column| column.split_once('\t').expect("a kind and a name"))
        .map(|(kind, name)| (if kind == "mark" { "mark" } else { "phrase" }, name))
        .collect();
    for (kind, name) in names {
        let values = if kind == "mark" {
            [0, 1].map(|which| of(which, &format!("mark\t{name}"), MARK)).to_vec()
        } else {
            let now = [0, 1].map(|which| of(which, &format!("now\t{name}"), 1.0));
            let before = [0, 1].map(|which| of(which, &format!("before\t{name}"), BEFORE));
            [now, before].concat()
        };
        if kind == "phrase" && values.iter().all(|value| value.abs() < SMALLEST) {
            continue;
        }
        let values: Vec<String> = values.iter().map(|value| format!("{value:.2}")).collect();
        writeln!(text, "{kind}\t{name}\t{}", values.join("\t")).expect("text");
    }
    text
}
