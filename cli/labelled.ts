// What commands say of the labelled captures that they read.
import { english, say as message } from '../contract/index.ts';
import { say } from './context.ts';

export function sayReading(captures: readonly unknown[]): void {
  say(`Reading ${captures.length} labelled captures…`);
}

export function sayUnread(paths: readonly string[]): void {
  for (const path of paths) say(english(message('lab-capture-unread', { path })));
}
