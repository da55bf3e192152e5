// Instructions by who sends them, with every address filled in. Governance's are the generated ones, `get…InstructionAsync`.
export * from './collateral.js';
export * from './insurer.js';
export * from './keeper.js';
export * from './remaining.js';
export * from './trader.js';
