export { nextLine, readLines, rowsEnd } from './lines';
export { keepOrigin } from './origins';
