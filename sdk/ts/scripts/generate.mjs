// Writes src/generated from the program's IDL, or with --check says whether it is current.
import { createFromRoot } from 'codama';
import { rootNodeFromAnchor } from '@codama/nodes-from-anchor';
import { renderVisitor } from '@codama/renderers-js';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { withAddresses } from './addresses.mjs';
import { eventsModule, withEvents } from './events.mjs';
import { finish } from './finish.mjs';

const here = path.dirname(new URL(import.meta.url).pathname);
const idlFile = path.join(here, '../../../idl/firebreak.json');
const target = path.join(here, '../src/generated');

async function generate(into) {
  const idl = JSON.parse(fs.readFileSync(idlFile, 'utf8'));
  const root = withEvents(withAddresses(rootNodeFromAnchor(idl)));
  await createFromRoot(root).accept(renderVisitor(into, { prettierOptions: { printWidth: 130, singleQuote: true } }));
  fs.writeFileSync(path.join(into, 'events.ts'), await eventsModule(idl));
  await finish(into);
}

function files(folder, below = '') {
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(path.join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(below, entry.name);
    return entry.isDirectory() ? files(folder, name) : [name];
  });
}

function differing(a, b) {
  const read = (folder, name) =>
    fs.existsSync(path.join(folder, name)) ? fs.readFileSync(path.join(folder, name), 'utf8') : null;
  return [...new Set([...files(a), ...files(b)])].filter((name) => read(a, name) !== read(b, name));
}

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'firebreak-sdk-'));
try {
  await generate(scratch);
  const stale = differing(scratch, target);
  if (stale.length === 0) {
    console.log('sdk/ts/src/generated is current');
  } else if (process.argv.includes('--check')) {
    console.error(
      `sdk/ts/src/generated is out of date (${stale.slice(0, 5).join(', ')}): run \`cargo xtask sdk\` and commit the result`,
    );
    process.exitCode = 1;
  } else {
    fs.rmSync(target, { recursive: true, force: true });
    fs.cpSync(scratch, target, { recursive: true });
    console.log(`wrote ${stale.length} files of sdk/ts/src/generated`);
  }
} finally {
  fs.rmSync(scratch, { recursive: true, force: true });
}
