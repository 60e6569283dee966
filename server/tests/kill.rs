//! kill -9 of the real binary under load: nothing that was acknowledged is lost, every open turn is finished.

use std::path::Path;
use std::time::Duration;

use loadgen::kill::kill_rounds;

const ROUNDS: u32 = 20;
/// The binary of the tests is not optimised, and others run beside it. How fast it is, `loadgen kill` measures.
const FINISH_MAX: Duration = Duration::from_secs(90);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_kills_lose_nothing() {
    let bin = Path::new(env!("CARGO_BIN_EXE_anamnesis"));
    let rounds =
        kill_rounds(bin, ROUNDS, FINISH_MAX, |round| println!("{round}")).await.expect("the rounds can be run");
    assert_eq!(rounds.len(), 20);
    let acknowledged: usize = rounds.iter().map(|round| round.acknowledged).sum();
    assert!(acknowledged > 100, "only {acknowledged} questions were acknowledged: that is no load");
    let lost: Vec<&String> = rounds.iter().flat_map(|round| &round.violations).collect();
    assert!(lost.is_empty(), "{lost:#?}");
}
