//! Events, from the data of the program's self-calls.

use anchor_lang::{event::EVENT_IX_TAG_LE, AnchorDeserialize, Discriminator};
use firebreak::events::*;

macro_rules! events {
    ($($name:ident)*) => {
        /// Any event of the program.
        #[derive(Clone, Debug)]
        pub enum Event {
            $(
                #[doc = concat!("[`", stringify!($name), "`]")]
                $name($name),
            )*
        }

        impl Event {
            /// Its type's name.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$name(_) => stringify!($name),)*
                }
            }
        }

        /// Every event's name.
        pub const NAMES: &[&str] = &[$(stringify!($name)),*];

        /// Decodes the data of an inner instruction of the program; `None` when it is no event.
        pub fn decode(data: &[u8]) -> Option<Event> {
            let rest = data.strip_prefix(EVENT_IX_TAG_LE)?;
            $(
                if let Some(mut body) = rest.strip_prefix($name::DISCRIMINATOR) {
                    return $name::deserialize(&mut body).ok().map(Event::$name);
                }
            )*
            None
        }
    };
}

events!(
    Migrated Initialised RulesSet SettingsChanged MarketListed PriceAccepted Accrued Recovered
    CapitalMoved AccountOpened AccountClosed Transferred QuoteRemoved OrderPlaced OrderCancelled OrderRan
    ReportPublished QuotePosted Filled Settled Converted Flagged Liquidated LiquidatedIntoQuote
    Deleveraged DustClosed Ranked SettlementEntered Skimmed Bankrupted LossShared LimitAllotted
    InsuranceFunded CollateralListed CapSet CollateralPriceAccepted CollateralMoved CollateralSold CollateralForfeited ForfeitedSold Staked
    UnstakeRequested UnstakeHeld Unstaked StakeClosed TreasuryCollected GlobalChecked ChangeProposed ChangeCancelled
    ChangeExecuted Tightened Paused BootstrapSealed
);
