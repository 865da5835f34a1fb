// The form that a file of packets has.
import type { DissectionFormat } from '../../contract/index.ts';
import { cForm, csvForm, type Form, type FormOptions, psmlForm, textForm } from './print-forms.ts';
import { jsonForm } from './print-json.ts';
import { pageForm } from './print-page.ts';
import { pdmlForm } from './print-pdml.ts';

/** @param extent what a page says of which packets are in it */
export function formOf(as: DissectionFormat, o: FormOptions, extent: string): Form {
  switch (as) {
    case 'text':
      return textForm(o);
    case 'csv':
      return csvForm(o);
    case 'psml':
      return psmlForm(o);
    case 'pdml':
      return pdmlForm(o);
    case 'json':
      return jsonForm(o);
    case 'c':
      return cForm();
    case 'html':
      return pageForm(o, extent);
  }
}

/** What of a packet a form writes, whatever is asked for. */
export function formNeeds(as: DissectionFormat): {
  readonly columns: boolean;
  readonly details: 'never' | 'always' | 'asked';
  readonly bytes: 'never' | 'always' | 'asked';
} {
  switch (as) {
    case 'csv':
    case 'psml':
      return { columns: true, details: 'never', bytes: 'never' };
    case 'c':
      return { columns: false, details: 'never', bytes: 'always' };
    case 'pdml':
      return { columns: false, details: 'always', bytes: 'always' };
    case 'json':
      return { columns: false, details: 'always', bytes: 'asked' };
    case 'text':
    case 'html':
      return { columns: true, details: 'asked', bytes: 'asked' };
  }
}
