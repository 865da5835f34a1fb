// The program's first file. It keeps compiled code in the cache folder, which takes a third off every later start.
import './guard.ts';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { folders } from './context.ts';

enableCompileCache(join(folders().cache, 'code'));
await import('./main.ts');
