//! Leaves a model alone that keeps failing, and tries it again after a while.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// When the model is left alone, and for how long.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// So many failures …
    pub(super) failures: usize,
    /// … within this time.
    pub(super) within: Duration,
    /// How long it is left alone.
    pub(super) rest: Duration,
}

#[derive(Debug)]
enum State {
    /// It is asked. When it failed lately.
    Closed(VecDeque<Instant>),
    /// It is left alone until then.
    Open(Instant),
    /// One answer is tried; the others wait for how it ends.
    Trying,
}

/// A circuit breaker.
#[derive(Debug)]
pub(super) struct Breaker {
    patience: Patience,
    /// Guards nothing but itself, and is never held across an await.
    state: Mutex<State>,
}

/// Leave to ask the model once; says how that went.
#[derive(Debug)]
pub(super) struct Leave {
    breaker: Arc<Breaker>,
    trial: bool,
    told: bool,
}

impl Breaker {
    pub(super) fn new(patience: Patience) -> Arc<Self> {
        Arc::new(Self { patience, state: Mutex::new(State::Closed(VecDeque::new())) })
    }

    /// Leave to ask; `None` while the model is left alone.
    pub(super) fn ask(self: &Arc<Self>) -> Option<Leave> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let trial = match &*state {
            State::Closed(_) => false,
            State::Open(until) if *until <= Instant::now() => true,
            State::Open(_) | State::Trying => return None,
        };
        if trial {
            *state = State::Trying;
        }
        Some(Leave { breaker: Arc::clone(self), trial, told: false })
    }

    fn set(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Leave {
    /// It answered.
    pub(super) fn worked(mut self) {
        self.told = true;
        if self.trial {
            tracing::info!("the language model answers again");
            self.breaker.set(|state| *state = State::Closed(VecDeque::new()));
        }
    }

    /// It failed.
    pub(super) fn failed(mut self) {
        self.told = true;
        let (trial, Patience { failures, within, rest }) = (self.trial, self.breaker.patience);
        self.breaker.set(|state| {
            let now = Instant::now();
            let open = match state {
                State::Closed(times) => {
                    times.push_back(now);
                    while times.front().is_some_and(|time| now.duration_since(*time) > within) {
                        times.pop_front();
                    }
                    times.len() >= failures
                }
                State::Trying => trial,
                State::Open(_) => false,
            };
            if open {
                tracing::warn!(rest_seconds = rest.as_secs(), "the language model is left alone for a while");
                metrics::counter!("anamnesis_model_rests").increment(1);
                *state = State::Open(now + rest);
            }
        });
    }
}

impl Drop for Leave {
    /// Stopped before it was known: the next may try.
    fn drop(&mut self) {
        if self.trial && !self.told {
            self.breaker.set(|state| *state = State::Open(Instant::now()));
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    fn breaker() -> Arc<Breaker> {
        let (within, rest) = (Duration::from_mins(1), Duration::from_secs(30));
        Breaker::new(Patience { failures: 3, within, rest })
    }

    fn fail(breaker: &Arc<Breaker>, times: usize) {
        (0..times).for_each(|_| breaker.ask().expect("it may be asked").failed());
    }

    #[tokio::test(start_paused = true)]
    async fn it_opens_after_failures_and_lets_one_try_after_the_rest() {
        let breaker = breaker();
        fail(&breaker, 3);
        assert!(breaker.ask().is_none());
        advance(Duration::from_secs(29)).await;
        assert!(breaker.ask().is_none());
        advance(Duration::from_secs(1)).await;
        let trial = breaker.ask().expect("one may try");
        assert!(breaker.ask().is_none(), "and only one");
        trial.worked();
        fail(&breaker, 2);
        assert!(breaker.ask().is_some(), "what failed before the rest does not count");
    }

    #[tokio::test(start_paused = true)]
    async fn a_trial_that_fails_rests_again_and_one_that_is_stopped_does_not_count() {
        let breaker = breaker();
        fail(&breaker, 3);
        advance(Duration::from_secs(30)).await;
        drop(breaker.ask().expect("one may try"));
        breaker.ask().expect("the next may try at once").failed();
        assert!(breaker.ask().is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn failures_that_are_long_ago_do_not_count() {
        let breaker = breaker();
        fail(&breaker, 2);
        advance(Duration::from_secs(61)).await;
        fail(&breaker, 2);
        assert!(breaker.ask().is_some());
    }
}
