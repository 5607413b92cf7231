/** Expected failures are values: a stable code, what was expected, and where (byte, column or JSON path). */
export interface Failure {
  readonly code: string;
  readonly message: string;
  /** 0-based column in the line, when the failure has one. */
  readonly column?: number;
}

export type Result<T, E = Failure> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

/** Wraps a value as a success. */
export const ok = <T>(value: T): Result<T, never> => ({ ok: true, value });

/** Builds a failure with a stable code; `message` says what was expected and never quotes the input. */
export const fail = (code: string, message: string, column?: number): Result<never> => ({
  ok: false,
  error: column === undefined ? { code, message } : { code, message, column },
});
