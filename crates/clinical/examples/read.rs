//! Shows what the reader understands of a text: `cargo run -p clinical --example read -- "no fever, SOB 3/7"`.

fn main() {
    let text = std::env::args().skip(1).collect::<Vec<_>>().join(" ");
    let reading = clinical::findings::read(&text);
    for m in &reading.mentions {
        println!(
            "{:?} {:?} past {} possible {} {:?} «{}»",
            m.finding,
            m.state,
            m.is_past,
            m.is_possible,
            m.subject,
            &text[m.start..m.end]
        );
    }
    println!("{:?}\n{:?}\ndays {:?}", reading.patient, reading.vitals, reading.complaint_days);
    let words = reading.not_understood.iter().map(|s| &text[s.start..s.end]);
    println!("not understood: {}\n{:?}", words.collect::<Vec<_>>().join(" "), reading.problems);
}
