use clinical::crisis::*;
fn main(){ let path=std::env::args().nth(1).unwrap(); for l in std::fs::read_to_string(path).unwrap().lines(){ let (e,t)=l.split_once('\t').unwrap(); let a=assess(&[Utterance{speaker:Speaker::Person,text:t}]); if a.is_crisis()!=(e=="yes"){ println!("{e}\t{t}\t{:?}",a); } } }
