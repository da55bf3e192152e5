//! Copying, moving, filling and comparing, at the lengths where inline code ends and system calls begin.

use super::ops::{Gen, Sink};

const LENGTHS: [usize; 22] = [0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 127, 128, 129, 200, 256];

pub fn run(g: &mut Gen, out: &mut Sink) {
    let mut from = [0u8; 300];
    for b in &mut from {
        *b = g.u64() as u8;
    }
    for n in LENGTHS {
        let shift = g.below(16) as usize;
        let mut to = [0x11u8; 300];
        to[shift..shift + n].copy_from_slice(&from[3..3 + n]);
        to.copy_within(shift..shift + n, 5);
        to.copy_within(5..5 + n, 9);
        digest(out, &to);
        out.bool(to[9..9 + n] == from[3..3 + n]);
        out.bytes(&[to[9..9 + n].cmp(&from[4..4 + n]) as i8 as u8]);
        to[shift..shift + n].fill(n as u8);
        digest(out, &to);
    }
    fixed(g, out);
}

/// Lengths that the compiler knows.
fn fixed(g: &mut Gen, out: &mut Sink) {
    let a: [u64; 8] = std::array::from_fn(|_| g.u64());
    let b: [u32; 25] = std::array::from_fn(|_| g.u64() as u32);
    let c: [u8; 33] = std::array::from_fn(|_| g.u64() as u8);
    let (mut x, mut y, mut z) = (a, b, c);
    std::hint::black_box((&mut x, &mut y, &mut z));
    out.bool(x == a && y == b && z == c);
    x[g.below(8) as usize] ^= 1;
    z[g.below(33) as usize] ^= 1;
    out.bool(x == a || z == c);
    out.bytes(&[x.cmp(&a) as i8 as u8, z.cmp(&c) as i8 as u8]);
    let zero = [0u64; 24];
    out.bool(*std::hint::black_box(&zero) == zero);
    out.bytes(&z);
}

fn digest(out: &mut Sink, bytes: &[u8]) {
    let mut h = 0xcbf2_9ce4_8422_2325u64;
    for b in bytes {
        h = (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3);
    }
    out.u64(h);
}
