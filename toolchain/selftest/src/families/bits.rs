//! Shifts, counts, byte order, unaligned reads.

use super::ops::{Gen, Sink};

pub fn run(g: &mut Gen, out: &mut Sink) {
    for _ in 0..16 {
        let (a, b) = (g.u64(), g.u64() as u32);
        out.u64(a.wrapping_shl(b));
        out.u64(a.wrapping_shr(b));
        out.i64((a as i64).wrapping_shr(b));
        out.u64(a.rotate_right(b % 64));
        out.u64(a.swap_bytes());
        out.u64(a.reverse_bits());
        out.u64(u64::from(a.count_ones() << 16 | a.leading_zeros() << 8 | a.trailing_ones()));
        out.u64(u64::from((a as u16).swap_bytes()));
        out.u64(u64::from((a as u32).swap_bytes().reverse_bits()));
        out.option(a.checked_next_power_of_two().map(u128::from));
        out.option(a.checked_ilog2().map(u128::from));
    }
    let mut bytes = [0u8; 48];
    for b in &mut bytes {
        *b = g.u64() as u8;
    }
    for _ in 0..16 {
        let at = g.below(32) as usize;
        out.u64(u64::from(u16::from_le_bytes(bytes[at..at + 2].try_into().unwrap())));
        out.u64(u64::from(u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap())));
        out.u64(u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap()));
        out.u128(u128::from_be_bytes(bytes[at..at + 16].try_into().unwrap()));
    }
}
