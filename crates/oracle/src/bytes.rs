//! Little-endian fields at fixed offsets of fixed-size arrays.
//!
//! Offsets are constants below the array's length (each layout asserts that at compile time), so the checks vanish
//! when compiled. They stay in the source because a slip must not become a panic: an unreachable miss reads as
//! zero, and zero is refused everywhere (no price, no slot, no discriminator).

use crate::Refusal;

/// The first `N` bytes of an account.
///
/// # Errors
/// [`Refusal::TooShort`].
#[inline(always)]
pub(crate) fn prefix<const N: usize>(data: &[u8]) -> Result<&[u8; N], Refusal> {
    data.first_chunk::<N>().ok_or(Refusal::TooShort { need: N as u32, got: data.len() as u32 })
}

#[inline(always)]
pub(crate) fn take<const LEN: usize, const N: usize>(data: &[u8; N], at: usize) -> [u8; LEN] {
    match data.get(at..).and_then(|tail| tail.first_chunk::<LEN>()) {
        Some(field) => *field,
        None => [0; LEN],
    }
}

#[inline(always)]
pub(crate) fn u8_at<const N: usize>(data: &[u8; N], at: usize) -> u8 {
    data.get(at).copied().unwrap_or(0)
}

#[inline(always)]
pub(crate) fn u32_at<const N: usize>(data: &[u8; N], at: usize) -> u32 {
    u32::from_le_bytes(take(data, at))
}

#[inline(always)]
pub(crate) fn i32_at<const N: usize>(data: &[u8; N], at: usize) -> i32 {
    i32::from_le_bytes(take(data, at))
}

#[inline(always)]
pub(crate) fn u64_at<const N: usize>(data: &[u8; N], at: usize) -> u64 {
    u64::from_le_bytes(take(data, at))
}

#[inline(always)]
pub(crate) fn i64_at<const N: usize>(data: &[u8; N], at: usize) -> i64 {
    i64::from_le_bytes(take(data, at))
}

#[inline(always)]
pub(crate) fn i128_at<const N: usize>(data: &[u8; N], at: usize) -> i128 {
    i128::from_le_bytes(take(data, at))
}

/// Writes `field` at `at`; the writers' counterpart of [`take`].
#[inline(always)]
pub(crate) fn put<const LEN: usize, const N: usize>(data: &mut [u8; N], at: usize, field: [u8; LEN]) {
    if let Some(place) = data.get_mut(at..).and_then(<[u8]>::first_chunk_mut::<LEN>) {
        *place = field;
    }
}
