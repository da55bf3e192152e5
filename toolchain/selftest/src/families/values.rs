//! Enums with data: their layout, their copies, their comparison.

use super::ops::{Gen, Sink};

#[derive(Clone, Debug, PartialEq, PartialOrd)]
enum Value {
    Small(u8),
    Wide { amount: i128, name: String },
    List(Vec<i32>),
    Nested(Option<Box<Value>>),
}

fn value(g: &mut Gen, depth: u8) -> Value {
    match g.below(4) {
        0 => Value::Small(g.u64() as u8),
        1 => Value::Wide { amount: g.u128() as i128, name: format!("v{}", g.below(1000)) },
        2 => Value::List((0..g.below(6)).map(|_| g.u64() as i32).collect()),
        _ if depth == 0 => Value::Nested(None),
        _ => Value::Nested(Some(Box::new(value(g, depth - 1)))),
    }
}

pub fn run(g: &mut Gen, out: &mut Sink) {
    let values: Vec<Value> = (0..12).map(|_| value(g, 3)).collect();
    let copies = values.clone();
    out.bool(values == copies);
    for (a, b) in values.iter().zip(copies.iter().skip(1)) {
        out.bytes(&[a.partial_cmp(b).map_or(9, |o| o as i8 as u8)]);
    }
    for v in &values {
        out.u64(weigh(v));
    }
    out.bytes(format!("{:?}", values[0]).as_bytes());
}

fn weigh(v: &Value) -> u64 {
    match v {
        Value::Small(x) => u64::from(*x),
        Value::Wide { amount, name } => (*amount as u64).wrapping_add(name.len() as u64),
        Value::List(l) => l.iter().fold(1, |h, x| h * 3 % 1_000_003 + u64::from(x.unsigned_abs())),
        Value::Nested(None) => 1 << 40,
        Value::Nested(Some(inner)) => weigh(inner).rotate_left(1),
    }
}
