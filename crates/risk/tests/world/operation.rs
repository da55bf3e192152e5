//! What can be done on the small world.

/// One operation. Accounts and markets are indices; sizes are taken from what there is, so that most operations are possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// Time passes and both markets are refreshed; market `m` moves by `ppm`.
    Refresh {
        m: usize,
        seconds: u32,
        ppm: i64,
        silent: u8,
    },
    /// Time passes without a refresh.
    Wait {
        seconds: u32,
    },
    /// `taker` trades `lots` with `maker` at `worse` ppm from spot.
    Trade {
        taker: usize,
        maker: usize,
        m: usize,
        lots: i64,
        worse: i64,
    },
    /// `taker` closes against `maker`.
    Close {
        taker: usize,
        maker: usize,
        m: usize,
    },
    Settle {
        who: usize,
        m: usize,
        by_owner: bool,
    },
    Convert {
        who: usize,
        m: usize,
    },
    Deposit {
        who: usize,
        amount: u64,
    },
    /// Withdraws `share` ppm of the capital.
    Withdraw {
        who: usize,
        share: u64,
    },
    Flag {
        who: usize,
    },
    /// Takes over at most `share` ppm of the position.
    Liquidate {
        who: usize,
        keeper: usize,
        m: usize,
        share: u64,
    },
    Declare {
        who: usize,
    },
    Share {
        m: usize,
    },
    Donate {
        amount: u64,
    },
    Sweep {
        m: usize,
    },
    /// Brings a market up to its price, without a new one.
    Accrue {
        m: usize,
    },
    /// Closes a bankrupt position against another account's.
    Deleverage {
        who: usize,
        other: usize,
        m: usize,
    },
    /// Converts for those who bore the account's loss.
    Recover {
        who: usize,
        m: usize,
    },
    Stake {
        who: usize,
        amount: u64,
    },
    /// Asks `share` ppm of a stake back.
    Request {
        who: usize,
        share: u64,
    },
    PayOut {
        who: usize,
    },
    Treasury {
        m: usize,
    },
    /// Ends a market whose price is gone.
    End {
        m: usize,
    },
    /// The guardian tightens parameter `which` by `ppm`.
    Tighten {
        m: usize,
        which: usize,
        ppm: u32,
    },
    /// Governance proposes to loosen it.
    Propose {
        m: usize,
        which: usize,
        ppm: u32,
    },
    /// What was proposed takes effect.
    Apply {
        m: usize,
    },
    /// `taker` and `maker` agree on a price `worse` ppm from spot.
    Match {
        taker: usize,
        maker: usize,
        m: usize,
        lots: i64,
        worse: i64,
    },
    /// Liquidates at most `share` ppm of the position against a quote `away` ppm from the robust price.
    IntoQuote {
        who: usize,
        maker: usize,
        keeper: usize,
        m: usize,
        share: u64,
        away: u32,
    },
    /// Runs an order that reduces the position by `share` ppm of it.
    Reduce {
        who: usize,
        maker: usize,
        m: usize,
        share: u64,
        away: u32,
    },
    /// Runs an order that brings `share` ppm of `source`'s capital.
    TopUp {
        who: usize,
        source: usize,
        share: u64,
    },
    /// Moves `share` ppm of `from`'s capital to another account.
    Transfer {
        from: usize,
        to: usize,
        share: u64,
    },
    /// Closes what is too small for keepers against another account's.
    Dust {
        who: usize,
        other: usize,
        m: usize,
    },
    Clear {
        who: usize,
    },
    Allot {
        m: usize,
    },
    /// Keeps a request from lapsing.
    Hold {
        who: usize,
    },
}
