import { readFile } from 'node:fs/promises';
import { styleText } from 'node:util';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { NO_OVERRIDES } from '../health/thresholds.ts';
import { readThresholdsFile, type ThresholdsFile } from '../health/thresholds-file.ts';
import { isZone } from '../ingest/index.ts';
import { fail, ok, type Result } from '../model/result.ts';
import { DEFAULT_RULE_SETTINGS } from '../model/settings.ts';
import { SEVERITIES, type Severity, severityRank } from '../model/severity.ts';
import { type Millis, millisOf, parseTime } from '../model/time.ts';
import { type Analysis, analyze } from './analyze.ts';
import { documentOf } from './document.ts';
import { findInputs, reasonOf } from './inputs.ts';
import { Progress } from './progress.ts';
import { reportOf } from './report/index.ts';

interface AnalyzeOptions {
  readonly json?: true;
  readonly now?: Millis;
  readonly zone: string;
  readonly year?: number;
  readonly host?: string;
  readonly records?: string;
  readonly thresholds?: string;
  readonly failOn?: Severity;
}

const EXIT_FAILED = 1;
const EXIT_ALERTS = 2;
const MAX_WIDTH = 140;
const PIPE_WIDTH = 120;

const EXPLANATION = `
Files may be plain, .gz, .zip or .tar.gz, folders are read with all that is in them, and - is standard input.

The clock. With --now everything is judged at that instant. Without it, what is absent (a check-in, a connect) is judged
up to the last record of the sources that tell of the same system: files that name one gateway or host belong together.
A stray last record does not count: one later than tomorrow, or one (at most 0.1 %) a week after all others.

A time without a zone is read in --zone. A time without a year is taken in --year, else in the year that is nearest to
--now, else to the file's own time.

A record that names no machine (a line of user-id.log, what a command printed) is taken to be about --host, else about the
machine that the file's folder is named for: fw-1/user-id.log, fw-1/2026/11/22/state.txt.

Exit: 0 done, 1 not done (bad option, unreadable file), 2 an alert of --fail-on or worse was found; pending ones not.`;

/** Runs the command line and gives its exit code. Answers go to standard output, everything else to standard error. */
export async function run(args: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = new Command('tunnelwatch')
    .description('What happened in these logs of VPN tunnels, and what would have alerted.')
    .version(packageJson.version)
    .exitOverride();
  const command = program
    .command('analyze')
    .description(
      'Reads logs offline and says what happened, in order, what would have alerted, and what was not understood.',
    )
    .argument('[files...]', 'files, folders, or - for standard input')
    .option('--json', 'print one JSON document instead of the report')
    .option('--now <time>', 'judge everything at this instant, ISO 8601', parseNow)
    .option('--zone <zone>', 'time zone of times that name none, an IANA name', parseZone, 'UTC')
    .option('--year <year>', 'year of times that name none', parseYear)
    .option('--host <name>', 'the firewall or server of records that name none')
    .option('--records <file>', 'write every record to this new file too, one JSON object a line')
    .option('--thresholds <file>', 'JSON file with thresholds and rule settings to use')
    .addOption(new Option('--fail-on <severity>', 'exit 2 when an alert is this severe').choices(SEVERITIES))
    .version(packageJson.version)
    .addHelpText('after', EXPLANATION)
    .exitOverride()
    .action(async (paths: readonly string[], options: AnalyzeOptions) => {
      if (paths.length === 0) command.help({ error: true });
      exitCode = await analyzePaths(paths, options);
    });
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    // Commander has said what is wrong; --help and --version end here too, with 0.
    if (error instanceof CommanderError) return error.exitCode;
    throw error;
  }
  return exitCode;
}

async function analyzePaths(paths: readonly string[], options: AnalyzeOptions): Promise<number> {
  const thresholds = await readThresholds(options.thresholds);
  if (!thresholds.ok) return failed(thresholds.error.message);
  const files = await findInputs(paths);
  if (!files.ok) return failed(files.error.message);

  const { zone, year, now, host, records } = options;
  const progress = new Progress(files.value);
  let analysis: Analysis;
  try {
    analysis = await analyze({
      files: files.value,
      thresholds: thresholds.value,
      zone,
      wallClock: Date.now(),
      ...(year === undefined ? {} : { year }),
      ...(now === undefined ? {} : { now }),
      ...(host === undefined ? {} : { host }),
      ...(records === undefined ? {} : { records }),
      onBytes: (bytes) => progress.add(bytes),
    });
  } catch (error) {
    if (!isFileError(error)) throw error;
    return failed(`cannot ${error.path === records ? 'write' : 'read'} ${error.path}: ${reasonOf(error)}`);
  } finally {
    progress.stop();
  }
  process.stdout.write(options.json ? `${JSON.stringify(documentOf(analysis))}\n` : reportOf(analysis, terminal()));
  return exitCodeOf(analysis, options.failOn);
}

function exitCodeOf({ judgement }: Analysis, failOn: Severity | undefined): number {
  if (failOn === undefined) return 0;
  const least = severityRank(failOn);
  const found = judgement.alerts.some(({ state, severity }) => state !== 'pending' && severityRank(severity) >= least);
  return found ? EXIT_ALERTS : 0;
}

async function readThresholds(path: string | undefined): Promise<Result<ThresholdsFile>> {
  if (path === undefined) return ok({ overrides: NO_OVERRIDES, rules: DEFAULT_RULE_SETTINGS });
  let data: unknown;
  try {
    data = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    const reason = error instanceof SyntaxError ? `not JSON: ${error.message}` : reasonOf(error);
    return fail('thresholds-unreadable', `cannot read ${path}: ${reason}`);
  }
  const read = readThresholdsFile(data);
  if (read.ok) return ok(read.value);
  const fields = read.error.map(({ pointer, message }) => `${pointer || 'the file'}: ${message}`);
  return fail('thresholds-invalid', `${path} does not hold thresholds: ${fields.join('; ')}`);
}

function failed(message: string): number {
  process.stderr.write(`tunnelwatch: ${message}\n`);
  return EXIT_FAILED;
}

/** ISO 8601; without a zone it is UTC. */
function parseNow(text: string): Millis {
  const parsed = parseTime(text);
  if (!parsed) throw new InvalidArgumentError('Expected ISO 8601, for example 2026-11-22T09:00:00Z.');
  return millisOf(parsed.timestamp);
}

function parseZone(text: string): string {
  if (!isZone(text)) throw new InvalidArgumentError('Expected an IANA time zone, for example UTC or Europe/Berlin.');
  return text;
}

function parseYear(text: string): number {
  if (!/^(19[7-9]|[2-9]\d\d)\d$/.test(text)) throw new InvalidArgumentError('Expected a year from 1970 to 9999.');
  return Number(text);
}

/** The terminal, or a pipe: colours only on a terminal that wants them (NO_COLOR). */
function terminal() {
  const { isTTY, columns } = process.stdout;
  return {
    width: isTTY ? Math.min(columns, MAX_WIDTH) : PIPE_WIDTH,
    paint: (style: Parameters<typeof styleText>[0], text: string) => styleText(style, text, { stream: process.stdout }),
  };
}

const isFileError = (error: unknown): error is Error & { readonly path: string } =>
  error instanceof Error && 'code' in error && 'path' in error && typeof error.path === 'string';
