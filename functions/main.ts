/** The app's entry: importing these files registers every function. */
import './blob-events.ts';
import './event-hub.ts';
import './http.ts';
import './timers.ts';
import './wakeups.ts';
