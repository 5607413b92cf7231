export { nextLine, readLines, rowsEnd } from './lines';
export { keepOrigin } from './origins';
export { keepHead, keptEnd, nextRecord, passedLines, place, readRecords } from './records';
