import { run } from './command.ts';

// `| head` closes the pipe: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

// No top-level await: the bundle is CommonJS.
void run(process.argv.slice(2))
  .catch((error: unknown) => {
    process.stderr.write(`tunnelwatch: internal error\n${error instanceof Error ? error.stack : String(error)}\n`);
    return 1;
  })
  .then((code) => {
    process.exitCode = code;
  });
