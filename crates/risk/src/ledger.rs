//! A market's totals.
//!
//! The identity I14 is kept as an equation of integers, not as an inequality. Let `E` be the sum of entry costs of all
//! positions (negative for shorts). Because longs and shorts match, the net unrealised result of both sides is `-E`
//! whatever the price, so
//!
//! `pool + debt + deficit + E == claims`
//!
//! holds to the atom after every operation. Rounding of single claims makes their sum at most `claims`: the rest stays in
//! the pool.

use crate::{
    index::LossIndex,
    layout,
    num::{add, sadd, signed, ssub, sub, value_down, BaseQty, Price, Result},
    RiskError,
};

layout! {
    /// Totals of a market. Amounts in atoms, sizes in lots.
    pub struct Ledger [184] {
        /// Sum of long sizes.
        pub long_base: u64,
        /// Sum of short sizes; equals `long_base` (I2).
        pub short_base: u64,
        /// Sum of the longs' entry costs.
        pub long_entry: i64,
        /// Sum of the shorts' entry costs (negative: they received).
        pub short_entry: i64,
        /// What losers have paid in and winners have not yet taken out.
        pub pool: u64,
        /// The market's own insurance, filled by fees and penalties.
        pub pot: u64,
        /// Fees on their way to the shared insurance.
        pub insurance_fees: u64,
        /// Fees on their way to the treasury.
        pub treasury_fees: u64,
        /// Sum of positive results.
        pub claims: u64,
        /// Sum of negative results of accounts that may still pay.
        pub debt: u64,
        /// Loss that nobody has paid or borne yet.
        pub deficit: u64,
        /// The part of the deficit whose loss window runs.
        pub window_deficit: u64,
        /// When that window ends, unix seconds.
        pub window_ends: i64,
        /// The part of the deficit that shared insurance may still pay.
        pub insured_deficit: u64,
        /// What shared insurance has paid into this market so far.
        pub insurance_drawn: u64,
        /// What claims have borne so far.
        pub loss_shared: u64,
        /// What every claim has been multiplied by.
        pub index: LossIndex,
        /// Fills since listing.
        pub fills: u64,
        /// Accounts closed here with an unpaid debt since listing.
        pub bankruptcies: u64,
        /// Take-overs since listing.
        pub liquidations: u64,
        /// Lots taken over since listing.
        pub liquidated_base: u64,
        /// Of `insurance_drawn`, what was drawn since the current loss window began: the event cap counts it.
        pub event_drawn: u64,
    }
}

impl Ledger {
    /// A market nobody has traded in.
    pub const NEW: Self = Self {
        long_base: 0,
        short_base: 0,
        long_entry: 0,
        short_entry: 0,
        pool: 0,
        pot: 0,
        insurance_fees: 0,
        treasury_fees: 0,
        claims: 0,
        debt: 0,
        deficit: 0,
        window_deficit: 0,
        window_ends: 0,
        insured_deficit: 0,
        insurance_drawn: 0,
        loss_shared: 0,
        index: LossIndex::NEW,
        fills: 0,
        bankruptcies: 0,
        liquidations: 0,
        liquidated_base: 0,
        event_drawn: 0,
    };

    /// Moves a position's contribution from (`old_base`, `old_entry`) to (`base`, `entry`).
    pub fn replace(&mut self, old_base: BaseQty, old_entry: i64, base: BaseQty, entry: i64) -> Result<()> {
        self.side(old_base, old_entry, false)?;
        self.side(base, entry, true)
    }

    fn side(&mut self, base: BaseQty, entry: i64, enter: bool) -> Result<()> {
        let (size, cost) = match base.0 {
            0 if entry == 0 => return Ok(()),
            0 => return Err(RiskError::InvariantBroken),
            1.. => (&mut self.long_base, &mut self.long_entry),
            _ => (&mut self.short_base, &mut self.short_entry),
        };
        if enter {
            *size = add(*size, base.abs())?;
            *cost = sadd(*cost, entry)?;
        } else {
            *size = sub(*size, base.abs())?;
            *cost = ssub(*cost, entry)?;
        }
        Ok(())
    }

    /// Unrealised result of the long side and of the short side at `price`, each rounded down.
    pub fn unrealised_down(&self, price: Price) -> Result<(i64, i64)> {
        let long = ssub(value_down(price, BaseQty(signed(self.long_base)?))?, self.long_entry)?;
        let short = ssub(value_down(price, BaseQty(ssub(0, signed(self.short_base)?)?))?, self.short_entry)?;
        Ok((long, short))
    }

    /// Whether the pool covers everything that could be asked of it, `gap` included (design, section 7).
    pub fn is_whole(&self, gap: u64) -> Result<bool> {
        let asked = add(add(self.claims, self.debt)?, add(self.deficit, gap)?)?;
        Ok(self.deficit == 0 && self.pool >= asked)
    }

    /// `min(1, pool / claims)` in ppm, rounded down: published for readers, used by nothing.
    pub fn payable_share_down(&self) -> Result<u32> {
        if self.pool >= self.claims {
            return Ok(crate::num::PPM as u32);
        }
        Ok(crate::num::fraction_down(self.pool, self.claims)?.0)
    }

    /// I2 and I14, exactly.
    pub fn invariant(&self) -> Result<()> {
        let entries = sadd(self.long_entry, self.short_entry)?;
        let owed_in = sadd(signed(add(self.pool, add(self.debt, self.deficit)?)?)?, entries)?;
        let balanced = self.long_base == self.short_base
            && owed_in == signed(self.claims)?
            && self.window_deficit <= self.deficit
            && self.insured_deficit <= self.deficit;
        if balanced {
            Ok(())
        } else {
            Err(RiskError::InvariantBroken)
        }
    }

    /// Atoms of the vault that belong to this market (I1).
    pub fn holdings(&self) -> Result<u64> {
        add(add(self.pool, self.pot)?, add(self.insurance_fees, self.treasury_fees)?)
    }
}
