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
