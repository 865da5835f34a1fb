// What scripts in TypeScript use of setup.mjs.
export function buildWindow(): void;
export function buildPages(): void;
export function buildHelper(): boolean;
