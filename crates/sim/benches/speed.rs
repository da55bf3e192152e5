//! The speed that the issue asks for: 10 000 accounts × 10 000 slots with 1 % of accounts active a slot in at most 60 s on two cores and
//! at most 2 GiB; and how a sweep scales with threads. A program of its own, because one run is the measurement.
//!
//! The large run is on one thread, so on a machine that does nothing else its seconds are those of its processor. Those are judged: on a
//! busy one the clock measures the others.
//!
//! `cargo xtask bench sim`

use firebreak_sim::{run, seeds, Policy, Scenario};
use rayon::prelude::*;
use std::time::Instant;

/// Processor seconds that the large run may take.
const MOST_SECONDS: f64 = 60.0;
/// Memory that it may take, in MiB.
const MOST_MEMORY: u64 = 2_048;

fn scenario(accounts: u32, slots: u64) -> Scenario {
    let text = format!(
        "name = \"speed\"\nslots = {slots}\nstep = 1\n[[market]]\nname = \"A\"\nclass = \"major\"\nprice = 100.0\nnoise = 0.0005\n\
         path = [[0, 1.0], [{}, 0.9], [{slots}, 0.95]]\n[crowd]\naccounts = {accounts}\nactivity = 0.01\nleverage = [2.0, 15.0]\n",
        slots / 2
    );
    Scenario::parse("speed.toml", &text).expect("a scenario")
}

/// Most memory this process has had, in MiB.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) / 1_024
}

/// Processor seconds of this process so far, from fields 14 and 15 of its status line, which the kernel counts in hundredths.
fn processor() -> f64 {
    let status = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = status.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: f64 = after_name.split_whitespace().skip(11).take(2).filter_map(|t| t.parse::<f64>().ok()).sum();
    ticks / 100.0
}

fn main() {
    let (started, before) = (Instant::now(), processor());
    let outcome = run(&scenario(10_000, 10_000), &Policy::firebreak(), 1).outcome;
    let (clock, seconds) = (started.elapsed().as_secs_f64(), processor() - before);
    println!(
        "10 000 accounts x 10 000 slots, 1 % active a slot: {seconds:.1} s of a processor ({clock:.1} s by the clock), {} MiB, {} actions, \
         {} checks, {} broken",
        memory(),
        outcome.actions.values().sum::<u64>(),
        outcome.invariants_checked,
        outcome.invariants_broken
    );
    assert!(seconds <= MOST_SECONDS, "more than {MOST_SECONDS} s");
    assert!(memory() <= MOST_MEMORY, "more than {MOST_MEMORY} MiB");

    let (small, jobs) = (scenario(500, 2_000), seeds(1, 32));
    let mut alone = 0.0;
    for threads in [1, 2, 4, 8].into_iter().filter(|n| *n <= std::thread::available_parallelism().map_or(1, |n| n.get())) {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        let (started, before) = (Instant::now(), processor());
        pool.install(|| jobs.par_iter().for_each(|seed| drop(run(&small, &Policy::firebreak(), *seed))));
        let (seconds, spent) = (started.elapsed().as_secs_f64(), processor() - before);
        if threads == 1 {
            alone = seconds;
        }
        println!(
            "sweep of {} runs on {threads} threads: {seconds:.2} s ({spent:.2} s of processors), {:.2} times one thread",
            jobs.len(),
            alone / seconds
        );
    }
}
