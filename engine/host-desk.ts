// The engine's door for windows: the desk and how it is served, apart so that the command line starts without it.
export {
  Desk,
  plainCapture,
  deskOptions,
  type DeskOptions,
  Grants,
  Refused,
  serve,
  type Served,
  type Wire,
} from './desk/index.ts';
