// Where the repository's programs are: FIREBREAK_BIN names the folder, otherwise cargo's.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder, from dist/test/support. */
const root = fileURLToPath(new URL('../../../../../', import.meta.url));

export function built(name: string): string {
  const file = path.join(process.env['FIREBREAK_BIN'] ?? path.join(root, 'target/debug'), name);
  if (!existsSync(file)) throw new Error(`${file} is not there: \`cargo build --workspace\` makes it`);
  return file;
}
