// Firebreak for TypeScript. `generated` follows the program's IDL; everything else is written for people.
export * from './addresses.js';
export * from './engine.js';
export * from './errors.js';
export * from './events.js';
export * from './instructions/index.js';
export * from './read.js';
export * from './units.js';
export * from './generated/index.js';
