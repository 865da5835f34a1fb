/** Builds npm `cap` for the pinned Node, where it is not built yet. @returns its path, or why it is not built */
export function buildCap():
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly message: string };
