// What the rendered code lacks to run in Node as it is.
import fs from 'node:fs';
import path from 'node:path';
import prettier from 'prettier';

function each(folder, change) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) each(file, change);
    else fs.writeFileSync(file, change(file, fs.readFileSync(file, 'utf8')));
  }
}

/** Node's modules name files: `from '../types'` becomes `from '../types/index.js'`. */
function named(file, text) {
  return text.replace(/(from ')(\.[^']*)(';)/g, (_, before, target, after) => {
    const at = path.join(path.dirname(file), target);
    const found = [`${target.replace(/\/$/, '')}.js`, `${target.replace(/\/$/, '')}/index.js`].find((name) =>
      fs.existsSync(path.join(path.dirname(file), name.replace(/\.js$/, '.ts'))),
    );
    if (!found) throw new Error(`${file} imports ${at}, which is not there`);
    return before + found + after;
  });
}

/** Sentences of errors are for people: they are there in every build, not only while developing. */
function errors(text) {
  const out = text
    .replace(
      /let (\w+): (Record<\w+, string>) \| undefined;\nif \(process\.env\S* !== 'production'\) \{\n\s*\1 = (\{[^}]*\});\n\}/,
      'const $1: $2 = $3;',
    )
    .replace(
      /\{\n\s*if \(process\.env\S* !== 'production'\) \{\n\s*return \((\w+) as .*\)\[code\];\n\s*\}\n\s*return '.*';\n\}/,
      '{\n  return $1[code];\n}',
    );
  if (out.includes('process.env')) throw new Error('the rendered errors have changed: their sentences depend on the environment');
  return prettier.format(out, { parser: 'typescript', printWidth: 130, singleQuote: true });
}

/** Goes over what was rendered. */
export async function finish(folder) {
  each(folder, (file, text) => named(file, text).replace(/^ *\/\/ TODO: Coded error\.\n/gm, ''));
  const file = path.join(folder, 'errors/firebreak.ts');
  fs.writeFileSync(file, await errors(fs.readFileSync(file, 'utf8')));
}
