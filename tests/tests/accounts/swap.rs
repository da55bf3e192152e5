//! Each place of each instruction, filled with what an attacker could bring: a clone with the same bytes under another program, an
//! account of another type, another of the same type, nothing, a read-only one, an unsigned one.

use super::cases::{all, Case, Place, OK};
use anchor_lang::{
    prelude::{bpf_loader_upgradeable, system_program, AccountMeta, Pubkey},
    Discriminator,
};
use firebreak_client::{address, program::state::*, ID};
use firebreak_tests::World;
use solana_keypair::Keypair;
use solana_signer::Signer;

/// A program that the attacker wrote: it may put any bytes into its accounts.
const ATTACKER: Pubkey = Pubkey::new_from_array([66; 32]);
/// Where the attacker's account lies.
const FAKE: Pubkey = Pubkey::new_from_array([67; 32]);

/// The types of this program's accounts.
const TYPES: [(&str, &[u8]); 10] = [
    ("a protocol", Protocol::DISCRIMINATOR),
    ("a market", Market::DISCRIMINATOR),
    ("a margin account", MarginAccount::DISCRIMINATOR),
    ("a quote", Quote::DISCRIMINATOR),
    ("an insurance fund", Insurance::DISCRIMINATOR),
    ("a collateral", Collateral::DISCRIMINATOR),
    ("an order", Order::DISCRIMINATOR),
    ("a risk report", RiskReport::DISCRIMINATOR),
    ("a stake", Stake::DISCRIMINATOR),
    ("a change", ParamChange::DISCRIMINATOR),
];

/// What is done to a world and to one account of an instruction.
type Change = Box<dyn Fn(&mut World, &mut AccountMeta)>;

/// One change of a place, and the names under which it may be refused.
struct Swap {
    what: String,
    change: Change,
    names: Vec<&'static str>,
}

fn swap(what: impl Into<String>, names: &[&'static str], change: impl Fn(&mut World, &mut AccountMeta) + 'static) -> Swap {
    Swap { what: what.into(), change: Box::new(change), names: names.to_vec() }
}

/// The same bytes under the attacker's program.
fn clone_of(w: &mut World, key: &Pubkey) -> Pubkey {
    let data = w.vm.svm.get_account(key).map(|a| a.data).unwrap_or_else(|| vec![0; 512]);
    w.vm.plant(FAKE, ATTACKER, data);
    FAKE
}

fn empty(w: &mut World) -> Pubkey {
    w.vm.plant(FAKE, system_program::ID, vec![]);
    FAKE
}

/// Accounts of this program by discriminator, other than `not`.
fn of_type(w: &World, discriminator: &[u8], not: &Pubkey) -> Option<Pubkey> {
    let mut found: Vec<Pubkey> =
        w.vm.svm
            .get_program_accounts(&ID)
            .into_iter()
            .filter(|(k, a)| a.data.starts_with(discriminator) && k != not)
            .map(|(k, _)| k)
            .collect();
    found.sort();
    found.into_iter().next()
}

/// Another account of the same type.
fn other(w: &World, is: &Pubkey) -> Option<Pubkey> {
    let data = w.vm.svm.get_account(is)?.data;
    let (_, own) = TYPES.into_iter().find(|(_, t)| data.starts_with(t))?;
    of_type(w, own, is)
}

fn state_swaps(other_name: &'static str, writable: bool) -> Vec<Swap> {
    let mut swaps = vec![
        swap("a clone", &["AccountOwnedByWrongProgram"], |w, m| m.pubkey = clone_of(w, &m.pubkey)),
        swap("nothing", &["AccountOwnedByWrongProgram", "AccountNotInitialized"], |w, m| m.pubkey = empty(w)),
        swap("the program", &["AccountOwnedByWrongProgram"], |_, m| m.pubkey = ID),
        swap("one of a later layout", &["WrongVersion"], |w, m| {
            let mut account = w.vm.svm.get_account(&m.pubkey).expect("exists");
            account.data[8] = 2;
            w.vm.plant(m.pubkey, ID, account.data);
        }),
    ];
    for (what, discriminator) in TYPES {
        swaps.push(swap(what, &["AccountDiscriminatorMismatch"], move |w, m| {
            let same = w.vm.svm.get_account(&m.pubkey).is_some_and(|a| a.data.starts_with(discriminator));
            match of_type(w, discriminator, &m.pubkey) {
                Some(key) if !same => m.pubkey = key,
                _ => {}
            }
        }));
    }
    if other_name != OK {
        swaps.push(swap("another of its type", &[other_name], |w, m| {
            if let Some(key) = other(w, &m.pubkey) {
                m.pubkey = key
            }
        }));
    }
    if writable {
        swaps.push(swap("read-only", &["AccountNotMutable", "ConstraintMut"], |_, m| m.is_writable = false));
    }
    swaps
}

fn swaps(place: &Place, writable: bool) -> Vec<Swap> {
    match place {
        Place::Signer(other) => {
            // Who pays the fee has signed, whatever the instruction says.
            let mut swaps = vec![swap("unsigned", &["AccountNotSigner"], |w, m| m.is_signer = m.pubkey == w.payer().pubkey())];
            if *other != OK {
                swaps.push(swap("somebody else", &[other], |_, m| m.pubkey = stranger().pubkey()));
            }
            swaps
        }
        Place::State(other) => state_swaps(other, writable),
        Place::OldState => vec![
            swap("a clone", &["AccountOwnedByWrongProgram"], |w, m| m.pubkey = clone_of(w, &m.pubkey)),
            swap("nothing", &["AccountOwnedByWrongProgram"], |w, m| m.pubkey = empty(w)),
            swap("the program", &["AccountOwnedByWrongProgram", "ConstraintMut"], |_, m| m.pubkey = ID),
            swap("one of a later layout", &["UnknownLayout"], |w, m| {
                let mut account = w.vm.svm.get_account(&m.pubkey).expect("exists");
                account.data[8] = 3;
                w.vm.plant(m.pubkey, ID, account.data);
            }),
            swap("one of this layout", &["LayoutCurrent"], |_, m| m.pubkey = address::protocol()),
            swap("read-only", &["ConstraintMut"], |_, m| m.is_writable = false),
        ],
        Place::Derived => vec![
            swap("a clone", &["ConstraintSeeds"], |w, m| m.pubkey = clone_of(w, &m.pubkey)),
            swap("another address", &["ConstraintSeeds"], |_, m| m.pubkey = FAKE),
            swap("read-only", &["ConstraintMut", "AccountNotMutable", NOT_WRITABLE], |_, m| m.is_writable = false),
        ],
        Place::Tokens(other) => {
            let mut swaps = vec![
                swap("a clone", &["AccountOwnedByWrongProgram"], |w, m| m.pubkey = clone_of(w, &m.pubkey)),
                swap("nothing", &["AccountOwnedByWrongProgram", "AccountNotInitialized"], |w, m| m.pubkey = empty(w)),
                swap("a mint", &["InvalidAccountData"], |w, m| m.pubkey = w.mint),
                swap("read-only", &["ConstraintMut"], |_, m| m.is_writable = false),
            ];
            if *other != OK {
                swaps.push(swap("another's", &[other], |w, m| m.pubkey = w.token_account(ATTACKER, w.mint, 1_000_000_000)));
            }
            swaps
        }
        Place::Mint(other) => {
            let mut swaps = vec![
                swap("a clone", &["AccountOwnedByWrongProgram"], |w, m| m.pubkey = clone_of(w, &m.pubkey)),
                swap("nothing", &["AccountOwnedByWrongProgram", "AccountNotInitialized"], |w, m| m.pubkey = empty(w)),
                swap("a token account", &["InvalidAccountData"], |w, m| m.pubkey = w.token_account(ATTACKER, w.mint, 5)),
            ];
            if *other != OK {
                swaps.push(swap("another mint", &[other], |w, m| {
                    w.plant_mint(FAKE, 6);
                    m.pubkey = FAKE
                }));
            }
            swaps
        }
        Place::ProgramData => vec![
            swap("a clone", &["AccountOwnedByWrongProgram", "NotUpgradeAuthority"], |w, m| m.pubkey = clone_of(w, &m.pubkey)),
            swap("another program's", &["NotUpgradeAuthority"], |w, m| {
                let data = w.vm.svm.get_account(&m.pubkey).expect("exists").data;
                w.vm.plant(FAKE, bpf_loader_upgradeable::ID, data[..45].to_vec());
                m.pubkey = FAKE
            }),
        ],
        Place::ForeignProgramData => vec![
            swap("a clone", &["AccountOwnedByWrongProgram"], |w, m| m.pubkey = clone_of(w, &m.pubkey)),
            swap("another program's", &["NotHandedOver"], |w, m| {
                let data = w.vm.svm.get_account(&m.pubkey).expect("exists").data;
                w.vm.plant(FAKE, bpf_loader_upgradeable::ID, data[..45].to_vec());
                m.pubkey = FAKE
            }),
        ],
        Place::Pinned(other) => {
            let mut swaps = vec![
                swap("a clone", &[other], |w, m| m.pubkey = clone_of(w, &m.pubkey)),
                swap("the protocol", &[other], |_, m| m.pubkey = address::protocol()),
            ];
            if writable {
                swaps.push(swap("read-only", &["ConstraintMut"], |w, m| m.is_writable = m.pubkey == w.payer().pubkey()));
            }
            swaps
        }
        Place::Program => vec![
            swap("another program", &["InvalidProgramId"], |_, m| m.pubkey = bpf_loader_upgradeable::ID),
            swap("no program", &["InvalidProgramId"], |w, m| m.pubkey = empty(w)),
        ],
        Place::EventAuthority => vec![
            swap("somebody else", &["ConstraintAddress"], |_, m| m.pubkey = FAKE),
            swap("the protocol", &["ConstraintAddress"], |_, m| m.pubkey = address::protocol()),
        ],
        Place::SelfProgram => vec![swap("another program", &[MISSING], |_, m| m.pubkey = bpf_loader_upgradeable::ID)],
    }
}

/// The runtime's answer to a call of a program that was not passed.
const MISSING: &str = "Error processing Instruction 0: An account required by the instruction is missing";

/// The runtime's answer to a system program that is asked to create an account passed for reading.
const NOT_WRITABLE: &str =
    "Error processing Instruction 0: Cross-program invocation with unauthorized signer or writable account";

fn stranger() -> Keypair {
    Keypair::new_from_array([99; 32])
}

/// Tries every swap of one case, then the unchanged call; returns how many were tried.
fn try_all(case: &mut Case, wrong: &mut Vec<String>) -> usize {
    let stranger = stranger();
    case.world.vm.svm.airdrop(&stranger.pubkey(), 10_000_000_000).expect("airdrop");
    let mut tried = 0;
    for (i, (name, place)) in case.places.iter().enumerate() {
        for swap in swaps(place, case.instruction.accounts[i].is_writable) {
            // The attacker's accounts are planted in a copy: they must not disturb what comes after.
            let mut w = case.world.clone();
            let mut ix = case.instruction.clone();
            (swap.change)(&mut w, &mut ix.accounts[i]);
            let content = |w: &World| w.vm.svm.get_account(&ix.accounts[i].pubkey).map(|a| a.data);
            if ix.accounts == case.instruction.accounts && content(&w) == content(&case.world) {
                continue; // there is no such account in this world
            }
            let mut signers: Vec<&Keypair> = case.signers.iter().collect();
            signers.push(&stranger);
            let what = format!("{}: {} replaced by {}", case.name, name, swap.what);
            let name = w.act(&[ix], &signers).map_or_else(|refused| refused.name, |_| "accepted".into());
            if !swap.names.contains(&name.as_str()) {
                wrong.push(format!("{what}: {name} instead of {:?}", swap.names));
            }
            tried += 1;
        }
    }
    let signers: Vec<&Keypair> = case.signers.iter().collect();
    let unchanged = case.world.act(std::slice::from_ref(&case.instruction), &signers);
    unchanged.unwrap_or_else(|why| panic!("{}: the valid call is refused: {why:?}", case.name));
    tried
}

#[test]
fn no_place_takes_an_account_that_does_not_belong_there() {
    let (mut tried, mut wrong) = (0, vec![]);
    for mut case in all() {
        tried += try_all(&mut case, &mut wrong);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    println!("{tried} swaps refused");
    assert!(tried > 350, "only {tried} swaps were tried");
}
