//! Reference counts, cells and atomics: one thread, but the code for them must be right all the same. Runs after every family.

use super::ops::{Gen, Sink};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

pub fn run(g: &mut Gen, out: &mut Sink) {
    let (a, b, c) = (AtomicU64::new(g.u64()), AtomicU32::new(1), AtomicBool::new(false));
    out.u64(a.fetch_add(g.u64(), Ordering::SeqCst));
    out.u64(u64::from(b.fetch_xor(g.u64() as u32, Ordering::AcqRel)));
    out.bool(a.compare_exchange(5, 6, Ordering::SeqCst, Ordering::Relaxed).is_ok());
    out.bool(c.swap(true, Ordering::SeqCst));
    out.u64(a.fetch_max(g.u64(), Ordering::SeqCst));
    out.u64(a.load(Ordering::SeqCst));
    let cell = Rc::new(RefCell::new(g.u64()));
    let other = Rc::clone(&cell);
    *other.borrow_mut() ^= 1;
    let arc = Arc::new(Mutex::new(*cell.borrow()));
    *arc.lock().unwrap() ^= 2;
    out.u64(*arc.lock().unwrap() ^ Rc::strong_count(&cell) as u64);
}
