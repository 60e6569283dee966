fn main() {
    for text in std::io::stdin().lines().map_while(Result::ok) {
        let reading = clinical::findings::read(&text);
        let m: Vec<String> = reading.mentions.iter().map(|m| format!("{}{}{}", if m.is_possible {"?"} else {""}, if m.state == clinical::findings::State::Present {""} else {"-"}, m.finding.id())).collect();
        let words: Vec<&str> = reading.not_understood.iter().map(|s| &text[s.start..s.end]).collect();
        println!("{text}\t{}\t{}", m.join(" "), words.join(" "));
    }
}
