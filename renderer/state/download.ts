// Saves what the window made itself: pictures and tables of Statistics.

/** How long the browser may take to fetch what it was given, ms. */
const KEPT = 60_000;

export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT);
}
