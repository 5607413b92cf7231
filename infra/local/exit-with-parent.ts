/**
 * Preloaded (`node --import`) into every child process of the local stack: ends it when its parent is gone.
 *
 * The parent holds the other end of standard input and never writes to it. However the parent dies, SIGKILL included, the
 * system closes that pipe; no signal handler in the parent could promise this. SIGTERM lets the child save its data first.
 */
const patienceMs = 10_000;

process.stdin.resume();
if ('unref' in process.stdin) process.stdin.unref();
process.stdin.once('close', () => {
  setTimeout(() => process.exit(1), patienceMs).unref();
  process.kill(process.pid, 'SIGTERM');
});
