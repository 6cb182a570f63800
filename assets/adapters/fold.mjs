// Folds events for foldback with functions of a JavaScript or TypeScript module.
//
// Copy this file beside the domain file, and name it there with the module:
//
//     [aggregates.cart]
//     run = ["node", "fold.mjs", "./cart.mjs"]           # or "./cart.ts", where node strips types (22.18 and newer)
//     run = ["node", "fold.mjs", "./cart.mjs", "decider"]  # the functions are members of this export
//
// The module exports one function; the other names are optional:
//
//     export const evolve = (state, event) => …      // the state after the event; may change `state` itself
//     export const initialState = () => ({ … })      // the state before the first event; without it: {}
//     export const version = "cart 3"                // to be changed when the same events give another state; without
//                                                    // it, a hash of the module's own file, not of what it imports
//     export const types = ["ItemAdded"]             // the types of events that it knows
//     export const commands = ["checkout"]
//     export const decide = (command, state) => …    // `command` is {type, words}; gives an event or a list of them,
//                                                    // {type, data}, or a text, which refuses the command
//     export const dump = (state) => …               // a state that is not JSON by itself, as JSON;
//     export const load = (value) => …               // and back
//
// An event is {type, data, metadata: {version, time}, raw}: `data` is the JSON as JavaScript reads it, `raw` its text, as
// it was recorded. A state is kept as JSON between two calls. An event at which `evolve` throws is not understood: it leaves
// the state as it was.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [path, member] = process.argv.slice(2);
// Output of the module goes to stderr. foldback shows its last lines if the program fails.
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);
const imported = await import(pathToFileURL(resolve(path)));
const functions = member ? imported[member] : imported.evolve ? imported : imported.default;
if (typeof functions?.evolve !== 'function') throw new Error(`${path} exports no function evolve`);

// The errors of code; anything else that `decide` throws is a refusal.
const bugs = [TypeError, ReferenceError, RangeError, SyntaxError];
// At most 500 characters, without halves of surrogate pairs.
const cleaned = (text) => Buffer.from(String(text).slice(0, 500)).toString();
const words = (error) => cleaned(error instanceof Error ? `${error.name}: ${error.message}` : error);
const initial = () =>
  typeof functions.initialState === 'function' ? functions.initialState() : structuredClone(functions.initialState ?? {});
const load = (value) => (value === null ? initial() : functions.load ? functions.load(value) : value);

// JSON.stringify leaves these out or changes them, and says nothing.
function exact(key, value) {
  const before = this[key];
  const isLossy =
    [Map, Set, Date, Promise].some((kind) => before instanceof kind) ||
    (typeof before === 'number' && !Number.isFinite(before));
  if (isLossy) throw new TypeError(`${before?.constructor?.name} ${key} is not JSON: export \`dump\` and \`load\``);
  return value;
}
const dump = (state) => JSON.stringify(functions.dump ? functions.dump(state) : state, exact) ?? 'null';

function readable({ type, version, time, data }) {
  return { type, data: JSON.parse(data), metadata: { version, time }, raw: data };
}

// The states after each event, as JSON, and the events that were not understood.
function folded(request) {
  let state = load(request.state);
  let text = JSON.stringify(request.state);
  const texts = [];
  const notUnderstood = [];
  for (const event of request.events) {
    try {
      state = functions.evolve(state, readable(event));
      text = dump(state);
    } catch (error) {
      notUnderstood.push({ at: event.version, why: words(error) });
      // It may have changed a part of the state.
      state = load(JSON.parse(text));
    }
    texts.push(text);
  }
  return { texts, notUnderstood };
}

function decided({ command, state }) {
  const parts = [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((m) => m[1] ?? m[2] ?? m[3]);
  try {
    const outcome = functions.decide({ type: parts[0], words: parts }, load(state));
    return typeof outcome === 'string' ? { refused: outcome } : { events: [outcome].flat() };
  } catch (error) {
    return bugs.some((bug) => error instanceof bug) ? { error: words(error) } : { refused: cleaned(error?.message ?? error) };
  }
}

function answer(request) {
  if ('hello' in request) {
    const hash = createHash('sha256').update(readFileSync(resolve(path))).digest('hex').slice(0, 16);
    const fold = String(functions.version ?? imported.version ?? `${path} ${hash}`);
    return JSON.stringify({ hello: 1, fold, types: functions.types ?? [], commands: functions.commands ?? [] });
  }
  if ('decide' in request) return JSON.stringify({ decide: request.decide, ...decided(request) });
  try {
    const { texts, notUnderstood } = folded(request);
    const states = (request.each ? texts : texts.slice(-1)).join(',');
    return `{"fold":${request.fold},"states":[${states}],"not_understood":${JSON.stringify(notUnderstood)}}`;
  } catch (error) {
    return JSON.stringify({ fold: request.fold, error: words(error), at: request.events.at(-1).version });
  }
}

// Lines end with the byte 10 and with nothing else: readline would also end them at U+2028.
let pieces = [];
for await (const chunk of process.stdin) {
  let from = 0;
  for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
    const line = Buffer.concat([...pieces, chunk.subarray(from, end)]).toString();
    pieces = [];
    from = end + 1;
    write(answer(JSON.parse(line)) + '\n');
  }
  pieces.push(chunk.subarray(from));
}
