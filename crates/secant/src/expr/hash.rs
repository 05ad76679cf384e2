//! One small hash that is the same on every platform and in every run, so that canonical order is too.

/// Mixes `value` into `state`: the folded 128-bit product of both, each offset by an odd constant.
#[inline]
pub(crate) const fn mix(state: u64, value: u64) -> u64 {
    let a = state ^ 0x9E37_79B9_7F4A_7C15;
    let b = value ^ 0xD1B5_4A32_D192_ED03;
    // A zero factor would lose the other one.
    let product = (a | ((a == 0) as u64)) as u128 * (b | ((b == 0) as u64)) as u128;
    ((product as u64) ^ ((product >> 64) as u64)).wrapping_add(state.rotate_left(23))
}

/// The hash of a text.
pub(crate) fn text(s: &str) -> u64 {
    s.bytes().fold(s.len() as u64, |h, b| mix(h, u64::from(b)))
}

/// A hasher for tables keyed by expressions, whose hash is already well mixed.
#[derive(Default, Clone, Copy)]
pub(crate) struct PassThrough(u64);

impl std::hash::Hasher for PassThrough {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.0 = mix(self.0, u64::from(*b));
        }
    }
    fn write_u64(&mut self, value: u64) {
        self.0 = mix(self.0, value);
    }
    fn write_usize(&mut self, value: usize) {
        self.0 = mix(self.0, value as u64);
    }
}

/// See [`PassThrough`].
pub(crate) type Build = std::hash::BuildHasherDefault<PassThrough>;
