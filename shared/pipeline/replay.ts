import { Framer, Reader } from '../ingest/index.ts';
import type { Fact } from '../model/fact.ts';
import type { DeadLetter } from '../store/ports.ts';
import { absorb } from './absorb.ts';
import type { Pipeline } from './pipeline.ts';
import { sourceContext } from './sources.ts';

export interface Replayed {
  readonly records: number;
  readonly facts: number;
  readonly stillRejected: number;
}

/**
 * Reads dead letters again, as after a fix or another source setting. What can be read now goes the way of every record and
 * leaves the dead letters; the rest stays. Undefined when there is no such dead letter. A replay is a source of its own: it
 * gives facts, whose ids are those of the records, and no counters.
 */
export async function replayDeadLetters(pipeline: Pipeline, id: string): Promise<Replayed | undefined> {
  const letters = await pipeline.store.deadLetters.get(id);
  if (!letters) return undefined;
  const read: { readonly letter: DeadLetter; readonly records: number; readonly facts: readonly Fact[] }[] = [];
  const rejected: DeadLetter[] = [];
  for (const letter of letters) {
    const outcome = await readAgain(pipeline, letter);
    if (outcome === undefined) rejected.push(letter);
    else read.push({ letter, ...outcome });
  }
  const route = String(letters[0]?.context['route'] ?? 'uploads');
  const refused = await absorb(
    pipeline,
    read.flatMap(({ facts }) => facts),
    route,
  );
  const isRefused = new Set(refused.map(({ fact }) => fact.id));
  const absorbed = read.filter(({ facts }) => !facts.some(({ id }) => isRefused.has(id)));
  rejected.push(...read.filter((one) => !absorbed.includes(one)).map(({ letter }) => letter));
  const [first] = rejected;
  // What stays is written before anything goes.
  const kept = first && (await pipeline.store.deadLetters.put(first.source, first.byte, rejected));
  if (kept !== id) await pipeline.store.deadLetters.delete(id);
  return {
    records: absorbed.reduce((sum, { records }) => sum + records, 0),
    facts: absorbed.reduce((sum, { facts }) => sum + facts.length, 0),
    stillRejected: rejected.length,
  };
}

async function readAgain(
  pipeline: Pipeline,
  letter: DeadLetter,
): Promise<{ records: number; facts: Fact[] } | undefined> {
  if (letter.raw === '') return undefined;
  const { logSource, referenceMs, host } = letter.context;
  const context = await sourceContext(
    pipeline,
    String(logSource ?? letter.source),
    Number(referenceMs) || letter.at,
    typeof host === 'string' ? host : undefined,
  );
  const reader = new Reader(context);
  const start = new Framer(letter.source).state;
  const framer = new Framer(letter.source, { ...start, nextByte: letter.byte, nextLine: letter.line });
  const facts: Fact[] = [];
  let records = 0;
  for (const raw of [...framer.push(Buffer.from(letter.raw, 'base64')), ...framer.end()]) {
    const outcome = reader.read(raw);
    if (outcome.kind === 'rejected') return undefined;
    records++;
    facts.push(...outcome.facts);
  }
  facts.push(...reader.takeFacts());
  return { records, facts };
}
