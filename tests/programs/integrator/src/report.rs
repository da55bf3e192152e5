//! Reading Firebreak's public record of a market: three checks of the account, then fixed offsets.

use solana_account_info::AccountInfo;
use solana_program_error::ProgramError;
use solana_pubkey::Pubkey;

/// Firebreak.
pub const FIREBREAK: Pubkey = Pubkey::from_str_const("EmzQsXF23DnTmtnmDYwUS21iCDuSUxF7CCirLMsE7yj1");
/// First bytes of a report account: SHA-256 of "account:RiskReport".
pub const DISCRIMINATOR: [u8; 8] = [239, 204, 118, 89, 84, 193, 99, 168];
/// The layout that is read here.
pub const VERSION: u8 = 1;
/// An older record says nothing about now.
pub const MAX_AGE_SLOTS: u64 = 25;

/// Why this program does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Refusal {
    /// The account is not Firebreak's report of this market.
    NotAReport = 100,
    /// Another layout.
    UnknownVersion,
    /// Older than 25 slots.
    OldReport,
    /// Less than Primary.
    Degraded,
    /// The breaker stands at ReduceOnly or above.
    Halted,
    /// Claims are not paid now.
    NotWhole,
    /// The clock account is not the clock.
    NotTheClock,
}

impl From<Refusal> for ProgramError {
    fn from(why: Refusal) -> Self {
        Self::Custom(why as u32)
    }
}

/// Refuses unless `report` is Firebreak's record of the market at `market`, fresh, and says that all is well.
pub fn require_sound(report: &AccountInfo, market: &Pubkey, slot: u64) -> Result<(), Refusal> {
    // Whoever owns the account wrote it: without this check anybody could bring a record of his own.
    if report.owner != &FIREBREAK {
        return Err(Refusal::NotAReport);
    }
    let data = report.try_borrow_data().map_err(|_| Refusal::NotAReport)?;
    if data.get(..8) != Some(&DISCRIMINATOR) {
        return Err(Refusal::NotAReport);
    }
    if byte(&data, 8) != Some(VERSION) {
        return Err(Refusal::UnknownVersion);
    }
    // And of this market: the address is derived from it.
    let bump = [byte(&data, 9).ok_or(Refusal::NotAReport)?];
    let derived = Pubkey::create_program_address(&[b"report", market.as_ref(), &bump], &FIREBREAK);
    if derived.as_ref() != Ok(report.key) {
        return Err(Refusal::NotAReport);
    }
    let published = word(&data, 24).ok_or(Refusal::NotAReport)?;
    let priced = word(&data, 40).ok_or(Refusal::NotAReport)?;
    if slot.saturating_sub(published.min(priced)) > MAX_AGE_SLOTS {
        return Err(Refusal::OldReport);
    }
    if byte(&data, 13) != Some(2) {
        return Err(Refusal::Degraded);
    }
    if byte(&data, 14).is_none_or(|level| level > 1) {
        return Err(Refusal::Halted);
    }
    if byte(&data, 15) != Some(1) {
        return Err(Refusal::NotWhole);
    }
    Ok(())
}

fn byte(data: &[u8], at: usize) -> Option<u8> {
    data.get(at).copied()
}

fn word(data: &[u8], at: usize) -> Option<u64> {
    data.get(at..at.checked_add(8)?)?.try_into().ok().map(u64::from_le_bytes)
}
