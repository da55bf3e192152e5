//! The standard library's collections and iterators.

use super::ops::{Gen, Sink};
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, VecDeque};

pub fn run(g: &mut Gen, out: &mut Sink) {
    let (mut map, mut hashed, mut set, mut heap) = (BTreeMap::new(), HashMap::new(), BTreeSet::new(), BinaryHeap::new());
    for _ in 0..50 {
        let k = g.below(48);
        *map.entry(k).or_insert(0u64) += 1;
        *hashed.entry(k).or_insert(0u64) += k;
        set.insert(k / 3);
        heap.push((g.u64() as i16, k));
    }
    for (k, v) in &map {
        out.u64(k << 32 | v << 16 | hashed[k]);
    }
    for k in set.range(3..12) {
        out.u64(*k);
    }
    map.retain(|k, _| k % 2 == 0);
    out.u64(map.len() as u64);
    while let Some((a, b)) = heap.pop() {
        out.i64(i64::from(a));
        out.u64(b);
    }
    let mut entries: Vec<_> = hashed.into_iter().collect();
    entries.sort_unstable();
    let mut ring: VecDeque<u64> = entries.iter().map(|(k, v)| k ^ v).collect();
    ring.rotate_left(ring.len() / 3);
    ring.push_front(g.u64());
    let sums: Vec<u64> = ring.make_contiguous().chunks(7).map(|c| c.iter().fold(0, |a: u64, b| a.wrapping_add(*b))).collect();
    for s in sums {
        out.u64(s);
    }
}
