import module from 'node:module';

// `| head` closes the pipe: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

// The second run starts in half of the time and needs less memory. Before anything else is loaded, or it helps nothing.
module.enableCompileCache();

// No top-level await: the bundle is CommonJS.
void import('./command.ts')
  .then(({ run }) => run(process.argv.slice(2)))
  .catch((error: unknown) => {
    process.stderr.write(`tunnelwatch: internal error\n${error instanceof Error ? error.stack : String(error)}\n`);
    return 1;
  })
  .then((code) => {
    process.exitCode = code;
  });
