//! `bench_keeper --json FILE [--accounts N] [--threads N] [--rounds N]`: how long the book takes to judge every account after a price moved,
//! and how many bytes an account takes. `cargo xtask bench keeper --json FILE` builds this in release and runs it.
//!
//! Every account holds the moved market and up to three others. Each round moves the price, so that other accounts are due than
//! before; health is computed for all of them, and the due ones come out in order. The last round lets the price fall so far that a great
//! part is due: ordering them is then part of the time.
//!
//! On a machine that is shared, wall time says more about the others: `rescore_cpu_ms` is what the threads used together, so that on as many
//! free cores a rescore takes that divided by their number.

mod population;

use firebreak_keeper::Book;
use population::{Population, NOW};
use serde_json::json;
use std::{error::Error, time::Instant};

struct Arguments {
    json: Option<String>,
    accounts: usize,
    threads: usize,
    rounds: usize,
}

fn arguments() -> Result<Arguments, Box<dyn Error>> {
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get().min(2));
    let mut wanted = Arguments { json: None, accounts: 1_000_000, threads, rounds: 15 };
    let mut given = std::env::args().skip(1);
    while let Some(name) = given.next() {
        let value = given.next().ok_or_else(|| format!("`{name}` needs a value"))?;
        match name.as_str() {
            "--json" => wanted.json = Some(value),
            "--accounts" => wanted.accounts = value.parse()?,
            "--threads" => wanted.threads = value.parse()?,
            "--rounds" => wanted.rounds = value.parse()?,
            _ => return Err(format!("there is no argument `{name}`: use --json, --accounts, --threads, --rounds").into()),
        }
    }
    Ok(wanted)
}

fn main() -> Result<(), Box<dyn Error>> {
    let wanted = arguments()?;
    let mut population = Population::new();
    let mut book = Book::new();
    book.set_clock(NOW);
    let begun = Instant::now();
    population.fill(&mut book, wanted.accounts)?;
    let fill_ms = begun.elapsed().as_secs_f64() * 1e3;

    let cpu = cpu_ms();
    let mut times = vec![];
    let mut due = vec![];
    for round in 0..wanted.rounds {
        // Up and down by a fifth of a percent around the price.
        population.price(&mut book, 100_000 - 200 * (round as u64 % 3), round as u64)?;
        let (ms, found, judged) = rescore(&book, wanted.threads);
        if judged != wanted.accounts {
            return Err(format!("{judged} accounts were judged of {}", wanted.accounts).into());
        }
        times.push(ms);
        due.push(found);
    }
    // Both threads' time: what the rounds would take alone on one core, whoever else uses the machine.
    let cpu_each = cpu.zip(cpu_ms()).map(|(before, after)| (after - before) / wanted.rounds.max(1) as f64);
    population.price(&mut book, 30_000, wanted.rounds as u64)?;
    let (crash_ms, crash_due, _) = rescore(&book, wanted.threads);
    times.sort_by(f64::total_cmp);
    let at = |part: f64| times.get(((times.len() as f64 - 1.0) * part) as usize).copied().unwrap_or(f64::NAN);

    let per = |bytes: usize| bytes as f64 / wanted.accounts.max(1) as f64;
    let (index, packed) = book.bytes_cold();
    let result = json!({
        "accounts": wanted.accounts,
        "threads": wanted.threads,
        "rescore_ms": at(0.5),
        "rescore_best_ms": at(0.0),
        "rescore_worst_ms": at(1.0),
        "rescore_cpu_ms": cpu_each,
        "rescore_due": due.iter().max(),
        "rescore_crash_ms": crash_ms,
        "rescore_crash_due": crash_due,
        "bytes_per_account": per(book.bytes_hot()),
        "bytes_per_account_index": per(index),
        "bytes_per_account_packed": per(packed),
        "fill_ms": fill_ms,
    });
    let text = serde_json::to_string_pretty(&result)?;
    println!("{text}");
    if let Some(file) = wanted.json {
        std::fs::write(file, text + "\n")?;
    }
    Ok(())
}

/// Milliseconds of processor time that this process has used in user mode, where the system tells: Linux does, in ticks of 10 ms.
fn cpu_ms() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name in brackets may hold spaces; the fields after it do not.
    let ticks: f64 = stat.rsplit(')').next()?.split_whitespace().nth(11)?.parse().ok()?;
    Some(ticks * 10.0)
}

/// Milliseconds of one rescore, its due accounts in order, how many there are, and how many were judged.
fn rescore(book: &Book, threads: usize) -> (f64, usize, usize) {
    let begun = Instant::now();
    let found = book.rescore(&[0], NOW, threads);
    // The order is part of the answer.
    let worst = found.worst(book).next();
    let ms = begun.elapsed().as_secs_f64() * 1e3;
    std::hint::black_box(worst);
    (ms, found.len(), found.judged)
}
