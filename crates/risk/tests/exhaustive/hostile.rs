//! Two small games against the protocol: raising margin while prices stand still (I8), and holding every key (I11).

use crate::{
    walk::{depth, is_short},
    world::{
        check::Checked,
        gentle::{Gentle, Raise},
        power::{Captured, Power},
        *,
    },
};

/// Every sequence of `moves` of this length. Returns how many steps were taken.
fn every<S: Clone, M>(start: S, moves: &[M], length: usize, step: &mut impl FnMut(&mut S, &M) -> Checked) -> usize {
    if length == 0 {
        return 0;
    }
    let mut steps = 0;
    for one in moves {
        let mut next = start.clone();
        step(&mut next, one).unwrap_or_else(|why| panic!("{why}"));
        steps += 1 + every(next, moves, length - 1, step);
    }
    steps
}

/// Whatever margin is raised by, in whatever order: the share and the rate hold, from a calm market and from one whose lines are halfway.
#[test]
fn i8_gentle_tightening_exhaustive() {
    let model = |fall| Raise::Model { m: 0, fall, rise: fall / 4, jump: 0 };
    let moves = [
        Raise::Still { seconds: 1 },
        Raise::Still { seconds: 60 },
        model(1 << 50),
        model(0),
        Raise::Skew { m: 0, lots: 400 * UNIT },
        Raise::Tighten { m: 0, which: 0, ppm: 190_000 },
        Raise::Flags { first: 1 },
        Raise::Flags { first: 4 },
        Raise::Liquidations { m: 0 },
        Raise::Enlarge { who: 0, m: 0 },
    ];
    let calm = Gentle::new();
    let mut halfway = calm.clone();
    halfway.step(&model(1 << 50)).unwrap();
    for _ in 0..8 {
        halfway.step(&Raise::Still { seconds: 60 }).unwrap();
    }
    let (mut steps, mut flagged) = (0, 0);
    for root in [calm, halfway] {
        steps += every(root, &moves, depth(4, 0), &mut |gentle, raise| {
            let done = gentle.step(raise);
            flagged = flagged.max(gentle.flagged.len());
            done
        });
    }
    println!("{steps} steps, at most {flagged} flagged");
    assert!(is_short() || flagged > 2);
}

/// Whatever the keys are used for, in whatever order: the limits hold, and nothing is loosened before its delay.
#[test]
fn i11_bounded_power_exhaustive() {
    let wait = |seconds| Power::Wait { seconds, fresh: false };
    let propose = |m, which, loosen| Power::Propose { m, which, ppm: 200_000, loosen };
    let moves = [
        wait(3_600),
        wait(172_799),
        wait(172_800),
        wait(604_800),
        propose(0, 2, true),
        propose(1, 8, true), // from zero: a listing
        Power::Apply { m: 0 },
        Power::Apply { m: 1 },
        Power::Tighten { m: 0, which: 2, ppm: 150_000 },
        Power::Delays { loosen: 0, list: 700_000 },
        Power::Withdraw { who: 0, share: 1_000_000, all: false },
        Power::Treasury { m: 0 },
    ];
    let (mut moved, mut loosened) = (0, 0);
    let steps = every(Captured::new(), &moves, depth(4, 0), &mut |captured, power| {
        let before = captured.world.markets.map(|m| m.params);
        let done = captured.step(power);
        moved = moved.max(captured.flows.len());
        loosened += (matches!(power, Power::Apply { .. }) && captured.world.markets.map(|m| m.params) != before) as usize;
        done
    });
    println!("{steps} steps, at most {moved} payments, {loosened} changes");
    assert!(is_short() || moved > 2 && loosened > 10);
}
