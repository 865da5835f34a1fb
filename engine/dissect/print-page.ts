// Packets as a page made for printing: it needs nothing from elsewhere, and everything in it is text.
import { htmlLines, htmlText } from '../../contract/index.ts';
import { dumps, type Form, type FormOptions, treeText } from './print-forms.ts';

const STYLE = `:root{color-scheme:light;font:11px/1.45 system-ui,sans-serif}body{margin:1.5rem;color:#14181f;
background:#fff}h1{font-size:16px;margin:0}p{margin:.2rem 0 1rem;color:#5b6470}table{border-collapse:collapse;width:100%;
margin:.2rem 0}td,th{border-bottom:1px solid #d5d9df;padding:.15rem .5rem .15rem 0;text-align:start;vertical-align:top;
overflow-wrap:anywhere}th{color:#5b6470;font-weight:600}pre{font:9.5px/1.4 ui-monospace,monospace;white-space:pre-wrap;
overflow-wrap:anywhere;margin:.4rem 0}section{border-top:2px solid #d5d9df;padding-top:.4rem;margin-top:1rem}
@page{margin:14mm}@media print{body{margin:0}tr,section>table{break-inside:avoid}thead{display:table-header-group}}`;

/** @param extent which packets are in it, such as '1,000 / 1,000' */
export function pageForm(o: FormOptions, extent: string): Form {
  const cells = (tag: 'td' | 'th', of: readonly string[]): string =>
    `<tr>${of.map((cell) => `<${tag}>${htmlText(cell)}</${tag}>`).join('')}</tr>`;
  const head = `<thead>${cells('th', o.titles)}</thead>`;
  const alone = o.summary && !o.details && !o.bytes;
  const title = htmlText(o.capture);
  return {
    head: `<!doctype html><html><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>${title}</title><style>${STYLE}</style></head>
<body><h1>${title}</h1><p>${htmlText(o.creator)} · ${htmlText(extent)}</p>${alone ? `<table>${head}<tbody>` : ''}\n`,
    packet: (p) => {
      if (alone) return `${cells('td', p.cells)}\n`;
      const summary = o.summary ? `<table>${head}<tbody>${cells('td', p.cells)}</tbody></table>` : '';
      const details = o.details ? `<pre>${htmlLines(treeText(p.packet))}</pre>` : '';
      const bytes = o.bytes ? `<pre>${htmlLines(dumps(p.packet))}</pre>` : '';
      return `<section>${summary}${details}${bytes}</section>\n`;
    },
    foot: `${alone ? '</tbody></table>' : ''}</body></html>\n`,
  };
}
