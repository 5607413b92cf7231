import type { BlockShape } from './block.ts';

/** What mstunnel_monitor prints when it cannot check a container. Its tabs are often the two characters `\t`. */
export const checkup: BlockShape = {
  name: 'checkup',
  initials: 'E',
  begins: (line) => line.trimStart().startsWith('Error executing Checkup'),
  continues: (line) => /^(?:\s|\\t)*(?:Error details|script:|command:|stack:|<> )/.test(line),
};
