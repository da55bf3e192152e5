use firebreak_sim::{run, shipped, Policy};
fn main() {
    let only = std::env::args().nth(1);
    for (name, _) in shipped::ALL {
        if only.as_ref().is_some_and(|o| !name.contains(o.as_str())) {
            continue;
        }
        let s = shipped::find(name).unwrap().unwrap();
        for p in [Policy::firebreak(), Policy::baseline()] {
            let t = std::time::Instant::now();
            let o = run(&s, &p, 1).outcome;
            let agents: Vec<_> = o
                .agents
                .iter()
                .filter(|a| !["maker", "insurer", "steward", "noise", "keeper"].contains(&a.kind))
                .map(|a| (a.kind, a.profit / 1_000_000))
                .collect();
            println!("{name:24} {:9} oi {:9} def {:7} booked {:8} h {:.4} ins {:6} pot {:5} shared {:7} liq {:6} n {:9} wrong {:.2} bank {} adl {} notopen {} by {} unpaid {} inv {}/{} {:?} {:?} {:?}", o.policy, o.open_interest/1_000_000, o.deficit/1_000_000, o.deficit_booked/1_000_000, o.payable_share_worst, o.insurance_used/1_000_000, o.pot_used/1_000_000, o.loss_shared/1_000_000, o.liquidations, o.liquidated_notional/1_000_000, o.wrongful_share, o.bankruptcies, o.deleverages, o.not_opened, o.bystander_loss, o.claims_unpaid/1_000_000, o.invariants_broken, o.invariants_checked, o.first_break, agents, t.elapsed());
            if only.is_some() {
                println!("{:#?}", o.refused);
                println!("{:?} {:?}", o.actions, o.slots_at_level);
            }
        }
    }
}
