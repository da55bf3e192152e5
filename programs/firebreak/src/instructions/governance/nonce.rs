//! A transaction over a durable nonce never expires: what was signed for one day can be sent on another. So nobody who signs for
//! governance can be made to sign today what strikes months later. (The signers of a multisig lost a protocol that way.)

use crate::errors::FirebreakError;
use anchor_lang::{prelude::*, system_program};

/// Number of `AdvanceNonceAccount` among the system program's instructions.
const ADVANCE: [u8; 4] = 4u32.to_le_bytes();
const KEY: usize = 32;

/// Refuses a transaction whose first instruction advances a nonce: that, and only that, makes the runtime accept an old blockhash.
/// `instructions` is the account in which the runtime shows them; its address is checked where it is declared.
pub fn require_recent(instructions: &AccountInfo) -> Result<()> {
    let data = instructions.try_borrow_data()?;
    require!(!is_advance(&data).ok_or(ProgramError::InvalidAccountData)?, FirebreakError::DurableNonce);
    Ok(())
}

/// The first instruction's offset follows the number of instructions; then come its accounts (a byte and a key each), its program,
/// and its data with their length.
fn is_advance(data: &[u8]) -> Option<bool> {
    let short = |at: usize| Some(usize::from(u16::from_le_bytes(data.get(at..at.checked_add(2)?)?.try_into().ok()?)));
    let first = short(2)?;
    let accounts = short(first)?.checked_mul(KEY + 1)?;
    let program = first.checked_add(2)?.checked_add(accounts)?;
    let length = program.checked_add(KEY)?;
    let content = length.checked_add(2)?;
    let content = data.get(content..content.checked_add(short(length)?)?)?;
    Some(data.get(program..length)? == system_program::ID.as_ref() && content.starts_with(&ADVANCE))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Instructions as the runtime shows them.
    fn shown(list: &[(usize, Pubkey, &[u8])]) -> Vec<u8> {
        let mut data = (list.len() as u16).to_le_bytes().to_vec();
        data.resize(2 + 2 * list.len(), 0);
        for (i, (accounts, program, content)) in list.iter().enumerate() {
            let at = (data.len() as u16).to_le_bytes();
            data[2 + 2 * i..4 + 2 * i].copy_from_slice(&at);
            data.extend((*accounts as u16).to_le_bytes());
            data.extend(vec![7; accounts * 33]);
            data.extend(program.as_ref());
            data.extend((content.len() as u16).to_le_bytes());
            data.extend(*content);
        }
        data.extend([0, 0]);
        data
    }

    #[test]
    fn only_a_leading_advance_is_one() {
        let (system, other) = (system_program::ID, Pubkey::new_from_array([9; 32]));
        let advance: &[u8] = &ADVANCE;
        for (list, expected) in [
            (vec![(3, system, advance), (2, other, &[1u8, 2][..])], true),
            (vec![(2, other, &[1u8, 2][..]), (3, system, advance)], false),
            (vec![(3, other, advance)], false),
            (vec![(3, system, &[5u8, 0, 0, 0][..])], false),
            (vec![(0, system, &[4u8, 0, 0][..])], false),
        ] {
            assert_eq!(is_advance(&shown(&list)), Some(expected), "{list:?}");
        }
        assert_eq!(is_advance(&[0, 0]), None);
        assert_eq!(is_advance(&[1, 0, 4, 0, 255, 255]), None);
    }
}
