//! Scenarios that come with the simulator: the incidents that concern markets, generated (there is no market data in the project), and
//! the one-slot gaps of the design.

use crate::scenario::{Scenario, ScenarioError};

/// Name and text of each, in alphabetical order.
pub const ALL: [(&str, &str); 36] = [
    ("black-thursday-2020", include_str!("../scenarios/black-thursday-2020.toml")),
    ("captured-admin", include_str!("../scenarios/captured-admin.toml")),
    ("cherry-picking", include_str!("../scenarios/cherry-picking.toml")),
    ("collateral-depeg", include_str!("../scenarios/collateral-depeg.toml")),
    ("collateral-without-buyers", include_str!("../scenarios/collateral-without-buyers.toml")),
    ("correlated-collateral", include_str!("../scenarios/correlated-collateral.toml")),
    ("correlation-breaks", include_str!("../scenarios/correlation-breaks.toml")),
    ("fake-collateral", include_str!("../scenarios/fake-collateral.toml")),
    ("insurance-run", include_str!("../scenarios/insurance-run.toml")),
    ("jelly-2025", include_str!("../scenarios/jelly-2025.toml")),
    ("keeper-outage", include_str!("../scenarios/keeper-outage.toml")),
    ("luna-2022", include_str!("../scenarios/luna-2022.toml")),
    ("mango-2022", include_str!("../scenarios/mango-2022.toml")),
    ("october-2025", include_str!("../scenarios/october-2025.toml")),
    ("october-2025-10k", include_str!("../scenarios/october-2025-10k.toml")),
    ("one-bad-print", include_str!("../scenarios/one-bad-print.toml")),
    ("own-book-2025", include_str!("../scenarios/own-book-2025.toml")),
    ("popcat-2025", include_str!("../scenarios/popcat-2025.toml")),
    ("self-trade", include_str!("../scenarios/self-trade.toml")),
    ("sequencer-outage", include_str!("../scenarios/sequencer-outage.toml")),
    ("settlement-depeg", include_str!("../scenarios/settlement-depeg.toml")),
    ("slot-fall-90-10x", include_str!("../scenarios/slot-fall-90-10x.toml")),
    ("slot-fall-90-10x-skewed", include_str!("../scenarios/slot-fall-90-10x-skewed.toml")),
    ("slot-fall-90-20x", include_str!("../scenarios/slot-fall-90-20x.toml")),
    ("slot-fall-90-20x-skewed", include_str!("../scenarios/slot-fall-90-20x-skewed.toml")),
    ("slot-fall-90-5x", include_str!("../scenarios/slot-fall-90-5x.toml")),
    ("slot-fall-90-5x-skewed", include_str!("../scenarios/slot-fall-90-5x-skewed.toml")),
    ("slot-fall-90-insured", include_str!("../scenarios/slot-fall-90-insured.toml")),
    ("slot-fall-99-9", include_str!("../scenarios/slot-fall-99-9.toml")),
    ("slot-rise-900", include_str!("../scenarios/slot-rise-900.toml")),
    ("slot-rise-900-skewed", include_str!("../scenarios/slot-rise-900-skewed.toml")),
    ("spike-recovers", include_str!("../scenarios/spike-recovers.toml")),
    ("spike-stays", include_str!("../scenarios/spike-stays.toml")),
    ("throttle-griefing", include_str!("../scenarios/throttle-griefing.toml")),
    ("two-bad-prints", include_str!("../scenarios/two-bad-prints.toml")),
    ("whale-2025", include_str!("../scenarios/whale-2025.toml")),
];

/// One by its name.
pub fn find(name: &str) -> Option<Result<Scenario, ScenarioError>> {
    ALL.iter().find(|s| s.0 == name).map(|(name, text)| Scenario::parse(&format!("{name}.toml"), text))
}
