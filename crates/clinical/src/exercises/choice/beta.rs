//! Draws from a Beta distribution, the same on every machine and in every version for the same seed.

/// The `SplitMix64` generator (Steele, Lea and Flood, OOPSLA 2014): small, fast, and good enough for choosing what to
/// offer. Never for secrets.
pub(super) struct SplitMix64(u64);

impl SplitMix64 {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Above 0 and below 1.
    fn uniform(&mut self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "52 bits fit in a double exactly")]
        let bits = (self.next() >> 12) as f64;
        (bits + 0.5) / 4_503_599_627_370_496.0
    }

    /// Standard normal, by Box and Muller (Annals of Mathematical Statistics 1958).
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.uniform().ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

/// Gamma with this shape, at least 1, and scale 1, by Marsaglia and Tsang (ACM Transactions on Mathematical Software
/// 2000;26:363-372).
fn gamma(random: &mut SplitMix64, shape: f64) -> f64 {
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = random.normal();
        let v = (1.0 + c * x).powi(3);
        // More than 95 of 100 draws are taken at once, whatever the shape.
        if v > 0.0 && random.uniform().ln() < 0.5 * x * x + d - d * v + d * v.ln() {
            return d * v;
        }
    }
}

/// Beta(a, b), both finite and at least 1.
pub(super) fn beta(random: &mut SplitMix64, a: f64, b: f64) -> f64 {
    let one = gamma(random, a);
    let other = gamma(random, b);
    one / (one + other)
}

#[cfg(test)]
mod tests {
    use super::{SplitMix64, beta};

    #[test]
    fn the_generator_gives_the_published_sequence() {
        // Steele, Lea and Flood's reference implementation, seed 1234567.
        let mut random = SplitMix64::new(1_234_567);
        let first: Vec<u64> = (0..3).map(|_| random.next()).collect();
        assert_eq!(first, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn draws_have_the_mean_and_variance_of_the_distribution() {
        const DRAWS: u32 = 200_000;
        for (a, b) in [(1.0, 1.0), (1.0, 5.0), (2.5, 1.0), (30.0, 10.0), (500.0, 700.0)] {
            let mut random = SplitMix64::new(42);
            let draws: Vec<f64> = (0..DRAWS).map(|_| beta(&mut random, a, b)).collect();
            assert!(draws.iter().all(|draw| (0.0..=1.0).contains(draw)));
            let mean = draws.iter().sum::<f64>() / f64::from(DRAWS);
            let variance = draws.iter().map(|draw| (draw - mean).powi(2)).sum::<f64>() / f64::from(DRAWS);
            let (true_mean, true_variance) = (a / (a + b), a * b / ((a + b).powi(2) * (a + b + 1.0)));
            // Five standard errors of the mean; three in a hundred of the variance.
            assert!((mean - true_mean).abs() < 5.0 * (true_variance / f64::from(DRAWS)).sqrt(), "({a}, {b}): {mean}");
            assert!((variance / true_variance - 1.0).abs() < 0.03, "({a}, {b}): {variance}");
        }
    }

    #[test]
    fn the_uniform_case_is_uniform_over_its_length() {
        let mut random = SplitMix64::new(3);
        let mut tenths = [0_u32; 10];
        for _ in 0..100_000 {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 9")]
            let tenth = (beta(&mut random, 1.0, 1.0) * 10.0).min(9.0) as usize;
            tenths[tenth] += 1;
        }
        assert!(tenths.iter().all(|count| count.abs_diff(10_000) < 500), "{tenths:?}");
    }
}
