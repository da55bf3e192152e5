// Events: the renderer knows none, so their data become types, and a table says which discriminator means which of them.
import { definedTypeNode } from 'codama';
import prettier from 'prettier';

const camel = (name) => name[0].toLowerCase() + name.slice(1);

/** The struct behind an event's discriminator. */
function structOf(node) {
  let type = node.data;
  while (type.kind === 'hiddenPrefixTypeNode') type = type.type;
  if (type.kind !== 'structTypeNode') throw new Error(`event ${node.name} is no struct but a ${type.kind}`);
  return type;
}

/** The same root with a type `<name>Event` for each event. */
export function withEvents(root) {
  const program = root.program;
  const types = program.events.map((event) =>
    definedTypeNode({ name: `${event.name}Event`, docs: event.docs ?? [], type: structOf(event) }),
  );
  return { ...root, program: { ...program, definedTypes: [...program.definedTypes, ...types] } };
}

/** The module that says which discriminator means which event. */
export async function eventsModule(idl) {
  const names = idl.events.map((event) => event.name);
  const text = `/** Written by scripts/generate.mjs from the program's IDL: edit neither. */
    import type { Decoder } from '@solana/kit';
    import { ${names.map((n) => `get${n}EventDecoder, type ${n}Event`).join(', ')} } from './types';

    /** Any event of the program, by its name. */
    export type FirebreakEvent = ${names.map((n) => `{ name: '${camel(n)}'; data: ${n}Event }`).join(' | ')};

    /** Discriminators, in hex, and what follows them. */
    export const EVENTS: Readonly<Record<string, { name: FirebreakEvent['name']; decoder: () => Decoder<FirebreakEvent['data']> }>> = {
      ${idl.events
        .map(
          (e) =>
            `'${Buffer.from(e.discriminator).toString('hex')}': { name: '${camel(e.name)}', decoder: get${e.name}EventDecoder }`,
        )
        .join(',\n')}
    };`;
  return prettier.format(text, { parser: 'typescript', printWidth: 130, singleQuote: true });
}
