//! Every order of converting and withdrawing.

use crate::world::*;

/// Every order of converting and withdrawing after a shared loss: nobody's total differs by more than an atom per operation.
#[test]
fn i6_no_run_exhaustive() {
    for price in [1, 40, 70, 130, 900] {
        let mut world = World::new();
        world.trade(0, 1, 0, 150 * UNIT + 7, 0).unwrap();
        world.trade(2, 1, 0, 30 * UNIT + 1, 0).unwrap();
        world.trade(3, 4, 0, 77 * UNIT + 5, 0).unwrap();
        world.crash(0, price * TICKS);
        world.settle_all();
        world.resolve();
        world.settle_all();
        world.share_all();
        assert_eq!(world.markets[0].ledger.deficit, 0);
        assert!(world.markets[0].ledger.loss_shared > 0 || world.insurance.fund.drawn > 0);
        world.warm_up();
        let mut straight = [0; ACCOUNTS];
        let mut first = world.clone();
        straight.iter_mut().enumerate().for_each(|(who, total)| *total = first.cash(who));
        permutations(5, &mut |order| {
            let mut world = world.clone();
            for who in order.iter().copied().chain([5, MAKER]) {
                let got = world.cash(who);
                assert!(got.abs_diff(straight[who]) <= 1, "i6: {got} instead of {} in order {order:?}", straight[who]);
            }
        });
    }
}

/// All orders of 0..n.
fn permutations(n: usize, f: &mut impl FnMut(&[usize])) {
    fn go(order: &mut Vec<usize>, at: usize, f: &mut impl FnMut(&[usize])) {
        if at == order.len() {
            return f(order);
        }
        for i in at..order.len() {
            order.swap(at, i);
            go(order, at + 1, f);
            order.swap(at, i);
        }
    }
    go(&mut (0..n).collect(), 0, f);
}
