/**
 * A text of several lines that says something only as a whole: what a command printed. Its lines become one record. To add one:
 * a file here, a line in `index.ts`, a format that claims it.
 */
export interface BlockShape {
  readonly name: string;
  /**
   * Every unit that a first line may begin with, blanks aside: other lines are not looked at. Of what is not ASCII the first byte
   * in each encoding, and the character itself for UTF-16.
   */
  readonly initials: string;
  /** Whether a line, without its line end, is the first of such a block. */
  begins(line: string): boolean;
  /** Whether the next line belongs to it too. Asked for blank lines as well; those at the end are not taken. */
  continues(line: string): boolean;
}
