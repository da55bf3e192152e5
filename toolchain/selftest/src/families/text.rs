//! Formatting and parsing.

use super::ops::{Gen, Sink};

pub fn run(g: &mut Gen, out: &mut Sink) {
    for _ in 0..5 {
        let (a, b, c) = (g.u128(), g.u64(), g.u64());
        let text = format!("{a} {:?} {b:#x} {:>12} {:08b} {:?} {}", b as i64, c as u16, c as u8, "q\"\n", a as i128);
        out.bytes(text.as_bytes());
        let digits = format!("{a}{}", if c % 2 == 0 { "" } else { "9" });
        out.option(digits.parse::<u128>().ok());
        out.option(digits.parse::<u64>().ok().map(u128::from));
        out.option(format!("{}", b as i64).parse::<i64>().ok().map(|v| v as u128));
    }
    for part in "a,b,,c d".split(',') {
        out.u64(part.len() as u64);
    }
    let reversed: String = "füllen €".chars().rev().collect();
    out.bytes(reversed.as_bytes());
    let bytes = [g.u64() as u8, g.u64() as u8, 0x68, 0xff];
    out.bytes(String::from_utf8_lossy(&bytes).as_bytes());
}
