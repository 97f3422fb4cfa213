//! Chance that is the same on every machine: SplitMix64, seeded by what it is used for, so that a change to one
//! commune's story leaves the others as they are.

pub struct Random(u64);

impl Random {
    pub fn of(seeds: &[u64]) -> Self {
        let mut random = Self(0x0DA4_7A4B_0A0E_2023);
        for seed in seeds {
            random.0 ^= seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            random.next();
        }
        random
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// 0 to `end` - 1.
    pub fn below(&mut self, end: i64) -> i64 {
        (self.next() % end as u64) as i64
    }

    /// `from` to `to`, both included.
    pub fn between(&mut self, from: i64, to: i64) -> i64 {
        from + self.below(to - from + 1)
    }

    pub fn percent(&mut self, of_100: i64) -> bool {
        self.below(100) < of_100
    }

    pub fn pick<T: Copy>(&mut self, among: &[T]) -> T {
        among[self.below(among.len() as i64) as usize]
    }

    /// One of several, each as likely as its weight.
    pub fn weighted<T: Copy>(&mut self, among: &[(T, i64)]) -> T {
        let mut at = self.below(among.iter().map(|(_, weight)| weight).sum());
        for &(one, weight) in among {
            if at < weight {
                return one;
            }
            at -= weight;
        }
        among[0].0
    }
}

/// A whole shared out by weights, to the last one: what rounding leaves goes to the largest remainders.
pub fn share_out(whole: i64, weights: &[i64]) -> Vec<i64> {
    let sum: i64 = weights.iter().sum();
    let mut shares: Vec<i64> = weights.iter().map(|weight| whole * weight / sum).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|&at| std::cmp::Reverse(whole * weights[at] % sum));
    let left = whole - shares.iter().sum::<i64>();
    for &at in order.iter().take(left as usize) {
        shares[at] += 1;
    }
    shares
}
