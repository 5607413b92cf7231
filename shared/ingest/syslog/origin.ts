import type { HeadedReader } from '../formats/format.ts';

/** Who wrote a line. */
export interface Origin {
  readonly hostname: string | undefined;
  readonly appName: string | undefined;
  readonly procId: string | undefined;
  readonly msgId: string | undefined;
}

/** Where it is said. */
export interface OriginSpan {
  /** Index of the first byte, behind the stamp. */
  readonly at: number;
  readonly origin: Origin;
  /** Index behind it. */
  readonly end: number;
}

export const NO_ORIGIN: Origin = { hostname: undefined, appName: undefined, procId: undefined, msgId: undefined };

/** One whose lines the kernel knows, and whom they are left to: asked of nearly every line, so no lookup may lie between. */
export class KnownOrigin implements Origin {
  readonly hostname: string | undefined;
  readonly appName: string | undefined;
  readonly procId: string | undefined;
  readonly msgId: string | undefined;
  /** By kind of line, as `readersBy` found out last. */
  readers: readonly (HeadedReader | undefined)[] = [];
  readersBy: object | undefined = undefined;

  constructor({ hostname, appName, procId, msgId }: Origin) {
    this.hostname = hostname;
    this.appName = appName;
    this.procId = procId;
    this.msgId = msgId;
  }
}
