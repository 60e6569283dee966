//! What was opened and is kept in memory as far as there is room.

use std::hash::Hash;

use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};

/// Keeps as many bytes, as `weigher` counts them; what was used longest ago goes first.
///
/// In one shard: of several each would take only its share of the room, and nothing larger than that.
pub(crate) fn by_weight<K, V, W>(bytes_max: usize, weigher: W) -> Cache<K, V, W>
where
    K: Hash + Eq + Clone,
    V: Clone,
    W: Weighter<K, V> + Clone,
{
    let options = OptionsBuilder::new()
        .shards(1)
        .estimated_items_capacity(1_000)
        .weight_capacity(bytes_max as u64)
        .build()
        .expect("room and items are given");
    Cache::with_options(options, weigher, DefaultHashBuilder::default(), DefaultLifecycle::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone)]
    struct Length;

    impl Weighter<u8, String> for Length {
        fn weight(&self, _: &u8, text: &String) -> u64 {
            text.len() as u64
        }
    }

    #[test]
    fn one_thing_may_take_most_of_the_room() {
        let cache = by_weight(1_000, Length);
        cache.insert(1, "x".repeat(900));
        assert!(cache.get(&1).is_some());
        cache.insert(2, "x".repeat(1_001));
        assert!(cache.get(&2).is_none());
    }
}
