// Imported before everything else, so that whatever goes wrong from here on ends with a sentence and code 2.
import { watchCrashes } from './crash.ts';

watchCrashes();
