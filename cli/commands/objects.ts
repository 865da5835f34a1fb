// `sightline objects`: what was sent within a capture, listed, and saved under names that lead nowhere else.
import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { count, OBJECT_KINDS, type ObjectKind, type ObjectRow } from '../../contract/index.ts';
import { DISSECTING, RECORDS } from '../common-flags.ts';
import { print, printAll, say, UsageError } from '../context.ts';
import { defineCommand } from '../define.ts';
import { choice, freeText, onOff, path, repeated } from '../flags.ts';
import { withCapture } from '../one-capture.ts';
import { RecordWriter } from '../output.ts';
import { bytes, table } from '../table.ts';
import { terminal } from '../terminal.ts';

/** Objects that are listed; the engine finds no more of one capture. */
const MOST = 5_000;

export const command = defineCommand({
  name: 'objects',
  summary: 'Files that were sent: by HTTP, SMB, FTP, TFTP, mail, DICOM',
  usage: 'FILE',
  takesPaths: true,
  flags: {
    kind: choice('KIND', 'by what they were sent', OBJECT_KINDS, 'http'),
    search: freeText('TEXT', 'only those with this in host, type, name or hash'),
    pick: repeated(
      freeText('N', 'only the object of this number', { takes: 'a number', isGood: (t) => /^\d{1,6}$/.test(t) }),
    ),
    save: path('FOLDER', 'save them there; a name of the capture never leads out of it, and none is written over'),
    ...RECORDS,
    ...DISSECTING,
    'partial-ok': onOff('a capture of which only a part could be read is no error'),
  },
  apart: [['summary', 'json', 'output']],
  examples: [
    'sightline objects capture.pcap',
    'sightline objects capture.pcap --kind http --save objects/',
    'sightline objects capture.pcap --search .exe --json',
  ],
  run: async (o, paths, folders) => {
    const [{ dissectSetup }, { DeepWork, TimeSlices }, { Objects }] = await Promise.all([
      import('../dissecting.ts'),
      import('../../engine/host-filter.ts'),
      import('../../engine/host-packets.ts'),
    ]);
    const deep = new DeepWork(await dissectSetup(o));
    const writer = new RecordWriter(o.output);
    const asJson = o.json || o.output !== null || (!terminal.shown && !o.summary);
    try {
      const code = await withCapture('objects', paths, o['partial-ok'], folders, async (c) => {
        const objects = new Objects(deep);
        const turns = new TimeSlices();
        const asked = { kind: o.kind as ObjectKind, search: o.search ?? '', from: 0, count: MOST };
        const page = await objects.page(c.tree, asked, turns);
        const picks = o.pick.length === 0 ? null : new Set(o.pick.map(Number));
        const rows = page.rows.filter((row) => picks === null || picks.has(row.number));
        if (picks !== null && rows.length < picks.size)
          throw new UsageError(`there is no object ${missingOf(picks, rows)}`);
        let saved: ReadonlyMap<number, string> = new Map();
        if (o.save !== null && rows.length > 0) {
          const folder = resolve(o.save);
          if (existsSync(folder) && readdirSync(folder).length > 0)
            throw new UsageError(`${o.save} holds files already: objects go to a folder that is new or empty`);
          const numbers = rows.map((row) => row.number);
          const done = await objects.save(
            c.tree,
            { ...asked, picks: numbers, as: 'folder', path: folder },
            folder,
            turns,
          );
          // Files come in the order of numbers; which is missing is not said.
          if (done.saved === rows.length) saved = new Map(numbers.map((n, i) => [n, done.files[i]!]));
          else say(`${count(rows.length - done.saved)} objects could not be had again.`);
        }
        for (const row of asJson ? rows : [])
          writer.write({
            type: 'object',
            file: c.name,
            number: row.number,
            packet: row.packet + 1,
            host: row.host,
            content_type: row.type,
            name: row.name,
            bytes: row.bytes,
            sha256: row.sha256,
            saved: saved.get(row.number) ?? null,
          });
        if (!asJson) tell(rows, saved.size > 0 ? o.save : null);
        if (page.left > 0) say(`${c.name}: ${count(page.left)} more objects are not listed.`);
        if (page.partial) say(`${c.name}: larger than the dissector takes at once; objects were looked for in parts.`);
      });
      await writer.end();
      return code;
    } finally {
      deep.close();
    }
  },
});

function missingOf(picks: ReadonlySet<number>, rows: readonly ObjectRow[]): number {
  return [...picks].find((n) => !rows.some((row) => row.number === n))!;
}

function tell(rows: readonly ObjectRow[], folder: string | null): void {
  const columns = [
    { title: 'No.', right: true },
    { title: 'Packet', right: true },
    { title: 'Host' },
    { title: 'Type' },
    { title: 'Size', right: true },
    { title: 'Name' },
  ];
  printAll(
    table(
      columns,
      rows.map((r) => [String(r.number), String(r.packet + 1), r.host, r.type, bytes(r.bytes), r.name]),
    ),
  );
  print(
    `${count(rows.length)} ${rows.length === 1 ? 'object' : 'objects'}${folder === null ? '' : ` saved in ${folder}`}.`,
  );
}
