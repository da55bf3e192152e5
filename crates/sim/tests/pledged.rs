//! Collateral other than the settlement token: it is sold to keepers, forfeited, and carries nobody further than it may.

use firebreak_sim::{agents::Standing, run, scenario::Attack, shipped, Outcome, Policy, Scenario};

fn shipped(name: &str) -> Scenario {
    shipped::find(name).expect("it ships").expect("it parses")
}

fn play(scenario: &Scenario) -> Outcome {
    run(scenario, &Policy::firebreak(), 2).outcome
}

fn sound(o: &Outcome) {
    assert_eq!((o.invariants_broken, o.conservation_error_atoms, o.bystander_loss), (0, 0, 0), "{:?}", o.first_break);
}

fn of<'a>(o: &'a Outcome, kind: &str) -> &'a Standing {
    o.agents.iter().find(|a| a.kind == kind).expect("it takes part")
}

#[test]
fn keepers_buy_collateral_before_they_take_positions_over() {
    let o = play(&shipped("correlated-collateral"));
    sound(&o);
    assert!(o.collateral_sales > 0 && o.collateral_sold > 0, "{o:?}");
    assert_eq!((o.collateral_forfeited, o.deficit), (0, 0));
    assert!(o.actions.contains_key("reclaim"), "what was bought left the vault");
    // What accounts had beside their collateral was sold only as far as needed: the same crash without any takes more positions.
    let bare = play(&Scenario { collateral: None, ..shipped("correlated-collateral") });
    assert_eq!(bare.collateral_sales, 0);
}

#[test]
fn what_keepers_sell_of_a_markets_own_asset_moves_it() {
    let mut apart = shipped("correlated-collateral");
    let with = play(&apart);
    let plan = apart.collateral.as_mut().expect("it has one");
    plan.market = None;
    plan.path = vec![(1_000, 200.0), (1_001, 120.0)];
    let without = play(&apart);
    sound(&without);
    assert!(
        with.liquidation_impact > without.liquidation_impact,
        "{} against {}",
        with.liquidation_impact,
        without.liquidation_impact
    );
}

#[test]
fn a_pledged_dollar_that_breaks_its_peg_is_sold_in_time() {
    let o = play(&shipped("collateral-depeg"));
    sound(&o);
    assert!(o.collateral_sales > 0);
    assert_eq!(o.deficit, 0);
}

#[test]
fn collateral_that_nobody_buys_is_forfeited_after_its_day_and_its_owners_are_resolved() {
    let o = play(&shipped("collateral-without-buyers"));
    sound(&o);
    assert!(o.collateral_sales == 0 && o.collateral_forfeited > 0 && o.bankruptcies > 0, "{o:?}");
    // Who owes less than its collateral is worth on paper is not insolvent, and may keep it: that debt stays.
    assert!(o.deficit_booked > 0 && o.deficit < o.deficit_booked / 1_000, "{} of {}", o.deficit, o.deficit_booked);
}

#[test]
fn below_its_peg_the_settlement_token_puts_every_market_at_caution() {
    let o = play(&shipped("settlement-depeg"));
    sound(&o);
    let without = play(&Scenario { settlement: Vec::new(), ..shipped("settlement-depeg") });
    sound(&without);
    let caution = |o: &Outcome| o.slots_at_level["caution"];
    // It stands below 0.99 for about sixteen thousand of twenty thousand slots.
    assert!(caution(&o) > 15_000 && caution(&without) < caution(&o) / 2, "{} and {}", caution(&o), caution(&without));
    assert_eq!(o.deficit, 0);
}

#[test]
fn a_new_token_carries_nothing() {
    let mut scenario = shipped("fake-collateral");
    scenario.agents.fake_warm = false;
    let o = play(&scenario);
    sound(&o);
    let fake = of(&o, "fake-collateral");
    assert_eq!(fake.wins, 0, "nothing was opened that its own money would not carry: {fake:?}");
    assert!(fake.profit <= 0 && o.deficit_booked == 0, "{fake:?}");
    assert!(o.refused.keys().any(|why| why.starts_with("trade")), "it tried: {:?}", o.refused);
}

#[test]
fn a_token_that_counts_carries_no_more_than_its_listing_was_worth() {
    let scenario = shipped("fake-collateral");
    let o = play(&scenario);
    sound(&o);
    let fake = of(&o, "fake-collateral");
    assert!(fake.wins > 0, "the attack works as far as the listing lets it: {fake:?}");
    // Ten thousand tokens of a dollar, whatever their issuer says of them later, less a haircut of 40 % carry 20 times 6 000 USD, which fall by
    // a fifth. While its price stands its account is not liquidated: Maint takes the price of now.
    assert!(fake.profit <= 0 && o.deficit_booked <= 24_000_000_000, "{fake:?}, {}", o.deficit_booked);
    assert_eq!(o.deficit, 0);
    let clean = play(&Scenario { agents: without_attackers(&scenario), ..scenario.clone() });
    assert_eq!(clean.deficit_booked, 0, "the loss is the attack's");
}

fn without_attackers(scenario: &Scenario) -> firebreak_sim::scenario::AgentPlan {
    let mut agents = scenario.agents.clone();
    agents.attackers.retain(|attack| *attack != Attack::FakeCollateral);
    agents
}
