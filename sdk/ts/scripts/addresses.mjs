// What the IDL does not say: the seeds of every derived address, and which account of an instruction has which of them.
//
// The seeds are those of programs/firebreak/src/constants.rs; a test compares the addresses with the Rust client's.
import {
  accountValueNode,
  argumentValueNode,
  constantPdaSeedNode,
  constantPdaSeedNodeFromString,
  numberTypeNode,
  pdaLinkNode,
  pdaNode,
  pdaSeedValueNode,
  pdaValueNode,
  programIdValueNode,
  publicKeyTypeNode,
  publicKeyValueNode,
  variablePdaSeedNode,
} from 'codama';

const key = (name) => variablePdaSeedNode(name, publicKeyTypeNode());
const number = (name, format) => variablePdaSeedNode(name, numberTypeNode(format));

const SEEDS = {
  protocol: ['protocol'],
  insurance: ['insurance'],
  vault: ['vault', key('mint')],
  collateral: ['collateral', key('mint')],
  market: ['market', number('index', 'u16')],
  marginAccount: ['account', key('owner'), number('subId', 'u16')],
  quote: ['quote', key('account'), key('market')],
  order: ['order', key('account'), number('id', 'u16')],
  riskReport: ['report', key('market')],
  stake: ['stake', key('owner'), number('tranche', 'u8')],
  paramChange: ['change', number('id', 'u64')],
  upgradeAuthority: ['upgrade'],
  eventAuthority: ['__event_authority'],
};

// Keeps the program's bytes, at an address of its own seeds.
const LOADER = 'BPFLoaderUpgradeab1e11111111111111111111111';

// Accounts of the program whose address has the seeds of the same name.
const HELD_AT = new Set(Object.keys(SEEDS));

/** Where an instruction's account can be found without being told, by the account's name; `undefined`: it has to be told. */
function known(instruction, name) {
  const account = (other) => instruction.accounts.some((a) => a.name === other) && accountValueNode(other);
  const argument = (other) => instruction.arguments.some((a) => a.name === other) && argumentValueNode(other);
  const at = (pda, seeds = {}) => {
    const values = Object.entries(seeds);
    if (values.some(([, value]) => !value)) return undefined;
    return pdaValueNode(
      pdaLinkNode(pda),
      values.map(([seed, value]) => pdaSeedValueNode(seed, value)),
    );
  };
  switch (name) {
    case 'protocol':
    case 'insurance':
    case 'eventAuthority':
    case 'upgradeAuthority':
    case 'programData':
      return at(name);
    case 'program':
      return programIdValueNode();
    case 'vault':
    case 'collateral':
      return at(name, { mint: account('mint') });
    case 'quote':
      return at('quote', { account: account('maker') || account('account'), market: account('market') });
    case 'order':
      return at('order', { account: account('account'), id: argument('id') });
    case 'stake':
      return at('stake', { owner: account('owner'), tranche: argument('tranche') });
    case 'report':
      return at('riskReport', { market: account('market') });
    case 'account':
      return at('marginAccount', { owner: account('owner'), subId: argument('subId') });
    default:
      return undefined;
  }
}

/** The same root with every derived address. Fixed addresses of the IDL stay as they are. */
export function withAddresses(root) {
  const program = root.program;
  const own = constantPdaSeedNode(publicKeyTypeNode(), publicKeyValueNode(program.publicKey));
  const programData = pdaNode({ name: 'programData', programId: LOADER, seeds: [own] });
  const pdas = Object.entries(SEEDS).map(([name, [first, ...rest]]) =>
    pdaNode({ name, seeds: [constantPdaSeedNodeFromString('utf8', first), ...rest] }),
  );
  const instructions = program.instructions.map((instruction) => ({
    ...instruction,
    // An account type has the name `stake` already; the Rust client calls the instruction's accounts by this one too.
    name: instruction.name === 'stake' ? 'addStake' : instruction.name,
    accounts: instruction.accounts.map((account) => {
      const fixed = account.defaultValue?.kind === 'publicKeyValueNode';
      const { defaultValue, ...rest } = account;
      const found = fixed ? defaultValue : known(instruction, account.name);
      return found ? { ...rest, defaultValue: found } : rest;
    }),
  }));
  const accounts = program.accounts.map(({ pda: _, ...account }) =>
    HELD_AT.has(account.name) ? { ...account, pda: pdaLinkNode(account.name) } : account,
  );
  return { ...root, program: { ...program, pdas: [...pdas, programData], instructions, accounts } };
}
