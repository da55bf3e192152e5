//! Fewer points than a run has ticks, without losing what a chart is looked at for: its extremes.

/// A value at a time; nothing where there was none.
pub type Sample = (i64, Option<f64>);

/// Ticks of one quality, in a row: from, to, quality.
pub type Stretch = (i64, i64, u8);

/// The runs of present values with at most about `budget` points: of each bucket of neighbours its lowest and highest, in
/// their order, and always the first and the last of all. A bucket without any value ends a run.
pub fn runs(samples: &[Sample], budget: usize) -> Vec<Vec<(i64, f64)>> {
    let mut all: Vec<Vec<(i64, f64)>> = vec![Vec::new()];
    let edges = [first_present(samples.iter()), first_present(samples.iter().rev())];
    for bucket in samples.chunks(bucket_size(samples.len(), budget)) {
        let Some((low, high)) = extremes(bucket) else {
            all.push(Vec::new());
            continue;
        };
        let mut kept = [Some(low), Some(high), None, None];
        for (slot, edge) in kept[2..].iter_mut().zip(edges) {
            *slot = edge.filter(|e| bucket.first().is_some_and(|b| b.0 <= e.0) && bucket.last().is_some_and(|b| e.0 <= b.0));
        }
        kept.sort_by_key(|p| p.map(|p| p.0));
        let run = all.last_mut().expect("starts with one");
        for point in kept.into_iter().flatten() {
            if run.last() != Some(&point) {
                run.push(point);
            }
        }
    }
    all.retain(|run| !run.is_empty());
    all
}

/// Low and high sides with at most about `budget` points: of each bucket the lowest low and the highest high.
pub fn envelope(band: &[(i64, f64, f64)], budget: usize) -> Vec<(i64, f64, f64)> {
    // One point a bucket, where `runs` has two.
    let mut kept: Vec<_> = band
        .chunks(bucket_size(band.len(), budget * 2))
        .map(|bucket| {
            bucket
                .iter()
                .fold((bucket[0].0, f64::INFINITY, f64::NEG_INFINITY), |(t, low, high), b| (t, low.min(b.1), high.max(b.2)))
        })
        .collect();
    // A bucket's point lies at its beginning; the last tick closes the band.
    if let (Some(last), Some(point)) = (band.last(), kept.last().copied()) {
        if last.0 > point.0 {
            kept.push(*last);
        }
    }
    kept
}

/// When the price was not Primary, from (time, quality) of each tick. In longer runs the worst quality of each bucket of neighbours counts.
pub fn impaired(points: &[(i64, u8)], budget: usize) -> Vec<Stretch> {
    const PRIMARY: u8 = 2;
    let mut all: Vec<Stretch> = Vec::new();
    let size = bucket_size(points.len(), budget);
    for (n, bucket) in points.chunks(size).enumerate() {
        let quality = bucket.iter().map(|p| p.1).min().unwrap_or(PRIMARY);
        let from = bucket[0].0;
        // A state lasts until the next tick.
        let to = points.get((n + 1) * size).unwrap_or(&bucket[bucket.len() - 1]).0;
        match all.last_mut() {
            Some(last) if last.2 == quality => last.1 = to,
            _ => all.push((from, to, quality)),
        }
    }
    all.retain(|stretch| stretch.2 < PRIMARY);
    all
}

/// What a counter, at first `before`, gained in each interval of length `step`: (start, gain).
pub fn gains(mut before: u64, counter: &[(i64, u64)], step: i64) -> Vec<(i64, u64)> {
    let mut all: Vec<(i64, u64)> = Vec::new();
    for &(time, value) in counter {
        let start = time.div_euclid(step) * step;
        let gain = value.saturating_sub(before);
        before = value;
        match all.last_mut() {
            Some(last) if last.0 == start => last.1 += gain,
            _ => all.push((start, gain)),
        }
    }
    all
}

fn bucket_size(len: usize, budget: usize) -> usize {
    if len <= budget {
        1
    } else {
        len.div_ceil((budget / 2).max(1))
    }
}

fn first_present<'a>(samples: impl Iterator<Item = &'a Sample>) -> Option<(i64, f64)> {
    samples.filter_map(present).next()
}

fn present(sample: &Sample) -> Option<(i64, f64)> {
    sample.1.filter(|v| v.is_finite()).map(|v| (sample.0, v))
}

fn extremes(bucket: &[Sample]) -> Option<((i64, f64), (i64, f64))> {
    let mut values = bucket.iter().filter_map(present);
    let first = values.next()?;
    Some(values.fold((first, first), |(low, high), p| (if p.1 < low.1 { p } else { low }, if p.1 > high.1 { p } else { high })))
}
