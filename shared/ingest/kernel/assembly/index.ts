export { nextLine, readLines, rowsEnd } from './lines';
export { keepOrigin } from './origins';
export { keepHead, nextRecord, passedLines, place, readRecords } from './records';
