// The engine's door for what a program does first: little is loaded by it, so that kept code is found for all the rest.
export { keepCode } from './store/code.ts';
export { folders } from './store/folders.ts';
