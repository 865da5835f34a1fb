// Whether a name is well known, so that what would be odd towards a stranger is ordinary towards it.
import { rememberedByName } from '../features/index.ts';
import { POPULAR } from './data/popular-names.ts';

/** The name or one of its parents, two labels or more, is well known. */
export function isPopular(name: string): boolean {
  return place(name) !== null;
}

/** As `isPopular`, but not where anybody may store files: a program from there is nobody's in particular. */
export function isPopularForPrograms(name: string): boolean {
  return place(name) === 'own';
}

const place = rememberedByName((name): 'own' | 'anybody' | null => {
  let rest = name.toLowerCase().replace(/\.$/, '');
  for (let steps = 0; steps < 10; steps++) {
    const known = POPULAR.get(rest);
    if (known !== undefined) return known;
    const dot = rest.indexOf('.');
    if (dot < 0 || !rest.includes('.', dot + 1)) return null;
    rest = rest.slice(dot + 1);
  }
  return null;
});
