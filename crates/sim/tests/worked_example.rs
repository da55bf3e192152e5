//! The worked example of the design (section 9), to the atom: one slot through everybody's margin, with agents instead of a script.

use firebreak_sim::{run, shock::Shock, Outcome, Policy};

const FALL: f64 = 0.1;
const RISE: f64 = 10.0;

fn play(shock: Shock) -> Outcome {
    run(&shock.scenario().expect("a shock"), &Policy::firebreak(), 7).outcome
}

fn shock(longs: f64, shorts: f64, after: f64) -> Shock {
    Shock { after, longs, shorts, accounts: 60, insurance: 0.0 }
}

/// `pool` and `claims` as parts of the open interest in thousandths of a per cent, so that the figures are whole numbers.
fn check(o: &Outcome, pool: u64, claims: u64) {
    let n = o.open_interest;
    let part = |x: u64| (u128::from(n) * u128::from(x) / 100_000) as u64;
    assert_eq!(o.not_opened, 0);
    assert_eq!((o.invariants_broken, o.conservation_error_atoms, &o.first_break), (0, 0, &None));
    assert_eq!(o.deficit_booked, part(claims) - part(pool), "deficit");
    assert_eq!(o.loss_shared, o.deficit_booked, "one index for all");
    assert_eq!(o.payable_share_worst, part(pool) as f64 / part(claims) as f64, "h before the loss is shared");
    assert_eq!((o.payable_share, o.deficit, o.open_interest_end), (1.0, 0, 0), "h after, and the market at the end");
    // Each winner's claim is rounded down once.
    assert!(
        o.winners_paid <= part(pool) && part(pool) - o.winners_paid <= u64::from(o.accounts),
        "{} of {}",
        o.winners_paid,
        part(pool)
    );
    assert_eq!((o.bystander_loss, o.adl_excess_atoms, o.insurance_used), (0, 0, 0));
    assert!(o.solvent);
}

#[test]
fn at_20x_h_is_an_eighteenth() {
    let o = play(shock(20.0, 20.0, FALL));
    check(&o, 5_000, 90_000);
    assert_eq!(o.payable_share_worst, 1.0 / 18.0);
}

#[test]
fn at_10x_and_5x() {
    check(&play(shock(10.0, 10.0, FALL)), 10_000, 90_000);
    check(&play(shock(5.0, 5.0, FALL)), 20_000, 90_000);
}

#[test]
fn a_fall_of_99_9_per_cent() {
    check(&play(shock(20.0, 20.0, 0.001)), 5_000, 99_900);
}

#[test]
fn a_rise_of_900_per_cent() {
    check(&play(shock(20.0, 20.0, RISE)), 5_000, 900_000);
}

#[test]
fn skewed_longs_20x_against_shorts_2x() {
    check(&play(shock(20.0, 2.0, FALL)), 5_000, 90_000);
    check(&play(shock(10.0, 2.0, FALL)), 10_000, 90_000);
    check(&play(shock(5.0, 2.0, FALL)), 20_000, 90_000);
    check(&play(shock(20.0, 2.0, RISE)), 50_000, 900_000);
}

#[test]
fn with_insurance_of_2_per_cent_the_fund_ends_at_or_above_its_floor() {
    let o = play(Shock { insurance: 0.02, ..shock(20.0, 20.0, FALL) });
    assert!(o.insurance_before.abs_diff(o.open_interest / 50) <= 20, "{} of {}", o.insurance_before, o.open_interest);
    assert!(o.insurance_floor > 0 && o.insurance_after >= o.insurance_floor, "{} below {}", o.insurance_after, o.insurance_floor);
    assert!(o.insurance_used > 0 && o.insurance_used_junior > 0, "the fund pays, junior first");
    assert_eq!((o.invariants_broken, o.deficit), (0, 0));
}
