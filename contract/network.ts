// Names of networks of which something is learned.

/** What a network may be called; '' stands for the one without a name. */
export function isNetworkName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name);
}

/** The network that is called like where a live capture comes from (`eth0`); '' where no name can be made of that. */
export function networkCalled(source: string): string {
  const plain = source
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 64);
  return isNetworkName(plain) ? plain : '';
}
