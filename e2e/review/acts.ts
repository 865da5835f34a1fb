// What rows of several files do: settings, keys, and commands that nobody tried yet.
import type { Kit } from './kit.ts';
import { must } from './must.ts';

/** Fails unless a command is there; then it says that what it does is not tried. */
export async function command(k: Kit, words: string, otherwise: string): Promise<void> {
  const found = await k.palette(words);
  must(found.length > 0, otherwise);
  throw new Error(`there is '${found[0]}', which is not tried here`);
}

/** Presses a choice of Settings. @param group its name in the page, such as time */
export async function setting(k: Kit, group: string, choice: string): Promise<void> {
  await k.command('settings');
  await k.page.locator(`[aria-labelledby="setting-${group}"] button`, { hasText: choice }).click();
  await k.page.keyboard.press('Escape');
  await k.page.locator('dialog').waitFor({ state: 'detached' });
}

/** Gives the key log of the made capture. */
export async function giveKeys(k: Kit): Promise<void> {
  await k.command('tls-keys');
  await k.page.locator('dialog textarea').fill(k.keys);
  await k.page.getByRole('button', { name: 'Use these keys' }).click();
  await k.page.locator('.key-state', { hasText: /\d keys?/ }).waitFor();
  await k.page.keyboard.press('Escape');
  await k.page.locator('dialog').waitFor({ state: 'detached' });
}
