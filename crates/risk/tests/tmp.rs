mod world;
use world::{*, strategy::Op::*};
#[test] fn t() {
    let mut w = World::new();
    w.run(&[Trade { taker: 1, maker: 2, m: 0, lots: -1684928457813, worse: 0, }, Trade { taker: 1, maker: 0, m: 0, lots: -265096034841, worse: 0, }, Trade { taker: 0, maker: 1, m: 1, lots: 1, worse: 0, }, Refresh { m: 0, seconds: 1, ppm: 43966, silent: 0, }, Refresh { m: 0, seconds: 1, ppm: 22748, silent: 0, }, Refresh { m: 0, seconds: 5, ppm: 0, silent: 0, }, Trade { taker: 1, maker: 0, m: 0, lots: 1, worse: 0, }, Flag { who: 0, }, Declare { who: 0, }, Liquidate { who: 0, keeper: 3, m: 0, share: 1000000, }, Settle { who: 0, m: 0, by_owner: false, }, Refresh { m: 0, seconds: 3, ppm: 0, silent: 0, }, Wait { seconds: 1, }, Refresh { m: 0, seconds: 30, ppm: 0, silent: 0, }, Share { m: 0, }, Wait { seconds: 1, }, Refresh { m: 0, seconds: 40, ppm: 0, silent: 0, }, Share { m: 0, }, Refresh { m: 0, seconds: 1, ppm: 0, silent: 0, }, ], |s,w| {println!("{:?} {:?}", s.op, w.now.time); Ok(())}).unwrap();
    for who in 0..5 { println!("{who} {:?} {:?}", w.health(who), w.accounts[who].used().map(|p|(p.market,p.base.0,p.result)).collect::<Vec<_>>()); }
    w.calm(); w.settle_all(); w.resolve(); w.close_all(); 
    println!("{:?}", w.markets[0].ledger);
    for who in 0..5 { println!("{who} {:?} {:?}", w.health(who), w.accounts[who].used().map(|p|(p.market,p.base.0,p.result)).collect::<Vec<_>>()); }
    w.settle_all(); w.share_all(); w.warm_up();
    println!("{:?}", w.markets[0].ledger);
    for who in 0..5 { println!("{who} {:?} {:?}", w.health(who), w.accounts[who].used().map(|p|(p.market,p.base.0,p.result)).collect::<Vec<_>>()); }
    println!("{:?}", w.convert(3,0));
}
