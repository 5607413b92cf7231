// Said in one line instead of a stack trace: the scripts need the Node that `npm ci` puts into node_modules/.bin.
const major = Number(process.versions.node.split('.')[0]);
if (major < 22) {
  console.error(
    `tunnelwatch needs Node 22 or newer and runs on ${process.version}: run "npm ci" first, then use the npm scripts.`,
  );
  process.exit(1);
}
