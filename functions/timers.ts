import { app } from '@azure/functions';
import { getHub, getPipeline } from '../shared/app.ts';
import { MINUTE } from '../shared/model/time.ts';
import type { Pipeline } from '../shared/pipeline/pipeline.ts';

/** Stages are loaded when they are first due. */
const clockStage = () => import('../shared/pipeline/clock.ts');
const followStage = () => import('../shared/pipeline/follow.ts');

/**
 * What no record announces. A timer runs once across instances and may be late; each turn looks at what is due by now, so a
 * missed turn is made up for by the next.
 */
export const TIMERS: Readonly<
  Record<string, { readonly schedule: string; readonly run: (pipeline: Pipeline) => Promise<unknown> }>
> = {
  /** Conditions found by the clock, repeats, retries: whatever is due. */
  clock: {
    schedule: '*/15 * * * * *',
    run: async (pipeline) => (await clockStage()).turnClock(pipeline, pipeline.now() + 2 * MINUTE),
  },
  /** Archive blobs that grow. */
  follow: {
    schedule: '5/20 * * * * *',
    run: async (pipeline) => (await followStage()).followArchive(pipeline, pipeline.now() + MINUTE),
  },
  /** The stream's lag and watermark, and gaps to be read again. */
  hub: {
    schedule: '15/20 * * * * *',
    run: async (pipeline) => {
      const [{ watchHub }, hub] = await Promise.all([import('../shared/pipeline/watch-hub.ts'), getHub()]);
      if (hub !== null) await watchHub(pipeline, hub, pipeline.now() + MINUTE);
    },
  },
  /** Work whose wake-up was lost, and entities that a threshold change has not reached. */
  'lost-wakeups': {
    schedule: '10/30 * * * * *',
    run: async (pipeline) => {
      await (await followStage()).wakeIdle(pipeline);
      await (await import('../shared/pipeline/fan-out.ts')).fanOutLost(pipeline);
    },
  },
  /** New resources, missed events, closed blobs that have grown. */
  listing: { schedule: '0 7 * * * *', run: async (pipeline) => (await followStage()).listArchives(pipeline) },
  /** What is older than it may be kept. */
  retention: {
    schedule: '0 23 3 * * *',
    run: async (pipeline) => (await import('../shared/pipeline/retention.ts')).retain(pipeline),
  },
};

for (const [name, { schedule, run }] of Object.entries(TIMERS)) {
  app.timer(name, { schedule, handler: async () => void (await run(await getPipeline())) });
}
