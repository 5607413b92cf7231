import { DAY } from '../model/time.ts';
import { allCursors, CURSORS } from './cursor.ts';
import { LOG_SETS, logSetDocuments } from './log-sets.ts';
import type { Pipeline } from './pipeline.ts';

const FACT_MONTHS = 13;
const CURSOR_DAYS = 90;
const DEAD_LETTER_DAYS = 90;
const LOG_SET_DAYS = 90;

/** Drops what is older than it is kept for: whole months of facts, cursors of blobs long closed, old log sets and dead letters. */
export async function retain(pipeline: Pipeline): Promise<void> {
  const now = pipeline.now();
  await pipeline.store.dropOlderThan(now, FACT_MONTHS);
  for await (const { cursor, etag } of allCursors(pipeline)) {
    const isOver = cursor.state === 'closed' || cursor.state === 'gone';
    if (isOver && (cursor.workedAt ?? cursor.openedAt) < now - CURSOR_DAYS * DAY) {
      await pipeline.store.documents.delete(CURSORS, cursor.id, etag);
    }
  }
  for await (const { id, etag, updatedAt } of logSetDocuments(pipeline)) {
    if (updatedAt < now - LOG_SET_DAYS * DAY) await pipeline.store.documents.delete(LOG_SETS, id, etag);
  }
  let after: string | undefined;
  do {
    const page = await pipeline.store.deadLetters.list(after === undefined ? {} : { after });
    for (const letter of page.items) {
      if (letter.at < now - DEAD_LETTER_DAYS * DAY) await pipeline.store.deadLetters.delete(letter.id);
    }
    after = page.next;
  } while (after !== undefined);
}
