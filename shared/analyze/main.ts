import { run } from './command.ts';

// `| head` closes the pipe: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

// No top-level await: the bundle is CommonJS.
void run(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
