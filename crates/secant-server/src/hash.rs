//! The hash that names a version of a file: FNV-1a, 64 bits. It tells versions apart; it protects nothing.

/// The hash of some bytes.
pub(crate) fn content_hash(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
