// Names of files for objects: what a capture calls them must not lead out of a folder, hide what it is, or be a device.

/** Bytes of a name, so that a number and an ending find room in a directory's 255. */
const MAX_NAME = 150;
const MAX_ENDING = 16;
/** Of control, reserved by Windows, and those that turn the direction of writing or are not seen. */
const BAD =
  /[\u0000-\u001f\u007f-\u009f<>:"/\\|?*\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;
/** Names of devices, whatever their ending (Windows, "Naming Files, Paths, and Namespaces"). */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])(?:\.|$)/i;

/** The last part of a path, as a name that is safe everywhere; `fallback` where nothing is left. */
export function safeName(said: string, fallback: string): string {
  const path = said.split(/[?#]/)[0] ?? '';
  const last = path.split(/[/\\]/).findLast((part) => part !== '') ?? '';
  // Letters without their other half are no letters of a name.
  const plain = last.toWellFormed().replaceAll(BAD, '_').replaceAll('\ufffd', '_');
  const trimmed = plain.replace(/^[. ]+/, '').replace(/[. ]+$/, '');
  if (trimmed === '' || /^_+$/.test(trimmed)) return fallback;
  const name = DEVICE.test(trimmed) ? `_${trimmed}` : trimmed;
  return shortened(name);
}

function shortened(name: string): string {
  if (Buffer.byteLength(name) <= MAX_NAME) return name;
  const dot = name.lastIndexOf('.');
  const ending = dot > 0 && name.length - dot <= MAX_ENDING ? name.slice(dot) : '';
  const room = MAX_NAME - Buffer.byteLength(ending);
  let stem = '';
  let bytes = 0;
  for (const letter of dot > 0 && ending !== '' ? name.slice(0, dot) : name) {
    bytes += Buffer.byteLength(letter);
    if (bytes > room) break;
    stem += letter;
  }
  return stem.replace(/[. ]+$/, '') + ending;
}

/** Names that differ, also where upper and lower case are one. */
export class DifferentNames {
  private readonly used = new Set<string>();

  take(name: string): string {
    const dot = name.lastIndexOf('.');
    const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
    let now = name;
    for (let n = 2; this.used.has(key(now)); n++) now = `${stem} (${n})${ending}`;
    this.used.add(key(now));
    return now;
  }
}

function key(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
