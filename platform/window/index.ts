// The room of windows on captures of the platform: the same window as on a desk, which only shows. Each capture that is
// looked at has a process of its own.
export { ALLOWED } from './allowed.ts';
export { type Looked, WINDOW, Windows } from './windows.ts';
