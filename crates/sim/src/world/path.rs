//! Paths: values at slots, straight lines between them.

/// The value at `slot`: straight between the points, the first before them, the last after. Without any point: one.
pub fn level(points: &[(u64, f64)], slot: u64) -> f64 {
    let after = points.partition_point(|p| p.0 <= slot);
    match (after.checked_sub(1).and_then(|i| points.get(i)), points.get(after)) {
        (Some(a), Some(b)) => a.1 + (b.1 - a.1) * ((slot - a.0) as f64 / (b.0 - a.0) as f64),
        (Some(only), None) | (None, Some(only)) => only.1,
        (None, None) => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::level;

    #[test]
    fn lines_are_straight_between_points_and_flat_beyond_them() {
        let points = [(10, 1.0), (20, 0.5)];
        assert_eq!([0, 10, 15, 20, 99].map(|slot| level(&points, slot)), [1.0, 1.0, 0.75, 0.5, 0.5]);
        assert_eq!(level(&[], 5), 1.0);
    }
}
